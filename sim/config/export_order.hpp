// In which order an export writes menus, and which rows of a menu come later than the others.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "sim/config/config.hpp"

namespace openstrat::sim {

/// Some rows of one menu, as the export writes them under one heading.
struct ExportSection {
  struct Member {
    FoundRow found;
    std::size_t number;  ///< among all rows of the menu
  };
  std::string_view menu;
  std::vector<Member> rows;
};

/// Rows that name something which is exported after them wait until it is there (a wireless interface for its security profile): their menu
/// appears a second time, as on a router. `menus` is in the order of the export; dynamic rows are left out.
std::vector<ExportSection> export_sections(const Config& config, const std::vector<std::string_view>& menus);

}  // namespace openstrat::sim
