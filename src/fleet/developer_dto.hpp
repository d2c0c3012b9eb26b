// Routers in the form of the Developer API.
#pragma once

#include "fleet/job_dto.hpp"

namespace openstrat::fleet {

struct DeveloperRouterRequest { SiteRef router; };

struct DeveloperRouterView {
  SiteId id;
  std::string name;
  bool online = false;
  std::optional<Timestamp> last_seen_at;
  std::optional<std::string> ip_address, model, serial_number, software_version;
  Timestamp created_at{};
};

struct OemView {
  std::string manufacturer = "MikroTik";
  std::optional<std::string> platform, model, board_name, serial_number, architecture_name, cpu;
  std::optional<std::int64_t> cpu_count, cpu_frequency, total_memory, total_hdd_space;
  std::optional<std::string> software_id, license_level, software_version, build_time, factory_software, factory_firmware, current_firmware,
      upgrade_firmware, firmware_type;
  std::optional<bool> routerboard;
};

struct LocationView { std::optional<double> lat, lon; };
struct MetadataView {
  std::string name;
  std::optional<std::string> timezone;
  LocationView location;
  std::vector<SiteTag> tags;
  std::optional<std::string> banner;
  Attributes metadata;
};

struct DowntimeHourView { std::string date; double minutes_down = 0, percentage_down = 0; };

}  // namespace openstrat::fleet

namespace openstrat {

template <>
struct http::Fields<fleet::DeveloperRouterRequest> {
  using V = fleet::DeveloperRouterRequest;
  static constexpr auto table = fields<V>("DeveloperRouterRequest", path<&V::router>("router_id", "UUID of the site"));
};
template <>
struct http::Fields<fleet::DeveloperRouterView> {
  using V = fleet::DeveloperRouterView;
  static constexpr auto table = fields<V>("DeveloperRouter", body<&V::id>("id", "UUID of the site"), body<&V::name>("name", "name"),
      body<&V::online>("online", "whether heartbeats arrive"), body<&V::last_seen_at>("last_seen_at", "last heartbeat"),
      body<&V::ip_address>("ip_address", "public address of the last heartbeat"), body<&V::model>("model", "model"),
      body<&V::serial_number>("serial_number", "serial number"), body<&V::software_version>("software_version", "RouterOS version"),
      body<&V::created_at>("created_at", "creation"));
};
template <>
struct http::Fields<fleet::OemView> {
  using V = fleet::OemView;
  static constexpr auto table = fields<V>("RouterOem", body<&V::manufacturer>("manufacturer", "always MikroTik"), body<&V::platform>("platform", "platform"),
      body<&V::model>("model", "model"), body<&V::board_name>("board_name", "board name"), body<&V::serial_number>("serial_number", "serial number"),
      body<&V::architecture_name>("architecture_name", "CPU architecture"), body<&V::cpu>("cpu", "CPU"), body<&V::cpu_count>("cpu_count", "cores"),
      body<&V::cpu_frequency>("cpu_frequency", "MHz"), body<&V::total_memory>("total_memory", "bytes"), body<&V::total_hdd_space>("total_hdd_space", "bytes"),
      body<&V::software_id>("software_id", "licence id"), body<&V::license_level>("license_level", "licence level"),
      body<&V::software_version>("software_version", "RouterOS version"), body<&V::build_time>("build_time", "of RouterOS, as the router writes it"),
      body<&V::factory_software>("factory_software", "oldest RouterOS that runs"), body<&V::factory_firmware>("factory_firmware", "RouterBOOT from the factory"),
      body<&V::current_firmware>("current_firmware", "RouterBOOT that runs"), body<&V::upgrade_firmware>("upgrade_firmware", "RouterBOOT that an upgrade installs"),
      body<&V::firmware_type>("firmware_type", "RouterBOOT type"), body<&V::routerboard>("routerboard", "genuine RouterBOARD"));
};
template <>
struct http::Fields<fleet::LocationView> {
  using V = fleet::LocationView;
  static constexpr auto table = fields<V>("RouterLocation", body<&V::lat>("lat", "latitude"), body<&V::lon>("lon", "longitude"));
};
template <>
struct http::Fields<fleet::MetadataView> {
  using V = fleet::MetadataView;
  static constexpr auto table = fields<V>("RouterMetadata", body<&V::name>("name", "name"), body<&V::timezone>("timezone", "IANA time zone"),
      body<&V::location>("location", "where it stands"), body<&V::tags>("tags", "by name"), body<&V::banner>("banner", "metadata key `banner`"),
      body<&V::metadata>("metadata", "what was stored with PUT or POST /metadata"));
};
template <>
struct http::Fields<fleet::DowntimeHourView> {
  using V = fleet::DowntimeHourView;
  static constexpr auto table = fields<V>("RouterDowntimeHour", body<&V::date>("date", "start of the hour").example("2024-05-28T02:00:00+00:00"),
      body<&V::minutes_down>("minutes_down", "0–60"), body<&V::percentage_down>("percentage_down", "0–100"));
};

}  // namespace openstrat
