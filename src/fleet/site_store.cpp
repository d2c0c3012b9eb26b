#include "fleet/site_store.hpp"

#include <algorithm>
#include <unordered_map>

#include "db/session.hpp"
#include "db/within.hpp"
#include "fleet/site_order.hpp"
#include "fleet/site_row.hpp"

namespace openstrat::fleet::site_store {

Site read_site(const db::Row& row) {
  Site site;
  std::size_t column = 0;
  const auto next = [&](auto& member) { member = row.get<std::remove_reference_t<decltype(member)>>(column++); };
  next(site.customer_id), next(site.id);
  site.number = SiteNumber{row.get<std::int64_t>(column++)};
  next(site.pid), next(site.runbook_id), next(site.policy_id), next(site.name), next(site.address), next(site.lat), next(site.lng);
  next(site.timezone), next(site.has_pulse), next(site.adopted_at), next(site.booted_at);
  SiteFacts& facts = site.facts;
  next(facts.identity), next(facts.model), next(facts.board_name), next(facts.serial_number), next(facts.software_id);
  next(facts.software_version), next(facts.architecture_name), next(facts.routerboard), next(facts.hardware_hash);
  next(facts.facts_hash), next(facts.oem);
  next(site.token_version), next(site.takeover_until), next(site.deleted_at), next(site.scheduler_removal_at);
  next(site.deletion_completed_at), next(site.offline_since), next(site.revision), next(site.created_at), next(site.updated_at);
  next(site.pulse.last_seen_at);
  site.pulse.last_seen_from = row.get<std::optional<std::string>>(column++).value_or("");
  next(site.pulse.uptime_seconds);
  return site;
}

Result<std::vector<Site>> read_sites(Result<std::vector<db::Row>> rows) {
  if (!rows) return fail(rows.error());
  std::vector<Site> sites;
  sites.reserve(rows->size());
  for (const auto& row : *rows) sites.push_back(read_site(row));
  return sites;
}

namespace {

using db::params;
using db::Query;

constexpr Query kNextNumber{"counter.next", "UPDATE counter SET value = value + 1 WHERE name = 'site_number' RETURNING value"};
constexpr Query kInsert{
    "site.insert",
    "INSERT INTO site (customer_id, id, number, pid, runbook_id, policy_id, name, address, lat, lng, timezone, has_pulse, adopted_at, "
    "booted_at, identity, model, board_name, serial_number, software_id, software_version, architecture_name, routerboard, "
    "hardware_hash, facts_hash, oem, token_version, takeover_until, deleted_at, scheduler_removal_at, deletion_completed_at, "
    "offline_since, revision, created_at, updated_at, state_rank, seen_order, version_order) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
    "?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37)"};
constexpr Query kUpdate{
    "site.update",
    "UPDATE site SET runbook_id = ?4, policy_id = ?5, name = ?6, address = ?7, lat = ?8, lng = ?9, timezone = ?10, has_pulse = ?11, "
    "adopted_at = ?12, booted_at = ?13, identity = ?14, model = ?15, board_name = ?16, serial_number = ?17, software_id = ?18, "
    "software_version = ?19, architecture_name = ?20, routerboard = ?21, hardware_hash = ?22, facts_hash = ?23, oem = ?24, "
    "token_version = ?25, takeover_until = ?26, deleted_at = ?27, scheduler_removal_at = ?28, deletion_completed_at = ?29, "
    "offline_since = ?30, updated_at = ?31, state_rank = ?32, seen_order = ?33, version_order = ?34, revision = revision + 1 "
    "WHERE customer_id = ?1 AND id = ?2 AND revision = ?3"};
constexpr Query kCount{"site_count.add",
                       "INSERT INTO site_count (customer_id, sites, adopted) VALUES (?1, ?2, ?3) ON CONFLICT (customer_id) DO UPDATE "
                       "SET sites = site_count.sites + excluded.sites, adopted = site_count.adopted + excluded.adopted"};
constexpr Query kFind{"site.find", "SELECT " SITE_COLUMNS SITE_FROM "WHERE s.customer_id = ?1 AND s.id = ?2"};
// A lock of its own: PostgreSQL locks no row that may be absent, as that of a left join.
constexpr Query kLock{"site.lock", "SELECT revision FROM site WHERE customer_id = ?1 AND id = ?2 {{for_update}}"};
constexpr Query kFindByPid{"site.find_by_pid", "SELECT " SITE_COLUMNS SITE_FROM "WHERE s.customer_id = ?1 AND s.pid = ?2"};
constexpr Query kFindByHardware{"site.find_by_hardware",
                                "SELECT " SITE_COLUMNS SITE_FROM "WHERE s.customer_id = ?1 AND s.hardware_hash = ?2"};
constexpr Query kFindAny{"site.find_any", "SELECT " SITE_COLUMNS SITE_FROM "WHERE s.id = ?1"};
constexpr Query kCountAll{"site_count.find", "SELECT sites FROM site_count WHERE customer_id = ?1"};
constexpr Query kDelete{"site.delete", "DELETE FROM site WHERE customer_id = ?1 AND id = ?2 RETURNING number, adopted_at"};
constexpr Query kDeletePulse{"site_pulse.delete", "DELETE FROM site_pulse WHERE site_id = ?1"};
constexpr Query kDeleteHours{"heartbeat_hour.delete", "DELETE FROM heartbeat_hour WHERE site_number = ?1"};
constexpr Query kDeleteRecent{"recent_site.delete", "DELETE FROM recent_site WHERE customer_id = ?1 AND site_id = ?2"};
constexpr Query kDeleteSiteRunbooks{"runbook.delete_of_site", "DELETE FROM runbook WHERE customer_id = ?1 AND site_id = ?2"};

constexpr Query kRemovalDue{"site.removal_due", "SELECT " SITE_COLUMNS SITE_FROM
                                                "WHERE s.scheduler_removal_at IS NOT NULL AND s.scheduler_removal_at < ?1 LIMIT ?2"};
constexpr Query kLoadAdopted{"site.load_adopted", "SELECT " SITE_COLUMNS SITE_FROM
                                                  "WHERE s.number > ?1 AND s.adopted_at IS NOT NULL ORDER BY s.number LIMIT ?2"};
constexpr Query kLoadAll{"site.load_all", "SELECT " SITE_COLUMNS SITE_FROM
                                          "WHERE s.number > ?1 AND s.deleted_at IS NULL ORDER BY s.number LIMIT ?2"};
constexpr Query kHardwareElsewhere{"site.hardware_elsewhere",
                                   "SELECT 1 FROM site WHERE hardware_hash = ?1 AND customer_id <> ?2 LIMIT 1"};
constexpr Query kWritePulse{"site_pulse.adopt",
                            "INSERT INTO site_pulse (site_id, last_seen_at, last_seen_from, uptime_seconds) VALUES (?1, ?2, ?3, ?4) "
                            "ON CONFLICT (site_id) DO UPDATE SET last_seen_at = excluded.last_seen_at, "
                            "last_seen_from = excluded.last_seen_from, uptime_seconds = excluded.uptime_seconds"};
constexpr Query kTouchRecent{"recent_site.touch",
                             "INSERT INTO recent_site (customer_id, user_id, site_id, accessed_at) VALUES (?1, ?2, ?3, ?4) "
                             "ON CONFLICT (customer_id, user_id, site_id) DO UPDATE SET accessed_at = excluded.accessed_at"};
constexpr Query kTrimRecent{"recent_site.trim",
                            "DELETE FROM recent_site WHERE customer_id = ?1 AND user_id = ?2 AND site_id NOT IN "
                            "(SELECT site_id FROM recent_site WHERE customer_id = ?1 AND user_id = ?2 ORDER BY accessed_at DESC LIMIT 20)"};
constexpr Query kRecent{"recent_site.list",
                        "SELECT " SITE_COLUMNS ", r.accessed_at FROM recent_site r "
                        "JOIN site s ON s.customer_id = r.customer_id AND s.id = r.site_id LEFT JOIN site_pulse p ON p.site_id = s.id "
                        "WHERE r.customer_id = ?1 AND r.user_id = ?2 ORDER BY r.accessed_at DESC LIMIT ?3"};
constexpr Query kNamesById{"site.names_by_id", "SELECT s.id, s.name FROM site s WHERE s.customer_id = ?1 AND s.deleted_at IS NULL "
                                               "AND (CAST(?2 AS TEXT) IS NULL OR s.id > ?2) ORDER BY s.id LIMIT ?3"};
constexpr Query kIdsOfCustomer{"site.ids_of_customer", "SELECT id FROM site WHERE customer_id = ?1 ORDER BY id"};
constexpr Query kOnlineIds{"site.online_ids",
                           "SELECT id FROM site WHERE has_pulse = TRUE AND (CAST(?1 AS TEXT) IS NULL OR customer_id = ?1) ORDER BY id"};

#define TOMBSTONE_COLUMNS "site_id, customer_id, hardware_hash, token_version, purged_at"
constexpr Query kInsertTombstone{"site_tombstone.insert",
                                 "INSERT INTO site_tombstone (" TOMBSTONE_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (site_id) "
                                 "DO UPDATE SET token_version = excluded.token_version, purged_at = excluded.purged_at"};
constexpr Query kFindTombstone{"site_tombstone.find", "SELECT " TOMBSTONE_COLUMNS " FROM site_tombstone WHERE site_id = ?1"};
constexpr Query kRemoveTombstone{"site_tombstone.delete", "DELETE FROM site_tombstone WHERE site_id = ?1"};
constexpr Query kLoadTombstones{"site_tombstone.load", "SELECT " TOMBSTONE_COLUMNS " FROM site_tombstone"};
constexpr Query kRemoveTombstones{"site_tombstone.purge",
                                  "DELETE FROM site_tombstone WHERE site_id IN (SELECT site_id FROM site_tombstone WHERE purged_at < ?1 "
                                  "LIMIT ?2) RETURNING site_id"};

#define RUNBOOK_COLUMNS "customer_id, id, policy_id, name, token, site_id, expires_at, disabled, created_at"
constexpr Query kInsertRunbook{"runbook.insert", "INSERT INTO runbook (" RUNBOOK_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
constexpr Query kFindRunbook{"runbook.find", "SELECT " RUNBOOK_COLUMNS " FROM runbook WHERE customer_id = ?1 AND id = ?2"};
constexpr Query kFindRunbookByToken{"runbook.find_by_token", "SELECT " RUNBOOK_COLUMNS " FROM runbook WHERE token = ?1"};
constexpr Query kFindRunbookOfSite{"runbook.find_of_site", "SELECT " RUNBOOK_COLUMNS " FROM runbook WHERE customer_id = ?1 AND site_id = ?2 "
                                                           "ORDER BY created_at DESC LIMIT 1"};
constexpr Query kListRunbooks{"runbook.list", "SELECT " RUNBOOK_COLUMNS
                                              " FROM runbook WHERE customer_id = ?1 AND site_id IS NULL ORDER BY name, id LIMIT 500"};
constexpr Query kUpdateRunbook{"runbook.update",
                               "UPDATE runbook SET policy_id = ?3, name = ?4, token = ?5, site_id = ?6, expires_at = ?7, disabled = ?8 "
                               "WHERE customer_id = ?1 AND id = ?2"};

Runbook read_runbook(const db::Row& row) {
  return {.customer_id = row.get<CustomerId>(0), .id = row.get<RunbookId>(1), .policy_id = row.get<PolicyId>(2),
          .name = row.get<std::string>(3), .token = row.get<Uuid>(4), .site_id = row.get<std::optional<SiteId>>(5),
          .expires_at = row.get<std::optional<Timestamp>>(6), .disabled = row.get<bool>(7), .created_at = row.get<Timestamp>(8)};
}

Status one_changed(const Result<std::int64_t>& changed, Errc code, const char* message) {
  if (!changed) return fail(changed.error());
  if (*changed == 0) return fail(code, message);
  return {};
}

Result<std::optional<Site>> read_first(Result<std::vector<db::Row>> rows) {
  if (!rows) return fail(rows.error());
  if (rows->empty()) return std::optional<Site>{};
  return std::optional<Site>(read_site(rows->front()));
}

Result<std::vector<SiteId>> read_ids(Result<std::vector<db::Row>> rows) {
  if (!rows) return fail(rows.error());
  std::vector<SiteId> ids;
  ids.reserve(rows->size());
  for (const auto& row : *rows) ids.push_back(row.get<SiteId>(0));
  return ids;
}

Tombstone read_tombstone(const db::Row& row) {
  return {.site_id = row.get<SiteId>(0), .customer_id = row.get<CustomerId>(1), .hardware_hash = row.get<std::optional<std::string>>(2),
          .token_version = row.get<std::int64_t>(3), .purged_at = row.get<Timestamp>(4)};
}

Status add_to_count(db::Session& session, CustomerId customer, int sites, int adopted) {
  const auto changed = session.execute(kCount, params(customer, sites, adopted));
  if (!changed) return fail(changed.error());
  return {};
}

}  // namespace

Status insert(db::Session& session, Site& site) {
  const auto number = session.one(kNextNumber, {}, "counter site_number is missing");
  if (!number) return fail(number.error());
  site.number = SiteNumber{number->get<std::int64_t>(0)};
  const SiteFacts& facts = site.facts;
  const auto inserted = session.execute(
      kInsert,
      params(site.customer_id, site.id, static_cast<std::int64_t>(site.number), site.pid, site.runbook_id, site.policy_id, site.name,
             site.address, site.lat, site.lng, site.timezone, site.has_pulse, site.adopted_at, site.booted_at, facts.identity,
             facts.model, facts.board_name, facts.serial_number, facts.software_id, facts.software_version, facts.architecture_name,
             facts.routerboard, facts.hardware_hash, facts.facts_hash, facts.oem, site.token_version, site.takeover_until,
             site.deleted_at, site.scheduler_removal_at, site.deletion_completed_at, site.offline_since, site.revision,
             site.created_at, site.updated_at, state_rank(site.state()), seen_order(site), version_order(facts.software_version.value_or(""))));
  if (!inserted) return fail(inserted.error());
  return add_to_count(session, site.customer_id, 1, site.adopted_at ? 1 : 0);
}

Result<Site> find(db::Session& session, const Tenant& tenant, SiteId id) {
  auto values = params(tenant.customer_id, id);
  const db::Within query(kFind, tenant, "s.customer_id", "s.id", values);
  const auto row = session.one(query, std::move(values), "No such site.");
  if (!row) return fail(row.error());
  return read_site(*row);
}

Result<Site> find_for_update(db::Session& session, const Tenant& tenant, SiteId id) {
  if (const auto locked = session.first(kLock, params(tenant.customer_id, id)); !locked) return fail(locked.error());
  return find(session, tenant, id);
}

Result<Site> find_by_pid(db::Session& session, const Tenant& tenant, std::string_view pid) {
  auto values = params(tenant.customer_id, pid);
  const db::Within query(kFindByPid, tenant, "s.customer_id", "s.id", values);
  const auto row = session.one(query, std::move(values), "No such site.");
  if (!row) return fail(row.error());
  return read_site(*row);
}

Result<std::optional<Site>> find_by_hardware(db::Session& session, const Tenant& tenant, std::string_view hardware_hash) {
  return read_first(session.query(kFindByHardware, params(tenant.customer_id, hardware_hash)));
}

Result<std::optional<Site>> find_any(db::Session& session, SiteId id) { return read_first(session.query(kFindAny, params(id))); }

Status update(db::Session& session, Site& site) {
  const SiteFacts& facts = site.facts;
  const auto changed = session.execute(
      kUpdate,
      params(site.customer_id, site.id, site.revision, site.runbook_id, site.policy_id, site.name, site.address, site.lat, site.lng,
             site.timezone, site.has_pulse, site.adopted_at, site.booted_at, facts.identity, facts.model, facts.board_name,
             facts.serial_number, facts.software_id, facts.software_version, facts.architecture_name, facts.routerboard,
             facts.hardware_hash, facts.facts_hash, facts.oem, site.token_version, site.takeover_until, site.deleted_at,
             site.scheduler_removal_at, site.deletion_completed_at, site.offline_since, site.updated_at,
             state_rank(site.state()), seen_order(site), version_order(facts.software_version.value_or(""))));
  if (auto status = one_changed(changed, Errc::conflict, "The site was changed by somebody else meanwhile."); !status) return status;
  ++site.revision;
  return {};
}

Status count_adoption(db::Session& session, CustomerId customer) { return add_to_count(session, customer, 0, 1); }

Status remove(db::Session& session, const Tenant& tenant, SiteId id) {
  const auto deleted = session.one(kDelete, params(tenant.customer_id, id), "No such site.");
  if (!deleted) return fail(deleted.error());
  const auto number = deleted->get<std::int64_t>(0);
  const bool adopted = !deleted->is_null(1);
  for (const auto& [query, values] : {std::pair{kDeletePulse, params(id)}, std::pair{kDeleteHours, params(number)},
                                      std::pair{kDeleteRecent, params(tenant.customer_id, id)},
                                      std::pair{kDeleteSiteRunbooks, params(tenant.customer_id, id)}})
    if (const auto done = session.execute(query, values); !done) return fail(done.error());
  return add_to_count(session, tenant.customer_id, -1, adopted ? -1 : 0);
}

Result<std::int64_t> count(db::Session& session, const Tenant& tenant) {
  const auto row = session.first(kCountAll, params(tenant.customer_id));
  if (!row) return fail(row.error());
  return *row ? (*row)->get<std::int64_t>(0) : 0;
}

Result<std::vector<Site>> removal_due_before(db::Session& session, Timestamp due, int limit) {
  return read_sites(session.query(kRemovalDue, params(due, limit)));
}

Result<std::vector<Site>> load_adopted(db::Session& session, SiteNumber after, int limit) {
  return read_sites(session.query(kLoadAdopted, params(static_cast<std::int64_t>(after), limit)));
}

Result<std::vector<Site>> load_all(db::Session& session, SiteNumber after, int limit) {
  return read_sites(session.query(kLoadAll, params(static_cast<std::int64_t>(after), limit)));
}

Result<bool> hardware_elsewhere(db::Session& session, const Tenant& tenant, std::string_view hardware_hash) {
  const auto row = session.first(kHardwareElsewhere, params(hardware_hash, tenant.customer_id));
  if (!row) return fail(row.error());
  return row->has_value();
}

Status write_pulse(db::Session& session, SiteId site, const SitePulse& pulse) {
  const auto written = session.execute(kWritePulse, params(site, pulse.last_seen_at, pulse.last_seen_from, pulse.uptime_seconds));
  if (!written) return fail(written.error());
  return {};
}

// ---------------------------------------------------------------- recent sites

Status touch_recent(db::Session& session, const Tenant& tenant, UserId user, SiteId site, Timestamp now) {
  if (const auto done = session.execute(kTouchRecent, params(tenant.customer_id, user, site, now)); !done) return fail(done.error());
  if (const auto done = session.execute(kTrimRecent, params(tenant.customer_id, user)); !done) return fail(done.error());
  return {};
}

Result<std::vector<RecentSite>> recent(db::Session& session, const Tenant& tenant, UserId user, int limit) {
  auto values = params(tenant.customer_id, user, limit);
  const db::Within query(kRecent, tenant, "s.customer_id", "s.id", values);
  const auto rows = session.query(query, std::move(values));
  if (!rows) return fail(rows.error());
  std::vector<RecentSite> out;
  for (const auto& row : *rows) out.push_back({read_site(row), row.get<Timestamp>(row.size() - 1)});
  return out;
}

Result<std::vector<SiteName>> names_by_id(db::Session& session, const Tenant& tenant, std::optional<SiteId> after, int limit) {
  auto values = params(tenant.customer_id, after, limit);
  const db::Within query(kNamesById, tenant, "s.customer_id", "s.id", values);
  const auto rows = session.query(query, std::move(values));
  if (!rows) return fail(rows.error());
  std::vector<SiteName> names;
  names.reserve(rows->size());
  for (const auto& row : *rows) names.push_back({row.get<SiteId>(0), row.get<std::string>(1)});
  return names;
}

// ---------------------------------------------------------------- internal operations

Result<std::vector<SiteId>> ids_of_customer(db::Session& session, CustomerId customer) {
  return read_ids(session.query(kIdsOfCustomer, params(customer)));
}

Result<std::vector<SiteId>> online_ids(db::Session& session, std::optional<CustomerId> customer) {
  return read_ids(session.query(kOnlineIds, params(customer)));
}

Result<std::vector<LastSeen>> last_seen(db::Session& session, const std::vector<SiteId>& sites) {
  if (sites.empty()) return std::vector<LastSeen>{};
  const std::size_t places = (sites.size() + 63) / 64 * 64;  // as below
  std::string sql = "SELECT s.id, s.customer_id, p.last_seen_at FROM site_pulse p JOIN site s ON s.id = p.site_id WHERE p.last_seen_at IS NOT NULL AND p.site_id IN (";
  db::Params values;
  for (std::size_t i = 0; i < places; ++i) {
    sql += (i == 0 ? "?" : ", ?") + std::to_string(i + 1);
    values.push_back(sites[std::min(i, sites.size() - 1)].to_string());
  }
  sql += ")";
  const auto rows = session.query(Query{"site_pulse.last_seen", sql.c_str()}, std::move(values));
  if (!rows) return fail(rows.error());
  std::vector<LastSeen> out;
  for (const auto& row : *rows) out.push_back({row.get<SiteId>(0), row.get<CustomerId>(1), row.get<Timestamp>(2)});
  return out;
}

Result<std::vector<std::int64_t>> adopted_counts(db::Session& session, const std::vector<CustomerId>& customers) {
  if (customers.empty()) return std::vector<std::int64_t>{};
  // One statement for all; filled up with the last id to a multiple of 64, so that few different texts are prepared.
  const std::size_t places = (customers.size() + 63) / 64 * 64;
  std::string sql = "SELECT customer_id, adopted FROM site_count WHERE customer_id IN (";
  db::Params values;
  for (std::size_t i = 0; i < places; ++i) {
    sql += (i == 0 ? "?" : ", ?") + std::to_string(i + 1);
    values.push_back(customers[std::min(i, customers.size() - 1)].to_string());
  }
  sql += ")";
  const auto rows = session.query(Query{"site_count.adopted", sql.c_str()}, std::move(values));
  if (!rows) return fail(rows.error());
  std::unordered_map<CustomerId, std::int64_t> by_customer;
  for (const auto& row : *rows) by_customer.emplace(row.get<CustomerId>(0), row.get<std::int64_t>(1));
  std::vector<std::int64_t> counts;
  counts.reserve(customers.size());
  for (const CustomerId customer : customers) {
    const auto found = by_customer.find(customer);
    counts.push_back(found == by_customer.end() ? 0 : found->second);
  }
  return counts;
}

// ---------------------------------------------------------------- tombstones

Status insert_tombstone(db::Session& session, const Tombstone& tombstone) {
  const auto done = session.execute(kInsertTombstone, params(tombstone.site_id, tombstone.customer_id, tombstone.hardware_hash,
                                                             tombstone.token_version, tombstone.purged_at));
  if (!done) return fail(done.error());
  return {};
}

Result<std::optional<Tombstone>> find_tombstone(db::Session& session, SiteId site) {
  const auto row = session.first(kFindTombstone, params(site));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Tombstone>{};
  return std::optional<Tombstone>(read_tombstone(**row));
}

Status remove_tombstone(db::Session& session, SiteId site) {
  const auto removed = session.execute(kRemoveTombstone, params(site));
  if (!removed) return fail(removed.error());
  return {};
}

Result<std::vector<Tombstone>> load_tombstones(db::Session& session) {
  const auto rows = session.query(kLoadTombstones);
  if (!rows) return fail(rows.error());
  std::vector<Tombstone> out;
  for (const auto& row : *rows) out.push_back(read_tombstone(row));
  return out;
}

Result<std::vector<SiteId>> remove_tombstones_before(db::Session& session, Timestamp before, int limit) {
  return read_ids(session.query(kRemoveTombstones, params(before, limit)));
}

// ---------------------------------------------------------------- runbooks

Status insert_runbook(db::Session& session, const Runbook& runbook) {
  return one_changed(session.execute(kInsertRunbook, params(runbook.customer_id, runbook.id, runbook.policy_id, runbook.name, runbook.token,
                                                            runbook.site_id, runbook.expires_at, runbook.disabled, runbook.created_at)),
                     Errc::conflict, "The runbook was not stored.");
}

Result<Runbook> find_runbook(db::Session& session, const Tenant& tenant, RunbookId id) {
  const auto row = session.one(kFindRunbook, params(tenant.customer_id, id), "No such runbook.");
  if (!row) return fail(row.error());
  return read_runbook(*row);
}

Result<std::optional<Runbook>> find_runbook_by_token(db::Session& session, const Uuid& token) {
  const auto row = session.first(kFindRunbookByToken, params(token));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Runbook>{};
  return std::optional<Runbook>(read_runbook(**row));
}

Result<std::optional<Runbook>> find_runbook_of_site(db::Session& session, const Tenant& tenant, SiteId site) {
  const auto row = session.first(kFindRunbookOfSite, params(tenant.customer_id, site));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Runbook>{};
  return std::optional<Runbook>(read_runbook(**row));
}

Result<std::vector<Runbook>> list_runbooks(db::Session& session, const Tenant& tenant) {
  const auto rows = session.query(kListRunbooks, params(tenant.customer_id));
  if (!rows) return fail(rows.error());
  std::vector<Runbook> runbooks;
  for (const auto& row : *rows) runbooks.push_back(read_runbook(row));
  return runbooks;
}

Status update_runbook(db::Session& session, const Runbook& runbook) {
  return one_changed(session.execute(kUpdateRunbook, params(runbook.customer_id, runbook.id, runbook.policy_id, runbook.name, runbook.token,
                                                            runbook.site_id, runbook.expires_at, runbook.disabled)),
                     Errc::not_found, "No such runbook.");
}

Status remove_runbooks_of_site(db::Session& session, const Tenant& tenant, SiteId site) {
  const auto removed = session.execute(kDeleteSiteRunbooks, params(tenant.customer_id, site));
  if (!removed) return fail(removed.error());
  return {};
}

}  // namespace openstrat::fleet::site_store
