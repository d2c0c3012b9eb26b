// RouterOS source as tokens: enough structure to remove layout without changing meaning. For our own templates, whose
// strings never hold `$[…]`, `$(…)` or line breaks (continuations apart).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace openstrat::routeros {

struct Token {
  enum class Kind { word, string, open, close, separator, newline, comment };
  Kind kind;
  std::string_view text;  ///< as in the source; a string includes its quotes
  bool space_before;      ///< white space or a continued line stood before it
};

std::vector<Token> tokenize(std::string_view source);

/// The same program without comments, indentation and empty lines, statements joined by `;`. No line end at the end.
std::string minify(std::string_view source);

}  // namespace openstrat::routeros
