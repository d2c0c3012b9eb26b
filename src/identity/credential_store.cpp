#include "identity/credential_store.hpp"

#include "base/text.hpp"
#include "db/session.hpp"

#define CREDENTIAL_COLUMNS                                                                                            \
  "c.team_id, c.id, c.name, c.secret_hash, c.hint, c.format, c.permissions, c.status, c.expires_at, c.last_used_at, " \
  "c.created_by, c.created_at, c.updated_at, c.client_id, c.key_prefix, c.orphaned_at"

namespace openstrat::identity::credential_store {
namespace {

using db::params;
using db::Query;

constexpr Query kInsert{"api_credential.insert",
                        "INSERT INTO api_credentials (team_id, id, name, secret_hash, hint, format, permissions, status, "
                        "expires_at, created_by, created_at, updated_at, client_id, key_prefix) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"};
constexpr Query kFind{"api_credential.find",
                      "SELECT " CREDENTIAL_COLUMNS " FROM api_credentials c WHERE c.team_id = ?1 AND c.id = ?2"};
constexpr Query kList{"api_credential.list", "SELECT " CREDENTIAL_COLUMNS
                                             " FROM api_credentials c WHERE c.team_id = ?1 AND c.status <> 'revoked' "
                                             "ORDER BY c.created_at DESC, c.id DESC LIMIT 1000"};
constexpr Query kFindAny{"api_credential.find_any", "SELECT " CREDENTIAL_COLUMNS " FROM api_credentials c WHERE c.id = ?1"};
constexpr Query kFindByHash{"api_credential.find_by_hash",
                            "SELECT " CREDENTIAL_COLUMNS " FROM api_credentials c WHERE c.secret_hash = ?1"};
constexpr Query kRevoke{"api_credential.revoke",
                        "UPDATE api_credentials SET status = 'revoked', updated_at = ?3 "
                        "WHERE team_id = ?1 AND id = ?2 AND status <> 'revoked'"};
constexpr Query kOrphan{"api_credential.orphan",
                        "UPDATE api_credentials SET orphaned_at = ?3 WHERE team_id = ?1 AND created_by = ?2 AND status = 'active' "
                        "AND orphaned_at IS NULL RETURNING name"};
constexpr Query kUpdate{"api_credential.update",
                        "UPDATE api_credentials SET name = ?3, permissions = ?4, expires_at = ?5, secret_hash = ?6, hint = ?7, "
                        "key_prefix = ?8, updated_at = ?9, warned_days = CASE WHEN expires_at = ?5 THEN warned_days ELSE NULL END "
                        "WHERE team_id = ?1 AND id = ?2"};
constexpr Query kExpiring{"api_credential.expiring",
                          "SELECT " CREDENTIAL_COLUMNS " FROM api_credentials c WHERE c.status = 'active' AND c.expires_at > ?1 "
                          "AND c.expires_at <= ?2 AND (c.warned_days IS NULL OR c.warned_days > ?3) ORDER BY c.expires_at LIMIT ?4"};
constexpr Query kSetWarned{"api_credential.set_warned", "UPDATE api_credentials SET warned_days = ?3 WHERE team_id = ?1 AND id = ?2"};
constexpr Query kFindByClient{"api_credential.find_by_client",
                              "SELECT " CREDENTIAL_COLUMNS " FROM api_credentials c WHERE c.client_id = ?1"};
constexpr Query kSetLastUsed{"api_credential.set_last_used",
                             "UPDATE api_credentials SET last_used_at = ?3 WHERE team_id = ?1 AND id = ?2"};
constexpr Query kKeys{"signing_key.list",
                      "SELECT kid, alg, private_enc, public_jwk, created_at, not_after FROM signing_keys "
                      "ORDER BY created_at DESC, kid LIMIT 10"};
constexpr Query kInsertKey{"signing_key.insert",
                           "INSERT INTO signing_keys (kid, alg, private_enc, public_jwk, created_at, not_after) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
constexpr Query kRemoveKey{"signing_key.delete", "DELETE FROM signing_keys WHERE kid = ?1"};

std::string joined(const std::vector<std::string>& scopes) {
  std::string out;
  for (const auto& scope : scopes) {
    if (!out.empty()) out += ' ';
    out += scope;
  }
  return out;
}

ApiCredential read_credential(const db::Row& row) {
  ApiCredential credential;
  std::size_t column = 0;
  const auto next = [&](auto& member) { member = row.get<std::remove_reference_t<decltype(member)>>(column++); };
  next(credential.team_id), next(credential.id), next(credential.name), next(credential.secret_hash), next(credential.hint);
  credential.format = *parse_key_format(row.get<std::string>(column++));
  const auto permissions = row.get<std::string>(column++);
  if (!permissions.empty()) {
    for (const auto scope : text::split(permissions, ' ')) credential.permissions.emplace_back(scope);
  }
  credential.status = *parse_key_status(row.get<std::string>(column++));
  next(credential.expires_at), next(credential.last_used_at), next(credential.created_by);
  next(credential.created_at), next(credential.updated_at), next(credential.client_id), next(credential.key_prefix);
  next(credential.orphaned_at);
  return credential;
}

Result<std::optional<ApiCredential>> read_first(const Result<std::optional<db::Row>>& row) {
  if (!row) return fail(row.error());
  if (!*row) return std::optional<ApiCredential>{};
  return std::optional<ApiCredential>(read_credential(**row));
}

Status ignore_count(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

}  // namespace

Status insert(db::Session& session, const ApiCredential& c) {
  return ignore_count(session.execute(
      kInsert, params(c.team_id, c.id, c.name, c.secret_hash, c.hint, to_string(c.format), joined(c.permissions),
                      to_string(c.status), c.expires_at, c.created_by, c.created_at, c.updated_at, c.client_id, c.key_prefix)));
}

Result<ApiCredential> find(db::Session& session, const Tenant& tenant, CredentialId id) {
  const auto row = session.one(kFind, params(tenant.customer_id, id), "No such API key.");
  if (!row) return fail(row.error());
  return read_credential(*row);
}

Result<std::vector<ApiCredential>> list(db::Session& session, const Tenant& tenant) {
  const auto rows = session.query(kList, params(tenant.customer_id));
  if (!rows) return fail(rows.error());
  std::vector<ApiCredential> out;
  for (const auto& row : *rows) out.push_back(read_credential(row));
  return out;
}

Result<std::optional<ApiCredential>> find_any(db::Session& session, CredentialId id) {
  return read_first(session.first(kFindAny, params(id)));
}

Result<std::optional<ApiCredential>> find_by_hash(db::Session& session, std::string_view secret_hash) {
  return read_first(session.first(kFindByHash, params(secret_hash)));
}

Result<bool> revoke(db::Session& session, const Tenant& tenant, CredentialId id, Timestamp now) {
  const auto changed = session.execute(kRevoke, params(tenant.customer_id, id, now));
  if (!changed) return fail(changed.error());
  return *changed > 0;
}

Result<std::vector<std::string>> orphan(db::Session& session, const Tenant& tenant, UserId creator, Timestamp now) {
  const auto rows = session.query(kOrphan, params(tenant.customer_id, creator, now));
  if (!rows) return fail(rows.error());
  std::vector<std::string> names;
  for (const auto& row : *rows) names.push_back(row.get<std::string>(0));
  return names;
}

Status update(db::Session& session, const ApiCredential& c) {
  return ignore_count(session.execute(kUpdate, params(c.team_id, c.id, c.name, joined(c.permissions), c.expires_at, c.secret_hash, c.hint,
                                                      c.key_prefix, c.updated_at)));
}

Result<std::vector<ApiCredential>> expiring(db::Session& session, Timestamp now, Timestamp until, int days, int limit) {
  const auto rows = session.query(kExpiring, params(now, until, days, limit));
  if (!rows) return fail(rows.error());
  std::vector<ApiCredential> out;
  for (const auto& row : *rows) out.push_back(read_credential(row));
  return out;
}

Status set_warned(db::Session& session, const Tenant& tenant, CredentialId id, int days) {
  return ignore_count(session.execute(kSetWarned, params(tenant.customer_id, id, days)));
}

Result<std::optional<ApiCredential>> find_by_client(db::Session& session, std::string_view client_id) {
  return read_first(session.first(kFindByClient, params(client_id)));
}

Status set_last_used(db::Session& session, const Tenant& tenant, CredentialId id, Timestamp at) {
  return ignore_count(session.execute(kSetLastUsed, params(tenant.customer_id, id, at)));
}

Result<std::vector<SigningKeyRow>> signing_keys(db::Session& session) {
  const auto rows = session.query(kKeys);
  if (!rows) return fail(rows.error());
  std::vector<SigningKeyRow> out;
  for (const auto& row : *rows)
    out.push_back({.kid = row.get<std::string>(0), .alg = row.get<std::string>(1), .private_enc = row.get<db::Blob>(2).bytes,
                   .public_jwk = row.get<std::string>(3), .created_at = row.get<Timestamp>(4), .not_after = row.get<Timestamp>(5)});
  return out;
}

Status insert_signing_key(db::Session& session, const SigningKeyRow& key) {
  return ignore_count(session.execute(kInsertKey, params(key.kid, key.alg, db::Blob{key.private_enc}, key.public_jwk,
                                                         key.created_at, key.not_after)));
}

Status remove_signing_key(db::Session& session, std::string_view kid) {
  return ignore_count(session.execute(kRemoveKey, params(kid)));
}

}  // namespace openstrat::identity::credential_store
