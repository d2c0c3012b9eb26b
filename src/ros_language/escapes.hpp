// What a backslash inside a string stands for.
#pragma once

#include <cstdint>
#include <string_view>

namespace openstrat::ros {

struct Escape {
  std::uint32_t length = 0;  ///< bytes from the backslash on; 0: no legal escape
  int byte = -1;             ///< -1: it stands for nothing (a line that goes on)
};

/// At the backslash that `text` starts with.
Escape escape_at(std::string_view text);

}  // namespace openstrat::ros
