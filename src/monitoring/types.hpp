// Values of monitoring.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::monitoring {

enum class Severity { low, medium, high, critical };
constexpr const char* to_string(Severity severity) {
  switch (severity) {
    case Severity::low: return "low";
    case Severity::medium: return "medium";
    case Severity::high: return "high";
    case Severity::critical: return "critical";
  }
  std::unreachable();
}
std::optional<Severity> parse_severity(std::string_view text);

struct Fault {
  CustomerId customer_id;
  FaultId id;
  std::string pid;                    ///< `flt_<ksuid>`
  std::string type;                   ///< `site`, `wantunnel`
  std::string kind;                   ///< cause class: `offline`, `rebooted`
  std::string resource_id;
  std::optional<SiteId> site_id;
  std::string message;
  Severity severity = Severity::low;
  std::string cause;                  ///< `Unknown` while open, then `Disconnected`, `Power Outage`, `Rebooted`
  Timestamp created_at{};             ///< when the disturbance began, not when it was noticed
  std::optional<Timestamp> resolved_at;
};

}  // namespace openstrat::monitoring
