// What keeps tunnels from working on this machine, said to whoever started the program.
#pragma once

#include <string>

#include "sim/device/router.hpp"

namespace openstrat::sim {

/// On stderr, each sentence once: a fleet of routers misses the same program.
void complain(const Router& router, const std::string& what);

}  // namespace openstrat::sim
