// Simulated routers of a team as values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::demo {

/// What somebody asks for.
struct Wish {
  int sites = 25;
  std::string routeros = "mixed";  ///< 6.49, 7, 7.20.8, a list, or mixed
  std::string life = "calm";       ///< none, calm or busy
  double speed = 1;                ///< how much faster than real time routers live
  bool operator==(const Wish&) const = default;
};

struct DemoFleet {
  CustomerId customer_id;
  Wish wish;
  std::string mark;                ///< serial numbers of its routers begin with it
  std::int64_t revision = 1;
  Timestamp created_at{};
  std::optional<Timestamp> removing_since;
  std::string leased_by;           ///< node that runs it; empty: none
  Timestamp lease_until{};
};

struct Settings {
  bool enabled = true;                      ///< demo.enabled
  std::string program;                      ///< openstrat-sim
  std::filesystem::path directory;          ///< for what simulators write
  std::string node;                         ///< names this process in leases
  std::string server_url;                   ///< where routers find the server
  std::vector<std::string> detours;         ///< `HOST:PORT:ADDRESS:PORT`, when the server is this process
  bool is_local = false;                    ///< routers can have addresses of 127.0.0.0/8
};

/// How the simulator of a fleet is doing on this node.
struct RunState {
  bool is_running = false;
  int restarts = 0;                         ///< after it ended by itself
  std::string message;                      ///< why it does not run; its last words
};

}  // namespace openstrat::demo
