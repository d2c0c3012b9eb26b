// What `get` and `print` show of the network without anybody having configured it.
#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/behaviour/traffic.hpp"
#include "sim/device/network.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

Value whole_seconds(Duration length) { return Value::time(std::chrono::duration_cast<std::chrono::seconds>(length).count() * 1'000'000'000); }

bool is_firewall(std::string_view menu) { return menu.starts_with("/ip/firewall/") || menu.starts_with("/ipv6/firewall/"); }

}  // namespace

std::optional<Value> Network::fact(std::string_view menu, RowId row, std::string_view property) const {
  if (menu == "/ip/route") return route_fact(row, property, false);
  if (menu == "/ipv6/route") return route_fact(row, property, true);
  if (menu == "/ip/dhcp-client") return client_fact(row, property);
  if (menu == "/ip/dhcp-server/lease") return lease_fact(row, property);
  if (menu == "/ppp/active") return session_fact(row, property);
  if (menu == "/tool/netwatch") return netwatch_.fact(row, property);
  if (menu == "/queue/simple") return queue_fact(row, property);
  if (menu == "/ip/hotspot/active") return login_fact(row, property);
  if (menu.ends_with("/firewall/address-list") && property == "timeout") {
    const auto expiry = expiries_.find({menu, row});
    return expiry == expiries_.end() ? std::nullopt : std::optional(whole_seconds(std::max(expiry->second - router_.elapsed(), Duration(0))));
  }
  if (is_firewall(menu) && (property == "bytes" || property == "packets")) {
    const auto counter = firewall_.counters.find({menu, row});
    const RuleCounter count = counter == firewall_.counters.end() ? RuleCounter{} : counter->second;
    return Value::num(static_cast<std::int64_t>(property == "bytes" ? count.bytes : count.packets));
  }
  if (menu == "/interface/wireguard/peers") return peer_fact(row, property);
  if (menu.starts_with("/interface")) return interface_fact(menu, row, property);
  return std::nullopt;
}

std::optional<Value> Network::route_fact(RowId row, std::string_view property, bool v6) const {
  const FoundRow found = router_.config().find(v6 ? "/ipv6/route" : "/ip/route", row);
  if (!found) return std::nullopt;
  const Settings settings(router_.config(), found);
  const Routes& table = routes(v6);
  const Route* route = table.of_row(row);
  for (const Route& each : table.all()) {  // a row of the router's own is known by what it says
    if (route != nullptr || !settings.dynamic()) break;
    const bool same = each.origin != RouteOrigin::fixed && each.destination.to_string() == settings.get("dst-address") && each.hops.front().gateway == settings.get("gateway");
    if (same && std::to_string(each.distance) == settings.get("distance")) route = &each;
  }
  if (route == nullptr) return std::nullopt;
  const auto only_true = [](bool value) { return value ? std::optional(Value::boolean(true)) : std::nullopt; };
  if (property == "active") return Value::boolean(route->active);
  if (property == "inactive") return Value::boolean(route->enabled && !route->active);
  if (property == "ecmp") return Value::boolean(route->active && route->ecmp);
  if (property == "static") return only_true(route->origin == RouteOrigin::fixed);
  if (property == "connect") return only_true(route->origin == RouteOrigin::connected);
  if (property == "dhcp") return only_true(route->origin == RouteOrigin::dhcp);
  if (property == "vpn") return only_true(route->origin == RouteOrigin::vpn);
  if (route->kind != RouteKind::unicast) return std::nullopt;
  if (property == "gateway-status") return Value::str(gateway_status(*route));
  if (property != "immediate-gw") return std::nullopt;
  std::string text;
  for (const NextHop& hop : route->hops) {
    if (hop.reachable) text.append(text.empty() ? "" : ",").append(immediate_text(hop));
  }
  return Value::str(text);
}

std::optional<Value> Network::client_fact(RowId row, std::string_view property) const {
  const FoundRow found = router_.config().find("/ip/dhcp-client", row);
  if (!found) return std::nullopt;
  const Settings client(router_.config(), found);
  const auto lease = client_lease(client, interfaces(), world_);
  if (property == "status") return client.enabled() ? std::optional(Value::str(lease ? "bound" : "searching...")) : std::nullopt;
  if (property == "invalid") return Value::boolean(interfaces().find(client.get("interface")) == nullptr);
  if (!lease) return std::nullopt;
  if (property == "address") return Value::str(lease->address.to_string());
  if (property == "gateway") return Value::str(lease->gateway);
  if (property == "dhcp-server") return Value::str(lease->server);
  if (property == "primary-dns") return Value::str(lease->dns);
  if (property == "expires-after") return whole_seconds(std::chrono::minutes(8));
  return std::nullopt;
}

std::optional<Value> Network::interface_fact(std::string_view menu, RowId row, std::string_view property) const {
  const Interface* interface = interfaces().find(row);
  if (interface == nullptr || (menu != interface->menu && menu != "/interface")) return std::nullopt;
  if (property == "running") return Value::boolean(interface->running);
  if (property == "slave") return Value::boolean(interface->slave);
  if (property == "link-downs") {
    const auto downs = link_downs_.find(interface->name);
    return Value::num(downs == link_downs_.end() ? 0 : static_cast<std::int64_t>(downs->second));
  }
  if (world_.real_tunnels && (interface->type == "wg" || is_real(*interface))) return carried_fact(*interface, property);
  const Traffic traffic = traffic_of(world_.seed, row, interface->running, router_.uptime());
  const auto number = [](std::uint64_t value) { return Value::num(static_cast<std::int64_t>(value)); };
  if (property == "rx-byte" || property == "rx-bytes") return number(traffic.rx_bytes);
  if (property == "tx-byte" || property == "tx-bytes") return number(traffic.tx_bytes);
  if (property == "rx-packet") return number(traffic.rx_packets);
  if (property == "tx-packet") return number(traffic.tx_packets);
  constexpr std::string_view kClean[] = {"rx-drop", "tx-drop", "rx-error", "tx-error", "tx-queue-drop", "fp-rx-byte", "fp-tx-byte", "fp-rx-packet", "fp-tx-packet"};
  return std::ranges::find(kClean, property) == std::end(kClean) ? std::nullopt : std::optional(Value::num(0));
}

/// The programs that carry real tunnels count bytes only.
std::optional<Value> Network::carried_fact(const Interface& interface, std::string_view property) const {
  const auto known = world_.carried.find(interface.name);
  const Carried carried = known == world_.carried.end() ? Carried{} : known->second;
  if (property == "rx-byte" || property == "rx-bytes") return Value::num(static_cast<std::int64_t>(carried.rx));
  if (property == "tx-byte" || property == "tx-bytes") return Value::num(static_cast<std::int64_t>(carried.tx));
  return std::nullopt;
}

std::vector<std::pair<std::string_view, Value>> Network::monitor_client(const Interface& interface) const {
  std::vector<std::pair<std::string_view, Value>> shown;
  const auto tunnel = world_.tunnels.find(interface.name);
  const auto dialing = world_.dialing.find(interface.name);
  const std::string idle = !interface.enabled ? "disabled" : dialing == world_.dialing.end() ? "connecting..." : dialing->second;
  shown.emplace_back("status", Value::str(tunnel == world_.tunnels.end() ? idle : "connected"));
  if (tunnel == world_.tunnels.end()) return shown;
  const Settings client(router_.config(), router_.config().find(interface.menu, interface.row));
  shown.emplace_back("uptime", whole_seconds(router_.elapsed() - tunnel->second.since));
  shown.emplace_back("encoding", Value::str(tunnel->second.encoding));
  if (const std::int64_t mtu = client.number("max-mtu", 0); mtu > 0) shown.emplace_back("mtu", Value::num(mtu));
  const auto address = [](const std::string& text) { return Value::str(text.substr(0, text.find('/'))); };
  shown.emplace_back("local-address", address(tunnel->second.local));
  shown.emplace_back("remote-address", address(tunnel->second.remote));
  return shown;
}

std::optional<Value> Network::real_peer_fact(RowId row, std::string_view property) const {
  const auto known = world_.peers.find(row);
  if (known == world_.peers.end()) return std::nullopt;
  const PeerState& peer = known->second;
  if (property == "current-endpoint-address" && !peer.endpoint.empty()) return Value::str(peer.endpoint);
  if (property == "current-endpoint-port" && !peer.endpoint.empty()) return Value::num(peer.port);
  if (property == "last-handshake" && peer.handshake) return whole_seconds(system_clock().now() - *peer.handshake);
  if (property == "rx") return Value::num(static_cast<std::int64_t>(peer.carried.rx));
  return property == "tx" ? std::optional(Value::num(static_cast<std::int64_t>(peer.carried.tx))) : std::nullopt;
}

/// A peer with an endpoint shakes hands every two minutes as long as the world lets tunnels connect.
std::optional<Value> Network::peer_fact(RowId row, std::string_view property) const {
  if (world_.real_tunnels) return real_peer_fact(row, property);
  const Settings peer(router_.config(), "/interface/wireguard/peers", router_.config().find("/interface/wireguard/peers", row).row);
  const bool talks = world_.tunnels_connect && online() && peer.enabled() && !peer.get("endpoint-address").empty() && interfaces().running(peer.get("interface"));
  if (!talks) return std::nullopt;
  if (property == "current-endpoint-address") return Value::str(peer.get("endpoint-address"));
  if (property == "current-endpoint-port") return Value::num(peer.number("endpoint-port", 0));
  if (property == "last-handshake") return whole_seconds(router_.uptime() % std::chrono::seconds(120));
  const Traffic traffic = traffic_of(world_.seed + 99, row, true, router_.uptime());
  if (property == "rx" || property == "tx") return Value::num(static_cast<std::int64_t>((property == "rx" ? traffic.rx_bytes : traffic.tx_bytes) / 32));
  return std::nullopt;
}

std::optional<Value> Network::queue_fact(RowId row, std::string_view property) const {
  const Traffic traffic = traffic_of(world_.seed + 77, row, true, router_.uptime());
  if (property == "bytes") return Value::str(fmt::format("{}/{}", traffic.tx_bytes / 16, traffic.rx_bytes / 16));
  if (property == "packets") return Value::str(fmt::format("{}/{}", traffic.tx_packets / 16, traffic.rx_packets / 16));
  if (property == "rate") return Value::str(fmt::format("{}/{}", traffic.tx_bits_per_second / 16, traffic.rx_bits_per_second / 16));
  return property == "dropped" ? std::optional(Value::str("0/0")) : std::nullopt;
}

std::optional<Value> Network::session_fact(RowId row, std::string_view property) const {
  const auto session = std::ranges::find(world_.sessions, row, &PppSession::number);
  if (session == world_.sessions.end()) return std::nullopt;
  if (property == "uptime") return whole_seconds(router_.elapsed() - session->since);
  return property == "radius" ? std::optional(Value::boolean(false)) : std::nullopt;
}

std::optional<Value> Network::login_fact(RowId row, std::string_view property) const {
  const auto login = std::ranges::find(world_.logins, row, &HotspotLogin::number);
  if (login == world_.logins.end()) return std::nullopt;
  if (property == "uptime") return whole_seconds(router_.elapsed() - login->since);
  return property == "radius" ? std::optional(Value::boolean(false)) : std::nullopt;
}

std::optional<Value> Network::lease_fact(RowId row, std::string_view property) const {
  const auto bound = leases_.find(row);
  if (property == "status") return Value::str(bound == leases_.end() ? "waiting" : "bound");
  if (bound == leases_.end()) return std::nullopt;
  if (property == "expires-after") return whole_seconds(bound->second.length - (router_.elapsed() - bound->second.since) % bound->second.length);
  if (property == "last-seen") return whole_seconds((router_.elapsed() - bound->second.since) % bound->second.length);
  if (property == "active-address") return Value::str(bound->second.address);
  if (property == "active-mac-address") return Value::str(bound->second.mac);
  if (property == "active-server") return Value::str(bound->second.server);
  return property == "host-name" && !bound->second.host_name.empty() ? std::optional(Value::str(bound->second.host_name)) : std::nullopt;
}

}  // namespace openstrat::sim
