#include "backups/run_times.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.hpp"

namespace openstrat::backups {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;

constexpr std::uint64_t kWindowMinutes = 5 * 60;
constexpr int kDaysOfJobs = 90;

/// FNV-1a: the same on every machine and in every version.
std::uint64_t stable_hash(const Uuid& id) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (const std::uint8_t byte : id.bytes) hash = (hash ^ byte) * 0x100000001b3ull;
  return hash;
}

minutes offset_at(Timestamp time, const std::string& timezone) {
  const std::string text = format_in_zone(time, timezone, "%z");  // +0100
  if (text.size() < 5) return 0min;
  const auto hours = text::parse_int(text.substr(1, 2)).value_or(0);
  const auto rest = text::parse_int(text.substr(3, 2)).value_or(0);
  const minutes offset{hours * 60 + rest};
  return text[0] == '-' ? -offset : offset;
}

}  // namespace

std::optional<Timestamp> next_run(SiteId site, Frequency frequency, const std::string& timezone, Timestamp after) {
  if (frequency == Frequency::off) return std::nullopt;
  const std::uint64_t hash = stable_hash(site.value);
  const minutes minute_of_day{hash % kWindowMinutes};
  const std::chrono::weekday day_of_week{static_cast<unsigned>(hash / kWindowMinutes % 7)};
  const minutes offset_now = offset_at(after, timezone);
  const auto today = floor<days>(after + offset_now);
  // Nine days: today may be past, the day of the week may be a week away, and the clocks may change.
  for (days ahead{0}; ahead < days{9}; ++ahead) {
    const auto day = today + ahead;
    if (frequency == Frequency::weekly && std::chrono::weekday(day) != day_of_week) continue;
    const Timestamp local{day + minute_of_day};
    const Timestamp run = local - offset_at(local - offset_now, timezone);
    if (run > after) return run;
  }
  return after + days{1};
}

std::optional<Timestamp> overdue_after(Frequency frequency, Timestamp since, int overdue_days) {
  switch (frequency) {
    case Frequency::daily: return since + days{overdue_days};
    case Frequency::weekly: return since + days{7 + overdue_days};
    case Frequency::off: return std::nullopt;
  }
  std::unreachable();
}

std::vector<FileName> expired(const std::vector<Backup>& newest_first, const BackupSettings& settings, int keep_newest, Timestamp now) {
  const std::int64_t now_s = to_unix_seconds(now);
  const auto age_days = [&](const Backup& backup) { return (now_s - backup.file.unix_time) / 86'400; };
  // The first of a week stays: it is the one that leaves the retention of all first, so that no later night changes its mind.
  std::set<std::int64_t> weeks;
  std::vector<FileName> out;
  const auto newest = std::min<std::size_t>(newest_first.size(), static_cast<std::size_t>(std::max(0, keep_newest)));
  for (auto backup = newest_first.rbegin(); backup != newest_first.rend() - static_cast<std::ptrdiff_t>(newest); ++backup) {
    if (age_days(*backup) < settings.retention_days) continue;
    if (backup->cause == Cause::job && age_days(*backup) < kDaysOfJobs) continue;
    const bool first_of_week = weeks.insert(backup->file.unix_time / (7 * 86'400)).second;
    if (first_of_week && age_days(*backup) < settings.keep_weekly_days) continue;
    out.push_back(backup->file);
  }
  return out;
}

}  // namespace openstrat::backups
