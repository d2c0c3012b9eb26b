#include "routeros/escape.hpp"

#include <cstdint>

namespace openstrat::routeros {
namespace {

constexpr char kHex[] = "0123456789ABCDEF";

void append_hex(std::string& out, char introducer, std::uint8_t byte) {
  out += introducer;
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
        if (byte < 0x20 || byte >= 0x7F) append_hex(out, '\\', byte);
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

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) out += c;
    else append_hex(out, '%', static_cast<std::uint8_t>(c));
  }
  return out;
}

}  // namespace openstrat::routeros
