// Rows for people: tables and details as the two majors draw them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ros_menus/schema.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

/// One row, its values as text.
struct PrintedRow {
  struct Cell {
    std::string_view property;
    std::string text;
    bool number = false;   ///< to the right in a table
  };
  std::string number;                     ///< `0`, or `*1F` with show-ids
  std::vector<std::string_view> flags;    ///< properties that are true
  std::string comment;
  std::vector<Cell> cells;
};

/// Whether a property is shown as a letter instead of a column.
bool is_flag(std::string_view property);
/// Letters as `terse` writes them, one behind the other.
std::string flag_letters(const std::vector<std::string_view>& flags);
/// Columns of a menu in the order of a table; empty: rows of this menu are shown in detail.
std::vector<std::string_view> table_columns(const Menu& menu, const Version& version, const std::vector<PrintedRow>& rows);

struct TablePlan {
  const Menu& menu;
  Version version;
  std::size_t width = 0;                   ///< 0: endless
  std::vector<std::string_view> columns;   ///< of a table
};
std::vector<std::string> table_lines(const TablePlan& plan, const std::vector<PrintedRow>& rows);
std::vector<std::string> detail_lines(const TablePlan& plan, const std::vector<PrintedRow>& rows);

/// `94.2MiB`
std::string binary_size(double bytes);

}  // namespace openstrat::sim
