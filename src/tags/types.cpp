#include "tags/types.hpp"

#include <utility>

namespace openstrat::tags {

std::string_view to_string(ResourceType type) {
  switch (type) {
    case ResourceType::site: return "site";
    case ResourceType::user: return "user";
    case ResourceType::wan: return "wan";
    case ResourceType::account: return "account";
  }
  std::unreachable();
}

std::optional<ResourceType> parse_resource_type(std::string_view text) {
  for (const ResourceType type : kResourceTypes)
    if (text == to_string(type)) return type;
  return std::nullopt;
}

}  // namespace openstrat::tags
