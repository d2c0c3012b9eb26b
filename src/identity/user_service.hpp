// Users, teams and who may do what in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/scopes.hpp"
#include "identity/types.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
class Session;
}

namespace openstrat::identity {

class CredentialCache;
class PasswordService;

RoleId id_of(SystemRole role);

struct NewUser {
  std::string email;
  std::string name;  ///< empty: the name part of the e-mail address
  std::optional<std::string> password;
  bool email_verified = false;
  bool allow_login = true;
  UserStatus status = UserStatus::active;
  std::string timezone = "UTC";
};

/// How many sites a team may have; 0: its own limit does not apply. not_found for an unknown team.
Result<int> site_limit(db::Session& session, const Tenant& tenant);

/// For records that outlive the user; nullopt: there is no such user.
Result<std::optional<std::string>> user_name(db::Session& session, UserId user);

class UserService {
 public:
  struct Dependencies {
    db::Database& database;
    CredentialCache& cache;
    const Clock& clock;
    Rng& rng;
    PasswordService& passwords;
  };
  explicit UserService(Dependencies dependencies) : deps_(dependencies) {}

  /// Brings the system roles to what this program knows. Once at every start, before anything else of identity.
  Status prepare();

  /// invalid names every broken rule; conflict `already_exists` when the e-mail is taken. Takes 0.1 s (Argon2id).
  Result<User> create_user(NewUser user);
  Result<User> find_user(UserId id);
  Result<User> find_user(std::string_view email);  ///< not_found
  Status set_status(UserId id, UserStatus status);
  /// In the transaction that adds the first or removes the last second factor.
  Status set_mfa_enabled(db::Session& session, UserId id, bool enabled);
  /// Who runs the installation. Counts on every node within a second.
  enum class Operator { no, yes };
  Status set_operator(UserId id, Operator wanted);

  /// The owner becomes a member with the role Owner.
  Result<Team> create_team(UserId owner, std::string name, std::int64_t site_limit = 0);
  /// The same as part of a transaction.
  Result<Team> create_team(db::Session& session, UserId owner, const std::string& name);
  Result<Team> find_team(const Tenant& tenant);
  /// By id or by name; nullopt: no team has it; conflict when several teams share the name.
  Result<std::optional<Team>> find_team(std::string_view id_or_name);
  Result<std::vector<Team>> teams_of(UserId user);
  /// conflict `already_exists` for a member. Owner cannot be given: a team has exactly one.
  Status add_member(const Tenant& tenant, UserId user, SystemRole role);
  /// conflict for the owner; not_found when the user is no member.
  Status remove_member(const Tenant& tenant, UserId user);
  Status assign_role(const Tenant& tenant, UserId user, SystemRole role);
  Status remove_role(const Tenant& tenant, UserId user, SystemRole role);

  struct Enrolled { User user; Team team; bool team_created = false; };
  /// `openstrat admin create-user`: a verified user, in one transaction with the team; an operator if it is the first account of the
  /// installation. An existing team (by id or name) is joined as Administrator, else it is created and the user owns it; an id that no
  /// team has is not_found.
  Result<Enrolled> enrol(std::string_view email, const std::string& password, const std::string& team);

 private:
  Result<User> make_user(NewUser&& request);
  Result<Team> create_team_in(db::Session& session, UserId owner, const std::string& name, std::int64_t site_limit);
  Status change_role(const Tenant& tenant, UserId user, SystemRole role, bool assign);

  Dependencies deps_;
};

}  // namespace openstrat::identity
