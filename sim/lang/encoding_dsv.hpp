// Delimiter-separated text: `to=dsv` and `from=dsv`.
#pragma once

#include <string>
#include <string_view>

#include "sim/lang/encoding.hpp"

namespace openstrat::sim {

bool has_option(std::string_view options, std::string_view wanted);
/// An array of columns by name, of rows by name (`dsv.remap`), or of plain rows.
std::string write_dsv(const Value& value, const SerializeOptions& options, std::size_t max_bytes);
/// Columns by name; `dsv.array`: rows by name; `dsv.plain`: rows without names.
Value read_dsv(std::string_view text, const SerializeOptions& options);

}  // namespace openstrat::sim
