#include "backups/backup_schedule.hpp"

#include "backups/backup_service.hpp"
#include "storage/blob_vault.hpp"
#include "backups/grant_store.hpp"
#include "backups/run_times.hpp"
#include "backups/site_settings.hpp"
#include "backups/store.hpp"
#include "base/log.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "fleet/site_service.hpp"
#include "tasks/queue.hpp"

namespace openstrat::backups {
namespace {

using namespace std::chrono_literals;

constexpr const char* kSubscriber = "backups";
constexpr int kStep = 100;
constexpr int kRunsPerMinute = 1000;         // 100,000 sites over five hours are 333 a minute
constexpr auto kCatchUpAge = 24h;
constexpr auto kQuietStart = 1h;
constexpr auto kGrantsKept = 24h * 7;
constexpr auto kOrphanAge = 24h;
constexpr int kMostBackupsOfASite = 10'000;

}  // namespace

BackupSchedule::BackupSchedule(Dependencies dependencies) : deps_(dependencies), started_at_(deps_.clock.now()) {}

void BackupSchedule::register_handlers() {
  const auto on = [&](const char* name, Status (BackupSchedule::*handler)(const bus::Event&)) {
    deps_.bus.subscribe(kSubscriber, name, [this, handler](const bus::Event& event) { return (this->*handler)(event); });
  };
  on("site.adopted", &BackupSchedule::on_adopted);
  on("site.updated", &BackupSchedule::on_updated);
  on("site.online", &BackupSchedule::on_online);
  on("site.deleted", &BackupSchedule::on_deleted);
  on("job.completed", &BackupSchedule::on_job_ended);
  on("job.failed", &BackupSchedule::on_job_ended);

  const auto task = [&](const char* kind, const char* cron, Status (BackupSchedule::*work)()) {
    deps_.tasks.handle(kind, {}, [this, work](const tasks::Task&) { return (this->*work)(); });
    deps_.tasks.schedule(kind, cron, kind);
  };
  task("backups.due", "* * * * *", &BackupSchedule::run_due);
  task("backups.overdue", "*/10 * * * *", &BackupSchedule::announce_overdue);
  task("backups.lost", "*/5 * * * *", &BackupSchedule::note_lost_uploads);
  task("backups.purge", "20 3 * * *", &BackupSchedule::purge_old);
  task("backups.orphans", "50 3 * * *", &BackupSchedule::collect_orphans);
  deps_.tasks.handle("backups.reschedule", {}, [this](const tasks::Task& task) -> Status {
    const auto customer = task.payload.id<CustomerId>("customer");
    return customer ? reschedule(*customer) : Status{};
  });
}

// ---------------------------------------------------------------- events

Status BackupSchedule::on_adopted(const bus::Event& event) {
  const auto site = deps_.sites.find_internal(*event.site_id);
  if (!site) return site.error().code() == Errc::not_found ? Status{} : fail(site.error());
  return deps_.database.write([&](db::Session& session) -> Status {
    auto known = store::lock_record(session, site->tenant(), site->id);
    if (!known) return fail(known.error());
    SiteRecord record = (*known).value_or(SiteRecord{.customer_id = site->customer_id, .site_id = site->id});
    record.adopted_at = site->adopted_at.value_or(event.occurred_at);
    record.timezone = site->timezone.value_or("UTC");
    if (auto done = deps_.backups.reschedule_in(session, record); !done) return done;
    return store::put_record(session, record);
  });
}

Status BackupSchedule::on_updated(const bus::Event& event) {
  const auto site = deps_.sites.find_internal(*event.site_id);
  if (!site) return site.error().code() == Errc::not_found ? Status{} : fail(site.error());
  return deps_.database.write([&](db::Session& session) -> Status {
    auto record = store::lock_record(session, site->tenant(), site->id);
    if (!record) return fail(record.error());
    const std::string timezone = site->timezone.value_or("UTC");
    if (!*record || (*record)->timezone == timezone) return {};
    (*record)->timezone = timezone;
    if (auto done = deps_.backups.reschedule_in(session, **record); !done) return done;
    return store::put_record(session, **record);
  });
}

Status BackupSchedule::on_online(const bus::Event& event) {
  const Tenant tenant{event.customer_id};
  const auto record = deps_.database.read([&](db::Session& session) { return store::find_record(session, tenant, *event.site_id); });
  if (!record) return fail(record.error());
  if (!*record || !(*record)->missed) return {};
  const bool old = !(*record)->last_backup_at || deps_.clock.now() - *(*record)->last_backup_at > kCatchUpAge;
  return old ? run(**record) : skip(**record, false);
}

Status BackupSchedule::on_deleted(const bus::Event& event) {
  return deps_.database.write(
      [&](db::Session& session) { return store::remove_site(session, Tenant{event.customer_id}, *event.site_id); });
}

/// A job of ours explains a change of the configuration; one that failed before its backup came in tells why there is none.
Status BackupSchedule::on_job_ended(const bus::Event& event) {
  const auto job = JobId::parse(event.resource_id);
  if (!job || !event.site_id) return {};
  const Tenant tenant{event.customer_id};
  const bool changes_nothing = event.data.text("kind") == "backup";
  return deps_.database.write([&](db::Session& session) -> Status {
    auto record = store::lock_record(session, tenant, *event.site_id);
    if (!record) return fail(record.error());
    if (*record && !changes_nothing) {
      (*record)->last_job_at = event.occurred_at;
      if (auto stored = store::put_record(session, **record); !stored) return stored;
    }
    if (event.name != "job.failed") return {};
    const auto grants = grant_store::of_job(session, tenant, *event.site_id, *job);
    if (!grants) return fail(grants.error());
    for (const Grant& grant : *grants)
      if (grant.used_at || grant.failed_at) return {};
    if (grants->empty()) return {};
    // A script that was never fetched says nothing about the way of the upload.
    const bool never_began = event.data.text("failure_code") == "delivery_timeout";
    return deps_.backups.note_failure_in(session, grants->back(), never_began ? UploadFailure::content : UploadFailure::transport,
                                         event.data.text("failure_reason").value_or("The job failed before the backup was uploaded."));
  });
}

// ---------------------------------------------------------------- automatic runs

Status BackupSchedule::skip(const SiteRecord& seen, bool missed) {
  return deps_.database.write([&](db::Session& session) -> Status {
    auto record = store::lock_record(session, {seen.customer_id}, seen.site_id);
    if (!record) return fail(record.error());
    if (!*record) return {};
    (*record)->missed = missed;
    if (auto done = deps_.backups.reschedule_in(session, **record); !done) return done;
    return store::put_record(session, **record);
  });
}

Status BackupSchedule::run(const SiteRecord& record) {
  const auto site = deps_.sites.find_internal(record.site_id);
  if (!site && site.error().code() == Errc::not_found)  // its site.deleted is on the way
    return deps_.database.write([&](db::Session& session) { return store::remove_site(session, {record.customer_id}, record.site_id); });
  if (!site) return fail(site.error());
  if (site->state() != fleet::SiteState::online) return skip(record, true);
  const auto requested = deps_.backups.request(*site, {.cause = Cause::schedule, .by = "schedule", .express = false});
  if (!requested) return fail(requested.error());
  return skip(record, false);
}

Status BackupSchedule::run_due() {
  for (int runs = 0; runs < kRunsPerMinute; runs += kStep) {
    const auto due = deps_.database.read([&](db::Session& session) { return store::due(session, deps_.clock.now(), kStep); });
    if (!due) return fail(due.error());
    for (const SiteRecord& record : *due) {
      auto done = run(record);
      if (!done && done.error().code() == Errc::unavailable) return done;
      if (done) continue;
      // One site that cannot be asked must not stand before all others.
      log::error("an automatic backup could not be asked for", {{"site", record.site_id.to_string()}, log::of(done.error())});
      if (auto skipped = skip(record, true); !skipped) return skipped;
    }
    if (due->size() < kStep) return {};
  }
  return {};
}

Status BackupSchedule::reschedule(CustomerId customer) {
  SiteId after;
  while (true) {
    const auto records =
        deps_.database.read([&](db::Session& session) { return store::records_of_customer(session, customer, after, kStep); });
    if (!records) return fail(records.error());
    auto done = deps_.database.write([&](db::Session& session) -> Status {
      for (const SiteRecord& seen : *records) {
        auto record = store::lock_record(session, {customer}, seen.site_id);
        if (!record) return fail(record.error());
        if (!*record) continue;
        if (auto set = deps_.backups.reschedule_in(session, **record); !set) return set;
        if (auto stored = store::put_record(session, **record); !stored) return stored;
      }
      return {};
    });
    if (!done || records->size() < kStep) return done;
    after = records->back().site_id;
  }
}

// ---------------------------------------------------------------- what is missing

Status BackupSchedule::announce_overdue() {
  const Timestamp now = deps_.clock.now();
  if (now - started_at_ < kQuietStart) return {};  // after a downtime of ours the missed runs come first
  while (true) {
    const auto count = deps_.database.write([&](db::Session& session) -> Result<std::size_t> {
      auto records = store::newly_overdue(session, now, kStep);
      if (!records) return fail(records.error());
      for (SiteRecord& record : *records) {
        record.overdue = true;
        if (auto stored = store::put_record(session, record); !stored) return fail(stored.error());
        Attributes data{{"days", std::int64_t{deps_.settings.overdue_days}}};
        if (record.last_backup_at) data.set("last_backup_at", to_iso8601(*record.last_backup_at));
        auto said = deps_.bus.append(session, {.name = "backup.overdue", .occurred_at = now, .customer_id = record.customer_id,
                                               .site_id = record.site_id, .resource_id = record.site_id.to_string(), .data = std::move(data)});
        if (!said) return fail(said.error());
      }
      return records->size();
    });
    if (!count) return fail(count.error());
    if (*count < kStep) return {};
  }
}

Status BackupSchedule::note_lost_uploads() {
  const Timestamp now = deps_.clock.now();
  while (true) {
    const auto count = deps_.database.write([&](db::Session& session) -> Result<std::size_t> {
      const auto grants = grant_store::ran_out(session, now, kStep);
      if (!grants) return fail(grants.error());
      for (const Grant& grant : *grants) {
        bool told = false;
        if (grant.job_id) {
          const auto siblings = grant_store::of_job(session, {grant.customer_id}, grant.site_id, *grant.job_id);
          if (!siblings) return fail(siblings.error());
          for (const Grant& sibling : *siblings) told = told || sibling.used_at || sibling.failed_at;
        }
        // Of a job that was handed out several times one grant stands for all.
        const Status done = told ? [&]() -> Status {
          const auto marked = grant_store::mark_failed(session, grant, now);
          return marked ? Status{} : Status(fail(marked.error()));
        }() : deps_.backups.note_failure_in(session, grant, UploadFailure::transport, "The router did not upload within 15 minutes.");
        if (!done) return fail(done.error());
      }
      return grants->size();
    });
    if (!count) return fail(count.error());
    if (*count < kStep) return {};
  }
}

// ---------------------------------------------------------------- retention

Status BackupSchedule::purge_site(const SiteRecord& record) {
  const Tenant tenant{record.customer_id};
  const auto doomed = deps_.database.read([&](db::Session& session) -> Result<std::vector<FileName>> {
    const auto backups = store::list(session, tenant, record.site_id, std::nullopt, kMostBackupsOfASite);
    if (!backups) return fail(backups.error());
    const auto settings = effective_settings(session, tenant, record.site_id, deps_.settings);
    if (!settings) return fail(settings.error());
    return expired(*backups, *settings, deps_.settings.keep_newest, deps_.clock.now());
  });
  if (!doomed) return fail(doomed.error());
  if (doomed->empty()) return {};
  return deps_.database.write([&](db::Session& session) { return store::remove(session, tenant, record.site_id, *doomed); });
}

Status BackupSchedule::purge_old() {
  store::RecordKey after;
  while (true) {
    const auto records = deps_.database.read([&](db::Session& session) { return store::records_after(session, after, kStep); });
    if (!records) return fail(records.error());
    for (const SiteRecord& record : *records) {
      auto purged = purge_site(record);
      if (!purged && purged.error().code() == Errc::unavailable) return purged;
      if (!purged) log::error("old backups could not be removed", {{"site", record.site_id.to_string()}, log::of(purged.error())});
    }
    if (records->size() < kStep) break;
    after = {records->back().customer_id, records->back().site_id};
  }
  while (true) {
    const auto purged = deps_.database.write(
        [&](db::Session& session) { return grant_store::purge_before(session, deps_.clock.now() - kGrantsKept, 1000); });
    if (!purged) return fail(purged.error());
    if (*purged < 1000) return {};
  }
}

Status BackupSchedule::collect_orphans() {
  const Timestamp older_than = deps_.clock.now() - kOrphanAge;
  std::int64_t removed = 0;
  auto walked = deps_.vault.blobs().list(older_than, [&](CustomerId customer, const std::string& key) -> Status {
    const auto used = deps_.database.read([&](db::Session& session) { return store::references_blob(session, customer, key); });
    if (!used) return fail(used.error());
    if (*used) return {};
    const auto gone = deps_.vault.blobs().remove(customer, key, older_than);
    if (!gone) return fail(gone.error());
    removed += *gone;
    return {};
  });
  if (removed > 0) log::info("unused backup texts removed", {{"count", removed}});
  return walked;
}

}  // namespace openstrat::backups
