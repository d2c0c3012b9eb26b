// SQL of adoption attempts.
#pragma once

#include <optional>
#include <vector>

#include "base/error.hpp"
#include "fleet/adoption_log.hpp"

namespace openstrat::fleet::adoption_store {

/// The attempt that a router at `address` has open since `since`: of the same hardware, or of nobody known yet.
Result<std::optional<AdoptionAttempt>> find_open(db::Session& session, const Runbook& runbook, const std::string& address,
                                                 const std::optional<std::string>& hardware_hash, Timestamp since);
/// With its steps.
Result<std::optional<AdoptionAttempt>> last_of_site(db::Session& session, const Tenant& tenant, SiteId site);
Result<std::vector<AdoptionAttempt>> of_runbook(db::Session& session, const Tenant& tenant, RunbookId runbook, int limit);

/// Inserts or replaces.
Status put(db::Session& session, const AdoptionAttempt& attempt);
Status put_step(db::Session& session, const AdoptionAttempt& attempt, const AdoptionRecord& record);
/// Keeps the newest `most` of the team.
Status trim(db::Session& session, const Tenant& tenant, int most);
Status purge_before(db::Session& session, Timestamp before);
Status remove_of_site(db::Session& session, const Tenant& tenant, SiteId site);
Status remove_of_team(db::Session& session, const Tenant& tenant);

}  // namespace openstrat::fleet::adoption_store
