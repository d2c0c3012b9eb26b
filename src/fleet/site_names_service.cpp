#include "fleet/site_names_service.hpp"

#include <algorithm>
#include <vector>

#include "db/session.hpp"

namespace openstrat::fleet {

Result<std::unordered_map<SiteId, std::string>> site_names(db::Session& session, const Tenant& tenant, std::span<const SiteId> ids) {
  std::unordered_map<SiteId, std::string> names;
  std::vector<SiteId> wanted(ids.begin(), ids.end());
  std::ranges::sort(wanted);
  wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
  if (wanted.empty()) return names;
  // Filled up with the last id to a multiple of 50, so that few different texts are prepared.
  const std::size_t places = (wanted.size() + 49) / 50 * 50;
  std::string sql = "SELECT id, name FROM site WHERE customer_id = ?1 AND id IN (";
  auto values = db::params(tenant.customer_id);
  for (std::size_t i = 0; i < places; ++i) {
    sql += (i == 0 ? "?" : ", ?") + std::to_string(i + 2);
    values.push_back(db::to_value(wanted[std::min(i, wanted.size() - 1)]));
  }
  sql += ")";
  const db::Query query{"site.names", sql.c_str()};
  const auto rows = session.query(query, std::move(values));
  if (!rows) return fail(rows.error());
  for (const auto& row : *rows) names.emplace(row.get<SiteId>(0), row.get<std::string>(1));
  return names;
}

}  // namespace openstrat::fleet
