// The table of commands that act instead of reading or changing configuration.
#pragma once

#include "sim/device/job.hpp"

namespace openstrat::sim {

struct Job::Action {
  std::string_view menu;
  std::string_view name;
  Policy policy;
  Value (Job::*run)(const CommandCall&);
  Value (*apply)(Job&, const CommandCall&) = nullptr;  ///< for those that need nothing of a job but what everybody may use
};

// Of the network (actions_network.cpp).
Value release_client(Job& job, const CommandCall& call);
Value make_lease_static(Job& job, const CommandCall& call);

}  // namespace openstrat::sim
