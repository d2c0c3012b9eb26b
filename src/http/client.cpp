#include "http/client.hpp"

#include <curl/curl.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>

#include "base/text.hpp"

namespace openstrat::http {
namespace {

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using EasyPtr = std::unique_ptr<CURL, FreeEasy>;
using ListPtr = std::unique_ptr<curl_slist, FreeList>;

/// What the callbacks of one transfer share.
struct Transfer {
  const ClientRequest& request;
  const std::vector<Cidr>& allowed;
  ClientResponse response;
  std::optional<IpAddress> blocked;
  bool too_large = false;
};

void initialise_curl() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)once;
}

std::optional<IpAddress> address_of(const curl_sockaddr& to) {
  if (to.family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &to.addr, sizeof v4);
    return IpAddress::v4(ntohl(v4.sin_addr.s_addr));
  }
  if (to.family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, static_cast<const void*>(&to.addr), std::min<std::size_t>(sizeof v6, to.addrlen));
  std::array<std::uint8_t, 16> bytes;
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return IpAddress::from_bytes(bytes);
}

/// The guard stands where the socket is made: names that resolve differently the second time, redirects and odd spellings
/// of an address all come past here with the address that would really be connected to.
curl_socket_t open_socket(void* context, curlsocktype, curl_sockaddr* to) {
  auto& transfer = *static_cast<Transfer*>(context);
  const auto address = address_of(*to);
  const Destination where = transfer.request.destination;
  const bool permitted = address && (where == Destination::any || (where == Destination::public_only && address->is_global()) ||
                                     std::ranges::any_of(transfer.allowed, [&](const Cidr& net) { return net.contains(*address); }));
  if (!permitted) {
    transfer.blocked = address.value_or(IpAddress());
    return CURL_SOCKET_BAD;
  }
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

std::size_t take_body(const char* data, std::size_t, std::size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (transfer.response.body.size() + size > transfer.request.max_body) {
    transfer.too_large = true;
    return 0;
  }
  transfer.response.body.append(data, size);
  return size;
}

std::size_t take_header(const char* data, std::size_t, std::size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::string_view line = text::trim(std::string_view(data, size));
  if (line.starts_with("HTTP/")) {  // of a redirect's answer or an interim one before
    transfer.response.headers = {};
    transfer.response.body.clear();
    return size;
  }
  const auto colon = line.find(':');
  if (colon != std::string_view::npos && transfer.response.headers.entries().size() < 200)
    transfer.response.headers.add(line.substr(0, colon), std::string(text::trim(line.substr(colon + 1))));
  return size;
}

bool is_field(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos; }

ListPtr header_list(const Headers& headers) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");  // no waiting for 100 Continue
  for (const auto& [name, value] : headers.entries())
    list = curl_slist_append(list, value.empty() ? (name + ";").c_str() : (name + ": " + value).c_str());
  return ListPtr(list);
}

void set_method(CURL* easy, const ClientRequest& request) {
  if (request.method == Method::head) {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  const bool has_body = !request.body.empty() || request.method == Method::post || request.method == Method::put ||
                        request.method == Method::patch;
  if (has_body) {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, std::string(to_string(request.method)).c_str());
}

void configure(CURL* easy, const ClientRequest& request, const ClientOptions& options, Transfer& transfer) {
  const char* const protocols = request.scheme == Scheme::https_only ? "https" : "http,https";
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols);
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, request.max_redirects > 0 ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, static_cast<long>(request.max_redirects));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  if (!options.ca_bundle.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_bundle.c_str());
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  set_method(easy, request);
}

std::unexpected<Error> failure_of(CURLcode code, const char* detail, const Transfer& transfer) {
  const std::string text = *detail ? detail : curl_easy_strerror(code);
  if (transfer.too_large)
    return fail(Errc::upstream, "response_too_large", "the answer is larger than " + std::to_string(transfer.request.max_body) + " bytes");
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return fail(Errc::timeout, text);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return fail(Errc::invalid, "invalid_url", text);
    case CURLE_COULDNT_RESOLVE_HOST: return fail(Errc::upstream, "dns_failed", text);
    case CURLE_COULDNT_CONNECT:
      if (transfer.blocked)
        return fail(Errc::invalid, "ssrf_blocked", "requests to " + transfer.blocked->to_string() + " are not allowed (outbound.allow_cidrs)");
      return fail(Errc::upstream, "connection_failed", text);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return fail(Errc::upstream, "tls_failed", text);
    default: return fail(Errc::upstream, "upstream_failed", text);
  }
}

}  // namespace

Client::Client(ClientOptions options) : options_(std::move(options)) { initialise_curl(); }

Result<ClientResponse> Client::send(const ClientRequest& request) const {
  if (!is_field(request.url)) return fail(Errc::invalid, "invalid_url", "the URL contains a line break");
  for (const auto& [name, value] : request.headers.entries())
    if (!is_field(name) || !is_field(value)) return fail(Errc::invalid, "a header contains a line break");
  const EasyPtr easy(curl_easy_init());
  if (!easy) return fail(Errc::internal, "cannot start an outgoing request");
  Transfer transfer{request, options_.allow_cidrs, {}, {}, false};
  configure(easy.get(), request, options_, transfer);
  const ListPtr headers = header_list(request.headers);
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  std::array<char, CURL_ERROR_SIZE> detail{};
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, detail.data());
  const CURLcode code = curl_easy_perform(easy.get());
  if (code != CURLE_OK) return failure_of(code, detail.data(), transfer);
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.response.status = static_cast<int>(status);
  return std::move(transfer.response);
}

}  // namespace openstrat::http
