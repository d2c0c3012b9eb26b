// The table of commands that act instead of reading or changing configuration.
#pragma once

#include "sim/device/job.hpp"

namespace openstrat::sim {

struct Job::Action {
  std::string_view menu;
  std::string_view name;
  Policy policy;
  Value (Job::*run)(const CommandCall&);
};

}  // namespace openstrat::sim
