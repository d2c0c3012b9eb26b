#include "mail/smtp.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/text.hpp"

namespace openstrat::mail {
namespace {

constexpr long kConnectTimeoutMs = 15'000;
constexpr std::size_t kLongestReply = 300;

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// What the callbacks of one delivery share.
struct Delivery {
  std::string mime;
  std::size_t sent = 0;
  std::string reply;  ///< the server's last complaint; its goodbye comes after it
  std::array<char, CURL_ERROR_SIZE> why{};
};

std::size_t give_mail(char* out, std::size_t size, std::size_t count, void* context) {
  auto& delivery = *static_cast<Delivery*>(context);
  const std::size_t length = std::min(size * count, delivery.mime.size() - delivery.sent);
  std::copy_n(delivery.mime.data() + delivery.sent, length, out);
  delivery.sent += length;
  return length;
}

std::size_t take_reply(const char* data, std::size_t, std::size_t size, void* context) {
  auto& delivery = *static_cast<Delivery*>(context);
  if (size > 3 && (data[0] == '4' || data[0] == '5')) delivery.reply = text::to_clean_utf8(text::trim({data, std::min(size, kLongestReply)}));
  return size;
}

std::size_t drop_body(const char*, std::size_t, std::size_t size, void*) { return size; }

void initialise_curl() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)once;
}

std::string url_of(const SmtpSettings& settings) {
  const bool v6 = settings.host.contains(':');
  return std::string(settings.security == SmtpSettings::Security::tls ? "smtps://" : "smtp://") + (v6 ? "[" + settings.host + "]" : settings.host) + ":" +
         std::to_string(settings.effective_port()) + "/" + settings.helo;
}

void set_connection(CURL* easy, const SmtpSettings& settings, Delivery& delivery) {
  const auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  set(CURLOPT_URL, url_of(settings).c_str());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_USE_SSL, settings.security == SmtpSettings::Security::none ? long(CURLUSESSL_NONE) : long(CURLUSESSL_ALL));
  set(CURLOPT_SSLVERSION, long(CURL_SSLVERSION_TLSv1_2));
  if (!settings.ca_file.empty()) set(CURLOPT_CAINFO, settings.ca_file.c_str());
  if (!settings.username.empty()) {
    set(CURLOPT_USERNAME, settings.username.c_str());
    set(CURLOPT_PASSWORD, settings.password.c_str());
  }
  set(CURLOPT_CONNECTTIMEOUT_MS, std::min<long>(kConnectTimeoutMs, settings.timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings.timeout.count()));
  set(CURLOPT_ERRORBUFFER, delivery.why.data());
  set(CURLOPT_HEADERFUNCTION, &take_reply);
  set(CURLOPT_HEADERDATA, &delivery);
  set(CURLOPT_WRITEFUNCTION, &drop_body);
}

/// Whether the server refused the letter itself. Refused sign-ins and policies of the connection are the operator's to mend: the mail waits.
bool is_refusal(CURLcode result, long code) {
  const bool about_letter = result == CURLE_SEND_ERROR || result == CURLE_WEIRD_SERVER_REPLY;
  const bool about_sign_in = code == 530 || code == 534 || code == 535 || code == 538;
  return about_letter && code >= 500 && code < 600 && !about_sign_in;
}

Status outcome(CURL* easy, CURLcode result, const SmtpSettings& settings, const Delivery& delivery) {
  if (result == CURLE_OK) return {};
  long code = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
  const std::string reply = code >= 400 && !delivery.reply.empty() ? "answered: " + delivery.reply
                                                                   : (delivery.why[0] != '\0' ? delivery.why.data() : curl_easy_strerror(result));
  const std::string message = settings.server() + " " + reply;
  if (is_refusal(result, code)) return fail(Errc::invalid, "mail_refused", message);
  if (result == CURLE_OPERATION_TIMEDOUT) return fail(Errc::timeout, "mail_deferred", message);
  return fail(Errc::upstream, "mail_deferred", message);
}

using EasyPtr = std::unique_ptr<CURL, FreeEasy>;

Result<EasyPtr> make_easy() {
  initialise_curl();
  EasyPtr easy(curl_easy_init());
  if (!easy) return fail(Errc::internal, "curl has no memory");
  return easy;
}

}  // namespace

Status SmtpTransport::deliver(const Letter& letter) {
  auto easy = make_easy();
  if (!easy) return fail(easy.error());
  Delivery delivery{.mime = to_mime(letter)};
  set_connection(easy->get(), settings_, delivery);
  const std::unique_ptr<curl_slist, FreeList> recipients(curl_slist_append(nullptr, ("<" + letter.to + ">").c_str()));
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy->get(), option, value); };
  set(CURLOPT_MAIL_FROM, ("<" + letter.from + ">").c_str());
  set(CURLOPT_MAIL_RCPT, recipients.get());
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_READFUNCTION, &give_mail);
  set(CURLOPT_READDATA, &delivery);
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(delivery.mime.size()));
  return outcome(easy->get(), curl_easy_perform(easy->get()), settings_, delivery);
}

Status SmtpTransport::probe() {
  auto easy = make_easy();
  if (!easy) return fail(easy.error());
  Delivery delivery;
  set_connection(easy->get(), settings_, delivery);
  curl_easy_setopt(easy->get(), CURLOPT_CONNECT_ONLY, 1L);
  return outcome(easy->get(), curl_easy_perform(easy->get()), settings_, delivery);
}

}  // namespace openstrat::mail
