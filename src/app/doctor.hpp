// `openstrat doctor`: everything that can be looked at, beside a running server and without one.
#pragma once

#include "app/checks.hpp"

namespace openstrat::app {

/// Changes nothing. Reads the whole database.
Findings examine(const LoadedConfig& config);

}  // namespace openstrat::app
