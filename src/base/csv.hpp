// Comma-separated values for people's spreadsheets.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace openstrat::csv {

/// Appends one line as RFC 4180 wants it. A cell that a spreadsheet would run as a formula (it begins with = + - @ or a control
/// character) gets an apostrophe in front.
void append_line(std::string& out, std::initializer_list<std::string_view> cells);

}  // namespace openstrat::csv
