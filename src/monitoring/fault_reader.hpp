// Looking at faults: lists, one fault, the worst of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "monitoring/types.hpp"

namespace openstrat::db {
class Database;
class Session;
}

namespace openstrat::monitoring {

/// A fault with the name of its site, for people.
struct NamedFault {
  Fault fault;
  std::optional<std::string> site_name;
};

/// Never sees another team's faults, nor those of sites that the caller may not see (who is limited to some sites sees no fault
/// without a site).
class FaultReader {
 public:
  static constexpr int kScanLimit = 50'000;      ///< rows that one page of a list looks at
  static constexpr std::int64_t kCountLimit = 100'000;

  FaultReader(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  struct List {
    std::vector<NamedFault> faults;              ///< newest first
    std::optional<FaultPosition> next;           ///< may be there although the page is not full: the search goes on from here
  };
  Result<List> list(const Tenant& tenant, const FaultFilter& filter, std::optional<FaultPosition> after, int limit);

  struct Page {
    std::vector<NamedFault> faults;
    std::int64_t total = 0;                      ///< kCountLimit: so many or more
  };
  Result<Page> page(const Tenant& tenant, const FaultFilter& filter, int limit, std::int64_t offset);

  struct Detail {
    NamedFault fault;
    std::vector<FaultComment> comments;          ///< oldest first
  };
  Result<Detail> find(const Tenant& tenant, const FaultRef& fault);

  struct TopEntry {
    std::string tunnel_name, resource_id;
    std::optional<SiteId> site_id;
    std::int64_t count = 0;
    std::vector<NamedFault> faults;              ///< the newest five
  };
  /// The ten WAN tunnels with the most faults of the last fourteen days.
  Result<std::vector<TopEntry>> top_wan(const Tenant& tenant);

  // For internal callers, over all teams.
  Result<std::vector<Fault>> unresolved(std::string_view type);
  /// Oldest first.
  Result<std::vector<Fault>> overlapping(const Tenant& tenant, SiteId site, std::string_view type, Timestamp start, Timestamp end);

 private:
  db::Database& database_;
  const Clock& clock_;
};

/// One statement for all of them.
Result<std::vector<NamedFault>> with_site_names(db::Session& session, const Tenant& tenant, std::vector<Fault> faults);

/// An export: the faults that fit, a stretch at a time.
class FaultExport {
 public:
  static constexpr int kLimit = 100'000;

  FaultExport(FaultReader& reader, Tenant tenant, FaultFilter filter) : reader_(reader), tenant_(std::move(tenant)), filter_(std::move(filter)) {}
  /// Empty: that was all.
  Result<std::vector<NamedFault>> next();

 private:
  FaultReader& reader_;
  const Tenant tenant_;
  const FaultFilter filter_;
  std::optional<FaultPosition> after_;
  int left_ = kLimit;
  bool ended_ = false;
};

}  // namespace openstrat::monitoring
