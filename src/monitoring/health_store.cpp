#include "monitoring/health_store.hpp"

#include "db/session.hpp"

namespace openstrat::monitoring::health_store {
namespace {

using db::params;
using db::Query;

constexpr Query kInsert{"fleet_health.insert", "INSERT INTO fleet_health (customer_id, minute, online, offline, pending, open_faults) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
                                               "ON CONFLICT (customer_id, minute) DO NOTHING"};
// One minute goes as one comes; ten let it catch up when it stood still.
constexpr Query kTrim{"fleet_health.trim", "DELETE FROM fleet_health WHERE customer_id = ?1 AND minute IN "
                                           "(SELECT minute FROM fleet_health WHERE customer_id = ?1 AND minute < ?2 ORDER BY minute LIMIT 10)"};
constexpr Query kRange{"fleet_health.range", "SELECT minute, online, offline, pending, open_faults FROM fleet_health WHERE customer_id = ?1 AND minute >= ?2 AND minute < ?3 "
                                             "ORDER BY minute"};
// From team to team along the key, instead of over all rows.
constexpr Query kCustomers{"fleet_health.customers",
                           "WITH RECURSIVE team(id) AS (SELECT MIN(customer_id) FROM fleet_health UNION ALL "
                           "SELECT (SELECT MIN(customer_id) FROM fleet_health WHERE customer_id > team.id) FROM team WHERE team.id IS NOT NULL) "
                           "SELECT id FROM team WHERE id IS NOT NULL"};
constexpr Query kRemove{"fleet_health.remove_of_customer", "DELETE FROM fleet_health WHERE customer_id = ?1 AND minute IN "
                                                           "(SELECT minute FROM fleet_health WHERE customer_id = ?1 LIMIT ?2)"};
constexpr Query kOpenFaults{"fault.open_by_team", "SELECT customer_id, COUNT(*) FROM fault WHERE resolved_at IS NULL GROUP BY customer_id"};

std::int64_t minute_of(Timestamp time) { return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count(); }
/// The first minute that begins at `time` or later.
std::int64_t minute_from(Timestamp time) { return std::chrono::ceil<std::chrono::minutes>(time).time_since_epoch().count(); }

Status done(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

}  // namespace

Status insert(db::Session& session, std::span<const HealthSample> samples) {
  std::vector<db::Params> rows;
  rows.reserve(samples.size());
  for (const auto& s : samples) rows.push_back(params(s.customer_id, minute_of(s.at), s.online, s.offline, s.pending, s.open_faults));
  return done(session.execute_many(kInsert, rows));
}

Status trim(db::Session& session, std::span<const CustomerId> customers, Timestamp before) {
  std::vector<db::Params> rows;
  rows.reserve(customers.size());
  for (const auto customer : customers) rows.push_back(params(customer, minute_of(before)));
  return done(session.execute_many(kTrim, rows));
}

Status for_each(db::Session& session, const Tenant& tenant, Timestamp from, Timestamp until, const std::function<void(const HealthSample&)>& visit) {
  return session.for_each(kRange, params(tenant.customer_id, minute_from(from), minute_from(until)), [&](const db::Row& row) -> Status {
    visit({.customer_id = tenant.customer_id, .at = Timestamp(std::chrono::minutes(row.get<std::int64_t>(0))), .online = row.get<std::int64_t>(1),
           .offline = row.get<std::int64_t>(2), .pending = row.get<std::int64_t>(3), .open_faults = row.get<std::int64_t>(4)});
    return {};
  });
}

Result<std::vector<CustomerId>> customers(db::Session& session) {
  const auto rows = session.query(kCustomers);
  if (!rows) return fail(rows.error());
  std::vector<CustomerId> customers;
  for (const auto& row : *rows) customers.push_back(row.get<CustomerId>(0));
  return customers;
}

Result<std::int64_t> remove_of_customer(db::Session& session, CustomerId customer, int limit) { return session.execute(kRemove, params(customer, limit)); }

Result<std::unordered_map<CustomerId, std::int64_t>> open_faults(db::Session& session) {
  const auto rows = session.query(kOpenFaults);
  if (!rows) return fail(rows.error());
  std::unordered_map<CustomerId, std::int64_t> open;
  for (const auto& row : *rows) open.emplace(row.get<CustomerId>(0), row.get<std::int64_t>(1));
  return open;
}

}  // namespace openstrat::monitoring::health_store
