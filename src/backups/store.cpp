#include "backups/store.hpp"

#include "db/session.hpp"

namespace openstrat::backups::store {
namespace {

using db::params;
using db::Query;

#define BACKUP_COLUMNS                                                                                                         \
  "customer_id, site_id, unix_time, id, size, sha256, body_sha256, unchanged, cause, job_id, requested_by, exported_at, " \
  "routeros_version, software_id, model, serial_number, blob_key, created_at"
constexpr Query kInsert{"backup.insert", "INSERT INTO backup (" BACKUP_COLUMNS
                                         ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"};
constexpr Query kFind{"backup.find", "SELECT " BACKUP_COLUMNS " FROM backup WHERE customer_id = ?1 AND site_id = ?2 AND unix_time = ?3"};
constexpr Query kList{"backup.list", "SELECT " BACKUP_COLUMNS
                                     " FROM backup WHERE customer_id = ?1 AND site_id = ?2 AND unix_time < ?3 ORDER BY unix_time DESC LIMIT ?4"};
constexpr Query kRemove{"backup.remove", "DELETE FROM backup WHERE customer_id = ?1 AND site_id = ?2 AND unix_time = ?3"};
constexpr Query kRemoveOfSite{"backup.remove_of_site", "DELETE FROM backup WHERE customer_id = ?1 AND site_id = ?2"};
constexpr Query kRemoveSettings{"backup_setting.remove_of_site", "DELETE FROM backup_setting WHERE customer_id = ?1 AND site_id = ?2"};
constexpr Query kRemoveRecord{"backup_site.remove", "DELETE FROM backup_site WHERE customer_id = ?1 AND site_id = ?2"};
constexpr Query kRemoveGrants{"sftp_grant.remove_of_site", "DELETE FROM sftp_grant WHERE customer_id = ?1 AND site_id = ?2"};
constexpr Query kReferences{"backup.references_blob", "SELECT 1 FROM backup WHERE customer_id = ?1 AND blob_key = ?2 LIMIT 1"};
constexpr Query kNewestName{"backup.newest_name",
                            "SELECT MAX(unix_time) FROM (SELECT unix_time FROM backup WHERE customer_id = ?1 AND site_id = ?2 AND unix_time >= ?3 "
                            "UNION ALL SELECT unix_time FROM sftp_grant WHERE customer_id = ?1 AND site_id = ?2 AND unix_time >= ?3) AS taken"};

constexpr Query kSetting{"backup_setting.find",
                         "SELECT frequency, retention_days, keep_weekly_days, show_sensitive FROM backup_setting "
                         "WHERE customer_id = ?1 AND site_id = ?2"};
constexpr Query kPutSetting{"backup_setting.put",
                            "INSERT INTO backup_setting (customer_id, site_id, frequency, retention_days, keep_weekly_days, show_sensitive, updated_at) "
                            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (customer_id, site_id) DO UPDATE SET frequency = excluded.frequency, "
                            "retention_days = excluded.retention_days, keep_weekly_days = excluded.keep_weekly_days, "
                            "show_sensitive = excluded.show_sensitive, updated_at = excluded.updated_at"};

#define RECORD_COLUMNS                                                                                                       \
  "customer_id, site_id, adopted_at, timezone, last_backup_at, next_due_at, missed, overdue_at, overdue, sftp_failures, " \
  "last_job_at, request_job_id, request_at, request_by, request_cause"
constexpr Query kRecord{"backup_site.find", "SELECT " RECORD_COLUMNS " FROM backup_site WHERE customer_id = ?1 AND site_id = ?2"};
constexpr Query kLockRecord{"backup_site.lock",
                            "SELECT " RECORD_COLUMNS " FROM backup_site WHERE customer_id = ?1 AND site_id = ?2 {{for_update}}"};
constexpr Query kPutRecord{"backup_site.put",
                           "INSERT INTO backup_site (" RECORD_COLUMNS
                           ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) "
                           "ON CONFLICT (customer_id, site_id) DO UPDATE SET adopted_at = excluded.adopted_at, timezone = excluded.timezone, "
                           "last_backup_at = excluded.last_backup_at, next_due_at = excluded.next_due_at, missed = excluded.missed, "
                           "overdue_at = excluded.overdue_at, overdue = excluded.overdue, sftp_failures = excluded.sftp_failures, "
                           "last_job_at = excluded.last_job_at, request_job_id = excluded.request_job_id, request_at = excluded.request_at, "
                           "request_by = excluded.request_by, request_cause = excluded.request_cause"};
constexpr Query kDue{"backup_site.due", "SELECT " RECORD_COLUMNS
                                        " FROM backup_site WHERE next_due_at IS NOT NULL AND next_due_at <= ?1 ORDER BY next_due_at LIMIT ?2"};
constexpr Query kOverdue{"backup_site.overdue",
                         "SELECT " RECORD_COLUMNS
                         " FROM backup_site WHERE overdue_at IS NOT NULL AND NOT overdue AND overdue_at <= ?1 ORDER BY overdue_at LIMIT ?2"};
constexpr Query kRecordsAfter{"backup_site.after", "SELECT " RECORD_COLUMNS
                                                   " FROM backup_site WHERE (customer_id, site_id) > (?1, ?2) "
                                                   "ORDER BY customer_id, site_id LIMIT ?3"};
constexpr Query kRecordsOfCustomer{"backup_site.of_customer",
                                   "SELECT " RECORD_COLUMNS
                                   " FROM backup_site WHERE customer_id = ?1 AND site_id > ?2 ORDER BY site_id LIMIT ?3"};

Backup read_backup(const db::Row& row) {
  Backup backup;
  std::size_t column = 0;
  const auto next = [&](auto& member) { member = row.get<std::remove_reference_t<decltype(member)>>(column++); };
  next(backup.customer_id), next(backup.site_id), next(backup.file.unix_time), next(backup.id), next(backup.size);
  next(backup.sha256), next(backup.body_sha256), next(backup.unchanged);
  backup.cause = parse_cause(row.get<std::string>(column++)).value_or(Cause::manual);
  next(backup.job_id), next(backup.requested_by);
  ExportFacts& facts = backup.facts;
  next(facts.exported_at), next(facts.routeros_version), next(facts.software_id), next(facts.model), next(facts.serial_number);
  next(backup.blob_key), next(backup.created_at);
  return backup;
}

SiteRecord read_record(const db::Row& row) {
  SiteRecord record;
  std::size_t column = 0;
  const auto next = [&](auto& member) { member = row.get<std::remove_reference_t<decltype(member)>>(column++); };
  next(record.customer_id), next(record.site_id), next(record.adopted_at), next(record.timezone), next(record.last_backup_at);
  next(record.next_due_at), next(record.missed), next(record.overdue_at), next(record.overdue), next(record.sftp_failures);
  next(record.last_job_at), next(record.request_job_id), next(record.request_at), next(record.request_by);
  if (const auto cause = row.get<std::optional<std::string>>(column)) record.request_cause = parse_cause(*cause);
  return record;
}

Result<std::optional<SiteRecord>> first_record(const Result<std::optional<db::Row>>& row) {
  if (!row) return fail(row.error());
  if (!*row) return std::optional<SiteRecord>{};
  return std::optional<SiteRecord>(read_record(**row));
}

Result<std::vector<SiteRecord>> read_records(const Result<std::vector<db::Row>>& rows) {
  if (!rows) return fail(rows.error());
  std::vector<SiteRecord> records;
  records.reserve(rows->size());
  for (const auto& row : *rows) records.push_back(read_record(row));
  return records;
}

Status done(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

/// The key column of settings: the customer's own row has no site.
std::string scope_key(std::optional<SiteId> site) { return site ? site->to_string() : std::string(); }

}  // namespace

Status insert(db::Session& session, const Backup& b) {
  return done(session.execute(kInsert, params(b.customer_id, b.site_id, b.file.unix_time, b.id, b.size, b.sha256, b.body_sha256, b.unchanged,
                                              to_string(b.cause), b.job_id, b.requested_by, b.facts.exported_at, b.facts.routeros_version,
                                              b.facts.software_id, b.facts.model, b.facts.serial_number, b.blob_key, b.created_at)));
}

Result<Backup> find(db::Session& session, const Tenant& tenant, SiteId site, FileName file) {
  const auto row = session.one(kFind, params(tenant.customer_id, site, file.unix_time), "There is no such backup of this site.");
  if (!row) return fail(row.error());
  return read_backup(*row);
}

Result<std::optional<Backup>> latest(db::Session& session, const Tenant& tenant, SiteId site) {
  auto newest = list(session, tenant, site, std::nullopt, 1);
  if (!newest) return fail(newest.error());
  if (newest->empty()) return std::optional<Backup>{};
  return std::optional<Backup>(std::move(newest->front()));
}

Result<std::vector<Backup>> list(db::Session& session, const Tenant& tenant, SiteId site, std::optional<std::int64_t> before, int limit) {
  constexpr std::int64_t kAfterAll = std::int64_t{1} << 60;
  const auto rows = session.query(kList, params(tenant.customer_id, site, before.value_or(kAfterAll), limit));
  if (!rows) return fail(rows.error());
  std::vector<Backup> backups;
  backups.reserve(rows->size());
  for (const auto& row : *rows) backups.push_back(read_backup(row));
  return backups;
}

Status remove(db::Session& session, const Tenant& tenant, SiteId site, const std::vector<FileName>& files) {
  std::vector<db::Params> rows;
  for (const FileName file : files) rows.push_back(params(tenant.customer_id, site, file.unix_time));
  return done(session.execute_many(kRemove, rows));
}

Status remove_site(db::Session& session, const Tenant& tenant, SiteId site) {
  for (const Query* query : {&kRemoveOfSite, &kRemoveSettings, &kRemoveRecord, &kRemoveGrants})
    if (auto removed = done(session.execute(*query, params(tenant.customer_id, site))); !removed) return removed;
  return {};
}

Result<bool> references_blob(db::Session& session, CustomerId customer, const std::string& blob_key) {
  const auto row = session.first(kReferences, params(customer, blob_key));
  if (!row) return fail(row.error());
  return row->has_value();
}

Result<FileName> free_name(db::Session& session, const Tenant& tenant, SiteId site, std::int64_t wanted) {
  const auto row = session.first(kNewestName, params(tenant.customer_id, site, wanted));
  if (!row) return fail(row.error());
  const auto newest = *row ? (*row)->get<std::optional<std::int64_t>>(0) : std::nullopt;
  return FileName{newest ? *newest + 1 : wanted};
}

Result<SettingOverrides> overrides(db::Session& session, const Tenant& tenant, std::optional<SiteId> site) {
  const auto row = session.first(kSetting, params(tenant.customer_id, scope_key(site)));
  if (!row) return fail(row.error());
  SettingOverrides out;
  if (!*row) return out;
  if (const auto frequency = (*row)->get<std::optional<std::string>>(0)) out.frequency = parse_frequency(*frequency);
  out.retention_days = (*row)->get<std::optional<int>>(1);
  out.keep_weekly_days = (*row)->get<std::optional<int>>(2);
  out.show_sensitive = (*row)->get<std::optional<bool>>(3);
  return out;
}

Status put_overrides(db::Session& session, const Tenant& tenant, std::optional<SiteId> site, const SettingOverrides& o, Timestamp now) {
  std::optional<std::string> frequency;
  if (o.frequency) frequency = to_string(*o.frequency);
  return done(session.execute(kPutSetting, params(tenant.customer_id, scope_key(site), frequency, o.retention_days, o.keep_weekly_days,
                                                  o.show_sensitive, now)));
}

Result<std::optional<SiteRecord>> find_record(db::Session& session, const Tenant& tenant, SiteId site) {
  return first_record(session.first(kRecord, params(tenant.customer_id, site)));
}

Result<std::optional<SiteRecord>> lock_record(db::Session& session, const Tenant& tenant, SiteId site) {
  return first_record(session.first(kLockRecord, params(tenant.customer_id, site)));
}

Status put_record(db::Session& session, const SiteRecord& r) {
  std::optional<std::string> cause;
  if (r.request_cause) cause = to_string(*r.request_cause);
  return done(session.execute(kPutRecord, params(r.customer_id, r.site_id, r.adopted_at, r.timezone, r.last_backup_at, r.next_due_at, r.missed,
                                                 r.overdue_at, r.overdue, r.sftp_failures, r.last_job_at, r.request_job_id, r.request_at,
                                                 r.request_by, cause)));
}

Result<std::vector<SiteRecord>> due(db::Session& session, Timestamp now, int limit) {
  return read_records(session.query(kDue, params(now, limit)));
}

Result<std::vector<SiteRecord>> newly_overdue(db::Session& session, Timestamp now, int limit) {
  return read_records(session.query(kOverdue, params(now, limit)));
}

Result<std::vector<SiteRecord>> records_after(db::Session& session, RecordKey after, int limit) {
  return read_records(session.query(kRecordsAfter, params(after.first, after.second, limit)));
}

Result<std::vector<SiteRecord>> records_of_customer(db::Session& session, CustomerId customer, SiteId after, int limit) {
  return read_records(session.query(kRecordsOfCustomer, params(customer, after, limit)));
}

}  // namespace openstrat::backups::store
