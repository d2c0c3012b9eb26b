#include "oidc/grant_store.hpp"

#include "db/session.hpp"

namespace openstrat::oidc::grant_store {
namespace {

using db::params;
using db::Query;

constexpr Query kInsertCode{"oauth_code.insert",
                            "INSERT INTO oauth_codes (hash, grant_id, client_id, user_id, session_id, redirect_uri, scopes, nonce, challenge, "
                            "challenge_is_plain, methods, authenticated_at, created_at, expires_at) "
                            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"};
constexpr Query kFindCode{"oauth_code.find",
                          "SELECT hash, grant_id, client_id, user_id, session_id, redirect_uri, scopes, nonce, challenge, challenge_is_plain, methods, "
                          "authenticated_at, created_at, expires_at, used_at FROM oauth_codes WHERE hash = ?1"};
constexpr Query kUseCode{"oauth_code.use", "UPDATE oauth_codes SET used_at = ?2 WHERE hash = ?1 AND used_at IS NULL"};

constexpr Query kInsert{"oauth_grant.insert",
                        "INSERT INTO oauth_grants (id, client_id, user_id, session_id, scopes, methods, authenticated_at, created_at, last_used_at, "
                        "expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"};
constexpr Query kFind{"oauth_grant.find",
                      "SELECT id, client_id, user_id, session_id, scopes, methods, authenticated_at, created_at, last_used_at, expires_at, revoked_at "
                      "FROM oauth_grants WHERE id = ?1"};
constexpr Query kTouch{"oauth_grant.touch", "UPDATE oauth_grants SET last_used_at = ?2 WHERE id = ?1"};
constexpr Query kRevoke{"oauth_grant.revoke", "UPDATE oauth_grants SET revoked_at = ?3, revoked_why = ?2 WHERE id = ?1 AND revoked_at IS NULL"};
constexpr Query kRevokeOfClient{"oauth_grant.revoke_of_client",
                                "UPDATE oauth_grants SET revoked_at = ?3, revoked_why = ?2 WHERE client_id = ?1 AND revoked_at IS NULL"};
constexpr Query kRevokeOfUser{"oauth_grant.revoke_of_user",
                              "UPDATE oauth_grants SET revoked_at = ?3, revoked_why = ?2 WHERE user_id = ?4 AND client_id = ?1 AND revoked_at IS NULL"};

constexpr Query kInsertRefresh{"oauth_refresh_token.insert",
                               "INSERT INTO oauth_refresh_tokens (hash, grant_id, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)"};
constexpr Query kFindRefresh{"oauth_refresh_token.find",
                             "SELECT hash, grant_id, created_at, expires_at, used_at FROM oauth_refresh_tokens WHERE hash = ?1"};
constexpr Query kUseRefresh{"oauth_refresh_token.use", "UPDATE oauth_refresh_tokens SET used_at = ?2 WHERE hash = ?1 AND used_at IS NULL"};

constexpr Query kRememberAssertion{"oauth_assertion.insert",
                                   "INSERT INTO oauth_assertions (client_id, jti_hash, expires_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"};

constexpr Query kPurgeCodes{"oauth_code.purge",
                            "DELETE FROM oauth_codes WHERE hash IN (SELECT hash FROM oauth_codes WHERE expires_at < ?1 LIMIT ?2)"};
constexpr Query kPurgeAssertions{"oauth_assertion.purge",
                                 "DELETE FROM oauth_assertions WHERE (client_id, jti_hash) IN "
                                 "(SELECT client_id, jti_hash FROM oauth_assertions WHERE expires_at < ?1 LIMIT ?2)"};
// Refresh tokens go with their grant.
constexpr Query kPurgeGrants{"oauth_grant.purge",
                             "DELETE FROM oauth_grants WHERE id IN (SELECT id FROM oauth_grants WHERE expires_at < ?1 LIMIT ?2)"};
constexpr Query kPurgeConsents{"oauth_consent.purge",
                               "DELETE FROM oauth_consents WHERE (user_id, client_id) IN "
                               "(SELECT user_id, client_id FROM oauth_consents WHERE expires_at < ?1 LIMIT ?2)"};

/// A code that comes a second time must still be known as used for a while: its tokens are ended then.
constexpr std::chrono::hours kKeepCodes{24};
constexpr std::chrono::days kKeepGrants{7};

Status ignore_count(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

Result<bool> any_changed(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return *changed > 0;
}

}  // namespace

Status insert_code(db::Session& session, const Code& c) {
  return ignore_count(session.execute(kInsertCode, params(c.hash, c.grant_id, c.client_id, c.user_id, c.session_id, c.redirect_uri,
                                                          join_words(c.scopes), c.nonce, c.challenge, c.challenge_is_plain, join_words(c.methods),
                                                          c.authenticated_at, c.created_at, c.expires_at)));
}

Result<std::optional<Code>> find_code(db::Session& session, std::string_view hash) {
  const auto row = session.first(kFindCode, params(hash));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Code>{};
  const db::Row& r = **row;
  return std::optional<Code>(Code{.hash = r.get<std::string>(0), .grant_id = r.get<std::string>(1), .client_id = r.get<std::string>(2),
                                  .user_id = r.get<UserId>(3), .session_id = r.get<std::string>(4), .redirect_uri = r.get<std::string>(5),
                                  .scopes = split_words(r.get<std::string>(6)), .nonce = r.get<std::optional<std::string>>(7),
                                  .challenge = r.get<std::optional<std::string>>(8), .challenge_is_plain = r.get<bool>(9),
                                  .methods = split_words(r.get<std::string>(10)), .authenticated_at = r.get<Timestamp>(11),
                                  .created_at = r.get<Timestamp>(12), .expires_at = r.get<Timestamp>(13),
                                  .used_at = r.get<std::optional<Timestamp>>(14)});
}

Result<bool> use_code(db::Session& session, std::string_view hash, Timestamp now) { return any_changed(session.execute(kUseCode, params(hash, now))); }

Status insert(db::Session& session, const Grant& g) {
  return ignore_count(session.execute(kInsert, params(g.id, g.client_id, g.user_id, g.session_id, join_words(g.scopes), join_words(g.methods),
                                                      g.authenticated_at, g.created_at, g.last_used_at, g.expires_at)));
}

Result<std::optional<Grant>> find(db::Session& session, std::string_view id) {
  const auto row = session.first(kFind, params(id));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Grant>{};
  const db::Row& r = **row;
  return std::optional<Grant>(Grant{.id = r.get<std::string>(0), .client_id = r.get<std::string>(1), .user_id = r.get<std::optional<UserId>>(2),
                                    .session_id = r.get<std::optional<std::string>>(3), .scopes = split_words(r.get<std::string>(4)),
                                    .methods = split_words(r.get<std::string>(5)), .authenticated_at = r.get<std::optional<Timestamp>>(6),
                                    .created_at = r.get<Timestamp>(7), .last_used_at = r.get<Timestamp>(8), .expires_at = r.get<Timestamp>(9),
                                    .revoked_at = r.get<std::optional<Timestamp>>(10)});
}

Status touch(db::Session& session, std::string_view id, Timestamp now) { return ignore_count(session.execute(kTouch, params(id, now))); }

Result<bool> revoke(db::Session& session, std::string_view id, std::string_view why, Timestamp now) {
  return any_changed(session.execute(kRevoke, params(id, why, now)));
}

Status revoke_of_client(db::Session& session, std::string_view client_id, std::optional<UserId> user, std::string_view why, Timestamp now) {
  if (user) return ignore_count(session.execute(kRevokeOfUser, params(client_id, why, now, *user)));
  return ignore_count(session.execute(kRevokeOfClient, params(client_id, why, now)));
}

Status insert_refresh_token(db::Session& session, const RefreshToken& t) {
  return ignore_count(session.execute(kInsertRefresh, params(t.hash, t.grant_id, t.created_at, t.expires_at)));
}

Result<std::optional<RefreshToken>> find_refresh_token(db::Session& session, std::string_view hash) {
  const auto row = session.first(kFindRefresh, params(hash));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<RefreshToken>{};
  const db::Row& r = **row;
  return std::optional<RefreshToken>(RefreshToken{.hash = r.get<std::string>(0), .grant_id = r.get<std::string>(1), .created_at = r.get<Timestamp>(2),
                                                  .expires_at = r.get<Timestamp>(3), .used_at = r.get<std::optional<Timestamp>>(4)});
}

Result<bool> use_refresh_token(db::Session& session, std::string_view hash, Timestamp now) {
  return any_changed(session.execute(kUseRefresh, params(hash, now)));
}

Result<bool> remember_assertion(db::Session& session, std::string_view client_id, std::string_view jti_hash, Timestamp expires_at) {
  return any_changed(session.execute(kRememberAssertion, params(client_id, jti_hash, expires_at)));
}

Result<std::int64_t> purge(db::Session& session, Timestamp now, int limit) {
  std::int64_t removed = 0;
  const std::pair<Query, Timestamp> steps[] = {
      {kPurgeCodes, now - kKeepCodes}, {kPurgeAssertions, now}, {kPurgeGrants, now - kKeepGrants}, {kPurgeConsents, now}};
  for (const auto& [query, before] : steps) {
    const auto done = session.execute(query, params(before, limit));
    if (!done) return fail(done.error());
    removed += *done;
  }
  return removed;
}

}  // namespace openstrat::oidc::grant_store
