// Tags and metadata on the wire.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/dto.hpp"
#include "http/pagination.hpp"
#include "tags/types.hpp"

namespace openstrat::tags {

/// A resource as clients name it: its UUID, with or without the prefix of its type, or a site's public id.
struct ResourceRef {
  static constexpr std::string_view kFormat = "resource";
  static constexpr std::string_view kExpected = "a UUID or a site id";
  std::string text;
  static std::optional<ResourceRef> parse(std::string_view text);
  std::string to_string() const { return text; }
};

struct TagRequest { std::string tag; };
struct CreateTagRequest { std::string key, color; std::vector<ResourceType> mandatory_on; };
struct UpdateTagRequest { std::string tag; std::optional<std::string> key, color; std::optional<std::vector<ResourceType>> mandatory_on; };
struct TagView {
  std::string id, key, color;
  std::vector<ResourceType> mandatory_on;
  std::vector<std::string> values;
  Timestamp created_at{}, updated_at{};
};

struct ApplyTagRequest { std::string tag; ResourceRef correlation_id; ResourceType correlation_type = ResourceType::site; std::string value; };
struct TagOnResourceRequest { std::string tag; ResourceRef resource; };
struct ChangeTagValueRequest { std::string tag; ResourceRef resource; std::string value; };
struct TagValueView { std::string tag_id; Uuid correlation_id; ResourceType correlation_type; std::string value; Timestamp created_at{}, updated_at{}; };

struct TagValuesRequest { std::string tag; std::optional<std::string> prefix; };
struct TagUseView { std::string value; std::int64_t resources = 0; };
struct TagResourcesRequest { std::string tag; std::optional<std::string> value; http::CursorQuery paging; };
struct TagGapsRequest { std::string tag; ResourceType type = ResourceType::site; http::CursorQuery paging; };
struct GapView { ResourceType correlation_type; Uuid correlation_id; std::string name; };

struct ResourceRequest { ResourceRef resource; };
struct AppliedTagView { std::string tag_id, key, color, value; };

struct ListMetadataRequest { std::optional<std::string> search; http::CursorQuery paging; };
struct MetadataRequest { ResourceRef resource; };
struct PutMetadataRequest { Uuid resource_id; std::string type; Attributes metadata; };
struct MergeMetadataRequest { ResourceRef resource; Attributes metadata; };
struct MetadataView { Uuid resource_id; std::string type; Attributes metadata; Timestamp created_at{}, updated_at{}; };

}  // namespace openstrat::tags

namespace openstrat {

template <>
struct http::EnumNames<tags::ResourceType> {
  static constexpr EnumName table[] = {{"site", tags::ResourceType::site}, {"user", tags::ResourceType::user},
                                       {"wan", tags::ResourceType::wan}, {"account", tags::ResourceType::account}};
};
template <>
struct http::Fields<tags::TagRequest> {
  using V = tags::TagRequest;
  static constexpr auto table = fields<V>("TagRequest", path<&V::tag>("tagId", "`tag_…`"));
};
template <>
struct http::Fields<tags::CreateTagRequest> {
  using V = tags::CreateTagRequest;
  static constexpr auto table = fields<V>("CreateTag", body<&V::key>("key", "what the tag says about a resource; unique, in whatever case").required().length(1, 100).example("region"),
      body<&V::color>("color", "for the screen").required().pattern("#[0-9A-Fa-f]{6}").example("#1F78B4"),
      body<&V::mandatory_on>("mandatory_on", "kinds of resources that should have it; nothing is refused for lack of it").items(4));
};
template <>
struct http::Fields<tags::UpdateTagRequest> {
  using V = tags::UpdateTagRequest;
  static constexpr auto table = fields<V>("UpdateTag", path<&V::tag>("tagId", "`tag_…`"), body<&V::key>("key", "new key").length(1, 100),
      body<&V::color>("color", "new colour").pattern("#[0-9A-Fa-f]{6}"), body<&V::mandatory_on>("mandatory_on", "all kinds that should have it").items(4));
};
template <>
struct http::Fields<tags::TagView> {
  using V = tags::TagView;
  static constexpr auto table = fields<V>("Tag", body<&V::id>("id", "`tag_…`"), body<&V::key>("key", "unique in the team"), body<&V::color>("color", "`#RRGGBB`"),
      body<&V::mandatory_on>("mandatory_on", "kinds of resources that should have it"), body<&V::values>("values", "in use now, by name; up to 1,000"),
      body<&V::created_at>("created_at", "creation"), body<&V::updated_at>("updated_at", "last change of the definition"));
};
template <>
struct http::Fields<tags::ApplyTagRequest> {
  using V = tags::ApplyTagRequest;
  static constexpr auto table = fields<V>("ApplyTag", path<&V::tag>("tagId", "`tag_…`"), body<&V::correlation_id>("correlation_id", "the resource").required(),
      body<&V::correlation_type>("correlation_type", "its kind").required(),
      body<&V::value>("value", "a value in use that differs only in case is taken instead").required().length(1, 255).example("EMEA"));
};
template <>
struct http::Fields<tags::TagOnResourceRequest> {
  using V = tags::TagOnResourceRequest;
  static constexpr auto table = fields<V>("TagOnResource", path<&V::tag>("tagId", "`tag_…`"), path<&V::resource>("correlationId", "the resource"));
};
template <>
struct http::Fields<tags::ChangeTagValueRequest> {
  using V = tags::ChangeTagValueRequest;
  static constexpr auto table = fields<V>("ChangeTagValue", path<&V::tag>("tagId", "`tag_…`"), path<&V::resource>("correlationId", "the resource"),
      body<&V::value>("value", "the new value").required().length(1, 255));
};
template <>
struct http::Fields<tags::TagValueView> {
  using V = tags::TagValueView;
  static constexpr auto table = fields<V>("TagValue", body<&V::tag_id>("tag_id", "`tag_…`"), body<&V::correlation_id>("correlation_id", "UUID of the resource"),
      body<&V::correlation_type>("correlation_type", "its kind"), body<&V::value>("value", "as it was written first"),
      body<&V::created_at>("created_at", "when the tag was put on"), body<&V::updated_at>("updated_at", "last change"));
};
template <>
struct http::Fields<tags::TagValuesRequest> {
  using V = tags::TagValuesRequest;
  static constexpr auto table = fields<V>("TagValues", path<&V::tag>("tagId", "`tag_…`"), query<&V::prefix>("prefix", "beginning of the value, in whatever case").length(0, 255));
};
template <>
struct http::Fields<tags::TagUseView> {
  using V = tags::TagUseView;
  static constexpr auto table = fields<V>("TagUse", body<&V::value>("value", "a value in use"), body<&V::resources>("resources", "how many resources have it"));
};
template <>
struct http::Fields<tags::TagResourcesRequest> {
  using V = tags::TagResourcesRequest;
  static constexpr auto table = fields<V>("TagResources", path<&V::tag>("tagId", "`tag_…`"),
      query<&V::value>("value", "the whole value, in whatever case; absent: any").length(1, 255), include<&V::paging>());
};
template <>
struct http::Fields<tags::TagGapsRequest> {
  using V = tags::TagGapsRequest;
  static constexpr auto table = fields<V>("TagGaps", path<&V::tag>("tagId", "`tag_…`"), query<&V::type>("type", "kind of resource; `site` if absent"), include<&V::paging>());
};
template <>
struct http::Fields<tags::GapView> {
  using V = tags::GapView;
  static constexpr auto table = fields<V>("TagGap", body<&V::correlation_type>("correlation_type", "kind of the resource"),
      body<&V::correlation_id>("correlation_id", "UUID of the resource"), body<&V::name>("name", "its name"));
};
template <>
struct http::Fields<tags::ResourceRequest> {
  using V = tags::ResourceRequest;
  static constexpr auto table = fields<V>("ResourceRequest", path<&V::resource>("correlationId", "the resource"));
};
template <>
struct http::Fields<tags::AppliedTagView> {
  using V = tags::AppliedTagView;
  static constexpr auto table = fields<V>("AppliedTag", body<&V::tag_id>("tag_id", "`tag_…`"), body<&V::key>("key", "of the tag"), body<&V::color>("color", "`#RRGGBB`"),
      body<&V::value>("value", "on this resource"));
};
template <>
struct http::Fields<tags::ListMetadataRequest> {
  using V = tags::ListMetadataRequest;
  static constexpr auto table = fields<V>("ListMetadata", query<&V::search>("search", "words in one of the values").length(1, 255), include<&V::paging>());
};
template <>
struct http::Fields<tags::MetadataRequest> {
  using V = tags::MetadataRequest;
  static constexpr auto table = fields<V>("MetadataRequest", path<&V::resource>("resourceId", "the resource"));
};
template <>
struct http::Fields<tags::PutMetadataRequest> {
  using V = tags::PutMetadataRequest;
  static constexpr auto table = fields<V>("PutMetadata", body<&V::resource_id>("resource_id", "UUID of the resource").required(),
      body<&V::type>("type", "kind of the resource, in your words").required().length(1, 100).example("mikrotik.device"),
      body<&V::metadata>("metadata", "flat map of text, numbers and booleans; `name` is required").required());
};
template <>
struct http::Fields<tags::MergeMetadataRequest> {
  using V = tags::MergeMetadataRequest;
  static constexpr auto table = fields<V>("MergeMetadata", path<&V::resource>("resourceId", "the resource"),
      body<&V::metadata>("metadata", "keys to set; null or empty text removes a key; the others stay").required());
};
template <>
struct http::Fields<tags::MetadataView> {
  using V = tags::MetadataView;
  static constexpr auto table = fields<V>("Metadata", body<&V::resource_id>("resource_id", "UUID of the resource"), body<&V::type>("type", "its kind"),
      body<&V::metadata>("metadata", "flat map"), body<&V::created_at>("created_at", "creation"), body<&V::updated_at>("updated_at", "last change"));
};

}  // namespace openstrat
