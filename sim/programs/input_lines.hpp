// Lines that somebody types, while the loop goes on.
#pragma once

#include <optional>
#include <string>

#include "sim/device/event_loop.hpp"

namespace openstrat::sim {

class InputLines {
 public:
  InputLines(EventLoop& loop, int fd);
  ~InputLines();
  InputLines(const InputLines&) = delete;
  InputLines& operator=(const InputLines&) = delete;

  /// Runs the loop until there is a line; nullopt at the end of the input, or when the loop was stopped.
  std::optional<std::string> next();

 private:
  void read_some();

  EventLoop& loop_;
  const int fd_;
  bool waits_;  ///< a terminal or pipe; files are always ready, and epoll does not take them
  bool over_ = false;
  std::string text_;
};

}  // namespace openstrat::sim
