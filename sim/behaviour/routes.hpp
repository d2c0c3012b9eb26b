// Routing: which routes a router has, which of them are active, where a packet goes.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.hpp"
#include "sim/behaviour/interfaces.hpp"

namespace openstrat::sim {

enum class RouteKind { unicast, blackhole, unreachable, prohibit };
enum class RouteOrigin { fixed, connected, dhcp, vpn };

struct NextHop {
  std::string gateway;                 ///< as configured
  std::optional<IpAddress> address;    ///< none: the interface itself
  std::string interface;               ///< where it leaves; empty: unresolved
  std::optional<IpAddress> immediate;  ///< what is asked for on that interface: differs from `address` when recursive
  bool recursive = false;
  bool reachable = false;
};

struct Route {
  RowId row = 0;                ///< of the menu; 0: made by the router
  RouteOrigin origin = RouteOrigin::fixed;
  RouteKind kind = RouteKind::unicast;
  std::string table = "main";
  Cidr destination;
  int distance = 1;
  int scope = 30;
  int target_scope = 10;
  std::string pref_src;
  std::string check_gateway;    ///< `ping`, `arp`, …; empty or `none`: nobody checks
  std::vector<NextHop> hops;
  bool enabled = true;
  bool active = false;
  bool ecmp = false;            ///< shares its destination with others, or has several hops

  bool reachable() const;
};

/// What a packet is looked up by.
struct RouteQuery {
  IpAddress destination;
  std::optional<IpAddress> source = {};
  std::string in_interface = {};
  std::string mark = {};     ///< set by mangle: names a table
  std::string table = {};    ///< asked for outright (`/ping routing-table=`)
};

struct RouteChoice {
  const Route* route = nullptr;   ///< null: no route to host
  const NextHop* hop = nullptr;   ///< of a unicast route
  std::string why;                ///< `0.0.0.0/0 via 192.168.1.1%ether1 (table main)`
  bool leaves() const { return hop != nullptr; }
};

/// Gateways that did not answer their check, as configured (`192.0.2.1`, `192.0.2.1%ether1`).
using DeadGateways = std::set<std::string, std::less<>>;

/// A picture of one moment, of one address family. Refers to `config` and `interfaces` only while it is made.
class Routes {
 public:
  Routes(const Config& config, const Interfaces& interfaces, const World& world, const DeadGateways& dead, bool v6 = false);

  const std::vector<Route>& all() const { return routes_; }
  const Route* of_row(RowId row) const;
  RouteChoice find(const RouteQuery& query) const;
  /// The active route that leaves through an interface, for senders that insist on one; nullptr: none.
  const Route* through(std::string_view interface, const RouteQuery& query) const;

 private:
  struct Rule {
    std::optional<Cidr> source;
    std::optional<Cidr> destination;
    std::string interface;
    std::string mark;
    std::string action;
    std::string table;
  };
  void read_static(const Config& config);
  void add_connected(const Interfaces& interfaces);
  void add_given(const Config& config, const Interfaces& interfaces, const World& world);
  void add_default(const std::string& gateway, int distance, RouteOrigin origin, std::string table);
  void read_rules(const Config& config);
  void resolve(const Interfaces& interfaces, const DeadGateways& dead);
  void resolve_hop(const Route& route, NextHop& hop, const Interfaces& interfaces) const;
  void choose();
  const Route* best(std::string_view table, const IpAddress& destination, int scope_below) const;
  RouteChoice in_table(std::string_view table, const RouteQuery& query) const;

  bool v6_;
  bool version7_;
  std::vector<Route> routes_;
  std::vector<Rule> rules_;
};

/// `192.168.1.1%ether1`, `ether1`: how v7 writes the hop that is really asked.
std::string immediate_text(const NextHop& hop);
/// How v6 writes the state of the gateways of a route.
std::string gateway_status(const Route& route);

/// One echo request, or anything else that wants an answer.
struct Echo {
  bool answered = false;
  Duration rtt{0};
  std::string status;   ///< `timeout`, `no route to host`; empty when answered
};
struct EchoRequest {
  RouteQuery route;
  std::string interface;   ///< leave here: only active routes through it count
  bool on_link = false;    ///< asked on `interface` itself, as ARP does
};
Echo send_echo(const Routes& routes, const Interfaces& interfaces, const World& world, const EchoRequest& request, Rng& rng);

}  // namespace openstrat::sim
