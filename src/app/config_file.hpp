// The configuration file as a flat list of keys. The only place that sees toml++ is its .cpp.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace openstrat::app {

using RawList = std::vector<std::string>;
using RawTable = std::map<std::string, std::variant<std::string, RawList>>;
/// Scalars as text; the type of a key decides how they are read.
using RawValue = std::variant<std::string, RawList, std::vector<RawTable>>;

struct FileEntry {
  std::string key;     ///< `area.key`
  RawValue value;
  std::string origin;  ///< `openstrat.toml:12`
};

Result<std::vector<FileEntry>> read_config_file(const std::filesystem::path& path);

}  // namespace openstrat::app
