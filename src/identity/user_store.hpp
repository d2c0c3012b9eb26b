// SQL of users, teams, memberships, roles and sessions.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::identity::user_store {

/// conflict when the e-mail is taken. Also starts the password history.
Status insert(db::Session& session, const User& user);
Result<std::optional<User>> find_by_email(db::Session& session, std::string_view normalised_email);
Result<User> find(db::Session& session, UserId id);  ///< not_found
Status set_status(db::Session& session, UserId id, UserStatus status, Timestamp now);

Status set_mfa_enabled(db::Session& session, UserId id, bool enabled, Timestamp now);
Status set_operator(db::Session& session, UserId id, bool is_operator, Timestamp now);
struct Headcount {
  std::int64_t users = 0;
  std::int64_t operators = 0;  ///< who may sign in
};
Result<Headcount> headcount(db::Session& session);
/// True for one caller only, while the installation has no user: who gets it makes the first account in this transaction.
Result<bool> claim_first(db::Session& session);

Status insert_team(db::Session& session, const Team& team);
Result<Team> find_team(db::Session& session, const Tenant& tenant);  ///< not_found
Result<std::vector<Team>> find_teams_by_name(db::Session& session, std::string_view name, int limit);
Result<std::vector<Team>> teams_of(db::Session& session, UserId user);  ///< oldest membership first
/// True when the user was not a member before.
Result<bool> add_member(db::Session& session, const Tenant& tenant, UserId user, Timestamp now);
Result<bool> is_member(db::Session& session, const Tenant& tenant, UserId user);
/// Takes the roles with it.
Status remove_member(db::Session& session, const Tenant& tenant, UserId user);

/// Inserts or renames a system role and makes its scopes exactly these.
Status put_system_role(db::Session& session, RoleId id, std::string_view name, std::span<const std::string> scopes, Timestamp now);
Status assign_role(db::Session& session, const Tenant& tenant, UserId user, RoleId role);
Status remove_role(db::Session& session, const Tenant& tenant, UserId user, RoleId role);
/// The union over the user's roles in the team, sorted.
Result<std::vector<std::string>> scopes_of(db::Session& session, const Tenant& tenant, UserId user);

Status insert_session(db::Session& session, const Session& sign_in);
Status revoke_session(db::Session& session, std::string_view id, Timestamp now);
Status set_current_team(db::Session& session, std::string_view session_id, const Tenant& tenant);
Result<std::int64_t> remove_sessions_before(db::Session& session, Timestamp expired_before, int limit);

/// What a session may do now.
struct Access {
  User user;
  std::optional<TeamId> team_id;   ///< the active team, while the user is a member of it
  bool revoked = false;
  Timestamp expires_at{};
  std::vector<std::string> scopes; ///< of the roles in that team, sorted
  /// Sites that a scope is limited to, where it is; null: no limits at all.
  std::shared_ptr<const std::map<std::string, std::shared_ptr<const SiteLimits>, std::less<>>> site_limits;
};
/// `in_team`: as if that were the active team; while the user is no member of it, there is none.
Result<std::optional<Access>> load_access(db::Session& session, std::string_view session_id, std::optional<TeamId> in_team = {});

}  // namespace openstrat::identity::user_store
