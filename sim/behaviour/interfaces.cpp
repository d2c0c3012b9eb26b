#include "sim/behaviour/interfaces.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"

namespace openstrat::sim {
namespace {

constexpr int kMaxDepth = 8;  ///< a VLAN on a VLAN on a bridge; configurations may hold cycles

bool is_port(std::string_view type) { return type == "ether" || type == "wlan" || type == "wifi" || type == "lte"; }

std::vector<std::string> words(std::string_view list) {
  std::vector<std::string> out;
  for (const std::string_view word : text::split(list, ',')) {
    if (!word.empty()) out.emplace_back(word);
  }
  return out;
}

}  // namespace

bool is_tunnel_client(std::string_view menu) {
  return menu.starts_with("/interface/") && menu.ends_with("-client") && menu != "/interface/dot1x/client";
}

Interfaces::Interfaces(const Config& config, const World& world) : world_(&world) {
  read_interfaces(config);
  find_running(world);
  read_lists(config);
  read_addresses(config, world);
}

void Interfaces::read_interfaces(const Config& config) {
  for (const FoundRow& found : config.rows("/interface")) {
    const Settings settings(config, found);
    const Menu* menu = config.schema().find(found.menu);
    Interface interface{.menu = found.menu, .row = found.row->id, .name = std::string(settings.get("name")),
                        .type = menu == nullptr ? std::string_view() : menu->interface_type, .carrier = std::string(settings.get("interface")),
                        .enabled = settings.enabled()};
    by_name_.emplace(interface.name, interfaces_.size());
    interfaces_.push_back(std::move(interface));
  }
  for (const FoundRow& found : config.rows("/interface/bridge/port")) {
    const Settings port(config, found);
    if (port.enabled() && port.get("bridge") != "none") bridge_of_.emplace(port.get("interface"), port.get("bridge"));
  }
  for (const FoundRow& found : config.rows("/interface/bonding")) {
    const Settings bond(config, found);
    for (const std::string& slave : words(bond.get("slaves"))) bridge_of_.emplace(slave, bond.get("name"));
  }
  for (Interface& interface : interfaces_) interface.slave = bridge_of_.contains(interface.name);
}

void Interfaces::find_running(const World& world) {
  std::vector<bool> running;
  for (const Interface& interface : interfaces_) running.push_back(runs(interface, world, 0));
  for (std::size_t i = 0; i < interfaces_.size(); ++i) interfaces_[i].running = running[i];
}

bool Interfaces::runs(const Interface& interface, const World& world, int depth) const {
  if (!interface.enabled || depth > kMaxDepth || !world.line(interface.name).up) return false;
  if (is_port(interface.type)) return interface.row != 1 || world.link;
  if (world.real_tunnels && interface.type == "wg") return world.carried.contains(interface.name);
  if (is_tunnel_client(interface.menu)) return world.tunnels.contains(interface.name);
  if (interface.type == "vlan" || interface.type == "macvlan" || interface.type == "vrrp") {
    const Interface* below = find(interface.carrier);
    return below == nullptr || runs(*below, world, depth + 1);
  }
  if (interface.type != "bridge" && interface.type != "bond") return true;
  bool has_ports = false;
  for (const auto& [port, upper] : bridge_of_) {
    if (upper != interface.name) continue;
    const Interface* below = find(port);
    if (below == nullptr) continue;
    has_ports = true;
    if (runs(*below, world, depth + 1)) return true;
  }
  return !has_ports;
}

const Interface* Interfaces::find(std::string_view name) const {
  const auto known = by_name_.find(name);
  return known == by_name_.end() ? nullptr : &interfaces_[known->second];
}

const Interface* Interfaces::find(RowId row) const {
  const auto at = std::lower_bound(interfaces_.begin(), interfaces_.end(), row, [](const Interface& each, RowId id) { return each.row < id; });
  return at != interfaces_.end() && at->row == row ? &*at : nullptr;
}

bool Interfaces::running(std::string_view name) const {
  const Interface* known = find(name);
  return known == nullptr ? name.starts_with('<') : known->running;  // of a PPP server: there as long as its session
}

std::string Interfaces::upper(std::string_view name) const {
  const auto bridge = bridge_of_.find(name);
  return bridge == bridge_of_.end() ? std::string(name) : bridge->second;
}

Line Interfaces::line(std::string_view name) const {
  Line line;
  std::string at(name);
  for (int depth = 0; depth < kMaxDepth && !at.empty(); ++depth) {
    if (world_->lines.contains(at)) {
      line = world_->line(at);
      break;
    }
    const Interface* known = find(at);
    if (known == nullptr) break;
    at = known->carrier;
  }
  line.internet = line.internet && world_->link;
  return line;
}

void Interfaces::read_lists(const Config& config) {
  for (const FoundRow& found : config.rows("/interface/list")) {
    const Settings list(config, found);
    List& kept = lists_[std::string(list.get("name"))];
    kept.include = words(list.get("include"));
    kept.exclude = words(list.get("exclude"));
  }
  for (const FoundRow& found : config.rows("/interface/list/member")) {
    const Settings member(config, found);
    if (member.enabled()) lists_[std::string(member.get("list"))].members.emplace_back(member.get("interface"));
  }
}

bool Interfaces::in_list(std::string_view interface, std::string_view name, int depth) const {
  if (name == "all") return true;
  if (name == "none" || depth > kMaxDepth) return false;
  const bool made_by_router = interface.starts_with('<');
  if (name == "dynamic") return made_by_router;
  if (name == "static") return !made_by_router;
  const auto known = lists_.find(name);
  if (known == lists_.end()) return false;
  const List& list = known->second;
  const auto holds = [&](const std::string& other) { return in_list(interface, other, depth + 1); };
  if (std::any_of(list.exclude.begin(), list.exclude.end(), holds)) return false;
  return std::find(list.members.begin(), list.members.end(), interface) != list.members.end() || std::any_of(list.include.begin(), list.include.end(), holds);
}

std::optional<ClientLease> client_lease(const Settings& client, const Interfaces& interfaces, const World& world) {
  const std::string_view name = client.get("interface");
  const Interface* interface = interfaces.find(name);
  if (!client.enabled() || interface == nullptr || !interface->running || interface->slave) return std::nullopt;
  const Line line = interfaces.line(name);
  if (!line.dhcp || !line.up) return std::nullopt;
  if (const auto told = world.leases.find(name); told != world.leases.end()) return told->second;
  // The usual lease: a network of its own behind each port, the same each time for the same router.
  const std::string network = interface->row == 1 ? "192.168.1" : fmt::format("100.64.{}", interface->row % 256);
  ClientLease lease;
  lease.address = *Cidr::parse(fmt::format("{}.{}/24", network, 10 + world.seed % 200));
  lease.gateway = lease.server = lease.dns = network + ".1";
  return lease;
}

void Interfaces::read_addresses(const Config& config, const World& world) {
  for (const std::string_view menu : {"/ip/address", "/ipv6/address"}) {
    for (const FoundRow& found : config.rows(menu)) {
      const Settings row(config, found);
      const auto cidr = Cidr::parse(row.get("address"));
      if (!row.enabled() || row.dynamic() || !cidr) continue;
      addresses_.push_back({*cidr, upper(row.get("interface")), std::string(row.get("network")), row.id(), "static"});
    }
  }
  for (const FoundRow& found : config.rows("/ip/dhcp-client")) {
    const Settings client(config, found);
    if (const auto lease = client_lease(client, *this, world)) addresses_.push_back({lease->address, std::string(client.get("interface")), {}, 0, "dhcp"});
  }
  const auto add_point = [&](const std::string& local, const std::string& remote, const std::string& interface, const char* origin) {
    if (const auto address = Cidr::parse(local)) addresses_.push_back({*address, interface, remote, 0, origin});
  };
  for (const auto& [name, tunnel] : world.tunnels) {
    if (running(name)) add_point(tunnel.local, tunnel.local.contains('/') ? std::string() : tunnel.remote, name, "vpn");
  }
  for (const PppSession& session : world.sessions) add_point(session.local, session.remote, session.interface, "ppp");
}

const LocalAddress* Interfaces::local(const IpAddress& address) const {
  const auto found = std::find_if(addresses_.begin(), addresses_.end(), [&](const LocalAddress& each) { return each.address.address() == address; });
  return found == addresses_.end() ? nullptr : &*found;
}

const LocalAddress* Interfaces::address_of(std::string_view interface, bool v6) const {
  const auto found = std::find_if(addresses_.begin(), addresses_.end(), [&](const LocalAddress& each) {
    return each.interface == interface && each.address.address().is_v4() != v6;
  });
  return found == addresses_.end() ? nullptr : &*found;
}

bool Interfaces::is_broadcast(const IpAddress& address) const {
  if (!address.is_v4()) return false;
  if (address.v4_value() == 0xFFFFFFFF) return true;
  return std::any_of(addresses_.begin(), addresses_.end(), [&](const LocalAddress& each) {
    if (!each.address.address().is_v4() || each.address.prefix_length() > 30) return false;
    const std::uint32_t hosts = 0xFFFFFFFFU >> each.address.prefix_length();
    return (each.address.network().address().v4_value() | hosts) == address.v4_value();
  });
}

}  // namespace openstrat::sim
