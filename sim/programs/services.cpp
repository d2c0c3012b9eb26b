#include "sim/programs/services.hpp"

#include "sim/api/service.hpp"
#include "sim/rest/service.hpp"
#include "sim/ssh/services.hpp"
#include "sim/snmp/service.hpp"
#include "sim/tunnels/tunnels.hpp"

namespace openstrat::sim {

ServiceTable all_services() {
  ServiceTable table;
  register_api(table);
  register_web(table);
  register_ssh(table);
  register_telnet(table);
  snmp::register_snmp(table);
  return table;
}

std::shared_ptr<void> start_companions(Router& router) {
  return std::make_shared<std::pair<std::shared_ptr<void>, std::shared_ptr<Tunnels>>>(snmp::send_traps(router), open_tunnels(router));
}

}  // namespace openstrat::sim
