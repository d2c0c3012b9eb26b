#pragma once

#include <chrono>
#include <cstddef>

#include "base/clock.hpp"

namespace openstrat::realtime {

struct Settings {
  std::size_t streams = 10'000;               ///< of this process
  std::size_t streams_per_person = 5;
  std::size_t queue_bytes = 1024 * 1024;      ///< that may wait for one stream
  std::size_t history_bytes = 1024 * 1024;    ///< kept for one team; of all teams together, 64 times as much
  Duration ping = std::chrono::seconds(20);   ///< a quiet stream says that it is alive
  Duration batch = std::chrono::milliseconds(50);  ///< what comes so soon after a hand-out goes out together
};

constexpr std::size_t kMostWatched = 200;     ///< sites of one stream

}  // namespace openstrat::realtime
