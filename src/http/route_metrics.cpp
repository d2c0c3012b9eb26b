#include "http/route_metrics.hpp"

#include <fmt/format.h>

#include "http/router.hpp"

namespace openstrat::http {
namespace {

constexpr const char* kClasses[] = {"1xx", "2xx", "3xx", "4xx", "5xx"};

void append_counts(std::string& out, const Endpoint& endpoint) {
  for (std::size_t i = 0; i < std::size(kClasses); ++i) {
    const auto count = endpoint.metrics.by_status_class[i].load(std::memory_order_relaxed);
    if (count > 0) out += fmt::format("openstrat_requests_total{{operation=\"{}\",status=\"{}\"}} {}\n", endpoint.operation_id, kClasses[i], count);
  }
}

void append_latency(std::string& out, const Endpoint& endpoint) {
  const auto& bounds = EndpointMetrics::kBoundsSeconds;
  const auto line = [&](const std::string& bound, std::uint64_t count) {
    out += fmt::format("openstrat_request_seconds_bucket{{operation=\"{}\",le=\"{}\"}} {}\n", endpoint.operation_id, bound, count);
  };
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < endpoint.metrics.latency.size(); ++i) {
    total += endpoint.metrics.latency[i].load(std::memory_order_relaxed);
    line(i < bounds.size() ? fmt::format("{}", bounds[i]) : "+Inf", total);
  }
  out += fmt::format("openstrat_request_seconds_sum{{operation=\"{0}\"}} {1}\nopenstrat_request_seconds_count{{operation=\"{0}\"}} {2}\n",
                     endpoint.operation_id, static_cast<double>(endpoint.metrics.latency_sum_us.load(std::memory_order_relaxed)) / 1e6, total);
}

}  // namespace

std::string render_route_metrics(const Router& router) {
  std::string counts = "# HELP openstrat_requests_total Requests by operation and status class\n# TYPE openstrat_requests_total counter\n";
  std::string latency = "# HELP openstrat_request_seconds Time from the complete request to the answer\n# TYPE openstrat_request_seconds histogram\n";
  for (const auto& endpoint : router.endpoints()) {
    if (endpoint->metrics.count() == 0) continue;
    append_counts(counts, *endpoint);
    append_latency(latency, *endpoint);
  }
  return counts + latency;
}

}  // namespace openstrat::http
