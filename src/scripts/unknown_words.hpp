// Why a word is unknown to a version, and what was probably meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ros_language/notes.hpp"
#include "ros_menus/lookup.hpp"

namespace openstrat::scripts {

/// `from RouterOS 7.15 on`, `since RouterOS 7 it is /routing/rule`, `did you mean print?`; nothing if we do not know either.
std::optional<std::string> explain(const ros::UnknownWord& unknown, std::string_view word, const ros::SchemaLookup& menus);

}  // namespace openstrat::scripts
