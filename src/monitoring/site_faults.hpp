// Open faults as lists and overviews of sites need them.
#pragma once

#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/site_limits.hpp"
#include "monitoring/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::monitoring::site_faults {

/// Open faults of each of `sites` that has any; one statement.
Result<std::vector<std::pair<SiteId, std::int64_t>>> open_counts(db::Session& session, const Tenant& tenant, const std::vector<SiteId>& sites);
/// All that the caller may see.
Result<std::int64_t> open_total(db::Session& session, const Tenant& tenant);
/// Worst first, then newest; without those that say that a site is offline, which whoever lists sites knows already.
Result<std::vector<Fault>> worst_open(db::Session& session, const Tenant& tenant, int limit);
/// True for sites with an open fault.
SiteLimits::Condition has_open(std::string_view customer, std::string_view site);

}  // namespace openstrat::monitoring::site_faults
