#include "protection/team_store.hpp"

#include "db/session.hpp"

namespace openstrat::protection::team_store {
namespace {

using db::params;
using db::Query;
using std::chrono::minutes;

constexpr Query kFindPolicy{"security_policy.find",
                            "SELECT min_length, max_age_days, history, require_mfa, session_idle_minutes, session_absolute_minutes "
                            "FROM security_policies WHERE customer_id = ?1"};
constexpr Query kPutPolicy{
    "security_policy.put",
    "INSERT INTO security_policies (customer_id, min_length, max_age_days, history, require_mfa, session_idle_minutes, session_absolute_minutes, updated_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (customer_id) DO UPDATE SET min_length = excluded.min_length, "
    "max_age_days = excluded.max_age_days, history = excluded.history, require_mfa = excluded.require_mfa, "
    "session_idle_minutes = excluded.session_idle_minutes, session_absolute_minutes = excluded.session_absolute_minutes, updated_at = excluded.updated_at"};
constexpr Query kNetworks{"ip_allowlist.list",
                          "SELECT id, cidr, note, created_by, created_at FROM ip_allowlist WHERE customer_id = ?1 ORDER BY created_at DESC, id LIMIT ?2"};
constexpr Query kCount{"ip_allowlist.count", "SELECT COUNT(*) FROM ip_allowlist WHERE customer_id = ?1"};
constexpr Query kInsert{"ip_allowlist.insert",
                        "INSERT INTO ip_allowlist (customer_id, id, cidr, note, created_by, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
constexpr Query kRemove{"ip_allowlist.remove", "DELETE FROM ip_allowlist WHERE customer_id = ?1 AND id = ?2"};
constexpr Query kAllTrust{"ip_allowlist.all", "SELECT customer_id, cidr FROM ip_allowlist ORDER BY customer_id, cidr LIMIT 100000"};

std::optional<std::int64_t> count_of(const std::optional<minutes>& time) { return time ? std::optional(time->count()) : std::nullopt; }
std::optional<minutes> minutes_of(std::optional<std::int64_t> count) { return count ? std::optional(minutes(*count)) : std::nullopt; }

}  // namespace

Result<std::optional<SecurityPolicy>> find_policy(db::Session& session, const Tenant& tenant) {
  const auto row = session.first(kFindPolicy, params(tenant.customer_id));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<SecurityPolicy>();
  const db::Row& r = **row;
  return std::optional(SecurityPolicy{.min_length = r.get<int>(0), .max_age_days = r.get<int>(1), .history = r.get<int>(2), .require_mfa = r.get<bool>(3),
                                      .session_idle = minutes_of(r.get<std::optional<std::int64_t>>(4)),
                                      .session_absolute = minutes_of(r.get<std::optional<std::int64_t>>(5))});
}

Status put_policy(db::Session& session, const Tenant& tenant, const SecurityPolicy& policy, Timestamp now) {
  const auto put = session.execute(kPutPolicy, params(tenant.customer_id, policy.min_length, policy.max_age_days, policy.history, policy.require_mfa,
                                                      count_of(policy.session_idle), count_of(policy.session_absolute), now));
  return put ? Status() : fail(put.error());
}

Result<std::vector<AllowedNetwork>> networks_of(db::Session& session, const Tenant& tenant, int limit) {
  const auto rows = session.query(kNetworks, params(tenant.customer_id, limit));
  if (!rows) return fail(rows.error());
  std::vector<AllowedNetwork> networks;
  for (const db::Row& row : *rows)
    networks.push_back({.id = row.get<AllowedNetworkId>(0), .cidr = Cidr::parse(row.get<std::string>(1)).value_or(Cidr()), .note = row.get<std::string>(2),
                        .created_by = row.get<std::optional<UserId>>(3), .created_at = row.get<Timestamp>(4)});
  return networks;
}

Result<int> count_networks(db::Session& session, const Tenant& tenant) {
  const auto row = session.one(kCount, params(tenant.customer_id), "no count");
  if (!row) return fail(row.error());
  return row->get<int>(0);
}

Status insert_network(db::Session& session, const Tenant& tenant, const AllowedNetwork& network) {
  const auto inserted = session.execute(
      kInsert, params(tenant.customer_id, network.id, network.cidr.to_string(), network.note, network.created_by, network.created_at));
  return inserted ? Status() : fail(inserted.error());
}

Result<bool> remove_network(db::Session& session, const Tenant& tenant, AllowedNetworkId id) {
  const auto removed = session.execute(kRemove, params(tenant.customer_id, id));
  if (!removed) return fail(removed.error());
  return *removed > 0;
}

Result<std::vector<Trust>> all_trust(db::Session& session) {
  const auto rows = session.query(kAllTrust);
  if (!rows) return fail(rows.error());
  std::vector<Trust> all;
  for (const db::Row& row : *rows)
    if (const auto cidr = Cidr::parse(row.get<std::string>(1))) all.push_back({row.get<CustomerId>(0), *cidr});
  return all;
}

}  // namespace openstrat::protection::team_store
