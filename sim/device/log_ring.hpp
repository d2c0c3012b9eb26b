// The memory log of a router.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace openstrat::sim {

struct LogLine {
  Timestamp time;       ///< the router's clock
  std::string topics;   ///< `script,info`
  std::string message;
};

/// Keeps the newest lines. Small, because thousands of routers have one.
class LogRing {
 public:
  static constexpr std::size_t kMaxLines = 100;
  static constexpr std::size_t kMaxMessage = 1024;

  void add(Timestamp time, std::string_view topics, std::string_view message) {
    if (lines_.size() == kMaxLines) lines_.pop_front();
    lines_.push_back({time, std::string(topics), std::string(message.substr(0, kMaxMessage))});
  }
  void clear() { lines_.clear(); }
  const std::deque<LogLine>& lines() const { return lines_; }

 private:
  std::deque<LogLine> lines_;
};

}  // namespace openstrat::sim
