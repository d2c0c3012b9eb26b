// Heartbeats of watched sites, from fleet's live table to the hub.
#pragma once

#include "fleet/live_sites.hpp"
#include "realtime/hub.hpp"

namespace openstrat::realtime {

class PulseTap final : public fleet::HeartbeatObserver {
 public:
  explicit PulseTap(Hub& hub) : hub_(hub) {}
  void heard(SiteId id, const fleet::LiveSite& site) override { hub_.heartbeat(id, site.customer_id, site.last_seen_at); }

 private:
  Hub& hub_;
};

}  // namespace openstrat::realtime
