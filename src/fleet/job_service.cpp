// What operators do with jobs. The router's side is in job_delivery.cpp.
#include "fleet/job_service.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "fleet/job_parts.hpp"
#include "fleet/job_store.hpp"
#include "fleet/live_sites.hpp"
#include "fleet/site_store.hpp"
#include "fleet/write_again.hpp"
#include "tasks/queue.hpp"

namespace openstrat::fleet {
namespace {

constexpr std::size_t kMaxScriptBytes = 512 * 1024;

}  // namespace

Status validate(const NewJob& job) {
  std::vector<FieldError> wrong;
  if (const auto length = text::length_utf8(job.description); length < 1 || length > 100)
    wrong.push_back({"description", "must have 1 to 100 characters"});
  if (text::trim(job.script).empty()) wrong.push_back({"script", "must not be empty"});
  if (job.script.size() > kMaxScriptBytes) wrong.push_back({"script", "must not be longer than 524288 bytes"});
  if (job.notify_url && !job.notify_url->starts_with("https://")) wrong.push_back({"notify_url", "must be an https URL"});
  if (wrong.empty()) return {};
  return fail(Error(Errc::invalid, "The job is not valid.").with_fields(std::move(wrong)));
}

Job make_job(const Site& site, NewJob&& request, Timestamp now, Rng& rng) {
  Job job;
  job.customer_id = site.customer_id;
  job.id = JobId(uuid_v7(now, rng));
  job.site_id = site.id;
  job.token = random_base62(10, rng);
  job.batch_id = request.batch_id;
  job.retry_of = request.retry_of;
  job.idempotency_key = request.idempotency_key;
  job.kind = std::move(request.kind);
  job.description = std::move(request.description);
  job.script = std::move(request.script);
  job.express = request.express;
  job.needs_ack = request.needs_ack;
  job.should_backup = request.should_backup;
  job.notify_url = std::move(request.notify_url);
  job.notify_key = std::move(request.notify_key);
  job.created_by = std::move(request.created_by);
  job.created_at = now;
  job.expires_at = request.expires_at;
  return job;
}

JobService::JobService(Dependencies dependencies) : deps_(dependencies), started_at_(deps_.clock.now()) {}

Timestamp JobService::next_moment() {
  const std::int64_t now = to_unix_us(deps_.clock.now());
  std::int64_t last = last_event_us_;
  std::int64_t next = 0;
  do next = std::max(now, last + 1);
  while (!last_event_us_.compare_exchange_weak(last, next));
  return from_unix_us(next);
}

Status JobService::append_event(db::Session& session, const Job& job, const char* kind, const std::string& message,
                                const Attributes& context) {
  const Timestamp at = next_moment();
  return job_store::add_event(session, job, {.id = uuid_v7(at, deps_.rng), .at = at, .kind = kind, .message = message,
                                             .context = context.to_json()});
}

Status JobService::announce(db::Session& session, const Job& job, const char* event_name) {
  const Timestamp now = deps_.clock.now();
  Attributes data{{"token", job.token}, {"kind", job.kind}, {"description", job.description}, {"state", to_string(job.state)}};
  if (job.batch_id) data.set("batch_id", job.batch_id->to_string());
  if (job.failure_code) data.set("failure_code", *job.failure_code);
  if (job.failure_reason) data.set("failure_reason", *job.failure_reason);
  bus::Event event{.name = event_name, .occurred_at = now, .customer_id = job.customer_id, .site_id = job.site_id,
                   .resource_id = job.id.to_string(), .data = std::move(data)};
  if (auto appended = deps_.bus.append(session, std::move(event)); !appended) return appended;

  const std::string_view name = event_name;
  const bool reported = name == "job.busy" || name == "job.completed" || name == "job.failed";
  if (job.notify_url && reported) {
    tasks::NewTask task{.kind = "fleet.notify",
                        .payload = {{"job", job.id.to_string()}, {"event", std::string(name)}, {"at", to_unix_us(now)}},
                        .unique_key = job.id.to_string() + " " + event_name, .customer_id = job.customer_id};
    if (auto queued = deps_.tasks.enqueue(session, std::move(task)); !queued) return queued;
  }
  const bool frees_the_queue = name != "job.sent" && name != "job.busy";
  if (frees_the_queue) session.on_commit([&live = deps_.live, site = job.site_id] { live.wake(site); });
  return {};
}

Result<CreatedJob> JobService::create_in(db::Session& session, const Site& site, NewJob request) {
  if (auto valid = validate(request); !valid) return fail(valid.error());
  if (request.idempotency_key.is_nil()) request.idempotency_key = uuid_v4(deps_.rng);
  auto known = job_store::find_by_key(session, site.tenant(), site.id, request.idempotency_key);
  if (!known) return fail(known.error());
  if (*known) return CreatedJob{.job = std::move(**known), .existed = true};
  if (site.deleted_at && request.kind == "user")
    return fail(Errc::conflict, "site_deleting", "The site is being deleted and takes no new jobs. Restore it first.");

  const Job job = make_job(site, std::move(request), deps_.clock.now(), deps_.rng);
  if (auto stored = job_store::insert(session, job); !stored) return fail(stored.error());
  if (auto added = append_event(session, job, "created", "Job created", {{"created_by", job.created_by}}); !added)
    return fail(added.error());
  if (job.express) {
    auto added = append_event(session, job, "express_requested", "Express execution requested: goes ahead of waiting jobs");
    if (!added) return fail(added.error());
  }
  if (auto announced = announce(session, job, "job.created"); !announced) return fail(announced.error());
  return CreatedJob{.job = job};
}

Result<CreatedJob> JobService::create(const Tenant& tenant, SiteId site_id, NewJob request) {
  // The key is fixed before the transaction, so that a transaction that runs twice makes one job.
  if (request.idempotency_key.is_nil()) request.idempotency_key = uuid_v4(deps_.rng);
  // Two requests with one key at the same moment: the loser's insert hits the unique index and finds the winner's job.
  return write_again(deps_.database, [&](db::Session& session) -> Result<CreatedJob> {
    const auto site = site_store::find(session, tenant, site_id);
    if (!site) return fail(site.error());
    return create_in(session, *site, request);
  });
}

Result<Job> JobService::find(const Tenant& tenant, SiteId site, JobId job) {
  return deps_.database.read([&](db::Session& session) { return job_store::find(session, tenant, site, job); });
}

Result<std::optional<Job>> JobService::find_open_in(db::Session& session, const Site& site, std::string_view kind) {
  return job_store::find_open(session, site.tenant(), site.id, kind);
}

Result<std::vector<JobEvent>> JobService::events(const Tenant& tenant, JobId job) {
  return deps_.database.read([&](db::Session& session) { return job_store::events(session, tenant, job); });
}

Result<JobService::JobPage> JobService::list(const Tenant& tenant, SiteId site, const ListFilter& filter) {
  return deps_.database.read([&](db::Session& session) -> Result<JobPage> {
    if (const auto found = site_store::find(session, tenant, site); !found) return fail(found.error());
    auto jobs = job_store::list(session, tenant, site, filter);
    if (!jobs) return fail(jobs.error());
    const auto total = job_store::count(session, tenant, site, filter);
    if (!total) return fail(total.error());
    return JobPage{std::move(*jobs), *total};
  });
}

Status JobService::remove(const Tenant& tenant, SiteId site, JobId id) {
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto job = job_store::find(session, tenant, site, id);
    if (!job) return fail(job.error());
    if (auto removed = job_store::remove_pending(session, tenant, site, id); !removed) return removed;
    return announce(session, *job, "job.deleted");
  });
}

Result<Job> JobService::retry(const Tenant& tenant, SiteId site_id, JobId id, std::string created_by) {
  const Uuid key = uuid_v4(deps_.rng);
  return deps_.database.write([&](db::Session& session) -> Result<Job> {
    const auto site = site_store::find(session, tenant, site_id);
    if (!site) return fail(site.error());
    const auto failed = job_store::find(session, tenant, site_id, id);
    if (!failed) return fail(failed.error());
    if (failed->state != JobState::failed) return fail(Errc::conflict, "Only a failed job can be retried.");
    NewJob again{.idempotency_key = key, .kind = failed->kind, .description = failed->description, .script = failed->script,
                 .express = failed->express, .needs_ack = failed->needs_ack, .should_backup = failed->should_backup,
                 .notify_url = failed->notify_url, .notify_key = failed->notify_key, .retry_of = failed->id, .created_by = created_by};
    auto created = create_in(session, *site, std::move(again));
    if (!created) return fail(created.error());
    return created->job;
  });
}

}  // namespace openstrat::fleet
