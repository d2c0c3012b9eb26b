// DNS for simulated routers: the machine's own resolver, off the loop's thread.
#pragma once

#include <optional>
#include <string>

#include "base/worker_pool.hpp"
#include "sim/device/event_loop.hpp"

namespace openstrat::sim {

class Resolver {
 public:
  /// The first address as text; nullopt: there is none.
  using Done = std::move_only_function<void(std::optional<std::string>)>;

  explicit Resolver(EventLoop& loop) : loop_(loop), pool_("sim-dns", 2, 4096) {}
  /// `done` is called from the loop, never from inside start().
  void start(const std::string& name, bool ipv6, Done done);

 private:
  EventLoop& loop_;
  WorkerPool pool_;
};

}  // namespace openstrat::sim
