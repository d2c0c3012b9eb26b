// identity's TeamSites over fleet.
#pragma once

#include "identity/team_service.hpp"

namespace openstrat::fleet {
class SiteRemoval;
class SiteService;
}

namespace openstrat::app {

class FleetTeamSites final : public identity::TeamSites {
 public:
  FleetTeamSites(fleet::SiteService& sites, fleet::SiteRemoval& removal) : sites_(sites), removal_(removal) {}
  Result<std::int64_t> count(db::Session& session, const Tenant& tenant) override;
  Status remove_all(const Tenant& tenant) override;

 private:
  fleet::SiteService& sites_;
  fleet::SiteRemoval& removal_;
};

}  // namespace openstrat::app
