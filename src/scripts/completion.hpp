// What may be written at a place of a script.
#pragma once

#include <cstdint>
#include <string>

#include "ros_language/personality.hpp"
#include "scripts/types.hpp"

namespace openstrat::scripts {

/// `cursor` in UTF-16 code units. At most 200 items, the likeliest first; none inside comments and plain text.
Completion complete_script(const std::string& script, std::uint32_t cursor, const ros::Version& version);

}  // namespace openstrat::scripts
