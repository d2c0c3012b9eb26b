#include "fleet/uptime.hpp"

#include <algorithm>
#include <map>

#include "db/session.hpp"

namespace openstrat::fleet {
namespace {

using db::params;
constexpr db::Query kReceived{"heartbeat_hour.of_site",
                              "SELECT hour, received FROM heartbeat_hour WHERE site_number = ?1 AND hour >= ?2 ORDER BY hour"};
constexpr db::Query kListening{"platform_hour.since", "SELECT hour, listening_seconds FROM platform_hour WHERE hour >= ?1 ORDER BY hour"};
/// The share of our own listening is written every 10 s.
constexpr double kListeningLag_s = 15;

Result<std::map<std::int64_t, std::int64_t>> by_hour(Result<std::vector<db::Row>> rows) {
  if (!rows) return fail(rows.error());
  std::map<std::int64_t, std::int64_t> out;
  for (const auto& row : *rows) out.emplace(row.get<std::int64_t>(0), row.get<std::int64_t>(1));
  return out;
}

}  // namespace

UptimeHour uptime_of(Timestamp start, double span_s, double listening_s, std::int64_t received, std::chrono::seconds heartbeat_period) {
  const double heard_s = std::clamp(std::min(span_s, listening_s), 0.0, 3600.0);
  const double expected = heard_s / static_cast<double>(heartbeat_period.count());
  const double missed = expected - static_cast<double>(received);
  if (expected < 1 || missed <= 1) return {.start = start, .minutes_listened = heard_s / 60};
  const double share = std::min(missed / expected, 1.0);
  return {.start = start, .missed_percentage = share * 100, .minutes_down = share * heard_s / 60, .minutes_listened = heard_s / 60};
}

Result<std::vector<UptimeHour>> uptime_hours(db::Session& session, const Site& site, Timestamp now, std::chrono::seconds heartbeat_period, int hours) {
  if (!site.adopted_at) return std::vector<UptimeHour>{};
  const auto current = std::chrono::floor<std::chrono::hours>(now);
  const std::int64_t last = current.time_since_epoch().count();
  const std::int64_t first = last - hours + 1;
  const auto received = by_hour(session.query(kReceived, params(static_cast<std::int64_t>(site.number), first)));
  if (!received) return fail(received.error());
  const auto listening = by_hour(session.query(kListening, params(first)));
  if (!listening) return fail(listening.error());

  std::vector<UptimeHour> out;
  for (std::int64_t hour = first; hour <= last; ++hour) {
    const Timestamp start{std::chrono::hours(hour)};
    const Timestamp from = std::max(start, *site.adopted_at);
    const Timestamp to = std::min(start + std::chrono::hours(1), now);
    if (from >= to) continue;
    const auto count = received->find(hour);
    const auto heard = listening->find(hour);
    const double listened_s = heard == listening->end() ? 0 : static_cast<double>(heard->second) + (hour == last ? kListeningLag_s : 0);
    out.push_back(uptime_of(start, std::chrono::duration<double>(to - from).count(), listened_s,
                            count == received->end() ? 0 : count->second, heartbeat_period));
  }
  return out;
}

}  // namespace openstrat::fleet
