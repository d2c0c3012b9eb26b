// Fills a new configuration: rows that every router has, its ports, the vendor's default configuration.
#pragma once

#include "sim/config/config.hpp"
#include "sim/config/models.hpp"

namespace openstrat::sim {

/// The default rows of every menu of the version, marked as built in.
void add_default_rows(Config& config);
/// Ethernet and wireless interfaces, the user `admin`.
void add_hardware(Config& config, const Model& model);
/// What the vendor's first-start script configures on the model.
void add_vendor_defaults(Config& config, const Model& model);

}  // namespace openstrat::sim
