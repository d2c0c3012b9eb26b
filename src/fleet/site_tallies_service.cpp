#include "fleet/site_tallies_service.hpp"

#include "db/session.hpp"
#include "fleet/site_order.hpp"

namespace openstrat::fleet {
namespace {

/// Answered by the index of the counts alone.
constexpr db::Query kTally{"site.tally", "SELECT customer_id, state_rank, COUNT(*) FROM site GROUP BY customer_id, state_rank ORDER BY customer_id"};

}  // namespace

Result<std::vector<SiteTally>> site_tallies(db::Session& session) {
  const auto rows = session.query(kTally);
  if (!rows) return fail(rows.error());
  std::vector<SiteTally> tallies;
  for (const auto& row : *rows) {
    const auto customer = row.get<CustomerId>(0);
    if (tallies.empty() || tallies.back().customer_id != customer) tallies.push_back({.customer_id = customer});
    const auto sites = row.get<std::int64_t>(2);
    switch (state_of_rank(row.get<std::int64_t>(1))) {
      case SiteState::offline: tallies.back().offline = sites; break;
      case SiteState::pending: tallies.back().pending = sites; break;
      case SiteState::online: tallies.back().online = sites; break;
      case SiteState::deleting: break;
    }
  }
  return tallies;
}

}  // namespace openstrat::fleet
