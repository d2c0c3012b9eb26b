// The memory log of a router.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace openstrat::sim {

struct LogLine {
  Timestamp time;       ///< the router's clock
  std::string topics;   ///< `script,info`
  std::string message;
  std::uint64_t number = 0;  ///< since the log was cleared, from 1
  std::string buffer = {};   ///< the action that keeps it: `memory`
};

/// What a buffer holds and what happens when it is full.
struct BufferLimit {
  std::size_t lines = 1000;
  bool stops_when_full = false;
};

/// Keeps the newest lines of every buffer. Memory is small, because thousands of routers have one.
class LogRing {
 public:
  static constexpr std::size_t kMaxMessage = 1024;

  /// False when the buffer is full and stays as it is.
  bool add(LogLine line, const BufferLimit& limit) {
    std::size_t& count = counts_[line.buffer];
    if (count >= limit.lines && limit.stops_when_full) return false;
    for (auto at = lines_.begin(); count >= limit.lines && count > 0 && at != lines_.end();) {
      const bool same = at->buffer == line.buffer;
      at = same ? lines_.erase(at) : at + 1;
      if (same) --count;
    }
    if (line.message.size() > kMaxMessage) line.message.resize(kMaxMessage);
    line.number = ++added_;
    lines_.push_back(std::move(line));
    ++count;
    return true;
  }
  void clear() {
    lines_.clear();
    counts_.clear();
    added_ = 0;
  }
  void clear(std::string_view buffer) {
    std::erase_if(lines_, [&](const LogLine& line) { return line.buffer == buffer; });
    counts_.erase(std::string(buffer));
  }
  std::uint64_t added() const { return added_; }
  const std::deque<LogLine>& lines() const { return lines_; }

 private:
  std::deque<LogLine> lines_;
  std::map<std::string, std::size_t> counts_;
  std::uint64_t added_ = 0;
};

}  // namespace openstrat::sim
