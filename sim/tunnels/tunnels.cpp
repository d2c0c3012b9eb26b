#include "sim/tunnels/tunnels.hpp"

#include <unistd.h>

#include <charconv>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/device/certificates.hpp"
#include "sim/device/network.hpp"
#include "sim/device/outlet.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kOvpn = "/interface/ovpn-client";
constexpr std::string_view kWireguard = "/interface/wireguard";
constexpr std::string_view kPeers = "/interface/wireguard/peers";
constexpr Duration kUntilAskedAgain = std::chrono::seconds(10);

/// Unlike that of any other router on this machine, in at most fifteen bytes.
std::string new_device(std::string_view prefix) {
  static std::uint64_t made = 0;
  char digits[16];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), getpid(), 36);
  return fmt::format("{}{}-{}", prefix, std::string_view(digits, static_cast<std::size_t>(end.ptr - digits)), ++made);
}

}  // namespace

std::shared_ptr<Tunnels> open_tunnels(Router& router) { return router.spec().network_namespace == nullptr ? nullptr : std::make_shared<Tunnels>(router); }

Tunnels::Tunnels(Router& router) : router_(router), links_(std::make_unique<Links>(router)) {
  router.network().change_world([](World& world) { world.real_tunnels = true; });
  watches_.push_back(router.watch_power([this](bool on) { on ? settle_soon() : stop_at_once(); }));
  for (const std::string_view menu : {std::string_view("/interface"), kPeers, std::string_view("/ip/address"), std::string_view("/ipv6/address"), std::string_view("/ip/route"), std::string_view("/certificate")}) {
    watches_.push_back(router.watch_rows(menu, [this](RowId, Change) { settle_soon(); }));
  }
  settle_soon();
}

Tunnels::~Tunnels() {
  links_.reset();  // before the devices go with their processes
}

/// Rows change inside of scripts, several at a time.
void Tunnels::settle_soon() {
  if (settling_) return;
  settling_ = true;
  router_.services().loop.soon([this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) settle();
  });
}

void Tunnels::settle() {
  settling_ = false;
  if (router_.power() != Power::on || !router_.link()) return stop_at_once();
  settle_ovpn();
  settle_wireguard();
  settle_links();
}

/// Nobody has the time to say good-bye when a plug or a cable is pulled.
void Tunnels::stop_at_once() {
  for (auto& [row, client] : clients_) {
    if (router_.power() == Power::on && client->connected()) router_.network().tunnel_down(client->interface());
    client->kill_now();
  }
  for (auto& [row, wireguard] : devices_) {
    wireguard.device->kill_now();
    set_there(row, false);
  }
  clients_.clear();
  devices_.clear();
  refused_.clear();
  links_->want({});
}

// ---- OpenVPN ------------------------------------------------------------------------------------------------------

/// The certificate that a client shows, where the router has its key.
OvpnTrust Tunnels::trust(const Settings& row) const {
  OvpnTrust trust{.authorities = router_.authorities()};
  const FoundRow found = router_.config().find_named("/certificate", row.get("certificate"));
  const Identity* identity = found ? router_.extension<Certificates>().find(found.row->id) : nullptr;
  if (identity != nullptr && !identity->key.empty()) {
    trust.certificate = identity->certificate;
    trust.key = identity->key;
  }
  return trust;
}

void Tunnels::settle_ovpn() {
  std::set<RowId> wanted;
  for (const FoundRow& found : router_.config().rows(kOvpn)) {
    const Settings row(router_.config(), found);
    if (!row.enabled()) continue;
    const RowId id = row.id();
    const std::string name(row.get("name"));
    auto settings = ovpn_settings(row, router_.version(), trust(row));
    if (!settings) {
      const std::string why(settings.error().message());
      if (std::exchange(refused_[id], why) != why) router_.write_log("ovpn,info", fmt::format("{}: terminating... - {}", name, why));
      router_.network().counted().dialing[name] = "terminated - " + why;
      continue;
    }
    refused_.erase(id);
    wanted.insert(id);
    auto& client = clients_[id];
    if (client != nullptr && client->interface() == name && client->settings() == *settings) continue;
    client.reset();  // the old process is told to end before the new one starts
    client = std::make_unique<OvpnClient>(router_, name, new_device("tun"), std::move(*settings), [this] { settle_soon(); });
  }
  std::erase_if(clients_, [&](const auto& each) { return !wanted.contains(each.first); });
  std::erase_if(refused_, [&](const auto& each) { return !router_.config().find(kOvpn, each.first); });
}

// ---- WireGuard ----------------------------------------------------------------------------------------------------

void Tunnels::settle_wireguard() {
  std::set<RowId> wanted;
  for (const FoundRow& found : router_.config().rows(kWireguard)) {
    const Settings row(router_.config(), found);
    if (!row.enabled() || !wireguard_hex(row.get("private-key"))) continue;
    const RowId id = row.id();
    wanted.insert(id);
    Wireguard& wireguard = devices_[id];
    if (wireguard.device != nullptr && wireguard.name != row.get("name")) set_there(id, false);
    const bool renamed = std::exchange(wireguard.name, std::string(row.get("name"))) != row.get("name");
    std::map<std::string, RowId> rows;
    const WireguardSettings settings = wireguard_settings(row, rows);
    wireguard.rows = std::move(rows);
    if (wireguard.device == nullptr) {
      wireguard.device = std::make_unique<WireguardDevice>(router_, new_device("wg"), WireguardDevice::Observer{
          .device = [this, id](bool there) { set_there(id, there); },
          .peers = [this, id](const std::map<std::string, PeerState>& peers) { keep_peers(id, peers); }});
    } else if (renamed && wireguard.device->there()) {
      set_there(id, true);
    }
    wireguard.device->apply(settings);
  }
  for (auto& [row, wireguard] : devices_) {
    if (!wanted.contains(row)) set_there(row, false);
  }
  std::erase_if(devices_, [&](const auto& each) { return !wanted.contains(each.first); });
}

WireguardSettings Tunnels::wireguard_settings(const Settings& row, std::map<std::string, RowId>& rows) {
  WireguardSettings settings{.private_key = wireguard_hex(row.get("private-key")).value_or(""),
                             .port = static_cast<std::uint16_t>(row.number("listen-port", 0)), .mark = kCarrierMark, .peers = {}};
  for (const FoundRow& found : router_.config().rows(kPeers)) {
    const Settings peer(router_.config(), found);
    const auto key = wireguard_hex(peer.get("public-key"));
    if (!peer.enabled() || !key || peer.get("interface") != row.get("name")) continue;
    WireguardPeer& told = settings.peers[*key];
    told = {.preshared_key = wireguard_hex(peer.get("preshared-key")).value_or(""), .endpoint = endpoint(peer),
            .keepalive_s = peer.time("persistent-keepalive", Duration(0)) / std::chrono::seconds(1), .allowed = {}};
    for (const std::string_view word : text::split(peer.get("allowed-address"), ',')) {
      if (const auto network = Cidr::parse(word)) told.allowed.push_back(*network);
    }
    rows[*key] = peer.id();
  }
  return settings;
}

/// Empty: the peer calls us, or its name is not known (yet).
std::string Tunnels::endpoint(const Settings& peer) {
  const std::string host(peer.get("endpoint-address"));
  const auto port = static_cast<std::uint16_t>(peer.number("endpoint-port", 0));
  if (host.empty() || port == 0 || peer.yes("responder") || peer.yes("is-responder")) return {};
  if (const auto way = destination(router_.spec(), host, port)) return endpoint_text(way->address, way->port);
  if (const auto known = router_.network().address_of(host)) return endpoint_text(*known, port);
  look_up(host);
  const auto address = IpAddress::parse(addresses_[host]);
  return address ? endpoint_text(*address, port) : std::string();
}

/// Asks the machine, once; a name that it does not know is asked for again later.
void Tunnels::look_up(const std::string& name) {
  if (addresses_.contains(name)) return;
  addresses_[name];
  router_.services().resolver.start(name, false, [this, alive = std::weak_ptr(alive_), name](const std::optional<std::string>& address) {
    if (alive.expired()) return;
    addresses_[name] = address.value_or("");
    if (address) return settle_soon();
    router_.services().loop.after(kUntilAskedAgain, [this, alive, name] {
      if (alive.expired()) return;
      addresses_.erase(name);
      settle_soon();
    });
  });
}

void Tunnels::set_there(RowId row, bool there) {
  const std::string name = devices_[row].name;
  const std::map<std::string, RowId> rows = devices_[row].rows;
  router_.network().change_world([&](World& world) {
    if (there) world.carried[name];
    else world.carried.erase(name);
    for (const auto& [key, peer] : rows) world.peers.erase(peer);
  });
  settle_soon();
}

void Tunnels::keep_peers(RowId row, const std::map<std::string, PeerState>& peers) {
  World& world = router_.network().counted();
  Wireguard& wireguard = devices_[row];
  Carried sum;
  for (const auto& [key, state] : peers) {
    sum.rx += state.carried.rx;
    sum.tx += state.carried.tx;
    if (const auto known = wireguard.rows.find(key); known != wireguard.rows.end()) world.peers[known->second] = state;
  }
  world.carried[wireguard.name] = sum;
}

// ---- the namespace ------------------------------------------------------------------------------------------------

LinkSettings Tunnels::link_settings(const std::string& interface) const {
  LinkSettings link{.alias = interface};
  for (const std::string_view menu : {"/ip/address", "/ipv6/address"}) {
    for (const FoundRow& found : router_.config().rows(menu)) {
      const Settings row(router_.config(), found);
      const auto address = Cidr::parse(row.get("address"));
      if (!address || !row.enabled() || row.dynamic() || row.get("interface") != interface) continue;
      const auto other = address->prefix_length() == 32 ? IpAddress::parse(row.get("network")) : std::nullopt;
      const bool point = other && *other != address->address();
      link.addresses.insert(point ? fmt::format("{} peer {}/32", address->address().to_string(), other->to_string()) : address->to_string());
    }
  }
  return link;
}

void Tunnels::settle_links() {
  LinksWanted wanted;
  std::map<std::string, std::string> devices;  // by name of the interface
  for (const auto& [row, client] : clients_) {
    if (client->connected()) devices[client->interface()] = client->device();
  }
  for (const auto& [row, wireguard] : devices_) {
    if (wireguard.device->there()) devices[wireguard.name] = wireguard.device->device();
  }
  for (const auto& [name, device] : devices) wanted.devices[device] = link_settings(name);
  for (const auto& [row, wireguard] : devices_) {
    const Settings settings(router_.config(), router_.config().find(kWireguard, row));
    if (wireguard.device->there()) wanted.devices[wireguard.device->device()].mtu = static_cast<int>(settings.number("mtu", 1420));
  }
  for (const Route& route : router_.network().routes().all()) {
    if (!route.active || route.table != "main" || route.kind != RouteKind::unicast || route.origin == RouteOrigin::connected) continue;
    for (const NextHop& hop : route.hops) {
      const auto device = devices.find(hop.interface);
      if (hop.reachable && device != devices.end()) wanted.routes.insert({.destination = route.destination.to_string(), .device = device->second, .gateway = {}, .distance = route.distance});
    }
  }
  links_->want(std::move(wanted));
}

}  // namespace openstrat::sim
