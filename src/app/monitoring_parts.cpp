#include "app/monitoring_parts.hpp"

#include "bus/bus.hpp"
#include "tasks/queue.hpp"

namespace openstrat::app {
namespace {

monitoring::Settings settings_of(const Config& config, const PublicUrls& urls) {
  return {.keep_faults = std::chrono::days(config.retention.faults_days), .keep_health = std::chrono::days(config.retention.health_days),
          .heartbeat_period = config.monitor.heartbeat_period, .api_url = urls.api};
}

}  // namespace

MonitoringParts::MonitoringParts(const Needs& n, const Config& config, const PublicUrls& urls)
    : needs(n), settings(settings_of(config, urls)), faults(n.database, n.bus, n.clock, n.rng), reader(n.database, n.clock),
      manual({n.database, n.bus, n.sites, n.clock, n.rng}), shares({n.database, reader, n.tokens, n.links, n.url_signer, n.clock, n.rng, settings}),
      health(n.database, n.metrics, n.clock, settings) {}

void MonitoringParts::register_all(tasks::Queue& tasks) {
  faults.subscribe();
  needs.bus.subscribe("monitoring.teams", "team.deleted", [this](const bus::Event& event) -> Status {
    if (auto done = faults.forget_team(event.customer_id); !done) return done;
    if (auto done = shares.forget_team(event.customer_id); !done) return done;
    return health.forget_team(event.customer_id);
  });
  faults.register_tasks(tasks, static_cast<int>(settings.keep_faults.count()));
  health.register_tasks(tasks);
  tasks.handle("monitoring.purge_shares", {}, [this](const tasks::Task&) { return shares.purge(); });
  tasks.schedule("purge shared links", "43 3 * * *", "monitoring.purge_shares");
}

}  // namespace openstrat::app
