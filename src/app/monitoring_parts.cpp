#include "app/monitoring_parts.hpp"

#include "tasks/queue.hpp"

namespace openstrat::app {
namespace {

monitoring::Settings settings_of(const Config& config, const PublicUrls& urls) {
  return {.keep_faults = std::chrono::days(config.retention.faults_days), .heartbeat_period = config.monitor.heartbeat_period, .api_url = urls.api};
}

}  // namespace

MonitoringParts::MonitoringParts(const Needs& n, const Config& config, const PublicUrls& urls)
    : needs(n), settings(settings_of(config, urls)), faults(n.database, n.bus, n.clock, n.rng), reader(n.database, n.clock) {}

void MonitoringParts::register_all(tasks::Queue& tasks) {
  faults.subscribe();
  faults.register_tasks(tasks, static_cast<int>(settings.keep_faults.count()));
}

}  // namespace openstrat::app
