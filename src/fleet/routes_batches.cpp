// Jobs of a whole team, and one job on many sites.
#include <set>

#include "base/text.hpp"
#include "fleet/job_dto.hpp"
#include "fleet/job_lists.hpp"
#include "fleet/job_service.hpp"
#include "fleet/routes.hpp"
#include "fleet/site_service.hpp"
#include "http/pagination.hpp"
#include "http/router.hpp"

namespace openstrat::fleet {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr Auth kUsers = Auth::bearer | Auth::api_key;
constexpr std::size_t kMaxBatchBytes = 64 * 1024 * 1024;

/// A job among those of many sites.
JobView to_row(const Job& job, const std::string& site_name, Timestamp now) {
  JobView view = to_view(job, now);
  view.script.reset();
  view.site_name = site_name;
  return view;
}

BatchView to_view(const JobService::Batch& batch, Timestamp now) {
  BatchView view{.id = batch.id, .description = batch.description, .created_at = batch.created_at};
  for (const auto& item : batch.items) {
    view.accepted += item.job ? 1 : 0;
    view.refused += item.refusal ? 1 : 0;
    view.completed += item.job && item.job->state == JobState::completed ? 1 : 0;
    view.failed += item.job && item.job->state == JobState::failed ? 1 : 0;
    BatchItemView& result = view.results.emplace_back(BatchItemView{.site_id = item.site, .site_name = item.name, .error = item.refusal});
    if (item.job) result.job = to_row(*item.job, item.name, now);
    if (item.refusal) result.message = refusal_text(*item.refusal);
  }
  return view;
}

/// Prefixed ids are looked up; what is no site of the team stays in the list and is refused there, as the caller wrote it.
Result<std::vector<SiteId>> to_ids(const Services& s, const Tenant& tenant, const std::vector<SiteRef>& refs) {
  std::vector<SiteId> ids;
  for (std::size_t i = 0; i < refs.size(); ++i) {
    const std::string_view text = refs[i].text;
    if (const auto id = SiteId::parse(text.starts_with("site_") ? text.substr(5) : text)) {
      ids.push_back(*id);
      continue;
    }
    const auto site = s.sites.find(tenant, text);
    if (!site && site.error().code() != Errc::not_found) return fail(site.error());
    if (!site) return invalid_field("sites[" + std::to_string(i) + "]", "is no site of this team");
    ids.push_back(site->id);
  }
  return ids;
}

/// Where a list of what was created goes on: the moment in the key.
template <class IdType>
Result<std::optional<std::pair<Timestamp, IdType>>> position(const Services& s, const http::CursorQuery& paging, const std::string& list) {
  using Position = std::optional<std::pair<Timestamp, IdType>>;
  if (!paging.cursor) return Position{};
  const auto opened = s.cursors.open(*paging.cursor, list);
  if (!opened) return fail(opened.error());
  const auto id = IdType::parse(opened->id);
  const auto at = text::parse_int(opened->sort_key);
  if (!id || !at) return fail(Errc::malformed, "parameter_invalid", "The cursor is not valid.");
  return Position({from_unix_us(*at), *id});
}

/// Cuts the entry that was read beyond the page and says where the list goes on.
template <class Row, class Place>
http::CursorMeta end_page(const Services& s, std::vector<Row>& rows, int limit, const std::string& list, Place place) {
  http::CursorMeta meta{.has_more = static_cast<int>(rows.size()) > limit};
  if (meta.has_more) {
    rows.resize(static_cast<std::size_t>(limit));
    const auto [at, id] = place(rows.back());
    meta.cursor = s.cursors.sign({std::to_string(to_unix_us(at)), id.to_string()}, list);
  }
  meta.count = static_cast<std::int64_t>(rows.size());
  return meta;
}

Result<http::CursorView<JobView>> list_jobs(const Services& s, Call& call, const ListTeamJobsRequest& request) {
  TeamJobFilter filter{.states = request.status, .batch = request.batch, .from = request.from, .to = request.to, .limit = request.paging.limit + 1};
  if (request.site) {
    const auto site = s.sites.find(call.tenant(), request.site->text);
    if (!site) return fail(site.error());
    filter.site = site->id;
  }
  ListTeamJobsRequest same = request;  // what must not change from page to page
  same.paging = {};
  const std::string list = "jobs " + call.tenant().customer_id.to_string() + ' ' + http::to_json(same);
  const auto after = position<JobId>(s, request.paging, list);
  if (!after) return fail(after.error());
  filter.after = *after;
  auto jobs = s.job_lists.jobs(call.tenant(), filter);
  if (!jobs) return fail(jobs.error());
  http::CursorView<JobView> view;
  view.meta = end_page(s, *jobs, request.paging.limit, list, [](const TeamJob& row) { return std::pair(row.job.created_at, row.job.id); });
  for (const auto& [job, name] : *jobs) view.data.push_back(to_row(job, name, call.now));
  return view;
}

Result<http::CursorView<BatchRowView>> list_batches(const Services& s, Call& call, const ListBatchesRequest& request) {
  const std::string list = "batches " + call.tenant().customer_id.to_string();
  const auto after = position<BatchId>(s, request.paging, list);
  if (!after) return fail(after.error());
  auto batches = s.job_lists.batches(call.tenant(), *after, request.paging.limit + 1);
  if (!batches) return fail(batches.error());
  http::CursorView<BatchRowView> view;
  view.meta = end_page(s, *batches, request.paging.limit, list, [](const BatchRow& row) { return std::pair(row.created_at, row.id); });
  for (const BatchRow& row : *batches)
    view.data.push_back({.id = row.id, .description = row.description, .created_by = row.created_by, .created_at = row.created_at,
                         .accepted = row.pending + row.running + row.completed + row.failed, .refused = row.refused, .pending = row.pending,
                         .running = row.running, .completed = row.completed, .failed = row.failed});
  return view;
}

std::optional<std::string> note_of(const BatchTarget& target) {
  if (target.state == SiteState::offline) return "Offline: the job waits and runs when the site is back.";
  return std::nullopt;
}

Result<BatchPreview> preview(const Services& s, Call& call, const PreviewBatchRequest& request) {
  if (request.sites.has_value() == request.filter.has_value()) return invalid_field("sites", "either sites or a filter must be given");
  Result<std::vector<BatchTarget>> targets = std::vector<BatchTarget>{};
  if (request.filter) {
    targets = s.job_lists.preview(call.tenant(), to_filter(*request.filter));
  } else {
    const auto ids = to_ids(s, call.tenant(), *request.sites);
    if (!ids) return fail(ids.error());
    const std::set<SiteId> unique(ids->begin(), ids->end());
    targets = s.job_lists.preview(call.tenant(), std::vector<SiteId>(unique.begin(), unique.end()));
  }
  if (!targets) return fail(targets.error());
  if (request.script && request.script->size() * targets->size() > kMaxBatchBytes)
    return invalid_field("script", "is too long for so many sites: sites times script may be 64 MiB");
  BatchPreview view;
  for (const BatchTarget& target : *targets) {
    if (target.refusal) {
      view.skipped.push_back({.site_id = target.site_id, .name = target.name, .reason = *target.refusal, .message = std::string(refusal_text(*target.refusal))});
      continue;
    }
    view.counts.offline += target.state == SiteState::offline ? 1 : 0;
    view.hit.push_back({.site_id = target.site_id, .name = target.name, .state = target.state, .version = target.version, .note = note_of(target)});
  }
  view.counts.hit = static_cast<std::int64_t>(view.hit.size());
  view.counts.skipped = static_cast<std::int64_t>(view.skipped.size());
  return view;
}

}  // namespace

void add_batch_routes(http::Router& router, const Services& s) {
  router.add<CreateBatchRequest, BatchView>(Method::post, "/jobs/batches", {
      .family = "Jobs", .summary = "Run one job on many sites",
      .description = "Every accepted site gets a job of its own; every refused one is named with the reason. Nothing is rolled back for the others.",
      .auth = kUsers, .scope = "job:create", .status = 201, .body_limit = 2 * 1024 * 1024,
      .handle = [s](Call& call, CreateBatchRequest request) -> Result<BatchView> {
        const auto sites = to_ids(s, call.tenant(), request.sites);
        if (!sites) return fail(sites.error());
        const auto batch = s.jobs.create_batch(
            call.tenant(), *sites,
            {.idempotency_key = request.idempotency_key.value_or(Uuid{}), .description = std::move(request.description),
             .script = std::move(request.script), .express = request.express_execute, .needs_ack = request.needs_acknowledgement,
             .should_backup = request.make_backup, .notify_url = std::move(request.notify_url), .notify_key = notify_key(call),
             .created_by = call.principal.subject});
        if (!batch) return fail(batch.error());
        return to_view(*batch, call.now);
      }});
  router.add<BatchRequest, BatchView>(Method::get, "/jobs/batches/{batch}", {
      .family = "Jobs", .summary = "Get the results of a job on many sites", .auth = kUsers, .scope = "job:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, BatchRequest request) -> Result<BatchView> {
        const auto batch = s.jobs.find_batch(call.tenant(), request.batch);
        if (!batch) return fail(batch.error());
        return to_view(*batch, call.now);
      }});

  router.add<ListTeamJobsRequest, http::CursorView<JobView>>(Method::get, "/jobs", {
      .family = "Jobs", .summary = "List the jobs of all sites", .description = "Newest first, without scripts, each with the name of its site.", .auth = kUsers, .scope = "job:view",
      .errors = {Errc::not_found},
      .handle = [s](Call& call, ListTeamJobsRequest request) { return list_jobs(s, call, request); }});
  router.add<ListBatchesRequest, http::CursorView<BatchRowView>>(Method::get, "/jobs/batches", {
      .family = "Jobs", .summary = "List jobs on many sites", .description = "Newest first, each with how far it is.", .auth = kUsers, .scope = "job:view",
      .handle = [s](Call& call, ListBatchesRequest request) { return list_batches(s, call, request); }});
  router.add<PreviewBatchRequest, BatchPreview>(Method::post, "/jobs/batches/preview", {
      .family = "Jobs", .summary = "See what a job on many sites would do",
      .description = "Which of the sites would get the job and why others would not. Nothing is created. Either `sites` or `filter`.",
      .auth = kUsers, .scope = "job:create", .audit = false, .body_limit = 2 * 1024 * 1024,
      .handle = [s](Call& call, PreviewBatchRequest request) { return preview(s, call, request); }});
}

}  // namespace openstrat::fleet
