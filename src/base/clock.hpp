// Time comes in through Clock; system_clock::now() appears in clock.cpp only.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace openstrat {

using Duration = std::chrono::microseconds;
using Timestamp = std::chrono::sys_time<Duration>;  ///< UTC; stored as BIGINT microseconds since 1970

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
  /// Never goes back; for measuring and time-outs. Zero point unspecified.
  virtual Duration monotonic() const = 0;
};

/// The real clock of the machine.
const Clock& system_clock();

/// A clock that stands still until it is told to move. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_us_(start.time_since_epoch().count()) {}
  Timestamp now() const override { return Timestamp(Duration(__atomic_load_n(&now_us_, __ATOMIC_RELAXED))); }
  Duration monotonic() const override { return Duration(__atomic_load_n(&now_us_, __ATOMIC_RELAXED)); }
  void advance(Duration step) { __atomic_add_fetch(&now_us_, step.count(), __ATOMIC_RELAXED); }
  void set(Timestamp now) { __atomic_store_n(&now_us_, now.time_since_epoch().count(), __ATOMIC_RELAXED); }

 private:
  std::int64_t now_us_;
};

inline std::int64_t to_unix_us(Timestamp time) {
  return time.time_since_epoch().count();
}
inline Timestamp from_unix_us(std::int64_t us) {
  return Timestamp(Duration(us));
}
inline std::int64_t to_unix_seconds(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

/// `2026-02-03T08:00:00.000000Z`, the only form on the wire.
std::string to_iso8601(Timestamp time);
/// `2025-01-31T03:14:15+00:00`, the form of the Developer API's `date` fields.
std::string to_iso8601_offset(Timestamp time);
/// ISO 8601 date-time in the extended form with `Z` or an offset; seconds and fraction optional; year 1970–9999.
std::optional<Timestamp> parse_iso8601(std::string_view text);

/// Whether the IANA zone is known to this machine.
bool is_time_zone(std::string_view iana);
/// strftime-like formatting in a zone (date library's format), in whole seconds; an unknown zone counts as UTC.
std::string format_in_zone(Timestamp time, std::string_view iana, const char* format);

/// "just now" (under 10 s), "5 minutes ago", "in 1 day": largest unit only, rounded down; seconds to years.
std::string human_relative(Timestamp time, Timestamp now);
/// "2 days, 5 hours, 10 minutes": up to `units` of days, hours, minutes; "less than a minute" below one.
std::string human_duration(Duration length, int units = 3);

}  // namespace openstrat
