#include "base/csv.hpp"

#include <utility>

namespace openstrat::csv {
namespace {

bool looks_like_formula(std::string_view cell) { return !cell.empty() && std::string_view("=+-@\t\r\n").contains(cell.front()); }

void append_cell(std::string& out, std::string_view cell) {
  const bool quoted = cell.find_first_of(",\"\r\n;") != cell.npos;
  if (quoted) out += '"';
  if (looks_like_formula(cell)) out += '\'';
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  if (quoted) out += '"';
}

}  // namespace

void append_line(std::string& out, std::initializer_list<std::string_view> cells) {
  bool first = true;
  for (const auto cell : cells) {
    if (!std::exchange(first, false)) out += ',';
    append_cell(out, cell);
  }
  out += "\r\n";
}

}  // namespace openstrat::csv
