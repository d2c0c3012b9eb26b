// SQL of faults.
#pragma once

#include <optional>
#include <vector>

#include "base/error.hpp"
#include "monitoring/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::monitoring::fault_store {

/// False when an open fault of this type, kind and resource exists already.
Result<bool> open(db::Session& session, const Fault& fault, Timestamp now);
Result<std::optional<Fault>> find_open(db::Session& session, const Tenant& tenant, std::string_view type, std::string_view kind,
                                       std::string_view resource_id);
/// False when it is over already.
Result<bool> resolve(db::Session& session, const Tenant& tenant, FaultId id, Timestamp resolved_at, std::string_view cause, Timestamp now);
/// Kind, message, severity and cause. conflict when the kind is that of another open fault.
Status update(db::Session& session, const Fault& fault, Timestamp now);
Result<std::vector<Fault>> newest_of_site(db::Session& session, const Tenant& tenant, SiteId site, int limit);
Status remove_of_site(db::Session& session, const Tenant& tenant, SiteId site);
/// Those without a site, and what was left; in steps. The number removed.
Result<std::int64_t> remove_of_customer(db::Session& session, CustomerId customer, int limit);
Result<std::int64_t> purge_before(db::Session& session, Timestamp before, int limit);

/// False when the event was handled before.
Result<bool> first_sight(db::Session& session, std::string_view event_id, Timestamp now);
Status forget_sights_before(db::Session& session, Timestamp before);

}  // namespace openstrat::monitoring::fault_store
