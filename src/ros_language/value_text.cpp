// Values as text: what `:tostr`, `.` and `:put` show.
#include <arpa/inet.h>
#include <fmt/format.h>

#include "ros_language/value.hpp"

namespace openstrat::ros {
namespace {

/// Text of nested arrays can be far longer than what they hold; nothing on a router shows more than this.
constexpr std::size_t kMaxText = 4 << 20;

void append_text(std::string& out, const Value& value, bool quoted);

void append_array(std::string& out, const Array& array, bool quoted) {
  bool first = true;
  const auto separate = [&] {
    if (!first) out += quoted ? "; " : ";";
    first = false;
  };
  if (quoted) out += '{';
  for (const Value& item : array.items()) {
    if (out.size() > kMaxText) return;
    separate();
    append_text(out, item, quoted);
  }
  for (const auto& [key, item] : array.keyed()) {
    if (out.size() > kMaxText) return;
    separate();
    out += key;
    out += '=';
    append_text(out, item, quoted);
  }
  if (quoted) out += '}';
}

void append_quoted(std::string& out, const std::string& text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '$') out += '\\';
    out += c;
  }
  out += '"';
}

void append_text(std::string& out, const Value& value, bool quoted) {
  switch (value.type()) {
    case Type::nothing:
    case Type::nil: break;
    case Type::num: out += std::to_string(value.as_num()); break;
    case Type::boolean: out += value.as_bool() ? "true" : "false"; break;
    case Type::str:
      if (quoted) append_quoted(out, value.as_str());
      else out += value.as_str();
      break;
    case Type::ip: out += format_ip(value.as_ip()); break;
    case Type::ip_prefix:
      out += fmt::format("{}/{}", format_ip(Ip4{value.as_ip_prefix().bits}), value.as_ip_prefix().length);
      break;
    case Type::ip6: out += format_ip6(value.as_ip6()); break;
    case Type::ip6_prefix:
      out += fmt::format("{}/{}", format_ip6(Ip6{value.as_ip6_prefix().bytes}), value.as_ip6_prefix().length);
      break;
    case Type::time: out += format_time(value.as_time_ns()); break;
    case Type::id: out += format_id(value.as_id()); break;
    case Type::array: append_array(out, value.as_array(), quoted); break;
    case Type::code:
    case Type::op: out += "(code)"; break;
  }
}

}  // namespace

std::string Value::to_text() const {
  if (is(Type::str)) return as_str();
  std::string out;
  append_text(out, *this, false);
  return out;
}

std::string Value::to_quoted() const {
  std::string out;
  append_text(out, *this, true);
  return out;
}

std::string format_ip(Ip4 ip) {
  return fmt::format("{}.{}.{}.{}", ip.bits >> 24, (ip.bits >> 16) & 255, (ip.bits >> 8) & 255, ip.bits & 255);
}

std::string format_ip6(const Ip6& ip) {
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(AF_INET6, ip.bytes.data(), text, sizeof text);
}

std::string format_id(std::uint64_t number) { return fmt::format("*{:X}", number); }

std::string format_time(std::int64_t ns) {
  std::string out = ns < 0 ? "-" : "";
  const std::uint64_t left = ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
  const std::uint64_t seconds = left / 1'000'000'000;
  const std::uint64_t fraction = left % 1'000'000'000;
  const std::uint64_t weeks = seconds / (7 * 86400);
  const std::uint64_t days = seconds / 86400 % 7;
  if (weeks != 0) out += fmt::format("{}w", weeks);
  if (days != 0) out += fmt::format("{}d", days);
  out += fmt::format("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
  if (fraction == 0) return out;
  if (fraction % 1'000'000 == 0) return out + fmt::format(".{:03}", fraction / 1'000'000);
  if (fraction % 1'000 == 0) return out + fmt::format(".{:06}", fraction / 1'000);
  return out + fmt::format(".{:09}", fraction);
}

std::string format_time_short(std::int64_t ns) {
  std::string out = ns < 0 ? "-" : "";
  std::uint64_t left = ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
  const std::size_t start = out.size();
  const auto unit = [&](std::uint64_t length, const char* name) {
    if (left >= length) out += fmt::format("{}{}", left / length, name);
    left %= length;
  };
  constexpr std::uint64_t kSecond = 1'000'000'000;
  unit(7 * 86400 * kSecond, "w");
  unit(86400 * kSecond, "d");
  unit(3600 * kSecond, "h");
  unit(60 * kSecond, "m");
  unit(kSecond, "s");
  unit(1'000'000, "ms");
  unit(1'000, "us");
  unit(1, "ns");
  if (out.size() == start) out += "0s";
  return out;
}

}  // namespace openstrat::ros
