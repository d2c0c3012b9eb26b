#include "app/script_parts.hpp"

#include "fleet/site_overview.hpp"
#include "fleet/site_service.hpp"

namespace openstrat::app {

Result<scripts::SiteVersion> FleetSiteVersions::find(const Tenant& tenant, std::string_view reference) {
  const auto site = sites_.find(tenant, reference);
  if (!site) return fail(site.error());
  return scripts::SiteVersion{site->id, site->name, site->facts.software_version.value_or("")};
}

Result<std::vector<scripts::VersionUse>> FleetSiteVersions::in_use(const Tenant& tenant) {
  const auto summary = overview_.of(tenant);
  if (!summary) return fail(summary.error());
  std::vector<scripts::VersionUse> out;
  for (const auto& [version, sites] : (*summary)->versions) out.push_back({version, sites});
  return out;
}

}  // namespace openstrat::app
