#include "base/attributes.hpp"
#include "fleet/site_dto.hpp"

namespace openstrat::fleet {
namespace {

std::optional<std::string> unless_empty(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

}  // namespace

SiteView to_view(const Site& site, Timestamp now) {
  SiteView view;
  view.id = site.id, view.pid = site.pid, view.name = site.name, view.address = site.address;
  view.has_pulse = site.has_pulse;
  const SiteFacts& facts = site.facts;
  const SitePulse& pulse = site.pulse;
  if (site.has_pulse && pulse.uptime_seconds) {
    const auto since_then = pulse.last_seen_at ? now - *pulse.last_seen_at : Duration{};
    view.uptime = human_duration(std::chrono::seconds(*pulse.uptime_seconds) + since_then);
  }
  view.architecture_name = facts.architecture_name, view.hardware_hash = facts.hardware_hash;
  view.serial_number = facts.serial_number, view.software_version = facts.software_version;
  view.software_id = facts.software_id, view.identity = facts.identity, view.model = facts.model;
  view.board_name = facts.board_name, view.routerboard = facts.routerboard;
  view.last_seen_from = unless_empty(pulse.last_seen_from);
  if (pulse.last_seen_at) view.last_seen = human_relative(*pulse.last_seen_at, now);
  view.last_seen_at = pulse.last_seen_at;
  view.created_at = site.created_at, view.updated_at = site.updated_at, view.deleted_at = site.deleted_at;
  if (site.scheduler_removal_at) view.scheduler_removal = human_relative(*site.scheduler_removal_at, now);
  view.lat = site.lat, view.lng = site.lng, view.timezone = site.timezone;
  view.policy_id = site.policy_id, view.runbook_id = site.runbook_id, view.state = site.state();
  return view;
}

SiteView to_view(const Site& site, Timestamp now, SiteFacets facets) {
  SiteView view = to_view(site, now);
  view.open_faults = facets.open_faults;
  view.last_backup_at = facets.last_backup_at;
  view.tags = std::move(facets.tags);
  return view;
}

std::optional<TagFilter> TagFilter::parse(std::string_view text) {
  if (!text.starts_with("tag_")) return std::nullopt;
  const auto colon = text.find(':');
  TagFilter filter{.choice = {.tag_id = std::string(text.substr(0, colon)), .value = {}}};
  if (colon != text.npos && colon + 1 < text.size()) filter.choice.value = std::string(text.substr(colon + 1));
  return filter;
}

SiteFilter to_filter(const SiteFilterQuery& query, std::optional<SiteSortOrder> order) {
  SiteFilter filter{.search = query.search.value_or(""), .state = query.status, .models = query.model, .versions = query.version,
                    .has_fault = query.has_fault, .policy_id = query.policy_id};
  for (const auto& tag : query.tag) filter.tags.push_back(tag.choice);
  const int code = order ? static_cast<int>(*order) : 0;
  filter.sort = static_cast<SiteSort>(code / 2);
  filter.descending = code % 2 != 0;
  return filter;
}

std::vector<SiteView> to_views(const std::vector<Site>& sites, Timestamp now) {
  std::vector<SiteView> views;
  views.reserve(sites.size());
  for (const Site& site : sites) views.push_back(to_view(site, now));
  return views;
}

SiteVersionView to_version_view(const Site& site) {
  SiteVersionView view{.id = site.id, .name = site.name, .software_version = site.facts.software_version,
                       .architecture_name = site.facts.architecture_name, .board_name = site.facts.board_name, .model = site.facts.model};
  if (const auto oem = Attributes::from_json(site.facts.oem)) {
    view.current_firmware = oem->text("current-firmware");
    view.upgrade_firmware = oem->text("upgrade-firmware");
    view.factory_firmware = oem->text("factory-firmware");
  }
  view.firmware_upgrade_available =
      view.current_firmware && view.upgrade_firmware && *view.current_firmware != *view.upgrade_firmware;
  return view;
}

}  // namespace openstrat::fleet
