#include "oidc/consent_store.hpp"

#include "db/session.hpp"

namespace openstrat::oidc::consent_store {
namespace {

using db::params;
using db::Query;

constexpr Query kFind{"oauth_consent.find",
                      "SELECT user_id, client_id, scopes, created_at, updated_at, expires_at FROM oauth_consents WHERE user_id = ?1 AND client_id = ?2"};
constexpr Query kPut{"oauth_consent.put",
                     "INSERT INTO oauth_consents (user_id, client_id, scopes, created_at, updated_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
                     "ON CONFLICT (user_id, client_id) DO UPDATE SET scopes = excluded.scopes, updated_at = excluded.updated_at, "
                     "expires_at = excluded.expires_at"};
constexpr Query kRemove{"oauth_consent.delete", "DELETE FROM oauth_consents WHERE user_id = ?1 AND client_id = ?2"};
constexpr Query kRemoveOfClient{"oauth_consent.delete_of_client", "DELETE FROM oauth_consents WHERE client_id = ?1"};
constexpr Query kList{"oauth_consent.list",
                      "SELECT o.user_id, o.client_id, o.scopes, o.created_at, o.updated_at, o.expires_at, c.name, c.homepage, "
                      "(SELECT MAX(g.last_used_at) FROM oauth_grants g WHERE g.user_id = o.user_id AND g.client_id = o.client_id) "
                      "FROM oauth_consents o JOIN oauth_clients c ON c.id = o.client_id "
                      "WHERE o.user_id = ?1 AND o.expires_at > ?2 ORDER BY o.updated_at DESC, o.client_id LIMIT ?3"};

Consent read_consent(const db::Row& row) {
  return {.user_id = row.get<UserId>(0), .client_id = row.get<std::string>(1), .scopes = split_words(row.get<std::string>(2)),
          .created_at = row.get<Timestamp>(3), .updated_at = row.get<Timestamp>(4), .expires_at = row.get<Timestamp>(5)};
}

}  // namespace

Result<std::optional<Consent>> find(db::Session& session, UserId user, std::string_view client_id) {
  const auto row = session.first(kFind, params(user, client_id));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Consent>{};
  return std::optional<Consent>(read_consent(**row));
}

Status put(db::Session& session, const Consent& c) {
  const auto done = session.execute(kPut, params(c.user_id, c.client_id, join_words(c.scopes), c.created_at, c.updated_at, c.expires_at));
  if (!done) return fail(done.error());
  return {};
}

Result<bool> remove(db::Session& session, UserId user, std::string_view client_id) {
  const auto done = session.execute(kRemove, params(user, client_id));
  if (!done) return fail(done.error());
  return *done > 0;
}

Status remove_of_client(db::Session& session, std::string_view client_id) {
  const auto done = session.execute(kRemoveOfClient, params(client_id));
  if (!done) return fail(done.error());
  return {};
}

Result<std::vector<Line>> list(db::Session& session, UserId user, Timestamp now, int limit) {
  const auto rows = session.query(kList, params(user, now, limit));
  if (!rows) return fail(rows.error());
  std::vector<Line> lines;
  for (const auto& row : *rows)
    lines.push_back({.consent = read_consent(row), .client_name = row.get<std::string>(6), .homepage = row.get<std::optional<std::string>>(7),
                     .last_used_at = row.get<std::optional<Timestamp>>(8)});
  return lines;
}

}  // namespace openstrat::oidc::consent_store
