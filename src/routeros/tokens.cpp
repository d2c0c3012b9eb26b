#include "routeros/tokens.hpp"

namespace openstrat::routeros {
namespace {

using Kind = Token::Kind;

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view source) : source_(source) {}

  std::vector<Token> run() {
    while (skip_space()) read();
    return std::move(tokens_);
  }

 private:
  /// Blanks and continued lines; false at the end of the text.
  bool skip_space() {
    space_ = false;
    while (at_ < source_.size()) {
      const char c = source_[at_];
      if (c == ' ' || c == '\t' || c == '\r') {
        ++at_;
      } else if (c == '\\' && at_ + 1 < source_.size() && source_[at_ + 1] == '\n') {
        at_ += 2;
      } else {
        return true;
      }
      space_ = true;
    }
    return false;
  }

  bool statement_starts() const {
    if (tokens_.empty()) return true;
    const Token& last = tokens_.back();
    return last.kind == Kind::separator || last.kind == Kind::newline || last.kind == Kind::comment || last.text == "{";
  }

  void read() {
    const char c = source_[at_];
    switch (c) {
      case '\n': return add(Kind::newline, 1);
      case ';': return add(Kind::separator, 1);
      case '{': case '(': case '[': return add(Kind::open, 1);
      case '}': case ')': case ']': return add(Kind::close, 1);
      case '"': return add(Kind::string, string_length());
      default: break;
    }
    if (c == '#' && statement_starts()) {
      const std::size_t end = source_.find('\n', at_);
      return add(Kind::comment, (end == source_.npos ? source_.size() : end) - at_);
    }
    const std::size_t end = source_.find_first_of(" \t\r\n;{}()[]\"", at_ + 1);
    add(Kind::word, (end == source_.npos ? source_.size() : end) - at_);
  }

  std::size_t string_length() const {
    std::size_t end = at_ + 1;
    while (end < source_.size() && source_[end] != '"') end += source_[end] == '\\' ? 2 : 1;
    return std::min(end + 1, source_.size()) - at_;
  }

  void add(Kind kind, std::size_t length) {
    tokens_.push_back({kind, source_.substr(at_, length), space_});
    at_ += length;
  }

  std::string_view source_;
  std::size_t at_ = 0;
  bool space_ = false;
  std::vector<Token> tokens_;
};

/// The inside of a string may be laid out over continued lines: `\` + newline + white space mean nothing.
void append_without_continuations(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
    } else if (text[i + 1] == '\n') {
      i = std::min(text.find_first_not_of(" \t", i + 2), text.size()) - 1;
    } else {
      out += text[i];
      out += text[++i];
    }
  }
}

}  // namespace

std::vector<Token> tokenize(std::string_view source) { return Tokenizer(source).run(); }

std::string minify(std::string_view source) {
  std::string out;
  std::string open_brackets;
  bool separator_due = false;
  bool space_due = false;
  for (const Token& token : tokenize(source)) {
    const bool in_expression = !open_brackets.empty() && open_brackets.back() != '{';
    switch (token.kind) {
      case Kind::comment: continue;
      case Kind::newline:
        (in_expression ? space_due : separator_due) = true;
        continue;
      case Kind::separator:
        separator_due = true;
        continue;
      default: break;
    }
    const bool after_open = out.empty() || out.back() == '{' || out.back() == '(' || out.back() == '[';
    if (separator_due) {
      if (!after_open && token.kind != Kind::close) out += ';';
    } else if ((token.space_before || space_due) && !after_open && token.text != "}") {
      out += ' ';
    }
    separator_due = space_due = false;
    if (token.kind == Kind::open) open_brackets += token.text;
    if (token.kind == Kind::close && !open_brackets.empty()) open_brackets.pop_back();
    if (token.kind == Kind::string) append_without_continuations(out, token.text);
    else out += token.text;
  }
  return out;
}

}  // namespace openstrat::routeros
