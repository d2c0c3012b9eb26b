#pragma once

#include <string>

#include "base/error.hpp"

namespace openstrat::sim {

/// The whole file; `-` is standard input.
Result<std::string> read_file(const std::string& path);

}  // namespace openstrat::sim
