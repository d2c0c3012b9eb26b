// What people change about themselves, apart from address and password.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "identity/account_service.hpp"

namespace openstrat::db {
class Database;
}

namespace openstrat::sign_in {

class Notices;

struct Profile {
  identity::User user;
  identity::Member member;  ///< the same person, without roles
  std::optional<std::string> pending_email;
};

class ProfileFlow {
 public:
  struct Dependencies {
    db::Database& database;
    identity::AccountService& accounts;
    Notices& notices;
    const Clock& clock;
  };
  explicit ProfileFlow(Dependencies dependencies) : deps_(dependencies) {}

  Result<Profile> find(UserId user);
  /// Absent parts stay. invalid names every wrong field.
  Status change(UserId user, const identity::ProfileChange& change);
  /// For the audit log.
  void signed_out(UserId user, std::string_view session_id, const identity::Origin& origin) noexcept;

 private:
  Dependencies deps_;
};

}  // namespace openstrat::sign_in
