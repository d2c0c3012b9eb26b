// What teams demand of the people in them. Asked by sign-in, sessions and the authenticator; implemented by policies.hpp.
#pragma once

#include <chrono>
#include <optional>

#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat::protection {

/// A person in several teams keeps the strictest of each rule.
struct SecurityPolicy {
  int min_length = 8;                    ///< characters of a password
  int max_age_days = 0;                  ///< a password older than this must be changed at the next sign-in; 0: never
  int history = 3;                       ///< so many earlier passwords may not come back
  bool require_mfa = false;              ///< without a second factor nothing works but setting one up
  std::optional<std::chrono::minutes> session_idle;      ///< a session ends after this time without use; absent: the installation's own limit
  std::optional<std::chrono::minutes> session_absolute;  ///< … and after this time in any case
  auto operator<=>(const SecurityPolicy&) const = default;
};

/// The stricter of the two, rule by rule.
SecurityPolicy strictest(const SecurityPolicy& a, const SecurityPolicy& b);

/// Answers from memory; a change counts at once in the process that makes it and within five seconds in the others.
class PolicyService {
 public:
  virtual ~PolicyService() = default;
  virtual Result<SecurityPolicy> of_team(const Tenant& tenant) = 0;
  virtual Result<SecurityPolicy> of_user(UserId user) = 0;  ///< the strictest of all teams of the user
};

}  // namespace openstrat::protection
