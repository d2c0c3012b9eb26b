#include "sim/programs/services.hpp"

#include "sim/api/service.hpp"

namespace openstrat::sim {

ServiceTable all_services() {
  ServiceTable table;
  register_api(table);
  return table;
}

}  // namespace openstrat::sim
