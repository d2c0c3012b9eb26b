#include "identity/role_store.hpp"

#include <algorithm>

#include "db/session.hpp"

namespace openstrat::identity::role_store {
namespace {

using db::params;
using db::Query;

#define ROLE_COLUMNS \
  "r.id, r.team_id, r.name, r.created_at, r.updated_at, (SELECT COUNT(*) FROM user_roles u WHERE u.role_id = r.id AND u.team_id = ?1)"
constexpr Query kList{"role.list", "SELECT " ROLE_COLUMNS " FROM roles r WHERE r.team_id IS NULL OR r.team_id = ?1 "
                                   "ORDER BY CASE WHEN r.team_id IS NULL THEN 0 ELSE 1 END, r.name, r.id LIMIT 200"};
constexpr Query kFind{"role.find", "SELECT " ROLE_COLUMNS " FROM roles r WHERE r.id = ?2 AND (r.team_id IS NULL OR r.team_id = ?1)"};
constexpr Query kTeamOf{"role.team_of", "SELECT team_id FROM roles WHERE id = ?1"};
constexpr Query kScopesOfTeam{"role_scope.list_of_team",
                              "SELECT s.role_id, s.scope FROM role_scopes s JOIN roles r ON r.id = s.role_id "
                              "WHERE r.team_id IS NULL OR r.team_id = ?1 ORDER BY s.role_id, s.scope"};
constexpr Query kScopes{"role_scope.list_of_role", "SELECT role_id, scope FROM role_scopes WHERE role_id = ?1 ORDER BY scope"};
constexpr Query kCountCustom{"role.count", "SELECT COUNT(*) FROM roles WHERE team_id = ?1"};
constexpr Query kInsert{"role.insert",
                        "INSERT INTO roles (id, team_id, name, guard_name, created_at, updated_at) VALUES (?1, ?2, ?3, 'api', ?4, ?5)"};
constexpr Query kUpdate{"role.update", "UPDATE roles SET name = ?3, updated_at = ?4 WHERE id = ?1 AND team_id = ?2"};
constexpr Query kClearScopes{"role_scope.clear", "DELETE FROM role_scopes WHERE role_id = ?1"};
constexpr Query kAddScope{"role_scope.add", "INSERT INTO role_scopes (role_id, scope) VALUES (?1, ?2)"};
constexpr Query kIsUsed{"user_role.any", "SELECT 1 FROM user_roles WHERE team_id = ?1 AND role_id = ?2 LIMIT 1"};
constexpr Query kDropAssignments{"user_role.delete_of_role", "DELETE FROM user_roles WHERE team_id = ?1 AND role_id = ?2"};
constexpr Query kDropInviteRole{"team_invite.forget_role", "UPDATE team_invites SET role_id = NULL WHERE team_id = ?1 AND role_id = ?2"};
constexpr Query kDelete{"role.delete", "DELETE FROM roles WHERE id = ?1 AND team_id = ?2"};

constexpr Query kAssignments{"user_role.list",
                             "SELECT u.user_id, u.role_id, r.name, u.limited FROM user_roles u JOIN roles r ON r.id = u.role_id "
                             "WHERE u.team_id = ?1 AND (CAST(?2 AS TEXT) IS NULL OR u.user_id = ?2) ORDER BY u.user_id, r.name, r.id"};
constexpr Query kSites{"user_role_site.list",
                       "SELECT user_id, role_id, tag_key, tag_value FROM user_role_sites "
                       "WHERE team_id = ?1 AND (CAST(?2 AS TEXT) IS NULL OR user_id = ?2) ORDER BY user_id, role_id, tag_key, tag_value"};
constexpr Query kClear{"user_role.clear", "DELETE FROM user_roles WHERE team_id = ?1 AND user_id = ?2"};
constexpr Query kAssign{"user_role.assign", "INSERT INTO user_roles (team_id, user_id, role_id, limited) VALUES (?1, ?2, ?3, ?4)"};
constexpr Query kAddSite{"user_role_site.insert",
                         "INSERT INTO user_role_sites (team_id, user_id, role_id, tag_key, tag_value) VALUES (?1, ?2, ?3, ?4, ?5)"};
constexpr Query kHeld{"user_role.held_scopes",
                      "SELECT s.scope, u.role_id, u.limited FROM user_roles u JOIN role_scopes s ON s.role_id = u.role_id "
                      "WHERE u.team_id = ?1 AND u.user_id = ?2 ORDER BY s.scope, u.role_id"};
constexpr Query kUnlimited{"user_role.unlimited_scopes",
                           "SELECT DISTINCT s.scope FROM user_roles u JOIN role_scopes s ON s.role_id = u.role_id "
                           "WHERE u.team_id = ?1 AND u.user_id = ?2 AND u.limited = FALSE ORDER BY s.scope"};

Role read_role(const db::Row& row) {
  return {.id = row.get<RoleId>(0), .team_id = row.get<std::optional<TeamId>>(1), .name = row.get<std::string>(2), .scopes = {},
          .users = row.get<std::int64_t>(5), .created_at = row.get<Timestamp>(3), .updated_at = row.get<Timestamp>(4)};
}

Status run(db::Session& session, const Query& query, db::Params values) {
  const auto done = session.execute(query, std::move(values));
  if (!done) return fail(done.error());
  return {};
}

Status put_scopes(db::Session& session, const Role& role) {
  std::vector<db::Params> rows;
  for (const auto& scope : role.scopes) rows.push_back(params(role.id, scope));
  const auto added = session.execute_many(kAddScope, rows);
  if (!added) return fail(added.error());
  return {};
}

}  // namespace

Result<std::vector<Role>> list(db::Session& session, const Tenant& tenant) {
  const auto rows = session.query(kList, params(tenant.customer_id));
  if (!rows) return fail(rows.error());
  const auto scopes = session.query(kScopesOfTeam, params(tenant.customer_id));
  if (!scopes) return fail(scopes.error());
  std::map<RoleId, std::vector<std::string>> by_role;
  for (const auto& row : *scopes) by_role[row.get<RoleId>(0)].push_back(row.get<std::string>(1));
  std::vector<Role> roles;
  for (const auto& row : *rows) {
    roles.push_back(read_role(row));
    roles.back().scopes = std::move(by_role[roles.back().id]);
  }
  return roles;
}

Result<Role> find(db::Session& session, const Tenant& tenant, RoleId id) {
  const auto row = session.one(kFind, params(tenant.customer_id, id), "No such role.");
  if (!row) return fail(row.error());
  const auto scopes = session.query(kScopes, params(id));
  if (!scopes) return fail(scopes.error());
  Role role = read_role(*row);
  for (const auto& scope : *scopes) role.scopes.push_back(scope.get<std::string>(1));
  return role;
}

Result<std::optional<TeamId>> team_of(db::Session& session, RoleId id) {
  const auto row = session.first(kTeamOf, params(id));
  if (!row) return fail(row.error());
  return *row ? (*row)->get<std::optional<TeamId>>(0) : std::nullopt;
}

Result<std::int64_t> count_custom(db::Session& session, const Tenant& tenant) {
  const auto row = session.one(kCountCustom, params(tenant.customer_id), "no count");
  if (!row) return fail(row.error());
  return row->get<std::int64_t>(0);
}

Status insert(db::Session& session, const Role& role) {
  if (auto done = run(session, kInsert, params(role.id, role.team_id, role.name, role.created_at, role.updated_at)); !done) return done;
  return put_scopes(session, role);
}

Status update(db::Session& session, const Role& role) {
  if (auto done = run(session, kUpdate, params(role.id, role.team_id, role.name, role.updated_at)); !done) return done;
  if (auto done = run(session, kClearScopes, params(role.id)); !done) return done;
  return put_scopes(session, role);
}

Status remove(db::Session& session, const Tenant& tenant, RoleId id) {
  if (auto done = run(session, kDropAssignments, params(tenant.customer_id, id)); !done) return done;
  if (auto done = run(session, kDropInviteRole, params(tenant.customer_id, id)); !done) return done;
  if (auto done = run(session, kClearScopes, params(id)); !done) return done;
  return run(session, kDelete, params(id, tenant.customer_id));
}

Result<bool> is_used(db::Session& session, const Tenant& tenant, RoleId id) {
  const auto row = session.first(kIsUsed, params(tenant.customer_id, id));
  if (!row) return fail(row.error());
  return row->has_value();
}

Result<std::map<UserId, std::vector<Assignment>>> assignments(db::Session& session, const Tenant& tenant, std::optional<UserId> user) {
  const auto rows = session.query(kAssignments, params(tenant.customer_id, user));
  if (!rows) return fail(rows.error());
  std::map<std::pair<UserId, RoleId>, SiteSelection> sites;
  if (std::ranges::any_of(*rows, [](const db::Row& row) { return row.get<bool>(3); })) {
    const auto limits = session.query(kSites, params(tenant.customer_id, user));
    if (!limits) return fail(limits.error());
    for (const auto& row : *limits)
      sites[{row.get<UserId>(0), row.get<RoleId>(1)}][row.get<std::string>(2)].push_back(row.get<std::string>(3));
  }
  std::map<UserId, std::vector<Assignment>> out;
  for (const auto& row : *rows) {
    const auto holder = row.get<UserId>(0);
    const auto role = row.get<RoleId>(1);
    out[holder].push_back({.role_id = role, .role_name = row.get<std::string>(2), .sites = std::move(sites[{holder, role}])});
  }
  return out;
}

Status assign(db::Session& session, const Tenant& tenant, UserId user, const std::vector<Assignment>& roles) {
  if (auto done = run(session, kClear, params(tenant.customer_id, user)); !done) return done;
  for (const auto& role : roles) {
    if (auto done = run(session, kAssign, params(tenant.customer_id, user, role.role_id, !role.sites.empty())); !done) return done;
    for (const auto& [key, values] : role.sites)
      for (const auto& value : values)
        if (auto done = run(session, kAddSite, params(tenant.customer_id, user, role.role_id, key, value)); !done) return done;
  }
  return {};
}

Result<std::vector<HeldScope>> held_scopes(db::Session& session, const Tenant& tenant, UserId user) {
  const auto rows = session.query(kHeld, params(tenant.customer_id, user));
  if (!rows) return fail(rows.error());
  std::vector<HeldScope> out;
  out.reserve(rows->size());
  for (const auto& row : *rows) out.push_back({row.get<std::string>(0), row.get<RoleId>(1), row.get<bool>(2)});
  return out;
}

Result<std::map<RoleId, SiteSelection>> selections(db::Session& session, const Tenant& tenant, UserId user) {
  const auto rows = session.query(kSites, params(tenant.customer_id, std::optional(user)));
  if (!rows) return fail(rows.error());
  std::map<RoleId, SiteSelection> out;
  for (const auto& row : *rows) out[row.get<RoleId>(1)][row.get<std::string>(2)].push_back(row.get<std::string>(3));
  return out;
}

Result<std::vector<std::string>> unlimited_scopes(db::Session& session, const Tenant& tenant, UserId user) {
  const auto rows = session.query(kUnlimited, params(tenant.customer_id, user));
  if (!rows) return fail(rows.error());
  std::vector<std::string> out;
  for (const auto& row : *rows) out.push_back(row.get<std::string>(0));
  return out;
}

}  // namespace openstrat::identity::role_store
