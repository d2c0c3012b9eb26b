// The router's side of jobs: hand-out, reports, time-outs, webhooks.
#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "base/url_signer.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "fleet/job_service.hpp"
#include "fleet/job_store.hpp"
#include "fleet/live_sites.hpp"
#include "fleet/write_again.hpp"
#include "tasks/queue.hpp"

namespace openstrat::fleet {
namespace {

constexpr int kSweepStep = 200;
constexpr std::size_t kMaxErrorText = 500;

/// We gave up on these too early if the router reports after all.
bool gave_up(const Job& job) {
  return job.state == JobState::failed && (job.failure_code == "execution_timeout" || job.failure_code == "delivery_timeout");
}

std::string cut_utf8(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  text.resize(limit);
  return text;
}

}  // namespace

// ---------------------------------------------------------------- hand-out

Result<std::string> JobService::render(db::Session& session, const Site& site, const Job& job, int remaining, bool readable) {
  const auto url = [&](const std::string& path_and_query) {
    return deps_.settings.device_url + deps_.signer.sign(path_and_query, std::nullopt);
  };
  const std::string update = "/job/" + job.id.to_string() + "/update?status=";
  routeros::JobParams params{.brand = deps_.settings.brand,
                             .token = job.token,
                             .payload = job.script,
                             .busy_url = url(update + "busy"),
                             .done_url = url(update + "done"),
                             .fail_url = url(update + "fail"),
                             .acknowledge = job.needs_ack,
                             .remaining = remaining,
                             .tls_verify = deps_.settings.tls_verify};
  if (job.should_backup) {
    auto backup = deps_.backups.prepare(session, site, job.id,
                                        job.kind == "backup" ? BackupFragments::Purpose::backup : BackupFragments::Purpose::job);
    if (!backup) return fail(backup.error());
    params.backup = std::move(*backup);
  }
  const auto style = readable ? routeros::Style::readable : routeros::Style::minified;
  std::string script = routeros::render_job(params, style);
  if (script.size() <= routeros::kMaxInlineAnswer) return script;
  return routeros::render_job_stub(params, url("/job/" + job.id.to_string() + "/payload"), style);
}

Result<std::optional<JobService::Handout>> JobService::hand_out(db::Session& session, const Site& site, bool readable) {
  const Timestamp now = deps_.clock.now();
  const bool platform_only = site.deleted_at.has_value();
  const auto queue = job_store::queue(session, site.tenant(), site.id, now, platform_only);
  if (!queue) return fail(queue.error());
  if (!queue->next) return std::optional<Handout>{};
  auto job = job_store::find(session, site.tenant(), site.id, *queue->next);
  if (!job) return fail(job.error());

  auto script = render(session, site, *job, queue->pending - 1, readable);
  if (!script) return fail(script.error());
  job->deliveries += 1;
  job->sent_at = now;
  job->state = job->needs_ack ? JobState::sent : JobState::completed;
  if (!job->needs_ack) job->completed_at = now;
  if (auto moved = job_store::move(session, *job, JobState::pending); !moved) return fail(moved.error());
  auto added = append_event(session, *job, "script_downloaded", "Script downloaded by the router",
                            {{"delivery", std::int64_t{job->deliveries}}, {"bytes", static_cast<std::int64_t>(script->size())}});
  if (!added) return fail(added.error());
  if (auto announced = announce(session, *job, "job.sent"); !announced) return fail(announced.error());
  if (!job->needs_ack) {
    if (auto announced = announce(session, *job, "job.completed"); !announced) return fail(announced.error());
  }
  return std::optional<Handout>(Handout{job->id, std::move(*script)});
}

Result<std::string> JobService::payload_file(JobId id) {
  const auto job = deps_.database.read([&](db::Session& session) { return job_store::find_any(session, id); });
  if (!job) return fail(job.error());
  const auto noted = deps_.database.write(
      [&](db::Session& session) { return append_event(session, *job, "payload_downloaded", "The router fetched the script's file"); });
  if (!noted) log::warning("that a payload was fetched was not recorded", {log::of(noted.error())});
  return routeros::render_payload_file(deps_.settings.brand, job->token, job->script);
}

Status JobService::attach_backup(db::Session& session, const Tenant& tenant, JobId job, std::string storage_key) {
  return job_store::set_associated_backup(session, tenant, job, storage_key);
}

// ---------------------------------------------------------------- reports

Status JobService::apply_report(db::Session& session, JobId id, Report report, const std::optional<std::string>& error_text) {
  const Timestamp now = deps_.clock.now();
  auto job = job_store::find_any(session, id);
  if (!job) return fail(job.error());
  const JobState from = job->state;
  const bool late = gave_up(*job);
  const bool ended = from == JobState::completed || (from == JobState::failed && !late);
  const bool said_busy_before = from == JobState::busy || (late && job->failure_code == "execution_timeout");
  if (ended || (report == Report::busy && said_busy_before)) return {};  // a repeat
  if (job->deliveries == 0) return fail(Errc::conflict, "The job was not handed to a router yet.");

  const auto apply = [&](JobState to, const char* kind, const std::string& message, const char* event_name) -> Status {
    if (!job->started_at) job->started_at = now;
    job->state = to;
    if (auto moved = job_store::move(session, *job, from); !moved) return moved;
    if (auto added = append_event(session, *job, kind, message, {{"late", late}}); !added) return added;
    return announce(session, *job, event_name);
  };

  switch (report) {
    case Report::busy:
      if (late) job->failed_at.reset(), job->failure_code.reset(), job->failure_reason.reset();
      return apply(JobState::busy, "busy", "The router started the job", "job.busy");
    case Report::done:
      job->failed_at.reset(), job->failure_code.reset(), job->failure_reason.reset();
      job->completed_at = now;
      return apply(JobState::completed, "done", "The router finished the job", "job.completed");
    case Report::fail: {
      job->failed_at = now;
      job->failure_code = "script_error";
      job->failure_reason = error_text && !error_text->empty()
                                ? cut_utf8(text::to_clean_utf8(*error_text), kMaxErrorText)
                                : "The script failed on the router; its log has the reason (look for the job token).";
      return apply(JobState::failed, "fail", *job->failure_reason, "job.failed");
    }
  }
  std::unreachable();
}

Status JobService::report(JobId id, Report report, std::optional<std::string> error_text) {
  // Two reports, or a report and the time-out, may race.
  return write_again(deps_.database, [&](db::Session& session) -> Status { return apply_report(session, id, report, error_text); });
}

// ---------------------------------------------------------------- time-outs

Status JobService::give_up(db::Session& session, Job job, const char* code, const std::string& reason) {
  const JobState from = job.state;
  job.state = JobState::failed;
  job.failed_at = deps_.clock.now();
  job.failure_code = code;
  job.failure_reason = reason;
  if (auto moved = job_store::move(session, job, from); !moved) return moved;
  if (auto added = append_event(session, job, "timeout", reason, {{"code", std::string(code)}}); !added) return added;
  return announce(session, job, "job.failed");
}

Status JobService::sweep_timeouts() {
  const Timestamp now = deps_.clock.now();
  // Routers could not report while we were down: waiting counts from our own start at the earliest.
  const auto deadline = [&](std::chrono::seconds limit) -> std::optional<Timestamp> {
    if (now - started_at_ < limit) return std::nullopt;
    return now - limit;
  };
  const auto each = [&](auto&& find, auto&& act) -> Status {
    return deps_.database.write([&](db::Session& session) -> Status {
      const auto jobs = find(session);
      if (!jobs) return fail(jobs.error());
      for (const Job& job : *jobs) {
        auto acted = act(session, job);
        if (!acted && acted.error().code() != Errc::conflict) return acted;  // conflict: it reported just now
      }
      return {};
    });
  };

  if (const auto before = deadline(deps_.settings.delivery_timeout)) {
    auto swept = each([&](db::Session& s) { return job_store::overdue(s, JobState::sent, *before, kSweepStep); },
                      [&](db::Session& s, const Job& job) -> Status {
                        if (job.deliveries > deps_.settings.redeliveries)
                          return give_up(s, job, "delivery_timeout", "The router took the job but never started it.");
                        Job again = job;
                        again.state = JobState::pending;
                        again.sent_at.reset();
                        if (auto moved = job_store::move(s, again, JobState::sent); !moved) return moved;
                        s.on_commit([&live = deps_.live, site = job.site_id] { live.wake(site); });
                        return append_event(s, again, "timeout", "No sign of a start: the job will be handed out again",
                                            {{"delivery", std::int64_t{job.deliveries}}});
                      });
    if (!swept) return swept;
  }
  if (const auto before = deadline(deps_.settings.execution_timeout)) {
    auto swept = each([&](db::Session& s) { return job_store::overdue(s, JobState::busy, *before, kSweepStep); },
                      [&](db::Session& s, const Job& job) {
                        return give_up(s, job, "execution_timeout", "The router started the job but did not report its end.");
                      });
    if (!swept) return swept;
  }
  return each([&](db::Session& s) { return job_store::expired(s, now, kSweepStep); },
              [&](db::Session& s, const Job& job) { return give_up(s, job, "expired", "The job was not fetched in time."); });
}

Status JobService::purge() {
  const Timestamp before = deps_.clock.now() - std::chrono::days(deps_.settings.jobs_days);
  while (true) {
    const auto removed = deps_.database.write(
        [&](db::Session& session) { return job_store::purge_before(session, before, kSweepStep); });
    if (!removed) return fail(removed.error());
    if (*removed < kSweepStep) break;
  }
  return deps_.database.write([&](db::Session& session) { return job_store::purge_batches_before(session, before); });
}

// ---------------------------------------------------------------- webhooks

Status JobService::send_webhook(const Attributes& payload) {
  const auto id = payload.id<JobId>("job");
  const auto event = payload.text("event");
  const auto at = payload.number("at");
  if (!id || !event || !at) return fail(Errc::internal, "broken fleet.notify task");
  const auto job = deps_.database.read([&](db::Session& session) { return job_store::find_any(session, *id); });
  if (!job) return job.error().code() == Errc::not_found ? Status{} : fail(job.error());  // purged with its site
  if (!job->notify_url) return {};

  const auto time_or_null = [](const std::optional<Timestamp>& time) -> Attributes::Scalar {
    if (time) return to_iso8601(*time);
    return std::monostate{};
  };
  const Attributes body{{"event", *event},
                        {"idempotency_key", job->idempotency_key.to_string()},
                        {"request_id", job->id.to_string()},
                        {"target", job->site_id.to_string()},
                        {"description", job->description},
                        {"status", event->substr(std::string_view("job.").size())},
                        {"started_at", time_or_null(job->started_at)},
                        {"completed_at", time_or_null(job->completed_at)},
                        {"failed_at", time_or_null(job->failed_at)},
                        {"date", to_iso8601_offset(from_unix_us(*at))}};
  const Status sent = deps_.webhooks.post(*job->notify_url, body.to_json(), job->notify_key.value_or(""));
  const auto recorded = deps_.database.write([&](db::Session& session) -> Status {
    return append_event(session, *job, sent ? "notify_sent" : "notify_failed",
                        sent ? "notify_url was called" : "notify_url could not be called: " + sent.error().message(), {{"event", *event}});
  });
  if (!recorded) log::warning("the outcome of a webhook was not recorded", {{"job", id->to_string()}, log::of(recorded.error())});
  return sent;
}

void JobService::register_tasks() {
  // 5 tries, 10 s … 15 min apart.
  const tasks::Policy webhook{.concurrency = 4, .max_attempts = 5, .lease = std::chrono::seconds(60),
                              .first_backoff = std::chrono::seconds(10), .max_backoff = std::chrono::seconds(900)};
  deps_.tasks.handle("fleet.notify", webhook, [this](const tasks::Task& task) { return send_webhook(task.payload); });
  deps_.tasks.handle("fleet.purge_jobs", {}, [this](const tasks::Task&) { return purge(); });
  deps_.tasks.schedule("purge jobs", "17 3 * * *", "fleet.purge_jobs");
}

}  // namespace openstrat::fleet
