// Which requests wait until their user has set up a second factor: the teams' security policy, asked by the authenticator.
#pragma once

#include <string>

#include "identity/mfa_requirement_service.hpp"
#include "protection/team_cache.hpp"

namespace openstrat::identity {
class SessionService;
}

namespace openstrat::protection {

class PolicyService;

class MfaDemand final : public identity::MfaRequirement {
 public:
  struct Dependencies {
    PolicyService& policies;
    identity::SessionService& sessions;
    const Clock& clock;
  };
  explicit MfaDemand(Dependencies dependencies) : deps_(dependencies), seen_elsewhere_(deps_.clock) {}

  /// Where it cannot be told, the factor counts as missing.
  bool is_missing(UserId user, const Tenant& team, std::string_view session_id) noexcept override;

 private:
  bool has_factor(UserId user, std::string_view session_id);

  Dependencies deps_;
  TeamCache<std::string, bool> seen_elsewhere_;  ///< by session
};

}  // namespace openstrat::protection
