#include "identity/key_service.hpp"

#include <algorithm>
#include <set>

#include "base/crypto.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "identity/credential_cache.hpp"
#include "identity/credential_store.hpp"
#include "identity/scopes.hpp"

namespace openstrat::identity {
namespace {

constexpr std::size_t kHintLength = 4;

struct Printed {
  std::string key;     ///< what the client sends
  std::string secret;  ///< the part that is hashed
};

Printed print(const ApiCredential& credential, const Settings& settings, Rng& rng) {
  switch (credential.format) {
    case KeyFormat::colon: {
      auto secret = random_base62(62, rng);
      return {credential.id.to_string() + ":" + credential.team_id.to_string() + ":" + secret, secret};
    }
    case KeyFormat::wfk: {
      auto key = "wfk_" + random_base62(40, rng);
      return {key, key};
    }
    case KeyFormat::alto_sk: {
      auto key = settings.api_key_prefix + random_base62(48, rng);
      return {key, key};
    }
  }
  std::unreachable();
}

Status check(const NewKey& request, Timestamp now) {
  std::vector<FieldError> wrong;
  if (text::trim(request.name).empty() || text::length_utf8(request.name) > 100)
    wrong.push_back({"name", "must have 1 to 100 characters"});
  const Timestamp tomorrow = std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
  if (request.expires_at && *request.expires_at <= tomorrow) wrong.push_back({"expires_at", "must be later than tomorrow 00:00 UTC"});
  if (request.scopes && request.scopes->empty()) wrong.push_back({"permissions", "must name at least one scope"});
  if (wrong.empty()) return {};
  return fail(Error(Errc::invalid, "The API key is not valid.").with_fields(std::move(wrong)));
}

}  // namespace

Result<std::vector<std::string>> KeyService::chosen_scopes(const NewKey& request, const std::vector<std::string>& held) const {
  if (!request.scopes) return default_key_scopes(held);
  std::set<std::string> chosen;
  std::vector<FieldError> wrong;
  for (const auto& text : *request.scopes) {
    const auto expanded = expand_scope(text);
    if (expanded.empty()) wrong.push_back({"permissions", "has no scope called " + text});
    for (const auto scope : expanded) {
      if (!std::ranges::binary_search(held, scope, std::less<>{}))
        wrong.push_back({"permissions", "must not have " + std::string(scope) + ", which you do not hold"});
      chosen.emplace(scope);
    }
  }
  if (!wrong.empty()) return fail(Error(Errc::invalid, "The API key is not valid.").with_fields(std::move(wrong)));
  return std::vector<std::string>(chosen.begin(), chosen.end());
}

Result<KeyService::Created> KeyService::create(const Tenant& tenant, NewKey request) {
  const Timestamp now = deps_.clock.now();
  if (auto valid = check(request, now); !valid) return fail(valid.error());
  ApiCredential credential{.team_id = tenant.customer_id, .id = CredentialId(uuid_v4(deps_.rng)),
                           .name = std::string(text::trim(request.name)), .format = request.format,
                           .expires_at = request.expires_at, .created_by = request.created_by,
                           .created_at = now, .updated_at = now};
  auto printed = print(credential, deps_.settings, deps_.rng);
  credential.secret_hash = crypto::hex(crypto::sha256(printed.secret));
  credential.hint = printed.secret.substr(printed.secret.size() - kHintLength);

  auto stored = deps_.database.write([&](db::Session& session) -> Status {
    if (const auto team = user_store::find_team(session, tenant); !team) return fail(team.error());
    auto held = request.created_by ? user_store::scopes_of(session, tenant, *request.created_by)
                                   : Result<std::vector<std::string>>(all_scopes());
    if (!held) return fail(held.error());
    auto scopes = chosen_scopes(request, *held);
    if (!scopes) return fail(scopes.error());
    credential.permissions = *std::move(scopes);
    session.on_commit([&cache = deps_.cache] { cache.forget_keys(); });
    return credential_store::insert(session, credential);
  });
  if (!stored) return fail(stored.error());
  return Created{.credential = std::move(credential), .key = std::move(printed.key)};
}

Result<std::vector<ApiCredential>> KeyService::list(const Tenant& tenant) {
  return deps_.database.read([&](db::Session& session) { return credential_store::list(session, tenant); });
}

Result<ApiCredential> KeyService::find(const Tenant& tenant, CredentialId id) {
  return deps_.database.read([&](db::Session& session) { return credential_store::find(session, tenant, id); });
}

Status KeyService::revoke(const Tenant& tenant, CredentialId id) {
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto revoked = credential_store::revoke(session, tenant, id, deps_.clock.now());
    if (!revoked) return fail(revoked.error());
    if (!*revoked) return fail(Errc::not_found, "No such API key.");
    session.on_commit([&cache = deps_.cache] { cache.forget_keys(); });
    return {};
  });
}

}  // namespace openstrat::identity
