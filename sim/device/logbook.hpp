// Where a router's log entries go: `/system/logging` says which, `/system/logging/action` says where.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/config.hpp"
#include "sim/device/log_format.hpp"
#include "sim/device/log_ring.hpp"
#include "sim/device/outlet.hpp"
#include "sim/lang/operators.hpp"

namespace openstrat::sim {

class Router;

class Logbook {
 public:
  explicit Logbook(Router& router) : router_(router) {}

  /// Passes the entry to every action that a rule names, once to each. Whether the memory log grew.
  bool write(std::string_view topics, std::string_view message);
  const LogRing& memory() const { return memory_; }
  /// Empties the buffer of an action; false: the action keeps none.
  bool clear(std::string_view action);
  /// Memory is gone, connections too.
  void power_lost();
  /// Entries about the way down are sent when there is a network again.
  void booted();
  /// Gets what the action `echo` prints on consoles, for as long as the result lives.
  [[nodiscard]] std::shared_ptr<void> watch_echo(std::function<void(std::string_view line)> print);

 private:
  struct Kept {
    Timestamp time;
    std::string topics;
    std::string message;
    std::string action;
  };

  bool passes(const Row& rule, const std::vector<std::string_view>& topics, std::string_view message);
  bool deliver(const Row& action, const std::string& name, const LogEntry& entry);
  void write_file(const Row& action, const LogEntry& entry);
  void send(const Row& action, const std::string& name, const LogEntry& entry);
  RemoteStyle style_of(const Row& action) const;
  LogOrigin origin(std::string_view source) const;

  Router& router_;
  LogRing memory_;
  Matcher matcher_;
  std::unique_ptr<Outlet> outlet_;  ///< once something goes over TCP
  std::vector<Kept> unsent_;        ///< while the router is off
  std::vector<std::weak_ptr<std::function<void(std::string_view)>>> consoles_;
};

}  // namespace openstrat::sim
