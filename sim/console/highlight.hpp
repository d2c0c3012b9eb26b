// Colours of a command that is being typed.
#pragma once

#include <string>
#include <vector>

#include "ros_language/menu_lookup.hpp"
#include "ros_language/personality.hpp"
#include "sim/console/screen.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

/// In order, none overlaps another.
std::vector<Tint> tints(const std::string& text, const Personality& personality, const MenuLookup& menus, DirId context);

}  // namespace openstrat::sim
