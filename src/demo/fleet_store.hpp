// SQL of demo fleets and of the marks on their sites.
#pragma once

#include <optional>
#include <vector>

#include "base/error.hpp"
#include "demo/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::demo::fleet_store {

Result<std::vector<DemoFleet>> all(db::Session& session);
Result<std::optional<DemoFleet>> find(db::Session& session, const Tenant& tenant);
/// conflict when the team has one, or the mark is taken.
Status insert(db::Session& session, const DemoFleet& fleet);
/// The wish; a running simulator starts anew.
Status update(db::Session& session, const Tenant& tenant, const Wish& wish);
Status begin_removal(db::Session& session, const Tenant& tenant, Timestamp now);
Status erase(db::Session& session, const Tenant& tenant);

/// False: another node has it.
Result<bool> lease(db::Session& session, const Tenant& tenant, std::string_view node, Timestamp now, Timestamp until);
Status release(db::Session& session, std::string_view node);

Status mark_site(db::Session& session, const Tenant& tenant, SiteId site);
Status forget_site(db::Session& session, const Tenant& tenant, SiteId site);
Result<std::vector<SiteId>> sites(db::Session& session, const Tenant& tenant, int limit);

}  // namespace openstrat::demo::fleet_store
