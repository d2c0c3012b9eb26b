#include "routeros/escape.hpp"

#include <cstdint>

namespace openstrat::routeros {
namespace {

constexpr char kHex[] = "0123456789ABCDEF";

void append_hex(std::string& out, std::uint8_t byte) {
  out += '\\';
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

}  // namespace

std::string escape(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    switch (c) {
      case '"': case '\\': case '$': case '?': out += '\\'; out += c; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: {
        const auto byte = static_cast<std::uint8_t>(c);
        if (byte < 0x20 || byte >= 0x7F) append_hex(out, byte);
        else out += c;
      }
    }
  }
  return out;
}

std::string quote(std::string_view bytes) { return '"' + escape(bytes) + '"'; }

std::string duration(std::chrono::seconds length) {
  std::int64_t rest = length.count();
  if (rest <= 0) return "0s";
  constexpr struct { std::int64_t seconds; char unit; } kUnits[] = {{604800, 'w'}, {86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
  std::string out;
  for (const auto& [seconds, unit] : kUnits) {
    if (rest < seconds) continue;
    out += std::to_string(rest / seconds);
    out += unit;
    rest %= seconds;
  }
  return out;
}

}  // namespace openstrat::routeros
