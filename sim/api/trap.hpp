// What went wrong, as the API says it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ros_language/personality.hpp"
#include "sim/access/api_command.hpp"

namespace openstrat::sim::api {

struct Trap {
  std::string message;
  std::optional<int> category;  ///< 0 command, 1 argument, 2 interrupted, 3 scripting, 4 general, 5 API
};

/// With the category that goes with such a text.
Trap trap_of(std::string message, const ros::Version& version);

/// `/no/such/command`: what does not exist of it.
std::vector<Trap> unknown_command(const ApiPath& path, const std::vector<std::string>& words);

}  // namespace openstrat::sim::api
