#include "mail/catalogue.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace openstrat::mail {
namespace {

using enum FieldKind;
constexpr auto optional = Presence::optional;
constexpr auto required = Presence::required;

// Fields that many mails have.
constexpr FieldRule kAddress{"address", text, "203.0.113.7"};
constexpr FieldRule kOptionalAddress{"address", text, "203.0.113.7", optional};
constexpr FieldRule kDevice{"device", text, "Firefox on Windows", optional};
constexpr FieldRule kPlace{"place", text, "Berlin, Germany", optional};
constexpr FieldRule kLink{"link", url, "https://auth.example.net/do?token=abc&x=1"};
constexpr FieldRule kExpires{"expires_at", time, "2026-03-29T12:30:00.000000Z"};
constexpr FieldRule kChanged{"changed_at", time, "2026-03-29T12:00:00.000000Z"};
constexpr FieldRule kTeam{"team_name", name, "Acme Networks"};
constexpr FieldRule kActor{"actor_name", name, "Robin Example"};
constexpr FieldRule kSecurityLink{"security_link", url, "https://app.example.net/app/security"};
constexpr FieldRule kKey{"key_name", name, "ci deploy"};
constexpr FieldRule kKeysLink{"keys_link", url, "https://app.example.net/app/api-keys"};

constexpr FieldRule kVerifyEmail[] = {kLink, kExpires};
constexpr FieldRule kAccountExists[] = {kOptionalAddress, {"sign_in_link", url, "https://auth.example.net/signin"}, {"reset_link", url, "https://auth.example.net/password/reset"}};
constexpr FieldRule kInvitation[] = {kTeam, kActor, {"role", FieldKind::name, "Operator", optional}, kLink, kExpires};
constexpr FieldRule kUserCreated[] = {kTeam, kActor, kLink, {"expires_at", time, "2026-03-29T12:30:00.000000Z", optional}};
constexpr FieldRule kPasswordReset[] = {kLink, kExpires, kOptionalAddress, kDevice};
constexpr FieldRule kPasswordChanged[] = {kChanged, kOptionalAddress, kDevice, {"reset_link", url, "https://auth.example.net/password/reset"}};
constexpr FieldRule kEmailChanged[] = {{"new_email", text, "n•••@example.net"}, kChanged, kOptionalAddress, kDevice};
constexpr FieldRule kAccountBlocked[] = {{"attempts", number, "10"}, kAddress, kPlace, kLink, kExpires};
constexpr FieldRule kSuspiciousAddress[] = {
    {"attempts", number, "120"}, {"accounts", number, "40", optional}, kAddress, kPlace, {"seen_at", time, "2026-03-29T12:00:00.000000Z"}, kSecurityLink};
constexpr FieldRule kBreachedPassword[] = {kLink};
constexpr FieldRule kMfaChanged[] = {
    {"change", choice, "recovery_used", required, "enabled disabled passkey_added passkey_removed recovery_used recovery_renewed reset_by_admin"},
    {"factor", FieldKind::name, "Passkey of a laptop", optional}, {"codes_left", number, "7", optional}, kChanged, kOptionalAddress, kDevice, kSecurityLink};
constexpr FieldRule kAccountChanged[] = {
    {"change", choice, "sessions_revoked", required, "blocked unblocked sessions_revoked removed_from_team roles_changed deleted"}, kTeam, kActor, kChanged};
constexpr FieldRule kNewSignIn[] = {{"signed_in_at", time, "2026-03-29T12:00:00.000000Z"}, kAddress, kDevice, kPlace, kSecurityLink};
constexpr FieldRule kProvider{"provider_name", name, "Acme SSO"};
constexpr FieldRule kIdentityConfirmation[] = {kProvider, {"team_name", FieldKind::name, "Acme Networks", optional}, kLink, kExpires, kOptionalAddress};
constexpr FieldRule kIdentityLinked[] = {kProvider, kChanged, kOptionalAddress, kDevice, kSecurityLink};
constexpr FieldRule kApiKeyExpiring[] = {kKey, kTeam, kExpires, {"days", number, "14"}, {"last_used_at", time, "2026-03-28T12:00:00.000000Z", optional}, kKeysLink};
constexpr FieldRule kApiKeyOrphaned[] = {kKey, kTeam, {"owner_name", FieldKind::name, "Robin Example"}, kKeysLink};
constexpr FieldRule kTest[] = {{"server", text, "mail.example.net:587"}, {"sent_at", time, "2026-03-29T12:00:00.000000Z"}};

constexpr MailRule kCatalogue[] = {
    {"verify_email", "Asks to open a link, so that the address is known to be the person's own.", kVerifyEmail},
    {"account_exists", "Somebody signed up with an address that has an account: the page says nothing, this mail does.", kAccountExists},
    {"invitation", "Invites an address into a team.", kInvitation},
    {"user_created", "An administrator made the account; the link confirms the address and lets choose a password.", kUserCreated},
    {"password_reset", "The link to choose a new password.", kPasswordReset},
    {"password_changed", "The password was changed; the other sessions have ended.", kPasswordChanged},
    {"email_changed", "To the old address: it is no longer the address of the account.", kEmailChanged},
    {"account_blocked", "Too many wrong passwords from one address; the link lifts the block.", kAccountBlocked},
    {"suspicious_address", "To administrators: an address tried many accounts and is slowed down.", kSuspiciousAddress},
    {"breached_password", "The password is known from a breach; the link is to choose another.", kBreachedPassword},
    {"mfa_changed", "Two-factor sign-in was switched on or off, a factor or recovery code changed or was used.", kMfaChanged},
    {"account_changed", "An administrator changed the account.", kAccountChanged},
    {"new_sign_in", "A sign-in from a device that was not seen before.", kNewSignIn},
    {"identity_confirmation", "Asks the owner of a mailbox once whether a team's identity provider may sign him in.", kIdentityConfirmation},
    {"identity_linked", "Another way to sign in was added to the account.", kIdentityLinked},
    {"api_key_expiring", "To administrators: an API key expires soon.", kApiKeyExpiring},
    {"api_key_orphaned", "To administrators: the owner of an API key has left.", kApiKeyOrphaned},
    {"test", "What `openstrat admin send-test-mail` sends.", kTest},
};

bool has_control_characters(std::string_view value) {
  return std::ranges::any_of(value, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

bool is_word(std::string_view words, std::string_view value) {
  const auto all = text::split(words, ' ');
  return std::ranges::find(all, value) != all.end();
}

/// Why the value does not fit, as a sentence without its subject; empty when it does.
std::string objection(const FieldRule& rule, const Attributes::Scalar& value) {
  if (rule.kind == number) return std::holds_alternative<std::int64_t>(value) ? "" : "must be a whole number";
  const auto* text = std::get_if<std::string>(&value);
  if (!text) return "must be a text";
  if (!text::is_utf8(*text) || has_control_characters(*text)) return "must be one line without control characters";
  if (text->size() > 2000) return "is too long";
  switch (rule.kind) {
    case url: return (text->starts_with("https://") || text->starts_with("http://")) && !text->contains(' ') ? "" : "must be an http or https URL";
    case time: return parse_iso8601(*text) ? "" : "must be a time";
    case choice: return is_word(rule.words, *text) ? "" : "must be one of: " + std::string(rule.words);
    case FieldKind::text: case FieldKind::name: case number: return "";
  }
  std::unreachable();
}

bool is_absent(const Attributes::Scalar* value) {
  if (!value || std::holds_alternative<std::monostate>(*value)) return true;
  const auto* text = std::get_if<std::string>(value);
  return text && text->empty();
}

Status check_fields(const MailRule& rule, const Attributes& fields) {
  for (const FieldRule& field : rule.fields) {
    const auto* value = fields.find(field.name);
    if (is_absent(value)) {
      if (field.presence == required) return invalid_field(std::string(field.name), "is needed by the mail '" + std::string(rule.name) + "'");
      continue;
    }
    if (const std::string wrong = objection(field, *value); !wrong.empty()) return invalid_field(std::string(field.name), wrong);
  }
  for (const auto& [name, value] : fields.entries())
    if (std::ranges::find(rule.fields, name, &FieldRule::name) == rule.fields.end())
      return invalid_field(name, "is no field of the mail '" + std::string(rule.name) + "'");
  return {};
}

}  // namespace

std::span<const MailRule> catalogue() { return kCatalogue; }

const MailRule* find_rule(std::string_view name) {
  const auto found = std::ranges::find(kCatalogue, name, &MailRule::name);
  return found == std::end(kCatalogue) ? nullptr : &*found;
}

bool is_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || at + 1 == text.size() || text.size() > 254) return false;
  if (!text::is_utf8(text) || text.front() == '.' || text.front() == '-' || text[at - 1] == '.') return false;
  if (text[at + 1] == '.' || text[at + 1] == '-' || text.back() == '.' || text.contains("..")) return false;
  return std::ranges::none_of(text, [](unsigned char c) { return c <= 0x20 || c == 0x7F; }) &&
         text.find_first_of("\"\\()<>[],;:") == std::string_view::npos && std::ranges::count(text, '@') == 1;
}

Status check(const Message& message) {
  const MailRule* rule = find_rule(message.template_name);
  if (!rule) return fail(Errc::invalid, "there is no mail '" + message.template_name + "'");
  if (!is_address(message.to)) return invalid_field("to", "must be an e-mail address");
  if (!text::is_utf8(message.to_name) || has_control_characters(message.to_name) || message.to_name.size() > 400)
    return invalid_field("to_name", "must be one line without control characters");
  return check_fields(*rule, message.fields);
}

}  // namespace openstrat::mail
