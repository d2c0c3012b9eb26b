// The protocols of this room.
#pragma once

#include "sim/access/ports.hpp"

namespace openstrat::sim {

void register_ssh(ServiceTable& table);
void register_telnet(ServiceTable& table);

}  // namespace openstrat::sim
