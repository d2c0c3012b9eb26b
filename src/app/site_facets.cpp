#include "app/site_facets.hpp"

#include "backups/site_backups.hpp"
#include "monitoring/site_faults.hpp"
#include "tags/metadata_store.hpp"
#include "tags/site_tags.hpp"

namespace openstrat::app {
namespace {

int rank_of(monitoring::Severity severity) {
  switch (severity) {
    case monitoring::Severity::critical: return fleet::kRankCritical;
    case monitoring::Severity::high: return fleet::kRankHigh;
    case monitoring::Severity::medium: return fleet::kRankMedium;
    case monitoring::Severity::low: return fleet::kRankLow;
  }
  std::unreachable();
}

}  // namespace

Result<std::unordered_map<SiteId, fleet::SiteFacets>> AreaSiteFacets::of(db::Session& session, const Tenant& tenant, const std::vector<SiteId>& sites) {
  std::unordered_map<SiteId, fleet::SiteFacets> facets;
  const auto faults = monitoring::site_faults::open_counts(session, tenant, sites);
  if (!faults) return fail(faults.error());
  for (const auto& [site, open] : *faults) facets[site].open_faults = open;
  const auto backups = backups::site_backups::last_backups(session, tenant, sites);
  if (!backups) return fail(backups.error());
  for (const auto& [site, at] : *backups) facets[site].last_backup_at = at;
  const auto tags = tags::site_tags::of_sites(session, tenant, sites);
  if (!tags) return fail(tags.error());
  for (const auto& [site, tag] : *tags) facets[site].tags.push_back({tag.tag_id, tag.key, tag.color, tag.value});
  return facets;
}

Result<Attributes> AreaSiteFacets::metadata(db::Session& session, const Tenant& tenant, SiteId site) {
  const auto metadata = tags::metadata_store::find(session, tenant, site.value);
  if (!metadata) return fail(metadata.error());
  return *metadata ? (*metadata)->values : Attributes{};
}

Result<SiteLimits::Condition> AreaSiteFacets::tagged(db::Session& session, const Tenant& tenant, const fleet::TagChoice& choice, std::string_view customer,
                                                     std::string_view site, int next) {
  return tags::site_tags::has(session, tenant, choice.tag_id, choice.value, customer, site, next);
}

SiteLimits::Condition AreaSiteFacets::faulty(std::string_view customer, std::string_view site) { return monitoring::site_faults::has_open(customer, site); }

Result<fleet::SiteFacetSource::Overview> AreaSiteFacets::overview(db::Session& session, const Tenant& tenant, Timestamp no_backup_since, int most) {
  Overview out;
  const auto open = monitoring::site_faults::open_total(session, tenant);
  if (!open) return fail(open.error());
  out.open_faults = *open;
  const auto without = backups::site_backups::count_without(session, tenant, no_backup_since);
  if (!without) return fail(without.error());
  out.without_backup = *without;

  const auto faults = monitoring::site_faults::worst_open(session, tenant, most);
  if (!faults) return fail(faults.error());
  for (const auto& fault : *faults)
    out.concerns.push_back({.site_id = *fault.site_id, .kind = "fault", .rank = rank_of(fault.severity), .since = fault.created_at, .detail = fault.message});
  const auto overdue = backups::site_backups::overdue(session, tenant, most);
  if (!overdue) return fail(overdue.error());
  for (const auto& backup : *overdue)
    out.concerns.push_back({.site_id = backup.site_id, .kind = "backup_overdue", .rank = fleet::kRankMedium, .since = backup.last_backup_at.value_or(backup.since),
                            .detail = backup.last_backup_at ? "No backup since then" : "No backup since the adoption"});
  return out;
}

}  // namespace openstrat::app
