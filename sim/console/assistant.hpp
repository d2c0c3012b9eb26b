// Tab and help: what may stand at the cursor, for somebody who types.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ros_menus/candidates.hpp"
#include "sim/config/config.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

/// What Tab makes of the text before the cursor.
struct Completed {
  std::size_t from = 0;               ///< bytes before it stay
  std::string with;                   ///< what follows instead
  std::vector<std::string> choices;   ///< more than one way to go on: what a second Tab shows
};

class Assistant {
 public:
  Assistant(const SchemaLookup& menus, const Config& config, Personality personality) : menus_(menus), config_(config), personality_(personality) {}

  Completed complete(const std::string& before, DirId context) const;
  /// Lines of help.
  std::vector<std::string> help(const std::string& before, DirId context) const;

 private:
  Candidates look(const std::string& before, DirId context) const;
  std::string ending(const std::string& before, const Candidates& found, const Candidate& only) const;

  const SchemaLookup& menus_;
  const Config& config_;
  const Personality personality_;
};

/// Words in columns of a terminal `width` wide.
std::vector<std::string> in_columns(const std::vector<std::string>& words, std::size_t width);

}  // namespace openstrat::sim
