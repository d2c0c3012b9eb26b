#include "monitoring/fault_store.hpp"

#include "db/session.hpp"
#include "monitoring/fault_row.hpp"

namespace openstrat::monitoring::fault_store {
namespace {

using db::params;
using db::Query;

constexpr Query kOpen{"fault.open",
                      "INSERT INTO fault (" FAULT_COLUMNS ", updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) "
                      "ON CONFLICT (customer_id, type, kind, resource_id) WHERE resolved_at IS NULL DO NOTHING"};
constexpr Query kFindOpen{"fault.find_open", "SELECT " FAULT_COLUMNS " FROM fault WHERE customer_id = ?1 AND type = ?2 AND kind = ?3 "
                                             "AND resource_id = ?4 AND resolved_at IS NULL"};
constexpr Query kResolve{"fault.resolve", "UPDATE fault SET resolved_at = ?3, cause = ?4, updated_at = ?5 "
                                          "WHERE customer_id = ?1 AND id = ?2 AND resolved_at IS NULL"};
constexpr Query kUpdate{"fault.update", "UPDATE fault SET kind = ?3, message = ?4, severity = ?5, cause = ?6, updated_at = ?7 WHERE customer_id = ?1 AND id = ?2"};
constexpr Query kNewestOfSite{"fault.newest_of_site", "SELECT " FAULT_COLUMNS " FROM fault WHERE customer_id = ?1 AND site_id = ?2 "
                                                      "ORDER BY created_at DESC, id DESC LIMIT ?3"};
constexpr Query kRemoveOfSite{"fault.remove_of_site", "DELETE FROM fault WHERE customer_id = ?1 AND site_id = ?2"};
constexpr Query kRemoveOfCustomer{"fault.remove_of_customer", "DELETE FROM fault WHERE customer_id = ?1 AND id IN (SELECT id FROM fault WHERE customer_id = ?1 LIMIT ?2)"};
constexpr Query kPurge{"fault.purge", "DELETE FROM fault WHERE (customer_id, id) IN (SELECT customer_id, id FROM fault WHERE created_at < ?1 "
                                      "AND resolved_at IS NOT NULL ORDER BY created_at LIMIT ?2)"};
constexpr Query kSee{"fault_event_seen.insert", "INSERT INTO fault_event_seen (event_id, seen_at) VALUES (?1, ?2) ON CONFLICT (event_id) DO NOTHING"};
constexpr Query kForget{"fault_event_seen.purge", "DELETE FROM fault_event_seen WHERE seen_at < ?1"};

Status ignore_count(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

Result<bool> any_changed(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return *changed > 0;
}

}  // namespace

Result<bool> open(db::Session& session, const Fault& fault, Timestamp now) {
  return any_changed(session.execute(
      kOpen, params(fault.customer_id, fault.id, fault.pid, fault.type, fault.kind, fault.resource_id, fault.site_id, fault.message,
                    to_string(fault.severity), fault.cause, fault.created_at, fault.resolved_at, fault.reporter, fault.resource_path, now)));
}

Result<std::optional<Fault>> find_open(db::Session& session, const Tenant& tenant, std::string_view type, std::string_view kind,
                                       std::string_view resource_id) {
  const auto row = session.first(kFindOpen, params(tenant.customer_id, type, kind, resource_id));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Fault>{};
  return std::optional<Fault>(read_fault(**row));
}

Result<bool> resolve(db::Session& session, const Tenant& tenant, FaultId id, Timestamp resolved_at, std::string_view cause, Timestamp now) {
  return any_changed(session.execute(kResolve, params(tenant.customer_id, id, resolved_at, cause, now)));
}

Status update(db::Session& session, const Fault& fault, Timestamp now) {
  return ignore_count(session.execute(kUpdate, params(fault.customer_id, fault.id, fault.kind, fault.message, to_string(fault.severity), fault.cause, now)));
}

Result<std::vector<Fault>> newest_of_site(db::Session& session, const Tenant& tenant, SiteId site, int limit) {
  return read_faults(session.query(kNewestOfSite, params(tenant.customer_id, site, limit)));
}

Status remove_of_site(db::Session& session, const Tenant& tenant, SiteId site) {
  return ignore_count(session.execute(kRemoveOfSite, params(tenant.customer_id, site)));
}

Result<std::int64_t> remove_of_customer(db::Session& session, CustomerId customer, int limit) {
  return session.execute(kRemoveOfCustomer, params(customer, limit));
}

Result<std::int64_t> purge_before(db::Session& session, Timestamp before, int limit) { return session.execute(kPurge, params(before, limit)); }

Result<bool> first_sight(db::Session& session, std::string_view event_id, Timestamp now) {
  return any_changed(session.execute(kSee, params(event_id, now)));
}

Status forget_sights_before(db::Session& session, Timestamp before) { return ignore_count(session.execute(kForget, params(before))); }

}  // namespace openstrat::monitoring::fault_store
