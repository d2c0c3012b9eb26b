// Strict JSON: one document, bounded depth, no duplicate keys, no NUL, UTF-8 only. For .cpp files of this module.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "base/error.hpp"

namespace openstrat::http {

inline constexpr std::size_t kMaxJsonDepth = 32;

/// 400 `malformed_json` with the place of the first fault.
Result<boost::json::value> parse_json(std::string_view text);

}  // namespace openstrat::http
