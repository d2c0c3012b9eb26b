// The template files of every room, with an operator's own in front.
#pragma once

#include <filesystem>

#include "templates/library.hpp"

namespace openstrat::app {

/// `overrides`: templates.dir, may be empty. The error names file and line.
Result<templates::Library> load_templates(const std::filesystem::path& overrides);

}  // namespace openstrat::app
