// Files of a site: taken, listed, given back, deleted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "site_files/file_store.hpp"
#include "site_files/types.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Database;
}
namespace openstrat::storage {
class BlobVault;
}
namespace openstrat::tasks {
class Queue;
}

namespace openstrat::site_files {

struct NewFile {
  Kind kind = Kind::document;
  std::string name;             ///< cleaned before it is stored
  std::string_view bytes;
  std::string created_by;       ///< user:<id>, key:<id>
};

class FileService {
 public:
  static constexpr std::int64_t kLargest = 25 * 1024 * 1024;         ///< bytes a file
  static constexpr std::int64_t kLargestNote = 1024 * 1024;
  static constexpr std::int64_t kLargestSite = 500 * 1024 * 1024;    ///< bytes a site
  static constexpr std::int64_t kMostFiles = 1000;                   ///< a site

  struct Dependencies {
    db::Database& database;
    storage::BlobVault& vault;
    const Clock& clock;
    Rng& rng;
  };
  explicit FileService(Dependencies dependencies) : deps_(dependencies) {}

  /// Files go with their site; nightly sweep of bytes that no row refers to. Before bus and queue start.
  void subscribe(bus::Bus& bus);
  void register_tasks(tasks::Queue& queue);

  /// The site must be the tenant's. invalid on `file`: empty, no photo (media), no UTF-8 text (note); too_large; conflict `limit_reached`.
  Result<File> put(const Tenant& tenant, SiteId site, NewFile file);
  Result<std::vector<File>> list(const Tenant& tenant, SiteId site, Kind kind, const std::optional<file_store::Position>& before, int limit);
  Result<File> find(const Tenant& tenant, SiteId site, Kind kind, std::string_view key);
  Result<File> find_signed(std::string_view key);
  Result<std::string> bytes_of(const File& file);
  Status remove(const Tenant& tenant, SiteId site, Kind kind, std::string_view key);

  Status collect_orphans();

 private:
  Dependencies deps_;
};

}  // namespace openstrat::site_files
