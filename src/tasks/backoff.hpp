// How long to wait before the next attempt.
#pragma once

#include <algorithm>

#include "base/rng.hpp"
#include "tasks/queue.hpp"

namespace openstrat::tasks {

/// Doubles from first_backoff to max_backoff, ± 20 % so that what failed together does not come back together.
inline Duration backoff(const Policy& policy, int attempt, Rng& rng) {
  const auto doublings = std::clamp(attempt - 1, 0, 20);
  const Duration delay = std::min<Duration>(Duration(policy.first_backoff) * (std::int64_t{1} << doublings), policy.max_backoff);
  const auto spread = static_cast<std::int64_t>(rng.below(401));  // 0 … 400 ‰
  return delay * (800 + spread) / 1000;
}

}  // namespace openstrat::tasks
