#include <cmath>

#include "base/attributes.hpp"
#include "base/text.hpp"
#include "fleet/developer_dto.hpp"
#include "fleet/routes.hpp"
#include "fleet/site_service.hpp"
#include "http/router.hpp"

namespace openstrat::fleet {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr int kMostRouters = 5000;

std::optional<std::int64_t> number_of(const Attributes& oem, std::string_view key) {
  const auto text = oem.text(key);
  return text ? text::parse_int(*text) : std::nullopt;
}

OemView to_oem_view(const Site& site) {
  const Attributes oem = Attributes::from_json(site.facts.oem).value_or(Attributes{});
  const auto either = [&](std::string_view a, std::string_view b) { return oem.text(a) ? oem.text(a) : oem.text(b); };
  return {.platform = oem.text("platform"), .model = site.facts.model, .board_name = site.facts.board_name,
          .serial_number = site.facts.serial_number, .architecture_name = site.facts.architecture_name, .cpu = oem.text("cpu"),
          .cpu_count = number_of(oem, "cpu-count"), .cpu_frequency = number_of(oem, "cpu-frequency"),
          .total_memory = number_of(oem, "total-memory"), .total_hdd_space = number_of(oem, "total-hdd-space"),
          .software_id = site.facts.software_id, .license_level = either("nlevel", "level"), .software_version = site.facts.software_version,
          .build_time = oem.text("build-time"), .factory_software = oem.text("factory-software"), .factory_firmware = oem.text("factory-firmware"),
          .current_firmware = oem.text("current-firmware"), .upgrade_firmware = oem.text("upgrade-firmware"),
          .firmware_type = oem.text("firmware-type"), .routerboard = site.facts.routerboard};
}

double two_decimals(double value) { return std::round(value * 100) / 100; }

}  // namespace

void add_developer_routes(http::Router& router, const Services& s) {
  router.add<http::NoFields, Success<std::vector<DeveloperRouterView>>>(Method::get, "/api/routers", {
      .family = "Developer API", .summary = "Retrieve a list of routers", .description = "The routers of the key's team, by name.",
      .auth = Auth::api_key, .scope = "site:view",
      .handle = [s](Call& call, http::NoFields) -> Result<Success<std::vector<DeveloperRouterView>>> {
        const auto page = s.sites.list(call.tenant(), {.limit = kMostRouters});
        if (!page) return fail(page.error());
        Success<std::vector<DeveloperRouterView>> view;
        view.data.reserve(page->sites.size());
        for (const Site& site : page->sites) {
          const auto& from = site.pulse.last_seen_from;
          view.data.push_back({.id = site.id, .name = site.name, .online = site.has_pulse, .last_seen_at = site.pulse.last_seen_at,
                               .ip_address = from.empty() ? std::nullopt : std::optional(from), .model = site.facts.model,
                               .serial_number = site.facts.serial_number, .software_version = site.facts.software_version,
                               .created_at = site.created_at});
        }
        return view;
      }});

  router.add<DeveloperRouterRequest, Success<OemView>>(Method::get, "/api/routers/{router_id}/oem", {
      .family = "Developer API", .summary = "Retrieve OEM information", .auth = Auth::api_key, .scope = "site:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, DeveloperRouterRequest request) -> Result<Success<OemView>> {
        const auto site = s.sites.find(call.tenant(), request.router.text);
        if (!site) return fail(site.error());
        return Success<OemView>{.data = to_oem_view(*site)};
      }});

  router.add<DeveloperRouterRequest, Success<MetadataView>>(Method::get, "/api/routers/{router_id}/metadata", {
      .family = "Developer API", .summary = "Retrieve router metadata", .auth = Auth::api_key, .scope = "site:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, DeveloperRouterRequest request) -> Result<Success<MetadataView>> {
        const auto site = s.sites.find(call.tenant(), request.router.text);
        if (!site) return fail(site.error());
        auto facets = s.sites.facets(call.tenant(), site->id);
        if (!facets) return fail(facets.error());
        auto metadata = s.sites.metadata(call.tenant(), site->id);
        if (!metadata) return fail(metadata.error());
        const auto banner = metadata->text("banner");
        return Success<MetadataView>{.data = {.name = site->name, .timezone = site->timezone, .location = {.lat = site->lat, .lon = site->lng},
                                              .tags = std::move(facets->tags), .banner = banner, .metadata = std::move(*metadata)}};
      }});

  router.add<DeveloperRouterRequest, Success<std::vector<DowntimeHourView>>>(Method::get, "/api/routers/{router_id}/metrics", {
      .family = "Developer API", .summary = "Retrieve router metrics",
      .description = "Downtime of the last 24 hours, one entry an hour, oldest first; none before the adoption.",
      .auth = Auth::api_key, .scope = "site:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, DeveloperRouterRequest request) -> Result<Success<std::vector<DowntimeHourView>>> {
        const auto site = s.sites.find(call.tenant(), request.router.text);
        if (!site) return fail(site.error());
        const auto hours = s.sites.uptime(call.tenant(), site->id, s.settings.heartbeat_period);
        if (!hours) return fail(hours.error());
        Success<std::vector<DowntimeHourView>> view;
        for (const UptimeHour& hour : *hours)
          view.data.push_back({.date = to_iso8601_offset(hour.start), .minutes_down = two_decimals(hour.minutes_down),
                               .percentage_down = two_decimals(hour.missed_percentage)});
        return view;
      }});
}

}  // namespace openstrat::fleet
