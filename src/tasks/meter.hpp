// What the queue reports about one kind of task.
#pragma once

#include <string>

#include "base/metrics.hpp"

namespace openstrat::tasks {

struct KindMeter {
  KindMeter(metrics::Registry& registry, const std::string& kind)
      : runs(registry.counter("openstrat_task_runs_total", "Handler runs", {{"kind", kind}})),
        failures(registry.counter("openstrat_task_failures_total", "Handler runs that failed", {{"kind", kind}})),
        dead(registry.counter("openstrat_task_dead_total", "Tasks given up and put on the dead letter list", {{"kind", kind}})),
        depth(registry.gauge("openstrat_task_depth", "Tasks that are due and not taken", {{"kind", kind}})),
        oldest_seconds(registry.gauge("openstrat_task_oldest_seconds", "How long the oldest due task has been waiting", {{"kind", kind}})),
        seconds(registry.histogram("openstrat_task_seconds", "Time a handler run takes", metrics::latency_bounds(), {{"kind", kind}})) {}

  metrics::Counter& runs;
  metrics::Counter& failures;
  metrics::Counter& dead;
  metrics::Gauge& depth;
  metrics::Gauge& oldest_seconds;
  metrics::Histogram& seconds;
};

}  // namespace openstrat::tasks
