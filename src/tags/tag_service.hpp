// Tags: defined once, then put on resources with a value.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "tags/types.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Database;
}

namespace openstrat::tags {

class ResourceDirectory;

struct NewTag {
  std::string key;                         ///< 1–100 characters, unique in the team without regard to case
  std::string color;                       ///< #RRGGBB
  std::vector<ResourceType> mandatory_on;
};
struct TagChange {
  std::optional<std::string> key, color;
  std::optional<std::vector<ResourceType>> mandatory_on;
};
/// A tag and the values in use.
struct TagWithValues {
  Tag tag;
  std::vector<std::string> values;
};

class TagService {
 public:
  static constexpr int kMostTags = 500;      ///< a team
  static constexpr int kMostValues = 1000;   ///< shown in one answer

  struct Dependencies {
    db::Database& database;
    ResourceDirectory& resources;
    const Clock& clock;
    Rng& rng;
    /// Called after resources got or lost a tag, or a tag another key. Must not block.
    std::function<void()> changed = {};
  };
  explicit TagService(Dependencies dependencies) : deps_(dependencies) {}

  /// What is on a site or user goes with it, and everything with the team. Before the bus starts.
  void subscribe(bus::Bus& bus);

  Result<std::vector<TagWithValues>> list(const Tenant& tenant);                     ///< by key
  Result<TagWithValues> find(const Tenant& tenant, std::string_view id);
  Result<Tag> create(const Tenant& tenant, NewTag tag);                              ///< conflict `already_exists`, `limit_reached`
  Result<TagWithValues> update(const Tenant& tenant, std::string_view id, const TagChange& change);
  Status remove(const Tenant& tenant, std::string_view id);

  struct Use { std::string value; std::int64_t resources = 0; };
  Result<std::vector<Use>> values(const Tenant& tenant, std::string_view id, std::string_view prefix);

  /// Replaces the resource's value of this tag. `reference`: as ResourceDirectory takes it. not_found for tag or resource.
  Result<TagValue> apply(const Tenant& tenant, std::string_view id, ResourceType type, std::string_view reference, std::string value);
  /// Of a resource that has the tag already; else not_found.
  Result<TagValue> change(const Tenant& tenant, std::string_view id, const Uuid& resource, std::string value);
  Status take_off(const Tenant& tenant, std::string_view id, const Uuid& resource);

  /// By id; `value` without regard to case, absent: any.
  Result<std::vector<TagValue>> resources(const Tenant& tenant, std::string_view id, std::optional<std::string_view> value, std::optional<Uuid> after, int limit);
  Result<std::vector<AppliedTag>> of_resource(const Tenant& tenant, const Uuid& resource);

  struct Gaps { std::vector<Resource> resources; std::optional<Uuid> next; };
  /// Resources of `type` without the tag, by id. `next`: where to go on; a step looks at some thousands and may find none.
  Result<Gaps> gaps(const Tenant& tenant, std::string_view id, ResourceType type, std::optional<Uuid> after, int limit);

 private:
  Result<TagValue> put(const Tenant& tenant, std::string_view id, TagValue value, bool must_exist);

  Dependencies deps_;
};

}  // namespace openstrat::tags
