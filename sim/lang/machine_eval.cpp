// Expressions, functions and code values.
#include <utility>

#include "sim/lang/machine.hpp"

namespace openstrat::sim {

Value Machine::eval(const Expr& expr) {
  check_stack();
  step();
  switch (expr.kind) {
    case ExprKind::literal: return *expr.value;
    case ExprKind::variable: return read_variable(expr.text);
    case ExprKind::property: return eval_row(expr.text);
    case ExprKind::operation: return eval_operation(expr);
    case ExprKind::array: return eval_array(expr);
    case ExprKind::code: return make_code(expr);
    case ExprKind::command: {
      Value last;
      Scope scope(scope_);
      const Command* const command = command_;
      // A `:return` in here gives the brackets their value; it does not end the function around them.
      if (run_block(*expr.block, scope, &last) == Flow::returned) last = std::exchange(result_, Value());
      command_ = command;
      return last;
    }
  }
  std::unreachable();
}

Value Machine::eval_row(std::string_view property) {
  // Outside of `where` the name is a variable after all (`print` handed its test to a function).
  return row_ != nullptr ? row_->get(property) : read_variable(property);
}

/// A condition. In `where` a bare field holds when it is true, or set to any text.
bool Machine::holds(const Expr& expr) {
  const Value value = eval(expr);
  if (row_ == nullptr || !value.is(Type::str)) return truth(value);
  const Value flag = to_bool(value);
  return flag.is(Type::boolean) ? flag.as_bool() : !value.as_str().empty();
}

Value Machine::eval_operation(const Expr& expr) {
  const auto operands = expr.operands;
  switch (expr.op) {
    case Operator::logical_or:
      for (const Expr* each : operands) {
        if (holds(*each)) return Value::boolean(true);
      }
      return Value::boolean(false);
    case Operator::logical_and:
      for (const Expr* each : operands) {
        if (!holds(*each)) return Value::boolean(false);
      }
      return Value::boolean(true);
    case Operator::juxtapose: {
      if (row_ == nullptr) throw ScriptError("expected end of command");
      for (const Expr* each : operands) {
        if (!holds(*each)) return Value::boolean(false);
      }
      return Value::boolean(true);
    }
    case Operator::concat: return eval_concat(expr);
    case Operator::match: return eval_match(expr);
    case Operator::defer: return make_code(expr);
    case Operator::apply: {
      const Value callee = eval(*operands[0]);
      return apply(callee, eval(*operands[1]));
    }
    case Operator::logical_not: return Value::boolean(!holds(*operands[0]));
    case Operator::negate:
    case Operator::bit_not:
    case Operator::any: return apply_prefix(expr.op, eval(*operands[0]));
    default: break;
  }
  Value out = eval(*operands[0]);
  for (const Expr* each : operands.subspan(1)) {
    out = apply_operator(expr.op, out, eval(*each));
    if (out.is(Type::array)) check_size(out);
  }
  return out;
}

Value Machine::eval_concat(const Expr& expr) {
  // One string grows in place until an array turns up, which then distributes.
  std::string text;
  Value out;
  bool is_text = true;
  for (const Expr* each : expr.operands) {
    Value value = eval(*each);
    if (is_text && !value.is(Type::array)) {
      text += value.to_text();
    } else {
      if (expr.operands.size() == 1) return Value::str(value.to_text());  // `"$array"` is text
      if (is_text) out = text.empty() && each == expr.operands[0] ? std::move(value) : apply_operator(Operator::concat, Value::str(std::move(text)), value);
      else out = apply_operator(Operator::concat, out, value);
      is_text = false;
      check_size(out);
    }
    if (text.size() > session_.limits.string_bytes) throw ScriptError("value is too long");
  }
  return is_text ? Value::str(std::move(text)) : out;
}

Value Machine::eval_match(const Expr& expr) {
  const Value left = eval(*expr.operands[0]);
  const Value pattern = eval(*expr.operands[1]);
  const std::string wanted = pattern.to_text();
  if (left.is(Type::array)) {
    for (const Value& item : left.as_array().items()) {
      if (matcher_.matches(item.to_text(), wanted)) return Value::boolean(true);
    }
    return Value::boolean(false);
  }
  return Value::boolean(matcher_.matches(left.to_text(), wanted));
}

Value Machine::eval_array(const Expr& expr) {
  Array out;
  for (const ArrayElement& element : expr.elements) {
    if (element.key == nullptr) out.push(eval(*element.value));
    else out.set(eval(*element.key).to_text(), eval(*element.value));
    if (out.weight() > session_.limits.memory_bytes) throw ScriptError("out of memory");
  }
  Value value = Value::array(std::move(out));
  check_size(value);
  return value;
}

Value Machine::make_code(const Expr& expr) {
  auto code = std::make_shared<Code>();
  code->script = script_;
  if (expr.kind == ExprKind::code) {
    code->block = expr.block;
    code->is_function = true;
  } else {
    code->expr = expr.operands[0];
  }
  return Value::code(std::move(code));
}

Value Machine::call(const Value& callee, std::string_view name, std::span<const Argument> arguments) {
  Scope scope(callee.is(Type::op) ? scope_ : nullptr);
  static constexpr std::string_view kPositions[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12",
                                                    "13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23",
                                                    "24", "25", "26", "27", "28", "29", "30", "31", "32"};
  std::vector<Variable> values;
  std::size_t position = 1;
  std::string own_name;
  if (!name.empty()) {
    own_name = "$";
    own_name += name;
    values.push_back({kPositions[0], Value::str(std::move(own_name)), false});
  }
  for (const Argument& each : arguments) {
    Value value = each.value == nullptr ? Value::boolean(true) : eval(*each.value);
    check_size(value);
    if (!each.name.empty()) {
      values.push_back({each.name, std::move(value), false});
    } else if (position < std::size(kPositions)) {
      values.push_back({kPositions[position++], std::move(value), false});
    }
  }
  scope.variables = std::move(values);
  return enter(callee.as_code(), scope);
}

/// `($f <%% {…})`: the array is the function's environment, its first unkeyed element is `$0`.
Value Machine::apply(const Value& callee, const Value& arguments) {
  if (!callee.is(Type::code) && !callee.is(Type::op)) return callee;
  Scope scope(callee.is(Type::op) ? scope_ : nullptr);
  std::vector<std::string> names;
  if (arguments.is(Type::array)) {
    const Array& array = arguments.as_array();
    names.reserve(array.size());
    for (std::size_t i = 0; i < array.items().size(); ++i) {
      names.push_back(std::to_string(i));
      scope.variables.push_back({names.back(), array.items()[i], false});
    }
    for (const auto& [key, value] : array.keyed()) {
      names.push_back(key);
      scope.variables.push_back({names.back(), value, false});
    }
  }
  return enter(callee.as_code(), scope);
}

/// Without a `:return` the expression that a body ends with is its value, as in `[[:parse "(\"\\41\")"]]`; commands give none.
Flow Machine::run_body_of_code(const Block& block, Scope& scope, Value& value) {
  if (block.statements.empty()) return Flow::normal;
  const Entered inside(*this, scope);
  const Statement& end = block.statements.back();
  const bool expression = end.kind == StatementKind::call && (end.callee->kind != ExprKind::variable || end.callee->offset != end.offset);
  for (const Statement& statement : block.statements) {
    const Flow flow = run_statement(statement, expression && &statement == &end ? &value : nullptr);
    if (flow != Flow::normal) return flow;
  }
  return Flow::normal;
}

Value Machine::enter(const Code& code, Scope& scope) {
  if (call_depth_ >= session_.limits.call_depth) throw ScriptError("maximum call depth reached");
  scope.foreign = code.script != script_;
  const std::shared_ptr<const Script> caller = std::exchange(script_, code.script);
  const Offset offset = offset_;
  const Command* const command = command_;
  ++call_depth_;
  Value out;
  try {
    if (code.expr != nullptr) {
      const Entered inside(*this, scope);
      out = eval(*code.expr);
    } else if (run_body_of_code(*code.block, scope, out) == Flow::returned) {
      // Arguments and the body's own variables share one scope, so a parameter hides a `:global` of its name.
      out = std::exchange(result_, Value());
    }
  } catch (const ScriptError& error) {
    note_failure(error.message());
    throw;
  }
  --call_depth_;
  script_ = caller;
  offset_ = offset;
  command_ = command;
  return out;
}

Value Machine::run_code(const Value& code, std::span<const NamedValue> variables) {
  if (!code.is(Type::code) && !code.is(Type::op)) return code;
  Scope scope(scope_);
  for (const NamedValue& each : variables) scope.variables.push_back({each.name, each.value, false});
  return enter(code.as_code(), scope);
}

}  // namespace openstrat::sim
