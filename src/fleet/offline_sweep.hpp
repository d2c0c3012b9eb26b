// The one detector of silent sites. It never blames the fleet for our own downtime.
#pragma once

#include <optional>
#include <span>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "fleet/live_sites.hpp"
#include "fleet/settings.hpp"

namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::bus {
class Bus;
}

namespace openstrat::fleet {

class OfflineSweep {
 public:
  OfflineSweep(db::Database& database, bus::Bus& bus, LiveSites& live, const Clock& clock, const Settings& settings);

  /// Every 10 s. Marks sites that missed too many heartbeats; downtime counts from the first missed one.
  /// Does nothing for `restart_guard` after the start, and holds back while most of the fleet fell silent at once
  /// (that is our own uplink or this host, not the routers).
  Status run();
  bool held_back() const { return held_back_since_.has_value(); }

 private:
  bool our_own_fault(const LiveSites::Silence& silence, Timestamp now);
  Status mark(std::span<const std::pair<SiteId, LiveSite>> silent, Timestamp silent_before);

  db::Database& database_;
  bus::Bus& bus_;
  LiveSites& live_;
  const Clock& clock_;
  const Settings& settings_;
  Timestamp listening_since_;
  Timestamp last_run_;
  std::optional<Timestamp> held_back_since_;
};

}  // namespace openstrat::fleet
