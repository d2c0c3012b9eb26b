// SQL of jobs, their events and batches.
#pragma once

#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/attributes.hpp"
#include "base/error.hpp"
#include "fleet/job_service.hpp"
#include "fleet/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::fleet::job_store {

Status insert(db::Session& session, const Job& job);
Status insert_many(db::Session& session, std::span<const Job> jobs);
/// The jobs that `key` has on `sites` already.
Result<std::unordered_map<SiteId, JobId>> with_key(db::Session& session, const Tenant& tenant, const std::vector<SiteId>& sites, const Uuid& key);
/// Writes state, counters and times WHERE state = `from`; conflict when the job moved meanwhile, internal when it may not move so.
Status move(db::Session& session, const Job& job, JobState from);
Status set_associated_backup(db::Session& session, const Tenant& tenant, JobId id, const std::string& storage_key);
Status remove_pending(db::Session& session, const Tenant& tenant, SiteId site, JobId id);  ///< with its events; conflict `job_already_started`

Result<Job> find(db::Session& session, const Tenant& tenant, SiteId site, JobId id);
/// Device side only: the signature has proven the job.
Result<Job> find_any(db::Session& session, JobId id);
Result<std::optional<Job>> find_by_key(db::Session& session, const Tenant& tenant, SiteId site, const Uuid& idempotency_key);
/// The open job of a kind, pending before sent before busy.
Result<std::optional<Job>> find_open(db::Session& session, const Tenant& tenant, SiteId site, std::string_view kind);
Result<std::vector<Job>> list(db::Session& session, const Tenant& tenant, SiteId site, const JobService::ListFilter& filter);
Result<std::int64_t> count(db::Session& session, const Tenant& tenant, SiteId site, const JobService::ListFilter& filter);

/// What a hand-out decides on.
struct Queue {
  bool in_flight = false;         ///< a job is sent or busy
  std::optional<JobId> next;      ///< express first, then oldest
  int pending = 0;
};
Result<Queue> queue(db::Session& session, const Tenant& tenant, SiteId site, Timestamp now, bool platform_only);
/// Jobs in `state` whose sent_at or started_at is before `before`, oldest first.
Result<std::vector<Job>> overdue(db::Session& session, JobState state, Timestamp before, int limit);
/// Pending jobs past their expires_at.
Result<std::vector<Job>> expired(db::Session& session, Timestamp now, int limit);
Result<std::int64_t> purge_before(db::Session& session, Timestamp before, int limit);
Status purge_batches_before(db::Session& session, Timestamp before);
Status remove_of_site(db::Session& session, const Tenant& tenant, SiteId site);

Status add_event(db::Session& session, const Job& job, const JobEvent& event);
Status add_events(db::Session& session, std::span<const std::pair<const Job*, JobEvent>> events);
Result<std::vector<JobEvent>> events(db::Session& session, const Tenant& tenant, JobId job);

struct BatchRow { BatchId id; std::string description; Timestamp created_at{}; };
Status insert_batch(db::Session& session, const Tenant& tenant, const BatchRow& batch, const Uuid& key, const std::string& created_by,
                    std::int64_t refused);
struct NewBatchItem { SiteId site; std::optional<JobId> job; std::optional<std::string> refusal; };
Status insert_batch_items(db::Session& session, const Tenant& tenant, BatchId batch, std::span<const NewBatchItem> items);
Result<std::optional<BatchRow>> find_batch_by_key(db::Session& session, const Tenant& tenant, const Uuid& key);
Result<BatchRow> find_batch(db::Session& session, const Tenant& tenant, BatchId batch);
/// Jobs without their script, which is the same for all.
Result<std::vector<JobService::BatchItem>> batch_items(db::Session& session, const Tenant& tenant, BatchId batch);

}  // namespace openstrat::fleet::job_store
