// `--listen` and `--port-offset`: where the services of routers are.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "sim/access/ports.hpp"

namespace openstrat::sim {

/// Where routers listen that have a network of their own.
inline constexpr std::string_view kEverywhere = "0.0.0.0";

/// As many descriptors as the machine lets us have.
void allow_many_connections();

/// For one router an address; for several a network, of which each takes an address. No text: nothing listens.
Result<ListenPlan> listen_plan(const std::string& address_or_network, int port_offset, std::size_t routers);

/// Opens the services of one router and says on stderr where they are and what could not be opened; null: it has no address.
std::unique_ptr<Ports> open_aloud(Router& router, const ServiceTable& table);

/// For many routers: says only what could not be opened.
std::vector<std::unique_ptr<Ports>> open_all(const std::vector<Router*>& routers, const ServiceTable& table);

}  // namespace openstrat::sim
