// Five-field cron expressions in UTC: minute, hour, day of month, month, day of week.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace openstrat::tasks {

/// Fields take `*`, numbers, ranges `a-b`, steps `*/n` and `a-b/n`, lists of these; months and days also by their English
/// three-letter names, Sunday is 0 or 7. As in every cron: when both day fields are restricted, either may match.
class Cron {
 public:
  /// Errc::invalid names the wrong field; also for an expression that never comes due (31 February).
  static Result<Cron> parse(std::string_view expression);
  /// The first due minute strictly after `time`.
  Timestamp next(Timestamp time) const;

 private:
  std::optional<Timestamp> find_after(Timestamp time) const;
  bool matches_day(std::chrono::sys_days day) const;

  std::uint64_t minutes_ = 0;
  std::uint64_t hours_ = 0;
  std::uint64_t days_of_month_ = 0;
  std::uint64_t months_ = 0;
  std::uint64_t days_of_week_ = 0;
  bool any_day_of_month_ = false;
  bool any_day_of_week_ = false;
};

}  // namespace openstrat::tasks
