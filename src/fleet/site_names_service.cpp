#include "fleet/site_names_service.hpp"

#include <algorithm>
#include <vector>

#include "db/in_list.hpp"
#include "db/session.hpp"

namespace openstrat::fleet {

Result<std::unordered_map<SiteId, std::string>> site_names(db::Session& session, const Tenant& tenant, std::span<const SiteId> ids) {
  std::unordered_map<SiteId, std::string> names;
  std::vector<SiteId> wanted(ids.begin(), ids.end());
  std::ranges::sort(wanted);
  wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
  if (wanted.empty()) return names;
  auto values = db::params(tenant.customer_id);
  // The team is asked of the rows that were found: as a plain condition it makes SQLite walk through all sites of the team.
  const std::string sql = "SELECT id, name FROM site WHERE customer_id || '' = ?1 AND id IN " + db::in_list(wanted, values);
  const db::Query query{"site.names", sql.c_str()};
  const auto rows = session.query(query, std::move(values));
  if (!rows) return fail(rows.error());
  for (const auto& row : *rows) names.emplace(row.get<SiteId>(0), row.get<std::string>(1));
  return names;
}

}  // namespace openstrat::fleet
