#include "sim/config/dates.hpp"

#include <fmt/core.h>

namespace openstrat::sim {
namespace {

constexpr const char* kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};

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

}  // namespace openstrat::sim
