// SQL of upload grants.
#pragma once

#include <optional>
#include <vector>

#include "backups/types.hpp"
#include "base/error.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::backups::grant_store {

Status insert(db::Session& session, const Grant& grant);
/// The device side: a password or a signature is the proof, there is no tenant yet. nullopt: unknown, used or expired.
Result<std::optional<Grant>> find_login(db::Session& session, SiteId site, const std::string& password_hash, Timestamp now);
Result<std::optional<Grant>> find_usable(db::Session& session, GrantId id, Timestamp now);
/// conflict `grant_used` when another upload was faster or the site is gone.
Status mark_used(db::Session& session, const Grant& grant, Timestamp now);
/// Marks what was granted for the job and never used; returns those (empty: it was used, or told before, or never granted).
Result<std::vector<Grant>> fail_of_job(db::Session& session, const Tenant& tenant, SiteId site, JobId job, Timestamp now);
/// Grants of adoptions and lost jobs that ran out unused and were not told yet.
Result<std::vector<Grant>> ran_out(db::Session& session, Timestamp now, int limit);
Status mark_failed(db::Session& session, const Grant& grant, Timestamp now);
/// Whether an upload for this job was stored.
Result<bool> job_was_served(db::Session& session, const Tenant& tenant, SiteId site, JobId job);
Result<std::int64_t> purge_before(db::Session& session, Timestamp before, int limit);

}  // namespace openstrat::backups::grant_store
