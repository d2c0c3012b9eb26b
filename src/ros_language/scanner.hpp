// Characters of a script: blanks, continuations, words. The grammar decides what a character means, so there is no
// separate stream of tokens: the parser asks for the kind of word that may stand where it is.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace openstrat::ros {

/// Sets of bytes, one bit each in a 256-entry table.
enum CharClass : std::uint8_t {
  kBlank = 1,         ///< space, tab, carriage return
  kCommandChar = 2,   ///< names of menus, commands and arguments
  kNameChar = 4,      ///< variable names after `$`
  kWordChar = 8,      ///< unquoted argument values
  kNumberChar = 16,   ///< typed words in expressions: `10`, `1.2.3.4/24`, `1d2h`, `0xFF`
  kPropertyChar = 32, ///< bare words in `where`
  kLowerOrDigit = 64,
};
extern const std::array<std::uint8_t, 256> kCharClasses;
inline bool is_class(char c, std::uint8_t classes) { return (kCharClasses[static_cast<unsigned char>(c)] & classes) != 0; }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::uint32_t offset() const { return at_; }
  void seek(std::uint32_t offset) { at_ = offset; }
  bool at_end() const { return at_ >= text_.size(); }
  /// '\0' at the end; a NUL byte in the text is no part of any construct either.
  char peek(std::uint32_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  char before() const { return at_ > 0 && at_ <= text_.size() ? text_[at_ - 1] : '\0'; }
  void skip(std::uint32_t count = 1) { at_ += count; }
  bool accept(char c);
  std::string_view slice(std::uint32_t from, std::uint32_t to) const { return text_.substr(from, to - from); }
  std::string_view rest() const { return text_.substr(at_); }

  /// Blanks and `\`-newline pairs; true if it moved.
  bool skip_blanks();
  /// Blanks, continuations and newlines; true if there was a newline.
  bool skip_space();
  /// Whether only blanks lie between here and a newline before.
  bool newline_before() const;
  struct Gap {
    bool comment = false;  ///< one that is indented stands before what follows: with nothing behind it, an empty statement to a router
    int empty = 0;         ///< such statements, and `;` with nothing but blanks, at least one, behind it
  };
  /// Between statements: blanks, newlines, `;` and comments.
  Gap skip_to_statement();
  /// At the start of a block: blanks and comments, up to the end of the first line without one.
  void skip_comments();
  /// The longest run of bytes of `classes`.
  std::string_view take(std::uint8_t classes);
  /// Length of a `\`-newline pair here (2, or 3 with CR), else 0.
  std::uint32_t continuation() const;

 private:
  std::uint32_t gap() const;
  void skip_comment_lines();
  void skip_line();
  std::string_view text_;
  std::uint32_t at_ = 0;
};

}  // namespace openstrat::ros
