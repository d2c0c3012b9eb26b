#include "monitoring/fault_query_store.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "db/conditions.hpp"
#include "db/within.hpp"
#include "monitoring/fault_row.hpp"

namespace openstrat::monitoring::fault_query_store {
namespace {

using db::Conditions;
using db::params;
using db::Query;
using fault_store::read_fault;
using fault_store::read_faults;

constexpr Query kFindById{"fault.find", "SELECT " FAULT_COLUMNS " FROM fault f WHERE f.customer_id = ?1 AND f.id = ?2"};
constexpr Query kFindByPid{"fault.find_by_pid", "SELECT " FAULT_COLUMNS " FROM fault f WHERE f.pid = ?2 AND f.customer_id = ?1"};
constexpr Query kTopWan{"fault.top_wan", "SELECT f.resource_id, COUNT(*) AS faults FROM fault f WHERE f.customer_id = ?1 AND f.type = 'wantunnel' "
                                         "AND f.created_at >= ?2 GROUP BY f.resource_id ORDER BY faults DESC, f.resource_id LIMIT ?3"};
constexpr Query kUnresolved{"fault.unresolved", "SELECT " FAULT_COLUMNS " FROM fault WHERE resolved_at IS NULL AND type = ?1 ORDER BY created_at, id LIMIT ?2"};
constexpr Query kOverlapping{"fault.overlapping", "SELECT " FAULT_COLUMNS " FROM fault WHERE customer_id = ?1 AND site_id = ?2 AND type = ?3 AND created_at <= ?5 "
                                                  "AND COALESCE(resolved_at, 9223372036854775807) >= ?4 ORDER BY created_at, id LIMIT ?6"};

constexpr const char* kNewestFirst = "created_at DESC, id DESC";

/// `recent` is answered by the end of the faults, a site by its own index; the sum keeps planners from walking through all
/// faults of the team by their beginning.
std::string order_of(const FaultFilter& filter) {
  return filter.status == FaultStatus::recent || filter.site ? "created_at + 0 DESC, id DESC" : kNewestFirst;
}

/// What an index answers: how the reader moves.
void add_place(Conditions& where, const Tenant& tenant, const FaultFilter& filter, Timestamp now) {
  where.add("f.customer_id = {}", tenant.customer_id);
  if (filter.site) where.add("f.site_id = {}", *filter.site);
  // Words that partial indexes are made of stand in the text itself.
  if (filter.types.size() == 1 && filter.types.front() == "wantunnel") where.add("f.type = 'wantunnel'");
  if (filter.status == FaultStatus::unresolved) where.add("f.resolved_at IS NULL");
  if (filter.status == FaultStatus::recent) where.add("COALESCE(f.resolved_at, 9223372036854775807) >= {}", now - kRecent);
  if (filter.from) where.add("f.created_at >= {}", *filter.from);
  if (filter.until) where.add("f.created_at < {}", *filter.until);
}

template <class T>
void add_any_of(Conditions& where, const char* column, const std::vector<T>& values) {
  if (values.empty()) return;
  std::string alternatives;
  for (const auto& value : values) {
    where.parameters().push_back(db::to_value(value));
    alternatives += fmt::format("{}?{}", alternatives.empty() ? "" : ", ", where.parameters().size());
  }
  where.add(fmt::format("{} IN ({})", column, alternatives));
}

/// What every fault on the way is asked.
void add_residue(Conditions& where, const Tenant& tenant, const FaultFilter& filter) {
  if (filter.status == FaultStatus::resolved) where.add("f.resolved_at IS NOT NULL");
  add_any_of(where, "f.type", filter.types);
  std::vector<std::string> severities;
  for (const Severity severity : filter.severities) severities.emplace_back(to_string(severity));
  add_any_of(where, "f.severity", severities);
  if (filter.cause) where.add("LOWER(f.cause) = LOWER({})", *filter.cause);
  if (filter.resource_id) where.add("f.resource_id = {}", *filter.resource_id);
  if (filter.search) {
    const auto pattern = '%' + Conditions::escaped(*filter.search) + '%';
    where.add("(LOWER(f.message) LIKE LOWER({}) ESCAPE '\\' OR LOWER(f.cause) LIKE LOWER({}) ESCAPE '\\')", pattern, pattern);
  }
  where.add_limits(tenant, "f.customer_id", "f.site_id");
}

FaultPosition position_of(const Fault& fault) { return {fault.created_at, fault.id}; }

/// The last row of the window; absent: the table ended before.
Result<std::optional<FaultPosition>> end_of_window(db::Session& session, const std::string& place, const std::string& order, db::Params parameters, int window) {
  const auto sql = fmt::format("SELECT created_at, id FROM fault f WHERE {} ORDER BY {} LIMIT 1 OFFSET {}", place, order, window - 1);
  const auto last = session.first({"fault.window_end", sql.c_str()}, std::move(parameters));
  if (!last) return fail(last.error());
  if (!*last) return std::optional<FaultPosition>{};
  return std::optional(FaultPosition{(*last)->get<Timestamp>(0), (*last)->get<FaultId>(1)});
}

}  // namespace

Result<Step> step(db::Session& session, const Tenant& tenant, const FaultFilter& filter, const std::optional<FaultPosition>& after, Timestamp now,
                  int window, int limit) {
  Conditions where;
  add_place(where, tenant, filter, now);
  if (after) where.add("(f.created_at, f.id) < ({}, {})", after->created_at, after->id);
  const std::string place = where.take();
  const db::Params place_values = where.parameters();
  add_residue(where, tenant, filter);
  const std::string order = order_of(filter);
  const bool picks = !where.empty();
  const auto sql = picks ? fmt::format("SELECT " FAULT_COLUMNS " FROM (SELECT " FAULT_COLUMNS " FROM fault f WHERE {0} ORDER BY {1} LIMIT {2}) f WHERE {3} "
                                       "ORDER BY {1} LIMIT {4}", place, order, window, where.text(), limit)
                         : fmt::format("SELECT " FAULT_COLUMNS " FROM fault f WHERE {} ORDER BY {} LIMIT {}", place, order, limit);
  auto faults = read_faults(session.query({"fault.list", sql.c_str()}, where.parameters()));
  if (!faults) return fail(faults.error());
  Step step{.faults = std::move(*faults)};
  if (static_cast<int>(step.faults.size()) == limit) {
    step.next = position_of(step.faults.back());
  } else if (picks) {
    const auto end = end_of_window(session, place, order, place_values, window);
    if (!end) return fail(end.error());
    step.next = *end;
  }
  return step;
}

Result<std::vector<Fault>> page(db::Session& session, const Tenant& tenant, const FaultFilter& filter, Timestamp now, int limit, std::int64_t offset) {
  Conditions where;
  add_place(where, tenant, filter, now);
  add_residue(where, tenant, filter);
  const auto sql = fmt::format("SELECT " FAULT_COLUMNS " FROM fault f WHERE {} ORDER BY {} LIMIT ?{} OFFSET ?{}", where.text(), order_of(filter),
                               where.parameters().size() + 1, where.parameters().size() + 2);
  where.parameters().push_back(db::to_value(limit));
  where.parameters().push_back(db::to_value(offset));
  return read_faults(session.query({"fault.page", sql.c_str()}, where.parameters()));
}

Result<std::int64_t> count(db::Session& session, const Tenant& tenant, const FaultFilter& filter, Timestamp now, std::int64_t max) {
  Conditions where;
  add_place(where, tenant, filter, now);
  add_residue(where, tenant, filter);
  const auto sql = fmt::format("SELECT COUNT(*) FROM (SELECT 1 FROM fault f WHERE {} LIMIT {}) counted", where.text(), max);
  const auto row = session.one({"fault.count", sql.c_str()}, where.parameters(), "no count");
  if (!row) return fail(row.error());
  return row->get<std::int64_t>(0);
}

Result<Fault> find(db::Session& session, const Tenant& tenant, const FaultRef& fault) {
  auto values = params(tenant.customer_id, fault.text);
  const db::Within query(fault.text.starts_with("flt_") ? kFindByPid : kFindById, tenant, "f.customer_id", "f.site_id", values);
  const auto row = session.one(query, std::move(values), "No such fault.");
  if (!row) return fail(row.error());
  return read_fault(*row);
}

Result<std::vector<TopResource>> top_wan(db::Session& session, const Tenant& tenant, Timestamp since, int limit) {
  auto values = params(tenant.customer_id, since, limit);
  const db::Within query(kTopWan, tenant, "f.customer_id", "f.site_id", values);
  const auto rows = session.query(query, std::move(values));
  if (!rows) return fail(rows.error());
  std::vector<TopResource> top;
  for (const auto& row : *rows) top.push_back({row.get<std::string>(0), row.get<std::int64_t>(1)});
  return top;
}

Result<std::vector<Fault>> newest_wan(db::Session& session, const Tenant& tenant, Timestamp since, std::span<const TopResource> resources, int each) {
  if (resources.empty()) return std::vector<Fault>{};
  Conditions where;
  where.add("f.customer_id = {} AND f.type = 'wantunnel' AND f.created_at >= {}", tenant.customer_id, since);
  std::vector<std::string> ids;
  for (const auto& resource : resources) ids.push_back(resource.resource_id);
  add_any_of(where, "f.resource_id", ids);
  where.add_limits(tenant, "f.customer_id", "f.site_id");
  const auto sql = fmt::format("SELECT " FAULT_COLUMNS " FROM (SELECT " FAULT_COLUMNS ", ROW_NUMBER() OVER (PARTITION BY f.resource_id ORDER BY f.created_at DESC, "
                               "f.id DESC) AS place FROM fault f WHERE {}) n WHERE place <= {} ORDER BY {}", where.text(), each, kNewestFirst);
  return read_faults(session.query({"fault.newest_wan", sql.c_str()}, where.parameters()));
}

Result<std::vector<Fault>> unresolved(db::Session& session, std::string_view type, int limit) {
  return read_faults(session.query(kUnresolved, params(type, limit)));
}

Result<std::vector<Fault>> overlapping(db::Session& session, const Tenant& tenant, SiteId site, std::string_view type, Timestamp start, Timestamp end, int limit) {
  return read_faults(session.query(kOverlapping, params(tenant.customer_id, site, type, start, end, limit)));
}

}  // namespace openstrat::monitoring::fault_query_store
