// From an upload to a backup.
#include "backups/backup_service.hpp"
#include "storage/blob_vault.hpp"
#include "backups/grant_store.hpp"
#include "backups/run_times.hpp"
#include "backups/site_settings.hpp"
#include "backups/store.hpp"
#include "base/crypto.hpp"
#include "base/log.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "fleet/job_service.hpp"

namespace openstrat::backups {
namespace {

constexpr int kAttempts = 4;
/// Another backup of the site was committed between our look and our commit.
constexpr const char* kOvertaken = "backup_overtaken";

Cause cause_of(const Grant& grant, const SiteRecord& record) {
  switch (grant.purpose) {
    case Purpose::adopt: return Cause::adopt;
    case Purpose::job: return Cause::job;
    case Purpose::backup: return grant.job_id == record.request_job_id ? record.request_cause.value_or(Cause::manual) : Cause::manual;
  }
  std::unreachable();
}

}  // namespace

struct BackupService::Upload {
  const std::string& text;
  std::string sha256, body_sha256;
  ExportFacts facts;
  BackupId id;
};

Result<Backup> BackupService::accept(const Grant& grant, const std::string& text) {
  const auto refuse = [&](const Error& error) -> Result<Backup> {
    log::warning("a configuration upload was not stored", {{"site", grant.site_id.to_string()}, {"file", grant.file.to_string()}, log::of(error)});
    if (error.reason() != "grant_used")
      if (auto noted = note_failure(grant, UploadFailure::content, error.message()); !noted) log::error("the failed upload could not be noted", {log::of(noted.error())});
    return fail(error);
  };
  if (auto good = check_export(text); !good) return refuse(good.error());
  const Upload upload{.text = text, .sha256 = crypto::hex(crypto::sha256(text)),
                      .body_sha256 = crypto::hex(crypto::sha256(routeros::normalise_export(text, deps_.settings.brand))),
                      .facts = facts_of(text), .id = BackupId(uuid_v7(deps_.clock.now(), deps_.rng))};
  auto stored = store_upload(grant, upload);
  for (int attempt = 1; attempt < kAttempts && !stored && stored.error().reason() == kOvertaken; ++attempt) stored = store_upload(grant, upload);
  if (!stored) return refuse(stored.error());
  return stored;
}

Result<Backup> BackupService::store_upload(const Grant& grant, const Upload& upload) {
  const Tenant tenant{grant.customer_id};
  const auto previous = latest(tenant, grant.site_id);
  if (!previous) return fail(previous.error());
  const bool unchanged = *previous && (*previous)->body_sha256 == upload.body_sha256;
  const auto blob_key = unchanged ? Result<std::string>((*previous)->blob_key) : deps_.vault.put(grant.customer_id, upload.text);
  if (!blob_key) return fail(blob_key.error());
  return deps_.database.write([&](db::Session& session) { return commit_in(session, grant, upload, *previous, *blob_key); });
}

Result<Backup> BackupService::commit_in(db::Session& session, const Grant& grant, const Upload& upload, const std::optional<Backup>& previous,
                                        const std::string& blob_key) {
  const Tenant tenant{grant.customer_id};
  const Timestamp now = deps_.clock.now();
  auto known = store::lock_record(session, tenant, grant.site_id);
  if (!known) return fail(known.error());
  SiteRecord record = (*known).value_or(SiteRecord{.customer_id = grant.customer_id, .site_id = grant.site_id, .adopted_at = now});
  if (auto used = grant_store::mark_used(session, grant, now); !used) return fail(used.error());
  const auto newest = store::latest(session, tenant, grant.site_id);
  if (!newest) return fail(newest.error());
  const auto id_of = [](const std::optional<Backup>& backup) { return backup ? backup->id : BackupId(); };
  if (id_of(*newest) != id_of(previous)) return fail(Errc::conflict, kOvertaken, "Another backup of the site was stored meanwhile.");

  const bool unchanged = previous && previous->body_sha256 == upload.body_sha256;
  Backup backup{.customer_id = grant.customer_id, .site_id = grant.site_id, .file = grant.file, .id = upload.id,
                .size = unchanged ? previous->size : static_cast<std::int64_t>(upload.text.size()),
                .sha256 = unchanged ? previous->sha256 : upload.sha256, .body_sha256 = upload.body_sha256, .unchanged = unchanged,
                .cause = cause_of(grant, record), .job_id = grant.job_id, .facts = upload.facts, .blob_key = blob_key, .created_at = now};
  if (grant.job_id && grant.job_id == record.request_job_id) backup.requested_by = record.request_by;
  if (auto stored = store::insert(session, backup); !stored) return fail(stored.error());

  const bool known_job = previous && record.last_job_at && *record.last_job_at >= previous->created_at;
  record.last_backup_at = now;
  record.missed = false;
  record.overdue = false;
  if (grant.method == UploadMethod::sftp) record.sftp_failures = 0;
  const auto due = record.next_due_at;
  if (auto rescheduled = reschedule_in(session, record); !rescheduled) return fail(rescheduled.error());
  if (due && *due > now) record.next_due_at = due;
  if (auto stored = store::put_record(session, record); !stored) return fail(stored.error());
  if (grant.job_id) {
    auto attached = deps_.jobs.attach_backup(session, tenant, *grant.job_id, backup.storage_key());
    // The job may have been deleted meanwhile; the backup is good all the same.
    if (!attached && attached.error().code() != Errc::not_found) return fail(attached.error());
  }
  if (auto said = announce(session, backup, previous, known_job); !said) return fail(said.error());
  return backup;
}

Status BackupService::announce(db::Session& session, const Backup& backup, const std::optional<Backup>& previous, bool known_job) {
  const auto say = [&](const char* name, Attributes data) {
    return deps_.bus.append(session, {.name = name, .occurred_at = backup.created_at, .customer_id = backup.customer_id,
                                      .site_id = backup.site_id, .resource_id = backup.id.to_string(), .data = std::move(data)});
  };
  Attributes data{{"filename", backup.file.to_string()}, {"size", backup.size}, {"unchanged", backup.unchanged}, {"cause", to_string(backup.cause)}};
  if (backup.job_id) data.set("job", backup.job_id->to_string());
  if (auto said = say("backup.created", std::move(data)); !said) return said;
  if (!previous || backup.unchanged || known_job) return {};
  return say("backup.config_changed", {{"filename", backup.file.to_string()}, {"previous", previous->file.to_string()}});
}

Status BackupService::note_failure(const Grant& grant, UploadFailure failure, const std::string& reason) {
  return deps_.database.write([&](db::Session& session) { return note_failure_in(session, grant, failure, reason); });
}

Status BackupService::note_failure_in(db::Session& session, const Grant& grant, UploadFailure failure, const std::string& reason) {
  const Timestamp now = deps_.clock.now();
  const Tenant tenant{grant.customer_id};
  auto record = store::lock_record(session, tenant, grant.site_id);
  if (!record) return fail(record.error());
  const auto marked = grant_store::mark_failed(session, grant, now);
  if (!marked) return fail(marked.error());
  if (!*marked) return {};
  if (*record && failure == UploadFailure::transport) {
    // A failed HTTP upload leads back to SFTP: whichever works is found in the end.
    (*record)->sftp_failures = grant.method == UploadMethod::sftp ? (*record)->sftp_failures + 1 : 0;
    if (auto stored = store::put_record(session, **record); !stored) return stored;
  }
  Attributes data{{"filename", grant.file.to_string()}, {"reason", reason}, {"method", to_string(grant.method)}};
  if (grant.job_id) data.set("job", grant.job_id->to_string());
  return deps_.bus.append(session, {.name = "backup.failed", .occurred_at = now, .customer_id = grant.customer_id, .site_id = grant.site_id,
                                    .resource_id = grant.id.to_string(), .data = std::move(data)});
}

}  // namespace openstrat::backups
