#include "ros_language/structure.hpp"

#include <algorithm>
#include <vector>

#include "ros_language/escapes.hpp"

namespace openstrat::ros {
namespace {

class Printer {
 public:
  explicit Printer(std::string_view source = {}) : source_(source) {}
  std::string take() { return std::move(out_); }

  void body(const Block& block) {
    bool first = true;
    for (const std::string& statement : statements(block)) {
      if (!first) out_ += ';';
      first = false;
      out_ += statement;
    }
  }

  void expr(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::literal: literal(expr); break;
      case ExprKind::variable:
      case ExprKind::property: out_ += '$'; list(expr.text, "$"); break;
      case ExprKind::operation: operation(expr); break;
      case ExprKind::array: array(expr); break;
      case ExprKind::command: out_ += "(evl"; inner(*expr.block); out_ += ')'; break;
      case ExprKind::code: out_ += ";"; code(*expr.block); break;
    }
  }

 private:
  void literal(const Expr& expr) {
    if (expr.bare && expr.form != ValueForm::plain) return word(expr.text, expr.form);
    // Menu commands keep words as text; the router's own form shows them typed.
    if (!expr.bare && expr.value->is(Type::num) && expr.value->as_num() < 0) {
      out_ += "(- " + expr.value->to_text().substr(1) + ')';
      return;
    }
    if (!expr.bare || !expr.value->is(Type::str)) {
      const std::vector<std::string> parts = quoted(expr) ? pieces(expr.offset + 1) : std::vector<std::string>{};
      if (parts.size() < 2) {
        out_ += expr.value->to_text();
        return;
      }
      out_ += "(.";
      for (const std::string& part : parts) out_ += ' ' + part;
      out_ += ')';
      return;
    }
    if (const auto typed = parse_literal(expr.text)) out_ += typed->to_text();
    else list(expr.text, "");
  }

  void word(std::string_view word, ValueForm form) {
    switch (form) {
      case ValueForm::plain:
      case ValueForm::choice: return list(word, "");
      case ValueForm::text: out_ += word; return;
      case ValueForm::time: {
        auto time = parse_time(word);
        if (const auto seconds = parse_num(word); seconds && !time) time = parse_time(std::string(word) + "s");
        out_ += time ? time->to_text() : std::string(word);
        return;
      }
      case ValueForm::negatable:
        out_ += negation(word);
        return list(word, "");
      case ValueForm::negatable_each:
        while (true) {
          const auto end = std::min(word.find(','), word.size());
          std::string_view part = word.substr(0, end);
          out_ += negation(part);
          out_ += part;
          if (end == word.size()) return;
          out_ += ';';
          word.remove_prefix(end + 1);
        }
      case ValueForm::host_network: {
        const auto slash = std::min(word.find('/'), word.size());
        out_ += word.substr(0, slash);
        if (slash < word.size()) (out_ += ';') += word.substr(slash + 1);
        return;
      }
    }
  }

  bool quoted(const Expr& expr) const { return expr.value->is(Type::str) && expr.offset < source_.size() && source_[expr.offset] == '"'; }

  /// A router keeps each escape as a piece of its own: `"a\nb"` is joined from three. Reads up to the end of a string or a `$`.
  std::vector<std::string> pieces(Offset at) const {
    std::vector<std::string> out;
    std::string plain;
    const auto flush = [&] {
      if (!plain.empty()) out.push_back(std::move(plain));
      plain.clear();
    };
    while (at < source_.size() && source_[at] != '"' && source_[at] != '$') {
      if (source_[at] != '\\') {
        plain += source_[at++];
        continue;
      }
      const Escape escape = escape_at(source_.substr(at));
      if (escape.length == 0) break;
      at += escape.length;
      flush();
      if (escape.byte < 0) continue;
      out.emplace_back(1, static_cast<char>(escape.byte));
    }
    flush();
    return out;
  }

  /// A bare `a,b` is a list to a router.
  void list(std::string_view words, std::string_view before) {
    for (const char c : words) {
      out_ += c == ',' ? ';' : c;
      if (c == ',') out_ += before;
    }
  }

  void operation(const Expr& expr) {
    if (expr.op == Operator::concat && expr.operands.size() == 1) {
      this->expr(*expr.operands[0]);
      return;
    }
    out_ += '(';
    out_ += operator_text(expr.op);
    const bool joins = expr.op == Operator::concat;
    for (const Expr* operand : flattened(expr)) {
      const bool is_text = joins && operand->kind == ExprKind::literal && !operand->bare && operand->value->is(Type::str) && !source_.empty();
      if (!is_text) {
        out_ += ' ';
        this->expr(*operand);
        continue;
      }
      const std::vector<std::string> parts = pieces(operand->offset + (quoted(*operand) ? 1 : 0));
      if (parts.empty()) out_ += ' ';
      for (const std::string& part : parts) out_ += ' ' + part;
    }
    out_ += ')';
  }

  /// `(a or b) or c` is one operation of three to a router.
  static std::vector<const Expr*> flattened(const Expr& expr) {
    std::vector<const Expr*> out;
    for (const Expr* operand : expr.operands) {
      const bool same = is_flat(expr.op) && operand->kind == ExprKind::operation && operand->op == expr.op && operand->operands.size() > 1;
      if (!same) {
        out.push_back(operand);
        continue;
      }
      const auto inner = flattened(*operand);
      out.insert(out.end(), inner.begin(), inner.end());
    }
    return out;
  }

  static bool is_flat(Operator op) {
    switch (op) {
      case Operator::logical_or:
      case Operator::logical_and:
      case Operator::bit_or:
      case Operator::bit_xor:
      case Operator::bit_and:
      case Operator::add:
      case Operator::multiply: return true;
      default: return false;
    }
  }

  void array(const Expr& expr) {
    struct Item { std::string key; const Expr* value; };
    std::vector<Item> items;
    for (const ArrayElement& element : expr.elements) {
      Printer key(source_);
      if (element.key != nullptr) key.expr(*element.key);
      items.push_back({key.take(), element.value});
    }
    std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.key < b.key; });
    bool first = true;
    for (const Item& item : items) {
      if (!first) out_ += ';';
      first = false;
      if (!item.key.empty()) out_ += item.key + "=";
      this->expr(*item.value);
    }
  }

  void inner(const Block& block) {
    for (const std::string& statement : statements(block)) {
      out_ += ' ';
      out_ += statement;
    }
  }

  /// Each printed. A statement `[…]` takes all that stand before it into its own brackets, as a router prints it.
  std::vector<std::string> statements(const Block& block) const {
    std::vector<std::string> out;
    for (const Statement& statement : block.statements) {
      const bool takes = statement.kind == StatementKind::call && statement.arguments.empty() && statement.callee->kind == ExprKind::command;
      if (takes) {
        for (std::string& inner : statements(*statement.callee->block)) out.push_back(std::move(inner));
        std::string whole = out.size() == 1 ? out[0] : "(evl ";
        for (std::size_t i = 0; i < out.size() && out.size() > 1; ++i) whole += (i == 0 ? "" : ";") + out[i];
        if (out.size() > 1) whole += ')';
        out.assign(1, "(<%% " + whole + " )");
        continue;
      }
      Printer printer(source_);
      printer.statement(statement);
      out.push_back(printer.take());
    }
    return out;
  }

  void code(const Block& block) {
    out_ += "(evl";
    inner(block);
    out_ += ')';
  }

  void statement(const Statement& statement) {
    switch (statement.kind) {
      case StatementKind::menu:
        out_ += statement.message;
        if (statement.message.size() > 1) out_ += '/';
        break;
      case StatementKind::block: code(*statement.block); break;
      case StatementKind::call: call(statement); break;
      case StatementKind::command:
        out_ += "(evl ";
        command(*statement.command);
        out_ += ')';
        break;
      case StatementKind::late_error: late_error(statement); break;
    }
  }

  void call(const Statement& statement) {
    out_ += "(<%% ";
    expr(*statement.callee);
    if (statement.callee->kind != ExprKind::variable) {
      out_ += ' ';
      arguments(statement.arguments, "");
    } else {
      out_ += " (> ";
      expr(*statement.callee);
      out_ += ')';
      arguments(statement.arguments, ";");
    }
    out_ += ')';
  }

  void arguments(std::span<const Argument> arguments, std::string_view before_first) {
    for (const Argument* argument : by_name(arguments)) {
      out_ += before_first;
      before_first = ";";
      if (!argument->name.empty()) out_ += std::string(argument->name) + "=";
      if (argument->value == nullptr) continue;
      if (argument->value->bare) out_ += argument->value->text;  // functions get words as text
      else expr(*argument->value);
    }
  }

  /// Takes `!` off the word: `true;`, else `;`.
  static std::string negation(std::string_view& word) {
    const bool negated = word.starts_with('!');
    if (negated) word.remove_prefix(1);
    return negated ? "true;" : ";";
  }

  static std::vector<const Argument*> by_name(std::span<const Argument> arguments) {
    std::vector<const Argument*> sorted;
    for (const Argument& argument : arguments) sorted.push_back(&argument);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Argument* a, const Argument* b) { return a->name < b->name; });
    return sorted;
  }

  /// `poe` out of `bad command name poe (line 1 column 21)`.
  static std::string_view word_of(std::string_view message) {
    message = message.substr(0, message.rfind(" (line"));
    return message.substr(message.rfind(' ') + 1);
  }

  void late_error(const Statement& statement) {
    if (statement.command != nullptr) {
      out_ += "(evl ";
      out_ += statement.message;
      out_ += ' ';
      command(*statement.command);
    } else {
      out_ += "(<%% ";
      out_ += statement.message;
      out_ += ' ';
      out_ += word_of(statement.message);
      arguments(statement.arguments, ";");
    }
    out_ += ')';
  }

  /// A flag shows the value that was read before it, if the command has one.
  static const Expr* value_of(const Command& command, const Argument& wanted) {
    const Expr* value = nullptr;
    for (const Argument& argument : command.arguments) {
      if (argument.value != nullptr) value = argument.value;
      if (&argument == &wanted) return value;
    }
    return value;
  }

  void command(const Command& command) {
    out_ += command.menu;
    if (command.menu.size() > 1) out_ += '/';
    out_ += command.name;
    bool first = true;
    for (const Argument* argument : by_name(command.arguments)) {
      if (!first) out_ += ';';
      first = false;
      if (argument->unset) out_ += '!';
      out_ += argument->name;
      if (argument->unset) continue;
      out_ += '=';
      if (const Expr* value = value_of(command, *argument)) expr(*value);
      else out_ += "true";
    }
    if (command.where != nullptr) {
      if (!first) out_ += ';';
      out_ += "where=";
      expr(*command.where);
    }
  }

  const std::string_view source_;
  std::string out_;
};

}  // namespace

std::string structure(const Script& script) {
  Printer printer(script.source());
  printer.body(script.body());
  return printer.take();
}

std::string structure(const Expr& expr) {
  Printer printer;
  printer.expr(expr);
  return printer.take();
}

}  // namespace openstrat::ros
