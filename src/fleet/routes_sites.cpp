#include "audit/audit_service.hpp"
#include "fleet/adoption_service.hpp"
#include "fleet/routes.hpp"
#include "fleet/site_dto.hpp"
#include "fleet/site_removal.hpp"
#include "fleet/site_service.hpp"
#include "http/router.hpp"

namespace openstrat::fleet {
namespace {

using http::Auth;
using http::Call;
using http::Method;
using http::Principal;

constexpr Auth kUsers = Auth::bearer | Auth::api_key;
constexpr std::string_view kFamily = "Sites";

std::optional<std::optional<double>> first_given(const std::optional<std::optional<double>>& a, const std::optional<std::optional<double>>& b) {
  return a ? a : b;
}

/// What people set, for the audit log.
std::string details_of(const Site& site) {
  Attributes details{{"name", site.name}};
  if (site.address) details.set("address", *site.address);
  if (site.lat) details.set("lat", *site.lat);
  if (site.lng) details.set("lng", *site.lng);
  if (site.timezone) details.set("timezone", *site.timezone);
  return details.to_json();
}

void add_reading(http::Router& router, const Services& s) {
  router.add<http::NoFields, std::vector<RecentSiteView>>(Method::get, "/sites/recent", {
      .family = kFamily, .summary = "Get Recent Sites", .description = "The five sites you opened last, newest first.",
      .auth = Auth::bearer, .scope = "-",
      .handle = [s](Call& call, http::NoFields) -> Result<std::vector<RecentSiteView>> {
        const auto recent = s.sites.recent(call.tenant(), *call.principal.user_id);
        if (!recent) return fail(recent.error());
        std::vector<RecentSiteView> views;
        for (const auto& [site, accessed_at] : *recent) {
          const SiteView view = to_view(site, call.now);
          views.push_back({.id = site.id, .pid = site.pid, .name = site.name, .model = site.facts.model, .version = site.facts.software_version,
                           .ip_address = view.last_seen_from, .online = site.has_pulse, .last_seen = view.last_seen, .accessed_at = accessed_at});
        }
        return views;
      }});

  router.add<SiteRequest, SiteView>(Method::get, "/sites/{site}", {
      .family = kFamily, .summary = "Get Site Details", .aliases = {"/site/{site}"}, .auth = kUsers, .scope = "site:view",
      .errors = {Errc::not_found},
      .handle = [s](Call& call, SiteRequest request) -> Result<SiteView> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        if (call.principal.kind == Principal::Kind::user) s.sites.touch_recent(call.tenant(), *call.principal.user_id, site->id);
        return to_view(*site, call.now);
      }});

  router.add<SiteRequest, std::vector<UptimeHourView>>(Method::get, "/site/mikrotik-stats/{site}", {
      .family = kFamily, .summary = "Get Site Hourly Uptime Stats",
      .description = "The last 24 hours, oldest first, in your time zone; the current hour as far as it went. Hours before the adoption are left out, and time in "
                     "which the platform itself was down counts for nobody.",
      .auth = kUsers, .scope = "site:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, SiteRequest request) -> Result<std::vector<UptimeHourView>> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto hours = s.sites.uptime(call.tenant(), site->id, s.settings.heartbeat_period);
        if (!hours) return fail(hours.error());
        std::vector<UptimeHourView> views;
        for (const UptimeHour& hour : *hours)
          views.push_back({.time_formatted = format_in_zone(hour.start, call.principal.timezone, "%H:%M"),
                           .date_formatted = format_in_zone(hour.start, call.principal.timezone, "%d %b"),
                           .missed_heartbeats_percentage = hour.missed_percentage, .total_minutes_down = hour.minutes_down});
        return views;
      }});

  router.add<SiteRequest, SiteVersionView>(Method::get, "/sites/{site}/version", {
      .family = kFamily, .summary = "Get Site Version Info", .auth = kUsers | Auth::internal, .scope = "site:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, SiteRequest request) -> Result<SiteVersionView> {
        const auto id = SiteId::parse(request.site.text);
        const auto site = call.principal.kind == Principal::Kind::internal && id ? s.sites.find_internal(*id)
                                                                                 : s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        return to_version_view(*site);
      }});
}

void add_writing(http::Router& router, const Services& s) {
  router.add<CreateSiteRequest, SiteView>(Method::post, "/sites", {
      .family = kFamily, .summary = "Manually Create Site (Internal/Admin)",
      .description = "A site that waits for its router. The answer carries a command that adopts one router into this very site, valid once and for 7 days.",
      .auth = Auth::bearer | Auth::internal, .scope = "site:create", .status = 201, .errors = {Errc::conflict},
      .handle = [s](Call& call, CreateSiteRequest request) -> Result<SiteView> {
        Tenant tenant = call.tenant();
        if (call.principal.kind == Principal::Kind::internal) {
          if (!request.customer_id) return invalid_field("customer_id", "is required from internal callers");
          tenant = Tenant{*request.customer_id};
        } else if (request.customer_id && *request.customer_id != tenant.customer_id) {
          return invalid_field("customer_id", "is for internal callers; sites are created in your active team");
        }
        auto created = s.sites.create(tenant, {.id = request.id, .name = std::move(request.name), .runbook_id = request.runbook_id,
                                               .policy_id = request.policy_id, .address = std::move(request.address), .lat = request.lat,
                                               .lng = request.lng, .timezone = std::move(request.timezone)});
        if (!created) return fail(created.error());
        SiteView view = to_view(created->site, call.now);
        view.bootstrap_command = std::move(created->bootstrap_command);
        call.reply.headers.set("Cache-Control", "no-store");
        return view;
      }});

  router.add<UpdateSiteRequest, SiteView>(Method::put, "/sites/{site}", {
      .family = kFamily, .summary = "Update Site Details", .description = "Absent fields stay as they are.",
      .aliases = {"/site/{site}", "PATCH:/sites/{site}"}, .auth = kUsers, .scope = "site:update", .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, UpdateSiteRequest request) -> Result<SiteView> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto updated = s.sites.update(call.tenant(), site->id,
                                            {.name = std::move(request.name), .address = std::move(request.address),
                                             .lat = first_given(request.lat, request.latitude), .lng = first_given(request.lng, request.longitude),
                                             .timezone = std::move(request.timezone)});
        if (!updated) return fail(updated.error());
        call.audit_note = audit::change_note(details_of(*site), details_of(*updated));
        return to_view(*updated, call.now);
      }});

  router.add<DeleteSiteRequest, http::JsonText>(Method::delete_, "/sites/{site}", {
      .family = kFamily, .summary = "Delete Site",
      .description = "Starts the deletion: 202 with the site. During the grace period the router is cleaned up and the deletion can be cancelled "
                     "(POST /sites/{site}/restore). Forced, or when no router was ever adopted: 204, everything is gone at once.",
      .aliases = {"/site/{site}"}, .auth = kUsers, .scope = "site:delete", .status = 202, .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, DeleteSiteRequest request) -> Result<http::JsonText> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto removed = s.removal.remove(call.tenant(), site->id, request.force ? SiteRemoval::Force::yes : SiteRemoval::Force::no);
        if (removed) call.audit_note = audit::change_note(details_of(*site), {});
        if (!removed) return fail(removed.error());
        if (!*removed) {
          call.reply.status = 204;
          return http::JsonText{};
        }
        return http::JsonText{http::to_json(to_view(**removed, call.now))};
      }});

  router.add<SiteRequest, SiteView>(Method::post, "/sites/{site}/restore", {
      .family = "Sites", .summary = "Restore a deleting site", .description = "Cancels a deletion during its grace period.",
      .auth = Auth::bearer, .scope = "site:delete", .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, SiteRequest request) -> Result<SiteView> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto restored = s.removal.restore(call.tenant(), site->id);
        if (!restored) return fail(restored.error());
        return to_view(*restored, call.now);
      }});

  router.add<TakeoverRequest, SiteView>(Method::post, "/sites/{site}/allow-takeover", {
      .family = "Sites", .summary = "Allow a router to take over an online site",
      .description = "While a site is online, its hardware can only be adopted again from the same public address or with its current token. "
                     "This opens a window in which that proof is not asked for, for example when a router moves to another uplink after a reset.",
      .auth = Auth::bearer, .scope = "site:update", .errors = {Errc::not_found},
      .handle = [s](Call& call, TakeoverRequest request) -> Result<SiteView> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto opened = s.sites.allow_takeover(call.tenant(), site->id, std::chrono::minutes(request.minutes));
        if (!opened) return fail(opened.error());
        return to_view(*opened, call.now);
      }});
}

}  // namespace

void add_site_routes(http::Router& router, const Services& services) {
  add_reading(router, services);
  add_writing(router, services);
  add_site_list_routes(router, services);
  add_runbook_routes(router, services);
  add_adoption_routes(router, services);
}

void add_routes(http::Router& router, const Services& services) {
  add_site_routes(router, services);
  add_job_routes(router, services);
  add_device_routes(router, services);
  add_developer_routes(router, services);
  add_internal_routes(router, services);
}

}  // namespace openstrat::fleet
