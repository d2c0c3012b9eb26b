#include "monitoring/site_faults.hpp"

#include "db/in_list.hpp"
#include "db/session.hpp"
#include "db/within.hpp"

namespace openstrat::monitoring::site_faults {
namespace {

using db::params;
using db::Query;

constexpr Query kTotal{"fault.open_total", "SELECT COUNT(*) FROM fault f WHERE f.customer_id = ?1 AND f.resolved_at IS NULL"};
constexpr Query kWorst{"fault.worst_open",
                       "SELECT f.customer_id, f.id, f.pid, f.type, f.kind, f.resource_id, f.site_id, f.message, f.severity, f.cause, f.created_at "
                       "FROM fault f WHERE f.customer_id = ?1 AND f.resolved_at IS NULL AND f.site_id IS NOT NULL AND f.kind <> 'offline' "
                       "ORDER BY CASE f.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, f.created_at DESC, f.id "
                       "LIMIT ?2"};

}  // namespace

Result<std::vector<std::pair<SiteId, std::int64_t>>> open_counts(db::Session& session, const Tenant& tenant, const std::vector<SiteId>& sites) {
  std::vector<std::pair<SiteId, std::int64_t>> counts;
  if (sites.empty()) return counts;
  auto values = params(tenant.customer_id);
  const std::string sql = "SELECT site_id, COUNT(*) FROM fault WHERE customer_id = ?1 AND resolved_at IS NULL AND site_id IN " +
                          db::in_list(sites, values) + " GROUP BY site_id";
  const auto rows = session.query(Query{"faults.open_counts", sql.c_str()}, std::move(values));
  if (!rows) return fail(rows.error());
  for (const auto& row : *rows) counts.emplace_back(row.get<SiteId>(0), row.get<std::int64_t>(1));
  return counts;
}

Result<std::int64_t> open_total(db::Session& session, const Tenant& tenant) {
  auto values = params(tenant.customer_id);
  const db::Within query(kTotal, tenant, "f.customer_id", "f.site_id", values);
  const auto row = session.one(query, std::move(values), "no count");
  if (!row) return fail(row.error());
  return row->get<std::int64_t>(0);
}

Result<std::vector<Fault>> worst_open(db::Session& session, const Tenant& tenant, int limit) {
  auto values = params(tenant.customer_id, limit);
  const db::Within query(kWorst, tenant, "f.customer_id", "f.site_id", values);
  const auto rows = session.query(query, std::move(values));
  if (!rows) return fail(rows.error());
  std::vector<Fault> faults;
  for (const auto& row : *rows)
    faults.push_back({.customer_id = row.get<CustomerId>(0), .id = row.get<FaultId>(1), .pid = row.get<std::string>(2), .type = row.get<std::string>(3),
                      .kind = row.get<std::string>(4), .resource_id = row.get<std::string>(5), .site_id = row.get<std::optional<SiteId>>(6),
                      .message = row.get<std::string>(7), .severity = parse_severity(row.get<std::string>(8)).value_or(Severity::low),
                      .cause = row.get<std::string>(9), .created_at = row.get<Timestamp>(10)});
  return faults;
}

SiteLimits::Condition has_open(std::string_view customer, std::string_view site) {
  return {.sql = std::string(site) + " IN (SELECT fo.site_id FROM fault fo WHERE fo.customer_id = " + std::string(customer) +
                 " AND fo.resolved_at IS NULL AND fo.site_id IS NOT NULL)",
          .values = {}};
}

}  // namespace openstrat::monitoring::site_faults
