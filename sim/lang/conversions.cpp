// `:tonum`, `:toip`, …: a value as another type, or nil.
#include "sim/lang/operators.hpp"

namespace openstrat::sim {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

Value or_nil(std::optional<Value> value) { return value ? *value : Value::nil(); }

}  // namespace

Value to_num(const Value& value) {
  switch (value.type()) {
    case Type::num: return value;
    case Type::boolean: return Value::num(value.as_bool() ? 1 : 0);
    case Type::ip: return Value::num(value.as_ip().bits);
    case Type::time: return Value::num(value.as_time_ns() / kSecond);
    case Type::id: return Value::num(static_cast<std::int64_t>(value.as_id()));
    case Type::str: return or_nil(parse_num(value.as_str()));
    default: return Value::nil();
  }
}

Value to_bool(const Value& value) {
  if (value.is(Type::boolean)) return value;
  if (value.is(Type::num)) return Value::boolean(value.as_num() != 0);
  if (!value.is(Type::str)) return Value::nil();
  const auto typed = parse_literal(value.as_str());
  return typed && typed->is(Type::boolean) ? *typed : Value::nil();
}

Value to_ip(const Value& value) {
  if (value.is(Type::ip)) return value;
  if (value.is(Type::ip_prefix)) return Value::ip(Ip4{value.as_ip_prefix().bits});
  if (value.is(Type::num)) return Value::ip(Ip4{static_cast<std::uint32_t>(value.as_num())});
  return value.is(Type::str) ? or_nil(parse_ip(value.as_str())) : Value::nil();
}

Value to_ip6(const Value& value) {
  if (value.is(Type::ip6)) return value;
  if (value.is(Type::ip6_prefix)) return Value::ip6(Ip6{value.as_ip6_prefix().bytes});
  return value.is(Type::str) ? or_nil(parse_ip6(value.as_str())) : Value::nil();
}

Value to_time(const Value& value) {
  if (value.is(Type::time)) return value;
  std::optional<Value> number = value.is(Type::num) ? std::optional(value) : std::nullopt;
  if (value.is(Type::str)) {
    if (auto time = parse_time(value.as_str())) return *time;
    number = parse_num(value.as_str());
  }
  std::int64_t ns = 0;
  if (!number || __builtin_mul_overflow(number->as_num(), kSecond, &ns)) return Value::nil();
  return Value::time(ns);
}

Value to_id(const Value& value) {
  if (value.is(Type::id)) return value;
  if (value.is(Type::num) && value.as_num() >= 0) return Value::id(static_cast<std::uint64_t>(value.as_num()));
  return value.is(Type::str) ? or_nil(parse_id(value.as_str())) : Value::nil();
}

Value to_array(const Value& value, char separator) {
  if (value.is(Type::array)) return value;
  Array out;
  if (value.is_empty()) return Value::array(std::move(out));
  if (!value.is(Type::str)) {
    out.push(value);
    return Value::array(std::move(out));
  }
  std::string_view rest = value.as_str();
  while (!rest.empty()) {
    const auto end = rest.find(separator);
    const auto number = parse_num(rest.substr(0, end));
    out.push(number ? *number : Value::str(rest.substr(0, end)));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
    if (rest.empty()) out.push(Value::str(""));
  }
  return Value::array(std::move(out));
}

}  // namespace openstrat::sim
