#include "sim/console/open_text.hpp"

#include <string>

namespace openstrat::sim {
namespace {

char closer_of(char opener) { return opener == '{' ? '}' : opener == '[' ? ']' : ')'; }

/// Up to the end of a line that starts with `#`; a comment cannot be continued.
std::size_t end_of_comment(std::string_view text, std::size_t at) {
  const auto newline = text.find('\n', at);
  return newline == std::string_view::npos ? text.size() : newline;
}

}  // namespace

char open_at_end(std::string_view text) {
  std::string open;          // innermost last; `"` for a string
  bool fresh = true;         // a statement may start here
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      ++i;
      if (i < text.size() && text[i] == '\r') ++i;
      if (i + 1 >= text.size() && (i >= text.size() || text[i] == '\n')) return open.empty() ? '\\' : open.back();
      fresh = false;
      continue;
    }
    const bool quoted = !open.empty() && open.back() == '"';
    if (quoted) {
      if (c == '"') open.pop_back();
      else if (c == '$' && i + 1 < text.size() && (text[i + 1] == '[' || text[i + 1] == '(')) open += text[++i];
      continue;
    }
    if (fresh && c == '#') {
      i = end_of_comment(text, i);
      continue;
    }
    if (c == '"' || c == '{' || c == '(' || c == '[') open += c;
    else if (c == '}' || c == ')' || c == ']') {
      if (open.empty() || closer_of(open.back()) != c) return '\0';  // wrong already: the parser says so
      open.pop_back();
    }
    if (c != ' ' && c != '\t' && c != '\r') fresh = c == '\n' || c == ';' || c == '{' || c == '[';
  }
  return open.empty() ? '\0' : open.back();
}

}  // namespace openstrat::sim
