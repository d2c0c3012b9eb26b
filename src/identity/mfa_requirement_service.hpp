// Whether a user has to set up a second factor before the API answers anything else.
#pragma once

#include <string_view>

#include "identity/types.hpp"

namespace openstrat::identity {

/// Implemented over the security policy of the teams. The authenticator asks for every request of a user who has no second
/// factor, so the answer comes from memory. What is missing then answers 403 `mfa_required`, except the operations that
/// declare `.without_mfa = true` (setting one up, the own profile, signing out).
class MfaRequirement {
 public:
  virtual ~MfaRequirement() = default;
  /// `team` is the active one (nil: none). The session tells whether another provider has seen a second factor.
  virtual bool is_missing(UserId user, const Tenant& team, std::string_view session_id) noexcept = 0;
};

}  // namespace openstrat::identity
