// What other areas know of sites: open faults, backups, tags. Implemented by app over those areas; their SQL stays theirs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/attributes.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/site_limits.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::fleet {

struct SiteTag { std::string tag_id, name, colour, value; };
struct SiteFacets {
  std::int64_t open_faults = 0;
  std::optional<Timestamp> last_backup_at;
  std::vector<SiteTag> tags;               ///< by name
};

/// Sites with this tag; with this value when one is given, in whatever case.
struct TagChoice {
  std::string tag_id;
  std::optional<std::string> value;
};

/// Something that needs somebody. Lower ranks are worse.
struct Concern {
  SiteId site_id;
  std::string kind;                        ///< offline, fault, job_failed, backup_overdue, adoption_refused
  int rank = 0;
  Timestamp since{};
  std::string detail;
};
inline constexpr int kRankCritical = 10, kRankHigh = 20, kRankMedium = 30, kRankLow = 40;

class SiteFacetSource {
 public:
  virtual ~SiteFacetSource() = default;

  /// Of each of `sites`, with one query an area. A site that is not among them has none.
  virtual Result<std::unordered_map<SiteId, SiteFacets>> of(db::Session& session, const Tenant& tenant, const std::vector<SiteId>& sites) = 0;
  /// Free-form metadata of one site.
  virtual Result<Attributes> metadata(db::Session& session, const Tenant& tenant, SiteId site) = 0;

  /// Conditions on the columns `customer` and `site` of a statement whose next free placeholder is `next` (see SiteLimits).
  virtual Result<SiteLimits::Condition> tagged(db::Session& session, const Tenant& tenant, const TagChoice& choice, std::string_view customer,
                                               std::string_view site, int next) = 0;
  virtual SiteLimits::Condition faulty(std::string_view customer, std::string_view site) = 0;

  struct Overview {
    std::int64_t open_faults = 0;
    std::int64_t without_backup = 0;       ///< adopted, and no backup since the given time
    std::vector<Concern> concerns;         ///< the worst, in no order; none for sites being offline
  };
  virtual Result<Overview> overview(db::Session& session, const Tenant& tenant, Timestamp no_backup_since, int most) = 0;
};

}  // namespace openstrat::fleet
