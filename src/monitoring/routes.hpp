// The operations of monitoring.
#pragma once

namespace openstrat::http {
class Router;
}
namespace openstrat::fleet {
class SiteService;
}

namespace openstrat::monitoring {

class FaultService;
void add_routes(http::Router& router, FaultService& faults, fleet::SiteService& sites);

}  // namespace openstrat::monitoring
