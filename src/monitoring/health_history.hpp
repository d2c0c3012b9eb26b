// How many sites were online, and how many faults open, minute by minute.
#pragma once

#include <chrono>
#include <vector>

#include "base/error.hpp"
#include "monitoring/health_store.hpp"
#include "monitoring/settings.hpp"

namespace openstrat::db {
class Database;
}
namespace openstrat::metrics {
class Gauge;
class Registry;
}
namespace openstrat::tasks {
class Queue;
}

namespace openstrat::monitoring {

class HealthHistory {
 public:
  static constexpr int kMostPoints = 10'500;

  HealthHistory(db::Database& database, metrics::Registry& metrics, const Clock& clock, const Settings& settings);

  /// One row a team that has sites or open faults. Every minute, on one node; a second look at the same minute changes nothing.
  Status sample();
  void register_tasks(tasks::Queue& queue);

  struct Range { Timestamp from{}, until{}; std::chrono::seconds step{}; };
  /// Fills in what is absent: the last day, and a step that gives some hundreds of points. Errors: invalid, on the fields `to` and `step`.
  static Result<Range> range_of(std::optional<Timestamp> from, std::optional<Timestamp> until, std::optional<int> step_s, Timestamp now);
  /// One point a step: its worst minute, so that a short outage does not vanish in a mean and the numbers belong together. Steps
  /// in which nobody looked have none. forbidden for callers who see some sites only.
  Result<std::vector<HealthSample>> read(const Tenant& tenant, const Range& range);

  Status forget_team(CustomerId customer);

 private:
  Result<std::vector<HealthSample>> look(Timestamp minute);

  db::Database& database_;
  metrics::Gauge& open_faults_;
  const Clock& clock_;
  const Settings& settings_;
};

}  // namespace openstrat::monitoring
