#include "fleet/site_removal.hpp"

#include "base/url_signer.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "fleet/device_token.hpp"
#include "fleet/job_store.hpp"
#include "fleet/live_sites.hpp"
#include "fleet/site_store.hpp"
#include "fleet/write_again.hpp"
#include "routeros/scripts.hpp"

namespace openstrat::fleet {

Result<std::optional<Site>> SiteRemoval::remove(const Tenant& tenant, SiteId id, Force force) {
  return write_again(deps_.database, [&](db::Session& session) -> Result<std::optional<Site>> {
    auto site = site_store::find(session, tenant, id);
    if (!site) return fail(site.error());
    if (force == Force::yes || !site->adopted_at) {
      if (auto purged = purge_in(session, *site); !purged) return fail(purged.error());
      return std::optional<Site>{};
    }
    if (site->deleted_at) return fail(Errc::conflict, "site_deleting", "The site is being deleted already.");
    const Timestamp now = deps_.clock.now();
    site->deleted_at = site->updated_at = now;
    site->scheduler_removal_at = now + deps_.settings.deletion_grace;
    if (auto updated = site_store::update(session, *site); !updated) return fail(updated.error());
    auto appended = deps_.bus.append(session, {.name = "site.deleting", .occurred_at = now, .customer_id = site->customer_id,
                                               .site_id = id, .resource_id = id.to_string(),
                                               .data = {{"name", site->name}, {"removal_at", to_unix_us(*site->scheduler_removal_at)}}});
    if (!appended) return fail(appended.error());
    session.on_commit([this, site = *site] { deps_.live.put(site); });
    return std::optional<Site>(std::move(*site));
  });
}

Result<Site> SiteRemoval::restore(const Tenant& tenant, SiteId id) {
  return write_again(deps_.database, [&](db::Session& session) -> Result<Site> {
    auto site = site_store::find(session, tenant, id);
    if (!site) return fail(site.error());
    if (!site->deleted_at) return fail(Errc::conflict, "The site is not being deleted.");
    site->deleted_at.reset();
    site->scheduler_removal_at.reset();
    site->updated_at = deps_.clock.now();
    if (auto updated = site_store::update(session, *site); !updated) return fail(updated.error());
    auto appended = deps_.bus.append(session, {.name = "site.updated", .occurred_at = site->updated_at, .customer_id = site->customer_id,
                                               .site_id = id, .resource_id = id.to_string(), .data = {{"restored", true}}});
    if (!appended) return fail(appended.error());
    session.on_commit([this, site = *site] { deps_.live.put(site); });
    return std::move(*site);
  });
}

std::string SiteRemoval::removal_script(const Site& site, bool readable) const {
  const routeros::RemovalParams params{
      .brand = deps_.settings.brand,
      .notify_url = deps_.settings.device_url + deps_.signer.sign("/notify/delete?site=" + site.id.to_string(), std::nullopt),
      .device_token = deps_.tokens.issue(site.id, site.token_version, deps_.clock.now()),
      .quiet_fetch_log = deps_.settings.quiet_fetch_log,
      .tls_verify = deps_.settings.tls_verify};
  return routeros::render_removal(params, readable ? routeros::Style::readable : routeros::Style::minified);
}

Status SiteRemoval::notified(std::string_view device_token, std::string_view site_in_url) {
  const auto claims = deps_.tokens.open(device_token);
  if (!claims || claims->site_id.to_string() != site_in_url) return fail(Errc::unauthenticated, "The device token is not valid.");
  return deps_.database.write([&](db::Session& session) -> Status {
    auto site = site_store::find_any(session, claims->site_id);
    if (!site) return fail(site.error());
    if (!*site) {
      const auto tombstone = site_store::find_tombstone(session, claims->site_id);
      if (!tombstone) return fail(tombstone.error());
      if (*tombstone && (*tombstone)->token_version == claims->version) return {};  // a repeat
      return fail(Errc::unauthenticated, "The site of this token does not exist.");
    }
    if ((*site)->token_version != claims->version) return fail(Errc::unauthenticated, "The device token was replaced.");
    if (!(*site)->deleted_at) return fail(Errc::conflict, "The site is not being deleted; it stays.");
    return purge_in(session, **site);
  });
}

Status SiteRemoval::purge_in(db::Session& session, const Site& site) {
  const Timestamp now = deps_.clock.now();
  if (auto jobs = job_store::remove_of_site(session, site.tenant(), site.id); !jobs) return jobs;
  if (auto removed = site_store::remove(session, site.tenant(), site.id); !removed) return removed;
  const bool leaves_a_router = site.adopted_at.has_value();
  if (leaves_a_router) {
    const site_store::Tombstone tombstone{.site_id = site.id, .customer_id = site.customer_id, .hardware_hash = site.facts.hardware_hash,
                                          .token_version = site.token_version, .purged_at = now};
    if (auto stored = site_store::insert_tombstone(session, tombstone); !stored) return stored;
  }
  auto appended = deps_.bus.append(session, {.name = "site.deleted", .occurred_at = now, .customer_id = site.customer_id, .site_id = site.id,
                                             .resource_id = site.id.to_string(), .data = {{"name", site.name}}});
  if (!appended) return appended;
  session.on_commit([this, leaves_a_router, id = site.id, customer = site.customer_id, version = site.token_version] {
    deps_.live.erase(id);
    if (leaves_a_router) deps_.live.put_tombstone(id, customer, version);
  });
  return {};
}

Status SiteRemoval::sweep() {
  const Timestamp now = deps_.clock.now();
  const Timestamp unconfirmed_since = now - std::chrono::days(deps_.settings.notify_timeout_days);
  const auto purged = deps_.database.write([&](db::Session& session) -> Status {
    const auto sites = site_store::removal_due_before(session, unconfirmed_since, 100);
    if (!sites) return fail(sites.error());
    for (const Site& site : *sites)
      if (auto done = purge_in(session, site); !done) return done;
    return {};
  });
  if (!purged) return purged;
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto forgotten = site_store::remove_tombstones_before(session, now - std::chrono::days(deps_.settings.tombstone_days), 500);
    if (!forgotten) return fail(forgotten.error());
    for (const SiteId id : *forgotten) session.on_commit([this, id] { deps_.live.erase_tombstone(id); });
    return {};
  });
}

}  // namespace openstrat::fleet
