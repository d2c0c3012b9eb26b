#include "mail/routes.hpp"

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "http/router.hpp"
#include "mail/mailbox_dto.hpp"

namespace openstrat::mail {
namespace {

using http::Auth;
using http::Call;
using http::Method;
using http::Text;

constexpr int kShown = 100;

/// `[::1]:8444` → `::1`
std::string_view host_of(std::string_view header) {
  if (header.starts_with('[')) return header.substr(1, header.find(']') - 1);
  return header.substr(0, header.find(':'));
}

/// A name that somebody's page points at 127.0.0.1 is not this machine's own.
bool names_this_machine(const http::Request& request, const Settings& settings) {
  const auto host = host_of(request.headers.find("Host").value_or(""));
  return host == "localhost" || IpAddress::parse(host) || std::ranges::find(settings.own_hosts, host) != settings.own_hosts.end();
}

/// Behind a proxy that is not trusted everybody looks like this machine.
bool was_forwarded(const http::Request& request) {
  return std::ranges::any_of(std::initializer_list<std::string_view>{"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"},
                             [&](std::string_view name) { return request.headers.contains(name); });
}

Status admit(const http::Request& request, const Settings& settings) {
  if (!settings.captures()) return fail(Errc::not_found, "Mails are sent, not captured: there is an SMTP server.");
  const auto& allowed = settings.mailbox_allow;
  const bool inside = allowed.empty() ? request.remote.is_loopback() && !was_forwarded(request)
                                      : std::ranges::any_of(allowed, [&](const Cidr& net) { return net.contains(request.remote); });
  if (inside && names_this_machine(request, settings)) return {};
  return fail(Errc::forbidden, "resource_blocked", "The capture mailbox is for this machine and for internal.allow_cidrs.");
}

void set_page_headers(Call& call, std::string policy) {
  call.reply.headers.set("Content-Security-Policy", std::move(policy));
  call.reply.headers.set("Cache-Control", "no-store");
  call.reply.headers.set("X-Content-Type-Options", "nosniff");
  call.reply.headers.set("Referrer-Policy", "no-referrer");
}

std::string shown(Timestamp time) { return format_in_zone(time, "UTC", "%Y-%m-%d %H:%M:%S"); }
std::string link_of(const Uuid& id) { return "/internal/mailbox/" + id.to_string(); }

Result<Text> page(Call& call, const MailboxServices& s, templates::Fields fields) {
  std::array<std::uint8_t, 16> random{};
  s.rng.fill(random);
  const std::string nonce = crypto::hex(random);
  templates::add_brand(fields, s.settings.brand);
  auto html = s.library.render_html("mail/mailbox", fields.text("nonce", nonce));
  if (!html) return fail(html.error());
  set_page_headers(call, "default-src 'none'; style-src 'nonce-" + nonce + "'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
  return Text{"text/html; charset=utf-8", std::move(*html)};
}

Result<Text> list_page(Call& call, const MailboxServices& s) {
  const auto mails = s.mailbox.list(kShown);
  if (!mails) return fail(mails.error());
  std::vector<templates::Fields> rows;
  for (const auto& mail : *mails)
    rows.push_back(templates::Fields().text("when", shown(mail.captured_at)).text("to", mail.letter.to).text("subject", mail.letter.subject).text("link", link_of(mail.id)));
  return page(call, s, templates::Fields().text("title", "Mailbox").flag("is_list", true).flag("has_mails", !rows.empty()).list("mails", std::move(rows)));
}

Result<CaptureMailbox::Mail> find(const MailboxServices& s, const Uuid& id) {
  auto mail = s.mailbox.find(id);
  if (!mail) return fail(mail.error());
  if (!*mail) return fail(Errc::not_found, "There is no such mail.");
  return std::move(**mail);
}

/// The mail itself, as a document without scripts, forms and an origin; its links open elsewhere.
Result<Text> frame(Call& call, const MailboxServices& s, const Uuid& id) {
  const auto mail = find(s, id);
  if (!mail) return fail(mail.error());
  set_page_headers(call, "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https:; frame-ancestors 'self'");
  std::string html = mail->letter.html;
  constexpr std::string_view kHead = "<head>";
  if (const auto at = html.find(kHead); at != std::string::npos) html.insert(at + kHead.size(), "<base target=\"_blank\">");
  return Text{"text/html; charset=utf-8", std::move(html)};
}

template <class Request, class View>
http::Route<Request, View> route(std::string_view summary, std::string_view description, const MailboxServices& s,
                                 std::function<Result<View>(Call&, const Request&)> answer) {
  return {.family = "Operation", .summary = summary, .description = description, .auth = Auth::public_, .own_auth = "internal-network", .scope = "-",
          .errors = {Errc::not_found}, .handle = [s, answer = std::move(answer)](Call& call, Request request) -> Result<View> {
            if (auto admitted = admit(call.request, s.settings); !admitted) return fail(admitted.error());
            return answer(call, request);
          }};
}

CapturedMailView to_view(const CaptureMailbox::Mail& mail) {
  return {.id = mail.id, .captured_at = mail.captured_at, .from = mail.letter.from, .to = mail.letter.to, .subject = mail.letter.subject,
          .text = mail.letter.text, .html = mail.letter.html};
}

}  // namespace

void add_mailbox_routes(http::Router& router, const MailboxServices& s) {
  auto list = route<http::NoFields, Text>("Captured mails, as a page", "What would have been sent, when there is no SMTP server. From this machine and internal.allow_cidrs only.",
                                          s, [s](Call& call, const http::NoFields&) { return list_page(call, s); });
  list.media_type = "text/html";
  router.add(Method::get, "/internal/mailbox", std::move(list));

  router.add(Method::get, "/internal/mailbox/messages",
             route<CapturedMailsRequest, std::vector<CapturedMailView>>("Captured mails", "Up to 100, newest first.", s,
                 [s](Call& call, const CapturedMailsRequest& request) -> Result<std::vector<CapturedMailView>> {
                   const auto mails = s.mailbox.list(request.to ? CaptureMailbox::kMost : kShown);
                   if (!mails) return fail(mails.error());
                   std::vector<CapturedMailView> views;
                   for (const auto& mail : *mails)
                     if (views.size() < kShown && (!request.to || text::equal_ignoring_case(mail.letter.to, *request.to))) views.push_back(to_view(mail));
                   call.reply.headers.set("Cache-Control", "no-store");
                   return views;
                 }));

  auto one = route<CapturedMailRequest, Text>("A captured mail, as a page", "With its HTML part in a frame that runs nothing.", s,
      [s](Call& call, const CapturedMailRequest& request) -> Result<Text> {
        const auto mail = find(s, request.mail);
        if (!mail) return fail(mail.error());
        return page(call, s, templates::Fields().flag("is_list", false).text("title", mail->letter.subject).text("from", mail->letter.from).text("to", mail->letter.to)
                                 .text("when", shown(mail->captured_at)).text("text", mail->letter.text).text("frame", link_of(mail->id) + "/html"));
      });
  one.media_type = "text/html";
  router.add(Method::get, "/internal/mailbox/{mail:uuid}", std::move(one));

  auto framed = route<CapturedMailRequest, Text>("The HTML part of a captured mail", "For the frame of its page.", s,
      [s](Call& call, const CapturedMailRequest& request) { return frame(call, s, request.mail); });
  framed.media_type = "text/html";
  router.add(Method::get, "/internal/mailbox/{mail:uuid}/html", std::move(framed));
}

}  // namespace openstrat::mail
