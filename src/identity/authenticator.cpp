#include "identity/authenticator.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "identity/client_token_service.hpp"
#include "identity/credential_cache.hpp"
#include "identity/credential_store.hpp"
#include "identity/mfa_requirement_service.hpp"
#include "identity/session_activity.hpp"
#include "identity/token_service.hpp"

namespace openstrat::identity {
namespace {

using http::Auth;
using http::Principal;

constexpr std::size_t kUuidLength = 36;
constexpr Duration kUseIsWrittenEvery = std::chrono::minutes(1);

std::unexpected<Error> refuse(const char* reason, std::string message) {
  return fail(Errc::unauthenticated, reason, std::move(message));
}
std::unexpected<Error> unknown_credential() { return refuse("token_invalid", "The credential is not one of this installation."); }
std::unexpected<Error> not_accepted(const char* what) {
  return refuse("token_invalid", std::string("This operation does not take ") + what + ".");
}

/// Authorization: Bearer …, and for internal routes X-Bearer-Token.
Result<std::string_view> bearer_of(const http::Request& request, Auth accepted) {
  if (const auto header = request.headers.find("Authorization")) {
    if (!text::starts_with_ignoring_case(*header, "bearer ")) return refuse("token_invalid", "Send `Authorization: Bearer …`.");
    const auto token = text::trim(header->substr(7));
    if (token.empty()) return refuse("token_missing", "The Authorization header carries no credential.");
    return token;
  }
  if (const auto header = request.headers.find("X-Bearer-Token"); header && contains(accepted, Auth::internal)) {
    const auto token = text::trim(*header);
    if (!token.empty()) return token;
  }
  return refuse("token_missing", "Send an access token or an API key as `Authorization: Bearer …`.");
}

struct ColonKey {
  CredentialId id;
  TeamId team;
  std::string_view secret;
};

/// `{tokenId}:{teamId}:{secret}`
std::optional<ColonKey> parse_colon_key(std::string_view token) {
  if (token.size() <= 2 * (kUuidLength + 1) || token[kUuidLength] != ':' || token[2 * kUuidLength + 1] != ':') return std::nullopt;
  const auto id = CredentialId::parse(token.substr(0, kUuidLength));
  const auto team = TeamId::parse(token.substr(kUuidLength + 1, kUuidLength));
  if (!id || !team) return std::nullopt;
  return ColonKey{*id, *team, token.substr(2 * (kUuidLength + 1))};
}

bool secret_matches(const CachedKey& key, std::string_view secret) {
  const auto digest = crypto::sha256(secret);
  return crypto::equal_constant_time(key.secret_digest, {reinterpret_cast<const char*>(digest.data()), digest.size()});
}

/// `/internal` covers `/internal` and `/internal/x`, not `/internals`.
bool covers(std::string_view prefix, std::string_view path) {
  if (prefix.ends_with('/')) prefix.remove_suffix(1);
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

}  // namespace

BearerAuthenticator::BearerAuthenticator(Dependencies dependencies) : deps_(dependencies) {}

Result<Principal> BearerAuthenticator::authenticate(const http::Request& request, Auth accepted) {
  const auto bearer = bearer_of(request, accepted);
  if (!bearer) return fail(bearer.error());
  const std::string_view token = *bearer;
  if (std::ranges::count(token, '.') == 2) return this->token(token, accepted);
  const auto colon = parse_colon_key(token);
  const bool is_key = colon || token.starts_with("wfk_") || token.starts_with(deps_.settings.api_key_prefix);
  if (is_key && !contains(accepted, Auth::api_key)) return not_accepted("API keys");
  if (colon) return colon_key(colon->id, colon->team, colon->secret);
  if (is_key) return prefixed_key(token);
  if (contains(accepted, Auth::internal)) {
    auto principal = internal(request, token);
    if (!principal) return fail(std::move(principal.error()));
    if (*principal) return **std::move(principal);
  }
  if (contains(accepted, Auth::device) || contains(accepted, Auth::device_and_signed)) {
    auto principal = device(token);
    if (!principal) return fail(std::move(principal.error()));
    if (*principal) return **std::move(principal);
  }
  return unknown_credential();
}

Result<Principal> BearerAuthenticator::token(std::string_view token, Auth accepted) {
  if (!contains(accepted, Auth::bearer) && !contains(accepted, Auth::api_key)) return not_accepted("access tokens");
  const auto claims = deps_.tokens.verify(token);
  if (!claims) return fail(claims.error());
  if (!(*claims)->grant_id.empty()) {
    const auto stands = deps_.clients != nullptr ? deps_.clients->stands((*claims)->grant_id) : Result<bool>(false);
    if (!stands) return fail(stands.error());
    if (!*stands) return refuse("token_invalid", "What the access token was issued for was revoked; sign in again.");
  }
  if ((*claims)->is_machine()) return contains(accepted, Auth::api_key) ? machine(**claims) : not_accepted("access tokens of applications");
  return contains(accepted, Auth::bearer) ? user(**claims) : not_accepted("access tokens of users");
}

/// What the application may do now: what its token says, as long as it is still registered for it.
Result<Principal> BearerAuthenticator::machine(const Claims& claims) {
  const auto found = deps_.clients->machine(claims.client_id);
  if (!found) return fail(found.error());
  if (!*found || (*found)->team_id != claims.team_id) return refuse("token_invalid", "The application was removed.");
  Principal principal{.kind = Principal::Kind::api_key, .tenant = Tenant{(*found)->team_id}, .subject = "client:" + claims.client_id,
                      .display_name = (*found)->name};
  std::ranges::set_intersection(claims.scopes, (*found)->scopes, std::back_inserter(principal.scopes));
  return principal;
}

Result<Principal> BearerAuthenticator::user(const Claims& claims) {
  const auto access = claims.is_delegated && claims.team_id ? deps_.cache.session_in(claims.session_id, *claims.team_id)
                                                            : deps_.cache.session(claims.session_id);
  if (!access) return fail(access.error());
  const user_store::Access* const now = access->get();
  if (now == nullptr || now->revoked || now->user.id != claims.user_id) return refuse("token_invalid", "The session was ended; sign in again.");
  const User& user = now->user;
  if (user.status == UserStatus::deleted) return refuse("token_invalid", "The user was deleted.");
  if (user.status == UserStatus::blocked) return fail(Errc::forbidden, "user_blocked", "The user was blocked by an administrator.");
  if (!user.allow_login) return fail(Errc::forbidden, "user_blocked", "The user receives notifications only and cannot sign in.");

  if (deps_.activity != nullptr) deps_.activity->note(claims.session_id);
  Principal principal{.kind = Principal::Kind::user, .tenant = Tenant(), .user_id = user.id, .subject = "user:" + user.id.to_string(),
                      .display_name = user.email, .session_id = claims.session_id, .timezone = user.timezone,
                      .date_format = user.date_format, .time_format = user.time_format};
  principal.is_operator = user.is_operator && !claims.is_delegated;
  if (claims.is_delegated) principal.delegate = claims.client_id;
  if (now->team_id) principal.tenant.customer_id = *now->team_id;
  if (!user.mfa_enabled && deps_.mfa != nullptr)
    principal.mfa_missing = deps_.mfa->is_missing(user.id, principal.tenant, principal.session_id);
  principal.site_limits = now->site_limits;
  principal.scopes.reserve(now->scopes.size());
  std::ranges::set_intersection(claims.scopes, now->scopes, std::back_inserter(principal.scopes));
  return principal;
}

Result<Principal> BearerAuthenticator::colon_key(CredentialId id, TeamId team, std::string_view secret) {
  const auto key = deps_.cache.key(id);
  if (!key) return fail(key.error());
  const CachedKey* const found = key->get();
  if (found == nullptr || found->credential.format != KeyFormat::colon || found->credential.team_id != team || !secret_matches(*found, secret))
    return unknown_credential();
  return key_principal(*found);
}

Result<Principal> BearerAuthenticator::prefixed_key(std::string_view token) {
  const auto key = deps_.cache.key_by_hash(crypto::hex(crypto::sha256(token)));
  if (!key) return fail(key.error());
  const CachedKey* const found = key->get();
  if (found == nullptr || found->credential.format == KeyFormat::colon) return unknown_credential();
  return key_principal(*found);
}

Result<Principal> BearerAuthenticator::key_principal(const CachedKey& key) {
  const ApiCredential& credential = key.credential;
  if (credential.status == KeyStatus::revoked) return refuse("key_revoked", "The API key was revoked; create a new one.");
  const bool expired = credential.status == KeyStatus::expired || (credential.expires_at && *credential.expires_at <= deps_.clock.now());
  if (expired) return refuse("token_expired", "The API key has expired; create a new one.");
  note_use(key);
  return Principal{.kind = Principal::Kind::api_key, .tenant = Tenant{credential.team_id}, .subject = "key:" + credential.id.to_string(),
                   .display_name = credential.name, .scopes = credential.permissions, .secret_hash = credential.secret_hash};
}

void BearerAuthenticator::note_use(const CachedKey& key) {
  const Timestamp now = deps_.clock.now();
  std::int64_t written = key.used_written.load(std::memory_order_relaxed);
  if (now - from_unix_us(written) < kUseIsWrittenEvery || !key.used_written.compare_exchange_strong(written, to_unix_us(now))) return;
  deps_.database.write_async(
      [tenant = Tenant{key.credential.team_id}, id = key.credential.id, now](db::Session& session) {
        return credential_store::set_last_used(session, tenant, id, now);
      },
      [](const Status& done) {
        if (!done) log::warning("last use of an API key was not written", {log::of(done.error())});
      });
}

bool BearerAuthenticator::is_internal_network(const IpAddress& remote) const {
  const auto& allowed = deps_.settings.internal_allow;
  if (allowed.empty()) return remote.is_loopback() || remote.is_private();
  return std::ranges::any_of(allowed, [&](const Cidr& network) { return network.contains(remote); });
}

Result<std::optional<Principal>> BearerAuthenticator::internal(const http::Request& request, std::string_view token) {
  const auto hash = crypto::hex(crypto::sha256(token));
  const InternalToken* found = nullptr;
  for (const auto& candidate : deps_.settings.internal_tokens) {  // all of them, so that the time tells nothing
    if (crypto::equal_constant_time(candidate.hash, hash)) found = &candidate;
  }
  if (found == nullptr) return std::optional<Principal>{};
  if (!is_internal_network(request.remote))
    return fail(Errc::forbidden, "resource_blocked", "Internal operations are open to the networks of internal.allow_cidrs only.");
  const bool allowed = found->allow.empty() || std::ranges::any_of(found->allow, [&](const auto& prefix) { return covers(prefix, request.path); });
  if (!allowed) return fail(Errc::forbidden, "insufficient_role", "The token of " + found->service + " is not for this operation.");
  return std::optional<Principal>(Principal{.kind = Principal::Kind::internal, .tenant = Tenant(), .subject = "service:" + found->service, .display_name = found->service});
}

Result<std::optional<Principal>> BearerAuthenticator::device(std::string_view token) {
  if (deps_.devices == nullptr) return std::optional<Principal>{};
  const auto device = deps_.devices->verify(token);
  if (!device) return fail(device.error());
  if (!*device) return std::optional<Principal>{};
  return std::optional<Principal>(Principal{.kind = Principal::Kind::device, .tenant = Tenant{(*device)->customer_id}, .site_id = (*device)->site_id,
                                            .subject = "site:" + (*device)->site_id.to_string()});
}

std::optional<RateClass> general_rate_class(const Principal& principal, const Settings& settings) {
  switch (principal.kind) {
    case Principal::Kind::api_key: return RateClass{principal.subject, settings.api_key_per_minute};
    case Principal::Kind::user: return RateClass{principal.subject, settings.user_per_minute};
    case Principal::Kind::anonymous:
    case Principal::Kind::internal:
    case Principal::Kind::device: return std::nullopt;
  }
  std::unreachable();
}

}  // namespace openstrat::identity
