// Commands that cost the router its configuration, its connection or everything of a menu.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ros_language/ast.hpp"
#include "ros_language/notes.hpp"

namespace openstrat::scripts {

struct Hazard {
  ros::Range range;
  std::string message;
};

/// `brand_prefix` begins the names of what the platform keeps on routers (`openstrat-poll`).
std::vector<Hazard> find_hazards(const ros::Script& script, std::string_view brand_prefix);

}  // namespace openstrat::scripts
