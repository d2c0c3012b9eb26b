// The operations of monitoring.
#pragma once

#include "monitoring/settings.hpp"

namespace openstrat::http {
class CursorSigner;
class Router;
}
namespace openstrat::fleet {
class SiteService;
}

namespace openstrat::monitoring {

class FaultReader;
class HealthHistory;
class FaultService;
class ManualFaults;
class ShareService;

struct Services {
  FaultService& faults;
  FaultReader& reader;
  ManualFaults& manual;
  ShareService& shares;
  HealthHistory& health;
  fleet::SiteService& sites;
  const http::CursorSigner& cursors;
  const Settings& settings;
};

void add_routes(http::Router& router, const Services& services);

// One file each; add_routes() calls them all.
void add_developer_routes(http::Router& router, const Services& services);
void add_list_routes(http::Router& router, const Services& services);
void add_fault_routes(http::Router& router, const Services& services);
void add_share_routes(http::Router& router, const Services& services);
void add_health_routes(http::Router& router, const Services& services);

}  // namespace openstrat::monitoring
