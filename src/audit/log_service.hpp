// Reading the audit log: pages, one entry, whole stretches for an export.
#pragma once

#include "audit/types.hpp"
#include "base/error.hpp"

namespace openstrat::db {
class Database;
}

namespace openstrat::audit {

/// Never sees another team's entries. A page costs a bounded amount of reading, however rare what fits is.
class LogService {
 public:
  static constexpr int kScanLimit = 50'000;      ///< entries that one page looks at
  static constexpr int kExportLimit = 100'000;   ///< entries of one export

  LogService(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<Page> list(const Tenant& tenant, const Filter& filter, std::optional<Position> after, int limit);
  Result<StoredEntry> find(const Tenant& tenant, std::string_view log_id);  ///< not_found

 private:
  db::Database& database_;
  const Clock& clock_;
};

/// An export: the entries that fit, a stretch at a time.
class LogReader {
 public:
  LogReader(LogService& service, Tenant tenant, Filter filter, int max = LogService::kExportLimit)
      : service_(service), tenant_(tenant), filter_(std::move(filter)), left_(max) {}
  /// Empty: that was all.
  Result<std::vector<StoredEntry>> next();

 private:
  LogService& service_;
  const Tenant tenant_;
  const Filter filter_;
  std::optional<Position> after_;
  int left_;
  bool ended_ = false;
};

}  // namespace openstrat::audit
