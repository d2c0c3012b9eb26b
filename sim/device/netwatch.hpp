// /tool netwatch: probes on timers, and the scripts that follow from them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "sim/behaviour/settings.hpp"
#include "sim/config/facts.hpp"
#include "sim/device/event_loop.hpp"

namespace openstrat::sim {

class Network;
class Router;

class Netwatch {
 public:
  Netwatch(Router& router, Network& network) : router_(router), network_(network) {}
  ~Netwatch() { stop(); }
  Netwatch(const Netwatch&) = delete;
  Netwatch& operator=(const Netwatch&) = delete;

  void start();  ///< the router has booted
  void stop();
  void row_changed(RowId row, Change change);
  std::optional<Value> fact(RowId row, std::string_view property) const;

 private:
  /// What the last test found.
  struct Probe {
    bool up = false;
    int sent = 0;
    int received = 0;
    std::vector<Duration> trips;
    int http_status = 0;
    std::string address;   ///< of a resolved name
  };
  struct Watched {
    std::string status = "unknown";
    Timestamp since;
    std::uint64_t done = 0;
    std::uint64_t failed = 0;
    Probe last;
    std::optional<EventLoop::TimerId> timer;
  };

  void plan(RowId row, bool booting);
  void arm(RowId row, Duration delay);
  void test(RowId row);
  Probe probe(const Settings& row) const;
  void echoes(const Settings& row, const std::string& address, int count, Probe& probe) const;
  bool within_thresholds(const Settings& row, const Probe& probe) const;
  void changed(const Settings& row, Watched& watched, bool first);
  std::vector<std::pair<std::string, Value>> variables(const Settings& row, const Watched& watched) const;

  Router& router_;
  Network& network_;
  bool running_ = false;
  std::map<RowId, Watched> watched_;
};

}  // namespace openstrat::sim
