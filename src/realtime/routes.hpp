#pragma once

namespace openstrat::http {
class Router;
}

namespace openstrat::realtime {

class CredentialWatch;
class Hub;
class TicketKeeper;

/// References outlive the router.
struct RouteServices {
  TicketKeeper& tickets;
  CredentialWatch& credentials;
  Hub& hub;
};

void add_routes(http::Router& router, RouteServices services);

}  // namespace openstrat::realtime
