// fleet's SiteFacetSource over the areas that know.
#pragma once

#include "fleet/site_facets.hpp"

namespace openstrat::app {

class AreaSiteFacets final : public fleet::SiteFacetSource {
 public:
  Result<std::unordered_map<SiteId, fleet::SiteFacets>> of(db::Session& session, const Tenant& tenant, const std::vector<SiteId>& sites) override;
  Result<Attributes> metadata(db::Session& session, const Tenant& tenant, SiteId site) override;
  Result<SiteLimits::Condition> tagged(db::Session& session, const Tenant& tenant, const fleet::TagChoice& choice, std::string_view customer,
                                       std::string_view site, int next) override;
  SiteLimits::Condition faulty(std::string_view customer, std::string_view site) override;
  Result<Overview> overview(db::Session& session, const Tenant& tenant, Timestamp no_backup_since, int most) override;
};

}  // namespace openstrat::app
