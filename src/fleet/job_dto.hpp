// Jobs on the wire, in the form of the dashboard's API and of the Developer API.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fleet/site_dto.hpp"
#include "fleet/types.hpp"
#include "http/dto.hpp"
#include "http/pagination.hpp"

namespace openstrat::fleet {

struct JobEventView { Timestamp at{}; std::string kind, message; std::int64_t since_created_ms = 0, duration_ms = 0; http::Json context; };

struct JobView {
  JobId id;
  std::string token;
  SiteId site_id;
  Uuid idempotency_key;
  std::string description;
  bool express_execute = false, needs_acknowledgement = true, should_backup = false;
  std::optional<std::string> associated_backup;
  JobState status = JobState::pending;
  std::optional<std::string> failure_code, failure_reason;
  std::optional<JobId> retry_of;
  std::optional<BatchId> batch_id;
  std::optional<Timestamp> started_at, completed_at, failed_at;
  Timestamp created_at{};
  std::string log_url, kind;
  std::optional<std::string> script, site_name;
  std::optional<std::vector<JobEventView>> events;
};
JobView to_view(const Job& job, Timestamp now);

struct CreateJobRequest {
  SiteRef site;
  Uuid idempotency_key;
  std::string description;
  bool needs_ack = true, backup = false, express = false;
  std::optional<std::string> notify_url;
  std::string script;
};
struct JobRequest { SiteRef site; JobId job; };
struct ListJobsRequest {
  SiteRef site;
  std::optional<JobState> status;
  std::optional<Timestamp> from, to;
  http::PageQuery paging;
};

struct BatchItemView { SiteId site_id; std::string site_name; std::optional<JobView> job; std::optional<std::string> error, message; };
struct BatchView { BatchId id; std::string description; Timestamp created_at{}; std::int64_t accepted = 0, refused = 0, completed = 0, failed = 0; std::vector<BatchItemView> results; };
struct CreateBatchRequest {
  std::vector<SiteRef> sites;
  std::optional<Uuid> idempotency_key;
  std::string description, script;
  bool make_backup = false, express_execute = false, needs_acknowledgement = true;
  std::optional<std::string> notify_url;
};
struct BatchRequest { BatchId batch; };

struct ListTeamJobsRequest {
  std::vector<JobState> status;
  std::optional<BatchId> batch;
  std::optional<SiteRef> site;
  std::optional<Timestamp> from, to;
  http::CursorQuery paging;
};
struct ListBatchesRequest { http::CursorQuery paging; };
struct BatchRowView {
  BatchId id;
  std::string description, created_by;
  Timestamp created_at{};
  std::int64_t accepted = 0, refused = 0, pending = 0, running = 0, completed = 0, failed = 0;
};

/// The filter of a list of sites, in a body.
struct SiteFilterBody : SiteFilterQuery {};
struct PreviewBatchRequest { std::optional<std::vector<SiteRef>> sites; std::optional<SiteFilterBody> filter; std::optional<std::string> script; bool make_backup = false; };
struct PreviewHit { SiteId site_id; std::string name; SiteState state = SiteState::online; std::optional<std::string> version, note; };
struct PreviewSkip { SiteId site_id; std::string name, reason, message; };
struct PreviewCounts { std::int64_t hit = 0, skipped = 0, offline = 0; };
struct BatchPreview { std::vector<PreviewHit> hit; std::vector<PreviewSkip> skipped; PreviewCounts counts; };

// --- Developer API

template <class T>
struct Success { std::string status = "success"; T data; };

struct AsyncRequest {
  SiteRef router;
  std::string description, script;
  bool make_backup = false, express_execute = false, needs_acknowledgement = false;
  std::optional<std::string> notify_url;
  std::optional<Uuid> idempotency_key;
};
struct AsyncView { Uuid idempotency_key; JobId request_id; SiteId target; std::optional<std::string> notify_url; std::string date; };

struct DeveloperJobView {
  JobId id;
  Uuid idempotency_key;
  std::string description;
  JobState status = JobState::pending;
  bool express_execute = false, needs_acknowledgement = true;
  Timestamp created_at{};
  std::optional<Timestamp> started_at, completed_at, failed_at;
};
struct DeveloperJobsRequest { SiteRef router; http::PageQuery paging; };

}  // namespace openstrat::fleet

namespace openstrat {

template <>
struct http::EnumNames<fleet::JobState> {
  static constexpr EnumName table[] = {{"pending", fleet::JobState::pending}, {"sent", fleet::JobState::sent}, {"busy", fleet::JobState::busy},
                                       {"completed", fleet::JobState::completed}, {"failed", fleet::JobState::failed}};
};
template <>
struct http::Fields<fleet::JobEventView> {
  using V = fleet::JobEventView;
  static constexpr auto table = fields<V>("JobEvent", body<&V::at>("at", "when"), body<&V::kind>("kind", "created, express_requested, script_downloaded, payload_downloaded, busy, done, fail, timeout, notify_sent, notify_failed"),
      body<&V::message>("message", "for people"),
      body<&V::since_created_ms>("since_created_ms", "since the creation of the job"), body<&V::duration_ms>("duration_ms", "since the event before"),
      body<&V::context>("context", "details"));
};
template <>
struct http::Fields<fleet::JobView> {
  using V = fleet::JobView;
  static constexpr auto table = fields<V>("Job", body<&V::id>("id", "UUID"), body<&V::token>("token", "10 characters; stands in the router's log"),
      body<&V::site_id>("site_id", "site"), body<&V::idempotency_key>("idempotency_key", "as given at the creation"),
      body<&V::description>("description", "what the orchestration log shows"), body<&V::express_execute>("express_execute", "goes ahead of other waiting jobs"),
      body<&V::needs_acknowledgement>("needs_acknowledgement", "ends only when the router reports"),
      body<&V::should_backup>("should_backup", "a backup is taken first"),
      body<&V::associated_backup>("associated_backup", "`<site>/<unix time>.rsc` of that backup"), body<&V::status>("status", "state"),
      body<&V::failure_code>("failure_code", "script_error, delivery_timeout, execution_timeout, expired"),
      body<&V::failure_reason>("failure_reason", "for people"), body<&V::retry_of>("retry_of", "the failed job that this one repeats"),
      body<&V::batch_id>("batch_id", "set when it was created for many sites at once"),
      body<&V::started_at>("started_at", "the router reported its start"), body<&V::completed_at>("completed_at", "success"),
      body<&V::failed_at>("failed_at", "failure"), body<&V::created_at>("created_at", "creation"),
      body<&V::log_url>("log_url", "relative URL of the site's log lines of this job"), body<&V::kind>("kind", "`user`, or the platform's own: `backup`, `removal`, …"),
      body<&V::script>("script", "RouterOS script; not in lists of many sites").omit_null(),
      body<&V::site_name>("site_name", "name of the site; only in lists of many sites").omit_null(),
      body<&V::events>("events", "what happened, oldest first; only in the details of one job").omit_null());
};
template <>
struct http::Fields<fleet::CreateJobRequest> {
  using V = fleet::CreateJobRequest;
  static constexpr auto table = fields<V>("CreateJob", path<&V::site>("site", "UUID or `site_…`"),
      header<&V::idempotency_key>("X-Idempotency-Key", "a repeated key of a site answers the first job and creates nothing").required(),
      header<&V::description>("X-Description", "what the orchestration log shows").required().length(3, 100),
      header<&V::needs_ack>("X-Needs-Ack", "the job ends only when the router reports; default true"),
      header<&V::backup>("X-Backup", "take a configuration backup first; default false"),
      header<&V::express>("X-Express-Execute", "go ahead of other waiting jobs; default false"),
      header<&V::notify_url>("X-Notify-Url", "called with the job's state when it starts and ends").url_https(),
      text_body<&V::script>("text/plain", "RouterOS script").length(1, 524288));
};
template <>
struct http::Fields<fleet::JobRequest> {
  using V = fleet::JobRequest;
  static constexpr auto table = fields<V>("JobRequest", path<&V::site>("site", "UUID or `site_…`"), path<&V::job>("job", "UUID"));
};
template <>
struct http::Fields<fleet::ListJobsRequest> {
  using V = fleet::ListJobsRequest;
  static constexpr auto table = fields<V>("ListJobs", path<&V::site>("site", "UUID or `site_…`"), query<&V::status>("status", "only jobs in this state"),
      query<&V::from>("from", "created at or after"), query<&V::to>("to", "created at or before"), include<&V::paging>());
};
template <>
struct http::Fields<fleet::BatchItemView> {
  using V = fleet::BatchItemView;
  static constexpr auto table = fields<V>("JobBatchItem", body<&V::site_id>("site_id", "site"), body<&V::site_name>("site_name", "its name; empty when there is no such site"),
      body<&V::job>("job", "its job; null when refused"),
      body<&V::error>("error", "why the site was refused: resource_missing, site_deleting, never_adopted"), body<&V::message>("message", "the same for people"));
};
template <>
struct http::Fields<fleet::BatchView> {
  using V = fleet::BatchView;
  static constexpr auto table = fields<V>("JobBatch", body<&V::id>("id", "UUID"), body<&V::description>("description", "of its jobs"),
      body<&V::created_at>("created_at", "creation"), body<&V::accepted>("accepted", "sites that got a job"),
      body<&V::refused>("refused", "sites that got none"), body<&V::completed>("completed", "jobs that succeeded so far"),
      body<&V::failed>("failed", "jobs that failed so far"), body<&V::results>("results", "one entry a site"));
};
template <>
struct http::Fields<fleet::CreateBatchRequest> {
  using V = fleet::CreateBatchRequest;
  static constexpr auto table = fields<V>("CreateJobBatch", body<&V::sites>("sites", "1 to 5,000 site ids").required().items(1, 5000),
      body<&V::description>("description", "what the orchestration log shows").required().length(3, 100),
      body<&V::script>("script", "RouterOS script; sites × script at most 64 MiB").required().length(1, 524288),
      body<&V::make_backup>("make_backup", "take a configuration backup first"), body<&V::express_execute>("express_execute", "go ahead of waiting jobs"),
      body<&V::needs_acknowledgement>("needs_acknowledgement", "jobs end only when the router reports; default true"),
      body<&V::notify_url>("notify_url", "called for each job").url_https(),
      header<&V::idempotency_key>("X-Idempotency-Key", "a repeated key answers the first batch"));
};
template <>
struct http::Fields<fleet::BatchRequest> {
  using V = fleet::BatchRequest;
  static constexpr auto table = fields<V>("JobBatchRequest", path<&V::batch>("batch", "UUID"));
};
template <>
struct http::Fields<fleet::ListTeamJobsRequest> {
  using V = fleet::ListTeamJobsRequest;
  static constexpr auto table = fields<V>("ListTeamJobs", query<&V::status>("status", "only jobs in these states").items(5), query<&V::batch>("batch", "only jobs of this batch"),
      query<&V::site>("site", "only jobs of this site"), query<&V::from>("from", "created at or after"), query<&V::to>("to", "created at or before"), include<&V::paging>());
};
template <>
struct http::Fields<fleet::ListBatchesRequest> {
  using V = fleet::ListBatchesRequest;
  static constexpr auto table = fields<V>("ListJobBatches", include<&V::paging>());
};
template <>
struct http::Fields<fleet::BatchRowView> {
  using V = fleet::BatchRowView;
  static constexpr auto table = fields<V>("JobBatchRow", body<&V::id>("id", "UUID"), body<&V::description>("description", "of its jobs"), body<&V::created_by>("created_by", "who made it"),
      body<&V::created_at>("created_at", "creation"), body<&V::accepted>("accepted", "sites that got a job"), body<&V::refused>("refused", "sites that got none"),
      body<&V::pending>("pending", "jobs that wait"), body<&V::running>("running", "jobs that were handed out and have not ended"),
      body<&V::completed>("completed", "jobs that succeeded"), body<&V::failed>("failed", "jobs that failed"));
};
template <>
struct http::Fields<fleet::SiteFilterBody> {
  using V = fleet::SiteFilterBody;
  static constexpr auto table = fields<V>("SiteFilter", body<&V::search>("search", "in name, identity, model, serial number and address").length(1, 100),
      body<&V::status>("status", "only sites in this state"), body<&V::model>("model", "only these models").items(20),
      body<&V::version>("version", "only these RouterOS versions").items(20), body<&V::tag>("tag", "only sites with all of these: `tag_…` or `tag_…:value`").items(10),
      body<&V::has_fault>("has_fault", "whether a disturbance goes on"), body<&V::policy_id>("policy_id", "only sites with this control-plane policy"));
};
template <>
struct http::Fields<fleet::PreviewBatchRequest> {
  using V = fleet::PreviewBatchRequest;
  static constexpr auto table = fields<V>("PreviewJobBatch", body<&V::sites>("sites", "1 to 5,000 site ids").items(1, 5000),
      body<&V::filter>("filter", "all sites that match, instead of `sites`"), body<&V::script>("script", "RouterOS script").length(1, 524288),
      body<&V::make_backup>("make_backup", "whether a configuration backup will be taken first"));
};
template <>
struct http::Fields<fleet::PreviewHit> {
  using V = fleet::PreviewHit;
  static constexpr auto table = fields<V>("BatchPreviewHit", body<&V::site_id>("site_id", "site"), body<&V::name>("name", "its name"), body<&V::state>("state", "its state"),
      body<&V::version>("version", "RouterOS version"), body<&V::note>("note", "what is special, for people"));
};
template <>
struct http::Fields<fleet::PreviewSkip> {
  using V = fleet::PreviewSkip;
  static constexpr auto table = fields<V>("BatchPreviewSkip", body<&V::site_id>("site_id", "site"), body<&V::name>("name", "its name; empty when there is no such site"),
      body<&V::reason>("reason", "resource_missing, site_deleting, never_adopted"), body<&V::message>("message", "the same for people"));
};
template <>
struct http::Fields<fleet::PreviewCounts> {
  using V = fleet::PreviewCounts;
  static constexpr auto table = fields<V>("BatchPreviewCounts", body<&V::hit>("hit", "sites that would get the job"), body<&V::skipped>("skipped", "sites that would not"),
      body<&V::offline>("offline", "of those that would get it: offline now, they run it when they are back"));
};
template <>
struct http::Fields<fleet::BatchPreview> {
  using V = fleet::BatchPreview;
  static constexpr auto table = fields<V>("BatchPreview", body<&V::hit>("hit", "sites that would get the job"), body<&V::skipped>("skipped", "sites that would not, with the reason"),
      body<&V::counts>("counts", "how many"));
};
template <class T>
struct http::Fields<fleet::Success<T>> {
  using V = fleet::Success<T>;
  static constexpr auto table = fields<V>("", body<&V::status>("status", "always `success`"), body<&V::data>("data", "the answer"));
};
template <>
struct http::Fields<fleet::AsyncRequest> {
  using V = fleet::AsyncRequest;
  static constexpr auto table = fields<V>("AsynchronousJob", path<&V::router>("router_id", "UUID of the site"),
      body<&V::description>("description", "what the orchestration log shows").required().length(1, 100),
      body<&V::script>("script", "RouterOS commands separated by semicolons").required().length(1, 2000),
      body<&V::make_backup>("make_backup", "take a configuration backup first; default false"),
      body<&V::express_execute>("express_execute", "go ahead of other waiting jobs; default false"),
      body<&V::needs_acknowledgement>("needs_acknowledgement", "the job ends only when the router reports; default false: it counts as completed once handed out"),
      body<&V::notify_url>("notify_url", "called with the job's state when it starts and ends; signed with HMAC-SHA256 in X-Signature").url_https(),
      header<&V::idempotency_key>("Idempotency-Key", "a repeated key answers the first job"));
};
template <>
struct http::Fields<fleet::AsyncView> {
  using V = fleet::AsyncView;
  static constexpr auto table = fields<V>("AsynchronousJobAccepted", body<&V::idempotency_key>("idempotency_key", "of the job"),
      body<&V::request_id>("request_id", "job id"), body<&V::target>("target", "site"), body<&V::notify_url>("notify_url", "as given"),
      body<&V::date>("date", "when it was accepted").example("2025-01-31T03:14:15+00:00"));
};
template <>
struct http::Fields<fleet::DeveloperJobView> {
  using V = fleet::DeveloperJobView;
  static constexpr auto table = fields<V>("DeveloperJob", body<&V::id>("id", "UUID"), body<&V::idempotency_key>("idempotency_key", "of the job"),
      body<&V::description>("description", "as given"), body<&V::status>("status", "state"), body<&V::express_execute>("express_execute", "as given"),
      body<&V::needs_acknowledgement>("needs_acknowledgement", "as given"), body<&V::created_at>("created_at", "creation"),
      body<&V::started_at>("started_at", "start"), body<&V::completed_at>("completed_at", "success"), body<&V::failed_at>("failed_at", "failure"));
};
template <>
struct http::Fields<fleet::DeveloperJobsRequest> {
  using V = fleet::DeveloperJobsRequest;
  static constexpr auto table = fields<V>("DeveloperJobs", path<&V::router>("router_id", "UUID of the site"), include<&V::paging>());
};

}  // namespace openstrat
