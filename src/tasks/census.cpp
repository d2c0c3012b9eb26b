#include "tasks/census.hpp"

#include <map>

#include "db/session.hpp"

namespace openstrat::tasks {
namespace {

using db::params;
using db::Query;

constexpr Query kLiving{"task.census",
                        "SELECT kind, SUM(CASE WHEN state = 'waiting' AND due_at <= ?1 THEN 1 ELSE 0 END), "
                        "SUM(CASE WHEN state = 'waiting' AND due_at > ?1 THEN 1 ELSE 0 END), SUM(CASE WHEN state = 'running' THEN 1 ELSE 0 END), "
                        "MIN(CASE WHEN state = 'waiting' AND due_at <= ?1 THEN due_at END) FROM task GROUP BY kind ORDER BY kind"};
constexpr Query kDead{"task.census_dead", "SELECT kind, COUNT(*) FROM task_dead GROUP BY kind"};

}  // namespace

Result<std::vector<KindCensus>> census(db::Session& session, Timestamp now) {
  std::map<std::string, KindCensus> kinds;
  const auto living = session.query(kLiving, params(now));
  if (!living) return fail(living.error());
  for (const auto& row : *living)
    kinds[row.get<std::string>(0)] = {.kind = row.get<std::string>(0), .ready = row.get<std::int64_t>(1), .later = row.get<std::int64_t>(2),
                                      .running = row.get<std::int64_t>(3), .oldest_ready = row.get<std::optional<Timestamp>>(4)};
  const auto dead = session.query(kDead);
  if (!dead) return fail(dead.error());
  for (const auto& row : *dead) {
    KindCensus& kind = kinds[row.get<std::string>(0)];
    kind.kind = row.get<std::string>(0);
    kind.dead = row.get<std::int64_t>(1);
  }
  std::vector<KindCensus> all;
  for (auto& [name, kind] : kinds) all.push_back(std::move(kind));
  return all;
}

}  // namespace openstrat::tasks
