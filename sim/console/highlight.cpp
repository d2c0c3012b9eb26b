#include "sim/console/highlight.hpp"

#include <algorithm>

#include "ros_language/diagnose.hpp"

namespace openstrat::sim {
namespace {

constexpr std::size_t kLongest = 4096;  ///< of a text that is read again with every key
constexpr std::size_t kMostErrors = 20;

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'; }

class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {}

  void block(const Block& block) {
    for (const Statement& statement : block.statements) {
      const bool names_menu = statement.kind == StatementKind::menu && statement.offset < text_.size();
      if (names_menu) path(statement.offset, "");
      if (statement.command != nullptr) {
        path(statement.offset, statement.command->name);
        arguments(statement.command->arguments);
        expression(statement.command->where);
      }
      expression(statement.callee);
      arguments(statement.arguments);
      if (statement.block != nullptr) this->block(*statement.block);
    }
  }
  void wrong(const Range& range) { add(range.offset, range.offset + range.length, Tint::Colour::wrong); }

  std::vector<Tint> taken() {
    std::ranges::stable_sort(found_, {}, &Tint::from);
    std::vector<Tint> out;
    for (const Tint& tint : found_) {
      if (out.empty() || tint.from >= out.back().to) out.push_back(tint);
    }
    return out;
  }

 private:
  void add(std::size_t from, std::size_t to, Tint::Colour colour) {
    to = std::min(to, text_.size());
    if (from < to) found_.push_back({from, to, colour});
  }

  /// Menus up to the word that is the command, or the end of the path.
  void path(std::size_t at, std::string_view command) {
    while (at < text_.size()) {
      while (at < text_.size() && (text_[at] == '/' || text_[at] == ':' || text_[at] == ' ')) ++at;
      const std::size_t start = at;
      while (at < text_.size() && is_word(text_[at])) ++at;
      if (at == start) return;
      const std::string_view word = text_.substr(start, at - start);
      const bool last = !command.empty() && command.starts_with(word) && (at >= text_.size() || text_[at] != '/');
      add(start, at, last ? Tint::Colour::command : Tint::Colour::menu);
      if (last) return;
    }
  }

  void arguments(std::span<const Argument> arguments) {
    for (const Argument& argument : arguments) {
      std::size_t end = argument.offset;
      while (end < text_.size() && is_word(text_[end])) ++end;
      const bool named = !argument.name.empty() && argument.name.starts_with(text_.substr(argument.offset, end - argument.offset));
      if (named && (argument.value == nullptr || (end < text_.size() && text_[end] == '='))) add(argument.offset, end, Tint::Colour::argument);
      expression(argument.value);
    }
  }

  void expression(const Expr* expr) {
    if (expr == nullptr) return;
    for (const Expr* operand : expr->operands) expression(operand);
    for (const ArrayElement& element : expr->elements) {
      expression(element.key);
      expression(element.value);
    }
    if (expr->block != nullptr) block(*expr->block);
  }

  std::string_view text_;
  std::vector<Tint> found_;
};

}  // namespace

std::vector<Tint> tints(const std::string& text, const Personality& personality, const MenuLookup& menus, DirId context) {
  if (text.empty() || text.size() > kLongest) return {};
  const ParseOptions options{.personality = personality, .menus = &menus, .context = context};
  const Diagnosis found = ros::diagnose(text, options, kMostErrors);
  Walker walker(text);
  for (const UnknownWord& unknown : found.notes.unknown) {
    if (!unknown.ambiguous) walker.wrong(unknown.range);
  }
  walker.block(found.script->body());
  return walker.taken();
}

}  // namespace openstrat::sim
