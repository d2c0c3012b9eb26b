// MIKROTIK-MIB: sensors, licence, hotspot, leases, system, scripts, neighbours, queues, modems, optics.
#include <algorithm>

#include "base/net.hpp"
#include "base/text.hpp"
#include "sim/device/sensors.hpp"
#include "sim/snmp/mib.hpp"

namespace openstrat::sim::snmp {
namespace {

constexpr Version kV7{7, 0, 0};

Datum number_of(std::optional<std::int64_t> value) { return Datum::integer(value.value_or(0)); }

std::optional<Datum> text_fact(Router& router, std::string_view menu, std::string_view property) {
  const auto value = router.facts().fact(menu, 0, property);
  return value ? std::optional(Datum::octets(value->to_text())) : std::nullopt;
}

std::vector<MibRow> rows_of(Router& router, std::string_view menu) {
  router.refresh(menu);
  std::vector<MibRow> rows;
  for (const FoundRow& found : router.config().rows(menu)) rows.push_back({.index = {index_of(found.row->id)}, .row = found});
  return rows;
}

template <const char* menu>
std::vector<MibRow> menu_rows(Router& router) {
  return rows_of(router, menu);
}

std::optional<Datum> ip_of(const std::string& text) {
  const auto cidr = Cidr::parse(text);
  return cidr && cidr->address().is_v4() ? std::optional(Datum::ip(cidr->address().v4_value())) : std::nullopt;
}

// Sensors: scalars before 7.0, a table since

const Sensor* find_sensor(const std::vector<Sensor>& sensors, std::string_view name) {
  const auto found = std::find_if(sensors.begin(), sensors.end(), [&](const Sensor& sensor) { return sensor.name == name; });
  return found == sensors.end() ? nullptr : &*found;
}

struct OldSensor {
  std::uint32_t column;
  std::string_view name;
  std::int64_t factor;  ///< from what the sensor gives to what the OID has
};
constexpr OldSensor kOldSensors[] = {{8, "voltage", 1},      {10, "temperature", 10}, {11, "cpu-temperature", 10}, {12, "power-consumption", 1}, {13, "current", 100},
                                     {15, "psu1-state", 1},  {16, "psu2-state", 1},   {17, "fan1-speed", 1},       {18, "fan2-speed", 1}};

std::optional<Datum> health_cell(Router& router, const MibRow&, std::uint32_t column) {
  if (column == 14) return Datum::integer(router.spec().model->cpu_frequency_mhz);
  if (router.version() >= kV7) return std::nullopt;
  const auto old = std::find_if(std::begin(kOldSensors), std::end(kOldSensors), [&](const OldSensor& each) { return each.column == column; });
  const std::vector<Sensor> sensors = sensors_of(router);
  const Sensor* sensor = old == std::end(kOldSensors) ? nullptr : find_sensor(sensors, old->name);
  if (sensor == nullptr) return std::nullopt;
  if (sensor->unit == SensorUnit::status) return Datum::integer(sensor->value == 0 ? 1 : 0);
  return Datum::integer(sensor->value * old->factor);
}

std::vector<MibRow> gauge_rows(Router& router) {
  std::vector<MibRow> rows;
  if (router.version() < kV7) return rows;
  for (const Sensor& sensor : sensors_of(router)) rows.push_back({.index = {sensor.index}, .number = sensor.index});
  return rows;
}

std::optional<Datum> gauge_cell(Router& router, const MibRow& row, std::uint32_t column) {
  const std::vector<Sensor> sensors = sensors_of(router);
  const auto sensor = std::find_if(sensors.begin(), sensors.end(), [&](const Sensor& each) { return each.index == row.number; });
  if (sensor == sensors.end()) return std::nullopt;
  if (column == 2) return Datum::octets(sensor->name);
  return Datum::integer(column == 3 ? sensor->value : static_cast<std::int64_t>(sensor->unit));
}

// Licence, system

std::optional<Datum> licence_cell(Router& router, const MibRow&, std::uint32_t column) {
  const bool chr = router.spec().model->chr;
  if (column == 1) return Datum::octets(router.spec().software_id);
  if (column == 4) return Datum::octets(router.version().to_string());
  const auto level = router.facts().fact("/system/license", 0, "nlevel");
  return chr || !level ? std::optional<Datum>() : Datum::integer(level->as_num());
}

std::optional<Datum> system_cell(Router& router, const MibRow&, std::uint32_t column) {
  const Model& model = *router.spec().model;
  switch (column) {
    case 1: return Datum::integer(0);
    case 3: return text_fact(router, "/system/routerboard", "serial-number");
    case 4: return text_fact(router, "/system/routerboard", "current-firmware");
    case 5: return Datum::octets(RowValues(router, "/system/note", {"/system/note", router.config().record("/system/note")}).text("note"));
    case 6: return text_fact(router, "/system/resource", "build-time");
    case 7: return text_fact(router, "/system/routerboard", "upgrade-firmware");
    default: return Datum::octets(model.product.empty() ? model.board_name : model.product);
  }
}

std::optional<Datum> lease_count(Router& router, const MibRow&, std::uint32_t) {
  const auto rows = router.config().rows("/ip/dhcp-server/lease");
  return Datum::gauge(static_cast<std::uint64_t>(std::count_if(rows.begin(), rows.end(), [&](const FoundRow& row) {
    const std::string status = RowValues(router, "/ip/dhcp-server/lease", row).text("status");
    return status == "bound" || (status.empty() && row.row->dynamic);
  })));
}

// Menus as tables

constexpr char kScripts[] = "/system/script";
constexpr char kQueues[] = "/queue/simple";
constexpr char kHotspot[] = "/ip/hotspot/active";
constexpr char kNeighbours[] = "/ip/neighbor";
constexpr char kModems[] = "/interface/lte";

std::optional<Datum> script_cell(Router& router, const MibRow& row, std::uint32_t column) {
  if (column == 3) return Datum::integer(0);
  return Datum::octets(RowValues(router, kScripts, row.row).text("name"));
}

/// `in/out`: one side.
std::uint64_t side(const std::string& both, std::size_t which) {
  const auto parts = text::split(both, '/');
  const auto number = which < parts.size() ? text::parse_int(parts[which]) : std::nullopt;
  return static_cast<std::uint64_t>(number.value_or(0));
}

std::optional<Datum> queue_cell(Router& router, const MibRow& row, std::uint32_t column) {
  const RowValues values(router, kQueues, row.row);
  const auto target = Cidr::parse(text::split(values.text("target"), ',').front());
  const auto destination = Cidr::parse(values.text("dst"));
  const auto address = [](const std::optional<Cidr>& cidr) { return Datum::ip(cidr && cidr->address().is_v4() ? cidr->address().v4_value() : 0); };
  const auto mask = [](const std::optional<Cidr>& cidr) {
    return Datum::ip(cidr && cidr->address().is_v4() && cidr->prefix_length() > 0 ? ~0U << (32 - cidr->prefix_length()) : 0);
  };
  switch (column) {
    case 2: return Datum::octets(values.text("name"));
    case 3: return address(target);
    case 4: return mask(target);
    case 5: return address(destination);
    case 6: return mask(destination);
    case 7: return id_number(interface_id(router, values.text("target")));
    case 8: return Datum::counter64(side(values.text("bytes"), 0));
    case 9: return Datum::counter64(side(values.text("bytes"), 1));
    case 10: return Datum::counter32(side(values.text("packets"), 0));
    case 11: return Datum::counter32(side(values.text("packets"), 1));
    case 14: return Datum::counter32(side(values.text("dropped"), 0));
    case 15: return Datum::counter32(side(values.text("dropped"), 1));
    default: return Datum::gauge(0);
  }
}

std::optional<Datum> hotspot_cell(Router& router, const MibRow& row, std::uint32_t column) {
  const RowValues values(router, kHotspot, row.row);
  const auto counted = [&](std::string_view property) { return Datum::counter64(static_cast<std::uint64_t>(values.number(property).value_or(0))); };
  switch (column) {
    case 3: return Datum::octets(values.text("user"));
    case 4: return Datum::octets(values.text("domain"));
    case 5: return ip_of(values.text("address"));
    case 6: return Datum::octets(mac_bytes(values.text("mac-address")));
    case 7: return Datum::ticks(static_cast<std::uint64_t>(values.number("uptime").value_or(0)) * 100);
    case 12: return counted("bytes-in");
    case 13: return counted("bytes-out");
    case 14: return counted("packets-in");
    case 15: return counted("packets-out");
    default: return number_of(values.flag("radius") ? 1 : 0);
  }
}

std::optional<Datum> neighbour_cell(Router& router, const MibRow& row, std::uint32_t column) {
  const RowValues values(router, kNeighbours, row.row);
  switch (column) {
    case 2: return ip_of(values.text("address"));
    case 3: return Datum::octets(mac_bytes(values.text("mac-address")));
    case 4: return Datum::octets(values.text("version"));
    case 5: return Datum::octets(values.text("platform"));
    case 6: return Datum::octets(values.text("identity"));
    case 7: return Datum::octets(values.text("software-id"));
    default: return id_number(interface_id(router, values.text("interface")));
  }
}

std::optional<Datum> modem_cell(Router& router, const MibRow& row, std::uint32_t column) {
  const RowValues values(router, kModems, row.row);
  static constexpr std::string_view kProperties[] = {"rssi", "rsrq", "rsrp", "current-cellid", "access-technology", "sinr"};
  const std::string_view property = kProperties[column - 2];
  if (column == 6) {
    const std::string technology = values.text(property);
    return technology.empty() ? std::optional<Datum>() : Datum::octets(technology);
  }
  const auto number = values.number(property);
  return number ? std::optional(Datum::integer(*number)) : std::nullopt;
}

std::vector<MibRow> optical_rows(Router& router) {
  std::vector<MibRow> rows;
  for (const FoundRow& found : router.config().rows("/interface/ethernet")) {
    if (optical_module(router, found.row->id)) rows.push_back({.index = {index_of(found.row->id)}, .row = found});
  }
  return rows;
}

std::optional<Datum> optical_cell(Router& router, const MibRow& row, std::uint32_t column) {
  const auto module = optical_module(router, row.row.row->id);
  if (!module) return std::nullopt;
  const auto gauge = [](std::int64_t value) { return Datum::gauge(static_cast<std::uint64_t>(value)); };
  switch (column) {
    case 2: return Datum::octets(RowValues(router, "/interface/ethernet", row.row).text("name"));
    case 3:
    case 4: return Datum::integer(0);  // neither loss nor fault
    case 5: return gauge(module->wavelength);
    case 6: return gauge(module->temperature);
    case 7: return gauge(module->supply_voltage);
    case 8: return gauge(module->bias_current);
    case 9: return Datum::integer(module->tx_power);
    default: return Datum::integer(module->rx_power);
  }
}

Oid vendor(std::initializer_list<std::uint32_t> rest) { return joined({1, 3, 6, 1, 4, 1, 14988, 1, 1}, rest); }

}  // namespace

std::vector<MibTable> vendor_tables() {
  return {
      {vendor({2, 1, 1}), {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, menu_rows<kQueues>, queue_cell},
      {vendor({3}), {8, 10, 11, 12, 13, 14, 15, 16, 17, 18}, scalar_row, health_cell},
      {vendor({3, 100, 1}), {2, 3, 4}, gauge_rows, gauge_cell},
      {vendor({4}), {1, 3, 4}, scalar_row, licence_cell},
      {vendor({5, 1, 1}), {3, 4, 5, 6, 7, 12, 13, 14, 15, 19}, menu_rows<kHotspot>, hotspot_cell},
      {vendor({6}), {1}, scalar_row, lease_count},
      {vendor({7}), {1, 3, 4, 5, 6, 7, 8, 9}, scalar_row, system_cell},
      {vendor({8, 1, 1}), {2, 3}, menu_rows<kScripts>, script_cell},
      {vendor({11, 1, 1}), {2, 3, 4, 5, 6, 7, 8}, menu_rows<kNeighbours>, neighbour_cell},
      {vendor({16, 1, 1}), {2, 3, 4, 5, 6, 7}, menu_rows<kModems>, modem_cell},
      {vendor({19, 1, 1}), {2, 3, 4, 5, 6, 7, 8, 9, 10}, optical_rows, optical_cell},
  };
}

}  // namespace openstrat::sim::snmp
