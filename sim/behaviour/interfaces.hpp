// Which interfaces a router has, which of them run, and what belongs to what.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/behaviour/settings.hpp"
#include "sim/behaviour/world.hpp"

namespace openstrat::sim {

struct Interface {
  std::string_view menu;
  RowId row = 0;
  std::string name;
  std::string_view type;
  std::string carrier;   ///< the interface below: parent of a VLAN, port of a PPPoE client
  bool enabled = true;
  bool running = false;
  bool slave = false;    ///< port of a bridge or bond
};

/// An address that the router has now, configured or given.
struct LocalAddress {
  Cidr address;
  std::string interface;
  std::string network;   ///< of a point-to-point address: the other end
  RowId row = 0;         ///< of /ip/address; 0: dynamic
  std::string origin;    ///< `static`, `dhcp`, `vpn`, `ppp`
};

/// A picture of one moment. Refers to nothing.
class Interfaces {
 public:
  Interfaces(const Config& config, const World& world);

  const std::vector<Interface>& all() const { return interfaces_; }
  const Interface* find(std::string_view name) const;
  const Interface* find(RowId row) const;
  bool running(std::string_view name) const;
  /// Layer 3 of a port: its bridge, if it is in one.
  std::string upper(std::string_view name) const;
  /// Member of an interface list, with include= and exclude=; `all`, `none`, `static`, `dynamic` are known.
  bool in_list(std::string_view interface, std::string_view list) const { return in_list(interface, list, 0); }
  /// The line that a packet through the interface ends up on: what was said about it or about what carries it.
  Line line(std::string_view name) const;

  const std::vector<LocalAddress>& addresses() const { return addresses_; }
  /// Addresses of IPv4 and IPv6 interfaces; nullptr: it is not ours.
  const LocalAddress* local(const IpAddress& address) const;
  /// The first address of an interface in a family.
  const LocalAddress* address_of(std::string_view interface, bool v6) const;
  bool is_broadcast(const IpAddress& address) const;

 private:
  struct List {
    std::vector<std::string> members;
    std::vector<std::string> include;
    std::vector<std::string> exclude;
  };
  void read_interfaces(const Config& config);
  void find_running(const World& world);
  bool runs(const Interface& interface, const World& world, int depth) const;
  void read_lists(const Config& config);
  void read_addresses(const Config& config, const World& world);
  bool in_list(std::string_view interface, std::string_view list, int depth) const;

  const World* world_ = nullptr;  ///< only while it lives as long; line() needs it
  std::vector<Interface> interfaces_;  ///< sorted by row
  std::map<std::string, std::size_t, std::less<>> by_name_;
  std::map<std::string, std::string, std::less<>> bridge_of_;
  std::map<std::string, List, std::less<>> lists_;
  std::vector<LocalAddress> addresses_;
};

/// A tunnel client: its menu ends so, and it connects to a server.
bool is_tunnel_client(std::string_view menu);
/// What the network gives this DHCP client; nullopt: nothing (disabled, no carrier, nobody answers).
std::optional<ClientLease> client_lease(const Settings& client, const Interfaces& interfaces, const World& world);

}  // namespace openstrat::sim
