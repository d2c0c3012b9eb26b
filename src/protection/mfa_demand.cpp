#include "protection/mfa_demand.hpp"

#include <algorithm>

#include "identity/session_service.hpp"
#include "protection/policy_service.hpp"

namespace openstrat::protection {
namespace {

/// Another provider says so with one of these (RFC 8176).
bool is_second_factor(std::string_view method) { return method == "mfa" || method == "otp" || method == "hwk"; }

}  // namespace

bool MfaDemand::is_missing(UserId user, const Tenant&, std::string_view session_id) noexcept {
  const auto policy = deps_.policies.of_user(user);
  if (!policy) return true;
  return policy->require_mfa && !has_factor(user, session_id);
}

bool MfaDemand::has_factor(UserId user, std::string_view session_id) {
  const std::string id(session_id);
  if (const auto known = seen_elsewhere_.get(id)) return *known;
  const auto generation = seen_elsewhere_.generation();
  const auto sessions = deps_.sessions.list(user);
  if (!sessions) return false;
  const auto session = std::ranges::find(*sessions, id, &identity::SessionLine::id);
  const bool seen = session != sessions->end() && std::ranges::any_of(session->methods, is_second_factor);
  seen_elsewhere_.put(id, seen, generation);
  return seen;
}

}  // namespace openstrat::protection
