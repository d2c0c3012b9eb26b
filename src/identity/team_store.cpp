#include "identity/team_store.hpp"

#include "db/session.hpp"

namespace openstrat::identity::team_store {
namespace {

using db::params;
using db::Query;

constexpr Query kUpdate{"team.update", "UPDATE teams SET name = ?2, site_limit = ?3, owner_id = ?4, updated_at = ?5 WHERE id = ?1"};
constexpr Query kCountOwned{"team.count_owned", "SELECT COUNT(*) FROM teams WHERE owner_id = ?1"};
constexpr Query kDropSessions{"session.leave_deleted_team", "UPDATE sessions SET current_team_id = NULL WHERE current_team_id = ?1"};
constexpr Query kDropInvites{"team_invite.delete_of_team", "DELETE FROM team_invites WHERE team_id = ?1"};
constexpr Query kDropKeys{"api_credential.delete_of_team", "DELETE FROM api_credentials WHERE team_id = ?1"};
constexpr Query kDropAssignments{"user_role.delete_of_team", "DELETE FROM user_roles WHERE team_id = ?1"};
constexpr Query kDropScopes{"role_scope.delete_of_team",
                            "DELETE FROM role_scopes WHERE role_id IN (SELECT id FROM roles WHERE team_id = ?1)"};
constexpr Query kDropRoles{"role.delete_of_team", "DELETE FROM roles WHERE team_id = ?1"};
constexpr Query kDropMembers{"team_member.delete_of_team", "DELETE FROM team_members WHERE team_id = ?1"};
constexpr Query kDelete{"team.delete", "DELETE FROM teams WHERE id = ?1"};

#define INVITE_COLUMNS \
  "i.team_id, i.id, i.email, i.role_id, COALESCE(r.name, 'Viewer'), i.invited_by, i.expires_at, i.created_at, i.updated_at"
#define INVITE_FROM " FROM team_invites i LEFT JOIN roles r ON r.id = i.role_id "
constexpr Query kInvites{"team_invite.list", "SELECT " INVITE_COLUMNS INVITE_FROM "WHERE i.team_id = ?1 AND i.expires_at > ?2 "
                                             "ORDER BY i.updated_at DESC, i.id LIMIT ?3"};
constexpr Query kCountInvites{"team_invite.count", "SELECT COUNT(*) FROM team_invites WHERE team_id = ?1"};
constexpr Query kFindInvite{"team_invite.find", "SELECT " INVITE_COLUMNS INVITE_FROM "WHERE i.team_id = ?1 AND i.email = ?2"};
constexpr Query kFindByToken{"team_invite.find_by_token", "SELECT " INVITE_COLUMNS INVITE_FROM "WHERE i.token_hash = ?1"};
constexpr Query kPutInvite{"team_invite.put",
                           "INSERT INTO team_invites (team_id, id, email, role_id, token_hash, invited_by, expires_at, created_at, updated_at) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8) ON CONFLICT (team_id, email) DO UPDATE SET role_id = excluded.role_id, "
                           "token_hash = excluded.token_hash, invited_by = excluded.invited_by, expires_at = excluded.expires_at, "
                           "updated_at = excluded.updated_at"};
constexpr Query kRemoveInvite{"team_invite.delete", "DELETE FROM team_invites WHERE team_id = ?1 AND id = ?2"};
constexpr Query kPurgeInvites{"team_invite.purge",
                              "DELETE FROM team_invites WHERE token_hash IN (SELECT token_hash FROM team_invites WHERE expires_at < ?1 "
                              "ORDER BY expires_at LIMIT ?2)"};

Invite read_invite(const db::Row& row) {
  return {.team_id = row.get<TeamId>(0), .id = row.get<Uuid>(1), .email = row.get<std::string>(2),
          .role_id = row.get<std::optional<RoleId>>(3), .role_name = row.get<std::string>(4), .invited_by = row.get<UserId>(5),
          .expires_at = row.get<Timestamp>(6), .created_at = row.get<Timestamp>(7), .updated_at = row.get<Timestamp>(8)};
}

Result<std::optional<Invite>> read_first(const Result<std::optional<db::Row>>& row) {
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Invite>{};
  return std::optional<Invite>(read_invite(**row));
}

Result<std::int64_t> read_count(const Result<db::Row>& row) {
  if (!row) return fail(row.error());
  return row->get<std::int64_t>(0);
}

Status ignore_count(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

}  // namespace

Status update(db::Session& session, const Team& team) {
  return ignore_count(session.execute(kUpdate, params(team.id, team.name, team.site_limit, team.owner_id, team.updated_at)));
}

Result<std::int64_t> count_owned(db::Session& session, UserId owner) { return read_count(session.one(kCountOwned, params(owner), "no count")); }

Status remove(db::Session& session, const Tenant& tenant) {
  for (const Query& query : {kDropSessions, kDropInvites, kDropKeys, kDropAssignments, kDropScopes, kDropRoles, kDropMembers, kDelete})
    if (auto done = ignore_count(session.execute(query, params(tenant.customer_id))); !done) return done;
  return {};
}

Result<std::vector<Invite>> invites(db::Session& session, const Tenant& tenant, Timestamp now, int limit) {
  const auto rows = session.query(kInvites, params(tenant.customer_id, now, limit));
  if (!rows) return fail(rows.error());
  std::vector<Invite> out;
  for (const auto& row : *rows) out.push_back(read_invite(row));
  return out;
}

Result<std::int64_t> count_invites(db::Session& session, const Tenant& tenant) {
  return read_count(session.one(kCountInvites, params(tenant.customer_id), "no count"));
}

Result<std::optional<Invite>> find_invite(db::Session& session, const Tenant& tenant, std::string_view email) {
  return read_first(session.first(kFindInvite, params(tenant.customer_id, email)));
}

Result<std::optional<Invite>> find_invite_by_token(db::Session& session, std::string_view token_hash) {
  return read_first(session.first(kFindByToken, params(token_hash)));
}

Status put_invite(db::Session& session, const Invite& invite, std::string_view token_hash) {
  return ignore_count(session.execute(kPutInvite, params(invite.team_id, invite.id, invite.email, invite.role_id, token_hash, invite.invited_by,
                                                         invite.expires_at, invite.updated_at)));
}

Result<bool> remove_invite(db::Session& session, const Tenant& tenant, const Uuid& id) {
  const auto removed = session.execute(kRemoveInvite, params(tenant.customer_id, id));
  if (!removed) return fail(removed.error());
  return *removed > 0;
}

Result<std::int64_t> purge_invites(db::Session& session, Timestamp expired_before, int limit) {
  return session.execute(kPurgeInvites, params(expired_before, limit));
}

}  // namespace openstrat::identity::team_store
