// Whether a code or a password is right, and not too many wrong ones came before.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "identity/types.hpp"
#include "mfa/code_store.hpp"
#include "sign_in/second_factor_service.hpp"

namespace openstrat {
class SecretBox;
}
namespace openstrat::db {
class Database;
}
namespace openstrat::identity {
class PasswordService;
class UserService;
}

namespace openstrat::mfa {

class Notices;

/// Thread-safe. Wrong codes count per user over all nodes and sign-ins: after ten in a row each next one has to wait, 15 minutes
/// first and up to a day, so that somebody who knows the password cannot guess six digits in parallel. Recovery codes are not
/// throttled: nobody guesses 80 bits, and they let the owner in while an attacker keeps the throttle closed.
class CodeChecker {
 public:
  static constexpr int kFreeTries = 10;
  static constexpr std::chrono::minutes kFirstWait{15};
  static constexpr std::chrono::hours kLongestWait{24};

  struct Dependencies {
    db::Database& database;
    identity::UserService& users;
    identity::PasswordService& passwords;
    const SecretBox& secrets;
    Notices& notices;
    const Clock& clock;
  };
  explicit CodeChecker(Dependencies dependencies) : deps_(dependencies) {}

  /// nullopt: wrong, used before, or of a user who has no codes. rate_limited `too_many_attempts`.
  Result<std::optional<sign_in::Factor>> check(const Caller& caller, std::string_view code);
  /// False for a user without a password, too. rate_limited `too_many_attempts`; unavailable.
  Result<bool> check_password(const identity::User& user, std::string_view password);

  std::string seal_secret(UserId user, std::string_view secret) const;
  Result<std::string> open_secret(UserId user, std::string_view sealed) const;  ///< internal: the key file is not the one it was sealed with

 private:
  Result<std::optional<sign_in::Factor>> check_totp(const Caller& caller, std::string_view digits);
  Result<std::optional<sign_in::Factor>> check_recovery(const Caller& caller, std::string_view code);

  Dependencies deps_;
};

}  // namespace openstrat::mfa
