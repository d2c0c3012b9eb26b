// /import: an export, or any script, run against a configuration.
#pragma once

#include <optional>
#include <string>

#include "sim/config/config.hpp"
#include "sim/config/facts.hpp"
#include "sim/lang/interpreter.hpp"

namespace openstrat::sim {

struct ImportResult {
  /// `syntax error (line 1 column 7)`, or what failed at run time with its line; nullopt: all of it ran.
  std::optional<std::string> error;
  std::uint32_t line = 0;   ///< of the error
  std::string output;       ///< what the text printed
};

/// Takes the text through the same parser, interpreter and commands as any script of the router. With a permissive
/// view (Config::view), menus and properties that the schema does not know are kept as they stand.
/// Statement by statement would be wrong: nothing of a text that does not parse is run.
ImportResult import_text(Config& config, std::string text, Facts& facts);

/// The same, but goes on after a statement that fails; for loading somebody's export into a model that lacks a port.
/// Each failed line is reported.
std::vector<std::string> import_leniently(Config& config, const std::string& text, Facts& facts);

}  // namespace openstrat::sim
