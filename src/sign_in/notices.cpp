#include "sign_in/notices.hpp"

#include <utility>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/url_signer.hpp"

namespace openstrat::sign_in {
namespace {

using identity::Origin;
using identity::User;

/// `n•••@example.net`: the old address need not learn the whole new one.
std::string masked(const std::string& email) {
  const auto at = email.find('@');
  std::size_t first = 1;
  while (first < at && (static_cast<unsigned char>(email[first]) & 0xC0) == 0x80) ++first;
  return email.substr(0, first) + "•••" + email.substr(at);
}

void add_origin(Attributes& fields, const Origin& origin) {
  if (origin.ip) fields.set("address", *origin.ip);
  if (auto device = device_name(origin.user_agent.value_or("")); !device.empty()) fields.set("device", std::move(device));
}

}  // namespace

std::string device_name(std::string_view user_agent) {
  using Names = std::pair<std::string_view, std::string_view>;
  // The first that occurs counts: Edge and Opera also say Chrome, Chrome also says Safari, Android also says Linux.
  static constexpr Names kBrowsers[] = {{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}};
  static constexpr Names kSystems[] = {{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}};
  const auto find = [&](const auto& names) -> std::string_view {
    for (const auto& [word, name] : names)
      if (user_agent.contains(word)) return name;
    return {};
  };
  const auto browser = find(kBrowsers), system = find(kSystems);
  if (browser.empty()) return "";
  return system.empty() ? std::string(browser) : std::string(browser) + " on " + std::string(system);
}

std::string Notices::hash_of_email(std::string_view email) { return crypto::hex(crypto::sha256(email)).substr(0, 40); }

Status Notices::send(db::Session& session, const User& user, const std::string& to, std::string_view template_name, Attributes fields,
                     std::optional<Timestamp> useless_after) {
  auto sent = deps_.mailer.send(session, {.to = to, .to_name = user.name, .template_name = std::string(template_name), .fields = std::move(fields),
                                          .locale = user.locale, .timezone = user.timezone, .useless_after = useless_after});
  if (sent || sent.error().code() != Errc::invalid) return sent;
  log::warning("a mail about an account was not accepted", {{"template", template_name}, {"user", user.id.to_string()}, log::of(sent.error())});
  return {};
}

Status Notices::verify_email(db::Session& session, const User& user, const std::string& email) {
  const Timestamp expires = deps_.clock.now() + kVerifyLinkLife;
  const std::string path = "/email/verify/" + user.id.to_string() + "/" + hash_of_email(email);
  return send(session, user, email, "verify_email", {{"link", deps_.settings.auth_url + deps_.signer.sign(path, expires)}, {"expires_at", to_iso8601(expires)}}, expires);
}

Status Notices::account_exists(db::Session& session, const User& user, const Origin& origin) {
  Attributes fields{{"sign_in_link", deps_.settings.auth_url + "/signin"}, {"reset_link", deps_.settings.auth_url + "/password/forgot"}};
  if (origin.ip) fields.set("address", *origin.ip);
  return send(session, user, user.email, "account_exists", std::move(fields));
}

Status Notices::password_link(db::Session& session, const User& user, const std::string& token, const Origin& origin) {
  const Timestamp expires = deps_.clock.now() + kPasswordLinkLife;
  Attributes fields{{"link", deps_.settings.auth_url + "/password/reset?token=" + token}, {"expires_at", to_iso8601(expires)}};
  add_origin(fields, origin);
  return send(session, user, user.email, "password_reset", std::move(fields), expires);
}

Status Notices::password_changed(db::Session& session, const User& user, const Origin& origin) {
  Attributes fields{{"changed_at", to_iso8601(deps_.clock.now())}, {"reset_link", deps_.settings.auth_url + "/password/forgot"}};
  add_origin(fields, origin);
  return send(session, user, user.email, "password_changed", std::move(fields));
}

Status Notices::email_changed(db::Session& session, const User& user, const std::string& new_email, const Origin& origin) {
  Attributes fields{{"new_email", masked(new_email)}, {"changed_at", to_iso8601(deps_.clock.now())}};
  add_origin(fields, origin);
  return send(session, user, user.email, "email_changed", std::move(fields));
}

Status Notices::new_sign_in(db::Session& session, const User& user, const Origin& origin) {
  Attributes fields{{"signed_in_at", to_iso8601(deps_.clock.now())}, {"security_link", deps_.settings.auth_url + "/account"}};
  add_origin(fields, origin);
  return send(session, user, user.email, "new_sign_in", std::move(fields));
}

void Notices::record(const Event& event, const Origin& origin) noexcept {
  const auto present = [](const std::string& text) { return text.empty() ? std::optional<std::string>{} : std::optional<std::string>(text); };
  deps_.audit.record({.team_id = event.team_id, .actor_kind = audit::ActorKind::user, .user_id = event.user_id, .email = present(event.email),
                      .session_id = present(event.session_id), .event_time = deps_.clock.now(), .endpoint = event.name,
                      .status_code = event.status_code, .ip_address = origin.ip, .user_agent = origin.user_agent, .note = present(event.note)});
}

}  // namespace openstrat::sign_in
