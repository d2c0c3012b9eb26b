#include "sim/programs/services.hpp"

#include "sim/api/service.hpp"
#include "sim/rest/service.hpp"
#include "sim/snmp/service.hpp"

namespace openstrat::sim {

ServiceTable all_services() {
  ServiceTable table;
  register_api(table);
  register_web(table);
  snmp::register_snmp(table);
  return table;
}

std::shared_ptr<void> start_companions(Router& router) { return snmp::send_traps(router); }

}  // namespace openstrat::sim
