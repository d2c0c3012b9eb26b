#include "backups/grant_store.hpp"

#include "db/session.hpp"

namespace openstrat::backups::grant_store {
namespace {

using db::params;
using db::Query;

#define GRANT_COLUMNS "customer_id, id, site_id, unix_time, password_hash, purpose, method, job_id, expires_at, used_at, failed_at"
constexpr Query kInsert{"sftp_grant.insert",
                        "INSERT INTO sftp_grant (" GRANT_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"};
constexpr Query kLogin{"sftp_grant.login", "SELECT " GRANT_COLUMNS
                                           " FROM sftp_grant WHERE site_id = ?1 AND password_hash = ?2 AND method = 'sftp' "
                                           "AND used_at IS NULL AND expires_at > ?3"};
constexpr Query kUsable{"sftp_grant.usable",
                        "SELECT " GRANT_COLUMNS " FROM sftp_grant WHERE id = ?1 AND method = 'http' AND used_at IS NULL AND expires_at > ?2"};
constexpr Query kUse{"sftp_grant.use", "UPDATE sftp_grant SET used_at = ?3 WHERE customer_id = ?1 AND id = ?2 AND used_at IS NULL"};
constexpr Query kFail{"sftp_grant.fail",
                      "UPDATE sftp_grant SET failed_at = ?3 WHERE customer_id = ?1 AND id = ?2 AND used_at IS NULL AND failed_at IS NULL"};
constexpr Query kOfJob{"sftp_grant.of_job",
                       "SELECT " GRANT_COLUMNS " FROM sftp_grant WHERE customer_id = ?1 AND site_id = ?2 AND job_id = ?3 ORDER BY unix_time LIMIT 20"};
constexpr Query kRanOut{"sftp_grant.ran_out", "SELECT " GRANT_COLUMNS
                                              " FROM sftp_grant WHERE expires_at <= ?1 AND used_at IS NULL AND failed_at IS NULL "
                                              "ORDER BY expires_at LIMIT ?2"};
constexpr Query kPurge{"sftp_grant.purge",
                       "DELETE FROM sftp_grant WHERE id IN (SELECT id FROM sftp_grant WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)"};

Purpose read_purpose(std::string_view text) {
  if (text == to_string(Purpose::adopt)) return Purpose::adopt;
  return text == to_string(Purpose::job) ? Purpose::job : Purpose::backup;
}

Grant read_grant(const db::Row& row) {
  return {.customer_id = row.get<CustomerId>(0), .id = row.get<GrantId>(1), .site_id = row.get<SiteId>(2),
          .file = FileName{row.get<std::int64_t>(3)}, .password_hash = row.get<std::string>(4),
          .purpose = read_purpose(row.get<std::string>(5)),
          .method = row.get<std::string>(6) == to_string(UploadMethod::http) ? UploadMethod::http : UploadMethod::sftp,
          .job_id = row.get<std::optional<JobId>>(7), .expires_at = row.get<Timestamp>(8),
          .used_at = row.get<std::optional<Timestamp>>(9), .failed_at = row.get<std::optional<Timestamp>>(10)};
}

Result<std::optional<Grant>> first_grant(const Result<std::optional<db::Row>>& row) {
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Grant>{};
  return std::optional<Grant>(read_grant(**row));
}

Result<std::vector<Grant>> read_grants(const Result<std::vector<db::Row>>& rows) {
  if (!rows) return fail(rows.error());
  std::vector<Grant> grants;
  for (const auto& row : *rows) grants.push_back(read_grant(row));
  return grants;
}

}  // namespace

Status insert(db::Session& session, const Grant& g) {
  const auto changed = session.execute(kInsert, params(g.customer_id, g.id, g.site_id, g.file.unix_time, g.password_hash, to_string(g.purpose),
                                                       to_string(g.method), g.job_id, g.expires_at, g.used_at, g.failed_at));
  if (!changed) return fail(changed.error());
  return {};
}

Result<std::optional<Grant>> find_login(db::Session& session, SiteId site, const std::string& password_hash, Timestamp now) {
  return first_grant(session.first(kLogin, params(site, password_hash, now)));
}

Result<std::optional<Grant>> find_usable(db::Session& session, GrantId id, Timestamp now) {
  return first_grant(session.first(kUsable, params(id, now)));
}

Status mark_used(db::Session& session, const Grant& grant, Timestamp now) {
  const auto changed = session.execute(kUse, params(grant.customer_id, grant.id, now));
  if (!changed) return fail(changed.error());
  if (*changed == 0) return fail(Errc::conflict, "grant_used", "This upload was already made.");
  return {};
}

Result<std::vector<Grant>> of_job(db::Session& session, const Tenant& tenant, SiteId site, JobId job) {
  return read_grants(session.query(kOfJob, params(tenant.customer_id, site, job)));
}

Result<std::vector<Grant>> ran_out(db::Session& session, Timestamp now, int limit) {
  return read_grants(session.query(kRanOut, params(now, limit)));
}

Result<bool> mark_failed(db::Session& session, const Grant& grant, Timestamp now) {
  const auto changed = session.execute(kFail, params(grant.customer_id, grant.id, now));
  if (!changed) return fail(changed.error());
  return *changed > 0;
}

Result<std::int64_t> purge_before(db::Session& session, Timestamp before, int limit) {
  return session.execute(kPurge, params(before, limit));
}

}  // namespace openstrat::backups::grant_store
