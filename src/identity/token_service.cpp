#include "identity/token_service.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/crypto.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "identity/credential_cache.hpp"
#include "identity/session_keeper.hpp"
#include "identity/session_store.hpp"
#include "identity/signing_keys.hpp"
#include "identity/user_store.hpp"

namespace openstrat::identity {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestToken = 16 * 1024;
constexpr Duration kRememberVerified = std::chrono::minutes(1);
constexpr std::size_t kRememberedTokens = 10'000;
constexpr int kPurgeStep = 500;
constexpr std::chrono::days kKeepEndedSessions{30};
constexpr std::size_t kLongestIssuer = 200;  // of another installation, in a message

std::unexpected<Error> invalid_token(std::string why) { return fail(Errc::unauthenticated, "token_invalid", std::move(why)); }

std::string encode(const json::object& object) { return crypto::base64url(json::serialize(object)); }

std::optional<json::object> decode_object(std::string_view encoded) {
  const auto text = crypto::unbase64url(encoded);
  if (!text) return std::nullopt;
  boost::system::error_code error;
  auto value = json::parse(*text, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

std::string_view text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

/// Seconds since 1970 within a range that our Timestamp can hold.
std::optional<Timestamp> time_of(const json::object& object, std::string_view name) {
  constexpr std::int64_t kLatest = 253'402'300'799;  // year 9999
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  const auto seconds = value->get_int64();
  if (seconds < 0 || seconds > kLatest) return std::nullopt;
  return Timestamp(std::chrono::seconds(seconds));
}

/// `aud` is one text or a list.
bool names_audience(const json::object& object, std::string_view audience) {
  const auto* value = object.if_contains("aud");
  if (value == nullptr) return false;
  if (value->is_string()) return std::string_view(value->get_string()) == audience;
  return value->is_array() && std::ranges::any_of(value->get_array(), [&](const json::value& one) {
           return one.is_string() && std::string_view(one.get_string()) == audience;
         });
}

std::vector<std::string> scopes_in(const json::object& object) {
  const auto* value = object.if_contains("scopes");
  if (value == nullptr) value = object.if_contains("permissions");
  std::vector<std::string> scopes;
  if (value == nullptr || !value->is_array()) return scopes;
  for (const auto& one : value->get_array()) {
    if (one.is_string()) scopes.emplace_back(std::string_view(one.get_string()));
  }
  std::ranges::sort(scopes);
  return scopes;
}

/// The team that a new session starts in.
Result<std::optional<Team>> first_team(db::Session& session, UserId user, const std::optional<TeamId>& wished) {
  auto teams = user_store::teams_of(session, user);
  if (!teams) return fail(teams.error());
  if (!wished) return teams->empty() ? std::optional<Team>{} : std::optional<Team>(std::move(teams->front()));
  const auto found = std::ranges::find(*teams, *wished, &Team::id);
  if (found == teams->end()) return fail(Errc::not_found, "The user is not a member of this team.");
  return std::optional<Team>(std::move(*found));
}

/// What a token says.
struct SignIn {
  User user;
  std::optional<Team> team;
  std::vector<std::string> scopes;
  std::string session_id;
  Timestamp issued_at{}, expires_at{};
  TokenRequest request;  ///< of issue_for()
};

json::object claims_of(const SignIn& sign_in, const Settings& settings) {
  const auto seconds = [](Timestamp time) { return to_unix_seconds(time); };
  json::object claims{{"iss", settings.issuer}, {"aud", settings.audience}, {"sub", "local|" + sign_in.user.id.to_string()},
                      {"iat", seconds(sign_in.issued_at)}, {"nbf", seconds(sign_in.issued_at)}, {"exp", seconds(sign_in.expires_at)}};
  if (!sign_in.request.audiences.empty()) {
    json::array all{settings.audience};
    all.insert(all.end(), sign_in.request.audiences.begin(), sign_in.request.audiences.end());
    claims["aud"] = std::move(all);
  }
  if (!sign_in.request.client_id.empty()) claims["client_id"] = sign_in.request.client_id;
  if (!sign_in.request.granted.empty()) claims["scope"] = sign_in.request.granted;
  if (!sign_in.request.grant_id.empty()) claims["grant"] = sign_in.request.grant_id;
  if (sign_in.request.delegated_team) claims["delegated"] = true;
  claims["user_id"] = sign_in.user.id.to_string();
  if (sign_in.team) claims["id"] = sign_in.team->id.to_string();
  if (sign_in.team && sign_in.team->organization_id) claims["org_id"] = sign_in.team->organization_id->to_string();
  claims["email"] = sign_in.user.email;
  claims["name"] = sign_in.user.name;
  claims["session"] = sign_in.session_id;
  claims["scopes"] = json::array(sign_in.scopes.begin(), sign_in.scopes.end());
  claims["timezone"] = sign_in.user.timezone;
  claims["date_format"] = sign_in.user.date_format;
  claims["time_format"] = sign_in.user.time_format;
  claims["language"] = sign_in.user.locale;
  return claims;
}

std::string sign(const json::object& claims, const SigningKeys::Key& key) {
  std::string token = encode({{"alg", "RS256"}, {"typ", "JWT"}, {"kid", key.kid}}) + "." + encode(claims);
  token += "." + crypto::base64url(key.key.sign_sha256(token));
  return token;
}

TokenService::Issued signed_token(const SignIn& sign_in, const SigningKeys::Key& key, const Settings& settings) {
  return {.access_token = sign(claims_of(sign_in, settings), key), .expires_at = sign_in.expires_at, .session_id = sign_in.session_id};
}

}  // namespace

TokenService::TokenService(Dependencies dependencies)
    : deps_(dependencies), verified_(deps_.clock, kRememberVerified, kRememberedTokens) {}

Result<TokenService::Issued> TokenService::issue(UserId user_id, std::optional<TeamId> team_id, const Origin& origin) {
  const Timestamp now = deps_.clock.now();
  const auto key = deps_.keys.newest();
  if (!key) return fail(key.error());
  Session row{.id = "sess_" + ksuid(now, deps_.rng), .user_id = user_id, .ip = origin.ip, .user_agent = origin.user_agent,
              .created_at = now, .expires_at = now + deps_.settings.access_token_life};
  const auto sign_in = deps_.database.write([&](db::Session& session) -> Result<SignIn> {
    auto user = user_store::find(session, user_id);
    if (!user) return fail(user.error());
    if (auto allowed = may_sign_in(*user); !allowed) return fail(allowed.error());
    auto team = first_team(session, user_id, team_id);
    if (!team) return fail(team.error());
    SignIn out{.user = *std::move(user), .team = *std::move(team), .session_id = row.id, .issued_at = row.created_at, .expires_at = row.expires_at};
    row.current_team_id = out.team ? std::optional<TeamId>(out.team->id) : std::nullopt;
    if (out.team) {
      auto scopes = user_store::scopes_of(session, Tenant{out.team->id}, user_id);
      if (!scopes) return fail(scopes.error());
      out.scopes = *std::move(scopes);
    }
    if (auto stored = user_store::insert_session(session, row); !stored) return fail(stored.error());
    return out;
  });
  if (!sign_in) return fail(sign_in.error());
  return signed_token(*sign_in, *key, deps_.settings);
}

Result<TokenService::Issued> TokenService::issue_for(const TokenRequest& request) {
  const Timestamp now = deps_.clock.now();
  const auto key = deps_.keys.newest();
  if (!key) return fail(key.error());
  const auto sign_in = deps_.database.write([&](db::Session& session) -> Result<SignIn> {
    auto access = user_store::load_access(session, request.session_id, request.delegated_team);
    if (!access) return fail(access.error());
    if (!*access || (*access)->revoked || (*access)->expires_at <= now || (*access)->user.status == UserStatus::deleted)
      return invalid_token("The session is over; sign in again.");
    if (auto allowed = may_sign_in((*access)->user); !allowed) return fail(allowed.error());
    SignIn out{.user = std::move((*access)->user), .scopes = (*access)->scopes, .session_id = request.session_id,
               .issued_at = now, .expires_at = now + deps_.settings.access_token_life, .request = request};
    if (request.delegated_team) {
      if (!(*access)->team_id) return invalid_token("The user is not a member of the application's team.");
      out.scopes.clear();
      std::ranges::set_intersection((*access)->scopes, request.delegated_scopes, std::back_inserter(out.scopes));
    }
    if ((*access)->team_id) {
      auto team = user_store::find_team(session, Tenant{*(*access)->team_id});
      if (!team) return fail(team.error());
      out.team = *std::move(team);
    }
    if (request.keep_session_until)
      if (auto kept = session_store::keep_until(session, request.session_id, *request.keep_session_until); !kept) return fail(kept.error());
    return out;
  });
  if (!sign_in) return fail(sign_in.error());
  return signed_token(*sign_in, *key, deps_.settings);
}

Result<TokenService::Issued> TokenService::issue_machine(const MachineRequest& request) {
  const Timestamp now = deps_.clock.now();
  const auto key = deps_.keys.newest();
  if (!key) return fail(key.error());
  const auto team = deps_.database.read([&](db::Session& session) { return user_store::find_team(session, Tenant{request.team_id}); });
  if (!team) return fail(team.error());
  const Timestamp expires_at = now + deps_.settings.access_token_life;
  json::object claims{{"iss", deps_.settings.issuer}, {"aud", deps_.settings.audience}, {"sub", "client|" + request.client_id},
                      {"iat", to_unix_seconds(now)}, {"nbf", to_unix_seconds(now)}, {"exp", to_unix_seconds(expires_at)},
                      {"client_id", request.client_id}, {"grant", request.grant_id}, {"id", request.team_id.to_string()}, {"name", request.client_name}};
  if (team->organization_id) claims["org_id"] = team->organization_id->to_string();
  claims["scopes"] = json::array(request.scopes.begin(), request.scopes.end());
  return Issued{.access_token = sign(claims, *key), .expires_at = expires_at, .session_id = {}};
}

Result<Claims> TokenService::decode(std::string_view token) {
  const auto first_dot = token.find('.');
  const auto last_dot = token.rfind('.');
  if (token.size() > kLongestToken || first_dot == token.npos || first_dot == last_dot) return invalid_token("The access token is garbled.");
  const auto header = decode_object(token.substr(0, first_dot));
  const auto signature = crypto::unbase64url(token.substr(last_dot + 1));
  if (!header || !signature) return invalid_token("The access token is garbled.");
  if (text_of(*header, "alg") != "RS256") return invalid_token("The access token is not signed with RS256.");
  const auto key = deps_.keys.find(text_of(*header, "kid"));
  if (!key) return fail(key.error());
  if (!*key) return invalid_token("The access token was signed with a key that is not published (kid).");
  if (!(*key)->key.verify_sha256(token.substr(0, last_dot), *signature)) return invalid_token("The signature of the access token is wrong.");

  const auto payload = decode_object(token.substr(first_dot + 1, last_dot - first_dot - 1));
  if (!payload) return invalid_token("The access token is garbled.");
  const auto issuer = text_of(*payload, "iss");
  if (issuer != deps_.settings.issuer && std::ranges::find(deps_.settings.trusted_issuers, issuer) == deps_.settings.trusted_issuers.end())
    return invalid_token("The access token is of the issuer " + text::to_clean_utf8(issuer.substr(0, kLongestIssuer)) + " (iss), this server is " + deps_.settings.issuer +
                         ". If it was made with `openstrat admin create-token`: give that command the server's --config or public_url.");
  // While a host name changes, the old one is issuer and audience alike.
  const bool for_us = names_audience(*payload, deps_.settings.audience) || (issuer != deps_.settings.issuer && names_audience(*payload, issuer));
  if (!for_us) return invalid_token("The access token is not for this API, " + deps_.settings.audience + " (aud).");
  const auto expires_at = time_of(*payload, "exp");
  Claims claims{.session_id = std::string(text_of(*payload, "session")), .scopes = scopes_in(*payload),
                .client_id = std::string(text_of(*payload, "client_id")), .granted = std::string(text_of(*payload, "scope")),
                .grant_id = std::string(text_of(*payload, "grant")), .team_id = TeamId::parse(text_of(*payload, "id")),
                .is_delegated = payload->contains("delegated"), .not_before = time_of(*payload, "nbf").value_or(Timestamp{})};
  const auto user_id = UserId::parse(text_of(*payload, "user_id"));
  const bool is_users = user_id && !claims.session_id.empty();
  const bool is_machines = !user_id && claims.session_id.empty() && !claims.client_id.empty() && !claims.grant_id.empty() && claims.team_id;
  if (!expires_at || !(is_users || is_machines)) return invalid_token("The access token lacks a claim.");
  if (user_id) claims.user_id = *user_id;
  claims.expires_at = *expires_at;
  return claims;
}

Result<std::shared_ptr<const Claims>> TokenService::verify(std::string_view token) {
  const auto digest = crypto::sha256(token);
  const std::string_view cache_key(reinterpret_cast<const char*>(digest.data()), digest.size());
  std::shared_ptr<const Claims> claims;
  if (auto cached = verified_.get(cache_key)) {
    claims = *std::move(cached);
  } else {
    const auto generation = verified_.generation();
    auto decoded = decode(token);
    if (!decoded) return fail(std::move(decoded.error()));
    claims = std::make_shared<const Claims>(*std::move(decoded));
    verified_.put(cache_key, claims, generation);
  }
  const Timestamp now = deps_.clock.now();
  if (claims->not_before > now + kLeeway) return invalid_token("The access token is not valid yet (nbf).");
  if (claims->expires_at + kLeeway <= now) return fail(Errc::unauthenticated, "token_expired", "The access token has expired; sign in again.");
  return claims;
}

Status TokenService::revoke_session(std::string_view session_id) {
  return deps_.database.write([&](db::Session& session) -> Status {
    if (auto noted = deps_.cache.changed(session, Change::of_session(session_id)); !noted) return noted;
    return user_store::revoke_session(session, session_id, deps_.clock.now());
  });
}

Status TokenService::purge_sessions() {
  const Timestamp before = deps_.clock.now() - kKeepEndedSessions;
  while (true) {
    const auto removed = deps_.database.write([&](db::Session& session) { return user_store::remove_sessions_before(session, before, kPurgeStep); });
    if (!removed) return fail(removed.error());
    if (*removed < kPurgeStep) return {};
  }
}

}  // namespace openstrat::identity
