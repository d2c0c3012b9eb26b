// Text → Script, with a router's verdict.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "ros_language/ast.hpp"
#include "ros_language/menu_lookup.hpp"
#include "ros_language/personality.hpp"

namespace openstrat::ros {

/// The first error of a text; nothing of it runs.
struct ParseError {
  std::string message;  ///< `expected end of command`
  LineColumn position;
  Offset offset = 0;
  std::string to_string() const;  ///< `expected end of command (line 1 column 7)`
};

struct ParseOptions {
  Personality personality;
  const MenuLookup* menus = nullptr;  ///< null: scripting commands only. Must outlive the script.
  DirId context = DirId::root;        ///< menu in force at the start
  /// Bytes of native stack that nested constructs may use before the text is refused.
  std::size_t stack_bytes = 96 << 10;
};

/// Reentrant; no state is kept between calls.
std::expected<std::shared_ptr<const Script>, ParseError> parse(std::string source, const ParseOptions& options);

}  // namespace openstrat::ros
