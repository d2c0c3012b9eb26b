// The memory log of a router.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace openstrat::sim {

struct LogLine {
  Timestamp time;       ///< the router's clock
  std::string topics;   ///< `script,info`
  std::string message;
  std::uint64_t number = 0;  ///< since the log was cleared, from 1
};

/// Keeps the newest lines. Small, because thousands of routers have one.
class LogRing {
 public:
  static constexpr std::size_t kMaxLines = 100;
  static constexpr std::size_t kMaxMessage = 1024;

  void add(Timestamp time, std::string_view topics, std::string_view message) {
    if (lines_.size() == kMaxLines) lines_.pop_front();
    lines_.push_back({time, std::string(topics), std::string(message.substr(0, kMaxMessage)), ++added_});
  }
  void clear() {
    lines_.clear();
    added_ = 0;
  }
  std::uint64_t added() const { return added_; }
  const std::deque<LogLine>& lines() const { return lines_; }

 private:
  std::deque<LogLine> lines_;
  std::uint64_t added_ = 0;
};

}  // namespace openstrat::sim
