#include "sim/programs/services.hpp"

namespace openstrat::sim {

ServiceTable all_services() {
  ServiceTable table;
  return table;
}

}  // namespace openstrat::sim
