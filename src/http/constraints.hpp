// What a field may hold, checked the same way wherever the value came from.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/type_info.hpp"

namespace openstrat::http {

/// The complaint ("must be …"), or nullopt when the value is fine.
std::optional<std::string> complaint_about_text(const FieldInfo& field, std::string_view value);
std::optional<std::string> complaint_about_number(const FieldInfo& field, double value);
std::optional<std::string> complaint_about_count(const FieldInfo& field, std::size_t count);

/// False for a pattern that RE2 refuses: a programming error, found when the route is added.
bool is_valid_pattern(std::string_view regex);

}  // namespace openstrat::http
