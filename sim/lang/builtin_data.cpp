// Scripting commands that turn values into values.
#include <algorithm>

#include "sim/lang/encoding.hpp"
#include "sim/lang/machine.hpp"

namespace openstrat::sim {
namespace {

constexpr std::int64_t kMaxRange = 65'536;

std::int64_t length_of(const Value& value) {
  if (value.is_empty()) return 0;
  if (value.is(Type::array)) return static_cast<std::int64_t>(value.as_array().size());
  return static_cast<std::int64_t>(value.to_text().size());
}

Value number_or(const Value& value, std::int64_t otherwise) {
  if (value.is_empty()) return Value::num(otherwise);
  const Value number = to_num(value);
  if (!number.is(Type::num)) throw ScriptError("invalid value for argument");
  return number;
}

std::string replace_line_ends(const std::string& text, bool crlf) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if (text[i] == '\n' && crlf) out += '\r';
    out += text[i];
  }
  return out;
}

}  // namespace

Value Machine::builtin_value(const Command& command) {
  switch (command.builtin) {
    case Builtin::local: builtin_declare(command, false); return {};
    case Builtin::global: builtin_declare(command, true); return {};
    case Builtin::set: builtin_set(command); return {};
    case Builtin::len: return Value::num(length_of(argument(command, "value")));
    case Builtin::pick: return builtin_pick(command);
    case Builtin::find: return builtin_find(command);
    case Builtin::typeof_: return Value::str(type_name(argument(command, "value").type()));
    case Builtin::tostr: return Value::str(text_argument(command, "value"));
    case Builtin::tonum: return to_num(argument(command, "value"));
    case Builtin::tobool: return to_bool(argument(command, "value"));
    case Builtin::toip: return to_ip(argument(command, "value"));
    case Builtin::toip6: return to_ip6(argument(command, "value"));
    case Builtin::totime: return to_time(argument(command, "value"));
    case Builtin::toid: return to_id(argument(command, "value"));
    case Builtin::toarray: {
      const std::string delimiter = text_argument(command, "delimiter");
      return to_array(argument(command, "value"), delimiter.empty() ? ',' : delimiter[0]);
    }
    case Builtin::tonsec: {
      const Value time = to_time(argument(command, "value"));
      return time.is(Type::time) ? Value::num(time.as_time_ns()) : Value::nil();
    }
    case Builtin::tolf: return Value::str(replace_line_ends(text_argument(command, "input"), false));
    case Builtin::tocrlf: return Value::str(replace_line_ends(text_argument(command, "input"), true));
    case Builtin::nothing: return Value::nil();
    case Builtin::range: return builtin_range(command);
    case Builtin::serialize: {
      const std::string format = text_argument(command, "to");
      std::string text = serialize(argument(command, "value"),
                                   {format, text_argument(command, "options"), text_argument(command, "delimiter"), text_argument(command, "order")},
                                   session_.limits.string_bytes);
      if (find(command, "file-name") == nullptr) return Value::str(std::move(text));
      host_.save_file(text_argument(command, "file-name"), std::move(text), false);
      return {};
    }
    case Builtin::deserialize: {
      const std::string format = text_argument(command, "from");
      return deserialize(text_argument(command, "value"),
                         {format, text_argument(command, "options"), text_argument(command, "delimiter"), {}});
    }
    case Builtin::convert:
      return convert(argument(command, "value"), text_argument(command, "from"), text_argument(command, "to"),
                     text_argument(command, "transform"));
    default: return builtin_action(command);
  }
}

Value Machine::builtin_pick(const Command& command) {
  const Value from = argument(command, "counter");
  const std::int64_t length = length_of(from);
  const std::int64_t begin = std::max<std::int64_t>(0, number_or(argument(command, "begin"), 0).as_num());
  const Argument* end_argument = find(command, "end");
  const Value end_value = end_argument == nullptr ? Value() : argument(command, "end");
  const bool single = end_argument == nullptr;
  const std::int64_t end = std::min(length, single ? (begin < length ? begin + 1 : length) : number_or(end_value, length).as_num());
  if (from.is(Type::array)) {
    const Array& array = from.as_array();
    if (single) return begin < length ? *array.at(static_cast<std::size_t>(begin)) : Value::nil();
    Array out;
    for (std::int64_t i = begin; i < end; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (at < array.items().size()) out.push(array.items()[at]);
      else out.set(array.key_at(at), *array.at(at));
    }
    return Value::array(std::move(out));
  }
  if (begin >= end) return Value::nil();
  return Value::str(from.to_text().substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
}

/// Looks behind index `from`; nil when the needle is not there.
Value Machine::builtin_find(const Command& command) {
  const Value in = argument(command, "in");
  const Value key = argument(command, "key");
  const std::int64_t from = number_or(argument(command, "from"), -1).as_num();
  const auto start = static_cast<std::size_t>(std::max<std::int64_t>(0, from >= INT64_MAX ? from : from + 1));
  if (in.is(Type::array)) {
    std::size_t i = 0;
    const auto hit = [&](const Value& item) { return i++ >= start && compare_equal(item, key); };
    for (const Value& item : in.as_array().items()) if (hit(item)) return Value::num(static_cast<std::int64_t>(i - 1));
    for (const auto& [name, item] : in.as_array().keyed()) if (hit(item)) return Value::num(static_cast<std::int64_t>(i - 1));
    return Value::nil();
  }
  const auto found = in.to_text().find(key.to_text(), start);
  return found == std::string::npos ? Value::nil() : Value::num(static_cast<std::int64_t>(found));
}

Value Machine::builtin_range(const Command& command) {
  const std::int64_t from = number_or(argument(command, "from"), 0).as_num();
  const std::int64_t to = number_or(argument(command, "to"), 0).as_num();
  std::int64_t distance = 0;
  if (__builtin_sub_overflow(to, from, &distance) || distance > kMaxRange || distance < -kMaxRange) {
    throw ScriptError("value of to out of range");
  }
  Array out;
  for (std::int64_t i = 0; i <= std::abs(distance); ++i) out.push(Value::num(distance < 0 ? from - i : from + i));
  return Value::array(std::move(out));
}

}  // namespace openstrat::sim
