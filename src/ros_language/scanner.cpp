#include "ros_language/scanner.hpp"

#include <algorithm>
#include <array>

namespace openstrat::ros {
namespace {

using Table = std::array<std::uint8_t, 256>;

constexpr void mark(Table& table, std::string_view bytes, int classes) {
  for (const char c : bytes) {
    std::uint8_t& entry = table[static_cast<unsigned char>(c)];
    entry = static_cast<std::uint8_t>(entry | classes);
  }
}

constexpr Table make_table() {
  Table t{};
  constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
  constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kDigits = "0123456789";
  mark(t, " \t\r", kBlank);
  mark(t, kLower, kCommandChar | kNameChar | kWordChar | kNumberChar | kPropertyChar | kLowerOrDigit);
  mark(t, kDigits, kCommandChar | kNameChar | kWordChar | kNumberChar | kPropertyChar | kLowerOrDigit);
  mark(t, kUpper, kNameChar | kWordChar | kNumberChar | kPropertyChar);
  mark(t, "-.", kCommandChar);
  mark(t, ".:", kNumberChar);
  mark(t, "-.:/*@%_#+", kPropertyChar);
  // Everything printable but what delimits: quoting is needed for blanks, quotes, brackets, `;`, `$`, `=` and `\`.
  mark(t, "-.:/,~!_@<>*%#+^&|?", kWordChar);
  for (std::size_t c = 0x80; c < t.size(); ++c) t[c] = kWordChar | kPropertyChar;
  return t;
}

}  // namespace

constinit const std::array<std::uint8_t, 256> kCharClasses = make_table();

bool Scanner::accept(char c) {
  if (peek() != c || at_end()) return false;
  ++at_;
  return true;
}

std::uint32_t Scanner::continuation() const {
  if (peek() != '\\') return 0;
  if (peek(1) == '\n') return 2;
  return peek(1) == '\r' && peek(2) == '\n' ? 3 : 0;
}

/// Behind a newline that ends no statement: lines that begin with `#`. Behind blanks it is a value: exports wrap `#tag` so.
void Scanner::skip_comment_lines() {
  while (peek() == '#') {
    skip_line();
    accept('\n');
  }
}

/// `\` before blanks joins lines as well when a line ends behind them, and else is a blank itself.
std::uint32_t Scanner::gap() const {
  if (peek() != '\\' || !is_class(peek(1), kBlank)) return continuation();
  std::uint32_t length = 1;
  while (is_class(peek(length), kBlank)) ++length;
  return length + (peek(length) == '\n' ? 1 : 0);
}

bool Scanner::skip_blanks() {
  const std::uint32_t start = at_;
  while (true) {
    while (is_class(peek(), kBlank)) ++at_;
    const std::uint32_t pair = gap();
    if (pair == 0) return at_ != start;
    at_ += pair;
    if (before() == '\n') skip_comment_lines();
  }
}

bool Scanner::skip_space() {
  bool newline = false;
  skip_blanks();
  while (accept('\n')) {
    newline = true;
    skip_comment_lines();
    skip_blanks();
  }
  return newline;
}

bool Scanner::newline_before() const {
  std::uint32_t at = at_;
  while (at > 0 && is_class(text_[at - 1], kBlank)) --at;
  return at > 0 && text_[at - 1] == '\n';
}

Scanner::Gap Scanner::skip_to_statement() {
  Gap gap;
  bool semicolon = false;
  while (true) {
    const bool blank = skip_blanks();
    if (semicolon && blank && (at_end() || peek() == '\n' || peek() == '}')) ++gap.empty;
    semicolon = false;
    if (peek() == '#') {
      // At the start of a line it is part of what separates statements, behind blanks part of the statement that follows.
      gap.comment = gap.comment || blank;
      skip_line();
      accept('\n');
      continue;
    }
    if (peek() != ';' && peek() != '\n') return gap;
    if (gap.comment) ++gap.empty;
    gap.comment = false;
    semicolon = peek() == ';';
    skip();
  }
}

void Scanner::skip_comments() {
  skip_blanks();
  while (peek() == '#') {
    skip_line();
    accept('\n');
    skip_blanks();
  }
}

void Scanner::skip_line() { at_ = static_cast<std::uint32_t>(std::min(text_.find('\n', at_), text_.size())); }

std::string_view Scanner::take(std::uint8_t classes) {
  const std::uint32_t start = at_;
  while (at_ < text_.size() && is_class(text_[at_], classes)) ++at_;
  return text_.substr(start, at_ - start);
}

}  // namespace openstrat::ros
