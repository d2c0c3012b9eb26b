// mib-2: system, interfaces, addresses, host resources, the physical entity.
#include <algorithm>

#include <fmt/core.h>

#include "base/net.hpp"
#include "sim/snmp/mib.hpp"

namespace openstrat::sim::snmp {
namespace {

constexpr std::uint32_t kMainMemory = 65'536;
constexpr std::uint32_t kSystemDisk = 131'072;
constexpr std::uint32_t kChassis = 65'536;
constexpr std::int64_t kIeee80211 = 71;

std::string singleton_text(Router& router, std::string_view menu, std::string_view property) {
  return RowValues(router, menu, {menu, router.config().record(menu)}).text(property);
}

std::uint64_t resource(Router& router, std::string_view property) {
  const auto value = router.facts().fact("/system/resource", 0, property);
  return value && value->is(Type::num) ? static_cast<std::uint64_t>(value->as_num()) : 0;
}

std::string resource_text(Router& router, std::string_view property) {
  const auto value = router.facts().fact("/system/resource", 0, property);
  return value ? value->to_text() : std::string();
}

std::string product(const Router& router) { return std::string(router.spec().model->product.empty() ? "CHR" : router.spec().model->product); }

std::uint64_t uptime_ticks(const Router& router) { return static_cast<std::uint64_t>(router.uptime() / std::chrono::milliseconds(10)); }

std::optional<Datum> system_cell(Router& router, const MibRow&, std::uint32_t column) {
  switch (column) {
    case 1: return Datum::octets("RouterOS " + product(router));
    case 2: return Datum::oid({1, 3, 6, 1, 4, 1, 14988, 1});
    case 3: return Datum::ticks(uptime_ticks(router));
    case 4: return Datum::octets(singleton_text(router, "/snmp", "contact"));
    case 5: return Datum::octets(router.identity());
    case 6: return Datum::octets(singleton_text(router, "/snmp", "location"));
    default: return Datum::integer(78);  // applications, transport, internet, data link
  }
}

// Interfaces

std::vector<MibRow> interface_rows(Router& router) {
  std::vector<MibRow> rows;
  for (const FoundRow& found : router.config().rows("/interface")) rows.push_back({.index = {index_of(found.row->id)}, .row = found});
  return rows;
}

std::int64_t interface_type(std::string_view type) {
  if (type == "ether") return 6;
  if (type == "wlan" || type == "wifi") return kIeee80211;
  if (type == "loopback") return 24;
  if (type == "bridge") return 209;
  if (type == "vlan") return 135;
  if (type == "bond") return 161;
  if (type == "lte") return 243;
  if (type.ends_with("-out") || type.ends_with("-in")) return 23;
  if (type.ends_with("-tunnel") || type == "eoip" || type == "wg" || type == "vxlan") return 131;
  return 1;
}

std::uint64_t speed_mbps(const RowValues& values) {
  if (!values.flag("running")) return 0;
  const std::string type = values.text("type");
  if (type == "bridge") return 1000;
  if (interface_type(type) == kIeee80211) return 300;
  if (type != "ether") return 0;
  const std::string port = values.text("default-name");
  return port.starts_with("sfp28") ? 25'000 : port.starts_with("sfp-sfpplus") ? 10'000 : 1000;
}

std::uint64_t counter(const RowValues& values, std::string_view property) { return static_cast<std::uint64_t>(values.number(property).value_or(0)); }

std::optional<Datum> interface_cell(Router& router, const MibRow& row, std::uint32_t column) {
  const RowValues values(router, "/interface", row.row);
  const auto counted = [&](std::string_view property) { return Datum::counter32(counter(values, property)); };
  switch (column) {
    case 1: return id_number(row.row.row->id);
    case 2: return Datum::octets(values.text("name"));
    case 3: return Datum::integer(interface_type(values.text("type")));
    case 4: return Datum::integer(values.number("actual-mtu").value_or(values.number("mtu").value_or(1500)));
    case 5: return Datum::gauge(speed_mbps(values) * 1'000'000);
    case 6: return Datum::octets(mac_bytes(values.text("mac-address")));
    case 7: return Datum::integer(values.flag("disabled") ? 2 : 1);
    case 8: return Datum::integer(values.flag("running") ? 1 : 2);
    case 9: return Datum::ticks(0);
    case 10: return counted("rx-byte");
    case 11: return counted("rx-packet");
    case 13: return counted("rx-drop");
    case 14: return counted("rx-error");
    case 16: return counted("tx-byte");
    case 17: return counted("tx-packet");
    case 19: return counted("tx-drop");
    default: return counted("tx-error");
  }
}

std::optional<Datum> interface_x_cell(Router& router, const MibRow& row, std::uint32_t column) {
  const RowValues values(router, "/interface", row.row);
  const auto counted = [&](std::string_view property) { return Datum::counter64(counter(values, property)); };
  switch (column) {
    case 1: return Datum::octets(values.text("name"));
    case 6: return counted("rx-byte");
    case 7: return counted("rx-packet");
    case 10: return counted("tx-byte");
    case 11: return counted("tx-packet");
    case 15: return Datum::gauge(speed_mbps(values));
    case 18: return Datum::octets(values.text("comment"));
    case 8:
    case 9:
    case 12:
    case 13: return Datum::counter64(0);
    default: return Datum::counter32(0);
  }
}

std::optional<Datum> interface_count(Router& router, const MibRow&, std::uint32_t) {
  return Datum::integer(static_cast<std::int64_t>(router.config().rows("/interface").size()));
}

// Addresses

Oid address_index(std::uint32_t address) { return {address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255}; }

std::optional<Cidr> address_of(const RowValues& values) {
  const auto cidr = Cidr::parse(values.text("address"));
  return cidr && cidr->address().is_v4() ? cidr : std::nullopt;
}

std::vector<MibRow> address_rows(Router& router) {
  router.refresh("/ip/address");
  std::vector<MibRow> rows;
  for (const FoundRow& found : router.config().rows("/ip/address")) {
    const RowValues values(router, "/ip/address", found);
    const auto cidr = address_of(values);
    if (cidr && !values.flag("disabled")) rows.push_back({.index = address_index(cidr->address().v4_value()), .row = found});
  }
  return rows;
}

std::optional<Datum> address_cell(Router& router, const MibRow& row, std::uint32_t column) {
  const RowValues values(router, "/ip/address", row.row);
  const auto cidr = address_of(values);
  if (!cidr) return std::nullopt;
  switch (column) {
    case 1: return Datum::ip(cidr->address().v4_value());
    case 2: return id_number(interface_id(router, values.text("interface")));
    case 3: return Datum::ip(cidr->prefix_length() == 0 ? 0 : ~0U << (32 - cidr->prefix_length()));
    default: return Datum::integer(1);
  }
}

std::vector<MibRow> arp_rows(Router& router) {
  router.refresh("/ip/arp");
  std::vector<MibRow> rows;
  for (const FoundRow& found : router.config().rows("/ip/arp")) {
    const RowValues values(router, "/ip/arp", found);
    const auto cidr = address_of(values);
    if (!cidr || values.flag("disabled")) continue;
    Oid index{index_of(interface_id(router, values.text("interface")))};
    for (const std::uint32_t part : address_index(cidr->address().v4_value())) index.push_back(part);
    rows.push_back({.index = std::move(index), .row = found});
  }
  return rows;
}

std::optional<Datum> arp_cell(Router& router, const MibRow& row, std::uint32_t column) {
  const RowValues values(router, "/ip/arp", row.row);
  const auto cidr = address_of(values);
  switch (column) {
    case 1: return Datum::integer(static_cast<std::int32_t>(row.index.front()));
    case 2: return Datum::octets(mac_bytes(values.text("mac-address")));
    case 3: return cidr ? std::optional(Datum::ip(cidr->address().v4_value())) : std::nullopt;
    default: return Datum::integer(values.flag("dynamic") ? 3 : 4);
  }
}

// Host resources

std::optional<Datum> host_system_cell(Router& router, const MibRow&, std::uint32_t) { return Datum::ticks(uptime_ticks(router)); }

std::optional<Datum> memory_size_cell(Router& router, const MibRow&, std::uint32_t) {
  return Datum::integer(static_cast<std::int64_t>(resource(router, "total-memory") / 1024));
}

std::vector<MibRow> storage_rows(Router&) { return {{.index = {kMainMemory}, .number = kMainMemory}, {.index = {kSystemDisk}, .number = kSystemDisk}}; }

std::optional<Datum> storage_cell(Router& router, const MibRow& row, std::uint32_t column) {
  const bool memory = row.number == kMainMemory;
  const std::uint64_t total = resource(router, memory ? "total-memory" : "total-hdd-space");
  const std::uint64_t free = resource(router, memory ? "free-memory" : "free-hdd-space");
  switch (column) {
    case 1: return Datum::integer(static_cast<std::int64_t>(row.number));
    case 2: return Datum::oid({1, 3, 6, 1, 2, 1, 25, 2, 1, memory ? 2U : 4U});
    case 3: return Datum::octets(memory ? "main memory" : "system disk");
    case 4: return Datum::integer(1024);
    case 5: return Datum::integer(static_cast<std::int64_t>(total / 1024));
    case 6: return Datum::integer(static_cast<std::int64_t>((total - std::min(free, total)) / 1024));
    default: return Datum::counter32(0);
  }
}

std::vector<MibRow> processor_rows(Router& router) {
  std::vector<MibRow> rows;
  for (std::uint32_t core = 1; core <= resource(router, "cpu-count"); ++core) rows.push_back({.index = {core}, .number = core});
  return rows;
}

std::optional<Datum> device_cell(Router&, const MibRow& row, std::uint32_t column) {
  switch (column) {
    case 1: return Datum::integer(static_cast<std::int64_t>(row.number));
    case 2: return Datum::oid({1, 3, 6, 1, 2, 1, 25, 3, 1, 3});
    case 3: return Datum::octets("");
    case 4: return Datum::oid({0, 0});
    case 5: return Datum::integer(2);  // running
    default: return Datum::counter32(0);
  }
}

std::optional<Datum> processor_cell(Router& router, const MibRow&, std::uint32_t column) {
  if (column == 1) return Datum::oid({0, 0});
  return Datum::integer(static_cast<std::int64_t>(resource(router, "cpu-load")));
}

std::optional<Datum> cpu_cell(Router& router, const MibRow&, std::uint32_t) { return Datum::integer(static_cast<std::int64_t>(resource(router, "cpu-load"))); }

// The physical entity

std::vector<MibRow> entity_rows(Router&) { return {{.index = {kChassis}}}; }

std::optional<Datum> entity_cell(Router& router, const MibRow&, std::uint32_t column) {
  switch (column) {
    case 1: return Datum::integer(kChassis);
    case 2: return Datum::octets(fmt::format("RouterOS {} on {}", resource_text(router, "version"), product(router)));
    case 3: return Datum::oid({0, 0});
    case 4: return Datum::integer(0);
    case 5: return Datum::integer(3);  // chassis
    case 6: return Datum::integer(-1);
    case 7: return Datum::octets(resource_text(router, "cpu"));
    case 11: return Datum::octets(router.spec().serial);
    case 16: return Datum::integer(2);
    default: return Datum::octets("");
  }
}

Oid mib2(std::initializer_list<std::uint32_t> rest) { return joined({1, 3, 6, 1, 2, 1}, rest); }

}  // namespace

std::vector<MibTable> standard_tables() {
  return {
      {mib2({1}), {1, 2, 3, 4, 5, 6, 7}, scalar_row, system_cell},
      {mib2({2}), {1}, scalar_row, interface_count},
      {mib2({2, 2, 1}), {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 16, 17, 19, 20}, interface_rows, interface_cell},
      {mib2({4, 20, 1}), {1, 2, 3, 4}, address_rows, address_cell},
      {mib2({4, 22, 1}), {1, 2, 3, 4}, arp_rows, arp_cell},
      {mib2({25, 1}), {1}, scalar_row, host_system_cell},
      {mib2({25, 2}), {2}, scalar_row, memory_size_cell},
      {mib2({25, 2, 3, 1}), {1, 2, 3, 4, 5, 6, 7}, storage_rows, storage_cell},
      {mib2({25, 3, 2, 1}), {1, 2, 3, 4, 5, 6}, processor_rows, device_cell},
      {mib2({25, 3, 3, 1}), {1, 2}, processor_rows, processor_cell},
      {mib2({31, 1, 1, 1}), {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 18}, interface_rows, interface_x_cell},
      {mib2({47, 1, 1, 1, 1}), {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, entity_rows, entity_cell},
      {{1, 3, 6, 1, 4, 1, 2021, 11}, {10}, scalar_row, cpu_cell},
  };
}

}  // namespace openstrat::sim::snmp
