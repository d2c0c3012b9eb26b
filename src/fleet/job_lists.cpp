#include "fleet/job_lists.hpp"

#include <unordered_map>

#include "db/database.hpp"
#include "db/in_list.hpp"
#include "fleet/job_row.hpp"

namespace openstrat::fleet {
namespace {

using db::params;
using db::Query;

/// A SELECT that grows by its conditions.
struct Text {
  std::string sql;
  db::Params values;

  template <class T>
  std::string bind(const T& value) {
    values.push_back(db::to_value(value));
    return "?" + std::to_string(values.size());
  }
  /// The caller's limits on `customer` and `site`, or nothing.
  std::string limits(const Tenant& tenant, std::string_view customer, std::string_view site) {
    if (!tenant.sites) return "";
    const auto condition = tenant.sites->condition(customer, site, static_cast<int>(values.size()) + 1);
    for (const auto& value : condition.values) values.push_back(value);
    return " AND " + condition.sql;
  }
};

Status count_states(db::Session& session, const Tenant& tenant, std::vector<BatchRow>& batches) {
  if (batches.empty()) return {};
  std::unordered_map<BatchId, BatchRow*> by_id;
  std::vector<BatchId> ids;
  for (BatchRow& batch : batches) by_id[batch.id] = &batch, ids.push_back(batch.id);
  Text text{.values = params(tenant.customer_id)};
  text.sql = "SELECT j.batch_id, j.state, COUNT(*) FROM job j WHERE j.customer_id = ?1 AND j.batch_id IN " + db::in_list(ids, text.values);
  text.sql += text.limits(tenant, "j.customer_id", "j.site_id") + " GROUP BY j.batch_id, j.state";
  const auto rows = session.query(Query{"jobs.states_of_batches", text.sql.c_str()}, std::move(text.values));
  if (!rows) return fail(rows.error());
  for (const auto& row : *rows) {
    BatchRow& batch = *by_id.at(row.get<BatchId>(0));
    const auto count = row.get<std::int64_t>(2);
    switch (parse_job_state(row.get<std::string>(1)).value_or(JobState::failed)) {
      case JobState::pending: batch.pending += count; break;
      case JobState::sent:
      case JobState::busy: batch.running += count; break;
      case JobState::completed: batch.completed += count; break;
      case JobState::failed: batch.failed += count; break;
    }
  }
  return {};
}

}  // namespace

Result<std::vector<TeamJob>> JobLists::jobs(const Tenant& tenant, const TeamJobFilter& filter) {
  Text text{.values = params(tenant.customer_id)};
  text.sql = "SELECT " JOB_COLUMNS_WITHOUT_SCRIPT ", s.name FROM job j JOIN site s ON s.customer_id = j.customer_id AND s.id = j.site_id WHERE j.customer_id = ?1";
  text.sql += text.limits(tenant, "j.customer_id", "j.site_id");
  if (filter.states.size() == 1) text.sql += " AND j.state = " + text.bind(to_string(filter.states.front()));
  if (filter.states.size() > 1) {
    std::string list;
    for (const JobState state : filter.states) list += (list.empty() ? "" : ", ") + text.bind(to_string(state));
    text.sql += " AND j.state IN (" + list + ")";
  }
  if (filter.batch) text.sql += " AND j.batch_id = " + text.bind(*filter.batch);
  if (filter.site) text.sql += " AND j.site_id = " + text.bind(*filter.site);
  if (filter.from) text.sql += " AND j.created_at >= " + text.bind(*filter.from);
  if (filter.to) text.sql += " AND j.created_at <= " + text.bind(*filter.to);
  if (filter.after) text.sql += " AND (j.created_at, j.id) < (" + text.bind(filter.after->first) + ", " + text.bind(filter.after->second) + ")";
  text.sql += " ORDER BY j.created_at DESC, j.id DESC LIMIT " + text.bind(filter.limit);
  return database_.read([&](db::Session& session) -> Result<std::vector<TeamJob>> {
    const auto rows = session.query(Query{"jobs.of_team", text.sql.c_str()}, text.values);
    if (!rows) return fail(rows.error());
    std::vector<TeamJob> jobs;
    for (const auto& row : *rows) jobs.push_back({job_store::read_job(row), row.get<std::string>(kJobColumns)});
    return jobs;
  });
}

Result<std::vector<BatchRow>> JobLists::batches(const Tenant& tenant, std::optional<std::pair<Timestamp, BatchId>> after, int limit) {
  Text text{.values = params(tenant.customer_id)};
  text.sql = "SELECT b.id, b.description, b.created_by, b.created_at, b.refused FROM job_batch b WHERE b.customer_id = ?1";
  if (tenant.sites)
    text.sql += " AND EXISTS (SELECT 1 FROM job_batch_item i WHERE i.customer_id = b.customer_id AND i.batch_id = b.id" +
                text.limits(tenant, "i.customer_id", "i.site_id") + ")";
  if (after) text.sql += " AND (b.created_at, b.id) < (" + text.bind(after->first) + ", " + text.bind(after->second) + ")";
  text.sql += " ORDER BY b.created_at DESC, b.id DESC LIMIT " + text.bind(limit);
  return database_.read([&](db::Session& session) -> Result<std::vector<BatchRow>> {
    const auto rows = session.query(Query{"jobs.batches_of_team", text.sql.c_str()}, text.values);
    if (!rows) return fail(rows.error());
    std::vector<BatchRow> batches;
    for (const auto& row : *rows)
      batches.push_back({.id = row.get<BatchId>(0), .description = row.get<std::string>(1), .created_by = row.get<std::string>(2),
                         .created_at = row.get<Timestamp>(3), .refused = tenant.sites ? 0 : row.get<std::int64_t>(4)});
    if (auto counted = count_states(session, tenant, batches); !counted) return fail(counted.error());
    return batches;
  });
}

Result<std::vector<BatchTarget>> JobLists::preview(const Tenant& tenant, const std::vector<SiteId>& sites) {
  return database_.read([&](db::Session& session) { return batch_targets(session, tenant, sites); });
}

Result<std::vector<BatchTarget>> JobLists::preview(const Tenant& tenant, SiteFilter filter) {
  filter.limit = static_cast<int>(kMostBatchSites) + 1;
  return database_.read([&](db::Session& session) -> Result<std::vector<BatchTarget>> {
    const auto ids = site_list::ids(session, tenant, filter, facets_);
    if (!ids) return fail(ids.error());
    if (ids->size() > kMostBatchSites) return invalid_field("filter", "matches more than 5000 sites; narrow it, or run the job in parts");
    return batch_targets(session, tenant, *ids);
  });
}

}  // namespace openstrat::fleet
