// SQL of API keys and of the keys that sign access tokens.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::identity::credential_store {

Status insert(db::Session& session, const ApiCredential& credential);
Result<ApiCredential> find(db::Session& session, const Tenant& tenant, CredentialId id);  ///< not_found
Result<std::vector<ApiCredential>> list(db::Session& session, const Tenant& tenant);      ///< newest first, without revoked ones
/// Sign-in only: the secret proves the team.
Result<std::optional<ApiCredential>> find_any(db::Session& session, CredentialId id);
Result<std::optional<ApiCredential>> find_by_hash(db::Session& session, std::string_view secret_hash);
/// False: it was revoked already.
Result<bool> revoke(db::Session& session, const Tenant& tenant, CredentialId id, Timestamp now);
/// Flags the keys that a user made in a team; their names.
Result<std::vector<std::string>> orphan(db::Session& session, const Tenant& tenant, UserId creator, Timestamp now);
/// New name, scopes, expiry or secret.
Status update(db::Session& session, const ApiCredential& credential);
/// Active ones of all teams that expire before `until` and were not warned of at `days` days; soonest first.
Result<std::vector<ApiCredential>> expiring(db::Session& session, Timestamp now, Timestamp until, int days, int limit);
Status set_warned(db::Session& session, const Tenant& tenant, CredentialId id, int days);
/// The key behind a machine client; the secret proves the team.
Result<std::optional<ApiCredential>> find_by_client(db::Session& session, std::string_view client_id);
Status set_last_used(db::Session& session, const Tenant& tenant, CredentialId id, Timestamp at);

struct SigningKeyRow {
  std::string kid;
  std::string alg;
  std::string private_enc;  ///< sealed
  std::string public_jwk;   ///< JSON
  Timestamp created_at{};
  Timestamp not_after{};
};
Result<std::vector<SigningKeyRow>> signing_keys(db::Session& session);  ///< newest first
Status insert_signing_key(db::Session& session, const SigningKeyRow& key);
Status remove_signing_key(db::Session& session, std::string_view kid);

}  // namespace openstrat::identity::credential_store
