#include "app/team_sites.hpp"

#include "fleet/site_removal.hpp"
#include "fleet/site_service.hpp"
#include "fleet/site_store.hpp"

namespace openstrat::app {

Result<std::int64_t> FleetTeamSites::count(db::Session& session, const Tenant& tenant) { return fleet::site_store::count(session, tenant); }

Status FleetTeamSites::remove_all(const Tenant& tenant) {
  const auto ids = sites_.ids_of_customer(tenant.customer_id);
  if (!ids) return fail(ids.error());
  for (const SiteId id : *ids) {
    const auto removed = removal_.remove(tenant, id, fleet::SiteRemoval::Force::yes);
    if (!removed && removed.error().code() != Errc::not_found) return fail(removed.error());
  }
  return {};
}

}  // namespace openstrat::app
