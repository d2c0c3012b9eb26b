#include "fleet/census.hpp"

#include "db/session.hpp"

namespace openstrat::fleet {
namespace {

constexpr db::Query kTotals{"site_count.totals",
                            "SELECT CAST(COALESCE(SUM(sites), 0) AS BIGINT), CAST(COALESCE(SUM(adopted), 0) AS BIGINT) FROM site_count"};

}  // namespace

Result<Totals> totals(db::Session& session) {
  const auto row = session.one(kTotals, {}, "no count");
  if (!row) return fail(row.error());
  return Totals{.sites = row->get<std::int64_t>(0), .adopted = row->get<std::int64_t>(1)};
}

}  // namespace openstrat::fleet
