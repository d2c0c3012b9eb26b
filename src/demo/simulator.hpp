// How a fleet is told to openstrat-sim.
#pragma once

#include <string>
#include <vector>

#include "demo/types.hpp"

namespace openstrat::demo {

/// `SIM` and five characters: no real serial number begins so, and no two fleets share it.
inline constexpr std::size_t kMarkLength = 8;

std::vector<std::string> simulator_arguments(const DemoFleet& fleet, const Settings& settings, const std::string& runbook_token);

/// The last line that a simulator wrote; empty: none.
std::string last_words(const std::filesystem::path& log_file);

}  // namespace openstrat::demo
