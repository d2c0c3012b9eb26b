// How much a try looks like a program's: a pure judgement of what is known before the password is.
#pragma once

#include <vector>

#include "base/net.hpp"
#include "sign_in/guard_service.hpp"

namespace openstrat::protection {

struct RiskFacts {
  int recent_failures = 0;         ///< of the source, in ten minutes
  bool network_known = false;      ///< somebody has signed in from the network around it
  bool account_under_attack = false;
  bool datacentre = false;
};

inline constexpr int kRiskyFrom = 4;  ///< from here on a challenge is asked for

int risk_of(const sign_in::Attempt& attempt, const RiskFacts& facts);
/// Nothing that a browser sends: empty, a script's library, a browser without a screen.
bool is_odd_user_agent(std::string_view user_agent);

}  // namespace openstrat::protection
