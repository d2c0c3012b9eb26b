// SIGINT and SIGTERM as an event of the loop.
#pragma once

#include "sim/device/event_loop.hpp"

namespace openstrat::sim {

/// Before other threads are started, which would get the signals otherwise.
void hold_stop_signals();

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
