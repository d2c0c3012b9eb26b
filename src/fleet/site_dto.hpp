// Sites and runbooks on the wire.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "fleet/site_facets.hpp"
#include "fleet/site_list.hpp"
#include "fleet/types.hpp"
#include "http/dto.hpp"
#include "http/pagination.hpp"

namespace openstrat::fleet {

struct SiteView {
  SiteId id;
  std::string pid, name;
  std::optional<std::string> address;
  bool has_pulse = false;
  std::optional<std::string> uptime, architecture_name, hardware_hash, serial_number, software_version, software_id, identity, model, board_name;
  std::optional<bool> routerboard;
  std::optional<std::string> last_seen_from, last_seen;
  std::optional<Timestamp> last_seen_at;
  Timestamp created_at{}, updated_at{};
  std::optional<Timestamp> deleted_at;
  std::optional<std::string> scheduler_removal;
  std::optional<double> lat, lng;
  std::optional<std::string> timezone;
  std::optional<PolicyId> policy_id;
  std::optional<RunbookId> runbook_id;
  SiteState state = SiteState::pending;
  std::optional<std::string> bootstrap_command;
  std::optional<std::int64_t> open_faults;
  std::optional<std::optional<Timestamp>> last_backup_at;
  std::optional<std::vector<SiteTag>> tags;
};
SiteView to_view(const Site& site, Timestamp now);
/// With what other areas know.
SiteView to_view(const Site& site, Timestamp now, SiteFacets facets);
std::vector<SiteView> to_views(const std::vector<Site>& sites, Timestamp now);

struct SiteMinimalView {
  SiteId id;
  std::string pid, name;
  bool has_pulse = false;
  std::optional<std::string> software_version, software_id, serial_number;
  Timestamp created_at{};
};

struct RecentSiteView {
  SiteId id;
  std::string pid, name;
  std::optional<std::string> model, version, ip_address;
  bool online = false;
  std::optional<std::string> last_seen;
  Timestamp accessed_at{};
};

struct SiteVersionView {
  SiteId id;
  std::string name;
  std::optional<std::string> software_version, architecture_name, board_name, model, current_firmware, upgrade_firmware, factory_firmware;
  bool firmware_upgrade_available = false;
};
SiteVersionView to_version_view(const Site& site);

struct UptimeHourView {
  std::string time_formatted, date_formatted;
  double missed_heartbeats_percentage = 0, total_minutes_down = 0;
};

/// Twice SiteSort, plus one when descending.
enum class SiteSortOrder {};
constexpr SiteSortOrder sort_order(SiteSort sort, bool descending = false) {
  return static_cast<SiteSortOrder>(2 * static_cast<int>(sort) + (descending ? 1 : 0));
}

/// `tag_…`, or `tag_…:value`.
struct TagFilter {
  static constexpr std::string_view kFormat = "tag";
  static constexpr std::string_view kExpected = "a tag id, or a tag id and a value: tag_…:value";
  TagChoice choice;
  static std::optional<TagFilter> parse(std::string_view text);
  std::string to_string() const { return choice.tag_id + (choice.value ? ":" + *choice.value : ""); }
};

/// Which sites a list or a choice of sites has.
struct SiteFilterQuery {
  std::optional<std::string> search;
  std::optional<SiteState> status;
  std::vector<std::string> model, version;
  std::vector<TagFilter> tag;
  std::optional<bool> has_fault;
  std::optional<PolicyId> policy_id;
};
SiteFilter to_filter(const SiteFilterQuery& query, std::optional<SiteSortOrder> order = std::nullopt);

struct SiteRequest { SiteRef site; };
struct DeleteSiteRequest { SiteRef site; bool force = false; };
struct ListSitesRequest {
  SiteFilterQuery filter;
  std::optional<SiteSortOrder> sort;
  http::PageQueryUpTo<500> paging;
  std::optional<std::string> cursor;
};
struct SiteIdsRequest { SiteFilterQuery filter; std::optional<SiteSortOrder> sort; };
struct CreateSiteRequest {
  std::string name;
  std::optional<SiteId> id;
  std::optional<CustomerId> customer_id;
  std::optional<RunbookId> runbook_id;
  std::optional<PolicyId> policy_id;
  std::optional<std::string> address, timezone;
  std::optional<double> lat, lng;
};
struct UpdateSiteRequest {
  SiteRef site;
  std::optional<std::string> name;
  std::optional<std::optional<std::string>> address, timezone;
  std::optional<std::optional<double>> lat, lng, latitude, longitude;
};
struct TakeoverRequest { SiteRef site; int minutes = 30; };

struct RunbookView { RunbookId id; std::string name, bootstrap_command; PolicyId policy_id; bool disabled = false; Timestamp created_at{}; };
struct RunbookRequest { RunbookId runbook; };
struct CreateRunbookRequest { std::string name; };
struct UpdateRunbookRequest { RunbookId runbook; std::optional<std::string> name; std::optional<bool> disabled; };

struct CustomerRequest { CustomerId customer; bool with_deleted = false; };
struct OnlineSitesRequest { std::optional<CustomerId> customer_id; };
struct SiteCountsRequest { std::vector<CustomerId> customers; };

}  // namespace openstrat::fleet

namespace openstrat {

template <>
struct http::EnumNames<fleet::SiteState> {
  static constexpr EnumName table[] = {{"pending", fleet::SiteState::pending}, {"online", fleet::SiteState::online},
                                       {"offline", fleet::SiteState::offline}, {"deleting", fleet::SiteState::deleting}};
};
template <>
struct http::EnumNames<fleet::SiteSortOrder> {
  static constexpr EnumName table[] = {{"name", fleet::sort_order(fleet::SiteSort::name)}, {"-name", fleet::sort_order(fleet::SiteSort::name, true)},
                                       {"created_at", fleet::sort_order(fleet::SiteSort::created_at)}, {"-created_at", fleet::sort_order(fleet::SiteSort::created_at, true)},
                                       {"last_seen_at", fleet::sort_order(fleet::SiteSort::last_seen_at)}, {"-last_seen_at", fleet::sort_order(fleet::SiteSort::last_seen_at, true)},
                                       {"state", fleet::sort_order(fleet::SiteSort::state)}, {"-state", fleet::sort_order(fleet::SiteSort::state, true)},
                                       {"model", fleet::sort_order(fleet::SiteSort::model)}, {"-model", fleet::sort_order(fleet::SiteSort::model, true)},
                                       {"version", fleet::sort_order(fleet::SiteSort::version)}, {"-version", fleet::sort_order(fleet::SiteSort::version, true)}};
};

template <>
struct http::Fields<fleet::SiteTag> {
  using V = fleet::SiteTag;
  static constexpr auto table = fields<V>("SiteTag", body<&V::tag_id>("tag_id", "`tag_…`"), body<&V::name>("name", "key of the tag"),
      body<&V::colour>("colour", "`#RRGGBB`"), body<&V::value>("value", "on this site"));
};
template <>
struct http::Fields<fleet::SiteView> {
  using V = fleet::SiteView;
  static constexpr auto table = fields<V>(
      "Site", body<&V::id>("id", "UUID"), body<&V::pid>("pid", "prefixed, time-sortable id"), body<&V::name>("name", "name"),
      body<&V::address>("address", "postal address, null until set"), body<&V::has_pulse>("has_pulse", "whether heartbeats arrive"),
      body<&V::uptime>("uptime", "of the router, as text (\"2 days, 5 hours, 10 minutes\"); null without a recent heartbeat"),
      body<&V::architecture_name>("architecture_name", "CPU architecture"),
      body<&V::hardware_hash>("hardware_hash", "hex SHA-1 of the hardware's identifier"),
      body<&V::serial_number>("serial_number", "serial number, or the system id of a CHR"),
      body<&V::software_version>("software_version", "RouterOS version without channel"), body<&V::software_id>("software_id", "licence id"),
      body<&V::identity>("identity", "/system identity name"), body<&V::model>("model", "model"), body<&V::board_name>("board_name", "board name"),
      body<&V::routerboard>("routerboard", "genuine RouterBOARD"),
      body<&V::last_seen_from>("last_seen_from", "public source address of the last heartbeat"),
      body<&V::last_seen>("last_seen", "age of the last heartbeat as text"), body<&V::last_seen_at>("last_seen_at", "time of the last heartbeat"),
      body<&V::created_at>("created_at", "creation"), body<&V::updated_at>("updated_at", "last change"),
      body<&V::deleted_at>("deleted_at", "when the deletion was asked for"),
      body<&V::scheduler_removal>("scheduler_removal", "time until the router is cleaned up, as text; null unless deleting"),
      body<&V::lat>("lat", "latitude in degrees"), body<&V::lng>("lng", "longitude in degrees"), body<&V::timezone>("timezone", "IANA time zone"),
      body<&V::policy_id>("policy_id", "control-plane policy"), body<&V::runbook_id>("runbook_id", "runbook that adopted it"),
      body<&V::state>("state", "life-cycle state"),
      body<&V::bootstrap_command>("bootstrap_command", "for the router's terminal; only in the answer of a creation").omit_null(),
      body<&V::open_faults>("open_faults", "disturbances that go on; only in lists").omit_null(),
      body<&V::last_backup_at>("last_backup_at", "last stored backup; null: none yet; only in lists"), body<&V::tags>("tags", "by name; only in lists").omit_null());
};
template <>
struct http::Fields<fleet::SiteMinimalView> {
  using V = fleet::SiteMinimalView;
  static constexpr auto table = fields<V>("SiteMinimal", body<&V::id>("id", "UUID"), body<&V::pid>("pid", "prefixed id"),
      body<&V::name>("name", "name"), body<&V::has_pulse>("has_pulse", "whether heartbeats arrive"),
      body<&V::software_version>("software_version", "RouterOS version"), body<&V::software_id>("software_id", "licence id"),
      body<&V::serial_number>("serial_number", "serial number"), body<&V::created_at>("created_at", "creation"));
};
template <>
struct http::Fields<fleet::RecentSiteView> {
  using V = fleet::RecentSiteView;
  static constexpr auto table = fields<V>("RecentSite", body<&V::id>("id", "UUID"), body<&V::pid>("pid", "prefixed id"), body<&V::name>("name", "name"),
      body<&V::model>("model", "model"), body<&V::version>("version", "RouterOS version"),
      body<&V::ip_address>("ip_address", "public address of the last heartbeat"), body<&V::online>("online", "whether heartbeats arrive"),
      body<&V::last_seen>("last_seen", "age of the last heartbeat as text"), body<&V::accessed_at>("accessed_at", "when you last opened it"));
};
template <>
struct http::Fields<fleet::SiteVersionView> {
  using V = fleet::SiteVersionView;
  static constexpr auto table = fields<V>("SiteVersion", body<&V::id>("id", "UUID"), body<&V::name>("name", "name"),
      body<&V::software_version>("software_version", "RouterOS version"), body<&V::architecture_name>("architecture_name", "CPU architecture"),
      body<&V::board_name>("board_name", "board name"), body<&V::model>("model", "model"),
      body<&V::current_firmware>("current_firmware", "RouterBOOT version that runs"),
      body<&V::upgrade_firmware>("upgrade_firmware", "RouterBOOT version that an upgrade would install"),
      body<&V::factory_firmware>("factory_firmware", "RouterBOOT version from the factory"),
      body<&V::firmware_upgrade_available>("firmware_upgrade_available", "whether current and upgrade firmware differ"));
};
template <>
struct http::Fields<fleet::UptimeHourView> {
  using V = fleet::UptimeHourView;
  static constexpr auto table = fields<V>("UptimeHour", body<&V::time_formatted>("time_formatted", "start of the hour, your time zone").example("14:00"),
      body<&V::date_formatted>("date_formatted", "day of the hour, your time zone").example("07 Apr"),
      body<&V::missed_heartbeats_percentage>("missed_heartbeats_percentage", "0–100"),
      body<&V::total_minutes_down>("total_minutes_down", "0–60"));
};
template <>
struct http::Fields<fleet::SiteRequest> {
  using V = fleet::SiteRequest;
  static constexpr auto table = fields<V>("SiteRequest", path<&V::site>("site", "UUID or `site_…`"));
};
template <>
struct http::Fields<fleet::DeleteSiteRequest> {
  using V = fleet::DeleteSiteRequest;
  static constexpr auto table = fields<V>("DeleteSite", path<&V::site>("site", "UUID or `site_…`"),
      header<&V::force>("X-Force-Delete", "purge at once, without grace period; the router is cleaned up at its next poll, if it ever polls again"));
};
template <>
struct http::Fields<fleet::SiteFilterQuery> {
  using V = fleet::SiteFilterQuery;
  static constexpr auto table = fields<V>("SiteFilterQuery",
      query<&V::search>("search", "in name, identity, model, serial number and address").length(1, 100),
      query<&V::status>("status", "only sites in this state"), query<&V::model>("model", "only these models").items(20),
      query<&V::version>("version", "only these RouterOS versions").items(20),
      query<&V::tag>("tag", "only sites with this tag (`tag_…`), or with this value of it (`tag_…:value`); of several: all").items(10),
      query<&V::has_fault>("has_fault", "whether a disturbance goes on"), query<&V::policy_id>("policy_id", "only sites with this control-plane policy"));
};
template <>
struct http::Fields<fleet::ListSitesRequest> {
  using V = fleet::ListSitesRequest;
  static constexpr auto table = fields<V>("ListSites", include<&V::filter>(),
      query<&V::sort>("sort", "order, descending with a minus; by name if absent"), include<&V::paging>(),
      query<&V::cursor>("cursor", "goes on where the last answer's `Link: rel=\"next\"` points").length(1, 2048));
};
template <>
struct http::Fields<fleet::SiteIdsRequest> {
  using V = fleet::SiteIdsRequest;
  static constexpr auto table = fields<V>("SiteIds", include<&V::filter>(), query<&V::sort>("sort", "order, descending with a minus; by name if absent"));
};
template <>
struct http::Fields<fleet::CreateSiteRequest> {
  using V = fleet::CreateSiteRequest;
  static constexpr auto table = fields<V>("CreateSite", body<&V::name>("name", "name").required().length(3, 100),
      body<&V::id>("id", "keeps an id at a migration"), body<&V::customer_id>("customer_id", "team; internal callers only"),
      body<&V::runbook_id>("runbook_id", "runbook whose policy the site gets"), body<&V::policy_id>("policy_id", "control-plane policy"),
      body<&V::address>("address", "postal address").length(0, 255), body<&V::timezone>("timezone", "IANA time zone"),
      body<&V::lat>("lat", "latitude in degrees").range(-90, 90), body<&V::lng>("lng", "longitude in degrees").range(-180, 180));
};
template <>
struct http::Fields<fleet::UpdateSiteRequest> {
  using V = fleet::UpdateSiteRequest;
  static constexpr auto table = fields<V>("UpdateSite", path<&V::site>("site", "UUID or `site_…`"), body<&V::name>("name", "name").length(3, 100),
      body<&V::address>("address", "postal address; null clears").length(0, 255), body<&V::timezone>("timezone", "IANA time zone; null clears"),
      body<&V::lat>("lat", "latitude in degrees; null clears").range(-90, 90), body<&V::lng>("lng", "longitude in degrees; null clears").range(-180, 180),
      body<&V::latitude>("latitude", "other name of `lat`").range(-90, 90), body<&V::longitude>("longitude", "other name of `lng`").range(-180, 180));
};
template <>
struct http::Fields<fleet::TakeoverRequest> {
  using V = fleet::TakeoverRequest;
  static constexpr auto table = fields<V>("AllowTakeover", path<&V::site>("site", "UUID or `site_…`"),
      body<&V::minutes>("minutes", "how long, 30 if absent").range(1, 1440));
};
template <>
struct http::Fields<fleet::RunbookView> {
  using V = fleet::RunbookView;
  static constexpr auto table = fields<V>("Runbook", body<&V::id>("id", "UUID"), body<&V::name>("name", "name"),
      body<&V::bootstrap_command>("bootstrap_command", "the line for the router's terminal; holds the secret token"),
      body<&V::policy_id>("policy_id", "control-plane policy that adopted sites get"), body<&V::disabled>("disabled", "whether the token is refused"),
      body<&V::created_at>("created_at", "creation"));
};
template <>
struct http::Fields<fleet::RunbookRequest> {
  using V = fleet::RunbookRequest;
  static constexpr auto table = fields<V>("RunbookRequest", path<&V::runbook>("runbook", "UUID"));
};
template <>
struct http::Fields<fleet::CreateRunbookRequest> {
  using V = fleet::CreateRunbookRequest;
  static constexpr auto table = fields<V>("CreateRunbook", body<&V::name>("name", "what routers say at their adoption").required().length(1, 100));
};
template <>
struct http::Fields<fleet::UpdateRunbookRequest> {
  using V = fleet::UpdateRunbookRequest;
  static constexpr auto table = fields<V>("UpdateRunbook", path<&V::runbook>("runbook", "UUID"), body<&V::name>("name", "new name").length(1, 100),
      body<&V::disabled>("disabled", "whether the token is refused; adopted sites are not touched"));
};
template <>
struct http::Fields<fleet::CustomerRequest> {
  using V = fleet::CustomerRequest;
  static constexpr auto table = fields<V>("CustomerRequest", path<&V::customer>("customer", "team id"),
      query<&V::with_deleted>("with_deleted", "include sites that are being deleted"));
};
template <>
struct http::Fields<fleet::OnlineSitesRequest> {
  using V = fleet::OnlineSitesRequest;
  static constexpr auto table = fields<V>("OnlineSites", query<&V::customer_id>("customer_id", "only this team"));
};
template <>
struct http::Fields<fleet::SiteCountsRequest> {
  using V = fleet::SiteCountsRequest;
  static constexpr auto table = fields<V>("SiteCounts", body<&V::customers>("customers", "team ids").required().items(1, 1000));
};

}  // namespace openstrat
