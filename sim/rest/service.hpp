// The web server of simulated routers: `www` and `www-ssl`.
#pragma once

namespace openstrat::sim {

class ServiceTable;

/// The login page on every version, REST where the version has it.
void register_web(ServiceTable& table);

}  // namespace openstrat::sim
