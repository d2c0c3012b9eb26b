// `openstrat doctor`: what an operator should look at, in plain words.
#pragma once

#include <string>
#include <vector>

#include "app/config.hpp"

namespace openstrat::app {

struct Finding {
  enum class Level { good, note, warning, error } level = Level::good;
  std::string what;    ///< "database"
  std::string text;    ///< what was found
  std::string advice;  ///< what to do; empty when there is nothing to do
};

/// Works beside a running server and without one. Changes nothing.
std::vector<Finding> examine(const LoadedConfig& config);

}  // namespace openstrat::app
