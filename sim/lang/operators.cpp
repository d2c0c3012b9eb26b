#include "sim/lang/operators.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <cctype>
#include <cstring>
#include <limits>

#include "sim/lang/host.hpp"

namespace openstrat::sim {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

[[noreturn]] void refuse(std::string_view what, const Value& left, const Value& right) {
  throw ScriptError(fmt::format("cannot {} {} and {}", what, type_name(left.type()), type_name(right.type())));
}

/// Text that looks like a number, time or address counts as one; a missing value counts as 0.
Value as_operand(const Value& value) {
  if (value.is_empty()) return Value::num(0);
  if (!value.is(Type::str)) return value;
  if (auto typed = parse_literal(value.as_str())) return *typed;
  return value;
}

std::int64_t wrap_add(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
std::int64_t wrap_subtract(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t wrap_multiply(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

Value add(const Value& a, const Value& b) {
  if (a.is(Type::num) && b.is(Type::num)) return Value::num(wrap_add(a.as_num(), b.as_num()));
  if (a.is(Type::time) && b.is(Type::time)) return Value::time(wrap_add(a.as_time_ns(), b.as_time_ns()));
  if (a.is(Type::time) && b.is(Type::num)) return Value::time(wrap_add(a.as_time_ns(), wrap_multiply(b.as_num(), kSecond)));
  if (a.is(Type::num) && b.is(Type::time)) return add(b, a);
  if (a.is(Type::ip) && b.is(Type::num)) return Value::ip(Ip4{a.as_ip().bits + static_cast<std::uint32_t>(b.as_num())});
  if (a.is(Type::num) && b.is(Type::ip)) return add(b, a);
  refuse("add", a, b);
}

Value subtract(const Value& a, const Value& b) {
  if (a.is(Type::num) && b.is(Type::num)) return Value::num(wrap_subtract(a.as_num(), b.as_num()));
  if (a.is(Type::time) && b.is(Type::time)) return Value::time(wrap_subtract(a.as_time_ns(), b.as_time_ns()));
  if (a.is(Type::time) && b.is(Type::num)) return Value::time(wrap_subtract(a.as_time_ns(), wrap_multiply(b.as_num(), kSecond)));
  if (a.is(Type::ip) && b.is(Type::num)) return Value::ip(Ip4{a.as_ip().bits - static_cast<std::uint32_t>(b.as_num())});
  if (a.is(Type::ip) && b.is(Type::ip)) {
    return Value::num(static_cast<std::int64_t>(a.as_ip().bits) - static_cast<std::int64_t>(b.as_ip().bits));
  }
  refuse("subtract", a, b);
}

Value multiply(const Value& a, const Value& b) {
  if (a.is(Type::num) && b.is(Type::num)) return Value::num(wrap_multiply(a.as_num(), b.as_num()));
  if (a.is(Type::time) && b.is(Type::num)) return Value::time(wrap_multiply(a.as_time_ns(), b.as_num()));
  if (a.is(Type::num) && b.is(Type::time)) return multiply(b, a);
  refuse("multiply", a, b);
}

Value divide(const Value& a, const Value& b, bool remainder) {
  const bool left_ok = a.is(Type::num) || a.is(Type::time);
  const bool right_ok = b.is(Type::num) || (b.is(Type::time) && a.is(Type::time));
  if (!left_ok || !right_ok) refuse("divide", a, b);
  const std::int64_t dividend = a.is(Type::num) ? a.as_num() : a.as_time_ns();
  const std::int64_t divisor = b.is(Type::num) ? b.as_num() : b.as_time_ns();
  if (divisor == 0) throw ScriptError("divide by zero");
  // The one quotient that does not fit.
  const bool overflows = dividend == std::numeric_limits<std::int64_t>::min() && divisor == -1;
  const std::int64_t out = remainder ? (overflows ? 0 : dividend % divisor) : (overflows ? dividend : dividend / divisor);
  return a.is(Type::time) && b.is(Type::num) ? Value::time(out) : Value::num(out);
}

std::uint64_t shifted(Operator op, std::uint64_t bits, std::int64_t by) {
  if (by < 0 || by > 63) return 0;
  return op == Operator::shift_left ? bits << by : bits >> by;
}

std::uint64_t bitwise(Operator op, std::uint64_t a, std::uint64_t b) {
  if (op == Operator::bit_and) return a & b;
  return op == Operator::bit_or ? a | b : a ^ b;
}

Value bits(Operator op, const Value& a, const Value& b) {
  const bool shift = op == Operator::shift_left || op == Operator::shift_right;
  if (a.is(Type::num) && b.is(Type::num)) {
    const auto left = static_cast<std::uint64_t>(a.as_num());
    const std::uint64_t out = shift ? shifted(op, left, b.as_num()) : bitwise(op, left, static_cast<std::uint64_t>(b.as_num()));
    return Value::num(static_cast<std::int64_t>(out));
  }
  if (a.is(Type::ip) && shift && b.is(Type::num)) return Value::ip(Ip4{static_cast<std::uint32_t>(shifted(op, a.as_ip().bits, b.as_num()))});
  if (a.is(Type::ip) && b.is(Type::ip) && !shift) return Value::ip(Ip4{static_cast<std::uint32_t>(bitwise(op, a.as_ip().bits, b.as_ip().bits))});
  if (a.is(Type::ip6) && b.is(Type::ip6) && !shift) {
    Ip6 out = a.as_ip6();
    for (std::size_t i = 0; i < 16; ++i) out.bytes[i] = static_cast<std::uint8_t>(bitwise(op, out.bytes[i], b.as_ip6().bytes[i]));
    return Value::ip6(out);
  }
  refuse("combine bits of", a, b);
}

void append_all(Array& out, const Value& value) {
  if (value.is_empty()) return;
  if (!value.is(Type::array)) {
    out.push(value);
    return;
  }
  for (const Value& item : value.as_array().items()) out.push(item);
  for (const auto& [key, item] : value.as_array().keyed()) out.set(key, item);
}

Value join(const Value& a, const Value& b) {
  Array out;
  append_all(out, a);
  append_all(out, b);
  return Value::array(std::move(out));
}

/// Text . array distributes over the elements.
Value concatenate(const Value& a, const Value& b) {
  if (!a.is(Type::array) && !b.is(Type::array)) return Value::str(a.to_text() + b.to_text());
  const bool left = a.is(Type::array);
  const Array& items = left ? a.as_array() : b.as_array();
  const std::string other = left ? b.to_text() : a.to_text();
  const auto glue = [&](const Value& item) { return Value::str(left ? item.to_text() + other : other + item.to_text()); };
  Array out;
  for (const Value& item : items.items()) out.push(glue(item));
  for (const auto& [key, item] : items.keyed()) out.set(key, glue(item));
  return Value::array(std::move(out));
}

bool same_prefix(const std::uint8_t* a, const std::uint8_t* b, int length) {
  if (std::memcmp(a, b, static_cast<std::size_t>(length / 8)) != 0) return false;
  const int rest = length % 8;
  return rest == 0 || ((a[length / 8] ^ b[length / 8]) >> (8 - rest)) == 0;
}

std::uint32_t mask_of(int length) { return length == 0 ? 0 : ~std::uint32_t{0} << (32 - length); }

/// The other side of a comparison with text, as that side's type where the text reads so.
Value converted(const Value& text, Type wanted) {
  if (wanted == Type::id) {
    if (auto id = parse_id(text.as_str())) return *id;
  } else if (wanted != Type::ip_prefix && wanted != Type::ip6_prefix) {
    if (auto typed = parse_literal(text.as_str()); typed && typed->is(wanted)) return *typed;
  }
  return text;
}

}  // namespace

bool compare_equal(const Value& left, const Value& right) {
  if (left.type() == right.type()) return left == right;
  if (left.is_empty() || right.is_empty()) {
    const Value& other = left.is_empty() ? right : left;
    return other.is_empty() || (other.is(Type::str) && other.as_str().empty());
  }
  // Text and a prefix never meet: `address=1.1.1.1/24` finds nothing where `address="1.1.1.1/24"` does.
  if (left.is(Type::str) && (right.is(Type::ip_prefix) || right.is(Type::ip6_prefix))) return false;
  if (left.is(Type::str)) return converted(left, right.type()) == right || left.as_str() == right.to_text();
  if (right.is(Type::str)) return compare_equal(right, left);
  if (left.is(Type::boolean) || right.is(Type::boolean)) return false;
  return compare_order(left, right) == 0;
}

std::strong_ordering compare_order(const Value& left, const Value& right) {
  if (left.is_empty() || right.is_empty()) return static_cast<int>(!left.is_empty()) <=> static_cast<int>(!right.is_empty());
  const Value a = left.is(Type::str) && !right.is(Type::str) ? converted(left, right.type()) : left;
  const Value b = right.is(Type::str) && !left.is(Type::str) ? converted(right, left.type()) : right;
  const auto number = [](const Value& v, std::int64_t& out) {
    if (v.is(Type::num)) out = v.as_num();
    else if (v.is(Type::boolean)) out = v.as_bool() ? 1 : 0;
    else if (v.is(Type::ip)) out = v.as_ip().bits;
    else if (v.is(Type::id)) out = static_cast<std::int64_t>(v.as_id());
    else return false;
    return true;
  };
  if (a.is(Type::time) || b.is(Type::time)) {
    const auto ns = [](const Value& v) {
      return v.is(Type::time) ? v.as_time_ns() : v.is(Type::num) ? wrap_multiply(v.as_num(), kSecond) : 0;
    };
    return ns(a) <=> ns(b);
  }
  std::int64_t x = 0;
  std::int64_t y = 0;
  if (number(a, x) && number(b, y)) return x <=> y;
  if (a.is(Type::ip6) && b.is(Type::ip6)) return a.as_ip6().bytes <=> b.as_ip6().bytes;
  return a.to_text().compare(b.to_text()) <=> 0;
}

bool truth(const Value& value) {
  if (value.is(Type::boolean)) return value.as_bool();
  if (value.is_empty()) return false;
  if (value.is(Type::num)) return value.as_num() != 0;
  if (value.is(Type::str)) {
    if (auto typed = parse_literal(value.as_str()); typed && typed->is(Type::boolean)) return typed->as_bool();
  }
  throw ScriptError("conditional not boolean");
}

bool is_in(const Value& item, const Value& set) {
  if (set.is(Type::array)) {
    for (const Value& each : set.as_array().items()) if (compare_equal(item, each)) return true;
    for (const auto& [key, each] : set.as_array().keyed()) if (compare_equal(item, each)) return true;
    return false;
  }
  const Value inner = as_operand(item);
  const Value outer = as_operand(set);
  if (outer.is(Type::ip_prefix)) {
    const Ip4Prefix prefix = outer.as_ip_prefix();
    std::uint32_t bits = 0;
    if (inner.is(Type::ip)) bits = inner.as_ip().bits;
    else if (inner.is(Type::ip_prefix) && inner.as_ip_prefix().length >= prefix.length) bits = inner.as_ip_prefix().bits;
    else return false;
    return ((bits ^ prefix.bits) & mask_of(prefix.length)) == 0;
  }
  if (outer.is(Type::ip6_prefix)) {
    const Ip6Prefix& prefix = outer.as_ip6_prefix();
    if (inner.is(Type::ip6)) return same_prefix(inner.as_ip6().bytes.data(), prefix.bytes.data(), prefix.length);
    return inner.is(Type::ip6_prefix) && inner.as_ip6_prefix().length >= prefix.length &&
           same_prefix(inner.as_ip6_prefix().bytes.data(), prefix.bytes.data(), prefix.length);
  }
  return !outer.is_empty() && compare_equal(inner, outer);
}

Value element_of(const Value& container, const Value& key) {
  if (!container.is(Type::array)) return {};
  const Array& array = container.as_array();
  const Value* found = nullptr;
  if (key.is(Type::num)) found = key.as_num() < 0 ? nullptr : array.at(static_cast<std::size_t>(key.as_num()));
  else found = array.find(key.to_text());
  return found == nullptr ? Value() : *found;
}

Value apply_operator(Operator op, const Value& left, const Value& right) {
  switch (op) {
    case Operator::join: return join(left, right);
    case Operator::concat: return concatenate(left, right);
    case Operator::in: return Value::boolean(is_in(left, right));
    case Operator::equal: return Value::boolean(compare_equal(left, right));
    case Operator::not_equal: return Value::boolean(!compare_equal(left, right));
    case Operator::less: return Value::boolean(compare_order(left, right) < 0);
    case Operator::greater: return Value::boolean(compare_order(left, right) > 0);
    case Operator::less_equal: return Value::boolean(compare_order(left, right) <= 0);
    case Operator::greater_equal: return Value::boolean(compare_order(left, right) >= 0);
    case Operator::element: return element_of(left, right);
    default: break;
  }
  const Value a = as_operand(left);
  const Value b = as_operand(right);
  switch (op) {
    case Operator::add: return add(a, b);
    case Operator::subtract: return subtract(a, b);
    case Operator::multiply: return multiply(a, b);
    case Operator::divide: return divide(a, b, false);
    case Operator::modulo: return divide(a, b, true);
    default: return bits(op, a, b);
  }
}

Value apply_prefix(Operator op, const Value& operand) {
  if (op == Operator::logical_not) return Value::boolean(!truth(operand));
  if (op == Operator::any) return Value::boolean(!operand.is_empty());
  const Value value = as_operand(operand);
  if (op == Operator::negate) {
    if (value.is(Type::num)) return Value::num(wrap_subtract(0, value.as_num()));
    if (value.is(Type::time)) return Value::time(wrap_subtract(0, value.as_time_ns()));
  } else {
    if (value.is(Type::num)) return Value::num(~value.as_num());
    if (value.is(Type::ip)) return Value::ip(Ip4{~value.as_ip().bits});
  }
  throw ScriptError(fmt::format("cannot {} {}", op == Operator::negate ? "negate" : "invert", type_name(value.type())));
}

namespace {

/// The characters between `[` and `]` at `at`, as RE2 wants them: a backslash is a character like any other in POSIX.
std::string bracket_for_re2(const std::string& pattern, std::size_t& at) {
  std::string out = "[";
  ++at;
  if (at < pattern.size() && pattern[at] == '^') out += pattern[at++];
  for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
    const char c = pattern[at];
    const char next = at + 1 < pattern.size() ? pattern[at + 1] : '\0';
    if (c == '[' && (next == ':' || next == '.' || next == '=')) {
      const auto end = pattern.find({next, ']'}, at + 2);
      if (end == std::string::npos) throw ScriptError("invalid regular expression");
      const std::string inside = pattern.substr(at, end + 2 - at);
      if (next == ':') out += inside;
      else out.append("\\").append(inside, 2, inside.size() - 4);  // `[.-.]`
      at = end + 2;
      continue;
    }
    if (c == '\\' || c == '[' || c == ']') out += '\\';
    out += c;
    ++at;
  }
  if (at >= pattern.size()) throw ScriptError("invalid regular expression");
  ++at;
  return out + "]";
}

/// A POSIX extended expression in the words of RE2; GNU classes (`\w`, `\s`, `\<`) mean what they do there.
std::string for_re2(const std::string& pattern) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '[') {
      out += bracket_for_re2(pattern, at);
      continue;
    }
    if (c != '\\' || at + 1 >= pattern.size()) {
      out += c;
      ++at;
      continue;
    }
    const char escaped = pattern[at + 1];
    at += 2;
    if (escaped == '<' || escaped == '>') out += "\\b";
    else if (std::string_view("wWsSdDbB").find(escaped) != std::string_view::npos) out.append("\\").append(1, escaped);
    else if (std::isalnum(static_cast<unsigned char>(escaped)) != 0) out += escaped;
    else out.append("\\").append(1, escaped);
  }
  return out;
}

}  // namespace

Matcher::Matcher() = default;
Matcher::~Matcher() = default;

bool Matcher::matches(const std::string& text, const std::string& pattern) {
  if (compiled_ == nullptr || pattern_ != pattern) {
    RE2::Options options;
    options.set_posix_syntax(true);
    options.set_perl_classes(true);
    options.set_word_boundary(true);
    options.set_encoding(RE2::Options::EncodingLatin1);
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    auto compiled = std::make_unique<RE2>(for_re2(pattern), options);
    if (!compiled->ok()) throw ScriptError("invalid regular expression");
    compiled_ = std::move(compiled);
    pattern_ = pattern;
  }
  return RE2::PartialMatch(text, *compiled_);
}

}  // namespace openstrat::sim
