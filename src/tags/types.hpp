// Values of tags and metadata.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/attributes.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::tags {

enum class ResourceType { site, user, wan, account };
inline constexpr ResourceType kResourceTypes[] = {ResourceType::site, ResourceType::user, ResourceType::wan, ResourceType::account};
std::string_view to_string(ResourceType type);
std::optional<ResourceType> parse_resource_type(std::string_view text);

struct Tag {
  std::string id;                         ///< tag_<ulid>
  std::string key;
  std::string color;                      ///< #RRGGBB
  std::vector<ResourceType> mandatory_on;
  Timestamp created_at{}, updated_at{};
};

/// A tag on a resource.
struct TagValue {
  std::string tag_id;
  ResourceType resource_type = ResourceType::site;
  Uuid resource_id;
  std::string value;
  Timestamp created_at{}, updated_at{};
};

/// A tag on a resource, with the definition's own words.
struct AppliedTag {
  std::string tag_id, key, color, value;
};

struct Metadata {
  Uuid resource_id;
  std::string type;
  Attributes values;
  Timestamp created_at{}, updated_at{};
};

/// A resource as a list names it.
struct Resource {
  ResourceType type = ResourceType::site;
  Uuid id;
  std::string name;
};

}  // namespace openstrat::tags
