#include "protection/policy_service.hpp"

#include <algorithm>

namespace openstrat::protection {
namespace {

/// Of two limits the smaller one; absent (or zero days): no limit.
template <class T>
std::optional<T> tighter(const std::optional<T>& a, const std::optional<T>& b) {
  return a && b ? std::min(*a, *b) : a ? a : b;
}

int fewer_days(int a, int b) { return a > 0 && b > 0 ? std::min(a, b) : std::max(a, b); }

}  // namespace

SecurityPolicy strictest(const SecurityPolicy& a, const SecurityPolicy& b) {
  return {.min_length = std::max(a.min_length, b.min_length),
          .max_age_days = fewer_days(a.max_age_days, b.max_age_days),
          .history = std::max(a.history, b.history),
          .require_mfa = a.require_mfa || b.require_mfa,
          .session_idle = tighter(a.session_idle, b.session_idle),
          .session_absolute = tighter(a.session_absolute, b.session_absolute)};
}

}  // namespace openstrat::protection
