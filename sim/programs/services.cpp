#include "sim/programs/services.hpp"

#include "sim/api/service.hpp"
#include "sim/rest/service.hpp"
#include "sim/ssh/services.hpp"

namespace openstrat::sim {

ServiceTable all_services() {
  ServiceTable table;
  register_api(table);
  register_web(table);
  register_ssh(table);
  register_telnet(table);
  return table;
}

}  // namespace openstrat::sim
