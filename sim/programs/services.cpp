#include "sim/programs/services.hpp"

#include "sim/api/service.hpp"
#include "sim/rest/service.hpp"

namespace openstrat::sim {

ServiceTable all_services() {
  ServiceTable table;
  register_api(table);
  register_web(table);
  return table;
}

}  // namespace openstrat::sim
