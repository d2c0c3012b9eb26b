#include "sim/console/login_name.hpp"

#include <algorithm>

namespace openstrat::sim {
namespace {

constexpr std::size_t kMostColumns = 1000;

}  // namespace

LoginName parse_login_name(std::string_view text) {
  const auto plus = text.rfind('+');
  LoginName name;
  name.user = text.substr(0, plus);
  if (plus == std::string_view::npos) return name;
  std::size_t number = 0;
  for (const char c : text.substr(plus + 1)) {
    if (c >= '0' && c <= '9') {
      number = std::min(number * 10 + static_cast<std::size_t>(c - '0'), kMostColumns);
      continue;
    }
    switch (c) {
      case 'c': name.plain = true; break;
      case 'e': name.dumb = true; break;
      case 't': name.fixed = true; break;
      case 'w': name.width = number; break;
      case 'h': name.height = number; break;
      default: break;
    }
    number = 0;
  }
  return name;
}

void LoginName::apply(Screen& screen) const {
  screen.colours = screen.colours && !plain && !dumb;
  screen.dumb = screen.dumb || dumb;
  if (width > 0) screen.width = width;
  if (height > 0) screen.height = height;
}

}  // namespace openstrat::sim
