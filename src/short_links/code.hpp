// What a short code looks like.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace openstrat::short_links {

inline constexpr std::size_t kCodeLength = 7;

inline bool is_code(std::string_view text) {
  return text.size() == kCodeLength &&
         std::ranges::all_of(text, [](unsigned char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

}  // namespace openstrat::short_links
