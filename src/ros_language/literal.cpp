// Bare words with a type of their own: numbers, addresses, times.
#include <arpa/inet.h>

#include <charconv>
#include <limits>

#include "ros_language/value.hpp"

namespace openstrat::ros {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

/// a * b + c, or false when it leaves the signed 64-bit range.
bool multiply_add(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t& out) {
  return !__builtin_mul_overflow(a, b, &out) && !__builtin_add_overflow(out, c, &out);
}

bool read_int(std::string_view& rest, std::int64_t& out) {
  if (rest.empty() || !is_digit(rest[0])) return false;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), out);
  if (error != std::errc()) return false;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return true;
}

/// `.5` after a number of `unit`s: its nanoseconds.
std::int64_t read_fraction(std::string_view& rest, std::int64_t unit) {
  std::int64_t ns = 0;
  rest.remove_prefix(1);
  while (!rest.empty() && is_digit(rest[0])) {
    unit /= 10;
    ns += (rest[0] - '0') * unit;
    rest.remove_prefix(1);
  }
  return ns;
}

/// Takes the unit at the start of `rest`; 0 if there is none.
std::int64_t take_unit(std::string_view& rest) {
  struct Unit { std::string_view name; std::int64_t ns; };
  static constexpr Unit kUnits[] = {{"ms", 1'000'000}, {"us", 1'000}, {"ns", 1}, {"w", 7 * 86400 * kSecond},
                                    {"d", 86400 * kSecond}, {"h", 3600 * kSecond}, {"m", 60 * kSecond}, {"s", kSecond}};
  for (const Unit& unit : kUnits) {
    if (!rest.starts_with(unit.name)) continue;
    rest.remove_prefix(unit.name.size());
    return unit.ns;
  }
  return 0;
}

/// `hh:mm[:ss[.frac]]` where the hours were read already.
bool read_clock(std::int64_t hours, std::string_view& rest, std::int64_t& total) {
  std::int64_t minutes = 0;
  std::int64_t seconds = 0;
  std::int64_t fraction = 0;
  rest.remove_prefix(1);
  if (!read_int(rest, minutes)) return false;  // `00:60:00` is an hour
  if (!rest.empty() && rest[0] == ':') {
    rest.remove_prefix(1);
    if (!read_int(rest, seconds)) return false;
    if (!rest.empty() && rest[0] == '.') fraction = read_fraction(rest, kSecond);
  }
  std::int64_t ns = 0;
  if (!multiply_add(minutes, 60, seconds, ns) || !multiply_add(hours, 3600, ns, ns) || !multiply_add(ns, kSecond, fraction, ns)) return false;
  return rest.empty() && !__builtin_add_overflow(total, ns, &total);
}

std::optional<int> read_prefix_length(std::string_view text, int most) {
  int length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || length > most || length < 0) return {};
  return length;
}

}  // namespace

std::optional<Value> parse_num(std::string_view word) {
  const bool negative = word.starts_with('-');
  std::string_view digits = negative ? word.substr(1) : word;
  const int base = digits.starts_with("0x") ? 16 : 10;
  if (base == 16) digits.remove_prefix(2);
  if (digits.empty() || digits[0] == '-' || digits[0] == '+') return {};
  std::uint64_t magnitude = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base);
  if (end != digits.data() + digits.size() || error == std::errc::invalid_argument) return {};
  const bool too_big = error == std::errc::result_out_of_range || magnitude > static_cast<std::uint64_t>(kMax);
  if (negative) return Value::num(too_big ? std::numeric_limits<std::int64_t>::min() : -static_cast<std::int64_t>(magnitude));
  return Value::num(too_big ? kMax : static_cast<std::int64_t>(magnitude));
}

std::optional<Value> parse_time(std::string_view word) {
  const bool negative = word.starts_with('-');
  std::string_view rest = negative ? word.substr(1) : word;
  if (rest.empty() || !(is_digit(rest[0]) || (rest[0] == '.' && rest.size() > 1 && is_digit(rest[1])))) return {};
  std::int64_t total = 0;
  while (!rest.empty()) {
    std::int64_t count = 0;
    if (rest[0] != '.' && !read_int(rest, count)) return {};
    if (!rest.empty() && rest[0] == ':') {
      if (!read_clock(count, rest, total)) return {};
      break;
    }
    std::int64_t fraction_of_second = 0;
    const bool fraction = !rest.empty() && rest[0] == '.';
    std::string_view fraction_digits = rest;
    if (fraction) fraction_of_second = read_fraction(rest, kSecond);
    std::int64_t unit = take_unit(rest);
    if (unit == 0) {
      if (!fraction || !rest.empty()) return {};  // a bare number is no time; `1.5` is
      unit = kSecond;
    }
    std::int64_t part = 0;
    if (fraction && unit != kSecond) fraction_of_second = read_fraction(fraction_digits, unit);
    if (!multiply_add(count, unit, fraction_of_second, part) || __builtin_add_overflow(total, part, &total)) return {};
  }
  return Value::time(negative ? -total : total);
}

std::optional<Value> parse_ip(std::string_view word) {
  std::uint32_t parts[4] = {};
  std::size_t count = 0;
  while (true) {
    unsigned part = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), part);
    if (word.empty() || error != std::errc() || part > 255 || count == 4) return {};
    parts[count++] = part;
    word.remove_prefix(static_cast<std::size_t>(end - word.data()));
    if (word.empty()) break;
    if (word[0] != '.') return {};
    word.remove_prefix(1);
  }
  if (count < 2) return {};
  std::uint32_t bits = parts[count - 1];  // `1.1` is 1.0.0.1: the last part goes to the end
  for (std::size_t i = 0; i + 1 < count; ++i) bits |= parts[i] << (24 - 8 * i);
  return Value::ip(Ip4{bits});
}

std::optional<Value> parse_ip_prefix(std::string_view word) {
  const auto slash = word.find('/');
  if (slash == std::string_view::npos) return {};
  const auto ip = parse_ip(word.substr(0, slash));
  const auto length = read_prefix_length(word.substr(slash + 1), 32);
  if (!ip || !length) return {};
  return Value::ip_prefix(Ip4Prefix{ip->as_ip().bits, static_cast<std::uint8_t>(*length)});
}

std::optional<Value> parse_ip6(std::string_view word) {
  if (word.size() < 2 || word.size() > 45 || word.find(':') == std::string_view::npos) return {};
  Ip6 ip;
  if (inet_pton(AF_INET6, std::string(word).c_str(), ip.bytes.data()) != 1) return {};
  return Value::ip6(ip);
}

std::optional<Value> parse_ip6_prefix(std::string_view word) {
  const auto slash = word.find('/');
  if (slash == std::string_view::npos) return {};
  const auto ip = parse_ip6(word.substr(0, slash));
  const auto length = read_prefix_length(word.substr(slash + 1), 128);
  if (!ip || !length) return {};
  Ip6 network = ip->as_ip6();
  for (std::size_t bit = static_cast<std::size_t>(*length); bit < 128; ++bit) network.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> bit % 8));
  return Value::ip6_prefix(Ip6Prefix{network.bytes, static_cast<std::uint8_t>(*length)});
}

std::optional<Value> parse_id(std::string_view word) {
  if (word.size() < 2 || word[0] != '*') return {};
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(word.data() + 1, word.data() + word.size(), number, 16);
  if (error != std::errc() || end != word.data() + word.size()) return {};
  return Value::id(number);
}

std::optional<Value> parse_literal(std::string_view word) {
  if (word.empty()) return {};
  const char first = word[0];
  if (is_digit(first) || first == '-' || first == '.') {
    if (auto num = parse_num(word)) return num;
    if (first != '-' && word.find('.') != std::string_view::npos) {
      if (auto ip = parse_ip(word)) return ip;
      if (auto prefix = parse_ip_prefix(word)) return prefix;
    }
    if (auto time = parse_time(word)) return time;
  }
  if (word == "true" || word == "yes") return Value::boolean(true);
  if (word == "false" || word == "no") return Value::boolean(false);
  if (word.find(':') != std::string_view::npos) {
    if (auto ip = parse_ip6(word)) return ip;
    if (auto prefix = parse_ip6_prefix(word)) return prefix;
  }
  return {};
}

}  // namespace openstrat::ros
