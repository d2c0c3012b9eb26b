// The body of POST /poll and POST /adopt: `key=value;key=value…`, whatever a router, or somebody pretending to be one, sends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace openstrat::routeros {

inline constexpr std::size_t kMaxHeartbeatBytes = 16 * 1024;  ///< what is beyond is not read
inline constexpr std::size_t kMaxHeartbeatKeys = 128;         ///< further keys are dropped

/// One report of a router. Texts are clean UTF-8 without control characters; empty = not reported.
struct Heartbeat {
  std::string name;  ///< identity
  std::string serial_number, software_id, system_id;
  std::string model, board_name, revision, platform, architecture_name;
  std::string cpu, build_time, license_level, firmware_type;
  std::string version;  ///< without channel: `7.16.2`
  std::string factory_software, factory_firmware, current_firmware, upgrade_firmware;
  std::optional<bool> routerboard;
  std::optional<std::int64_t> cpu_count, cpu_frequency_mhz, cpu_load_percent;
  std::optional<std::int64_t> total_memory, free_memory, total_hdd_space, free_hdd_space;  ///< bytes
  std::optional<std::int64_t> uptime_s;
  /// Every pair as reported (cleaned), in order of first appearance, one row a key: the `oem` map. Empty value = null.
  std::vector<std::pair<std::string, std::string>> pairs;

  bool has_identity() const { return !(serial_number.empty() && software_id.empty() && system_id.empty()); }
};

/// Never fails: garbage gives an empty Heartbeat. About 2 µs for a usual body.
Heartbeat parse_heartbeat(std::string_view body);

/// Hash over the slowly changing facts: everything but load, free space, uptime, write counters. Equal hashes mean that
/// only the measurements have to be stored. Needs no Heartbeat and allocates nothing. Stable across restarts and versions.
std::uint64_t facts_hash(std::string_view body);

/// The measurements alone, without allocation: what a heartbeat with a known facts_hash needs.
struct HeartbeatSample {
  std::optional<std::int64_t> cpu_load_percent, free_memory, total_memory, free_hdd_space, total_hdd_space, uptime_s;
};
HeartbeatSample parse_sample(std::string_view body);

/// parse_sample() and facts_hash() in one pass: all that a heartbeat is read for as long as nothing changed.
struct HeartbeatGlance {
  HeartbeatSample sample;
  std::uint64_t facts_hash = 0;
};
HeartbeatGlance glance(std::string_view body);

/// SHA-1 hex of the first present of serial-number, system-id, software-id, lower-cased; nullopt when there is none.
std::optional<std::string> hardware_hash(const Heartbeat& heartbeat);

/// `1w2d03:04:05`, `1d10h30m15s`, `00:05:01`; nullopt when it is no duration.
std::optional<std::int64_t> parse_uptime(std::string_view text);

}  // namespace openstrat::routeros
