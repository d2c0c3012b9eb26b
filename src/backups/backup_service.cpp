// What operators do with backups. Uploads are in upload.cpp.
#include "backups/backup_service.hpp"

#include "storage/blob_vault.hpp"
#include "backups/run_times.hpp"
#include "backups/site_settings.hpp"
#include "backups/store.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "fleet/job_service.hpp"
#include "fleet/types.hpp"
#include "tasks/queue.hpp"

namespace openstrat::backups {
namespace {

using namespace std::chrono_literals;

constexpr const char* kJobKind = "backup";
constexpr Duration kSameRequest = 60s;
constexpr std::size_t kCachedSubnets = 1000;

}  // namespace

Result<std::vector<Backup>> BackupService::list(const Tenant& tenant, SiteId site, std::optional<std::int64_t> before, int limit) {
  return deps_.database.read([&](db::Session& session) { return store::list(session, tenant, site, before, limit); });
}

Result<Backup> BackupService::find(const Tenant& tenant, SiteId site, FileName file) {
  return deps_.database.read([&](db::Session& session) { return store::find(session, tenant, site, file); });
}

Result<std::optional<Backup>> BackupService::latest(const Tenant& tenant, SiteId site) {
  return deps_.database.read([&](db::Session& session) { return store::latest(session, tenant, site); });
}

Result<std::string> BackupService::text(const Backup& backup) { return deps_.vault.get(backup.customer_id, backup.blob_key); }

Result<std::string> BackupService::diff(const Tenant& tenant, SiteId site, FileName from, FileName to, Secrets secrets) {
  const auto before = find(tenant, site, from);
  if (!before) return fail(before.error());
  const auto after = find(tenant, site, to);
  if (!after) return fail(after.error());
  constexpr auto kLimit = static_cast<std::int64_t>(kMaxDiffBytes);
  if (before->size > kLimit || after->size > kLimit) return fail(Errc::too_large, "A backup of more than 5 MiB is not compared.");
  if (before->blob_key == after->blob_key) return std::string();
  const auto before_text = text(*before);
  if (!before_text) return before_text;
  const auto after_text = text(*after);
  if (!after_text) return after_text;
  return difference(from.to_string(), *before_text, to.to_string(), *after_text, secrets, deps_.settings.brand);
}

Result<BackupService::Subnets> BackupService::subnets(const Tenant& tenant, SiteId site) {
  const auto newest = latest(tenant, site);
  if (!newest) return fail(newest.error());
  if (!*newest) return fail(Errc::not_found, "no_backup", "The site has no backup yet.");
  const std::pair key{(*newest)->customer_id, (*newest)->blob_key};
  {
    auto cache = subnet_cache_.lock();
    if (const auto found = cache->find(key); found != cache->end()) return found->second;
  }
  const auto export_text = text(**newest);
  if (!export_text) return fail(export_text.error());
  const auto found = std::make_shared<const std::vector<routeros::Subnet>>(routeros::discover_subnets(routeros::parse_export(*export_text)));
  auto cache = subnet_cache_.lock();
  if (cache->size() >= kCachedSubnets) cache->clear();
  cache->emplace(key, found);
  return found;
}

bool BackupService::is_too_frequent(SiteId site) {
  const std::int64_t minute = to_unix_seconds(deps_.clock.now()) / 60;
  auto requests = requests_.lock();
  if (requests->minute != minute) *requests = {.minute = minute, .counts = {}};
  const int limit = request_limit_.load(std::memory_order_relaxed);
  return limit > 0 && ++requests->counts[site] > limit;
}

Result<BackupService::Requested> BackupService::request(const fleet::Site& site, const Request& request) {
  switch (site.state()) {
    case fleet::SiteState::deleting: return fail(Errc::conflict, "site_deleting", "The site is being deleted and takes no new backups.");
    case fleet::SiteState::pending: return fail(Errc::conflict, "site_pending", "No router has adopted this site yet.");
    case fleet::SiteState::online:
    case fleet::SiteState::offline: break;
  }
  if (request.cause == Cause::manual && is_too_frequent(site.id))
    return fail(Error(Errc::rate_limited, "The site takes no more backup requests this minute.").with_retry_after(60s));
  const Uuid job_key = uuid_v4(deps_.rng);
  return deps_.database.write([&](db::Session& session) { return request_in(session, site, request, job_key); });
}

Result<BackupService::Requested> BackupService::request_in(db::Session& session, const fleet::Site& site, const Request& request,
                                                           const Uuid& job_key) {
  const Timestamp now = deps_.clock.now();
  auto known = store::lock_record(session, site.tenant(), site.id);
  if (!known) return fail(known.error());
  SiteRecord record = (*known).value_or(SiteRecord{.customer_id = site.customer_id, .site_id = site.id,
                                                   .adopted_at = site.adopted_at.value_or(now), .timezone = site.timezone.value_or("UTC")});
  const auto open = deps_.jobs.find_open_in(session, site, kJobKind);
  if (!open) return fail(open.error());
  if (*open) return Requested{.job = (*open)->id, .existed = true};
  if (record.request_job_id && record.request_at && now - *record.request_at < kSameRequest)
    return Requested{.job = *record.request_job_id, .existed = true};

  const fleet::NewJob job{.idempotency_key = job_key, .kind = kJobKind, .description = "Create Configuration Backup",
                          .script = ":log debug \"" + deps_.settings.brand.prefix + ": configuration uploaded\"", .express = request.express,
                          .needs_ack = true, .should_backup = true, .created_by = request.by};
  const auto created = deps_.jobs.create_in(session, site, job);
  if (!created) return fail(created.error());
  record.request_job_id = created->job.id;
  record.request_at = now;
  record.request_by = request.by;
  record.request_cause = request.cause;
  if (auto rescheduled = reschedule_in(session, record); !rescheduled) return fail(rescheduled.error());
  if (auto stored = store::put_record(session, record); !stored) return fail(stored.error());
  auto said = deps_.bus.append(session, {.name = "backup.requested", .occurred_at = now, .customer_id = site.customer_id, .site_id = site.id,
                                         .resource_id = created->job.id.to_string(),
                                         .data = {{"job", created->job.id.to_string()}, {"cause", to_string(request.cause)}, {"by", request.by}}});
  if (!said) return fail(said.error());
  return Requested{.job = created->job.id};
}

Status BackupService::reschedule_in(db::Session& session, SiteRecord& record) {
  const auto settings = effective_settings(session, {record.customer_id}, record.site_id, deps_.settings);
  if (!settings) return fail(settings.error());
  const Timestamp now = deps_.clock.now();
  record.next_due_at = next_run(record.site_id, settings->frequency, record.timezone, now);
  record.overdue_at = overdue_after(settings->frequency, record.last_backup_at.value_or(record.adopted_at), deps_.settings.overdue_days);
  if (settings->frequency == Frequency::off) record.missed = false;
  return {};
}

Result<BackupService::SettingsAnswer> BackupService::settings(const Tenant& tenant, std::optional<SiteId> site) {
  return deps_.database.read([&](db::Session& session) -> Result<SettingsAnswer> {
    const auto own = store::overrides(session, tenant, site);
    if (!own) return fail(own.error());
    const auto effective = effective_settings(session, tenant, site, deps_.settings);
    if (!effective) return fail(effective.error());
    return SettingsAnswer{.effective = *effective, .own = *own};
  });
}

Result<BackupService::SettingsAnswer> BackupService::change_settings(const Tenant& tenant, std::optional<SiteId> site, const SettingOverrides& own) {
  const auto changed = deps_.database.write([&](db::Session& session) -> Status {
    if (auto stored = store::put_overrides(session, tenant, site, own, deps_.clock.now()); !stored) return stored;
    if (!site) {
      return deps_.tasks.enqueue(session, {.kind = "backups.reschedule", .payload = {{"customer", tenant.customer_id.to_string()}},
                                           .unique_key = tenant.customer_id.to_string(), .customer_id = tenant.customer_id});
    }
    auto record = store::lock_record(session, tenant, *site);
    if (!record) return fail(record.error());
    if (!*record) return {};
    if (auto rescheduled = reschedule_in(session, **record); !rescheduled) return rescheduled;
    return store::put_record(session, **record);
  });
  if (!changed) return fail(changed.error());
  return settings(tenant, site);
}

}  // namespace openstrat::backups
