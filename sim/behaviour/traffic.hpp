// Counters of interfaces: made up, but the same for the same seed and time, and never falling.
#pragma once

#include <cstdint>

#include "base/clock.hpp"

namespace openstrat::sim {

struct Traffic {
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t rx_packets = 0;
  std::uint64_t tx_packets = 0;
  std::uint64_t rx_bits_per_second = 0;
  std::uint64_t tx_bits_per_second = 0;
};

/// What went over a port (`number` tells ports apart) since the router booted.
Traffic traffic_of(std::uint64_t seed, std::uint64_t number, bool running, Duration uptime);

}  // namespace openstrat::sim
