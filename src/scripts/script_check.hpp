// A text and a RouterOS version in, what is to be said of it out. Pure: nothing is stored, nothing runs.
#pragma once

#include <string>
#include <string_view>

#include "ros_language/personality.hpp"
#include "scripts/types.hpp"

namespace openstrat::scripts {

/// The whole of a job's script, as the fleet limits it.
constexpr std::size_t kLongestScript = 512 * 1024;

struct CheckOptions {
  ros::Version version;
  std::string_view brand_prefix;  ///< begins the names of what the platform keeps on routers
};

/// At most 20 errors and 200 warnings.
Verdict check_script(const std::string& script, const CheckOptions& options);

}  // namespace openstrat::scripts
