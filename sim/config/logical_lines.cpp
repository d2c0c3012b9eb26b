#include "sim/config/logical_lines.hpp"

#include <algorithm>

namespace openstrat::sim {
namespace {

constexpr std::size_t kMaxOpen = 4096;  ///< deeper than anything that would parse

/// The line without its end; true when a backslash carries it on.
bool take_continuation(std::string_view& line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  std::size_t backslashes = 0;
  while (backslashes < line.size() && line[line.size() - 1 - backslashes] == '\\') ++backslashes;
  if (backslashes % 2 == 0) return false;
  line.remove_suffix(1);
  return true;
}

}  // namespace

void LogicalLines::take_in_string(std::string_view line, std::size_t& at) {
  const char c = line[at];
  if (c == '\\') ++at;
  else if (c == '"') open_.pop_back();
  else if (c == '$' && at + 1 < line.size() && (line[at + 1] == '[' || line[at + 1] == '(')) open_.push_back(line[++at]);
}

bool LogicalLines::goes_on(std::string_view line) {
  const bool continued = take_continuation(line);
  bool at_start = open_.empty() || open_.back() != '"';
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (!open_.empty() && open_.back() == '"') {
      take_in_string(line, at);
      continue;
    }
    const char c = line[at];
    if (at_start && c == '#') return !open_.empty();  // a comment cannot be continued
    if (c != ' ' && c != '\t') at_start = c == ';' || c == '{';
    if (c == '\\') ++at;
    else if (c == '"' || c == '{' || c == '[' || c == '(') open_.push_back(c);
    else if ((c == '}' || c == ']' || c == ')') && !open_.empty()) open_.pop_back();
  }
  if (open_.size() > kMaxOpen) open_.clear();
  return continued || !open_.empty();
}

bool LogicalLines::next(LogicalLine& line) {
  if (rest_.empty()) return false;
  line.first = number_;
  open_.clear();
  std::size_t end = 0;
  bool more = true;
  while (more && end < rest_.size()) {
    const std::size_t begin = end;
    end = std::min(rest_.find('\n', begin), rest_.size() - 1) + 1;
    ++number_;
    more = goes_on(rest_.substr(begin, end - begin));
  }
  line.text = rest_.substr(0, end);
  rest_.remove_prefix(end);
  return true;
}

}  // namespace openstrat::sim
