// Scripting commands that reach the router: output, log, time, jobs, parsing.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "sim/lang/machine.hpp"
#include "sim/lang/parse_cache.hpp"

namespace openstrat::sim {
namespace {

constexpr std::size_t kMaxExecute = 64 << 10;

std::int64_t unix_ns(Timestamp time) { return to_unix_us(time) * 1000; }

}  // namespace

Value Machine::builtin_action(const Command& command) {
  switch (command.builtin) {
    case Builtin::put: {
      const Value message = argument(command, "message");
      host_.put(message.to_text());
      return message;
    }
    case Builtin::log: {
      const std::string message = text_argument(command, "message");
      host_.log("script," + std::string(command.name), message);
      return {};
    }
    case Builtin::error: throw ScriptError(text_argument(command, "message"));
    case Builtin::delay: {
      const Value time = to_time(argument(command, "delay-time"));
      // Without an argument a router waits a second.
      host_.delay(std::chrono::nanoseconds(time.is(Type::time) ? std::max<std::int64_t>(0, time.as_time_ns()) : 1'000'000'000));
      return {};
    }
    case Builtin::parse: return builtin_parse(command);
    case Builtin::execute: return builtin_execute(command);
    case Builtin::time: return builtin_time(command);
    case Builtin::resolve:
      return host_.resolve(text_argument(command, "domain-name"), text_argument(command, "server"),
                           text_argument(command, "type"));
    case Builtin::timestamp: return Value::time(unix_ns(host_.now()));
    case Builtin::rndnum:
    case Builtin::rndstr: return builtin_random(command);
    case Builtin::jobname: return Value::str(host_.job_name());
    case Builtin::environment_print: return builtin_environment(command);
    case Builtin::grep: return builtin_grep(command);
    default: return {};
  }
}

Value Machine::builtin_parse(const Command& command) {
  const std::string source = text_argument(command, "value");
  ParseOptions options;
  options.personality = session_.personality;
  options.menus = session_.menus;
  // The machine and the parser stand on the same stack: leave the parser what is left of it.
  const auto used = static_cast<std::size_t>(std::abs(stack_base_ - static_cast<const char*>(__builtin_frame_address(0))));
  options.stack_bytes = std::min(options.stack_bytes, session_.limits.stack_bytes - std::min(used, session_.limits.stack_bytes));
  auto script = session_.cache == nullptr ? parse(source, options) : session_.cache->get(source, options);
  if (!script) {
    const std::string diagnostic = script.error().to_string();
    if (session_.personality.parse_raises) throw ScriptError(diagnostic);
    return Value::str(diagnostic);
  }
  auto code = std::make_shared<Code>();
  code->block = &(*script)->body();
  code->script = std::move(*script);
  return Value::code(std::move(code));
}

std::string Machine::code_text(const Expr& expr, const Value& value) const {
  if (!value.is(Type::code)) return value.to_text();
  return std::string(expr.kind == ExprKind::code ? expr.block->source : value.as_code().block->source);
}

Value Machine::builtin_execute(const Command& command) {
  const Argument* script = find(command, "script");
  if (script == nullptr || script->value == nullptr) throw ScriptError("missing value(s) of argument(s) script");
  const std::string source = code_text(*script->value, eval(*script->value));
  if (source.size() > kMaxExecute) throw ScriptError("failure: script is too long");
  const std::string file = text_argument(command, "file");
  const bool as_string = find(command, "as-string") != nullptr;
  return host_.execute({source, file, as_string});
}

Value Machine::builtin_time(const Command& command) {
  const std::int64_t start = unix_ns(host_.now());
  run_body(command, "command", nullptr);
  return Value::time(unix_ns(host_.now()) - start);
}

Value Machine::builtin_random(const Command& command) {
  if (command.builtin == Builtin::rndnum) {
    const Value from = to_num(argument(command, "from"));
    const Value to = to_num(argument(command, "to"));
    const std::int64_t low = from.is(Type::num) ? from.as_num() : 0;
    const std::int64_t high = to.is(Type::num) ? to.as_num() : 0xffffffff;
    if (high < low) throw ScriptError("value of to out of range");
    const std::uint64_t width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    const std::uint64_t pick = width == UINT64_MAX ? host_.rng().next_u64() : host_.rng().below(width + 1);
    return Value::num(static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + pick));
  }
  std::string letters = text_argument(command, "from");
  if (letters.empty()) letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const Value length = to_num(argument(command, "length"));
  const std::int64_t count = length.is(Type::num) ? length.as_num() : 16;
  if (count < 0 || static_cast<std::size_t>(count) > session_.limits.variable_bytes) throw ScriptError("value of length out of range");
  std::string out;
  for (std::int64_t i = 0; i < count; ++i) out += letters[host_.rng().below(letters.size())];
  return Value::str(std::move(out));
}

/// `:environment print`: the globals, or as-value an array of name and value.
Value Machine::builtin_environment(const Command& command) {
  Array rows;
  for (const std::string& name : host_.globals().names()) {
    const Value* value = host_.globals().find(name);
    const std::string text = value == nullptr ? std::string() : value->to_quoted();
    if (find(command, "as-value") == nullptr && find(command, "count-only") == nullptr) {
      host_.put(fmt::format("{}={}", name, text));
    }
    Array row;
    row.set("name", Value::str(name));
    row.set("value", Value::str(text));
    rows.push(Value::array(std::move(row)));
  }
  if (find(command, "count-only") != nullptr) return Value::num(static_cast<std::int64_t>(rows.size()));
  return find(command, "as-value") != nullptr ? Value::array(std::move(rows)) : Value();
}

/// Lines of the output of `script` that match `pattern`, with their neighbours.
Value Machine::builtin_grep(const Command& command) {
  const Argument* script = find(command, "script");
  if (script == nullptr || script->value == nullptr) throw ScriptError("missing value(s) of argument(s) script");
  const std::string source = code_text(*script->value, eval(*script->value));
  const std::string pattern = text_argument(command, "pattern");
  const Value before = to_num(argument(command, "before"));
  const Value after = to_num(argument(command, "after"));
  const std::string output = host_.execute({source, {}, true}).to_text();
  std::vector<std::string> lines;
  for (std::string_view rest = output; !rest.empty();) {
    const auto end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  const auto margin = [](const Value& v) { return v.is(Type::num) ? std::clamp<std::int64_t>(v.as_num(), 0, 1000) : 0; };
  std::vector<bool> keep(lines.size(), false);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    step();
    if (!matcher_.matches(lines[i], pattern)) continue;
    const auto first = i - std::min(i, static_cast<std::size_t>(margin(before)));
    const auto last = std::min(lines.size() - 1, i + static_cast<std::size_t>(margin(after)));
    for (std::size_t k = first; k <= last; ++k) keep[k] = true;
  }
  Array found;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!keep[i]) continue;
    if (find(command, "as-array") == nullptr) host_.put(lines[i]);
    found.push(Value::str(lines[i]));
  }
  return find(command, "as-array") != nullptr ? Value::array(std::move(found)) : Value();
}

}  // namespace openstrat::sim
