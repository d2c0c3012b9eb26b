#include "tasks/cron.hpp"

#include <array>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace openstrat::tasks {
namespace {

using namespace std::chrono;

struct Field {
  const char* name;
  int first;
  int last;
  std::vector<std::string_view> words;  ///< words[i] means first + i
};

const std::array<Field, 5>& fields() {
  static const std::array<Field, 5> kFields{{
      {"minute", 0, 59, {}},
      {"hour", 0, 23, {}},
      {"day of month", 1, 31, {}},
      {"month", 1, 12, {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
      {"day of week", 0, 7, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
  }};
  return kFields;
}

std::optional<int> parse_value(const Field& field, std::string_view text) {
  for (std::size_t i = 0; i < field.words.size(); ++i) {
    if (text::equal_ignoring_case(text, field.words[i])) return field.first + static_cast<int>(i);
  }
  const auto number = text::parse_int(text);
  if (!number || *number < field.first || *number > field.last) return std::nullopt;
  return static_cast<int>(*number);
}

/// One element of a list: `*`, `5`, `1-5`, any of them with `/step`.
std::optional<std::uint64_t> parse_element(const Field& field, std::string_view text) {
  const auto slash = text.find('/');
  const std::string_view range = text.substr(0, slash);
  int step = 1;
  if (slash != std::string_view::npos) {
    const auto number = text::parse_int(text.substr(slash + 1));
    if (!number || *number < 1 || *number > field.last) return std::nullopt;
    step = static_cast<int>(*number);
  }
  int from = field.first;
  int to = field.last;
  if (range != "*") {
    const auto dash = range.find('-');
    const auto low = parse_value(field, range.substr(0, dash));
    // `5/15` counts from 5 to the end of the field; a bare `5` is only itself.
    const auto high = dash != std::string_view::npos ? parse_value(field, range.substr(dash + 1))
                      : slash != std::string_view::npos ? std::optional(field.last)
                                                        : low;
    if (!low || !high || *low > *high) return std::nullopt;
    from = *low;
    to = *high;
  }
  std::uint64_t bits = 0;
  for (int value = from; value <= to; value += step) bits |= std::uint64_t{1} << value;
  return bits;
}

Result<std::uint64_t> parse_field(const Field& field, std::string_view text) {
  std::uint64_t bits = 0;
  for (const auto element : text::split(text, ',')) {
    const auto parsed = parse_element(field, element);
    if (!parsed) return fail(Errc::invalid, "cron: bad " + std::string(field.name) + " '" + std::string(text) + "'");
    bits |= *parsed;
  }
  return bits;
}

bool has(std::uint64_t bits, unsigned value) { return (bits >> value) & 1; }

}  // namespace

Result<Cron> Cron::parse(std::string_view expression) {
  std::vector<std::string_view> parts;
  for (const auto part : text::split(expression, ' ')) {
    if (!part.empty()) parts.push_back(part);
  }
  if (parts.size() != 5) {
    return fail(Errc::invalid, "cron: five fields expected, '" + std::string(expression) + "' has " + std::to_string(parts.size()));
  }
  Cron cron;
  const std::array<std::uint64_t*, 5> targets{&cron.minutes_, &cron.hours_, &cron.days_of_month_, &cron.months_, &cron.days_of_week_};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto bits = parse_field(fields()[i], parts[i]);
    if (!bits) return std::unexpected(bits.error());
    *targets[i] = *bits;
  }
  if (has(cron.days_of_week_, 7)) cron.days_of_week_ |= 1;
  cron.any_day_of_month_ = parts[2].starts_with('*');
  cron.any_day_of_week_ = parts[4].starts_with('*');
  if (!cron.find_after(from_unix_us(0))) return fail(Errc::invalid, "cron: '" + std::string(expression) + "' never comes due");
  return cron;
}

bool Cron::matches_day(sys_days day) const {
  const year_month_day date(day);
  if (!has(months_, static_cast<unsigned>(date.month()))) return false;
  const bool by_date = has(days_of_month_, static_cast<unsigned>(date.day()));
  const bool by_weekday = has(days_of_week_, weekday(day).c_encoding());
  return any_day_of_month_ || any_day_of_week_ ? by_date && by_weekday : by_date || by_weekday;
}

std::optional<Timestamp> Cron::find_after(Timestamp time) const {
  const auto start = floor<minutes>(time) + minutes(1);
  const auto first_day = floor<days>(start);
  const int first_minute = static_cast<int>((start - first_day).count());
  // 29 February that is also a given weekday can be 40 years away (over 2100).
  constexpr int kHorizonDays = 41 * 366;
  for (int offset = 0; offset < kHorizonDays; ++offset) {
    const auto day = first_day + days(offset);
    if (!matches_day(day)) continue;
    for (int minute = offset == 0 ? first_minute : 0; minute < 24 * 60; ++minute) {
      if (has(hours_, static_cast<unsigned>(minute / 60)) && has(minutes_, static_cast<unsigned>(minute % 60))) {
        return time_point_cast<Duration>(day + minutes(minute));
      }
    }
  }
  return std::nullopt;
}

Timestamp Cron::next(Timestamp time) const { return find_after(time).value(); }

}  // namespace openstrat::tasks
