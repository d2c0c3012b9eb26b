// /export: the configuration as the commands that would make it again.
#pragma once

#include <string>
#include <string_view>

#include "sim/config/config.hpp"
#include "sim/config/facts.hpp"
#include "sim/lang/host.hpp"

namespace openstrat::sim {

struct ExportOptions {
  std::string_view root = "/";   ///< only this menu and what is below it
  bool verbose = false;          ///< defaults too, unset properties as `!name`
  bool terse = false;            ///< the menu on every line, no wrapping
  bool show_secrets = false;
  bool crlf = false;             ///< line ends as on many devices' files
  bool header = true;
  const Predicate* where = nullptr;  ///< only rows of `where_menu` that match
  std::string_view where_menu;
};

std::string export_config(const Config& config, const Facts& facts, const ExportOptions& options);

}  // namespace openstrat::sim
