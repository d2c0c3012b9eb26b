// The network side of one running router: what its ports see, which hooks that runs, which rows and facts show it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/behaviour/dns.hpp"
#include "sim/behaviour/firewall.hpp"
#include "sim/behaviour/hotspot.hpp"
#include "sim/device/event_loop.hpp"
#include "sim/device/netwatch.hpp"
#include "sim/lang/host.hpp"

namespace openstrat::sim {

class Router;

/// Belongs to its router, which forwards power, changed rows, questions for facts. Loop thread only.
class Network {
 public:
  explicit Network(Router& router);
  ~Network() { stop(); }
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  void start();  ///< the router has booted
  void stop();   ///< it goes down; sessions, counters and connections are lost
  void row_changed(std::string_view menu, RowId row, Change change);
  /// Brings the rows that the router itself makes (connected routes, hotspot rules) up to date before a command reads them.
  void refresh(std::string_view menu);
  std::optional<Value> fact(std::string_view menu, RowId row, std::string_view property) const;

  const World& world() const { return world_; }
  /// Changes what lies beyond the ports; hooks run soon after.
  void change_world(const std::function<void(World&)>& change);
  const Interfaces& interfaces() const;
  const Routes& routes(bool v6 = false) const;
  FirewallState& firewall() { return firewall_; }

  /// One packet through the firewall. A rehearsal counts nothing and remembers nothing.
  Judgement send(Packet packet, bool rehearse = false);
  Echo echo(const EchoRequest& request);
  /// An address, or one that static DNS entries and the world know for a name.
  std::optional<IpAddress> address_of(std::string_view host) const;
  /// Whether connections of the router itself get out: false once somebody took away the way they go.
  bool online() const;

  /// Connects or disconnects a tunnel client; empty addresses: the usual ones. False: there is no such interface.
  bool set_tunnel(const std::string& interface, bool up, std::string local = {}, std::string remote = {});
  /// A tunnel that a program of the machine carries came up, or went (`World::real_tunnels`): log, hooks, addresses, routes follow.
  void tunnel_up(const std::string& interface, Tunnel tunnel);
  void tunnel_down(const std::string& interface);
  /// What a tunnel client does and has now: status, uptime, addresses, as `monitor` shows them.
  std::vector<std::pair<std::string_view, Value>> monitor_client(const Interface& interface) const;
  /// For what moves without a hook or route depending on it: counters, handshakes.
  World& counted() { return world_; }
  /// Somebody connects to a PPP server of this router; an error says why not.
  Result<PppSession> connect_ppp(PppSession session, const std::optional<std::string>& password);
  bool disconnect_ppp(std::string_view user);

  /// A DHCP client of this router gives its address back, and asks for one again.
  void release_client(RowId row);

  /// A DHCP client behind the router asks for an address, or goes.
  struct LeaseRequest {
    std::string server;    ///< empty: the only one
    std::string mac;
    std::string address;   ///< empty: the next free one of the pool
    std::string host_name;
    bool bound = true;
  };
  Result<std::string> lease(const LeaseRequest& request);

  /// Tells a line of the world up or down and counts it; the caller is the control socket or a test.
  void set_line(const std::string& interface, const std::function<void(Line&)>& change);

  /// Somebody behind a hotspot logs in; the verdict says whether that worked.
  LoginVerdict hotspot_login(const LoginRequest& request);
  bool hotspot_logout(std::string_view user_or_address);
  GardenVerdict garden(const GardenQuery& query) const { return walled_garden(router_config(), world_, query); }

  /// What a client gets that asks `server` (empty: this router) for a name, firewall and NAT included.
  struct ClientAnswer {
    NameAnswer name;
    Judgement packet;      ///< of the question
    std::string answered_by;  ///< `this router`, an address, or empty when the question got nowhere
  };
  ClientAnswer resolve_for(const NameQuery& query, const std::optional<IpAddress>& client, const std::string& in_interface, const std::string& server);
  /// What this router itself finds, cache included.
  NameAnswer resolve(const NameQuery& query);
  void flush_names() { names_.clear(); }

  using Variables = std::vector<std::pair<std::string, Value>>;
  /// Runs a hook as the router's own user; an empty source is nothing to run.
  void run_hook(std::string_view source, const std::string& name, Variables variables);
  void reset_counters(std::string_view menu, const std::vector<RowId>& rows);  ///< none: all

 private:
  struct WantedRow {
    std::vector<std::pair<std::string_view, std::string>> fields;  ///< names last as long as the program
    RowId id = 0;  ///< 0: the row is known by what it holds
  };
  using ListEntry = std::pair<std::string_view, RowId>;
  struct BoundLease {
    std::string server;
    std::string mac;
    std::string address;
    std::string host_name;
    Duration since{0};
    Duration length{0};
  };
  /// An answer of a DNS server, until it is too old.
  struct CachedName {
    NameAnswer answer;
    Duration expires{0};
  };
  const Config& router_config() const;
  void settle_soon();
  void settle();
  void settle_tunnels();
  void settle_clients();
  void tell_client(RowId row, const ClientLease& lease, bool bound);
  void settle_tunnel(const Interface& interface);
  bool is_real(const Interface& interface) const;
  void connect_tunnel(const std::string& name, std::string local, std::string remote);
  void lose_tunnel(const std::string& name);
  bool reaches_server(const Settings& client, const Interface& interface);
  void forget_pictures() const;
  void check_gateways();
  void arm_gateway_checks();
  void keep_timeout(std::string_view menu, RowId row);
  void arm_expiry();
  void expire();
  void take_additions(const std::vector<ListAddition>& additions);
  void run_ppp_hook(std::string_view profile, std::string_view hook, const PppSession& session, RowId interface);
  void end_session(std::size_t index);
  void end_login(std::size_t index);
  void run_lease_hook(RowId server, const LeaseRequest& request, const std::string& address);
  Result<RowId> lease_server(const std::string& name) const;
  std::optional<std::string> free_address(RowId server) const;

  /// Makes the dynamic rows of a menu those that are wanted; what is there already keeps its id.
  void sync_rows(std::string_view menu, const std::vector<WantedRow>& wanted, bool on_top);
  std::vector<WantedRow> wanted_routes() const;
  std::vector<WantedRow> wanted_addresses() const;
  std::vector<WantedRow> wanted_rules(std::string_view menu) const;
  std::vector<WantedRow> wanted_sessions() const;
  std::vector<WantedRow> wanted_connections() const;
  std::vector<WantedRow> wanted_logins() const;
  std::vector<WantedRow> wanted_names() const;

  std::optional<Value> route_fact(RowId row, std::string_view property, bool v6) const;
  std::optional<Value> client_fact(RowId row, std::string_view property) const;
  std::optional<Value> interface_fact(std::string_view menu, RowId row, std::string_view property) const;
  std::optional<Value> lease_fact(RowId row, std::string_view property) const;
  std::optional<Value> session_fact(RowId row, std::string_view property) const;
  std::optional<Value> login_fact(RowId row, std::string_view property) const;
  std::optional<Value> queue_fact(RowId row, std::string_view property) const;
  std::optional<Value> peer_fact(RowId row, std::string_view property) const;
  std::optional<Value> real_peer_fact(RowId row, std::string_view property) const;
  std::optional<Value> carried_fact(const Interface& interface, std::string_view property) const;

  Router& router_;
  World world_;
  FirewallState firewall_;
  Netwatch netwatch_;
  bool running_ = false;
  bool settling_ = false;
  mutable std::unique_ptr<Interfaces> interfaces_;          ///< pictures of the moment, made when asked for
  mutable std::unique_ptr<Routes> routes_[2];               ///< of IPv4 and IPv6
  DeadGateways dead_;
  std::map<std::string, int> misses_;                       ///< unanswered checks in a row, by gateway
  std::map<RowId, ClientLease> leased_;                     ///< DHCP clients that are bound
  std::map<ListEntry, Duration> expiries_;                  ///< of address list entries
  Duration expiry_at_{0};                                   ///< what expiry_timer_ waits for
  std::map<RowId, BoundLease> leases_;                      ///< of the DHCP server, by row
  std::map<std::string, std::uint64_t, std::less<>> link_downs_;
  std::map<std::string, CachedName> names_;                 ///< DNS cache, by type and name
  std::set<std::string> told_;                              ///< tunnels that somebody connected by hand
  std::optional<EventLoop::TimerId> gateway_timer_;
  std::optional<EventLoop::TimerId> expiry_timer_;
  std::optional<EventLoop::TimerId> settle_timer_;
  std::map<std::string, EventLoop::TimerId> tunnel_timers_;
  std::uint64_t next_session_ = 1;
  std::shared_ptr<bool> alive_;                             ///< for work that the loop does soon
};

}  // namespace openstrat::sim
