// One job on many sites: written in one transaction, with a handful of statements for thousands of sites.
#include <set>

#include "bus/bus.hpp"
#include "db/database.hpp"
#include "fleet/batch_targets.hpp"
#include "fleet/job_parts.hpp"
#include "fleet/job_store.hpp"
#include "fleet/write_again.hpp"

namespace openstrat::fleet {
namespace {

constexpr std::size_t kMaxBatchBytes = 64 * 1024 * 1024;  // sites × script: what one transaction may write
constexpr std::size_t kStep = 500;                        // jobs whose rows are in memory at a time

}  // namespace

Status JobService::create_many(db::Session& session, const std::vector<Job>& jobs) {
  if (auto stored = job_store::insert_many(session, jobs); !stored) return stored;
  std::vector<std::pair<const Job*, JobEvent>> events;
  const auto add = [&](const Job& job, const char* kind, const char* message, const Attributes& context) {
    const Timestamp at = next_moment();
    events.emplace_back(&job, JobEvent{.id = uuid_v7(at, deps_.rng), .at = at, .kind = kind, .message = message, .context = context.to_json()});
  };
  for (const Job& job : jobs) {
    add(job, "created", "Job created", {{"created_by", job.created_by}});
    if (job.express) add(job, "express_requested", "Express execution requested: goes ahead of waiting jobs", {});
  }
  if (auto added = job_store::add_events(session, events); !added) return added;
  for (const Job& job : jobs)
    if (auto announced = announce(session, job, "job.created"); !announced) return announced;
  return {};
}

Result<BatchId> JobService::write_batch(db::Session& session, const Tenant& tenant, const std::vector<SiteId>& sites, const NewJob& request, BatchId fresh,
                                        Timestamp now) {
  const auto known = job_store::find_batch_by_key(session, tenant, request.idempotency_key);
  if (!known) return fail(known.error());
  if (*known) return (*known)->id;
  const auto targets = batch_targets(session, tenant, sites);
  if (!targets) return fail(targets.error());
  const auto with_key = job_store::with_key(session, tenant, sites, request.idempotency_key);
  if (!with_key) return fail(with_key.error());

  std::vector<job_store::NewBatchItem> items;
  std::vector<Job> jobs;
  std::int64_t refused = 0;
  for (const BatchTarget& target : *targets) {
    const auto before = with_key->find(target.site_id);
    refused += target.refusal ? 1 : 0;
    if (target.refusal || before != with_key->end()) {
      items.push_back({target.site_id, target.refusal ? std::nullopt : std::optional(before->second), target.refusal});
      continue;
    }
    Site site;
    site.customer_id = target.customer_id;
    site.id = target.site_id;
    NewJob one = request;
    one.batch_id = fresh;
    jobs.push_back(make_job(site, std::move(one), now, deps_.rng));
    items.push_back({target.site_id, jobs.back().id, std::nullopt});
    if (jobs.size() < kStep) continue;
    if (auto created = create_many(session, jobs); !created) return fail(created.error());
    jobs.clear();
  }
  if (auto created = create_many(session, jobs); !created) return fail(created.error());
  const job_store::BatchRow row{.id = fresh, .description = request.description, .created_at = now};
  if (auto stored = job_store::insert_batch(session, tenant, row, request.idempotency_key, request.created_by, refused); !stored) return fail(stored.error());
  if (auto stored = job_store::insert_batch_items(session, tenant, fresh, items); !stored) return fail(stored.error());
  return fresh;
}

Result<JobService::Batch> JobService::create_batch(const Tenant& tenant, const std::vector<SiteId>& sites, NewJob request) {
  if (auto valid = validate(request); !valid) return fail(valid.error());
  const std::set<SiteId> unique(sites.begin(), sites.end());
  if (unique.empty() || unique.size() > kMostBatchSites) return invalid_field("sites", "must name 1 to 5000 sites");
  if (unique.size() * request.script.size() > kMaxBatchBytes)
    return invalid_field("script", "is too long for so many sites: sites times script may be 64 MiB");
  if (request.idempotency_key.is_nil()) request.idempotency_key = uuid_v4(deps_.rng);
  const std::vector<SiteId> targets(unique.begin(), unique.end());
  const Timestamp now = deps_.clock.now();
  const BatchId fresh(uuid_v7(now, deps_.rng));
  const auto id = write_again(deps_.database, [&](db::Session& session) { return write_batch(session, tenant, targets, request, fresh, now); });
  if (!id) return fail(id.error());
  return find_batch(tenant, *id);
}

Result<JobService::Batch> JobService::find_batch(const Tenant& tenant, BatchId id) {
  return deps_.database.read([&](db::Session& session) -> Result<Batch> {
    const auto row = job_store::find_batch(session, tenant, id);
    if (!row) return fail(row.error());
    auto items = job_store::batch_items(session, tenant, id);
    if (!items) return fail(items.error());
    return Batch{row->id, row->description, row->created_at, std::move(*items)};
  });
}

}  // namespace openstrat::fleet
