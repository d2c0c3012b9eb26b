// The clock on a router's wall: its skew, its time zone.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "sim/config/config.hpp"

namespace openstrat::sim {

class WallClock {
 public:
  explicit WallClock(const Config& config) : config_(config) {}

  /// Local time, and what the router takes for UTC, at a moment of the simulated world.
  Timestamp local(Timestamp real) const { return utc(real) + offset(utc(real)); }
  Timestamp utc(Timestamp real) const { return real + skew_; }
  Duration offset(Timestamp utc) const;
  bool daylight_saving(Timestamp utc) const;
  void skew(Duration by) { skew_ += by; }
  /// Somebody wrote into /system clock: `time` and `date` set the clock instead of being kept. `record` may be edited.
  void rows_changed(Config& config, Timestamp real);

 private:
  std::string zone() const;
  const Config& config_;
  Duration skew_{0};
  mutable std::int64_t known_hour_ = -1;  ///< offsets change at full hours (quarters, in places that are fine with an hour's delay)
  mutable Duration known_offset_{0};
};

/// `+02:00`.
std::string format_offset(Duration offset);

}  // namespace openstrat::sim
