// Which protocols the routers of this program speak.
#pragma once

#include "sim/access/ports.hpp"

namespace openstrat::sim {

/// One line a protocol.
ServiceTable all_services();

}  // namespace openstrat::sim
