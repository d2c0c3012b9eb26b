// Authenticator apps (TOTP) and recovery codes of the own account: set up, switch off, renew.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "mfa/settings.hpp"
#include "mfa/types.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::identity {
class UserService;
struct User;
}

namespace openstrat::mfa {

class CodeChecker;
class IdentityProof;
class Notices;

class CodeService {
 public:
  /// A set-up that is not confirmed by then has to start again.
  static constexpr std::chrono::hours kSetupLife{1};

  struct Dependencies {
    db::Database& database;
    identity::UserService& users;
    CodeChecker& codes;
    IdentityProof& proof;
    Notices& notices;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit CodeService(Dependencies dependencies) : deps_(dependencies) {}

  /// A new secret, instead of one that was not confirmed. conflict `already_exists` while an app is set up.
  Result<Enrolment> start(const Caller& caller, const Proof& proof);
  /// The secret as long as it is not confirmed; never afterwards. not_found: nothing is being set up.
  Result<Enrolment> pending(const Caller& caller);
  /// With the first code of the app. The recovery codes, new ones, are shown once. invalid: the code is wrong.
  Result<std::vector<std::string>> confirm(const Caller& caller, std::string_view code);
  /// Needs password and code. not_found: there is none.
  Status disable(const Caller& caller, const Proof& proof);

  Result<RecoveryStatus> recovery(UserId user);
  /// The old ones no longer count. conflict without any second factor.
  Result<std::vector<std::string>> renew_recovery(const Caller& caller, const Proof& proof);

 private:
  Enrolment enrolment_of(const identity::User& user, std::string_view secret, Timestamp expires_at) const;

  Dependencies deps_;
};

}  // namespace openstrat::mfa
