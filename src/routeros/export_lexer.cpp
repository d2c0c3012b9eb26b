#include "routeros/export_lexer.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace openstrat::routeros {
namespace {

using Kind = Lexeme::Kind;

constexpr std::size_t kMaxNesting = 256;

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '!';
}

bool is_verb(std::string_view word) {
  static constexpr std::array<std::string_view, 14> kVerbs = {"add", "set", "remove", "unset", "enable", "disable", "move",
                                                             "comment", "print", "find", "get", "edit", "export", "reset-counters"};
  return std::ranges::find(kVerbs, word) != kVerbs.end();
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }
std::string_view without_last_part(std::string_view path) { return path.substr(0, path.size() - last_part(path).size()); }

/// Appends the words of `text` (split at `/`) to `menu`; `..` goes up.
void descend(std::string& menu, std::string_view text) {
  while (!text.empty()) {
    const std::size_t slash = text.find('/');
    const std::string_view part = text.substr(0, slash);
    text.remove_prefix(slash == text.npos ? text.size() : slash + 1);
    if (part == "..") {
      menu.resize(std::min(menu.size(), menu.rfind('/') == menu.npos ? 0 : menu.rfind('/')));
    } else if (!part.empty()) {
      menu += '/';
      menu += part;
    }
  }
}

}  // namespace

std::size_t continuation_length(std::string_view source, std::size_t at) {
  if (at >= source.size() || source[at] != '\\') return 0;
  std::size_t end = at + 1;
  if (end < source.size() && source[end] == '\r') ++end;
  if (end >= source.size() || source[end] != '\n') return 0;
  ++end;
  while (end < source.size() && (source[end] == ' ' || source[end] == '\t')) ++end;
  return end - at;
}

std::size_t escape_length(std::string_view source, std::size_t at) {
  if (source[at] != '\\' || at + 1 >= source.size()) return 1;
  const bool hex = at + 2 < source.size() && hex_digit(source[at + 1]) >= 0 && hex_digit(source[at + 2]) >= 0;
  return hex ? 3 : 2;
}

ExportLexer::ExportLexer(std::string_view source) : source_(source) {
  if (source_.starts_with("\xEF\xBB\xBF")) at_ = 3;
}

void ExportLexer::advance_to(std::size_t at) {
  line_ += static_cast<std::size_t>(std::count(source_.begin() + static_cast<std::ptrdiff_t>(at_),
                                               source_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  at_ = at;
}

void ExportLexer::skip_blanks() {
  while (at_ < source_.size()) {
    const char c = source_[at_];
    const bool in_brackets = !nesting_.empty() && nesting_.back() != '{';
    if (const std::size_t length = continuation_length(source_, at_)) {
      advance_to(at_ + length);
    } else if (c == ' ' || c == '\t' || c == '\r' || c == '\0' || (in_brackets && c == '\n')) {
      advance_to(at_ + 1);
      after_attr_ = false;
    } else {
      return;
    }
  }
}

std::size_t ExportLexer::string_end() const {
  std::size_t end = at_ + 1;
  while (end < source_.size() && source_[end] != '"') end += source_[end] == '\\' ? 2 : 1;
  return std::min(end + 1, source_.size());
}

void ExportLexer::read_word(Lexeme& out) {
  std::size_t end = at_;
  bool name_so_far = !after_attr_;
  for (; end < source_.size(); ++end) {
    const char c = source_[end];
    if (c == '=' && name_so_far && end > at_) {
      out.kind = Kind::attr;
      out.end = end;
      advance_to(end + 1);
      after_attr_ = true;
      return;
    }
    if (std::string_view(" \t\r\n;\"()[]{}").contains(c) || continuation_length(source_, end)) break;
    name_so_far = name_so_far && is_name_char(c);
  }
  out.kind = Kind::bare;
  out.end = std::max(end, at_ + 1);
  advance_to(out.end);
  after_attr_ = false;
}

bool ExportLexer::next(Lexeme& out) {
  skip_blanks();
  if (at_ >= source_.size()) return false;
  const char c = source_[at_];
  out.begin = at_;
  out.line = line_;
  const bool starts = statement_start_;
  statement_start_ = false;
  if (c == '\n' || c == ';') {
    out.kind = Kind::end;
    statement_start_ = true;
    out.end = at_ + 1;
  } else if (c == '#' && starts) {
    out.kind = Kind::comment;
    out.end = std::min(source_.find('\n', at_), source_.size());
    if (source_[out.end - 1] == '\r') --out.end;
  } else if (c == '"') {
    out.kind = Kind::string;
    out.end = string_end();
  } else if (c == '(' || c == '[' || c == '{') {
    out.kind = Kind::open;
    out.end = at_ + 1;
    if (nesting_.size() < kMaxNesting) nesting_ += c;
    statement_start_ = c == '{';
  } else if (c == ')' || c == ']' || c == '}') {
    out.kind = Kind::close;
    out.end = at_ + 1;
    if (!nesting_.empty()) nesting_.pop_back();
  } else {
    read_word(out);
    return true;
  }
  after_attr_ = false;
  advance_to(out.end);
  return true;
}

bool StatementReader::next(Statement& out) {
  out.lexemes.clear();
  out.continued = std::exchange(cut_, false);
  Lexeme lexeme{};
  while (lexer_.next(lexeme)) {
    if (lexer_.depth() == 0 && lexeme.kind == Kind::end) {
      if (!out.lexemes.empty()) return true;
      out.continued = false;
      continue;
    }
    out.lexemes.push_back(lexeme);
    if (lexer_.depth() == 0 && lexeme.kind == Kind::comment) return true;
    if (out.lexemes.size() >= max_lexemes_ && lexeme.kind != Kind::attr) {
      cut_ = true;
      return true;
    }
  }
  return !out.lexemes.empty();
}

std::string unescape_value(std::string_view source, const Lexeme& lexeme, std::vector<std::size_t>* origin) {
  std::size_t at = lexeme.begin, end = lexeme.end;
  if (lexeme.kind == Kind::string) {
    ++at;
    if (end > at && source[end - 1] == '"') --end;
  }
  std::string out;
  out.reserve(end - at);
  const auto put = [&](char c, std::size_t from) {
    out += c;
    if (origin) origin->push_back(from);
  };
  while (at < end) {
    const std::size_t from = at;
    if (source[at] != '\\' || lexeme.kind != Kind::string || at + 1 >= end) {
      put(source[at++], from);
      continue;
    }
    if (const std::size_t length = continuation_length(source, at)) {
      at = std::min(at + length, end);
      continue;
    }
    const char c = source[at + 1];
    const std::size_t length = escape_length(source.substr(0, end), at);
    at += length;
    switch (c) {
      case 'n': put('\n', from); break;
      case 'r': put('\r', from); break;
      case 't': put('\t', from); break;
      case 'a': put('\a', from); break;
      case 'b': put('\b', from); break;
      case 'f': put('\f', from); break;
      case 'v': put('\v', from); break;
      case '_': put(' ', from); break;
      default:
        put(length == 3 ? static_cast<char>(hex_digit(c) * 16 + hex_digit(source[from + 2])) : c, from);
    }
  }
  if (origin) origin->push_back(end);
  return out;
}

CommandHead read_head(std::string_view source, const std::vector<Lexeme>& lexemes, std::string_view current) {
  CommandHead head;
  std::size_t words = 0;
  while (words < lexemes.size() && lexemes[words].kind == Kind::bare) ++words;
  const auto word = [&](std::size_t i) { return lexemes[i].in(source); };
  head.menu = words > 0 && word(0).starts_with('/') ? std::string() : std::string(current);
  if (words == 0) return head;
  if (!word(0).starts_with('/') && !word(0).starts_with("..")) {
    head.command = word(0);
    head.head_lexemes = 1;
    return head;
  }
  std::size_t path = 0;
  while (path < words && !is_verb(last_part(word(path)))) ++path;
  const bool has_verb = path < words;
  const bool verb_alone = has_verb && is_verb(word(path));
  // `/tool fetch url=…`: without a known verb the last word before the arguments is the command.
  const bool has_arguments = words < lexemes.size();
  if (!has_verb && has_arguments && path > 0) --path;
  for (std::size_t i = 0; i < path; ++i) descend(head.menu, word(i));
  head.path_lexemes = path;
  head.head_lexemes = path;
  if (path == words) return head;
  head.head_lexemes = path + 1;
  if (!verb_alone) descend(head.menu, without_last_part(word(path)));  // `/ip/dns/set`
  head.command = last_part(word(path));
  return head;
}

}  // namespace openstrat::routeros
