#include "bus/census.hpp"

#include <map>

#include "db/session.hpp"

namespace openstrat::bus {
namespace {

using db::Query;

constexpr Query kOutbox{"event.census_outbox", "SELECT COUNT(*) FROM event_outbox"};
constexpr Query kBacklog{"event.census_backlog", "SELECT subscriber, COUNT(*), MIN(occurred_at) FROM event_backlog GROUP BY subscriber"};
constexpr Query kDead{"event.census_dead", "SELECT subscriber, COUNT(*) FROM event_dead GROUP BY subscriber"};

}  // namespace

Result<Census> census(db::Session& session) {
  Census census;
  const auto outbox = session.one(kOutbox, {}, "no count");
  if (!outbox) return fail(outbox.error());
  census.outbox = outbox->get<std::int64_t>(0);
  std::map<std::string, SubscriberCensus> all;
  const auto backlog = session.query(kBacklog);
  if (!backlog) return fail(backlog.error());
  for (const auto& row : *backlog)
    all[row.get<std::string>(0)] = {.subscriber = row.get<std::string>(0), .backlog = row.get<std::int64_t>(1), .oldest = row.get<std::optional<Timestamp>>(2)};
  const auto dead = session.query(kDead);
  if (!dead) return fail(dead.error());
  for (const auto& row : *dead) {
    SubscriberCensus& one = all[row.get<std::string>(0)];
    one.subscriber = row.get<std::string>(0);
    one.dead = row.get<std::int64_t>(1);
  }
  for (auto& [name, one] : all) census.behind.push_back(std::move(one));
  return census;
}

}  // namespace openstrat::bus
