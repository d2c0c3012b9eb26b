// The router models that can be simulated, and what each has configured when it leaves the factory.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "sim/config/config.hpp"

namespace openstrat::sim {

struct Model {
  std::string_view key;           ///< `hap-ac2`, how programs name it
  std::string_view board_name;    ///< `/system resource board-name`
  std::string_view product;       ///< `/system routerboard model`; empty: no RouterBOARD
  std::string_view architecture;
  std::string_view cpu;
  int cpu_count;
  int cpu_frequency_mhz;
  std::uint64_t memory_bytes;
  std::uint64_t disk_bytes;
  std::string_view ethernet;      ///< default names, blank separated
  std::string_view wireless;
  bool chr;
  std::string_view switches = {};    ///< names of switch chips
  bool serial_port = false;
  std::string_view packages = {};  ///< extra ones that it comes with, comma separated
};

std::span<const Model> models();
const Model* find_model(std::string_view key);

enum class DefaultConfiguration {
  none,     ///< as after `/system reset-configuration no-defaults=yes`
  factory,  ///< what the vendor's script sets up: bridge, DHCP, firewall
};

/// Extra packages of a router: those of its model and `added` ones.
PackageSet packages_of(const Model& model, PackageSet added);

/// A router that shares every table with all others of its kind until it changes one. Thread-safe.
Config new_config(const Model& model, const Version& version, DefaultConfiguration defaults, bool permissive = false, PackageSet added = {});

}  // namespace openstrat::sim
