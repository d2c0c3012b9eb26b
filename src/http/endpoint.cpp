#include "http/endpoint.hpp"

#include <algorithm>

namespace openstrat::http {

void EndpointMetrics::record(int status, Duration elapsed) {
  const auto status_class = static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1);
  by_status_class[status_class].fetch_add(1, std::memory_order_relaxed);
  const double seconds = static_cast<double>(elapsed.count()) / 1e6;
  const auto bucket = std::ranges::lower_bound(kBoundsSeconds, seconds) - kBoundsSeconds.begin();
  latency[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  latency_sum_us.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed.count(), 0)), std::memory_order_relaxed);
}

std::uint64_t EndpointMetrics::count() const {
  std::uint64_t sum = 0;
  for (const auto& counter : by_status_class) sum += counter.load(std::memory_order_relaxed);
  return sum;
}

}  // namespace openstrat::http
