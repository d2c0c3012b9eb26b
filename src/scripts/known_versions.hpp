// RouterOS versions as people and routers write them, and which of them behave alike.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ros_language/personality.hpp"

namespace openstrat::scripts {

/// `7.20`, `7` (the newest 7), `6` (6.49), `7.16.2 (stable)`, `7.24rc4`. Nothing for what is not 6 or 7.
std::optional<ros::Version> parse_version(std::string_view text);

/// The newest whose menus we have.
ros::Version newest_version();
/// One of each minor release from 6.49 on, newest first.
const std::vector<ros::Version>& offered_versions();

/// The first version that has the same menus and the same language as `version`: checks of one hold for the other.
ros::Version same_behaviour(const ros::Version& version);

}  // namespace openstrat::scripts
