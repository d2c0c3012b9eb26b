// tags' ResourceDirectory over the areas that own resources.
#pragma once

#include "tags/resource_service.hpp"

namespace openstrat::fleet {
class SiteService;
}

namespace openstrat::app {

/// Sites. Users, lines and accounts can be tagged once their areas list them here.
class TagResources final : public tags::ResourceDirectory {
 public:
  explicit TagResources(fleet::SiteService& sites) : sites_(sites) {}
  Result<tags::Resource> find(const Tenant& tenant, tags::ResourceType type, std::string_view reference) override;
  Result<std::vector<tags::Resource>> list(const Tenant& tenant, tags::ResourceType type, std::optional<Uuid> after, int limit) override;

 private:
  fleet::SiteService& sites_;
};

}  // namespace openstrat::app
