#include "backups/site_backups.hpp"

#include "db/in_list.hpp"
#include "db/session.hpp"
#include "db/within.hpp"

namespace openstrat::backups::site_backups {
namespace {

using db::params;
using db::Query;

constexpr Query kNever{"backup_site.count_never", "SELECT COUNT(*) FROM backup_site b WHERE b.customer_id = ?1 AND b.last_backup_at IS NULL AND b.adopted_at < ?2"};
constexpr Query kOld{"backup_site.count_old", "SELECT COUNT(*) FROM backup_site b WHERE b.customer_id = ?1 AND b.last_backup_at < ?2"};
constexpr Query kOverdue{"backup_site.overdue",
                         "SELECT b.site_id, b.last_backup_at, b.overdue_at FROM backup_site b WHERE b.customer_id = ?1 AND b.overdue "
                         "AND b.overdue_at IS NOT NULL ORDER BY b.overdue_at DESC LIMIT ?2"};

}  // namespace

Result<std::vector<std::pair<SiteId, Timestamp>>> last_backups(db::Session& session, const Tenant& tenant, const std::vector<SiteId>& sites) {
  std::vector<std::pair<SiteId, Timestamp>> last;
  if (sites.empty()) return last;
  auto values = params(tenant.customer_id);
  const std::string sql = "SELECT site_id, last_backup_at FROM backup_site WHERE customer_id = ?1 AND site_id IN " + db::in_list(sites, values);
  const auto rows = session.query(Query{"backup_site.last_backups", sql.c_str()}, std::move(values));
  if (!rows) return fail(rows.error());
  // Asked for here, SQLite would walk the index of the times instead of the key.
  for (const auto& row : *rows)
    if (const auto at = row.get<std::optional<Timestamp>>(1)) last.emplace_back(row.get<SiteId>(0), *at);
  return last;
}

Result<std::int64_t> count_without(db::Session& session, const Tenant& tenant, Timestamp since) {
  std::int64_t count = 0;
  for (const Query& part : {kNever, kOld}) {
    auto values = params(tenant.customer_id, since);
    const db::Within query(part, tenant, "b.customer_id", "b.site_id", values);
    const auto row = session.one(query, std::move(values), "no count");
    if (!row) return fail(row.error());
    count += row->get<std::int64_t>(0);
  }
  return count;
}

Result<std::vector<Overdue>> overdue(db::Session& session, const Tenant& tenant, int limit) {
  auto values = params(tenant.customer_id, limit);
  const db::Within query(kOverdue, tenant, "b.customer_id", "b.site_id", values);
  const auto rows = session.query(query, std::move(values));
  if (!rows) return fail(rows.error());
  std::vector<Overdue> found;
  for (const auto& row : *rows)
    found.push_back({row.get<SiteId>(0), row.get<std::optional<Timestamp>>(1), row.get<Timestamp>(2)});
  return found;
}

}  // namespace openstrat::backups::site_backups
