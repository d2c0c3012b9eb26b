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
/// What was granted for the job, in the order of the hand-outs.
Result<std::vector<Grant>> of_job(db::Session& session, const Tenant& tenant, SiteId site, JobId job);
/// Grants that ran out unused and were not told yet.
Result<std::vector<Grant>> ran_out(db::Session& session, Timestamp now, int limit);
/// False: it was used or marked before.
Result<bool> mark_failed(db::Session& session, const Grant& grant, Timestamp now);
Result<std::int64_t> purge_before(db::Session& session, Timestamp before, int limit);

}  // namespace openstrat::backups::grant_store
