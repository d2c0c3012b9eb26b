#include "fleet/job_store.hpp"

#include <algorithm>
#include <unordered_map>

#include "db/in_list.hpp"
#include "db/session.hpp"
#include "db/within.hpp"
#include "fleet/job_row.hpp"

namespace openstrat::fleet::job_store {

Job read_job(const db::Row& row) {
  Job job;
  std::size_t column = 0;
  const auto next = [&](auto& member) { member = row.get<std::remove_reference_t<decltype(member)>>(column++); };
  next(job.customer_id), next(job.id), next(job.site_id), next(job.token), next(job.batch_id), next(job.retry_of);
  next(job.idempotency_key), next(job.kind), next(job.description), next(job.script), next(job.express), next(job.needs_ack);
  next(job.should_backup), next(job.associated_backup), next(job.notify_url), next(job.notify_key);
  job.state = *parse_job_state(row.get<std::string>(column++));
  next(job.deliveries), next(job.failure_code), next(job.failure_reason), next(job.created_by), next(job.created_at);
  next(job.expires_at), next(job.sent_at), next(job.started_at), next(job.completed_at), next(job.failed_at);
  return job;
}

namespace {

using db::params;
using db::Query;

constexpr Query kInsert{"job.insert",
                        "INSERT INTO job (customer_id, id, site_id, token, batch_id, retry_of, idempotency_key, kind, description, "
                        "script, express, needs_ack, should_backup, associated_backup, notify_url, notify_key, state, deliveries, "
                        "failure_code, failure_reason, created_by, created_at, expires_at, sent_at, started_at, completed_at, failed_at) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, "
                        "?23, ?24, ?25, ?26, ?27)"};
constexpr Query kMove{"job.move",
                      "UPDATE job SET state = ?4, deliveries = ?5, failure_code = ?6, failure_reason = ?7, sent_at = ?8, "
                      "started_at = ?9, completed_at = ?10, failed_at = ?11 "
                      "WHERE customer_id = ?1 AND id = ?2 AND state = ?3"};
constexpr Query kAttach{"job.attach_backup", "UPDATE job SET associated_backup = ?3 WHERE customer_id = ?1 AND id = ?2"};
constexpr Query kDeletePending{
    "job.delete_pending", "DELETE FROM job WHERE customer_id = ?1 AND site_id = ?2 AND id = ?3 AND state = 'pending'"};
constexpr Query kFind{"job.find", "SELECT " JOB_COLUMNS " FROM job j WHERE j.customer_id = ?1 AND j.site_id = ?2 AND j.id = ?3"};
constexpr Query kFindAny{"job.find_any", "SELECT " JOB_COLUMNS " FROM job j WHERE j.id = ?1"};
constexpr Query kFindByKey{"job.find_by_key", "SELECT " JOB_COLUMNS
                                              " FROM job j WHERE j.customer_id = ?1 AND j.site_id = ?2 AND j.idempotency_key = ?3"};
constexpr Query kFindOpen{"job.find_open",
                          "SELECT " JOB_COLUMNS
                          " FROM job j WHERE j.customer_id = ?1 AND j.site_id = ?2 AND j.kind = ?3 AND j.state IN ('pending', 'sent', 'busy') "
                          "ORDER BY CASE j.state WHEN 'pending' THEN 0 WHEN 'sent' THEN 1 ELSE 2 END, j.created_at LIMIT 1"};
// A filter that is absent is NULL; PostgreSQL needs the type, hence the casts.
constexpr const char* kListText =
    "SELECT " JOB_COLUMNS
    " FROM job j WHERE j.customer_id = ?1 AND j.site_id = ?2 AND (CAST(?3 AS TEXT) IS NULL OR j.state = ?3) "
    "AND (CAST(?4 AS BIGINT) IS NULL OR j.created_at >= ?4) AND (CAST(?5 AS BIGINT) IS NULL OR j.created_at <= ?5) "
    "ORDER BY j.created_at DESC, j.id DESC LIMIT ?6 OFFSET ?7";
constexpr Query kList{"job.list", kListText};
constexpr Query kCount{"job.count",
                       "SELECT COUNT(*) FROM job j WHERE j.customer_id = ?1 AND j.site_id = ?2 "
                       "AND (CAST(?3 AS TEXT) IS NULL OR j.state = ?3) AND (CAST(?4 AS BIGINT) IS NULL OR j.created_at >= ?4) "
                       "AND (CAST(?5 AS BIGINT) IS NULL OR j.created_at <= ?5)"};
constexpr Query kInFlight{"job.in_flight",
                          "SELECT COUNT(*) FROM job WHERE customer_id = ?1 AND site_id = ?2 AND state IN ('sent', 'busy')"};
constexpr Query kNext{"job.next",
                      "SELECT id FROM job WHERE customer_id = ?1 AND site_id = ?2 AND state = 'pending' "
                      "AND (expires_at IS NULL OR expires_at > ?3) AND (?4 = FALSE OR kind <> 'user') "
                      "ORDER BY express DESC, created_at, id LIMIT 1 {{skip_locked}}"};
constexpr Query kPending{"job.pending",
                         "SELECT COUNT(*) FROM job WHERE customer_id = ?1 AND site_id = ?2 AND state = 'pending' "
                         "AND (expires_at IS NULL OR expires_at > ?3) AND (?4 = FALSE OR kind <> 'user')"};
constexpr Query kOverdueSent{"job.overdue_sent", "SELECT " JOB_COLUMNS
                                                 " FROM job j WHERE j.state = 'sent' AND j.sent_at < ?1 ORDER BY j.sent_at LIMIT ?2"};
constexpr Query kOverdueBusy{"job.overdue_busy",
                             "SELECT " JOB_COLUMNS
                             " FROM job j WHERE j.state = 'busy' AND j.started_at < ?1 ORDER BY j.sent_at LIMIT ?2"};
constexpr Query kExpired{"job.expired", "SELECT " JOB_COLUMNS
                                        " FROM job j WHERE j.state = 'pending' AND j.expires_at IS NOT NULL AND j.expires_at <= ?1 LIMIT ?2"};
constexpr Query kPurgeEvents{"job.purge_events",
                             "DELETE FROM job_event WHERE job_id IN (SELECT id FROM job WHERE created_at < ?1 AND state IN "
                             "('completed', 'failed') ORDER BY created_at LIMIT ?2)"};
constexpr Query kPurgeOrphanEvents{"job_event.purge_orphans",
                                   "DELETE FROM job_event WHERE id IN (SELECT e.id FROM job_event e WHERE e.at < ?1 AND NOT EXISTS "
                                   "(SELECT 1 FROM job j WHERE j.id = e.job_id) ORDER BY e.at LIMIT ?2)"};
constexpr Query kPurge{"job.purge",
                       "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE created_at < ?1 AND state IN ('completed', 'failed') "
                       "ORDER BY created_at LIMIT ?2)"};
constexpr Query kDeleteEvents{"job.delete_events", "DELETE FROM job_event WHERE customer_id = ?1 AND job_id = ?2"};
constexpr Query kDeleteEventsOfSite{"job.delete_events_of_site",
                                    "DELETE FROM job_event WHERE customer_id = ?1 AND job_id IN "
                                    "(SELECT id FROM job WHERE customer_id = ?1 AND site_id = ?2)"};
constexpr Query kDeleteOfSite{"job.delete_of_site", "DELETE FROM job WHERE customer_id = ?1 AND site_id = ?2"};
constexpr Query kDeleteBatchItemsOfSite{"job.delete_batch_items_of_site",
                                        "DELETE FROM job_batch_item WHERE customer_id = ?1 AND site_id = ?2"};
constexpr Query kAddEvent{"job_event.insert",
                          "INSERT INTO job_event (customer_id, job_id, id, at, kind, message, context) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Query kEvents{"job_event.list",
                        "SELECT id, at, kind, message, context FROM job_event WHERE customer_id = ?1 AND job_id = ?2 ORDER BY at, id LIMIT 500"};
constexpr Query kInsertBatch{"job_batch.insert",
                             "INSERT INTO job_batch (customer_id, id, idempotency_key, description, created_by, created_at, refused) "
                             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Query kInsertBatchItem{"job_batch_item.insert",
                                 "INSERT INTO job_batch_item (customer_id, batch_id, site_id, job_id, refusal) VALUES (?1, ?2, ?3, ?4, ?5)"};
constexpr Query kFindBatchByKey{"job_batch.find_by_key",
                                "SELECT id, description, created_at FROM job_batch WHERE customer_id = ?1 AND idempotency_key = ?2"};
constexpr Query kFindBatch{"job_batch.find", "SELECT id, description, created_at FROM job_batch WHERE customer_id = ?1 AND id = ?2"};
constexpr Query kBatchItems{"job_batch_item.list",
                            "SELECT b.site_id, b.job_id, b.refusal, s.name FROM job_batch_item b LEFT JOIN site s ON s.customer_id = b.customer_id "
                            "AND s.id = b.site_id WHERE b.customer_id = ?1 AND b.batch_id = ?2 ORDER BY b.site_id"};
// By the items, not by job.batch_id: a site whose key was known before keeps its first job.
constexpr Query kJobsOfBatch{"job.list_of_batch", "SELECT " JOB_COLUMNS_WITHOUT_SCRIPT
                                                  " FROM job_batch_item i JOIN job j ON j.customer_id = i.customer_id AND j.id = i.job_id "
                                                  "WHERE i.customer_id = ?1 AND i.batch_id = ?2"};
constexpr Query kPurgeBatchItems{"job_batch_item.purge",
                                 "DELETE FROM job_batch_item WHERE batch_id IN (SELECT id FROM job_batch WHERE created_at < ?1)"};
constexpr Query kPurgeBatches{"job_batch.purge", "DELETE FROM job_batch WHERE created_at < ?1"};

Result<std::vector<Job>> read_jobs(Result<std::vector<db::Row>> rows) {
  if (!rows) return fail(rows.error());
  std::vector<Job> jobs;
  jobs.reserve(rows->size());
  for (const auto& row : *rows) jobs.push_back(read_job(row));
  return jobs;
}

Result<std::optional<Job>> read_first(Result<std::vector<db::Row>> rows) {
  if (!rows) return fail(rows.error());
  if (rows->empty()) return std::optional<Job>{};
  return std::optional<Job>(read_job(rows->front()));
}

Status ignore_count(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

std::optional<std::string> text_of(const std::optional<JobState>& state) {
  return state ? std::optional<std::string>(to_string(*state)) : std::nullopt;
}

}  // namespace

namespace {
db::Params insert_values(const Job& job) {
  return params(job.customer_id, job.id, job.site_id, job.token, job.batch_id, job.retry_of, job.idempotency_key, job.kind,
                job.description, job.script, job.express, job.needs_ack, job.should_backup, job.associated_backup,
                job.notify_url, job.notify_key, to_string(job.state), job.deliveries, job.failure_code,
                job.failure_reason, job.created_by, job.created_at, job.expires_at, job.sent_at, job.started_at,
                job.completed_at, job.failed_at);
}
db::Params event_values(const Job& job, const JobEvent& event) {
  return params(job.customer_id, job.id, event.id, event.at, event.kind, event.message, event.context);
}
}  // namespace

Status insert(db::Session& session, const Job& job) { return ignore_count(session.execute(kInsert, insert_values(job))); }

Status insert_many(db::Session& session, std::span<const Job> jobs) {
  std::vector<db::Params> rows;
  rows.reserve(jobs.size());
  for (const Job& job : jobs) rows.push_back(insert_values(job));
  return ignore_count(session.execute_many(kInsert, rows));
}

Result<std::unordered_map<SiteId, JobId>> with_key(db::Session& session, const Tenant& tenant, const std::vector<SiteId>& sites, const Uuid& key) {
  std::unordered_map<SiteId, JobId> known;
  constexpr std::size_t kStep = 1000;
  for (std::size_t done = 0; done < sites.size(); done += kStep) {
    const std::vector<SiteId> part(sites.begin() + static_cast<std::ptrdiff_t>(done),
                                   sites.begin() + static_cast<std::ptrdiff_t>(std::min(sites.size(), done + kStep)));
    auto values = params(tenant.customer_id, key);
    const std::string sql = "SELECT site_id, id FROM job WHERE customer_id = ?1 AND idempotency_key = ?2 AND site_id IN " + db::in_list(part, values);
    const auto rows = session.query(Query{"job.with_key", sql.c_str()}, std::move(values));
    if (!rows) return fail(rows.error());
    for (const auto& row : *rows) known.emplace(row.get<SiteId>(0), row.get<JobId>(1));
  }
  return known;
}

Status move(db::Session& session, const Job& job, JobState from) {
  if (!may_move(from, job.state))
    return fail(Errc::internal, std::string("a job cannot move from ") + to_string(from) + " to " + to_string(job.state));
  const auto changed = session.execute(
      kMove, params(job.customer_id, job.id, to_string(from), to_string(job.state), job.deliveries, job.failure_code,
                    job.failure_reason, job.sent_at, job.started_at, job.completed_at, job.failed_at));
  if (!changed) return fail(changed.error());
  if (*changed == 0) return fail(Errc::conflict, "the job moved meanwhile");
  return {};
}

Status set_associated_backup(db::Session& session, const Tenant& tenant, JobId id, const std::string& storage_key) {
  return ignore_count(session.execute(kAttach, params(tenant.customer_id, id, storage_key)));
}

Status remove_pending(db::Session& session, const Tenant& tenant, SiteId site, JobId id) {
  const auto removed = session.execute(kDeletePending, params(tenant.customer_id, site, id));
  if (!removed) return fail(removed.error());
  if (*removed == 0) return fail(Errc::conflict, "job_already_started", "Only a job that waits can be deleted; this one was already handed to the router.");
  return ignore_count(session.execute(kDeleteEvents, params(tenant.customer_id, id)));
}

Result<Job> find(db::Session& session, const Tenant& tenant, SiteId site, JobId id) {
  const auto row = session.one(kFind, params(tenant.customer_id, site, id), "No such job on this site.");
  if (!row) return fail(row.error());
  return read_job(*row);
}

Result<Job> find_any(db::Session& session, JobId id) {
  const auto row = session.one(kFindAny, params(id), "No such job.");
  if (!row) return fail(row.error());
  return read_job(*row);
}

Result<std::optional<Job>> find_by_key(db::Session& session, const Tenant& tenant, SiteId site, const Uuid& key) {
  return read_first(session.query(kFindByKey, params(tenant.customer_id, site, key)));
}

Result<std::optional<Job>> find_open(db::Session& session, const Tenant& tenant, SiteId site, std::string_view kind) {
  return read_first(session.query(kFindOpen, params(tenant.customer_id, site, kind)));
}

Result<std::vector<Job>> list(db::Session& session, const Tenant& tenant, SiteId site, const JobService::ListFilter& filter) {
  return read_jobs(session.query(kList, params(tenant.customer_id, site, text_of(filter.state), filter.from, filter.to,
                                               filter.limit, filter.offset)));
}

Result<std::int64_t> count(db::Session& session, const Tenant& tenant, SiteId site, const JobService::ListFilter& filter) {
  const auto row = session.one(kCount, params(tenant.customer_id, site, text_of(filter.state), filter.from, filter.to), "no count");
  if (!row) return fail(row.error());
  return row->get<std::int64_t>(0);
}

Result<Queue> queue(db::Session& session, const Tenant& tenant, SiteId site, Timestamp now, bool platform_only) {
  Queue out;
  const auto in_flight = session.one(kInFlight, params(tenant.customer_id, site), "no count");
  if (!in_flight) return fail(in_flight.error());
  out.in_flight = in_flight->get<std::int64_t>(0) > 0;
  const auto pending = session.one(kPending, params(tenant.customer_id, site, now, platform_only), "no count");
  if (!pending) return fail(pending.error());
  out.pending = static_cast<int>(pending->get<std::int64_t>(0));
  if (out.in_flight || out.pending == 0) return out;
  const auto next = session.first(kNext, params(tenant.customer_id, site, now, platform_only));
  if (!next) return fail(next.error());
  if (*next) out.next = (*next)->get<JobId>(0);
  return out;
}

Result<std::vector<Job>> overdue(db::Session& session, JobState state, Timestamp before, int limit) {
  return read_jobs(session.query(state == JobState::sent ? kOverdueSent : kOverdueBusy, params(before, limit)));
}

Result<std::vector<Job>> expired(db::Session& session, Timestamp now, int limit) {
  return read_jobs(session.query(kExpired, params(now, limit)));
}

Result<std::int64_t> purge_before(db::Session& session, Timestamp before, int limit) {
  if (const auto events = session.execute(kPurgeEvents, params(before, limit)); !events) return fail(events.error());
  if (const auto orphans = session.execute(kPurgeOrphanEvents, params(before, limit)); !orphans) return fail(orphans.error());
  return session.execute(kPurge, params(before, limit));
}

Status purge_batches_before(db::Session& session, Timestamp before) {
  for (const Query& query : {kPurgeBatchItems, kPurgeBatches})
    if (const auto removed = session.execute(query, params(before)); !removed) return fail(removed.error());
  return {};
}

Status remove_of_site(db::Session& session, const Tenant& tenant, SiteId site) {
  for (const Query& query : {kDeleteEventsOfSite, kDeleteOfSite, kDeleteBatchItemsOfSite})
    if (const auto removed = session.execute(query, params(tenant.customer_id, site)); !removed) return fail(removed.error());
  return {};
}

Status add_event(db::Session& session, const Job& job, const JobEvent& event) {
  return ignore_count(session.execute(kAddEvent, event_values(job, event)));
}

Status add_events(db::Session& session, std::span<const std::pair<const Job*, JobEvent>> events) {
  std::vector<db::Params> rows;
  rows.reserve(events.size());
  for (const auto& [job, event] : events) rows.push_back(event_values(*job, event));
  return ignore_count(session.execute_many(kAddEvent, rows));
}

Result<std::vector<JobEvent>> events(db::Session& session, const Tenant& tenant, JobId job) {
  const auto rows = session.query(kEvents, params(tenant.customer_id, job));
  if (!rows) return fail(rows.error());
  std::vector<JobEvent> out;
  for (const auto& row : *rows)
    out.push_back({.id = row.get<Uuid>(0), .at = row.get<Timestamp>(1), .kind = row.get<std::string>(2),
                   .message = row.get<std::string>(3), .context = row.get<std::string>(4)});
  return out;
}

Status insert_batch(db::Session& session, const Tenant& tenant, const BatchRow& batch, const Uuid& key, const std::string& created_by,
                    std::int64_t refused) {
  return ignore_count(session.execute(
      kInsertBatch, params(tenant.customer_id, batch.id, key, batch.description, created_by, batch.created_at, refused)));
}

Status insert_batch_items(db::Session& session, const Tenant& tenant, BatchId batch, std::span<const NewBatchItem> items) {
  std::vector<db::Params> rows;
  rows.reserve(items.size());
  for (const auto& [site, job, refusal] : items) rows.push_back(params(tenant.customer_id, batch, site, job, refusal));
  return ignore_count(session.execute_many(kInsertBatchItem, rows));
}

namespace {
BatchRow read_batch(const db::Row& row) {
  return {.id = row.get<BatchId>(0), .description = row.get<std::string>(1), .created_at = row.get<Timestamp>(2)};
}
}  // namespace

Result<std::optional<BatchRow>> find_batch_by_key(db::Session& session, const Tenant& tenant, const Uuid& key) {
  const auto row = session.first(kFindBatchByKey, params(tenant.customer_id, key));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<BatchRow>{};
  return std::optional<BatchRow>(read_batch(**row));
}

Result<BatchRow> find_batch(db::Session& session, const Tenant& tenant, BatchId batch) {
  const auto row = session.one(kFindBatch, params(tenant.customer_id, batch), "No such batch of jobs.");
  if (!row) return fail(row.error());
  return read_batch(*row);
}

Result<std::vector<JobService::BatchItem>> batch_items(db::Session& session, const Tenant& tenant, BatchId batch) {
  auto values = params(tenant.customer_id, batch);
  const db::Within query(kBatchItems, tenant, "b.customer_id", "b.site_id", values);
  const auto rows = session.query(query, std::move(values));
  if (!rows) return fail(rows.error());
  auto jobs = read_jobs(session.query(kJobsOfBatch, params(tenant.customer_id, batch)));
  if (!jobs) return fail(jobs.error());
  std::unordered_map<JobId, Job*> by_id;
  for (Job& job : *jobs) by_id.emplace(job.id, &job);
  std::vector<JobService::BatchItem> items;
  items.reserve(rows->size());
  for (const auto& row : *rows) {
    JobService::BatchItem item{.site = row.get<SiteId>(0), .name = row.get<std::optional<std::string>>(3).value_or(""),
                               .refusal = row.get<std::optional<std::string>>(2)};
    const auto id = row.get<std::optional<JobId>>(1);
    if (const auto job = id ? by_id.find(*id) : by_id.end(); job != by_id.end()) item.job = std::move(*job->second);
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace openstrat::fleet::job_store
