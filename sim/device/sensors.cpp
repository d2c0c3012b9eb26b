#include "sim/device/sensors.hpp"

#include <fmt/core.h>

#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

constexpr Duration kMoves = std::chrono::seconds(30);

/// A figure around which nothing jumps: the same for the same seed, sensor and half minute.
std::int64_t around(const Router& router, std::uint64_t sensor, std::int64_t middle, std::int64_t spread) {
  std::uint64_t mixed = router.spec().seed * 0x9E3779B97F4A7C15ULL + sensor * 0xBF58476D1CE4E5B9ULL;
  const auto own = static_cast<std::int64_t>((mixed ^ mixed >> 29) % static_cast<std::uint64_t>(2 * spread + 1)) - spread;
  mixed += static_cast<std::uint64_t>(router.uptime() / kMoves) * 0x94D049BB133111EBULL;
  mixed = (mixed ^ mixed >> 31) * 0xD6E8FEB86659FD93ULL;
  return middle + own + static_cast<std::int64_t>((mixed ^ mixed >> 32) % 3) - 1;
}

}  // namespace

std::string Sensor::text() const {
  switch (unit) {
    case SensorUnit::volt:
    case SensorUnit::ampere:
    case SensorUnit::watt: return value % 10 == 0 ? fmt::format("{}", value / 10) : fmt::format("{}.{}", value / 10, value % 10);
    case SensorUnit::status: return value == 0 ? "ok" : "fail";
    case SensorUnit::celsius:
    case SensorUnit::rpm: break;
  }
  return fmt::format("{}", value);
}

std::string_view Sensor::type() const {
  switch (unit) {
    case SensorUnit::celsius: return "C";
    case SensorUnit::rpm: return "RPM";
    case SensorUnit::volt: return "V";
    case SensorUnit::ampere: return "A";
    case SensorUnit::watt: return "W";
    case SensorUnit::status: return "";
  }
  return "";
}

std::vector<Sensor> sensors_of(const Router& router) {
  const Model& model = *router.spec().model;
  if (model.chr) return {};
  using enum SensorUnit;
  if (model.key == "ccr2004") {
    return {{"cpu-temperature", celsius, around(router, 1, 52, 4), 17},       {"board-temperature1", celsius, around(router, 2, 41, 3), 7101},
            {"fan1-speed", rpm, around(router, 3, 4200, 150), 7001},           {"fan2-speed", rpm, around(router, 4, 4200, 150), 7002},
            {"power-consumption", watt, around(router, 5, 287, 20), 12},       {"psu1-state", status, 0, 7401},
            {"psu2-state", status, 0, 7402}};
  }
  return {{"voltage", volt, around(router, 6, 240, 4), 13}, {"temperature", celsius, around(router, 7, 39, 5), 14}};
}

std::optional<OpticalModule> optical_module(const Router& router, RowId port) {
  const FoundRow found = router.config().find("/interface/ethernet", port);
  const std::string* name = found ? found.row->find("default-name") : nullptr;
  const std::string* disabled = found ? found.row->find("disabled") : nullptr;
  if (name == nullptr || !name->starts_with("sfp") || (disabled != nullptr && *disabled == "yes")) return std::nullopt;
  return OpticalModule{.wavelength = 85'000,
                       .temperature = around(router, port + 100, 40, 4),
                       .supply_voltage = around(router, port + 200, 3300, 12),
                       .bias_current = around(router, port + 300, 7, 1),
                       .tx_power = around(router, port + 400, -4900, 300),
                       .rx_power = around(router, port + 500, -5700, 400)};
}

}  // namespace openstrat::sim
