// Faults follow the events of the fleet.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "monitoring/types.hpp"

namespace openstrat::bus {
class Bus;
struct Event;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::tasks {
class Queue;
}

namespace openstrat::monitoring {

class FaultService {
 public:
  FaultService(db::Database& database, bus::Bus& bus, const Clock& clock, Rng& rng)
      : database_(database), bus_(bus), clock_(clock), rng_(rng) {}

  /// Before the bus starts.
  void subscribe();
  /// Nightly purge; before the queue starts.
  void register_tasks(tasks::Queue& queue, int retention_days);
  Status forget_team(CustomerId customer);

  /// Newest first, open and resolved.
  Result<std::vector<Fault>> newest_of_site(const Tenant& tenant, SiteId site, int limit);

 private:
  Status handle(const bus::Event& event);
  Status apply(db::Session& session, const bus::Event& event);
  Status open(db::Session& session, Fault fault);
  Fault fault_of(const bus::Event& event) const;
  Status resolve_offline(db::Session& session, const bus::Event& event);
  Status purge(int retention_days);

  db::Database& database_;
  bus::Bus& bus_;
  const Clock& clock_;
  Rng& rng_;
};

}  // namespace openstrat::monitoring
