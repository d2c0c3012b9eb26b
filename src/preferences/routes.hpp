#pragma once

namespace openstrat::http {
class Router;
}

namespace openstrat::preferences {

class PreferenceService;

/// `service` outlives the router.
void add_routes(http::Router& router, PreferenceService& service);

}  // namespace openstrat::preferences
