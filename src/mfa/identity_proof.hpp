// Changing second factors needs more than an access token, which may have been stolen.
#pragma once

#include "base/error.hpp"
#include "identity/types.hpp"
#include "mfa/types.hpp"

namespace openstrat::db {
class Database;
}
namespace openstrat::identity {
class SessionService;
}

namespace openstrat::mfa {

class CodeChecker;

class IdentityProof {
 public:
  /// People who have neither password nor code (they come from another provider) have signed in within this time.
  static constexpr std::chrono::minutes kFresh{10};

  struct Dependencies {
    db::Database& database;
    identity::SessionService& sessions;
    CodeChecker& codes;
    const Clock& clock;
  };
  explicit IdentityProof(Dependencies dependencies) : deps_(dependencies) {}

  // forbidden `proof_required` says what to send; invalid names what is wrong; rate_limited `too_many_attempts`.
  /// The password or a code.
  Status check(const identity::User& user, const Caller& caller, const Proof& proof);
  /// A code, and the password where there is one.
  Status check_both(const identity::User& user, const Caller& caller, const Proof& proof);

 private:
  Status check_password(const identity::User& user, const Proof& proof);
  Status check_code(const Caller& caller, const Proof& proof);
  Status check_freshness(const Caller& caller);

  Dependencies deps_;
};

}  // namespace openstrat::mfa
