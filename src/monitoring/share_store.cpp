#include "monitoring/share_store.hpp"

#include "db/session.hpp"

#define SHARE_COLUMNS "customer_id, id, created_by, created_at, expires_at, revoked_at, last_used_at"

namespace openstrat::monitoring::share_store {
namespace {

using db::params;
using db::Query;

constexpr Query kInsert{"fault_share.insert", "INSERT INTO fault_share (" SHARE_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Query kFind{"fault_share.find", "SELECT " SHARE_COLUMNS " FROM fault_share WHERE customer_id = ?1 AND id = ?2"};
constexpr Query kList{"fault_share.list", "SELECT " SHARE_COLUMNS " FROM fault_share WHERE customer_id = ?1 ORDER BY created_at DESC, id LIMIT ?2"};
constexpr Query kCountLive{"fault_share.count_live", "SELECT COUNT(*) FROM fault_share WHERE customer_id = ?1 AND revoked_at IS NULL AND expires_at > ?2"};
constexpr Query kTouch{"fault_share.touch", "UPDATE fault_share SET last_used_at = ?3 WHERE customer_id = ?1 AND id = ?2"};
constexpr Query kRevoke{"fault_share.revoke", "UPDATE fault_share SET revoked_at = ?3 WHERE customer_id = ?1 AND id = ?2 AND revoked_at IS NULL"};
constexpr Query kExpired{"fault_share.purge", "DELETE FROM fault_share WHERE expires_at < ?1"};
constexpr Query kRemove{"fault_share.remove_of_customer", "DELETE FROM fault_share WHERE customer_id = ?1"};

Share read_share(const db::Row& row) {
  return {.customer_id = row.get<CustomerId>(0), .id = row.get<ShareId>(1), .created_by = row.get<std::string>(2), .created_at = row.get<Timestamp>(3),
          .expires_at = row.get<Timestamp>(4), .revoked_at = row.get<std::optional<Timestamp>>(5), .last_used_at = row.get<std::optional<Timestamp>>(6)};
}

Status done(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

}  // namespace

Status insert(db::Session& session, const Share& share) {
  return done(session.execute(kInsert, params(share.customer_id, share.id, share.created_by, share.created_at, share.expires_at, share.revoked_at, share.last_used_at)));
}

Result<std::optional<Share>> find(db::Session& session, const Tenant& tenant, ShareId id) {
  const auto row = session.first(kFind, params(tenant.customer_id, id));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Share>{};
  return std::optional(read_share(**row));
}

Result<std::vector<Share>> list(db::Session& session, const Tenant& tenant, int limit) {
  const auto rows = session.query(kList, params(tenant.customer_id, limit));
  if (!rows) return fail(rows.error());
  std::vector<Share> shares;
  for (const auto& row : *rows) shares.push_back(read_share(row));
  return shares;
}

Result<std::int64_t> count_live(db::Session& session, const Tenant& tenant, Timestamp now) {
  const auto row = session.one(kCountLive, params(tenant.customer_id, now), "no count");
  if (!row) return fail(row.error());
  return row->get<std::int64_t>(0);
}

Status touch(db::Session& session, const Tenant& tenant, ShareId id, Timestamp now) { return done(session.execute(kTouch, params(tenant.customer_id, id, now))); }

Result<bool> revoke(db::Session& session, const Tenant& tenant, ShareId id, Timestamp now) {
  const auto changed = session.execute(kRevoke, params(tenant.customer_id, id, now));
  if (!changed) return fail(changed.error());
  return *changed > 0;
}

Status remove_expired(db::Session& session, Timestamp before) { return done(session.execute(kExpired, params(before))); }

Status remove_of_customer(db::Session& session, CustomerId customer) { return done(session.execute(kRemove, params(customer))); }

}  // namespace openstrat::monitoring::share_store
