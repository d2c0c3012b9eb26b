// The services `api` and `api-ssl` of `/ip service`.
#pragma once

#include "sim/access/ports.hpp"

namespace openstrat::sim {

void register_api(ServiceTable& table);

}  // namespace openstrat::sim
