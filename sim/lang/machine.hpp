// The tree-walking machine behind Interpreter. Parts: machine.cpp (statements, scopes), machine_eval.cpp (expressions,
// calls), builtin_*.cpp (scripting commands by theme). Not for users of the language.
//
// No exception is held while the host runs: an error is caught, its text copied, the handler left, and only then does
// `on-error` run, because the host may switch fibers inside it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ros_language/ast.hpp"
#include "sim/lang/host.hpp"
#include "sim/lang/interpreter.hpp"
#include "sim/lang/names.hpp"
#include "sim/lang/operators.hpp"

namespace openstrat::sim {

/// How a statement ended.
enum class Flow : std::uint8_t { normal, returned, broke, continued };

struct Variable {
  std::string_view name;
  Value value;
  bool global = false;  ///< bound to the host's variable of that name
};

/// Variables of one block; a function's scope has no parent.
struct Scope {
  explicit Scope(Scope* outer) : parent(outer) {}
  Scope* parent;
  std::vector<Variable> variables;
  bool foreign = false;  ///< of code of another text, whose names must not outlive it
};

class Machine final : public CodeRunner {
 public:
  Machine(Host& host, const Session& session);
  RunResult run(const std::shared_ptr<const Script>& script, std::span<const NamedValue> variables);

  Value run_code(const Value& code, std::span<const NamedValue> variables) override;

 private:
  friend class WherePredicate;

  // machine.cpp
  Flow run_block(const Block& block, Scope& scope, Value* last);
  Flow run_statement(const Statement& statement, Value* last);
  Flow run_command(const Command& command, Value* last);
  Value host_command(const Command& command, bool wants_value);
  void step();
  void check_stack() const;
  Variable* find_variable(std::string_view name);
  Value read_variable(std::string_view name);
  Variable& undeclared(std::string_view name);
  void declare(std::string_view name, Value value);
  void assign(Value& place, Value value);
  void check_size(const Value& value) const;
  /// Makes `scope` the current one until it goes; also when an error passes through.
  class Entered {
   public:
    Entered(Machine& machine, Scope& scope) : machine_(machine), own_(scope), outer_(std::exchange(machine.scope_, &scope)) {
      for (const Variable& each : scope.variables) machine.memory_ += each.value.weight() + sizeof(Variable);
    }
    ~Entered() {
      machine_.release(own_);
      machine_.scope_ = outer_;
    }
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;

   private:
    Machine& machine_;
    Scope& own_;
    Scope* outer_;
  };
  void release(Scope& scope);  ///< its variables no longer count as used memory
  void note_failure(const std::string& message);

  // machine_eval.cpp
  Value eval(const Expr& expr);
  Value eval_operation(const Expr& expr);
  Value eval_concat(const Expr& expr);
  Value eval_array(const Expr& expr);
  Value eval_match(const Expr& expr);
  Value eval_row(std::string_view property);
  bool holds(const Expr& expr);
  Value make_code(const Expr& expr);
  Value call(const Value& callee, std::string_view name, std::span<const Argument> arguments);
  Value apply(const Value& callee, const Value& arguments);
  Flow run_body_of_code(const Block& block, Scope& scope, Value& value);
  Value enter(const Code& code, Scope& scope);
  Flow run_body(const Command& command, std::string_view argument, Value* last);
  /// Runs `body`; the text of the error that ended it, if any. ScriptKilled passes through.
  template <class Body>
  std::optional<std::string> attempt(Body&& body) {
    Scope* const scope = scope_;
    const std::shared_ptr<const Script> script = script_;
    const RowView* const row = row_;
    const int depth = call_depth_;
    std::optional<std::string> failure;
    try {
      body();
    } catch (const ScriptError& error) {
      failure = error.message();
    }
    if (failure) {
      scope_ = scope;
      script_ = script;
      row_ = row;
      call_depth_ = depth;
      failure_.reset();
    }
    return failure;
  }

  // Arguments of scripting commands.
  static const Argument* find(const Command& command, std::string_view name);
  Value argument(const Command& command, std::string_view name);
  static std::string_view name_argument(const Command& command, std::string_view argument);
  std::string text_argument(const Command& command, std::string_view name);

  // builtin_control.cpp
  Flow builtin_if(const Command& command, Value* last);
  Flow builtin_for(const Command& command);
  Flow builtin_foreach(const Command& command);
  Flow builtin_while(const Command& command);
  Flow builtin_do(const Command& command, Value* last);
  Flow builtin_onerror(const Command& command, Value* last);
  Flow builtin_retry(const Command& command, Value* last);
  Flow loop_body(const Command& command, std::string_view name, const Value* value, std::string_view key_name, const Value* key);
  void builtin_declare(const Command& command, bool global);
  void builtin_set(const Command& command);
  void set_element(const Expr& target, Value value);

  // builtin_data.cpp
  Value builtin_value(const Command& command);
  Value builtin_pick(const Command& command);
  Value builtin_find(const Command& command);
  Value builtin_range(const Command& command);

  // builtin_host.cpp
  Value builtin_action(const Command& command);
  Value builtin_parse(const Command& command);
  Value builtin_execute(const Command& command);
  Value builtin_time(const Command& command);
  Value builtin_random(const Command& command);
  Value builtin_environment(const Command& command);
  Value builtin_grep(const Command& command);
  std::string code_text(const Expr& expr, const Value& value) const;

  Host& host_;
  const Session& session_;
  const char* stack_base_;
  std::shared_ptr<const Script> script_;     ///< whose nodes are being run
  Scope* scope_ = nullptr;
  const RowView* row_ = nullptr;             ///< inside `where`
  Offset offset_ = 0;                        ///< statement being run
  const Command* command_ = nullptr;
  std::optional<RunError> failure_;          ///< noted where it happened: its script may be gone when run() ends
  Value result_;                             ///< of `:return`
  std::uint64_t steps_ = 0;
  std::size_t memory_ = 0;
  int call_depth_ = 0;
  Matcher matcher_;
};

}  // namespace openstrat::sim
