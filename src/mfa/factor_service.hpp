// The second factors as sign-in asks for them, and their reset by an administrator.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "mfa/types.hpp"
#include "sign_in/second_factor_service.hpp"

namespace openstrat::db {
class Database;
}
namespace openstrat::identity {
class UserService;
}
namespace openstrat::tasks {
class Queue;
}

namespace openstrat::mfa {

class CodeChecker;
class Notices;
class PasskeyService;

class FactorService final : public sign_in::SecondFactors {
 public:
  struct Dependencies {
    db::Database& database;
    identity::UserService& users;
    CodeChecker& codes;
    PasskeyService& passkeys;
    Notices& notices;
    const Clock& clock;
  };
  explicit FactorService(Dependencies dependencies) : deps_(dependencies) {}

  /// Never empty for somebody who has set up any, whatever happened to the configuration since.
  Result<std::vector<sign_in::Factor>> factors_of(UserId user) override;
  Result<std::optional<sign_in::Factor>> check_code(UserId user, std::string_view code) override;
  Result<std::string> passkey_options(std::optional<UserId> user) override;
  Result<PasskeyProof> check_passkey(std::string_view response) override;

  /// Takes everything away from a member of the caller's team who has lost it. not_found for anybody else; forbidden for the
  /// owner (only the command line does that) and for oneself.
  Status reset(const Caller& caller, const Tenant& tenant, UserId user);
  /// The same for the operator of the installation. not_found.
  Status reset_by_operator(UserId user);

  /// Forgets expired challenges and set-ups that nobody finished, every hour.
  void register_tasks(tasks::Queue& queue);

 private:
  Status remove_all(const identity::User& user, const Caller& caller, std::optional<UserId> actor);
  Status purge();

  Dependencies deps_;
};

}  // namespace openstrat::mfa
