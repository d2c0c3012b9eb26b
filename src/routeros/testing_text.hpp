// Test helper: the reverse of escape(), as a router reads a string.
#pragma once

#include <string>
#include <string_view>

namespace openstrat::routeros::testing {

/// The value of the inside of a double-quoted string; handles continued lines.
inline std::string unescape(std::string_view text) {
  const auto hex = [](char c) { return c >= 'A' ? c - 'A' + 10 : c - '0'; };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    switch (c) {
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case 't': out += '\t'; break;
      case '\n':
        while (i + 1 < text.size() && (text[i + 1] == ' ' || text[i + 1] == '\t')) ++i;
        break;
      default:
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F')) {
          out += static_cast<char>(hex(c) * 16 + hex(text[++i]));
        } else {
          out += c;
        }
    }
  }
  return out;
}

}  // namespace openstrat::routeros::testing
