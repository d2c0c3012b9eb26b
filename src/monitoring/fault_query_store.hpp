// SQL of looking at faults.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "monitoring/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::monitoring::fault_query_store {

/// What one look at the table found.
struct Step {
  std::vector<Fault> faults;           ///< newest first
  std::optional<FaultPosition> next;   ///< where to go on; absent: nothing is left
};
/// At most `limit` faults out of the next `window` rows. Filters that no index answers, and the caller's site limits, are asked
/// of each row on the way, so a step costs a bounded amount of reading however rare what fits is.
Result<Step> step(db::Session& session, const Tenant& tenant, const FaultFilter& filter, const std::optional<FaultPosition>& after, Timestamp now,
                  int window, int limit);
/// A page by number.
Result<std::vector<Fault>> page(db::Session& session, const Tenant& tenant, const FaultFilter& filter, Timestamp now, int limit, std::int64_t offset);
/// Counts to `max` and no further.
Result<std::int64_t> count(db::Session& session, const Tenant& tenant, const FaultFilter& filter, Timestamp now, std::int64_t max);

Result<Fault> find(db::Session& session, const Tenant& tenant, const FaultRef& fault);  ///< not_found

/// The resources of `wantunnel` faults since `since` with the most faults, most first.
struct TopResource {
  std::string resource_id;
  std::int64_t count = 0;
};
Result<std::vector<TopResource>> top_wan(db::Session& session, const Tenant& tenant, Timestamp since, int limit);
/// The newest `each` `wantunnel` faults of each of these resources, newest first.
Result<std::vector<Fault>> newest_wan(db::Session& session, const Tenant& tenant, Timestamp since, std::span<const TopResource> resources, int each);

/// Over all teams, oldest first; for internal callers.
Result<std::vector<Fault>> unresolved(db::Session& session, std::string_view type, int limit);
/// Faults of a site that overlap [start, end], oldest first.
Result<std::vector<Fault>> overlapping(db::Session& session, const Tenant& tenant, SiteId site, std::string_view type, Timestamp start, Timestamp end, int limit);

}  // namespace openstrat::monitoring::fault_query_store
