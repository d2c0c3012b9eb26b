// Tokens of an export, or of any RouterOS text, with their places in the bytes. Tolerant: every input has tokens.
// Used by the sources of export.hpp only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace openstrat::routeros {

struct Lexeme {
  enum class Kind : std::uint8_t {
    comment,  ///< `#` at the start of a statement, to the end of the line
    end,      ///< line end or `;` outside of round and square brackets
    string,   ///< with its quotes
    open,     ///< one of ( [ {
    close,    ///< one of ) ] }
    attr,     ///< a name directly before `=`; the `=` is not part of it
    bare,     ///< anything else: words, unquoted values
  };
  Kind kind;
  std::size_t begin, end;  ///< bytes of the source, continued lines included
  std::size_t line;        ///< 1-based, of its first byte

  std::string_view in(std::string_view source) const { return source.substr(begin, end - begin); }
};

class ExportLexer {
 public:
  explicit ExportLexer(std::string_view source);
  /// False at the end of the text.
  bool next(Lexeme& out);
  std::size_t depth() const { return nesting_.size(); }

 private:
  void skip_blanks();
  void advance_to(std::size_t at);
  void read_word(Lexeme& out);
  std::size_t string_end() const;

  std::string_view source_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  bool statement_start_ = true;
  bool after_attr_ = false;
  std::string nesting_;  ///< open brackets, bounded
};

/// One statement: the tokens between two `end`s, a comment being a statement of its own. `;` inside of brackets does not end it.
struct Statement {
  std::vector<Lexeme> lexemes;
  bool continued = false;  ///< the statement before had more tokens than the limit: this is its rest
};
class StatementReader {
 public:
  explicit StatementReader(std::string_view source, std::size_t max_lexemes = 20'000) : lexer_(source), max_lexemes_(max_lexemes) {}
  bool next(Statement& out);  ///< false at the end of the text

 private:
  ExportLexer lexer_;
  std::size_t max_lexemes_;
  bool cut_ = false;
};

/// Length of a `\` + line end + white space at `at`; 0 when there is none.
std::size_t continuation_length(std::string_view source, std::size_t at);

/// Length of the character or escape at `at` inside of a string: 1, 2 or (`\\XX`) 3.
std::size_t escape_length(std::string_view source, std::size_t at);

/// Value of a string (with quotes) or bare word: escapes and continued lines resolved. With `origin`, the place in
/// `source` of each byte of the value, and one more for its end.
std::string unescape_value(std::string_view source, const Lexeme& lexeme, std::vector<std::size_t>* origin = nullptr);

/// What the words at the start of a statement say.
struct CommandHead {
  std::string menu;                ///< where the command runs
  std::string command;             ///< empty: the statement only changes the menu
  std::size_t path_lexemes = 0;    ///< leading tokens that name the menu
  std::size_t head_lexemes = 0;    ///< with the command
};
/// `current` is the menu in force; the caller stores `menu` there when the command is empty.
CommandHead read_head(std::string_view source, const std::vector<Lexeme>& lexemes, std::string_view current);

}  // namespace openstrat::routeros
