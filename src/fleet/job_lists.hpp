// All jobs of a team, and its batches.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "fleet/batch_targets.hpp"
#include "fleet/site_list.hpp"
#include "fleet/types.hpp"

namespace openstrat::db {
class Database;
}

namespace openstrat::fleet {

struct TeamJobFilter {
  std::vector<JobState> states;            ///< one of them; none: whatever state
  std::optional<BatchId> batch;
  std::optional<SiteId> site;
  std::optional<Timestamp> from, to;
  std::optional<std::pair<Timestamp, JobId>> after;
  int limit = 50;
};
struct TeamJob { Job job; std::string site_name; };   ///< without its script

struct BatchRow {
  BatchId id;
  std::string description, created_by;
  Timestamp created_at{};
  std::int64_t refused = 0, pending = 0, running = 0, completed = 0, failed = 0;
};

class JobLists {
 public:
  JobLists(db::Database& database, SiteFacetSource* facets) : database_(database), facets_(facets) {}

  /// Newest first; the same cost on every page.
  Result<std::vector<TeamJob>> jobs(const Tenant& tenant, const TeamJobFilter& filter);
  /// Newest first. A caller with limits sees batches that reached one of his sites, and counts his sites only.
  Result<std::vector<BatchRow>> batches(const Tenant& tenant, std::optional<std::pair<Timestamp, BatchId>> after, int limit);
  /// What a batch on these sites would do.
  Result<std::vector<BatchTarget>> preview(const Tenant& tenant, const std::vector<SiteId>& sites);
  /// The same for all sites that match; `invalid` when they are too many.
  Result<std::vector<BatchTarget>> preview(const Tenant& tenant, SiteFilter filter);

 private:
  db::Database& database_;
  SiteFacetSource* facets_;
};

}  // namespace openstrat::fleet
