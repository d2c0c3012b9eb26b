// SQL of roles and of who holds them.
#pragma once

#include <map>
#include <vector>

#include "base/error.hpp"
#include "identity/access_types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::identity::role_store {

/// The system roles, then those of the team, each by name.
Result<std::vector<Role>> list(db::Session& session, const Tenant& tenant);
Result<Role> find(db::Session& session, const Tenant& tenant, RoleId id);  ///< not_found also for a role of another team
/// nullopt: a system role, or none.
Result<std::optional<TeamId>> team_of(db::Session& session, RoleId id);
Result<std::int64_t> count_custom(db::Session& session, const Tenant& tenant);
/// conflict `already_exists` when the team has a role of this name.
Status insert(db::Session& session, const Role& role);
Status update(db::Session& session, const Role& role);
/// With every assignment; invitations fall back to Viewer.
Status remove(db::Session& session, const Tenant& tenant, RoleId id);
Result<bool> is_used(db::Session& session, const Tenant& tenant, RoleId id);

/// By user; users without a role are absent. `user` absent: everybody of the team.
Result<std::map<UserId, std::vector<Assignment>>> assignments(db::Session& session, const Tenant& tenant, std::optional<UserId> user);
/// Makes the roles of a member exactly these.
Status assign(db::Session& session, const Tenant& tenant, UserId user, const std::vector<Assignment>& roles);

/// A scope that somebody holds, once for each of his roles that has it.
struct HeldScope {
  std::string scope;
  RoleId role_id;
  bool limited = false;
};
Result<std::vector<HeldScope>> held_scopes(db::Session& session, const Tenant& tenant, UserId user);
/// What the limited roles of a user are limited to.
Result<std::map<RoleId, SiteSelection>> selections(db::Session& session, const Tenant& tenant, UserId user);
/// Held through a role without limits, sorted.
Result<std::vector<std::string>> unlimited_scopes(db::Session& session, const Tenant& tenant, UserId user);

}  // namespace openstrat::identity::role_store
