#include "short_links/link_store.hpp"

#include <vector>

#include "db/session.hpp"

namespace openstrat::short_links::link_store {
namespace {

using db::params;
using db::Query;

constexpr Query kInsert{"short_link.insert", "INSERT INTO short_link (code, customer_id, target, is_external, created_by, created_at, expires_at, hits) "
                                             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0) ON CONFLICT (code) DO NOTHING"};
constexpr Query kFind{"short_link.find", "SELECT customer_id, target, is_external, created_by, created_at, expires_at, hits FROM short_link WHERE code = ?1"};
constexpr Query kHits{"short_link.add_hits", "UPDATE short_link SET hits = hits + ?2 WHERE code = ?1"};
constexpr Query kRemoveOfCustomer{"short_link.remove_of_customer", "DELETE FROM short_link WHERE customer_id = ?1"};
constexpr Query kPurge{"short_link.purge", "DELETE FROM short_link WHERE code IN (SELECT code FROM short_link WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)"};

Status done(const Result<std::int64_t>& changed) { return changed ? Status{} : fail(changed.error()); }

}  // namespace

Result<bool> insert(db::Session& session, const StoredLink& link) {
  const auto inserted = session.execute(kInsert, params(link.code, link.customer_id, link.target, link.is_external,
                                                        link.created_by.empty() ? std::nullopt : std::optional(link.created_by), link.created_at, link.expires_at));
  if (!inserted) return fail(inserted.error());
  return *inserted > 0;
}

Result<std::optional<StoredLink>> find(db::Session& session, std::string_view code) {
  const auto row = session.first(kFind, params(code));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<StoredLink>{};
  const db::Row& r = **row;
  return std::optional(StoredLink{.code = std::string(code), .target = r.get<std::string>(1), .is_external = r.get<bool>(2), .customer_id = r.get<std::optional<CustomerId>>(0),
                                  .created_by = r.get<std::optional<std::string>>(3).value_or(""), .created_at = r.get<Timestamp>(4), .expires_at = r.get<Timestamp>(5),
                                  .hits = r.get<std::int64_t>(6)});
}

Status add_hits(db::Session& session, const std::map<std::string, std::int64_t, std::less<>>& hits_by_code) {
  std::vector<db::Params> rows;
  rows.reserve(hits_by_code.size());
  for (const auto& [code, hits] : hits_by_code) rows.push_back(params(code, hits));
  return done(session.execute_many(kHits, rows));
}

Status remove_of_customer(db::Session& session, CustomerId customer) { return done(session.execute(kRemoveOfCustomer, params(customer))); }

Result<std::int64_t> purge(db::Session& session, Timestamp expired_before, int limit) { return session.execute(kPurge, params(expired_before, limit)); }

}  // namespace openstrat::short_links::link_store
