#include "fleet/site_service.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "bus/bus.hpp"
#include "control_plane/policy_service.hpp"
#include "db/database.hpp"
#include "fleet/adoption_service.hpp"
#include "fleet/live_sites.hpp"
#include "fleet/runbook_service.hpp"
#include "fleet/uptime.hpp"
#include "fleet/write_again.hpp"

namespace openstrat::fleet {
namespace {

constexpr int kRecentShown = 5;
constexpr std::size_t kRememberedVisits = 10'000;

void check_name(const std::string& name, std::vector<FieldError>& wrong) {
  if (const auto length = text::length_utf8(name); length < 3 || length > 100) wrong.push_back({"name", "must have 3 to 100 characters"});
}
void check_place(const std::optional<double>& lat, const std::optional<double>& lng, const std::optional<std::string>& address,
                 const std::optional<std::string>& timezone, std::vector<FieldError>& wrong) {
  if (lat && !(*lat >= -90 && *lat <= 90)) wrong.push_back({"lat", "must be between -90 and 90"});
  if (lng && !(*lng >= -180 && *lng <= 180)) wrong.push_back({"lng", "must be between -180 and 180"});
  if (address && text::length_utf8(*address) > 255) wrong.push_back({"address", "must not be longer than 255 characters"});
  if (timezone && !is_time_zone(*timezone)) wrong.push_back({"timezone", "must be an IANA time zone such as Europe/Berlin"});
}
Status verdict(std::vector<FieldError> wrong) {
  if (wrong.empty()) return {};
  return fail(Error(Errc::invalid, "The site is not valid.").with_fields(std::move(wrong)));
}

}  // namespace

Result<SiteService::Page> SiteService::list(const Tenant& tenant, const SiteFilter& filter) {
  auto page = deps_.database.read([&](db::Session& session) -> Result<Page> {
    auto sites = site_list::find(session, tenant, filter, deps_.facets);
    if (!sites) return fail(sites.error());
    if (filter.total) return Page{std::move(*sites), *filter.total};
    const auto total = filter.is_everything() && !tenant.sites ? site_store::count(session, tenant)
                                                               : site_list::count(session, tenant, filter, deps_.facets);
    if (!total) return fail(total.error());
    return Page{std::move(*sites), *total};
  });
  if (page) deps_.live.refresh(page->sites);
  return page;
}

Result<std::vector<SiteId>> SiteService::ids(const Tenant& tenant, const SiteFilter& filter) {
  return deps_.database.read([&](db::Session& session) { return site_list::ids(session, tenant, filter, deps_.facets); });
}

Result<std::unordered_map<SiteId, SiteFacets>> SiteService::facets(const Tenant& tenant, const std::vector<Site>& sites) {
  std::vector<SiteId> ids;
  for (const Site& site : sites) ids.push_back(site.id);
  if (!deps_.facets || ids.empty()) return std::unordered_map<SiteId, SiteFacets>{};
  return deps_.database.read([&](db::Session& session) { return deps_.facets->of(session, tenant, ids); });
}

Result<SiteFacets> SiteService::facets(const Tenant& tenant, SiteId site) {
  if (!deps_.facets) return SiteFacets{};
  auto facets = deps_.database.read([&](db::Session& session) { return deps_.facets->of(session, tenant, {site}); });
  if (!facets) return fail(facets.error());
  return std::move((*facets)[site]);
}

Result<Attributes> SiteService::metadata(const Tenant& tenant, SiteId site) {
  if (!deps_.facets) return Attributes{};
  return deps_.database.read([&](db::Session& session) { return deps_.facets->metadata(session, tenant, site); });
}

Status SiteService::prepare() {
  return deps_.database.write([&](db::Session& session) { return site_list::fill_version_order(session); });
}

Result<Site> SiteService::find(const Tenant& tenant, std::string_view reference) {
  const auto id = SiteId::parse(reference.starts_with("site_") ? reference.substr(5) : reference);
  if (id) return find(tenant, *id);
  auto site = deps_.database.read([&](db::Session& session) { return site_store::find_by_pid(session, tenant, reference); });
  if (site) deps_.live.refresh(*site);
  return site;
}

Result<Site> SiteService::find(const Tenant& tenant, SiteId id) {
  auto site = deps_.database.read([&](db::Session& session) { return site_store::find(session, tenant, id); });
  if (site) deps_.live.refresh(*site);
  return site;
}

Result<Site> SiteService::find_internal(SiteId id) {
  auto site = deps_.database.read([&](db::Session& session) { return site_store::find_any(session, id); });
  if (!site) return fail(site.error());
  if (!*site) return fail(Errc::not_found, "No such site.");
  deps_.live.refresh(**site);
  return std::move(**site);
}

Result<SiteService::Created> SiteService::create(const Tenant& tenant, NewSite request) {
  if (tenant.sites) return fail(Errc::forbidden, "insufficient_role", "Your role is limited to some sites of the team, so it cannot add others.");
  std::vector<FieldError> wrong;
  check_name(request.name, wrong);
  check_place(request.lat, request.lng, request.address, request.timezone, wrong);
  if (auto valid = verdict(std::move(wrong)); !valid) return fail(valid.error());
  const Timestamp now = deps_.clock.now();
  Site fresh;
  fresh.customer_id = tenant.customer_id;
  fresh.id = request.id.value_or(SiteId(uuid_v4(deps_.rng)));
  fresh.pid = "site_" + ksuid(now, deps_.rng);
  fresh.name = request.name;
  fresh.address = request.address;
  fresh.lat = request.lat, fresh.lng = request.lng;
  fresh.timezone = request.timezone;
  fresh.created_at = fresh.updated_at = now;

  return deps_.database.write([&](db::Session& session) -> Result<Created> {
    Site site = fresh;
    const auto sites = site_store::count(session, tenant);
    if (!sites) return fail(sites.error());
    if (auto allowed = deps_.quota.check(session, tenant, *sites); !allowed) return fail(allowed.error());
    const auto policy = control_plane::ensure_default_policy(session, tenant, deps_.clock, deps_.rng);
    if (!policy) return fail(policy.error());
    site.policy_id = policy->id;
    if (request.runbook_id) {
      const auto runbook = site_store::find_runbook(session, tenant, *request.runbook_id);
      if (!runbook && runbook.error().code() == Errc::not_found) return invalid_field("runbook_id", "is no runbook of this team");
      if (!runbook) return fail(runbook.error());
      site.runbook_id = runbook->id;
      site.policy_id = runbook->policy_id;
    }
    if (request.policy_id && *request.policy_id != *site.policy_id) return invalid_field("policy_id", "is no policy of this team");
    if (auto free = reuse_id(session, site); !free) return fail(free.error());
    auto inserted = site_store::insert(session, site);
    if (!inserted) {
      if (inserted.error().code() != Errc::conflict) return fail(inserted.error());
      return fail(Errc::conflict, "already_exists", "A site with this id exists already.");
    }
    auto runbook = deps_.runbooks.create_for_site_in(session, site);
    if (!runbook) return fail(runbook.error());
    auto appended = deps_.bus.append(session, {.name = "site.created", .occurred_at = now, .customer_id = site.customer_id, .site_id = site.id,
                                               .resource_id = site.id.to_string(), .data = {{"name", site.name}}});
    if (!appended) return fail(appended.error());
    return Created{site, deps_.runbooks.bootstrap_command(*runbook)};
  });
}

Status SiteService::reuse_id(db::Session& session, Site& site) {
  const auto tombstone = site_store::find_tombstone(session, site.id);
  if (!tombstone) return fail(tombstone.error());
  if (!*tombstone) return {};
  if ((*tombstone)->customer_id != site.customer_id) return fail(Errc::conflict, "already_exists", "A site with this id exists already.");
  site.token_version = (*tombstone)->token_version;
  session.on_commit([this, id = site.id] { deps_.live.erase_tombstone(id); });
  return site_store::remove_tombstone(session, site.id);
}

Result<Site> SiteService::update(const Tenant& tenant, SiteId id, const SiteChange& change) {
  std::vector<FieldError> wrong;
  if (change.name) check_name(*change.name, wrong);
  check_place(change.lat.value_or(std::nullopt), change.lng.value_or(std::nullopt), change.address.value_or(std::nullopt),
              change.timezone.value_or(std::nullopt), wrong);
  if (auto valid = verdict(std::move(wrong)); !valid) return fail(valid.error());
  auto updated = write_again(deps_.database, [&](db::Session& session) -> Result<Site> {
    auto site = site_store::find_for_update(session, tenant, id);
    if (!site) return site;
    if (change.name) site->name = *change.name;
    if (change.address) site->address = *change.address;
    if (change.lat) site->lat = *change.lat;
    if (change.lng) site->lng = *change.lng;
    if (change.timezone) site->timezone = *change.timezone;
    site->updated_at = deps_.clock.now();
    if (auto stored = site_store::update(session, *site); !stored) return fail(stored.error());
    auto appended = deps_.bus.append(session, {.name = "site.updated", .occurred_at = site->updated_at, .customer_id = site->customer_id,
                                               .site_id = id, .resource_id = id.to_string(), .data = {{"name", site->name}}});
    if (!appended) return fail(appended.error());
    return site;
  });
  if (updated) deps_.live.refresh(*updated);
  return updated;
}

Result<Site> SiteService::allow_takeover(const Tenant& tenant, SiteId id, std::chrono::minutes window) {
  return write_again(deps_.database, [&](db::Session& session) -> Result<Site> {
    auto site = site_store::find_for_update(session, tenant, id);
    if (!site) return site;
    site->updated_at = deps_.clock.now();
    site->takeover_until = site->updated_at + window;
    if (auto stored = site_store::update(session, *site); !stored) return fail(stored.error());
    return site;
  });
}

void SiteService::touch_recent(const Tenant& tenant, UserId user, SiteId site) {
  const Timestamp now = deps_.clock.now();
  {
    auto visits = visits_.lock();
    if (visits->size() > kRememberedVisits) visits->clear();
    auto [entry, fresh] = visits->try_emplace({user, site}, now);
    if (!fresh && now - entry->second < std::chrono::minutes(1)) return;
    entry->second = now;
  }
  deps_.database.write_async(
      [=](db::Session& session) { return site_store::touch_recent(session, tenant, user, site, now); },
      [site](Status status) {
        if (!status) log::warning("a visit was not remembered", {{"site", site.to_string()}, log::of(status.error())});
      });
}

Result<std::vector<site_store::RecentSite>> SiteService::recent(const Tenant& tenant, UserId user) {
  auto recent = deps_.database.read([&](db::Session& session) { return site_store::recent(session, tenant, user, kRecentShown); });
  if (recent)
    for (auto& entry : *recent) deps_.live.refresh(entry.site);
  return recent;
}

Result<std::vector<UptimeHour>> SiteService::uptime(const Tenant& tenant, SiteId id, std::chrono::seconds heartbeat_period, int hours) {
  return deps_.database.read([&](db::Session& session) -> Result<std::vector<UptimeHour>> {
    const auto site = site_store::find(session, tenant, id);
    if (!site) return fail(site.error());
    return uptime_hours(session, *site, deps_.clock.now(), heartbeat_period, hours);
  });
}

Result<std::vector<site_store::SiteName>> SiteService::names_by_id(const Tenant& tenant, std::optional<SiteId> after, int limit) {
  return deps_.database.read([&](db::Session& session) { return site_store::names_by_id(session, tenant, after, limit); });
}

Result<std::vector<SiteId>> SiteService::ids_of_customer(CustomerId customer) {
  return deps_.database.read([&](db::Session& session) { return site_store::ids_of_customer(session, customer); });
}

Result<std::vector<Site>> SiteService::sites_of_customer(CustomerId customer, bool with_deleting) {
  auto sites = deps_.database.read([&](db::Session& session) {
    return site_list::find(session, Tenant{customer}, {.with_deleting = with_deleting, .limit = 100'000}, nullptr);
  });
  if (sites) deps_.live.refresh(*sites);
  return sites;
}

Result<std::vector<SiteId>> SiteService::online_ids(std::optional<CustomerId> customer) {
  return deps_.database.read([&](db::Session& session) { return site_store::online_ids(session, customer); });
}

Result<std::vector<std::int64_t>> SiteService::adopted_counts(const std::vector<CustomerId>& customers) {
  return deps_.database.read([&](db::Session& session) { return site_store::adopted_counts(session, customers); });
}

}  // namespace openstrat::fleet
