// Simulated routers of teams: their settings, the supervisor and its thread.
#pragma once

#include "app/periodic.hpp"
#include "app/services.hpp"
#include "demo/fleet_service.hpp"
#include "http/server.hpp"

namespace openstrat::http {
class Router;
}

namespace openstrat::app {

/// openstrat-sim beside this program.
std::string simulator_beside_us();

/// Where simulated routers find this server: at its own listener where they can, whatever its public name leads to.
demo::Settings demo_settings(const Instance& instance, const PublicUrls& urls, const std::vector<http::ListenerOptions>& listeners);

class DemoParts {
 public:
  DemoParts(Services& services, const PublicUrls& urls, const std::vector<http::ListenerOptions>& listeners);

  void add_routes(http::Router& router);
  void subscribe();
  void start();
  /// Ends the simulators; before the server stops listening.
  void stop();

  demo::FleetService& fleets() { return fleets_; }
  std::filesystem::path log_file(const Tenant& tenant) const { return supervisor_.log_file(tenant); }

 private:
  Services& services_;
  const demo::Settings settings_;
  demo::Supervisor supervisor_;
  demo::FleetService fleets_;
  Periodic thread_;  ///< simulators end with it
};

}  // namespace openstrat::app
