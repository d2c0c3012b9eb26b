// SIGINT and SIGTERM as an event of the loop.
#pragma once

#include "sim/device/event_loop.hpp"

namespace openstrat::sim {

/// While it lives, both signals end the loop instead of the process.
class StopSignals {
 public:
  explicit StopSignals(EventLoop& loop);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  EventLoop& loop_;
  int fd_;
};

}  // namespace openstrat::sim
