// /system device-mode: what a router of v7 may do at all.
#pragma once

#include <string_view>

#include "sim/config/config.hpp"

namespace openstrat::sim {

/// `home`, `basic`, `advanced`, `enterprise`; what was set, else what the version starts with. Empty: the version has none.
std::string_view device_mode(const Config& config);
/// Whether the mode, or an exception made for it, allows `scheduler`, `fetch`, `hotspot`, …
bool device_allows(const Config& config, std::string_view feature);
inline constexpr std::string_view kNotAllowed = "failure: not allowed by device-mode";

}  // namespace openstrat::sim
