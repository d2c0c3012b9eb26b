// What monitoring reads from the configuration (keys in docs/configuration.md).
#pragma once

#include <chrono>
#include <string>

namespace openstrat::monitoring {

struct Settings {
  std::chrono::days keep_faults{425};        ///< retention.faults_days
  std::chrono::days keep_health{14};         ///< retention.health_days
  std::chrono::seconds heartbeat_period{30}; ///< monitor.heartbeat.period_s
  std::string api_url;                       ///< public_url.api, no trailing slash: what share links lead to
};

}  // namespace openstrat::monitoring
