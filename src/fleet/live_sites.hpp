// The state of every adopted site in memory: what a heartbeat needs, so that a quiet one costs no query.
// The database stays the truth for everything but last_seen/uptime/counters, which are written behind by at most a second.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "fleet/types.hpp"

namespace openstrat::fleet {

class LiveSites {
 public:
  LiveSites();
  ~LiveSites();

  /// Called by Session::on_commit after a site row was created, adopted, restored or changed. Never moves last_seen back.
  void put(const Site& site);
  /// After the purge; the id then answers as a tombstone, if one exists.
  void erase(SiteId site);
  void put_tombstone(SiteId site, CustomerId customer, std::int64_t token_version);
  /// A job became pending, or the job in flight ended: the next poll looks into the database.
  void wake(SiteId site);

  /// The freshest pulse; nullopt when the site never polled or is unknown.
  std::optional<SitePulse> pulse(SiteId site) const;
  /// Replaces the pulse of rows read from the database by the freshest one.
  void refresh(std::vector<Site>& sites) const;

  struct Impl;
  Impl& impl() { return *impl_; }  ///< for HeartbeatService and Sweep only

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace openstrat::fleet
