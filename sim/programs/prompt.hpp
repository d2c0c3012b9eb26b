// `--console`: the prompt of one router on this terminal, or its commands from a file or pipe.
#pragma once

#include "sim/device/router.hpp"

namespace openstrat::sim {

/// Until `/quit`, the end of the input, or the loop is stopped.
void run_prompt(Services& services, Router& router);

}  // namespace openstrat::sim
