#include "base/clock.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <sstream>

namespace openstrat {
namespace {

class SystemClock final : public Clock {
 public:
  Timestamp now() const override { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }
  Duration monotonic() const override {
    return std::chrono::floor<Duration>(std::chrono::steady_clock::now().time_since_epoch());
  }
};

struct CivilTime {
  int year;
  unsigned month, day;
  long hour, minute, second, micros;
};

CivilTime civil(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return {int(date.year()),        unsigned(date.month()),  unsigned(date.day()),      clock.hours().count(),
          clock.minutes().count(), clock.seconds().count(), clock.subseconds().count()};
}

/// Reads a text from left to right; every take tells whether it matched.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  bool at_end() const { return rest_.empty(); }
  bool take_any(std::string_view accepted) {
    if (rest_.empty() || !accepted.contains(rest_.front())) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<int> take_digit() {
    if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') return std::nullopt;
    const int digit = rest_.front() - '0';
    rest_.remove_prefix(1);
    return digit;
  }
  /// Exactly `count` digits.
  bool take_number(int count, int& value) {
    value = 0;
    for (int i = 0; i < count; ++i) {
      const auto digit = take_digit();
      if (!digit) return false;
      value = value * 10 + *digit;
    }
    return true;
  }

 private:
  std::string_view rest_;
};

/// The digits after the decimal mark as microseconds; further digits are cut off.
bool take_fraction(Cursor& cursor, std::int64_t& micros) {
  int digits = 0;
  while (const auto digit = cursor.take_digit()) {
    if (digits++ < 6) micros = micros * 10 + *digit;
  }
  for (int i = digits; i < 6; ++i) micros *= 10;
  return digits > 0;
}

/// `Z`, `+hh`, `+hhmm` or `+hh:mm` as what is to be taken off the local time.
bool take_offset(Cursor& cursor, std::chrono::minutes& offset) {
  if (cursor.take_any("Zz")) return true;
  const bool minus = cursor.take_any("-");
  if (!minus && !cursor.take_any("+")) return false;
  int hours = 0;
  int minutes = 0;
  if (!cursor.take_number(2, hours)) return false;
  const bool colon = cursor.take_any(":");
  if ((colon || !cursor.at_end()) && !cursor.take_number(2, minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  offset = std::chrono::minutes(hours * 60 + minutes) * (minus ? -1 : 1);
  return true;
}

const date::time_zone* find_zone(std::string_view iana) {
  try {
    return date::locate_zone(iana);
  } catch (const std::runtime_error&) {  // the date library's way to say "no such zone" or "no tzdata installed"
    return nullptr;
  }
}

std::string counted(std::int64_t count, std::string_view unit) {
  return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
}

struct Unit {
  std::int64_t seconds;
  std::string_view name;
};
constexpr std::array kRelativeUnits{Unit{365 * 86400, "year"}, Unit{30 * 86400, "month"}, Unit{7 * 86400, "week"},
                                    Unit{86400, "day"},        Unit{3600, "hour"},        Unit{60, "minute"},
                                    Unit{1, "second"}};
constexpr std::array kDurationUnits{Unit{86400, "day"}, Unit{3600, "hour"}, Unit{60, "minute"}};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string to_iso8601(Timestamp time) {
  const CivilTime t = civil(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", t.year, t.month, t.day, t.hour, t.minute, t.second,
                     t.micros);
}

std::string to_iso8601_offset(Timestamp time) {
  const CivilTime t = civil(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+00:00", t.year, t.month, t.day, t.hour, t.minute, t.second);
}

std::optional<Timestamp> parse_iso8601(std::string_view text) {
  Cursor cursor(text);
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::int64_t micros = 0;
  std::chrono::minutes offset{0};
  if (!cursor.take_number(4, year) || !cursor.take_any("-") || !cursor.take_number(2, month) || !cursor.take_any("-") ||
      !cursor.take_number(2, day) || !cursor.take_any("Tt ") || !cursor.take_number(2, hour) || !cursor.take_any(":") ||
      !cursor.take_number(2, minute)) {
    return std::nullopt;
  }
  if (cursor.take_any(":")) {
    if (!cursor.take_number(2, second)) return std::nullopt;
    if (cursor.take_any(".,") && !take_fraction(cursor, micros)) return std::nullopt;
  }
  if (!take_offset(cursor, offset) || !cursor.at_end()) return std::nullopt;

  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(unsigned(month)),
                                         std::chrono::day(unsigned(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const Timestamp time = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                         std::chrono::seconds(second) + Duration(micros) - offset;
  // The offset can push a time over either end.
  constexpr Timestamp kFirst{};
  constexpr Timestamp kEnd = std::chrono::sys_days(
      std::chrono::year_month_day(std::chrono::year(10000), std::chrono::January, std::chrono::day(1)));
  if (time < kFirst || time >= kEnd) return std::nullopt;
  return time;
}

bool is_time_zone(std::string_view iana) {
  return find_zone(iana) != nullptr;
}

std::string format_in_zone(Timestamp time, std::string_view iana, const char* format) {
  const date::time_zone* zone = find_zone(iana);
  const auto second = std::chrono::floor<std::chrono::seconds>(time);  // else %S would print a fraction
  std::ostringstream out;
  if (zone != nullptr) {
    date::to_stream(out, format, date::make_zoned(zone, second));
  } else {
    date::to_stream(out, format, second);
  }
  return std::move(out).str();
}

std::string human_relative(Timestamp time, Timestamp now) {
  const std::int64_t seconds = std::chrono::abs(std::chrono::duration_cast<std::chrono::seconds>(time - now)).count();
  if (seconds < 10) return "just now";
  for (const Unit& unit : kRelativeUnits) {
    if (seconds < unit.seconds) continue;
    const std::string text = counted(seconds / unit.seconds, unit.name);
    return time > now ? "in " + text : text + " ago";
  }
  std::unreachable();
}

std::string human_duration(Duration length, int units) {
  std::int64_t seconds = std::chrono::floor<std::chrono::seconds>(length).count();
  if (seconds < 60) return "less than a minute";
  std::string text;
  for (const Unit& unit : kDurationUnits) {
    const std::int64_t count = seconds / unit.seconds;
    seconds %= unit.seconds;
    if (count == 0 || units-- <= 0) continue;
    if (!text.empty()) text += ", ";
    text += counted(count, unit.name);
  }
  return text;
}

}  // namespace openstrat
