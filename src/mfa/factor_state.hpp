// What a user has set up, and the summary of it that identity keeps.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "identity/types.hpp"

namespace openstrat::db {
class Session;
}
namespace openstrat::identity {
class UserService;
}

namespace openstrat::mfa {

struct FactorState {
  bool totp = false;
  int passkeys = 0;
  int recovery_codes = 0;  ///< unused ones
  bool is_enabled() const { return totp || passkeys > 0; }
};
Result<FactorState> factor_state(db::Session& session, UserId user);

/// After every change, in its transaction: `mfa_enabled` of the user follows, and recovery codes go with the last factor.
Status settle(db::Session& session, identity::UserService& users, UserId user);

}  // namespace openstrat::mfa
