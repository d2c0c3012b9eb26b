// GET, POST and DELETE /system/demo-fleet.
#pragma once

namespace openstrat::http {
class Router;
}

namespace openstrat::demo {

class FleetService;
void add_routes(http::Router& router, FleetService& fleets);

}  // namespace openstrat::demo
