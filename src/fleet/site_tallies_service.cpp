#include "fleet/site_tallies_service.hpp"

#include "db/session.hpp"

namespace openstrat::fleet {
namespace {

constexpr db::Query kTally{"site.tally",
                           "SELECT customer_id, SUM(CASE WHEN deleted_at IS NULL AND adopted_at IS NOT NULL AND has_pulse = TRUE THEN 1 ELSE 0 END), "
                           "SUM(CASE WHEN deleted_at IS NULL AND adopted_at IS NOT NULL AND has_pulse = FALSE THEN 1 ELSE 0 END), "
                           "SUM(CASE WHEN deleted_at IS NULL AND adopted_at IS NULL THEN 1 ELSE 0 END) FROM site GROUP BY customer_id"};

}  // namespace

Result<std::vector<SiteTally>> site_tallies(db::Session& session) {
  const auto rows = session.query(kTally);
  if (!rows) return fail(rows.error());
  std::vector<SiteTally> tallies;
  tallies.reserve(rows->size());
  for (const auto& row : *rows)
    tallies.push_back({.customer_id = row.get<CustomerId>(0), .online = row.get<std::int64_t>(1), .offline = row.get<std::int64_t>(2), .pending = row.get<std::int64_t>(3)});
  return tallies;
}

}  // namespace openstrat::fleet
