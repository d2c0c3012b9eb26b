// The state of a team's fleet on one screen.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/guarded.hpp"
#include "fleet/site_facets.hpp"
#include "fleet/types.hpp"

namespace openstrat::db {
class Database;
class Session;
}

namespace openstrat::fleet {

struct SiteSummary {
  struct Share { std::string name; std::int64_t sites = 0; };
  struct Attention { Concern concern; std::string site_name; };

  std::int64_t total = 0;
  std::array<std::int64_t, 4> by_rank{};      ///< by state_rank()
  std::vector<Share> versions, models;        ///< most sites first, 20 at most
  std::int64_t without_backup = 0, open_faults = 0;
  std::int64_t jobs_pending = 0, jobs_running = 0, jobs_failed = 0;
  std::vector<Attention> attention;           ///< one a site, worst first
};

/// Counts what is there. An answer is at most five seconds old.
class SiteOverview {
 public:
  SiteOverview(db::Database& database, SiteFacetSource& facets, const Clock& clock) : database_(database), facets_(facets), clock_(clock) {}

  Result<std::shared_ptr<const SiteSummary>> of(const Tenant& tenant);

 private:
  struct Entry { Timestamp at{}; std::shared_ptr<const SiteSummary> summary; };
  Result<SiteSummary> count(db::Session& session, const Tenant& tenant, Timestamp now);
  Status add_attention(db::Session& session, const Tenant& tenant, Timestamp now, std::vector<Concern> concerns, SiteSummary& summary);

  db::Database& database_;
  SiteFacetSource& facets_;
  const Clock& clock_;
  Guarded<std::unordered_map<std::string, Entry>> entries_;
};

}  // namespace openstrat::fleet
