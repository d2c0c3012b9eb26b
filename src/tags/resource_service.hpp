// Which resources there are to put words on. Implemented by app over the areas that own them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "tags/types.hpp"

namespace openstrat::tags {

class ResourceDirectory {
 public:
  virtual ~ResourceDirectory() = default;
  /// `reference`: a UUID, with or without the prefix of its type, or a public id. not_found for what the tenant does not have.
  virtual Result<Resource> find(const Tenant& tenant, ResourceType type, std::string_view reference) = 0;
  /// By id, after `after`; fewer than `limit` means the end.
  virtual Result<std::vector<Resource>> list(const Tenant& tenant, ResourceType type, std::optional<Uuid> after, int limit) = 0;
};

}  // namespace openstrat::tags
