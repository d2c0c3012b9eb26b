#include "identity/user_store.hpp"

#include <algorithm>

#include "db/session.hpp"

#define USER_COLUMNS                                                                                                     \
  "u.id, u.email, u.email_verified, u.name, u.password_hash, u.must_change_password, u.password_changed_at, "            \
  "u.allow_login, u.idp, u.timezone, u.date_format, u.time_format, u.locale, u.mfa_enabled, "                  \
  "u.status, u.is_operator, u.created_at, u.updated_at"
#define TEAM_COLUMNS \
  "t.id, t.organization_id, t.name, t.owner_id, t.personal_team, t.site_limit, t.created_at, t.updated_at"

namespace openstrat::identity::user_store {
namespace {

using db::params;
using db::Query;

constexpr Query kInsert{"user.insert",
                        "INSERT INTO users (id, email, email_verified, name, password_hash, must_change_password, "
                        "password_changed_at, allow_login, idp, mobile_verified, timezone, date_format, time_format, locale, "
                        "mfa_enabled, status, is_operator, created_at, updated_at) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, FALSE, ?10, ?11, ?12, ?13, FALSE, ?14, ?15, ?16, ?17)"};
constexpr Query kRemember{"password_history.insert",
                          "INSERT INTO password_history (user_id, created_at, hash) VALUES (?1, ?2, ?3)"};
constexpr Query kFindByEmail{"user.find_by_email", "SELECT " USER_COLUMNS " FROM users u WHERE u.email = ?1"};
constexpr Query kFind{"user.find", "SELECT " USER_COLUMNS " FROM users u WHERE u.id = ?1"};
constexpr Query kSetMfa{"user.set_mfa_enabled", "UPDATE users SET mfa_enabled = ?2, updated_at = ?3 WHERE id = ?1"};
constexpr Query kSetOperator{"user.set_operator", "UPDATE users SET is_operator = ?2, updated_at = ?3 WHERE id = ?1"};
constexpr Query kHeadcount{"user.headcount",
                           "SELECT (SELECT COUNT(*) FROM users), "
                           "(SELECT COUNT(*) FROM users WHERE is_operator = TRUE AND status = 'active' AND allow_login = TRUE)"};
// The row is locked by the first transaction that gets here; a second one then sees its user, or what it left.
constexpr Query kClaimFirst{"account.claim_first",
                            "UPDATE account_claim SET claimed = TRUE WHERE id = 1 AND NOT claimed AND NOT EXISTS (SELECT 1 FROM users)"};
constexpr Query kSetStatus{"user.set_status", "UPDATE users SET status = ?2, updated_at = ?3 WHERE id = ?1"};

constexpr Query kInsertTeam{"team.insert",
                            "INSERT INTO teams (id, organization_id, name, owner_id, personal_team, site_limit, created_at, "
                            "updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
constexpr Query kFindTeam{"team.find", "SELECT " TEAM_COLUMNS " FROM teams t WHERE t.id = ?1"};
constexpr Query kTeamsByName{"team.find_by_name",
                             "SELECT " TEAM_COLUMNS " FROM teams t WHERE t.name = ?1 ORDER BY t.created_at, t.id LIMIT ?2"};
constexpr Query kTeamsOf{"team.list_of_user",
                         "SELECT " TEAM_COLUMNS " FROM team_members m JOIN teams t ON t.id = m.team_id "
                         "WHERE m.user_id = ?1 ORDER BY m.joined_at, t.id LIMIT 1000"};
constexpr Query kAddMember{"team_member.insert",
                           "INSERT INTO team_members (team_id, user_id, joined_at) VALUES (?1, ?2, ?3) "
                           "ON CONFLICT (team_id, user_id) DO NOTHING"};
constexpr Query kIsMember{"team_member.find", "SELECT 1 FROM team_members WHERE team_id = ?1 AND user_id = ?2"};
constexpr Query kRemoveRoles{"user_role.delete_of_member", "DELETE FROM user_roles WHERE team_id = ?1 AND user_id = ?2"};
constexpr Query kRemoveMember{"team_member.delete", "DELETE FROM team_members WHERE team_id = ?1 AND user_id = ?2"};

constexpr Query kPutRole{"role.put_system",
                         "INSERT INTO roles (id, team_id, name, guard_name, created_at, updated_at) "
                         "VALUES (?1, NULL, ?2, 'api', ?3, ?3) ON CONFLICT (id) DO UPDATE SET name = excluded.name"};
constexpr Query kRoleScopes{"role_scope.list", "SELECT scope FROM role_scopes WHERE role_id = ?1 ORDER BY scope"};
constexpr Query kClearScopes{"role_scope.delete_of_role", "DELETE FROM role_scopes WHERE role_id = ?1"};
constexpr Query kAddScope{"role_scope.insert", "INSERT INTO role_scopes (role_id, scope) VALUES (?1, ?2)"};
constexpr Query kAssign{"user_role.insert",
                        "INSERT INTO user_roles (team_id, user_id, role_id) VALUES (?1, ?2, ?3) "
                        "ON CONFLICT (team_id, user_id, role_id) DO NOTHING"};
constexpr Query kUnassign{"user_role.delete", "DELETE FROM user_roles WHERE team_id = ?1 AND user_id = ?2 AND role_id = ?3"};
constexpr Query kScopesOf{"user_role.scopes",
                          "SELECT DISTINCT s.scope FROM user_roles r JOIN role_scopes s ON s.role_id = r.role_id "
                          "WHERE r.team_id = ?1 AND r.user_id = ?2 ORDER BY s.scope"};

constexpr Query kInsertSession{"session.insert",
                               "INSERT INTO sessions (id, user_id, current_team_id, ip, user_agent, created_at, last_seen_at, "
                               "expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)"};
constexpr Query kRevokeSession{"session.revoke", "UPDATE sessions SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL"};
constexpr Query kSwitch{"session.switch_team", "UPDATE sessions SET current_team_id = ?2 WHERE id = ?1"};
constexpr Query kPurgeSessions{"session.purge",
                               "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < ?1 "
                               "ORDER BY expires_at LIMIT ?2)"};
constexpr Query kAccess{"session.access",
                        "SELECT " USER_COLUMNS ", m.team_id, s.revoked_at, s.expires_at FROM sessions s "
                        "JOIN users u ON u.id = s.user_id "
                        "LEFT JOIN team_members m ON m.team_id = s.current_team_id AND m.user_id = s.user_id "
                        "WHERE s.id = ?1"};

User read_user(const db::Row& row) {
  User user;
  std::size_t column = 0;
  const auto next = [&](auto& member) { member = row.get<std::remove_reference_t<decltype(member)>>(column++); };
  next(user.id), next(user.email), next(user.email_verified), next(user.name), next(user.password_hash);
  next(user.must_change_password), next(user.password_changed_at), next(user.allow_login), next(user.idp);
  next(user.timezone), next(user.date_format), next(user.time_format), next(user.locale), next(user.mfa_enabled);
  user.status = *parse_user_status(row.get<std::string>(column++));
  next(user.is_operator), next(user.created_at), next(user.updated_at);
  return user;
}
constexpr std::size_t kUserColumns = 18;

Team read_team(const db::Row& row) {
  Team team;
  std::size_t column = 0;
  const auto next = [&](auto& member) { member = row.get<std::remove_reference_t<decltype(member)>>(column++); };
  next(team.id), next(team.organization_id), next(team.name), next(team.owner_id), next(team.personal_team);
  next(team.site_limit), next(team.created_at), next(team.updated_at);
  return team;
}

Result<std::vector<Team>> read_teams(const Result<std::vector<db::Row>>& rows) {
  if (!rows) return fail(rows.error());
  std::vector<Team> teams;
  for (const auto& row : *rows) teams.push_back(read_team(row));
  return teams;
}

Result<std::vector<std::string>> read_texts(const Result<std::vector<db::Row>>& rows) {
  if (!rows) return fail(rows.error());
  std::vector<std::string> texts;
  texts.reserve(rows->size());
  for (const auto& row : *rows) texts.push_back(row.get<std::string>(0));
  return texts;
}

Status ignore_count(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

}  // namespace

Status insert(db::Session& session, const User& user) {
  const auto inserted = session.execute(
      kInsert, params(user.id, user.email, user.email_verified, user.name, user.password_hash, user.must_change_password,
                      user.password_changed_at, user.allow_login, user.idp, user.timezone, user.date_format,
                      user.time_format, user.locale, to_string(user.status), user.is_operator, user.created_at, user.updated_at));
  if (!inserted) return fail(inserted.error());
  if (!user.password_hash) return {};
  return ignore_count(session.execute(kRemember, params(user.id, user.created_at, *user.password_hash)));
}

Result<std::optional<User>> find_by_email(db::Session& session, std::string_view normalised_email) {
  const auto row = session.first(kFindByEmail, params(normalised_email));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<User>{};
  return std::optional<User>(read_user(**row));
}

Result<User> find(db::Session& session, UserId id) {
  const auto row = session.one(kFind, params(id), "No such user.");
  if (!row) return fail(row.error());
  return read_user(*row);
}

Status set_status(db::Session& session, UserId id, UserStatus status, Timestamp now) {
  return ignore_count(session.execute(kSetStatus, params(id, to_string(status), now)));
}

Status set_mfa_enabled(db::Session& session, UserId id, bool enabled, Timestamp now) {
  return ignore_count(session.execute(kSetMfa, params(id, enabled, now)));
}

Status set_operator(db::Session& session, UserId id, bool is_operator, Timestamp now) {
  return ignore_count(session.execute(kSetOperator, params(id, is_operator, now)));
}

Result<Headcount> headcount(db::Session& session) {
  const auto row = session.one(kHeadcount, {}, "no count");
  if (!row) return fail(row.error());
  return Headcount{.users = row->get<std::int64_t>(0), .operators = row->get<std::int64_t>(1)};
}

Result<bool> claim_first(db::Session& session) {
  const auto claimed = session.execute(kClaimFirst);
  if (!claimed) return fail(claimed.error());
  return *claimed > 0;
}

Status insert_team(db::Session& session, const Team& team) {
  return ignore_count(session.execute(kInsertTeam, params(team.id, team.organization_id, team.name, team.owner_id,
                                                          team.personal_team, team.site_limit, team.created_at,
                                                          team.updated_at)));
}

Result<Team> find_team(db::Session& session, const Tenant& tenant) {
  const auto row = session.one(kFindTeam, params(tenant.customer_id), "No such team.");
  if (!row) return fail(row.error());
  return read_team(*row);
}

Result<std::vector<Team>> find_teams_by_name(db::Session& session, std::string_view name, int limit) {
  return read_teams(session.query(kTeamsByName, params(name, limit)));
}

Result<std::vector<Team>> teams_of(db::Session& session, UserId user) {
  return read_teams(session.query(kTeamsOf, params(user)));
}

Result<bool> add_member(db::Session& session, const Tenant& tenant, UserId user, Timestamp now) {
  const auto added = session.execute(kAddMember, params(tenant.customer_id, user, now));
  if (!added) return fail(added.error());
  return *added > 0;
}

Result<bool> is_member(db::Session& session, const Tenant& tenant, UserId user) {
  const auto row = session.first(kIsMember, params(tenant.customer_id, user));
  if (!row) return fail(row.error());
  return row->has_value();
}

Status remove_member(db::Session& session, const Tenant& tenant, UserId user) {
  for (const Query& query : {kRemoveRoles, kRemoveMember})
    if (const auto removed = session.execute(query, params(tenant.customer_id, user)); !removed) return fail(removed.error());
  return {};
}

Status put_system_role(db::Session& session, RoleId id, std::string_view name, std::span<const std::string> scopes, Timestamp now) {
  if (const auto put = session.execute(kPutRole, params(id, name, now)); !put) return fail(put.error());
  const auto present = read_texts(session.query(kRoleScopes, params(id)));
  if (!present) return fail(present.error());
  if (std::ranges::equal(*present, scopes)) return {};
  if (const auto cleared = session.execute(kClearScopes, params(id)); !cleared) return fail(cleared.error());
  std::vector<db::Params> rows;
  for (const auto& scope : scopes) rows.push_back(params(id, scope));
  return ignore_count(session.execute_many(kAddScope, rows));
}

Status assign_role(db::Session& session, const Tenant& tenant, UserId user, RoleId role) {
  return ignore_count(session.execute(kAssign, params(tenant.customer_id, user, role)));
}

Status remove_role(db::Session& session, const Tenant& tenant, UserId user, RoleId role) {
  return ignore_count(session.execute(kUnassign, params(tenant.customer_id, user, role)));
}

Result<std::vector<std::string>> scopes_of(db::Session& session, const Tenant& tenant, UserId user) {
  return read_texts(session.query(kScopesOf, params(tenant.customer_id, user)));
}

Status insert_session(db::Session& session, const Session& sign_in) {
  return ignore_count(session.execute(kInsertSession, params(sign_in.id, sign_in.user_id, sign_in.current_team_id, sign_in.ip,
                                                             sign_in.user_agent, sign_in.created_at, sign_in.expires_at)));
}

Status revoke_session(db::Session& session, std::string_view id, Timestamp now) {
  return ignore_count(session.execute(kRevokeSession, params(id, now)));
}

Status set_current_team(db::Session& session, std::string_view session_id, const Tenant& tenant) {
  return ignore_count(session.execute(kSwitch, params(session_id, tenant.customer_id)));
}

Result<std::int64_t> remove_sessions_before(db::Session& session, Timestamp expired_before, int limit) {
  return session.execute(kPurgeSessions, params(expired_before, limit));
}

Result<std::optional<Access>> load_access(db::Session& session, std::string_view session_id, std::optional<TeamId> in_team) {
  const auto row = session.first(kAccess, params(session_id));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Access>{};
  Access access{.user = read_user(**row),
                .team_id = (*row)->get<std::optional<TeamId>>(kUserColumns),
                .revoked = !(*row)->is_null(kUserColumns + 1),
                .expires_at = (*row)->get<Timestamp>(kUserColumns + 2)};
  if (in_team) {
    const auto is_member = user_store::is_member(session, Tenant{*in_team}, access.user.id);
    if (!is_member) return fail(is_member.error());
    access.team_id = *is_member ? in_team : std::nullopt;
  }
  if (access.team_id) {
    auto scopes = scopes_of(session, Tenant{*access.team_id}, access.user.id);
    if (!scopes) return fail(scopes.error());
    access.scopes = *std::move(scopes);
  }
  return std::optional<Access>(std::move(access));
}

}  // namespace openstrat::identity::user_store
