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
