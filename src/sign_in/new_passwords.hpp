// Whether a password may become somebody's password.
#pragma once

#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "identity/types.hpp"

namespace openstrat::db {
class Database;
}
namespace openstrat::identity {
class AccountService;
class PasswordService;
}
namespace openstrat::protection {
class PolicyService;
}

namespace openstrat::sign_in {

class Guard;

class NewPasswords {
 public:
  struct Dependencies {
    db::Database& database;
    identity::AccountService& accounts;
    identity::PasswordService& passwords;
    Guard* guard = nullptr;                         ///< null: neither rules of teams nor known breaches
    protection::PolicyService* policies = nullptr;  ///< null: the installation's rules only
  };
  explicit NewPasswords(Dependencies dependencies) : deps_(dependencies) {}

  /// The rules of the installation and of the user's teams, known breaches, and (for a user) earlier passwords: invalid names every
  /// broken one under `field`. An earlier password costs an Argon2 computation each.
  Status check(std::string_view password, std::string_view email, std::optional<UserId> user, const char* field = "password") const;
  /// Days after which a password has to be replaced; 0: never.
  Result<int> max_age_days(UserId user) const;

 private:
  Result<bool> was_used(std::string_view password, UserId user) const;

  Dependencies deps_;
};

}  // namespace openstrat::sign_in
