// A free key/value map a resource: circuit number, contact, install date.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "tags/types.hpp"

namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Database;
}

namespace openstrat::tags {

/// Limits: 64 keys of 1–100 characters, 16 KiB a text, 64 KiB a resource. Values are text, numbers and booleans.
class MetadataService {
 public:
  MetadataService(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  /// Metadata goes with its site, user or team. Before the bus starts.
  void subscribe(bus::Bus& bus);

  Result<std::vector<Metadata>> list(const Tenant& tenant, std::string_view words, std::optional<Uuid> after, int limit);
  Result<Metadata> find(const Tenant& tenant, const Uuid& resource);                    ///< not_found
  /// Creates or overwrites the whole map; `name` must be among the values.
  Result<Metadata> put(const Tenant& tenant, const Uuid& resource, std::string type, const Attributes& values);
  /// Sets what is given; null and empty text remove a key; others stay. not_found when there is no map yet.
  Result<Metadata> merge(const Tenant& tenant, const Uuid& resource, const Attributes& changes);
  Status remove(const Tenant& tenant, const Uuid& resource);

 private:
  db::Database& database_;
  const Clock& clock_;
};

}  // namespace openstrat::tags
