#include "fleet/job_dto.hpp"
#include "fleet/job_service.hpp"
#include "fleet/routes.hpp"
#include "fleet/site_service.hpp"
#include "http/pagination.hpp"
#include "http/router.hpp"

namespace openstrat::fleet {

JobView to_view(const Job& job, Timestamp now) {
  // The site's log lines of this job: from its creation until a little after its end.
  const Timestamp end = job.completed_at ? *job.completed_at : job.failed_at ? *job.failed_at : now;
  const auto ms = [](Timestamp time) { return std::to_string(to_unix_us(time) / 1000); };
  return {.id = job.id, .token = job.token, .site_id = job.site_id, .idempotency_key = job.idempotency_key, .description = job.description,
          .express_execute = job.express, .needs_acknowledgement = job.needs_ack, .should_backup = job.should_backup,
          .associated_backup = job.associated_backup, .status = job.state, .failure_code = job.failure_code,
          .failure_reason = job.failure_reason, .retry_of = job.retry_of, .batch_id = job.batch_id, .started_at = job.started_at,
          .completed_at = job.completed_at, .failed_at = job.failed_at, .created_at = job.created_at,
          .log_url = "logs?group=sites&streams=" + job.site_id.to_string() + "&start=" + ms(job.created_at) +
                     "&end=" + ms(end + std::chrono::minutes(5)) + "&filter={$.message=*" + job.token + "*}",
          .kind = job.kind, .script = job.script};
}

/// notify_url call-backs of jobs that an API key created are signed with the hash of its secret: what both sides hold.
std::optional<std::string> notify_key(const http::Call& call) {
  return call.principal.secret_hash.empty() ? std::nullopt : std::optional(call.principal.secret_hash);
}

namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr Auth kUsers = Auth::bearer | Auth::api_key;
constexpr std::string_view kFamily = "Jobs";

void add_single(http::Router& router, const Services& s) {
  router.add<CreateJobRequest, JobView>(Method::post, "/site/{site}/job", {
      .family = kFamily, .summary = "Create Site Job",
      .description = "Queues a RouterOS script for one site. The router fetches it with its next heartbeat (every 30 s); an offline site fetches it when it "
                     "returns. A repeated X-Idempotency-Key answers 200 with the first job.",
      .aliases = {"/sites/{site}/job", "/sites/{site}/jobs"}, .auth = kUsers, .scope = "job:create", .status = 201, .body_limit = 512 * 1024,
      .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, CreateJobRequest request) -> Result<JobView> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        auto created = s.jobs.create(call.tenant(), site->id,
                                     {.idempotency_key = request.idempotency_key, .description = std::move(request.description),
                                      .script = std::move(request.script), .express = request.express, .needs_ack = request.needs_ack,
                                      .should_backup = request.backup, .notify_url = std::move(request.notify_url),
                                      .notify_key = notify_key(call), .created_by = call.principal.subject});
        if (!created) return fail(created.error());
        if (created->existed) call.reply.status = 200;
        return to_view(created->job, call.now);
      }});

  router.add<ListJobsRequest, std::vector<JobView>>(Method::get, "/site/{site}/job", {
      .family = kFamily, .summary = "List Site Jobs", .description = "Newest first.", .aliases = {"/sites/{site}/job", "/sites/{site}/jobs"},
      .auth = kUsers, .scope = "job:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, ListJobsRequest request) -> Result<std::vector<JobView>> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto page = s.jobs.list(call.tenant(), site->id,
                                      {.state = request.status, .from = request.from, .to = request.to,
                                       .offset = static_cast<int>(request.paging.offset()), .limit = request.paging.size()});
        if (!page) return fail(page.error());
        http::add_page_links(call, request.paging, page->total);
        std::vector<JobView> views;
        for (const Job& job : page->jobs) views.push_back(to_view(job, call.now));
        return views;
      }});

  router.add<JobRequest, JobView>(Method::get, "/site/{site}/job/{job}", {
      .family = kFamily, .summary = "Get Job Details", .description = "With the events of its life.",
      .aliases = {"/sites/{site}/job/{job}", "/sites/{site}/jobs/{job}"}, .auth = kUsers, .scope = "job:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, JobRequest request) -> Result<JobView> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto job = s.jobs.find(call.tenant(), site->id, request.job);
        if (!job) return fail(job.error());
        const auto events = s.jobs.events(call.tenant(), job->id);
        if (!events) return fail(events.error());
        JobView view = to_view(*job, call.now);
        view.events.emplace();
        const auto ms = [](Duration time) { return std::chrono::duration_cast<std::chrono::milliseconds>(time).count(); };
        for (const JobEvent& event : *events) {
          const Timestamp before = view.events->empty() ? event.at : view.events->back().at;
          view.events->push_back({.at = event.at, .kind = event.kind, .message = event.message, .since_created_ms = ms(event.at - job->created_at),
                                  .duration_ms = ms(event.at - before), .context = http::Json{event.context}});
        }
        return view;
      }});

  router.add<JobRequest, http::NoContent>(Method::delete_, "/site/{site}/job/{job}", {
      .family = kFamily, .summary = "Delete Site Job", .description = "Only a job that still waits; else 409 `job_already_started`.",
      .aliases = {"/sites/{site}/job/{job}", "/sites/{site}/jobs/{job}"}, .auth = kUsers, .scope = "job:delete",
      .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, JobRequest request) -> Result<http::NoContent> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        if (auto removed = s.jobs.remove(call.tenant(), site->id, request.job); !removed) return fail(removed.error());
        return http::NoContent{};
      }});

  router.add<JobRequest, JobView>(Method::post, "/site/{site}/job/{job}/retry", {
      .family = "Jobs", .summary = "Retry a failed job", .description = "A new job with the failed one's script and settings.",
      .aliases = {"/sites/{site}/jobs/{job}/retry"}, .auth = kUsers, .scope = "job:create", .status = 201, .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, JobRequest request) -> Result<JobView> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto job = s.jobs.retry(call.tenant(), site->id, request.job, call.principal.subject);
        if (!job) return fail(job.error());
        return to_view(*job, call.now);
      }});
}

void add_asynchronous(http::Router& router, const Services& s) {
  const auto execute = [s](Call& call, AsyncRequest request) -> Result<Success<AsyncView>> {
    const auto site = s.sites.find(call.tenant(), request.router.text);
    if (!site) return fail(site.error());
    auto created = s.jobs.create(call.tenant(), site->id,
                                 {.idempotency_key = request.idempotency_key.value_or(Uuid{}), .description = std::move(request.description),
                                  .script = std::move(request.script), .express = request.express_execute,
                                  .needs_ack = request.needs_acknowledgement, .should_backup = request.make_backup,
                                  .notify_url = std::move(request.notify_url), .notify_key = notify_key(call), .created_by = call.principal.subject});
    if (!created) return fail(created.error());
    const Job& job = created->job;
    return Success<AsyncView>{.data = {.idempotency_key = job.idempotency_key, .request_id = job.id, .target = job.site_id,
                                       .notify_url = job.notify_url, .date = to_iso8601_offset(job.created_at)}};
  };
  router.add<AsyncRequest, Success<AsyncView>>(Method::post, "/api/asynchronous/{router_id}", {
      .family = "Developer API", .summary = "Asynchronous job execution", .auth = Auth::api_key, .scope = "job:create",
      .errors = {Errc::not_found, Errc::conflict}, .handle = execute});
  router.add<AsyncRequest, Success<AsyncView>>(Method::post, "/sites/{router_id}/commands/asynchronous", {
      .family = "Jobs", .summary = "Asynchronous command", .auth = kUsers, .scope = "job:create", .errors = {Errc::not_found, Errc::conflict},
      .handle = execute});

  router.add<DeveloperJobsRequest, Success<std::vector<DeveloperJobView>>>(Method::get, "/api/routers/{router_id}/jobs", {
      .family = "Developer API", .summary = "Retrieve a list of jobs for a router", .description = "Newest first.",
      .auth = Auth::api_key, .scope = "job:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, DeveloperJobsRequest request) -> Result<Success<std::vector<DeveloperJobView>>> {
        const auto site = s.sites.find(call.tenant(), request.router.text);
        if (!site) return fail(site.error());
        const auto page = s.jobs.list(call.tenant(), site->id,
                                      {.offset = static_cast<int>(request.paging.offset()), .limit = request.paging.size()});
        if (!page) return fail(page.error());
        http::add_page_links(call, request.paging, page->total);
        Success<std::vector<DeveloperJobView>> view;
        for (const Job& job : page->jobs)
          view.data.push_back({.id = job.id, .idempotency_key = job.idempotency_key, .description = job.description, .status = job.state,
                               .express_execute = job.express, .needs_acknowledgement = job.needs_ack, .created_at = job.created_at,
                               .started_at = job.started_at, .completed_at = job.completed_at, .failed_at = job.failed_at});
        return view;
      }});
}

}  // namespace

void add_job_routes(http::Router& router, const Services& services) {
  add_single(router, services);
  add_batch_routes(router, services);
  add_asynchronous(router, services);
}

}  // namespace openstrat::fleet
