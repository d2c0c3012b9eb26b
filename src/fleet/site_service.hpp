// What operators do with sites, apart from adoption and removal.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/guarded.hpp"
#include "base/rng.hpp"
#include "fleet/site_list.hpp"
#include "fleet/site_store.hpp"
#include "fleet/types.hpp"

namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::bus {
class Bus;
}

namespace openstrat::fleet {

class LiveSites;
class RunbookService;
class SiteQuota;

struct NewSite {
  std::optional<SiteId> id;            ///< migration keeps ids
  std::string name;
  std::optional<RunbookId> runbook_id;
  std::optional<PolicyId> policy_id;
  std::optional<std::string> address;
  std::optional<double> lat, lng;
  std::optional<std::string> timezone;
};

/// Absent = unchanged; an inner nullopt clears.
struct SiteChange {
  std::optional<std::string> name;
  std::optional<std::optional<std::string>> address;
  std::optional<std::optional<double>> lat, lng;
  std::optional<std::optional<std::string>> timezone;
};

/// One hour of availability.
struct UptimeHour {
  Timestamp start{};
  double missed_percentage = 0;   ///< 0–100 of the heartbeats that the platform could have heard
  double minutes_down = 0;        ///< 0–60
  double minutes_listened = 0;    ///< 0–60: as long as the platform could have heard the site
};

class SiteService {
 public:
  struct Dependencies {
    db::Database& database;
    bus::Bus& bus;
    LiveSites& live;
    RunbookService& runbooks;
    SiteQuota& quota;
    const Clock& clock;
    Rng& rng;
    SiteFacetSource* facets = nullptr;  ///< null: sites have no facets, and nothing is filtered by them
  };
  explicit SiteService(Dependencies dependencies) : deps_(dependencies) {}

  struct Page { std::vector<Site> sites; std::int64_t total = 0; };
  Result<Page> list(const Tenant& tenant, const SiteFilter& filter);
  Result<std::vector<SiteId>> ids(const Tenant& tenant, const SiteFilter& filter);
  /// What other areas know of sites that the caller has read.
  Result<std::unordered_map<SiteId, SiteFacets>> facets(const Tenant& tenant, const std::vector<Site>& sites);
  Result<SiteFacets> facets(const Tenant& tenant, SiteId site);
  Result<Attributes> metadata(const Tenant& tenant, SiteId site);
  /// Once, before anything is served.
  Status prepare();
  /// UUID or `site_…`; everything that is not a site of the tenant is not_found.
  Result<Site> find(const Tenant& tenant, std::string_view reference);
  Result<Site> find(const Tenant& tenant, SiteId id);
  /// The row without a tenant check, for internal callers.
  Result<Site> find_internal(SiteId id);

  struct Created { Site site; std::string bootstrap_command; };
  /// A site that no router has adopted yet, with its single-use command.
  Result<Created> create(const Tenant& tenant, NewSite site);
  Result<Site> update(const Tenant& tenant, SiteId id, const SiteChange& change);
  /// Opens the window in which another router of the same hardware may take over although the site is online.
  Result<Site> allow_takeover(const Tenant& tenant, SiteId id, std::chrono::minutes window);

  /// Remembers the visit without waiting for the disk; repeated visits within a minute are not written again.
  void touch_recent(const Tenant& tenant, UserId user, SiteId site);
  Result<std::vector<site_store::RecentSite>> recent(const Tenant& tenant, UserId user);
  /// The last hours, oldest first; the current one as far as it went; none before the adoption.
  Result<std::vector<UptimeHour>> uptime(const Tenant& tenant, SiteId id, std::chrono::seconds heartbeat_period, int hours = 24);

  /// Id and name of every site that is not being deleted, by id, a page at a time.
  Result<std::vector<site_store::SiteName>> names_by_id(const Tenant& tenant, std::optional<SiteId> after, int limit);
  Result<std::vector<SiteId>> ids_of_customer(CustomerId customer);
  Result<std::vector<Site>> sites_of_customer(CustomerId customer, bool with_deleting);
  Result<std::vector<SiteId>> online_ids(std::optional<CustomerId> customer);
  Result<std::vector<std::int64_t>> adopted_counts(const std::vector<CustomerId>& customers);

 private:
  /// The id of a purged site comes back: its tombstone goes, and the tokens of its old router stay dead.
  Status reuse_id(db::Session& session, Site& site);

  Dependencies deps_;
  Guarded<std::map<std::pair<UserId, SiteId>, Timestamp>> visits_;  ///< of the last minute
};

}  // namespace openstrat::fleet
