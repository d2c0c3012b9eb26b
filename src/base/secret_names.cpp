#include "base/secret_names.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace openstrat {

bool names_a_secret(std::string_view field) {
  static constexpr std::array<std::string_view, 7> kWords{"password", "secret", "token", "key", "authorization", "psk", "private"};
  const auto lower = text::lower(field);
  return std::ranges::any_of(kWords, [&](std::string_view word) { return lower.contains(word); });
}

}  // namespace openstrat
