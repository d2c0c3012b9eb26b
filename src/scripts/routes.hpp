// The operations of script checks.
#pragma once

namespace openstrat::http {
class Router;
}

namespace openstrat::scripts {

class CheckService;

void add_routes(http::Router& router, CheckService& checks);

}  // namespace openstrat::scripts
