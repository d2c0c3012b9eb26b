// The recent frames of one team, for viewers who lost their connection.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "realtime/frame.hpp"

namespace openstrat::realtime {

/// Complete from `floor` on: every frame with a higher number that the team ever had is here. Not thread-safe.
class History {
 public:
  static constexpr std::size_t kLeastFrames = 500;
  static constexpr std::chrono::seconds kLeastAge{60};

  explicit History(std::int64_t floor) : floor_(floor) {}

  void add(FramePointer frame);
  /// Older frames, from elsewhere: up to the floor, complete from `floor` on.
  void prepend(std::vector<FramePointer> frames, std::int64_t floor);
  /// Drops what is both older than kLeastAge and more than kLeastFrames back, and whatever `most_bytes` has no room for.
  void trim(Duration now, std::size_t most_bytes);
  /// What came after `number`; nullopt when that is not known any more.
  std::optional<std::vector<FramePointer>> after(std::int64_t number) const;

  std::int64_t floor() const { return floor_; }
  std::size_t bytes() const { return bytes_; }
  std::size_t size() const { return frames_.size(); }

 private:
  std::int64_t floor_;
  std::size_t bytes_ = 0;
  std::deque<FramePointer> frames_;  ///< by number
};

/// What a frame costs in memory, about.
std::size_t weight(const Frame& frame);

}  // namespace openstrat::realtime
