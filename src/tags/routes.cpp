#include "tags/routes.hpp"

#include "http/router.hpp"
#include "tags/dto.hpp"
#include "tags/metadata_service.hpp"
#include "tags/resource_service.hpp"
#include "tags/tag_service.hpp"

namespace openstrat::tags {

using http::Auth;
using http::Call;
using http::Method;

std::optional<ResourceRef> ResourceRef::parse(std::string_view text) {
  if (text.empty() || text.size() > 64) return std::nullopt;
  return ResourceRef{std::string(text)};
}

namespace {

constexpr Auth kUsers = Auth::bearer | Auth::api_key;
constexpr std::string_view kFamily = "Tags";

TagView to_view(const TagWithValues& found) {
  const Tag& tag = found.tag;
  return {.id = tag.id, .key = tag.key, .color = tag.color, .mandatory_on = tag.mandatory_on, .values = found.values,
          .created_at = tag.created_at, .updated_at = tag.updated_at};
}

TagValueView to_view(const TagValue& value) {
  return {.tag_id = value.tag_id, .correlation_id = value.resource_id, .correlation_type = value.resource_type, .value = value.value,
          .created_at = value.created_at, .updated_at = value.updated_at};
}

MetadataView to_view(const Metadata& metadata) {
  return {.resource_id = metadata.resource_id, .type = metadata.type, .metadata = metadata.values, .created_at = metadata.created_at,
          .updated_at = metadata.updated_at};
}

/// The UUID behind a reference. What has a UUID needs no owner here: rows of other teams are not found anyway.
Result<Uuid> uuid_of(const Services& s, const Tenant& tenant, const ResourceRef& reference) {
  const std::string_view text = reference.text;
  if (const auto uuid = Uuid::parse(text)) return *uuid;
  for (const std::string_view prefix : {"site_", "usr_"})
    if (text.starts_with(prefix))
      if (const auto uuid = Uuid::parse(text.substr(prefix.size()))) return *uuid;
  const auto site = s.resources.find(tenant, ResourceType::site, text);
  if (!site) return fail(site.error());
  return site->id;
}

/// Where a list goes on; lists here are ordered by the UUID of the resource.
Result<std::optional<Uuid>> position(const Services& s, const std::optional<std::string>& cursor, const std::string& list) {
  if (!cursor) return std::optional<Uuid>{};
  const auto opened = s.cursors.open(*cursor, list);
  if (!opened) return fail(opened.error());
  return Uuid::parse(opened->id);
}

template <class View>
http::CursorView<View> page(const Services& s, std::vector<View> data, const std::optional<Uuid>& next, const std::string& list) {
  http::CursorView<View> view{.data = std::move(data)};
  view.meta.count = static_cast<std::int64_t>(view.data.size());
  view.meta.has_more = next.has_value();
  if (next) view.meta.cursor = s.cursors.sign({"", next->to_string()}, list);
  return view;
}

/// Cuts the entry that was read only to know whether there are more.
template <class T>
std::optional<Uuid> cut(std::vector<T>& rows, int limit) {
  if (static_cast<int>(rows.size()) <= limit) return std::nullopt;
  rows.resize(static_cast<std::size_t>(limit));
  return rows.back().resource_id;
}

void add_definitions(http::Router& router, const Services& s) {
  router.add<http::NoFields, std::vector<TagView>>(Method::get, "/tags", {
      .family = kFamily, .summary = "List tags", .description = "Every definition of the team by key, with the values in use.", .auth = kUsers, .scope = "tag:view",
      .handle = [s](Call& call, http::NoFields) -> Result<std::vector<TagView>> {
        const auto tags = s.tags.list(call.tenant());
        if (!tags) return fail(tags.error());
        std::vector<TagView> views;
        for (const TagWithValues& tag : *tags) views.push_back(to_view(tag));
        return views;
      }});
  router.add<CreateTagRequest, TagView>(Method::post, "/tags", {
      .family = kFamily, .summary = "Create a tag", .description = "A team may have 500.", .auth = kUsers, .scope = "tag:create", .status = 201,
      .errors = {Errc::conflict},
      .handle = [s](Call& call, CreateTagRequest request) -> Result<TagView> {
        const auto tag = s.tags.create(call.tenant(), {.key = request.key, .color = request.color, .mandatory_on = request.mandatory_on});
        if (!tag) return fail(tag.error());
        return to_view({*tag, {}});
      }});
  router.add<TagRequest, TagView>(Method::get, "/tags/{tagId}", {
      .family = kFamily, .summary = "Get a tag", .auth = kUsers, .scope = "tag:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, TagRequest request) -> Result<TagView> {
        const auto tag = s.tags.find(call.tenant(), request.tag);
        if (!tag) return fail(tag.error());
        return to_view(*tag);
      }});
  router.add<UpdateTagRequest, TagView>(Method::put, "/tags/{tagId}", {
      .family = kFamily, .summary = "Update a tag", .description = "Absent fields stay. Values already given stay too.", .auth = kUsers, .scope = "tag:update",
      .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, UpdateTagRequest request) -> Result<TagView> {
        const auto tag = s.tags.update(call.tenant(), request.tag, {.key = request.key, .color = request.color, .mandatory_on = request.mandatory_on});
        if (!tag) return fail(tag.error());
        return to_view(*tag);
      }});
  router.add<TagRequest, http::NoContent>(Method::delete_, "/tags/{tagId}", {
      .family = kFamily, .summary = "Delete a tag", .description = "Takes it off every resource.", .auth = kUsers, .scope = "tag:delete", .errors = {Errc::not_found},
      .handle = [s](Call& call, TagRequest request) -> Result<http::NoContent> {
        if (auto removed = s.tags.remove(call.tenant(), request.tag); !removed) return fail(removed.error());
        return http::NoContent{};
      }});
}

void add_values(http::Router& router, const Services& s) {
  router.add<TagValuesRequest, std::vector<TagUseView>>(Method::get, "/tags/{tagId}/values", {
      .family = kFamily, .summary = "Values of a tag", .description = "Distinct values in use, by name, up to 1,000: for completion while typing.",
      .auth = kUsers, .scope = "tag:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, TagValuesRequest request) -> Result<std::vector<TagUseView>> {
        const auto uses = s.tags.values(call.tenant(), request.tag, request.prefix.value_or(""));
        if (!uses) return fail(uses.error());
        std::vector<TagUseView> views;
        for (const auto& use : *uses) views.push_back({use.value, use.resources});
        return views;
      }});
  router.add<ApplyTagRequest, TagValueView>(Method::post, "/tags/{tagId}/values", {
      .family = kFamily, .summary = "Apply a tag", .description = "A resource has one value of a tag; a second one replaces the first.", .auth = kUsers,
      .scope = "tag:update", .status = 201, .errors = {Errc::not_found},
      .handle = [s](Call& call, ApplyTagRequest request) -> Result<TagValueView> {
        const auto value = s.tags.apply(call.tenant(), request.tag, request.correlation_type, request.correlation_id.text, request.value);
        if (!value) return fail(value.error());
        return to_view(*value);
      }});
  router.add<ChangeTagValueRequest, TagValueView>(Method::put, "/tags/{tagId}/values/{correlationId}", {
      .family = kFamily, .summary = "Change a tag value", .auth = kUsers, .scope = "tag:update", .errors = {Errc::not_found},
      .handle = [s](Call& call, ChangeTagValueRequest request) -> Result<TagValueView> {
        const auto resource = uuid_of(s, call.tenant(), request.resource);
        if (!resource) return fail(resource.error());
        const auto value = s.tags.change(call.tenant(), request.tag, *resource, request.value);
        if (!value) return fail(value.error());
        return to_view(*value);
      }});
  router.add<TagOnResourceRequest, http::NoContent>(Method::delete_, "/tags/{tagId}/values/{correlationId}", {
      .family = kFamily, .summary = "Take a tag off", .auth = kUsers, .scope = "tag:update", .errors = {Errc::not_found},
      .handle = [s](Call& call, TagOnResourceRequest request) -> Result<http::NoContent> {
        const auto resource = uuid_of(s, call.tenant(), request.resource);
        if (!resource) return fail(resource.error());
        if (auto removed = s.tags.take_off(call.tenant(), request.tag, *resource); !removed) return fail(removed.error());
        return http::NoContent{};
      }});
}

void add_resources(http::Router& router, const Services& s) {
  router.add<TagResourcesRequest, http::CursorView<TagValueView>>(Method::get, "/tags/{tagId}/resources", {
      .family = kFamily, .summary = "Resources with a tag value", .auth = kUsers, .scope = "tag:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, TagResourcesRequest request) -> Result<http::CursorView<TagValueView>> {
        const std::string list = "tag resources " + call.tenant().customer_id.to_string() + " " + request.tag + " " + request.value.value_or("");
        const auto after = position(s, request.paging.cursor, list);
        if (!after) return fail(after.error());
        auto values = s.tags.resources(call.tenant(), request.tag, request.value, *after, request.paging.limit + 1);
        if (!values) return fail(values.error());
        const auto next = cut(*values, request.paging.limit);
        std::vector<TagValueView> views;
        for (const TagValue& value : *values) views.push_back(to_view(value));
        return page(s, std::move(views), next, list);
      }});
  router.add<TagGapsRequest, http::CursorView<GapView>>(Method::get, "/tags/{tagId}/gaps", {
      .family = kFamily, .summary = "Resources without a tag",
      .description = "What lacks the tag, whether it should have it (`mandatory_on`) or not. One answer looks at up to 5,000 resources and may be empty although `has_more` is true.",
      .auth = kUsers, .scope = "tag:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, TagGapsRequest request) -> Result<http::CursorView<GapView>> {
        const std::string list = "tag gaps " + call.tenant().customer_id.to_string() + " " + request.tag + " " + std::string(to_string(request.type));
        const auto after = position(s, request.paging.cursor, list);
        if (!after) return fail(after.error());
        const auto gaps = s.tags.gaps(call.tenant(), request.tag, request.type, *after, request.paging.limit);
        if (!gaps) return fail(gaps.error());
        std::vector<GapView> views;
        for (const Resource& resource : gaps->resources) views.push_back({resource.type, resource.id, resource.name});
        return page(s, std::move(views), gaps->next, list);
      }});
  router.add<ResourceRequest, std::vector<AppliedTagView>>(Method::get, "/resources/{correlationId}/tags", {
      .family = kFamily, .summary = "Tags of a resource", .description = "By key. Empty for a resource without tags.", .auth = kUsers, .scope = "tag:view",
      .handle = [s](Call& call, ResourceRequest request) -> Result<std::vector<AppliedTagView>> {
        const auto resource = uuid_of(s, call.tenant(), request.resource);
        if (!resource) return fail(resource.error());
        const auto tags = s.tags.of_resource(call.tenant(), *resource);
        if (!tags) return fail(tags.error());
        std::vector<AppliedTagView> views;
        for (const AppliedTag& tag : *tags) views.push_back({tag.tag_id, tag.key, tag.color, tag.value});
        return views;
      }});
}

void add_metadata(http::Router& router, const Services& s) {
  router.add<ListMetadataRequest, http::CursorView<MetadataView>>(Method::get, "/metadata", {
      .family = kFamily, .summary = "List metadata objects", .auth = kUsers, .scope = "tag:view",
      .handle = [s](Call& call, ListMetadataRequest request) -> Result<http::CursorView<MetadataView>> {
        const std::string list = "metadata " + call.tenant().customer_id.to_string() + " " + request.search.value_or("");
        const auto after = position(s, request.paging.cursor, list);
        if (!after) return fail(after.error());
        auto found = s.metadata.list(call.tenant(), request.search.value_or(""), *after, request.paging.limit + 1);
        if (!found) return fail(found.error());
        const auto next = cut(*found, request.paging.limit);
        std::vector<MetadataView> views;
        for (const Metadata& metadata : *found) views.push_back(to_view(metadata));
        return page(s, std::move(views), next, list);
      }});
  router.add<PutMetadataRequest, MetadataView>(Method::post, "/metadata", {
      .family = kFamily, .summary = "Create or overwrite metadata", .description = "Replaces the whole map. At most 64 keys, 16 KiB a text, 64 KiB altogether.",
      .auth = kUsers, .scope = "tag:create", .status = 201,
      .handle = [s](Call& call, PutMetadataRequest request) -> Result<MetadataView> {
        const auto stored = s.metadata.put(call.tenant(), request.resource_id, request.type, request.metadata);
        if (!stored) return fail(stored.error());
        return to_view(*stored);
      }});
  router.add<MetadataRequest, MetadataView>(Method::get, "/metadata/{resourceId}", {
      .family = kFamily, .summary = "Get metadata", .auth = kUsers, .scope = "tag:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, MetadataRequest request) -> Result<MetadataView> {
        const auto resource = uuid_of(s, call.tenant(), request.resource);
        if (!resource) return fail(resource.error());
        const auto found = s.metadata.find(call.tenant(), *resource);
        if (!found) return fail(found.error());
        return to_view(*found);
      }});
  router.add<MergeMetadataRequest, MetadataView>(Method::put, "/metadata/{resourceId}", {
      .family = kFamily, .summary = "Merge metadata", .auth = kUsers, .scope = "tag:update", .errors = {Errc::not_found},
      .handle = [s](Call& call, MergeMetadataRequest request) -> Result<MetadataView> {
        const auto resource = uuid_of(s, call.tenant(), request.resource);
        if (!resource) return fail(resource.error());
        const auto stored = s.metadata.merge(call.tenant(), *resource, request.metadata);
        if (!stored) return fail(stored.error());
        return to_view(*stored);
      }});
  router.add<MetadataRequest, http::NoContent>(Method::delete_, "/metadata/{resourceId}", {
      .family = kFamily, .summary = "Delete metadata", .auth = kUsers, .scope = "tag:delete", .errors = {Errc::not_found},
      .handle = [s](Call& call, MetadataRequest request) -> Result<http::NoContent> {
        const auto resource = uuid_of(s, call.tenant(), request.resource);
        if (!resource) return fail(resource.error());
        if (auto removed = s.metadata.remove(call.tenant(), *resource); !removed) return fail(removed.error());
        return http::NoContent{};
      }});
}

}  // namespace

void add_routes(http::Router& router, const Services& services) {
  add_definitions(router, services);
  add_values(router, services);
  add_resources(router, services);
  add_metadata(router, services);
}

}  // namespace openstrat::tags
