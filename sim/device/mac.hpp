// Hardware addresses of simulated interfaces.
#pragma once

#include "base/net.hpp"
#include "sim/config/table.hpp"

namespace openstrat::sim {

struct RouterSpec;

/// The same for the same seed; neighbours on the board count up.
MacAddress mac_of(const RouterSpec& spec, RowId interface);

}  // namespace openstrat::sim
