#include "ros_language/escapes.hpp"

#include "ros_language/scanner.hpp"

namespace openstrat::ros {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The byte that `\c` stands for, or -1.
int simple_escape(char c) {
  switch (c) {
    case '"': case '\\': case '$': case '?': return c;
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case '_': return ' ';
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'v': return '\v';
    default: return -1;
  }
}

}  // namespace

Escape escape_at(std::string_view text) {
  Scanner scan(text);
  if (const std::uint32_t pair = scan.continuation(); pair != 0) {
    scan.skip(pair);
    scan.take(kBlank);
    return {scan.offset(), -1};
  }
  const char c = scan.peek(1);
  if (c == ' ' || c == '\t') return {2, -1};
  // Hexadecimal first letters win over nothing: \a, \b and \f are lower case, \XX is upper case.
  if (const int high = hex_digit(c); high >= 0) {
    const int low = hex_digit(scan.peek(2));
    if (low < 0) return {};
    return {3, high * 16 + low};
  }
  const int byte = simple_escape(c);
  return byte < 0 ? Escape{} : Escape{2, byte};
}

}  // namespace openstrat::ros
