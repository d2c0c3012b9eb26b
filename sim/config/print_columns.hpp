// Which columns the table of a menu has. Menus that are not listed show what their rows have, in declared order.
#pragma once

#include <span>
#include <string_view>

#include "ros_menus/schema.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

/// Empty: not listed. `stats` asks for the counters of firewall rules and queues.
std::span<const std::string_view> listed_columns(std::string_view menu, const Version& version, bool stats);

}  // namespace openstrat::sim
