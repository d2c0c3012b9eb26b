// Those who get an address: DHCP clients, tunnels, PPP sessions, leases of the DHCP server. And their hooks.
#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/device/network.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

constexpr Duration kDial = std::chrono::seconds(2);        ///< from the wish to the session
constexpr Duration kKeepalive = std::chrono::seconds(10);  ///< until a dead session is noticed
constexpr std::uint32_t kSomewhere = 0xC6336401;           ///< 198.51.100.1: a name that nobody knows is as far away as the Internet
constexpr int kTries = 5;                                  ///< lossy lines still carry sessions

std::string address_only(const std::string& text) { return text.substr(0, text.find('/')); }

/// `ovpn` of `/interface/ovpn-client`.
std::string service_of(std::string_view menu) {
  const std::string_view name = menu.substr(menu.rfind('/') + 1);
  return std::string(name.substr(0, name.find('-')));
}

/// The first address of a pool's ranges for which `taken` says no.
std::optional<std::string> first_free(std::string_view ranges, const auto& taken) {
  for (const std::string_view range : text::split(ranges, ',')) {
    const std::size_t dash = range.find('-');
    std::optional<IpAddress> first = IpAddress::parse(range.substr(0, dash));
    std::optional<IpAddress> last = dash == std::string_view::npos ? first : IpAddress::parse(range.substr(dash + 1));
    if (const auto cidr = range.contains('/') ? Cidr::parse(range) : std::nullopt; cidr && cidr->address().is_v4() && cidr->prefix_length() < 31) {
      const std::uint32_t network = cidr->network().address().v4_value();
      first = IpAddress::v4(network + 1);
      last = IpAddress::v4(network + (1ULL << (32 - cidr->prefix_length())) - 2);
    }
    if (!first || !last || !first->is_v4() || !last->is_v4()) continue;
    for (std::uint64_t bits = first->v4_value(); bits <= last->v4_value(); ++bits) {
      const std::string text = IpAddress::v4(static_cast<std::uint32_t>(bits)).to_string();
      if (!taken(text)) return text;
    }
  }
  return std::nullopt;
}

}  // namespace

// ---- DHCP client --------------------------------------------------------------------------------------------------

void Network::tell_client(RowId row, const ClientLease& lease, bool bound) {
  const Settings client(router_.config(), router_.config().find("/ip/dhcp-client", row));
  const std::string interface(client.get("interface")), script(client.get("script"));
  const std::string address = lease.address.address().to_string();
  router_.write_log("dhcp,info", fmt::format("dhcp-client on {} {} IP address {}", interface, bound ? "got" : "lost", address));
  run_hook(script, "dhcp-client", {{"bound", Value::str(bound ? "1" : "0")}, {"server-address", Value::str(lease.server)}, {"lease-address", Value::str(address)},
                                   {"interface", Value::str(interface)}, {"gateway-address", Value::str(lease.gateway)}, {"vendor-specific", Value::str("")},
                                   {"lease-options", Value::array(Array())}});
}

void Network::release_client(RowId row) {
  const auto known = leased_.find(row);
  if (known == leased_.end()) return;
  const ClientLease lease = known->second;
  leased_.erase(known);
  tell_client(row, lease, false);
  settle_soon();
}

void Network::settle_clients() {
  struct Moved {
    RowId row;
    std::string interface;
    std::optional<ClientLease> lease;
    ClientLease before;
  };
  std::vector<Moved> moved;
  std::set<RowId> there;
  for (const FoundRow& found : router_.config().rows("/ip/dhcp-client")) {
    const Settings client(router_.config(), found);
    there.insert(client.id());
    const auto lease = client_lease(client, interfaces(), world_);
    const auto known = leased_.find(client.id());
    const bool same = lease && known != leased_.end() && known->second.address == lease->address && known->second.gateway == lease->gateway;
    if (same || (!lease && known == leased_.end())) continue;
    moved.push_back({client.id(), std::string(client.get("interface")), lease, known == leased_.end() ? ClientLease{} : known->second});
  }
  std::erase_if(leased_, [&](const auto& each) { return !there.contains(each.first); });
  for (const Moved& each : moved) {
    if (each.lease) leased_[each.row] = *each.lease;
    else leased_.erase(each.row);
    const ClientLease& lease = each.lease ? *each.lease : each.before;
    tell_client(each.row, lease, each.lease.has_value());
  }
}

// ---- tunnels ------------------------------------------------------------------------------------------------------

bool Network::set_tunnel(const std::string& interface, bool up, std::string local, std::string remote) {
  const Interface* known = interfaces().find(interface);
  if (known == nullptr || !is_tunnel_client(known->menu) || is_real(*known)) return false;
  if (!up) {
    told_.erase(interface);
    if (world_.tunnels.contains(interface)) lose_tunnel(interface);
    return true;
  }
  told_.insert(interface);
  if (known->enabled && !world_.tunnels.contains(interface)) connect_tunnel(interface, std::move(local), std::move(remote));
  return true;
}

void Network::settle_tunnels() {
  for (auto tunnel = world_.tunnels.begin(); tunnel != world_.tunnels.end();) {
    const auto next = std::next(tunnel);
    if (interfaces().find(tunnel->first) == nullptr) world_.tunnels.erase(tunnel);  // its interface was removed
    tunnel = next;
  }
  const std::vector<Interface> all = interfaces().all();  // connecting makes a new picture
  for (const Interface& each : all) {
    if (is_tunnel_client(each.menu)) settle_tunnel(each);
  }
}

void Network::settle_tunnel(const Interface& interface) {
  if (is_real(interface)) return;
  EventLoop& loop = router_.services().loop;
  const bool connected = world_.tunnels.contains(interface.name);
  const bool wanted = interface.enabled && (world_.tunnels_connect || told_.contains(interface.name));
  const Settings client(router_.config(), router_.config().find(interface.menu, interface.row));
  if (connected && !interface.enabled) return lose_tunnel(interface.name);
  const bool settled = connected ? reaches_server(client, interface) : !wanted || !reaches_server(client, interface);
  const auto pending = tunnel_timers_.find(interface.name);
  if (settled) {
    if (pending != tunnel_timers_.end()) loop.cancel(pending->second);
    tunnel_timers_.erase(interface.name);
    return;
  }
  if (pending != tunnel_timers_.end()) return;
  tunnel_timers_[interface.name] = loop.after(connected ? kKeepalive : kDial, [this, name = interface.name, connected] {
    tunnel_timers_.erase(name);
    const Interface* still = interfaces().find(name);
    if (still == nullptr || world_.tunnels.contains(name) != connected) return;
    const Settings now(router_.config(), router_.config().find(still->menu, still->row));
    const bool reaches = still->enabled && reaches_server(now, *still);
    if (connected && !reaches) lose_tunnel(name);
    if (!connected && reaches) connect_tunnel(name, {}, {});
  });
}

bool Network::reaches_server(const Settings& client, const Interface& interface) {
  const std::string_view server = client.get("connect-to");
  if (interface.menu == "/interface/pppoe-client") {
    const Interface* port = interfaces().find(interface.carrier);
    return port != nullptr && port->running && interfaces().line(interface.carrier).internet;
  }
  EchoRequest request{.route = {.destination = address_of(server).value_or(IpAddress::v4(kSomewhere))}};
  const RouteChoice way = routes().find(request.route);
  if (way.leaves() && way.hop->interface == interface.name) return world_.link;  // through itself: it carried the session so far
  // A session does not move to another line, it breaks; one that was told to be there without a way stays.
  const auto tunnel = world_.tunnels.find(interface.name);
  if (tunnel != world_.tunnels.end() && tunnel->second.via.empty()) return world_.link;
  if (tunnel != world_.tunnels.end() && (!way.leaves() || way.hop->interface != tunnel->second.via)) return false;
  for (int i = 0; i < kTries; ++i) {
    if (echo(request).answered) return true;
  }
  return false;
}

bool Network::is_real(const Interface& interface) const { return world_.real_tunnels && interface.menu == "/interface/ovpn-client"; }

void Network::connect_tunnel(const std::string& name, std::string local, std::string remote) {
  const Interface* interface = interfaces().find(name);
  const RowId row = interface->row;
  const std::string_view menu = interface->menu;
  if (local.empty()) local = fmt::format("10.255.{}.2", row % 256);
  if (remote.empty()) remote = fmt::format("10.255.{}.1", row % 256);
  const Settings client(router_.config(), router_.config().find(menu, row));
  const RouteChoice way = routes().find({.destination = address_of(client.get("connect-to")).value_or(IpAddress::v4(kSomewhere))});
  const std::string via = way.leaves() && menu != "/interface/pppoe-client" ? way.hop->interface : std::string();
  tunnel_up(name, {.local = local, .remote = remote, .via = via, .since = router_.elapsed()});
}

void Network::tunnel_up(const std::string& name, Tunnel tunnel) {
  const Interface* interface = interfaces().find(name);
  if (interface == nullptr || !running_) return;
  const RowId row = interface->row;
  const std::string_view menu = interface->menu;
  const Settings client(router_.config(), router_.config().find(menu, row));
  const PppSession session{.user = std::string(client.get("user")), .caller = std::string(client.get("connect-to")), .local = address_only(tunnel.local), .remote = tunnel.remote};
  world_.tunnels[name] = std::move(tunnel);
  world_.dialing.erase(name);
  forget_pictures();
  router_.write_log(service_of(menu) + ",ppp,info", name + ": connected");
  run_ppp_hook(client.get("profile"), "on-up", session, row);
  settle_soon();
}

void Network::tunnel_down(const std::string& name) {
  if (running_ && world_.tunnels.contains(name)) lose_tunnel(name);
}

void Network::lose_tunnel(const std::string& name) {
  const Tunnel tunnel = world_.tunnels[name];
  world_.tunnels.erase(name);
  forget_pictures();
  const Interface* interface = interfaces().find(name);
  if (interface != nullptr) {
    router_.write_log(service_of(interface->menu) + ",ppp,info", name + ": disconnected");
    const Settings client(router_.config(), router_.config().find(interface->menu, interface->row));
    const PppSession session{.user = std::string(client.get("user")), .caller = std::string(client.get("connect-to")), .local = address_only(tunnel.local), .remote = tunnel.remote};
    run_ppp_hook(client.get("profile"), "on-down", session, interface->row);
  }
  settle_soon();
}

void Network::run_ppp_hook(std::string_view profile, std::string_view hook, const PppSession& session, RowId interface) {
  const FoundRow found = router_.config().find_named("/ppp/profile", profile);
  const std::string source(Settings(router_.config(), "/ppp/profile", found.row).get(hook));
  run_hook(source, std::string(hook), {{"user", Value::str(session.user)}, {"local-address", Value::str(session.local)}, {"remote-address", Value::str(session.remote)},
                                       {"caller-id", Value::str(session.caller)}, {"called-id", Value::str("")}, {"interface", Value::id(interface)}});
}

// ---- PPP server ---------------------------------------------------------------------------------------------------

Result<PppSession> Network::connect_ppp(PppSession session, const std::optional<std::string>& password) {
  const FoundRow found = router_.config().find_named("/ppp/secret", session.user);
  const Settings secret(router_.config(), "/ppp/secret", found.row);
  const std::string_view service = secret.get("service");
  const bool right = found && secret.enabled() && (!password || secret.get("password") == *password) && (service == "any" || session.service.empty() || service == session.service);
  if (!right) {
    router_.write_log(session.service + ",ppp,error", fmt::format("<{}>: user {} authentication failed", session.caller, session.user));
    return fail(Errc::forbidden, "the router refuses: no such secret, password or service");
  }
  if (session.service.empty()) session.service = service == "any" ? "l2tp" : service;
  session.profile = secret.get("profile");
  const Settings profile(router_.config(), "/ppp/profile", router_.config().find_named("/ppp/profile", session.profile).row);
  if (profile.yes("only-one")) disconnect_ppp(session.user);
  session.number = next_session_++;
  session.since = router_.elapsed();
  session.interface = fmt::format("<{}-{}>", session.service, session.user);
  const auto either = [&](std::string_view name) { return std::string(secret.get(name).empty() ? profile.get(name) : secret.get(name)); };
  session.local = either("local-address");
  if (session.remote.empty()) session.remote = either("remote-address");
  if (const FoundRow pool = router_.config().find_named("/ip/pool", session.remote)) {
    const auto taken = [&](const std::string& text) { return std::ranges::find(world_.sessions, text, &PppSession::remote) != world_.sessions.end(); };
    session.remote = first_free(Settings(router_.config(), pool).get("ranges"), taken).value_or("");
  }
  world_.sessions.push_back(session);
  forget_pictures();
  router_.write_log(fmt::format("{},ppp,info,account", session.service), fmt::format("{} logged in, {} from {}", session.user, session.remote, session.caller));
  run_ppp_hook(session.profile, "on-up", session, 0xF00000 + session.number);
  settle_soon();
  return session;
}

bool Network::disconnect_ppp(std::string_view user) {
  for (std::size_t i = 0; i < world_.sessions.size(); ++i) {
    if (world_.sessions[i].user != user) continue;
    end_session(i);
    return true;
  }
  return false;
}

void Network::end_session(std::size_t index) {
  const PppSession session = world_.sessions[index];
  world_.sessions.erase(world_.sessions.begin() + static_cast<std::ptrdiff_t>(index));
  forget_pictures();
  router_.write_log(fmt::format("{},ppp,info,account", session.service), fmt::format("{} logged out", session.user));
  run_ppp_hook(session.profile, "on-down", session, 0xF00000 + session.number);
  settle_soon();
}

// ---- DHCP server --------------------------------------------------------------------------------------------------

Result<RowId> Network::lease_server(const std::string& name) const {
  for (const FoundRow& found : router_.config().rows("/ip/dhcp-server")) {
    const Settings server(router_.config(), found);
    if (server.enabled() && (name.empty() || server.get("name") == name)) return server.id();
  }
  return fail(Errc::not_found, "there is no such DHCP server, or it is disabled");
}

std::optional<std::string> Network::free_address(RowId server) const {
  const Config& config = router_.config();
  const FoundRow pool = config.find_named("/ip/pool", Settings(config, config.find("/ip/dhcp-server", server)).get("address-pool"));
  if (!pool) return std::nullopt;
  return first_free(Settings(config, pool).get("ranges"), [&](const std::string& text) {
    return std::ranges::any_of(config.rows("/ip/dhcp-server/lease"), [&](const FoundRow& found) {
      const std::string* address = found.row->find("address");
      return address != nullptr && *address == text;
    });
  });
}

Result<std::string> Network::lease(const LeaseRequest& asked) {
  const auto server = lease_server(asked.server);
  if (!server) return fail(Error(server.error()));
  LeaseRequest request = asked;
  const auto mac = MacAddress::parse(request.mac);
  if (!mac) return fail(Errc::invalid, "a lease needs the mac of the client");
  request.mac = mac->to_string();
  Config& config = router_.config();
  const Settings row_of_server(config, config.find("/ip/dhcp-server", *server));
  request.server = row_of_server.get("name");
  const Duration length = row_of_server.time("lease-time", std::chrono::minutes(30));
  RowId row = 0;
  for (const FoundRow& found : config.rows("/ip/dhcp-server/lease")) {
    const Settings lease(config, found);
    if (!text::equal_ignoring_case(lease.get("mac-address"), request.mac)) continue;
    row = lease.id();
    if (request.address.empty()) request.address = lease.get("address");
  }
  if (!request.bound) {
    if (row == 0 || leases_.erase(row) == 0) return fail(Errc::not_found, "this client has no lease");
    router_.write_log("dhcp,info", fmt::format("{} deassigned {} for {} {}", request.server, request.address, request.mac, request.host_name));
    if (config.find("/ip/dhcp-server/lease", row).row->dynamic) config.remove("/ip/dhcp-server/lease", {row});
    run_lease_hook(*server, request, request.address);
    return request.address;
  }
  if (request.address.empty()) request.address = free_address(*server).value_or("");
  if (request.address.empty()) return fail(Errc::conflict, "the pool has no free address");
  if (row == 0) row = config.add_dynamic("/ip/dhcp-server/lease", {{"address", request.address}, {"mac-address", request.mac}, {"server", request.server}});
  leases_[row] = {.server = request.server, .mac = request.mac, .address = request.address, .host_name = request.host_name, .since = router_.elapsed(), .length = std::max<Duration>(length, std::chrono::seconds(1))};
  router_.write_log("dhcp,info", fmt::format("{} assigned {} for {} {}", request.server, request.address, request.mac, request.host_name));
  router_.row_changed("/ip/dhcp-server/lease", row, Change::added);
  run_lease_hook(*server, request, request.address);
  return request.address;
}

void Network::run_lease_hook(RowId server, const LeaseRequest& request, const std::string& address) {
  const std::string script(Settings(router_.config(), router_.config().find("/ip/dhcp-server", server)).get("lease-script"));
  run_hook(script, "dhcp-server", {{"leaseBound", Value::str(request.bound ? "1" : "0")}, {"leaseServerName", Value::str(request.server)}, {"leaseActMAC", Value::str(request.mac)},
                                   {"leaseActIP", Value::str(address)}, {"lease-hostname", Value::str(request.host_name)}, {"lease-options", Value::array(Array())}});
}

}  // namespace openstrat::sim
