// How an export writes values and breaks lines: measured on real exports of both majors.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace openstrat::sim {

/// Whether an export writes the value in quotes: it is empty or has a byte outside letters, digits and `-.:/,~!_@<>*%#`.
bool needs_quotes(std::string_view value);
/// As it stands after `name=`, with quotes and escapes.
std::string exported_value(std::string_view value);

struct ExportToken {
  std::string_view name;
  std::string value;        ///< plain
  bool bare = false;        ///< a flag, or `!name`: no `=`
};

/// One `add …` or `set …` with its line breaks and a final newline. `wrap` false: only at `\n` escapes (terse).
void append_export_line(std::string& out, std::string_view head, std::span<const ExportToken> tokens, bool wrap);

}  // namespace openstrat::sim
