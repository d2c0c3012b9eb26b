// SNMP as a service of routers: 161/udp while `/snmp` is enabled.
#pragma once

#include "sim/access/ports.hpp"

namespace openstrat::sim::snmp {

void register_snmp(ServiceTable& table);
/// Sends the router's traps for as long as the result lives, whether it listens or not.
[[nodiscard]] std::shared_ptr<void> send_traps(Router& router);

}  // namespace openstrat::sim::snmp
