#include "oidc/id_tokens.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/jose.hpp"
#include "identity/signer_service.hpp"

namespace openstrat::oidc {
namespace {

namespace json = boost::json;

constexpr std::string_view kSubjectPrefix = "local|";

/// The left half of SHA-256, as RS256 wants it (OpenID Connect Core §3.1.3.6).
std::string half_hash(std::string_view text) {
  const auto digest = crypto::sha256(text);
  return crypto::base64url({reinterpret_cast<const char*>(digest.data()), digest.size() / 2});
}

bool has(const std::vector<std::string>& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

void add_profile(const identity::User& user, const std::vector<std::string>& scopes, json::object& out) {
  if (has(scopes, "profile")) {
    out["name"] = user.name;
    const auto blank = user.name.rfind(' ');
    if (blank != std::string::npos) {
      out["given_name"] = user.name.substr(0, blank);
      out["family_name"] = user.name.substr(blank + 1);
    } else {
      out["given_name"] = user.name;
    }
    out["locale"] = user.locale;
    out["zoneinfo"] = user.timezone;
    out["updated_at"] = to_unix_seconds(user.updated_at);
  }
  if (has(scopes, "email")) {
    out["email"] = user.email;
    out["email_verified"] = user.email_verified;
  }
}

}  // namespace

std::string subject_of(UserId user) { return std::string(kSubjectPrefix) + user.to_string(); }

bool is_multi_factor(const std::vector<std::string>& methods) {
  return has(methods, "mfa") || has(methods, "otp") || has(methods, "hwk") || has(methods, "swk") || has(methods, "sms");
}

std::string profile_claims(const identity::User& user, const std::vector<std::string>& scopes) {
  json::object out{{"sub", subject_of(user.id)}};
  add_profile(user, scopes, out);
  return json::serialize(out);
}

Result<std::string> IdTokens::make(const About& about) const {
  const Timestamp now = clock_.now();
  const Grant& grant = about.grant;
  json::object claims{{"iss", settings_.issuer}, {"sub", subject_of(about.user.id)}, {"aud", grant.client_id}, {"azp", grant.client_id},
                      {"iat", to_unix_seconds(now)}, {"exp", to_unix_seconds(now + settings_.id_token_life)}};
  if (grant.authenticated_at) claims["auth_time"] = to_unix_seconds(*grant.authenticated_at);
  if (about.nonce) claims["nonce"] = *about.nonce;
  claims["at_hash"] = half_hash(about.access_token);
  claims["amr"] = json::array(grant.methods.begin(), grant.methods.end());
  claims["acr"] = is_multi_factor(grant.methods) ? "aal2" : "aal1";
  if (grant.session_id) claims["sid"] = *grant.session_id;
  add_profile(about.user, grant.scopes, claims);
  return signer_.sign(json::serialize(claims));
}

Result<std::optional<IdTokens::Hint>> IdTokens::read_hint(std::string_view token) const {
  const auto opened = signer_.open(token);
  if (!opened) return fail(opened.error());
  const std::optional<Hint> none;
  if (!*opened) return none;
  const auto claims = jose::Claims::parse(**opened);
  // An access token is signed with the same keys; it names no session in `sid`.
  if (!claims || claims->text("iss") != settings_.issuer || !claims->has("sid")) return none;
  const auto subject = claims->text("sub").value_or("");
  const auto user = subject.starts_with(kSubjectPrefix) ? UserId::parse(std::string_view(subject).substr(kSubjectPrefix.size())) : std::nullopt;
  const auto audience = claims->texts("aud");
  if (!user || audience.size() != 1) return none;
  return std::optional<Hint>(Hint{.client_id = audience.front(), .user_id = *user, .session_id = claims->text("sid").value_or("")});
}

}  // namespace openstrat::oidc
