#include "sim/lang/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace openstrat::sim {

/// A row test that evaluates an expression with the row's fields in sight.
class WherePredicate final : public Predicate {
 public:
  WherePredicate(Machine& machine, const Expr& expr) : machine_(machine), expr_(expr) {}
  bool matches(const RowView& row) const override {
    const RowView* const outer = std::exchange(machine_.row_, &row);
    bool out = false;
    try {
      out = machine_.holds(expr_);
    } catch (...) {
      machine_.row_ = outer;
      throw;
    }
    machine_.row_ = outer;
    return out;
  }
  std::optional<std::vector<NamedValue>> equalities() const override {
    std::vector<NamedValue> fields;
    return collect(expr_, fields) ? std::optional(std::move(fields)) : std::nullopt;
  }

 private:
  static bool collect(const Expr& expr, std::vector<NamedValue>& fields) {
    if (expr.kind != ExprKind::operation) return false;
    if (expr.op == Operator::juxtapose || expr.op == Operator::logical_and) {
      return std::all_of(expr.operands.begin(), expr.operands.end(), [&](const Expr* part) { return collect(*part, fields); });
    }
    if (expr.op != Operator::equal || expr.operands.size() != 2) return false;
    const Expr& field = *expr.operands[0];
    const Expr& wanted = *expr.operands[1];
    if (field.kind != ExprKind::property || wanted.kind != ExprKind::literal) return false;
    fields.push_back({field.text, *wanted.value});
    return true;
  }

  Machine& machine_;
  const Expr& expr_;
};

const CallArgument* CommandCall::find(std::string_view argument) const {
  for (const CallArgument& each : arguments) {
    if (each.name == argument) return &each;
  }
  return nullptr;
}

std::string RunError::to_string() const {
  if (command.empty()) return fmt::format("{} (line {})", message, position.line);
  return fmt::format("{} ({}; line {})", message, command, position.line);
}

RunResult Interpreter::run(std::shared_ptr<const Script> script, std::span<const NamedValue> variables) {
  Machine machine(host_, session_);
  return machine.run(script, variables);
}

Machine::Machine(Host& host, const Session& session)
    : host_(host), session_(session), stack_base_(static_cast<const char*>(__builtin_frame_address(0))) {}

RunResult Machine::run(const std::shared_ptr<const Script>& script, std::span<const NamedValue> variables) {
  RunResult out;
  Scope outer(nullptr);
  for (const NamedValue& each : variables) outer.variables.push_back({each.name, each.value, false});
  Scope scope(&outer);
  script_ = script;
  scope_ = &outer;
  try {
    run_block(script->body(), scope, nullptr);
  } catch (const ScriptError& error) {
    note_failure(error.message());
  } catch (const ScriptKilled&) {
    out.killed = true;
  }
  out.error = std::move(failure_);
  out.value = std::move(result_);
  out.steps = steps_;
  return out;
}

void Machine::note_failure(const std::string& message) {
  if (failure_) return;
  RunError error{message, {}, script_->where(offset_)};
  if (command_ != nullptr) {
    error.command = std::string(command_->menu);
    if (error.command.size() > 1) error.command += '/';
    error.command += command_->name;
  }
  failure_ = std::move(error);
}

void Machine::step() {
  ++steps_;
  if (steps_ % 256 == 0) host_.tick();
  if (steps_ > session_.limits.steps) throw ScriptError("execution limit reached");
}

void Machine::check_stack() const {
  const auto* here = static_cast<const char*>(__builtin_frame_address(0));
  if (static_cast<std::size_t>(std::abs(stack_base_ - here)) > session_.limits.stack_bytes) {
    throw ScriptError("maximum nesting reached");
  }
}

Variable* Machine::find_variable(std::string_view name) {
  for (Scope* scope = scope_; scope != nullptr; scope = scope->parent) {
    for (auto variable = scope->variables.rbegin(); variable != scope->variables.rend(); ++variable) {
      if (variable->name == name) return &*variable;
    }
  }
  return nullptr;
}

Value Machine::read_variable(std::string_view name) {
  if (const Variable* variable = find_variable(name)) {
    if (!variable->global) return variable->value;
    const Value* value = host_.globals().find(name);
    return value == nullptr ? Value() : *value;
  }
  return row_ == nullptr ? Value() : row_->get(name);
}

void Machine::check_size(const Value& value) const {
  const RunLimits& limits = session_.limits;
  if (value.is(Type::str) && value.as_str().size() > limits.variable_bytes) throw ScriptError("value is too long");
  if (value.is(Type::array)) {
    if (value.as_array().depth() > limits.array_depth) throw ScriptError("array is nested too deeply");
    if (value.as_array().weight() > limits.memory_bytes) throw ScriptError("out of memory");
  }
}

void Machine::assign(Value& place, Value value) {
  check_size(value);
  const std::size_t before = place.weight();
  const std::size_t after = value.weight();
  memory_ = memory_ - std::min(memory_, before) + after;
  if (memory_ > session_.limits.memory_bytes) throw ScriptError("out of memory");
  place = std::move(value);
}

void Machine::declare(std::string_view name, Value value) {
  for (Variable& variable : scope_->variables) {
    if (variable.name != name) continue;
    variable.global = false;
    assign(variable.value, std::move(value));
    return;
  }
  scope_->variables.push_back({name, {}, false});
  memory_ += sizeof(Variable);
  assign(scope_->variables.back().value, std::move(value));
}

/// A name that nobody declared belongs to the function as its arguments do, not to the block that sets it first.
Variable& Machine::undeclared(std::string_view name) {
  Scope* scope = scope_;
  while (scope->parent != nullptr && !scope->foreign) scope = scope->parent;
  memory_ += sizeof(Variable);
  return scope->variables.emplace_back(Variable{name, {}, false});
}

void Machine::release(Scope& scope) {
  std::size_t freed = 0;
  for (const Variable& variable : scope.variables) freed += variable.value.weight() + sizeof(Variable);
  memory_ -= std::min(memory_, freed);
}

Flow Machine::run_block(const Block& block, Scope& scope, Value* last) {
  check_stack();
  const Entered inside(*this, scope);
  for (const Statement& statement : block.statements) {
    const Flow flow = run_statement(statement, last);
    if (flow != Flow::normal) return flow;
  }
  return Flow::normal;
}

Flow Machine::run_statement(const Statement& statement, Value* last) {
  step();
  offset_ = statement.offset;
  command_ = nullptr;
  switch (statement.kind) {
    case StatementKind::menu: return Flow::normal;
    case StatementKind::late_error: throw ScriptError(std::string(statement.message));
    case StatementKind::command: return run_command(*statement.command, last);
    case StatementKind::block: {
      Scope scope(scope_);
      return run_block(*statement.block, scope, last);
    }
    case StatementKind::call: {
      const Value callee = eval(*statement.callee);
      const std::string_view name = statement.callee->kind == ExprKind::variable ? statement.callee->text : std::string_view();
      Value value = callee.is(Type::code) || callee.is(Type::op) ? call(callee, name, statement.arguments) : callee;
      if (last != nullptr) *last = std::move(value);
      return Flow::normal;
    }
  }
  std::unreachable();
}

Flow Machine::run_command(const Command& command, Value* last) {
  command_ = &command;
  switch (command.builtin) {
    case Builtin::none: {
      Value value = host_command(command, last != nullptr);
      if (last != nullptr) *last = std::move(value);
      return Flow::normal;
    }
    case Builtin::if_: return builtin_if(command, last);
    case Builtin::for_: return builtin_for(command);
    case Builtin::foreach: return builtin_foreach(command);
    case Builtin::while_: return builtin_while(command);
    case Builtin::do_: return builtin_do(command, last);
    case Builtin::onerror: return builtin_onerror(command, last);
    case Builtin::retry: return builtin_retry(command, last);
    case Builtin::break_: return Flow::broke;
    case Builtin::continue_: return Flow::continued;
    case Builtin::return_: {
      Value value = argument(command, "value");
      if (last != nullptr) *last = value;
      result_ = std::move(value);
      return Flow::returned;
    }
    default: {
      Value value = builtin_value(command);
      if (last != nullptr) *last = std::move(value);
      return Flow::normal;
    }
  }
}

Value Machine::host_command(const Command& command, bool wants_value) {
  std::vector<CallArgument> arguments;
  arguments.reserve(command.arguments.size());
  for (const Argument& each : command.arguments) {
    CallArgument out;
    out.name = each.name;
    out.unset = each.unset;
    out.flag = each.value == nullptr && !each.unset;
    if (each.value != nullptr) out.value = eval(*each.value);
    else if (out.flag) out.value = Value::boolean(true);
    arguments.push_back(std::move(out));
  }
  command_ = &command;  // evaluating the arguments may have run others
  CommandCall call;
  call.dir = command.dir;
  call.id = command.id;
  call.menu = command.menu;
  call.name = command.name;
  call.arguments = arguments;
  call.runner = this;
  call.wants_value = wants_value;
  if (command.where == nullptr) return host_.run_command(call);
  const WherePredicate predicate(*this, *command.where);
  call.where = &predicate;
  return host_.run_command(call);
}

const Argument* Machine::find(const Command& command, std::string_view name) {
  for (const Argument& each : command.arguments) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

Value Machine::argument(const Command& command, std::string_view name) {
  const Argument* found = find(command, name);
  if (found == nullptr) return {};
  if (found->value == nullptr) return Value::boolean(true);
  Value out = eval(*found->value);
  command_ = &command;
  return out;
}

std::string Machine::text_argument(const Command& command, std::string_view name) {
  return argument(command, name).to_text();
}

}  // namespace openstrat::sim
