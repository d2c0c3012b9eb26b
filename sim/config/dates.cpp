#include "sim/config/dates.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};

}  // namespace

std::string format_date(Timestamp time, const Version& version) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
  const int year = static_cast<int>(date.year());
  const unsigned month = static_cast<unsigned>(date.month());
  const unsigned day = static_cast<unsigned>(date.day());
  if (version < Version{7, 10, 0}) return fmt::format("{}/{:02}/{}", kMonths[month - 1], day, year);
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

std::string format_clock(Timestamp time) {
  const auto of_day = std::chrono::floor<std::chrono::seconds>(time - std::chrono::floor<std::chrono::days>(time));
  const std::chrono::hh_mm_ss clock{of_day};
  return fmt::format("{:02}:{:02}:{:02}", clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string format_date_time(Timestamp time, const Version& version) {
  return format_date(time, version) + ' ' + format_clock(time);
}

std::optional<std::chrono::sys_days> parse_date(std::string_view date) {
  const bool iso = date.contains('-');
  const auto parts = text::split(date, iso ? '-' : '/');
  if (parts.size() != 3) return std::nullopt;
  const auto year = text::parse_int(parts[iso ? 0 : 2]);
  const auto day = text::parse_int(parts[iso ? 2 : 1]);
  auto month = iso ? text::parse_int(parts[1]) : std::nullopt;
  if (!iso) {
    const auto at = std::find(std::begin(kMonths), std::end(kMonths), text::lower(parts[0]));
    if (at != std::end(kMonths)) month = at - std::begin(kMonths) + 1;
  }
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day calendar{std::chrono::year(static_cast<int>(*year)), std::chrono::month(static_cast<unsigned>(*month)),
                                             std::chrono::day(static_cast<unsigned>(*day))};
  return calendar.ok() ? std::optional(std::chrono::sys_days(calendar)) : std::nullopt;
}

}  // namespace openstrat::sim
