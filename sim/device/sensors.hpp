// What a router measures about itself: voltage, temperature, fans, power supplies, optical modules. The model decides what there is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/table.hpp"

namespace openstrat::sim {

class Router;

enum class SensorUnit { celsius = 1, rpm = 2, volt = 3, ampere = 4, watt = 5, status = 6 };

struct Sensor {
  std::string_view name;    ///< `voltage`, `cpu-temperature`, `fan1-speed`, `psu1-state`
  SensorUnit unit;
  std::int64_t value;       ///< tenths of volts, amperes and watts; whole degrees and turns; 0 is "ok"
  std::uint32_t index;      ///< in the vendor's SNMP table

  std::string text() const;       ///< `23.8`, `39`, `ok`
  std::string_view type() const;  ///< `V`, `C`, `RPM`, `A`, `W`, empty
};

/// In the order that `/system health print` has. Empty on a CHR.
std::vector<Sensor> sensors_of(const Router& router);

/// A module in an SFP cage; values as the vendor's SNMP table has them.
struct OpticalModule {
  std::int64_t wavelength;     ///< hundredths of nanometres
  std::int64_t temperature;    ///< degrees
  std::int64_t supply_voltage; ///< millivolts
  std::int64_t bias_current;   ///< milliamperes
  std::int64_t tx_power;       ///< thousandths of dBm
  std::int64_t rx_power;
};
/// Of a port that runs over fibre; nullopt: copper, nothing plugged in, or down.
std::optional<OpticalModule> optical_module(const Router& router, RowId port);

}  // namespace openstrat::sim
