// /audit-logs
#pragma once

namespace openstrat {
class Clock;
}
namespace openstrat::http {
class CursorSigner;
class Router;
}

namespace openstrat::audit {

class LogService;
class Verifier;

struct RouteServices {
  LogService& log;
  Verifier& verifier;
  const http::CursorSigner& cursors;
  const Clock& clock;
};

/// Everything that is passed must outlive the router.
void add_routes(http::Router& router, RouteServices services);

}  // namespace openstrat::audit
