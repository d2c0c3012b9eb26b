// Who is who in a simulated fleet: the same seed gives the same routers.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {

/// `6.49` and `7` mean the newest release of that line, `mixed` a spread of both, anything else that version.
Result<std::vector<Version>> parse_versions(std::string_view text);
/// Comma separated names of extra packages.
Result<PackageSet> parse_packages(std::string_view text);
/// Comma separated keys of models; empty: a mix of all.
Result<std::vector<const Model*>> parse_models(std::string_view text);

struct BirthPlan {
  std::uint64_t seed = 1;
  std::vector<Version> versions;
  std::vector<const Model*> models;
  PackageSet packages = {};
  std::string source_network;  ///< `127.1.0.0/16`: a source address each; empty: none
  std::string serial_prefix = {};  ///< serial numbers (system-id on CHR) begin with it and end in the router's number; empty: as real ones
  std::shared_ptr<const std::vector<std::string>> detours = {};  ///< of every router; null: none
  std::vector<std::shared_ptr<const NetworkNamespace>> namespaces = {};  ///< one for each router; none: the machine's own network
  ListenPlan listen = {};  ///< its address may be a network: each router takes the next one
};
/// One to eight upper-case letters and digits: what is left counts 46,656 routers and more.
bool is_serial_prefix(std::string_view text);
/// The `index`-th address of an IPv4 network, without its first and last one; empty: it is none.
std::string address_in(std::string_view network, std::size_t index);
std::uint64_t hosts_in(std::string_view network);
/// The `index`-th router of a fleet.
RouterSpec birth(const BirthPlan& plan, std::size_t index);

}  // namespace openstrat::sim
