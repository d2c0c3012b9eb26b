// Texts made out of an export: normalised, redacted, highlighted.
#include <algorithm>

#include "base/text.hpp"
#include "routeros/export.hpp"
#include "routeros/export_lexer.hpp"
#include "routeros/export_secrets.hpp"
#include "routeros/html.hpp"

namespace openstrat::routeros {
namespace {

using Kind = Lexeme::Kind;

constexpr std::string_view kHidden = "****";

/// Keeps the menu in force over the statements of a file.
class MenuTracker {
 public:
  CommandHead head(std::string_view source, const Statement& statement) {
    if (statement.continued) return {.menu = menu_, .command = {}, .path_lexemes = 0, .head_lexemes = 0};
    CommandHead head = read_head(source, statement.lexemes, menu_);
    if (head.command.empty() && head.path_lexemes > 0) menu_ = head.menu;
    return head;
  }

 private:
  std::string menu_;
};

/// Copies [begin, end) of `source`, ranges replaced, continued lines joined.
void append_joined(std::string& out, std::string_view source, const Lexeme& lexeme, const std::vector<ByteRange>& hidden) {
  auto range = std::ranges::lower_bound(hidden, lexeme.begin, {}, &ByteRange::first);
  for (std::size_t at = lexeme.begin; at < lexeme.end;) {
    if (range != hidden.end() && at == range->first) {
      out += kHidden;
      at = range->second;
      ++range;
    } else if (const std::size_t length = continuation_length(source, at); length && lexeme.kind != Kind::comment) {
      at += length;
    } else if (lexeme.kind == Kind::string && source[at] == '\\' && at + 1 < lexeme.end) {
      // `\_` is how a blank is written at the start of a wrapped line
      if (source[at + 1] == '_') out += ' ';
      else out += source.substr(at, 2);
      at += 2;
    } else {
      out += source[at++];
    }
  }
}

void append_logical_line(std::string& out, std::string_view source, const Statement& statement, const std::vector<ByteRange>& hidden) {
  const Lexeme* before = nullptr;
  for (const Lexeme& lexeme : statement.lexemes) {
    if (before && before->kind != Kind::attr && before->end != lexeme.begin) out += ' ';
    if (before && before->kind == Kind::attr) {
      out += '=';
      const std::size_t from = before->end + 1;
      if (lexeme.begin != from && continuation_length(source, from) != lexeme.begin - from) out += ' ';
    }
    if (lexeme.kind == Kind::end) out += source[lexeme.begin] == ';' ? ';' : '\n';
    else append_joined(out, source, lexeme, hidden);
    before = &lexeme;
  }
  if (before && before->kind == Kind::attr) out += '=';
  while (out.ends_with(' ')) out.pop_back();
  out += '\n';
}

/// How far the comment header reaches: its lines, and blank lines among them.
std::size_t header_length(std::string_view text) {
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text::trim(text.substr(at, end - at));
    if (!line.empty() && !line.starts_with('#')) break;
    at = std::min(end + 1, text.size());
  }
  return at;
}

std::string_view class_of(std::string_view source, const Lexeme& lexeme) {
  switch (lexeme.kind) {
    case Kind::comment: return "c";
    case Kind::string: return "s";
    case Kind::attr: return "a";
    case Kind::bare: {
      const char first = source[lexeme.begin];
      return first >= '0' && first <= '9' ? "n" : "v";
    }
    case Kind::end: case Kind::open: case Kind::close: return {};
  }
  return {};
}

class Highlighter {
 public:
  explicit Highlighter(std::string_view source) : source_(source) { out_ = "<pre class=\"rsc\">"; }

  std::string run() {
    StatementReader reader(source_);
    Statement statement;
    while (reader.next(statement)) show(statement);
    gap(source_.size());
    return std::move(out_) + "</pre>";
  }

 private:
  void show(const Statement& statement) {
    const CommandHead head = menus_.head(source_, statement);
    const auto& lexemes = statement.lexemes;
    for (std::size_t i = 0; i < lexemes.size(); ++i) {
      const std::size_t first = i;
      i = find_expression(lexemes, i);
      const std::string_view css_class = first < head.path_lexemes   ? "p"
                                         : first < head.head_lexemes ? "k"
                                         : i > first                 ? "i"
                                                                     : class_of(source_, lexemes[i]);
      span(css_class, lexemes[first].begin, lexemes[i].end);
    }
  }

  /// Index of the bracket that closes the `[ find` at `i`; `i` when there is none.
  std::size_t find_expression(const std::vector<Lexeme>& lexemes, std::size_t i) const {
    if (lexemes[i].in(source_) != "[" || i + 1 == lexemes.size() || lexemes[i + 1].in(source_) != "find") return i;
    constexpr std::size_t kLongest = 200;  // a search for a bracket that never comes must not cost
    std::size_t depth = 0;
    for (std::size_t j = i; j < std::min(lexemes.size(), i + kLongest); ++j) {
      if (lexemes[j].kind == Kind::open) ++depth;
      if (lexemes[j].kind == Kind::close && --depth == 0) return j;
    }
    return i;
  }

  void span(std::string_view css_class, std::size_t begin, std::size_t end) {
    gap(begin);
    if (css_class.empty()) return gap(end);
    out_ += "<span class=\"";
    out_ += css_class;
    out_ += "\">";
    gap(end);
    out_ += "</span>";
  }

  /// Everything up to `end`, escaped.
  void gap(std::size_t end) {
    if (end <= shown_) return;
    append_html(out_, source_.substr(shown_, end - shown_));
    shown_ = end;
  }

  std::string_view source_;
  std::string out_;
  MenuTracker menus_;
  std::size_t shown_ = 0;
};

}  // namespace

std::string normalise_export(std::string_view text, const Brand& brand) {
  text.remove_prefix(header_length(text));
  std::string out;
  out.reserve(text.size());
  MenuTracker menus;
  StatementReader reader(text);
  Statement statement;
  while (reader.next(statement)) {
    const CommandHead head = menus.head(text, statement);
    std::vector<ByteRange> hidden;
    if (is_ours(text, statement.lexemes, brand)) hidden = find_secrets(text, statement.lexemes, head.menu, brand);
    append_logical_line(out, text, statement, hidden);
  }
  return out;
}

std::string redact_export(std::string_view text, const Brand& brand) {
  std::string out;
  out.reserve(text.size());
  MenuTracker menus;
  StatementReader reader(text);
  Statement statement;
  std::size_t copied = 0;
  while (reader.next(statement)) {
    const CommandHead head = menus.head(text, statement);
    for (const auto& [begin, end] : find_secrets(text, statement.lexemes, head.menu, brand)) {
      out += text.substr(copied, begin - copied);
      out += kHidden;
      copied = end;
    }
  }
  out += text.substr(copied);
  return out;
}

std::string highlight_export(std::string_view text) {
  const std::string clean = text::to_clean_utf8(text, true);
  if (clean.size() <= kMaxHighlightBytes) return Highlighter(clean).run();
  std::string out = "<pre class=\"rsc\">";
  append_html(out, clean);
  return out + "</pre>";
}

}  // namespace openstrat::routeros
