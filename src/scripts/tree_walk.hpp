// Every command of a parsed script, wherever it stands.
#pragma once

#include <functional>

#include "ros_language/ast.hpp"

namespace openstrat::scripts {

/// Calls back with each command and where its statement starts, in the order of the text.
using OnCommand = std::function<void(const ros::Command& command, ros::Offset offset)>;
void walk_commands(const ros::Block& block, const OnCommand& visit);

}  // namespace openstrat::scripts
