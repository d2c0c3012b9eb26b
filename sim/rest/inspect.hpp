// `/console/inspect`: a router describes its own menu tree and completes what somebody types.
#pragma once

#include <string>
#include <vector>

#include "sim/access/api_command.hpp"

namespace openstrat::sim {

struct InspectRequest {
  std::string request;  ///< `child`, `syntax`, `completion`
  std::string path;     ///< `ip,address,add`
  std::string input;    ///< of a completion: the text before the cursor
};

/// Nothing for a path that does not exist. Throws ScriptError for a kind of request that is not modelled.
std::vector<ApiRow> inspect_console(const Router& router, const InspectRequest& asked);

}  // namespace openstrat::sim
