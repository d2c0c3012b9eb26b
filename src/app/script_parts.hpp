// Checks of scripts, wired: what sites run is asked of the fleet.
#pragma once

#include "scripts/check_service.hpp"

namespace openstrat::fleet {
class SiteOverview;
class SiteService;
}

namespace openstrat::app {

/// scripts' SiteVersions over fleet.
class FleetSiteVersions final : public scripts::SiteVersions {
 public:
  FleetSiteVersions(fleet::SiteService& sites, fleet::SiteOverview& overview) : sites_(sites), overview_(overview) {}
  Result<scripts::SiteVersion> find(const Tenant& tenant, std::string_view reference) override;
  Result<std::vector<scripts::VersionUse>> in_use(const Tenant& tenant) override;

 private:
  fleet::SiteService& sites_;
  fleet::SiteOverview& overview_;
};

struct ScriptParts {
  ScriptParts(fleet::SiteService& sites, fleet::SiteOverview& overview, std::string brand_prefix) : versions(sites, overview), checks(versions, std::move(brand_prefix)) {}

  FleetSiteVersions versions;
  scripts::CheckService checks;
};

}  // namespace openstrat::app
