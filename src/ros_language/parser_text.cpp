// Strings with escapes and interpolation, and blocks that are kept as text.
#include "ros_language/escapes.hpp"
#include "ros_language/parser_impl.hpp"

namespace openstrat::ros {
const Expr* Parser::literal(Value value, std::string_view text, Offset offset, bool bare, ValueForm form) {
  Expr out = node(ExprKind::literal, offset);
  out.text = text;
  out.bare = bare;
  out.form = form;
  out.value = build_.constant(std::move(value));
  return build_.make(out);
}

/// At a backslash inside a string; appends what it stands for. False if nothing legal follows.
bool Parser::escape(std::string& out) {
  const Escape escape = escape_at(scan_.rest());
  if (escape.length == 0) return false;
  if (escape.byte >= 0) out += static_cast<char>(escape.byte);
  scan_.skip(escape.length);
  return true;
}

const Expr* Parser::string(DirId context) {
  check_depth();
  const Within<DirId> here(context_, context);
  const Offset start = scan_.offset();
  scan_.skip();
  std::string text;
  List<const Expr*> parts(expr_pool_);
  Offset part_start = start;
  const auto flush = [&] {
    if (text.empty()) return;
    const std::string_view kept = build_.text(text);
    parts.push(literal(Value::str(std::move(text)), kept, part_start));
    text.clear();
  };
  while (true) {
    const std::string_view rest = scan_.rest();
    const auto plain = rest.find_first_of("\"\\$");
    if (plain == std::string_view::npos) {
      scan_.skip(static_cast<std::uint32_t>(rest.size()));
      fail_here("expected closing brace");
    }
    text.append(rest.substr(0, plain));
    scan_.skip(static_cast<std::uint32_t>(plain));
    const char c = scan_.peek();
    if (c == '"') break;
    if (c == '\\') {
      if (!escape(text)) fail("expected input value", scan_.offset() + 1);
      continue;
    }
    flush();
    parts.push(interpolation());
    part_start = scan_.offset();
  }
  scan_.skip();
  if (parts.size() == 0) {
    const std::string_view kept = build_.text(text);
    return literal(Value::str(std::move(text)), kept, start);
  }
  flush();
  return operation(Operator::concat, parts.items(), start);
}

/// At the `$` of `$name`, `$"any name"`, `$(…)`, `$[…]` inside a string.
const Expr* Parser::interpolation() {
  const Within<bool> where(where_, false);
  return variable();
}

std::string_view Parser::raw_block() {
  const Offset open = scan_.offset();
  int depth = 0;
  bool statement_start = true;
  bool quoted = false;
  for (; !scan_.at_end(); scan_.skip()) {
    const char c = scan_.peek();
    if (c == '\\') {
      scan_.skip();
      statement_start = false;
      continue;
    }
    if (quoted) {
      quoted = c != '"';
      continue;
    }
    if (c == '#' && statement_start) {
      while (!scan_.at_end() && scan_.peek(1) != '\n') scan_.skip();
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{') ++depth;
    if (c == '}' && --depth == 0) {
      scan_.skip();
      return scan_.slice(open + 1, scan_.offset() - 1);
    }
    if (c != ' ' && c != '\t' && c != '\r') statement_start = c == '\n' || c == ';' || c == '{' || c == '}';
  }
  fail_here("missing closing brace");
}

}  // namespace openstrat::ros
