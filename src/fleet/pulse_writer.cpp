#include "fleet/pulse_writer.hpp"

#include <algorithm>
#include <map>

#include "db/database.hpp"
#include "fleet/live_sites.hpp"

namespace openstrat::fleet {
namespace {

using db::params;
using db::Query;

/// Rows of one transaction: small enough that a waiting hand-out is not delayed noticeably.
constexpr std::size_t kStep = 1000;
constexpr auto kStoodStill = std::chrono::seconds(60);

constexpr Query kPulse{
    "site_pulse.write",
    "INSERT INTO site_pulse (site_id, last_seen_at, last_seen_from, uptime_seconds, cpu_load, free_memory, free_hdd_space) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (site_id) DO UPDATE SET last_seen_at = excluded.last_seen_at, "
    "last_seen_from = excluded.last_seen_from, uptime_seconds = COALESCE(excluded.uptime_seconds, site_pulse.uptime_seconds), "
    "cpu_load = excluded.cpu_load, free_memory = excluded.free_memory, free_hdd_space = excluded.free_hdd_space"};
constexpr Query kHour{"heartbeat_hour.add",
                      "INSERT INTO heartbeat_hour (site_number, hour, received) VALUES (?1, ?2, ?3) "
                      "ON CONFLICT (site_number, hour) DO UPDATE SET received = heartbeat_hour.received + excluded.received"};
constexpr Query kListening{
    "platform_hour.add",
    "INSERT INTO platform_hour (hour, listening_seconds) VALUES (?1, ?2) "
    "ON CONFLICT (hour) DO UPDATE SET listening_seconds = platform_hour.listening_seconds + excluded.listening_seconds"};
// Of a site that was purged between the taking and the writing of its last heartbeats.
constexpr Query kPurgeOrphans{"site_pulse.purge", "DELETE FROM site_pulse WHERE NOT EXISTS (SELECT 1 FROM site s WHERE s.id = site_pulse.site_id)"};
constexpr Query kPurgeHours{"heartbeat_hour.purge", "DELETE FROM heartbeat_hour WHERE hour < ?1"};
constexpr Query kPurgePlatform{"platform_hour.purge", "DELETE FROM platform_hour WHERE hour < ?1"};

std::int64_t hour_of(Timestamp time) { return std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count(); }

template <class T>
std::optional<T> unless_negative(T value) { return value < 0 ? std::nullopt : std::optional<T>(value); }

db::Params pulse_row(const std::pair<SiteId, LiveSite>& entry) {
  const LiveSite& site = entry.second;
  return params(entry.first, site.last_seen_at, site.last_seen_from.to_string(), unless_negative(site.uptime_s),
                unless_negative(site.cpu_load_percent), unless_negative(site.free_memory), unless_negative(site.free_hdd_space));
}

}  // namespace

PulseWriter::PulseWriter(db::Database& database, LiveSites& live, const Clock& clock)
    : database_(database), live_(live), clock_(clock), listening_written_until_(clock.now()), flushed_at_(clock.now()) {}

Status PulseWriter::write_listening(Timestamp now) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(now - listening_written_until_);
  if (whole.count() < 10) return {};
  std::map<std::int64_t, std::int64_t> seconds_by_hour;
  Timestamp from = listening_written_until_;
  const Timestamp until = listening_written_until_ + whole;
  while (from < until) {
    const Timestamp hour_end = std::chrono::floor<std::chrono::hours>(from) + std::chrono::hours(1);
    const Timestamp to = std::min(until, hour_end);
    seconds_by_hour[hour_of(from)] += std::chrono::round<std::chrono::seconds>(to - from).count();
    from = to;
  }
  const auto written = database_.write([&](db::Session& session) -> Status {
    for (const auto& [hour, seconds] : seconds_by_hour)
      if (const auto done = session.execute(kListening, params(hour, seconds)); !done) return fail(done.error());
    return {};
  });
  if (written) listening_written_until_ = until;
  return written;
}

Status PulseWriter::flush() {
  const Timestamp now = clock_.now();
  // A host that was suspended, or stopped in a debugger, heard nobody meanwhile.
  if (now - flushed_at_ > kStoodStill) listening_written_until_ += now - flushed_at_;
  const auto written = write_out();
  flushed_at_ = clock_.now();
  return written;
}

Status PulseWriter::write_out() {
  auto unwritten = live_.take_unwritten();
  std::vector<db::Params> pulses, hours;
  pulses.reserve(unwritten.sites.size());
  hours.reserve(unwritten.hours.size());
  for (const auto& entry : unwritten.sites) pulses.push_back(pulse_row(entry));
  for (const HourCount& count : unwritten.hours)
    hours.push_back(params(static_cast<std::int64_t>(count.number), count.hour, count.received));

  const auto write_steps = [&](const Query& query, const std::vector<db::Params>& rows, std::size_t& done) -> Status {
    for (done = 0; done < rows.size(); done += kStep) {
      const auto step = std::span(rows).subspan(done, std::min(kStep, rows.size() - done));
      const auto written = database_.write([&](db::Session& session) -> Status {
        const auto changed = session.execute_many(query, step);
        if (!changed) return fail(changed.error());
        return {};
      });
      if (!written) return written;
    }
    return {};
  };
  // Pulses may be written twice, counts may not: what is committed of them must not be added again.
  std::size_t pulses_done = 0, hours_done = 0;
  Status status = write_steps(kHour, hours, hours_done);
  if (status) {
    status = write_steps(kPulse, pulses, pulses_done);
  }
  if (!status) {
    unwritten.hours.erase(unwritten.hours.begin(), unwritten.hours.begin() + static_cast<std::ptrdiff_t>(std::min(hours_done, hours.size())));
    live_.restore(std::move(unwritten));
    return status;
  }
  return write_listening(clock_.now());
}

Status PulseWriter::purge(std::chrono::days keep) {
  const std::int64_t before = hour_of(clock_.now() - keep);
  return database_.write([&](db::Session& session) -> Status {
    for (const Query& query : {kPurgeHours, kPurgePlatform})
      if (const auto done = session.execute(query, params(before)); !done) return fail(done.error());
    if (const auto done = session.execute(kPurgeOrphans); !done) return fail(done.error());
    return {};
  });
}

}  // namespace openstrat::fleet
