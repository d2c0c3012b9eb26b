// Dates as RouterOS writes them: `nov/21/2026` before 7.10, `2026-11-21` since.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "ros_language/personality.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

std::string format_date(Timestamp time, const Version& version);
std::string format_clock(Timestamp time);  ///< `16:20:00`
std::string format_date_time(Timestamp time, const Version& version);
/// Either way of writing it.
std::optional<std::chrono::sys_days> parse_date(std::string_view date);

}  // namespace openstrat::sim
