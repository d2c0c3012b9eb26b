// Faults that people and tools report, and what people say about any fault.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "monitoring/types.hpp"

namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::fleet {
class SiteService;
}

namespace openstrat::monitoring {

struct NewFault {
  std::string type, message;
  Severity severity = Severity::low;
  std::optional<std::string> cause, resource_id, reporter, resource_path;
  std::optional<std::string> site;    ///< as a client names it; else the one that the resource or its path names
};

/// Absent = unchanged.
struct FaultChange {
  std::optional<Severity> severity;
  std::optional<std::string> cause, message;
};

struct Author {
  std::optional<UserId> user_id;
  std::string name;
};

class ManualFaults {
 public:
  static constexpr std::int64_t kMostComments = 500;

  struct Dependencies {
    db::Database& database;
    bus::Bus& bus;
    fleet::SiteService& sites;
    const Clock& clock;
    Rng& rng;
  };
  explicit ManualFaults(Dependencies dependencies) : deps_(dependencies) {}

  /// conflict `already_exists` while one of the same type, cause and resource is open.
  Result<Fault> create(const Tenant& tenant, NewFault fault);
  struct Changed { Fault before, after; };
  /// conflict `fault_is_derived` unless a person or tool reported it.
  Result<Changed> update(const Tenant& tenant, const FaultRef& fault, const FaultChange& change);
  /// Of a fault that is over already: nothing happens. conflict `fault_is_derived` as above.
  Result<Fault> resolve(const Tenant& tenant, const FaultRef& fault);
  /// On any fault.
  Status comment(const Tenant& tenant, const FaultRef& fault, const Author& author, std::string text);

 private:
  Result<std::optional<SiteId>> site_of(const Tenant& tenant, const NewFault& fault);

  Dependencies deps_;
};

}  // namespace openstrat::monitoring
