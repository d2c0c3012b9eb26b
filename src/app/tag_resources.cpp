#include "app/tag_resources.hpp"

#include <algorithm>

#include "fleet/site_service.hpp"
#include "identity/member_service.hpp"

namespace openstrat::app {
namespace {

constexpr int kMemberPage = 100;
constexpr std::int64_t kMostMembers = 10'000;

}  // namespace

Result<tags::Resource> TagResources::find(const Tenant& tenant, tags::ResourceType type, std::string_view reference) {
  if (type == tags::ResourceType::user) {
    const auto id = UserId::parse(reference.starts_with("usr_") ? reference.substr(4) : reference);
    if (!id) return fail(Errc::not_found, "No such user.");
    const auto member = members_.find(tenant, *id);
    if (!member) return fail(member.error());
    return tags::Resource{type, member->id.value, member->name};
  }
  if (type != tags::ResourceType::site) return fail(Errc::not_found, "No such resource.");
  const auto site = sites_.find(tenant, reference);
  if (!site) return fail(site.error());
  return tags::Resource{type, site->id.value, site->name};
}

Result<std::vector<tags::Resource>> TagResources::list(const Tenant& tenant, tags::ResourceType type, std::optional<Uuid> after, int limit) {
  if (type == tags::ResourceType::user) return users(tenant, after, limit);
  std::vector<tags::Resource> out;
  if (type != tags::ResourceType::site) return out;
  const auto names = sites_.names_by_id(tenant, after ? std::optional(SiteId(*after)) : std::nullopt, limit);
  if (!names) return fail(names.error());
  out.reserve(names->size());
  for (const auto& [id, name] : *names) out.push_back({type, id.value, name});
  return out;
}

/// Members come by name; teams are small enough to put them in the order of their ids.
Result<std::vector<tags::Resource>> TagResources::users(const Tenant& tenant, std::optional<Uuid> after, int limit) {
  std::vector<tags::Resource> out;
  for (std::int64_t offset = 0; offset < kMostMembers; offset += kMemberPage) {
    const auto page = members_.list(tenant, offset, kMemberPage);
    if (!page) return fail(page.error());
    for (const auto& member : page->members)
      if (!after || member.id.value > *after) out.push_back({tags::ResourceType::user, member.id.value, member.name});
    if (offset + kMemberPage >= page->total) break;
  }
  std::ranges::sort(out, {}, &tags::Resource::id);
  if (static_cast<int>(out.size()) > limit) out.resize(static_cast<std::size_t>(limit));
  return out;
}

}  // namespace openstrat::app
