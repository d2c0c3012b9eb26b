#include "sim/device/wall_clock.hpp"

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/behaviour/settings.hpp"
#include "sim/config/dates.hpp"

namespace openstrat::sim {
namespace {

/// `+0200` or `+02:00`.
Duration parse_offset(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  if (digits.size() < 4) return Duration(0);
  const int minutes = std::stoi(digits.substr(0, 2)) * 60 + std::stoi(digits.substr(2, 2));
  return std::chrono::minutes(text.starts_with('-') ? -minutes : minutes);
}

Duration offset_in(const std::string& zone, Timestamp utc) { return parse_offset(format_in_zone(utc, zone, "%z")); }

}  // namespace

std::string format_offset(Duration offset) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(offset).count();
  return fmt::format("{}{:02}:{:02}", minutes < 0 ? "-" : "+", std::abs(minutes) / 60, std::abs(minutes) % 60);
}

std::string WallClock::zone() const { return std::string(Settings::record(config_, "/system/clock").get("time-zone-name")); }

Duration WallClock::offset(Timestamp utc) const {
  const std::int64_t hour = to_unix_seconds(utc) / 3600;
  if (hour == known_hour_) return known_offset_;
  const std::string name = zone();
  const bool manual = name.empty() || name == "manual";
  known_offset_ = manual ? parse_offset(Settings::record(config_, "/system/clock/manual").get("time-zone")) : is_time_zone(name) ? offset_in(name, utc) : Duration(0);
  known_hour_ = hour;
  return known_offset_;
}

bool WallClock::daylight_saving(Timestamp utc) const {
  const std::string name = zone();
  if (!is_time_zone(name)) return false;
  const Duration now = offset_in(name, utc);
  return offset_in(name, utc - std::chrono::days(182)) < now || offset_in(name, utc + std::chrono::days(182)) < now;
}

void WallClock::rows_changed(Config& config, Timestamp real) {
  known_hour_ = -1;
  Table* table = config.record("/system/clock") == nullptr ? nullptr : &config.edit("/system/clock");
  Row* record = table == nullptr ? nullptr : table->find(0);
  if (record == nullptr) return;
  const std::string* date = record->find("date");
  const std::string* time = record->find("time");
  if (date == nullptr && time == nullptr) return;
  const Timestamp now = local(real);
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const auto day = date == nullptr ? std::optional(today) : parse_date(*date);
  const auto clock = time == nullptr ? std::optional<Duration>(now - today) : parse_duration(*time);
  for (int i = 0; day && clock && i < 2; ++i) {  // the first step may lead into or out of summer time
    skew_ += Timestamp(*day) + *clock - local(real);
    known_hour_ = -1;
  }
  record->unset("date");
  record->unset("time");
}

}  // namespace openstrat::sim
