// `openstrat demo`: a server, a seeded team and a simulated fleet in one process tree, with a live table in the terminal.
#pragma once

#include <string>
#include <string_view>

#include "app/config.hpp"
#include "base/error.hpp"

namespace openstrat::app {

struct DemoOptions {
  int sites = 25;
  std::string life = "busy";
  double speed = 1;
};

/// Runs until SIGINT or SIGTERM.
Status run_demo(LoadedConfig config, const ConfigSources& sources, const DemoOptions& options, std::string_view web_pack);

}  // namespace openstrat::app
