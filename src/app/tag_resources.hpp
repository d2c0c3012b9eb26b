// tags' ResourceDirectory over the areas that own resources.
#pragma once

#include "tags/resource_service.hpp"

namespace openstrat::fleet {
class SiteService;
}
namespace openstrat::identity {
class MemberService;
}

namespace openstrat::app {

/// Sites and the users of the team. Lines and accounts can be tagged once their areas list them here.
class TagResources final : public tags::ResourceDirectory {
 public:
  TagResources(fleet::SiteService& sites, identity::MemberService& members) : sites_(sites), members_(members) {}
  Result<tags::Resource> find(const Tenant& tenant, tags::ResourceType type, std::string_view reference) override;
  Result<std::vector<tags::Resource>> list(const Tenant& tenant, tags::ResourceType type, std::optional<Uuid> after, int limit) override;

 private:
  Result<std::vector<tags::Resource>> users(const Tenant& tenant, std::optional<Uuid> after, int limit);

  fleet::SiteService& sites_;
  identity::MemberService& members_;
};

}  // namespace openstrat::app
