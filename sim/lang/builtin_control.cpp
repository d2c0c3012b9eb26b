// Control flow and variables.
#include <algorithm>
#include <utility>

#include "sim/lang/machine.hpp"

namespace openstrat::sim {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// `k,v` → k and v; `v` → v alone.
std::pair<std::string_view, std::string_view> loop_names(std::string_view counter) {
  const auto comma = counter.find(',');
  if (comma == std::string_view::npos) return {{}, counter};
  return {counter.substr(0, comma), counter.substr(comma + 1)};
}

/// Arrays that are missing on the way are made; a number addresses a position, or the place right behind the last.
void store_element(Value& container, std::span<const Value> keys, Value value) {
  if (keys.empty()) {
    container = std::move(value);
    return;
  }
  if (!container.is(Type::array)) container = Value::array(Array());
  Array& array = container.mutable_array();
  const Value& key = keys.front();
  Value child = element_of(container, key);
  if (key.is(Type::num)) {
    const std::int64_t index = key.as_num();
    if (index < 0 || static_cast<std::size_t>(index) > array.items().size()) {
      if (index < 0 || static_cast<std::size_t>(index) >= array.size()) {
        store_element(child, keys.subspan(1), std::move(value));
        array.set(key.to_text(), std::move(child));
        return;
      }
    }
    if (static_cast<std::size_t>(index) == array.items().size() && array.keyed().empty()) array.push({});
    array.set_at(static_cast<std::size_t>(index), {});
    store_element(child, keys.subspan(1), std::move(value));
    array.set_at(static_cast<std::size_t>(index), std::move(child));
    return;
  }
  const std::string name = key.to_text();
  array.set(name, {});  // the child is ours alone now
  store_element(child, keys.subspan(1), std::move(value));
  array.set(name, std::move(child));
}

std::int64_t loop_number(const Value& value, std::int64_t otherwise) {
  if (value.is_empty()) return otherwise;
  const Value number = to_num(value);
  if (!number.is(Type::num)) throw ScriptError("invalid value for argument from");
  return number.as_num();
}

}  // namespace

/// The variable that the argument names.
std::string_view Machine::name_argument(const Command& command, std::string_view argument) {
  const Argument* found = find(command, argument);
  if (found == nullptr || found->value == nullptr) {
    throw ScriptError("missing value(s) of argument(s) " + std::string(argument));
  }
  return found->value->text;
}

/// Runs the block (or the code value) given as `argument`; nothing if it is absent.
Flow Machine::run_body(const Command& command, std::string_view argument, Value* last) {
  const Argument* body = find(command, argument);
  if (body == nullptr || body->value == nullptr) return Flow::normal;
  if (body->value->kind == ExprKind::code) {
    Scope scope(scope_);
    return run_block(*body->value->block, scope, last);
  }
  const Value value = eval(*body->value);
  if (!value.is(Type::code) && !value.is(Type::op)) return Flow::normal;
  Value result = run_code(value, {});
  if (last != nullptr) *last = std::move(result);
  return Flow::normal;
}

Flow Machine::builtin_if(const Command& command, Value* last) {
  const bool holds = truth(argument(command, "condition"));
  return run_body(command, holds ? "do" : "else", last);
}

Flow Machine::loop_body(const Command& command, std::string_view name, const Value* value, std::string_view key_name,
                        const Value* key) {
  step();
  const Argument* body = find(command, "do");
  if (body == nullptr || body->value == nullptr) return Flow::normal;
  Scope scope(scope_);
  if (key != nullptr && !key_name.empty()) scope.variables.push_back({key_name, *key, false});
  if (value != nullptr) scope.variables.push_back({name, *value, false});
  Flow flow = Flow::normal;
  if (body->value->kind == ExprKind::code) {
    flow = run_block(*body->value->block, scope, nullptr);
  } else {
    const Value code = eval(*body->value);
    if (code.is(Type::code) || code.is(Type::op)) enter(code.as_code(), scope);
  }
  return flow == Flow::continued ? Flow::normal : flow;
}

Flow Machine::builtin_for(const Command& command) {
  const std::string_view name = loop_names(name_argument(command, "counter")).second;
  const std::int64_t from = loop_number(argument(command, "from"), 0);
  const std::int64_t to = loop_number(argument(command, "to"), 0);
  const std::int64_t step = loop_number(argument(command, "step"), from <= to ? 1 : -1);
  if (step == 0) throw ScriptError("invalid value for argument step");
  std::int64_t i = from;
  while (step > 0 ? i <= to : i >= to) {
    const Value counter = Value::num(i);
    const Flow flow = loop_body(command, name, &counter, {}, nullptr);
    if (flow == Flow::broke) break;
    if (flow == Flow::returned) return flow;
    if (__builtin_add_overflow(i, step, &i)) break;
  }
  return Flow::normal;
}

Flow Machine::builtin_foreach(const Command& command) {
  const auto [key_name, name] = loop_names(name_argument(command, "counter"));
  const Value in = argument(command, "in");
  if (in.is_empty()) return Flow::normal;
  const Value list = in.is(Type::array) ? in : to_array(in);
  const Array& array = list.as_array();
  std::int64_t index = 0;
  for (const Value& item : array.items()) {
    const Value key = Value::num(index++);
    const Flow flow = loop_body(command, name, &item, key_name, &key);
    if (flow != Flow::normal) return flow == Flow::broke ? Flow::normal : flow;
  }
  for (const auto& [key_text, item] : array.keyed()) {
    const Value key = Value::str(key_text);
    const Flow flow = loop_body(command, name, &item, key_name, &key);
    if (flow != Flow::normal) return flow == Flow::broke ? Flow::normal : flow;
  }
  return Flow::normal;
}

Flow Machine::builtin_while(const Command& command) {
  while (truth(argument(command, "condition"))) {
    const Flow flow = loop_body(command, {}, nullptr, {}, nullptr);
    if (flow == Flow::broke) break;
    if (flow == Flow::returned) return flow;
  }
  return Flow::normal;
}

Flow Machine::builtin_do(const Command& command, Value* last) {
  Flow flow = Flow::normal;
  const auto body = [&] {
    do {
      step();
      flow = run_body(command, "command", last);
      if (flow == Flow::broke || flow == Flow::returned) break;
      flow = Flow::normal;
    } while (find(command, "while") != nullptr && truth(argument(command, "while")));
  };
  if (find(command, "if") != nullptr && !truth(argument(command, "if"))) return Flow::normal;
  if (find(command, "on-error") == nullptr) {
    body();
  } else if (attempt(body)) {
    return run_body(command, "on-error", last);
  }
  return flow == Flow::broke && find(command, "while") != nullptr ? Flow::normal : flow;
}

Flow Machine::builtin_onerror(const Command& command, Value* last) {
  Flow flow = Flow::normal;
  const std::optional<std::string> failure = attempt([&] { flow = run_body(command, "in", nullptr); });
  if (failure) {
    Scope scope(scope_);
    scope.variables.push_back({name_argument(command, "error"), Value::str(*failure), false});
    const Entered inside(*this, scope);
    flow = run_body(command, "do", nullptr);
  }
  if (last != nullptr && flow != Flow::returned) *last = Value::boolean(failure.has_value());
  return flow;
}

Flow Machine::builtin_retry(const Command& command, Value* last) {
  const Value delay = to_time(argument(command, "delay"));
  const std::int64_t tries = loop_number(argument(command, "max"), 1);
  Flow flow = Flow::normal;
  std::optional<std::string> failure;
  for (std::int64_t i = 0; i < tries; ++i) {
    step();
    failure = attempt([&] { flow = run_body(command, "command", last); });
    if (!failure) return flow;
    if (i + 1 < tries) host_.delay(std::chrono::nanoseconds(delay.is(Type::time) ? delay.as_time_ns() : kSecond));
  }
  if (find(command, "on-error") != nullptr) return run_body(command, "on-error", last);
  throw ScriptError(failure.value_or("failure"));
}

void Machine::builtin_declare(const Command& command, bool global) {
  const std::string_view name = name_argument(command, "name");
  const bool has_value = find(command, "value") != nullptr || find(command, "do") != nullptr;
  Value value = find(command, "do") != nullptr ? argument(command, "do") : argument(command, "value");
  if (!global) {
    declare(name, std::move(value));
    return;
  }
  Variable* own = nullptr;
  for (Variable& variable : scope_->variables) {
    if (variable.name == name) own = &variable;
  }
  // A parameter of that name stays in front of the global.
  if (own == nullptr) {
    scope_->variables.push_back({name, {}, true});
    memory_ += sizeof(Variable);
  } else if (!own->global) {
    if (call_depth_ == 0) own->global = true;
    else if (has_value) assign(own->value, std::move(value));
    if (call_depth_ != 0) return;
  }
  if (!has_value) {  // a row of the environment all the same
    if (host_.globals().find(name) == nullptr) host_.globals().set(name, {});
    return;
  }
  check_size(value);
  host_.globals().set(name, std::move(value));
}

void Machine::builtin_set(const Command& command) {
  const Argument* target = find(command, "name");
  if (target == nullptr || target->value == nullptr) throw ScriptError("missing value(s) of argument(s) name");
  const bool has_value = find(command, "value") != nullptr || find(command, "do") != nullptr;
  Value value = find(command, "do") != nullptr ? argument(command, "do") : argument(command, "value");
  if (target->value->kind != ExprKind::variable) {
    set_element(*target->value, std::move(value));
    return;
  }
  const std::string_view name = target->value->text;
  Variable* variable = find_variable(name);
  // A global that this script has not declared can be written, though not read.
  const bool global = variable != nullptr ? variable->global : host_.globals().find(name) != nullptr;
  if (variable == nullptr && !global) {
    assign(undeclared(name).value, std::move(value));
  } else if (!global) {
    assign(variable->value, std::move(value));
  } else if (has_value) {
    check_size(value);
    host_.globals().set(name, std::move(value));
  } else {
    host_.globals().erase(name);
  }
}

/// Writes one element of a variable: `:set ($a->"k"->0) v`.
void Machine::set_element(const Expr& target, Value value) {
  std::vector<Value> keys;
  const Expr* at = &target;
  for (; at->kind == ExprKind::operation && at->op == Operator::element; at = at->operands[0]) {
    keys.insert(keys.begin(), eval(*at->operands[1]));
  }
  if (at->kind != ExprKind::variable || keys.empty()) throw ScriptError("invalid target of set");
  check_size(value);
  const int depth = value.is(Type::array) ? value.as_array().depth() : 0;
  if (depth + static_cast<int>(keys.size()) > session_.limits.array_depth) throw ScriptError("array is nested too deeply");
  Variable* variable = find_variable(at->text);
  if (variable == nullptr) variable = &undeclared(at->text);
  if (!variable->global) {
    const std::size_t before = variable->value.weight();
    store_element(variable->value, keys, std::move(value));
    memory_ = memory_ - std::min(memory_, before) + variable->value.weight();
    if (memory_ > session_.limits.memory_bytes) throw ScriptError("out of memory");
    return;
  }
  const Value* current = host_.globals().find(at->text);
  Value whole = current == nullptr ? Value() : *current;
  // Let go of the store's copy, so that the array is changed in place instead of copied.
  if (current != nullptr) host_.globals().set(at->text, {});
  store_element(whole, keys, std::move(value));
  const bool fits = whole.weight() <= session_.limits.memory_bytes;
  host_.globals().set(at->text, std::move(whole));
  if (!fits) throw ScriptError("out of memory");
}

}  // namespace openstrat::sim
