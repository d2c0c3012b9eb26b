#include "demo/fleet_store.hpp"

#include "db/session.hpp"

#define FLEET_COLUMNS "customer_id, sites, routeros, life, speed, mark, revision, created_at, removing_since, leased_by, lease_until"

namespace openstrat::demo::fleet_store {
namespace {

using db::params;
using db::Query;

constexpr Query kAll{"demo_fleet.all", "SELECT " FLEET_COLUMNS " FROM demo_fleet ORDER BY customer_id LIMIT 1000"};
constexpr Query kFind{"demo_fleet.find", "SELECT " FLEET_COLUMNS " FROM demo_fleet WHERE customer_id = ?1"};
constexpr Query kInsert{"demo_fleet.insert",
                        "INSERT INTO demo_fleet (" FLEET_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"};
constexpr Query kUpdate{"demo_fleet.update",
                        "UPDATE demo_fleet SET sites = ?2, routeros = ?3, life = ?4, speed = ?5, revision = revision + 1 WHERE customer_id = ?1"};
constexpr Query kRemove{"demo_fleet.begin_removal", "UPDATE demo_fleet SET removing_since = ?2 WHERE customer_id = ?1 AND removing_since IS NULL"};
constexpr Query kErase{"demo_fleet.delete", "DELETE FROM demo_fleet WHERE customer_id = ?1"};
constexpr Query kLease{"demo_fleet.lease",
                       "UPDATE demo_fleet SET leased_by = ?2, lease_until = ?4 WHERE customer_id = ?1 AND (leased_by = ?2 OR lease_until < ?3)"};
constexpr Query kRelease{"demo_fleet.release", "UPDATE demo_fleet SET leased_by = '', lease_until = 0 WHERE leased_by = ?1"};
constexpr Query kMark{"demo_site.insert", "INSERT INTO demo_site (customer_id, site_id) VALUES (?1, ?2) ON CONFLICT (customer_id, site_id) DO NOTHING"};
constexpr Query kForget{"demo_site.delete", "DELETE FROM demo_site WHERE customer_id = ?1 AND site_id = ?2"};
constexpr Query kSites{"demo_site.list", "SELECT site_id FROM demo_site WHERE customer_id = ?1 ORDER BY site_id LIMIT ?2"};

DemoFleet to_fleet(const db::Row& row) {
  return {.customer_id = row.get<CustomerId>(0),
          .wish = {.sites = row.get<int>(1), .routeros = row.get<std::string>(2), .life = row.get<std::string>(3), .speed = row.get<double>(4)},
          .mark = row.get<std::string>(5),
          .revision = row.get<std::int64_t>(6),
          .created_at = row.get<Timestamp>(7),
          .removing_since = row.get<std::optional<Timestamp>>(8),
          .leased_by = row.get<std::string>(9),
          .lease_until = row.get<Timestamp>(10)};
}

Status done(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

}  // namespace

Result<std::vector<DemoFleet>> all(db::Session& session) {
  const auto rows = session.query(kAll);
  if (!rows) return fail(rows.error());
  std::vector<DemoFleet> fleets;
  for (const auto& row : *rows) fleets.push_back(to_fleet(row));
  return fleets;
}

Result<std::optional<DemoFleet>> find(db::Session& session, const Tenant& tenant) {
  const auto row = session.first(kFind, params(tenant.customer_id));
  if (!row) return fail(row.error());
  return *row ? std::optional(to_fleet(**row)) : std::nullopt;
}

Status insert(db::Session& session, const DemoFleet& f) {
  return done(session.execute(kInsert, params(f.customer_id, f.wish.sites, f.wish.routeros, f.wish.life, f.wish.speed, f.mark, f.revision, f.created_at, f.removing_since,
                                              f.leased_by, f.lease_until)));
}

Status update(db::Session& session, const Tenant& tenant, const Wish& wish) {
  return done(session.execute(kUpdate, params(tenant.customer_id, wish.sites, wish.routeros, wish.life, wish.speed)));
}

Status begin_removal(db::Session& session, const Tenant& tenant, Timestamp now) { return done(session.execute(kRemove, params(tenant.customer_id, now))); }

Status erase(db::Session& session, const Tenant& tenant) { return done(session.execute(kErase, params(tenant.customer_id))); }

Result<bool> lease(db::Session& session, const Tenant& tenant, std::string_view node, Timestamp now, Timestamp until) {
  const auto changed = session.execute(kLease, params(tenant.customer_id, node, now, until));
  if (!changed) return fail(changed.error());
  return *changed > 0;
}

Status release(db::Session& session, std::string_view node) { return done(session.execute(kRelease, params(node))); }

Status mark_site(db::Session& session, const Tenant& tenant, SiteId site) { return done(session.execute(kMark, params(tenant.customer_id, site))); }

Status forget_site(db::Session& session, const Tenant& tenant, SiteId site) { return done(session.execute(kForget, params(tenant.customer_id, site))); }

Result<std::vector<SiteId>> sites(db::Session& session, const Tenant& tenant, int limit) {
  const auto rows = session.query(kSites, params(tenant.customer_id, limit));
  if (!rows) return fail(rows.error());
  std::vector<SiteId> all;
  for (const auto& row : *rows) all.push_back(row.get<SiteId>(0));
  return all;
}

}  // namespace openstrat::demo::fleet_store
