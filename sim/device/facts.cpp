#include "sim/device/facts.hpp"

#include <fmt/core.h>

#include "sim/behaviour/device_mode.hpp"
#include "sim/config/dates.hpp"
#include "sim/device/mac.hpp"
#include "sim/device/network.hpp"
#include "sim/device/router.hpp"
#include "sim/device/sensors.hpp"
#include "sim/device/wireguard_key.hpp"

namespace openstrat::sim {
namespace {

constexpr Version kV7{7, 0, 0};

std::int64_t whole_seconds_ns(Duration length) {
  return std::chrono::duration_cast<std::chrono::seconds>(length).count() * 1'000'000'000;
}

/// Interfaces that frames go over; tunnels of packets have none.
bool has_mac(std::string_view menu) {
  for (const std::string_view kind : {"ethernet", "wireless", "wifi", "bridge", "bonding", "vlan", "veth", "macvlan", "eoip", "vxlan"}) {
    if (menu.substr(std::min(menu.size(), std::string_view("/interface/").size())) == kind) return true;
  }
  return false;
}

Value bytes(std::uint64_t count) { return Value::num(static_cast<std::int64_t>(count)); }

}  // namespace

Timestamp RouterFacts::now() const { return router_.clock(); }

/// Equal seeds make equal keys, unless the key guards a tunnel that is really there.
std::string RouterFacts::new_key(std::string_view interface) const {
  if (router_.spec().network_namespace != nullptr) return wireguard_private_key(secure_rng());
  SeededRng rng(router_.spec().seed + std::hash<std::string_view>()(interface) + static_cast<std::uint64_t>(router_.elapsed().count()));
  return wireguard_private_key(rng);
}

std::optional<Value> RouterFacts::public_key(RowId row) const {
  const FoundRow found = router_.config().find("/interface/wireguard", row);
  const std::string* key = found ? found.row->find("private-key") : nullptr;
  const auto other = key == nullptr ? std::nullopt : wireguard_public_key(*key);
  return other ? std::optional(Value::str(*other)) : std::nullopt;
}

std::uint64_t RouterFacts::wobble(std::uint64_t kind, std::uint64_t range) const {
  std::uint64_t mixed = router_.spec().seed * 0x9E3779B97F4A7C15ULL + kind * 0xBF58476D1CE4E5B9ULL;
  mixed += static_cast<std::uint64_t>(router_.uptime() / std::chrono::seconds(10)) * 0x94D049BB133111EBULL;
  mixed ^= mixed >> 31;
  mixed *= 0xD6E8FEB86659FD93ULL;
  return (mixed ^ mixed >> 32) % range;
}

std::optional<Value> RouterFacts::fact(std::string_view menu, RowId row, std::string_view property) const {
  if (menu == "/system/resource") return resource(property);
  if (menu == "/system/routerboard") return routerboard(property);
  if (menu == "/system/license") return license(property);
  if (menu == "/system/clock") return clock(property);
  if (menu == "/system/package/update") return update(property);
  if (menu == "/system/health" && row == 0) return health(property);
  if (menu == "/file") return file(row, property);
  if (menu == "/system/scheduler") return scheduler(row, property);
  if (menu == "/certificate") return certificate(row, property);
  if (menu == "/system/device-mode") return device_mode(property);
  if ((property == "mac-address" || property == "orig-mac-address") && has_mac(menu)) return Value::str(mac_of(router_.spec(), row).to_string());
  if (property == "public-key" && menu == "/interface/wireguard") return public_key(row);
  return router_.network().fact(menu, row, property);
}

std::optional<Value> RouterFacts::resource(std::string_view property) const {
  const Model& model = *router_.spec().model;
  const bool v7 = router_.version() >= kV7;
  if (property == "uptime") return Value::time(whole_seconds_ns(router_.uptime()));
  if (property == "version") return Value::str(fmt::format("{} ({})", router_.version().to_string(), v7 ? "stable" : "long-term"));
  if (property == "build-time") return Value::str(v7 ? "2026-03-02 08:11:30" : "Feb/22/2025 09:24:33");
  if (property == "factory-software") return model.chr ? std::nullopt : std::optional(Value::str("6.47.10"));
  if (property == "free-memory") return bytes(model.memory_bytes / 100 * (55 + wobble(1, 15)) + wobble(2, 4096));
  if (property == "total-memory") return bytes(model.memory_bytes);
  if (property == "cpu") return Value::str(model.cpu);
  if (property == "cpu-count") return Value::num(model.cpu_count);
  if (property == "cpu-frequency") return Value::num(model.cpu_frequency_mhz);
  if (property == "cpu-load") return Value::num(static_cast<std::int64_t>(wobble(3, 10) == 0 ? 20 + wobble(4, 60) : wobble(4, 12)));
  if (property == "free-hdd-space") {
    const std::uint64_t system = model.disk_bytes / 10 * 8;
    return bytes(model.disk_bytes - system - std::min(model.disk_bytes - system, router_.files().used()));
  }
  if (property == "total-hdd-space") return bytes(model.disk_bytes);
  if (property == "write-sect-since-reboot") return Value::num(200 + router_.uptime() / std::chrono::seconds(30));
  if (property == "write-sect-total") return Value::num(18'000 + static_cast<std::int64_t>(router_.spec().seed % 90'000) + router_.uptime() / std::chrono::seconds(30));
  if (property == "bad-blocks") return model.chr ? std::nullopt : std::optional(Value::num(0));
  if (property == "architecture-name") return Value::str(model.architecture);
  if (property == "board-name") return Value::str(model.board_name);
  if (property == "platform") return Value::str("MikroTik");
  return std::nullopt;
}

std::optional<Value> RouterFacts::routerboard(std::string_view property) const {
  const Model& model = *router_.spec().model;
  if (property == "routerboard") return Value::boolean(!model.product.empty());
  if (model.product.empty()) return std::nullopt;
  if (property == "board-name") return Value::str(model.board_name);
  if (property == "model") return Value::str(model.product);
  if (property == "serial-number") return Value::str(router_.spec().serial);
  if (property == "firmware-type") return Value::str(model.architecture == "arm" ? "ipq4000L" : "al64");
  if (property == "factory-firmware") return Value::str("6.47.10");
  if (property == "current-firmware") return Value::str(router_.firmware().to_string());
  if (property == "upgrade-firmware") return Value::str(router_.version().to_string());
  return std::nullopt;
}

std::optional<Value> RouterFacts::license(std::string_view property) const {
  const bool chr = router_.spec().model->chr;
  if (property == (chr ? "system-id" : "software-id")) return Value::str(router_.spec().software_id);
  if (property == "level" && chr) return Value::str("p1");
  if (property == "nlevel" && !chr) return Value::num(4);
  if (property == "features" && !chr) return Value::str("");
  return std::nullopt;
}

std::optional<Value> RouterFacts::clock(std::string_view property) const {
  const Timestamp time = now();
  if (property == "date") return Value::str(format_date(time, router_.version()));
  if (property == "time") return Value::time(whole_seconds_ns(time - std::chrono::floor<std::chrono::days>(time)));
  const Timestamp utc = router_.utc();
  if (property == "gmt-offset") return Value::str(format_offset(router_.wall().offset(utc)));
  if (property == "dst-active") return Value::boolean(router_.wall().daylight_saving(utc));
  return std::nullopt;
}

std::optional<Value> RouterFacts::device_mode(std::string_view property) const {
  const std::string_view mode = sim::device_mode(router_.config());
  if (mode.empty()) return std::nullopt;
  if (property == "mode") return Value::str(mode);
  if (property == "flagged") return Value::boolean(false);
  if (property == "flagging-enabled") return Value::boolean(true);
  if (property == "attempt-count") return Value::num(0);
  return property == "allowed-versions" ? std::nullopt : std::optional(Value::boolean(device_allows(router_.config(), property)));
}

std::optional<Value> RouterFacts::update(std::string_view property) const {
  const Version latest = router_.latest_version();
  if (property == "installed-version") return Value::str(router_.version().to_string());
  if (property == "latest-version") return Value::str(latest.to_string());
  if (property == "status") return Value::str(latest > router_.version() ? "New version is available" : "System is already up to date");
  return std::nullopt;
}

/// The record that 6.x has; since 7.0 the sensors are rows, which Router::refresh() makes.
std::optional<Value> RouterFacts::health(std::string_view property) const {
  for (const Sensor& sensor : sensors_of(router_)) {
    if (sensor.name == property) return sensor.unit == SensorUnit::celsius || sensor.unit == SensorUnit::rpm ? Value::num(sensor.value) : Value::str(sensor.text());
  }
  return std::nullopt;
}

std::optional<Value> RouterFacts::file(RowId row, std::string_view property) const {
  const StoredFile* file = router_.files().find(row);
  if (file == nullptr) return std::nullopt;
  if (!file->directory.empty() && (property == "size" || property == "contents")) return std::nullopt;
  if (property == "size") return bytes(file->contents.size());
  if (property == "type" && !file->directory.empty()) return Value::str("directory");
  if (property == "type") return Value::str(file_type(router_.files().name_of(row)));
  if (property == "creation-time" || property == "last-modified") return Value::str(format_date_time(file->created, router_.version()));
  if (property != "contents") return std::nullopt;
  const std::size_t limit = router_.version() >= kV7 ? 60 << 10 : 4095;
  return file->contents.size() <= limit ? std::optional(Value::str(file->contents)) : std::nullopt;
}

std::optional<Value> RouterFacts::certificate(RowId row, std::string_view property) const {
  if (property != "expires-after" && property != "expired") return std::nullopt;
  const FoundRow found = router_.config().find("/certificate", row);
  const std::string* end = found ? found.row->find("invalid-after") : nullptr;
  const std::size_t blank = end == nullptr ? std::string::npos : end->find(' ');
  const auto day = blank == std::string::npos ? std::nullopt : parse_date(end->substr(0, blank));
  const auto time = day ? parse_time(end->substr(blank + 1)) : std::nullopt;
  if (!time) return std::nullopt;
  const Duration left = Timestamp(*day) + std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(time->as_time_ns())) - router_.utc();
  if (property == "expired") return left < Duration(0) ? std::optional(Value::boolean(true)) : std::nullopt;
  return Value::time(whole_seconds_ns(left));
}

std::optional<Value> RouterFacts::scheduler(RowId row, std::string_view property) const {
  const Scheduler::Item* item = router_.scheduler().find(row);
  if (property == "run-count") return Value::num(item == nullptr ? 0 : static_cast<std::int64_t>(item->runs));
  if (property == "next-run" && item != nullptr && item->next) {
    return Value::str(format_date_time(now() + (*item->next - router_.elapsed()), router_.version()));
  }
  return std::nullopt;
}

}  // namespace openstrat::sim
