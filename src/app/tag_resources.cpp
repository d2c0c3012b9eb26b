#include "app/tag_resources.hpp"

#include "fleet/site_service.hpp"

namespace openstrat::app {

Result<tags::Resource> TagResources::find(const Tenant& tenant, tags::ResourceType type, std::string_view reference) {
  if (type != tags::ResourceType::site) return fail(Errc::not_found, "No such resource.");
  const auto site = sites_.find(tenant, reference);
  if (!site) return fail(site.error());
  return tags::Resource{type, site->id.value, site->name};
}

Result<std::vector<tags::Resource>> TagResources::list(const Tenant& tenant, tags::ResourceType type, std::optional<Uuid> after, int limit) {
  std::vector<tags::Resource> out;
  if (type != tags::ResourceType::site) return out;
  const auto names = sites_.names_by_id(tenant, after ? std::optional(SiteId(*after)) : std::nullopt, limit);
  if (!names) return fail(names.error());
  out.reserve(names->size());
  for (const auto& [id, name] : *names) out.push_back({type, id.value, name});
  return out;
}

}  // namespace openstrat::app
