// SQL of sites, runbooks, tombstones and recent sites.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "fleet/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::fleet::site_store {

/// Next SiteNumber and the insert; conflict when the hardware hash is taken by another site of the tenant.
Status insert(db::Session& session, Site& site);
Result<Site> find(db::Session& session, const Tenant& tenant, SiteId id);  ///< not_found `resource_missing`
/// The same, and other transactions that want to change the site wait: an edit does not lose to heartbeats.
Result<Site> find_for_update(db::Session& session, const Tenant& tenant, SiteId id);
Result<Site> find_by_pid(db::Session& session, const Tenant& tenant, std::string_view pid);
Result<std::optional<Site>> find_by_hardware(db::Session& session, const Tenant& tenant, std::string_view hardware_hash);
/// Device side and internal only: the token or signature has proven the site.
Result<std::optional<Site>> find_any(db::Session& session, SiteId id);
/// Writes everything but the pulse, WHERE revision = site.revision, then revision + 1; conflict when somebody was faster.
Status update(db::Session& session, Site& site);
/// Keeps the team's counter right; once, at the first adoption of a site that was created by hand.
Status count_adoption(db::Session& session, CustomerId customer);
Status remove(db::Session& session, const Tenant& tenant, SiteId id);  ///< the rows of this area; others listen to site.deleted

Result<std::int64_t> count(db::Session& session, const Tenant& tenant);  ///< from site_count, never over the table

/// Sites whose removal was due before `due` and was never confirmed.
Result<std::vector<Site>> removal_due_before(db::Session& session, Timestamp due, int limit);
/// Every adopted site, page by page (`after` 0 first), in the order of their numbers, which is that of the table: fills LiveSites
/// at the start.
Result<std::vector<Site>> load_adopted(db::Session& session, SiteNumber after, int limit);
/// Every site that is not being deleted, likewise: for whoever keeps a copy.
Result<std::vector<Site>> load_all(db::Session& session, SiteNumber after, int limit);
/// Same hardware under another customer.
Result<bool> hardware_elsewhere(db::Session& session, const Tenant& tenant, std::string_view hardware_hash);
/// Writes the pulse of a site that just adopted (later ones are written behind).
Status write_pulse(db::Session& session, SiteId site, const SitePulse& pulse);

/// What is left of a purged site: its router may still poll.
struct Tombstone {
  SiteId site_id;
  CustomerId customer_id;
  std::optional<std::string> hardware_hash;
  std::int64_t token_version = 0;
  Timestamp purged_at{};
};
Status insert_tombstone(db::Session& session, const Tombstone& tombstone);
Result<std::optional<Tombstone>> find_tombstone(db::Session& session, SiteId site);
Status remove_tombstone(db::Session& session, SiteId site);
Result<std::vector<Tombstone>> load_tombstones(db::Session& session);
Result<std::vector<SiteId>> remove_tombstones_before(db::Session& session, Timestamp before, int limit);

struct RecentSite { Site site; Timestamp accessed_at{}; };
/// Upserts and keeps the newest 20 of the user.
Status touch_recent(db::Session& session, const Tenant& tenant, UserId user, SiteId site, Timestamp now);
Result<std::vector<RecentSite>> recent(db::Session& session, const Tenant& tenant, UserId user, int limit);

/// Sites that are not being deleted, by id, after `after`.
struct SiteName { SiteId id; std::string name; };
Result<std::vector<SiteName>> names_by_id(db::Session& session, const Tenant& tenant, std::optional<SiteId> after, int limit);

// Internal operations, over all tenants.
Result<std::vector<SiteId>> ids_of_customer(db::Session& session, CustomerId customer);
Result<std::vector<SiteId>> online_ids(db::Session& session, std::optional<CustomerId> customer);
/// When these sites were heard of last, as written; one statement.
struct LastSeen { SiteId id; CustomerId customer; Timestamp at{}; };
Result<std::vector<LastSeen>> last_seen(db::Session& session, const std::vector<SiteId>& sites);
/// Adopted sites of each customer, in their order; one statement.
Result<std::vector<std::int64_t>> adopted_counts(db::Session& session, const std::vector<CustomerId>& customers);

Status insert_runbook(db::Session& session, const Runbook& runbook);
Result<Runbook> find_runbook(db::Session& session, const Tenant& tenant, RunbookId id);
Result<std::optional<Runbook>> find_runbook_by_token(db::Session& session, const Uuid& token);
Result<std::optional<Runbook>> find_runbook_of_site(db::Session& session, const Tenant& tenant, SiteId site);
Result<std::vector<Runbook>> list_runbooks(db::Session& session, const Tenant& tenant);
Status update_runbook(db::Session& session, const Runbook& runbook);
Status remove_runbooks_of_site(db::Session& session, const Tenant& tenant, SiteId site);

}  // namespace openstrat::fleet::site_store
