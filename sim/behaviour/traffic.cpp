#include "sim/behaviour/traffic.hpp"

#include <cmath>

namespace openstrat::sim {
namespace {

constexpr double kDay = 86'400;
constexpr double kMeanPacket = 780;

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 31;
  value *= 0xD6E8FEB86659FD93ULL;
  return value ^ value >> 32;
}

}  // namespace

/// A mean rate with a daily wave whose integral has a closed form: no state, and it rises at every moment.
Traffic traffic_of(std::uint64_t seed, std::uint64_t number, bool running, Duration uptime) {
  Traffic traffic;
  const std::uint64_t dice = mix(seed * 0x9E3779B97F4A7C15ULL + number * 0xBF58476D1CE4E5B9ULL);
  const double mean = 2'000 + static_cast<double>(dice % 400'000);           // bytes a second
  const double phase = static_cast<double>(dice >> 20 & 0xFFFF) / 65'536 * 2 * M_PI;
  const double time = static_cast<double>(uptime.count()) / 1e6;
  const double wave = 2 * M_PI / kDay;
  const double rx = mean * (time + 0.6 / wave * (std::cos(phase) - std::cos(wave * time + phase)));
  const double rate = mean * (1 + 0.6 * std::sin(wave * time + phase));
  traffic.rx_bytes = static_cast<std::uint64_t>(std::max(rx, 0.0));
  traffic.tx_bytes = traffic.rx_bytes / 5;
  traffic.rx_packets = static_cast<std::uint64_t>(static_cast<double>(traffic.rx_bytes) / kMeanPacket);
  traffic.tx_packets = static_cast<std::uint64_t>(static_cast<double>(traffic.tx_bytes) / kMeanPacket * 3);
  if (!running) return traffic;
  traffic.rx_bits_per_second = static_cast<std::uint64_t>(rate * 8);
  traffic.tx_bits_per_second = traffic.rx_bits_per_second / 5;
  return traffic;
}

}  // namespace openstrat::sim
