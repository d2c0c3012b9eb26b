// What lies beyond a router's ports. Nobody configured it; tests, people at the control socket and chance change it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/net.hpp"
#include "sim/config/table.hpp"

namespace openstrat::sim {

/// The other end of a cable, and what is behind it.
struct Line {
  bool up = true;                                ///< a carrier
  bool internet = true;                          ///< something answers beyond the next router
  bool dhcp = true;                              ///< somebody answers a DHCP client
  Duration latency = std::chrono::microseconds(9171);
  int loss_percent = 0;
};

struct FarHost {
  bool up = true;
  std::optional<Duration> latency;               ///< instead of that of the line
  int http_status = 200;
  std::vector<std::uint16_t> closed_ports;
};

/// What the network gave a DHCP client.
struct ClientLease {
  Cidr address;
  std::string gateway;
  std::string server;
  std::string dns;
};

/// A connection of a tunnel client of this router.
struct Tunnel {
  std::string local;
  std::string remote;
  std::string via;       ///< the interface that its packets took; empty: nobody knows
  Duration since{0};
  std::string encoding;  ///< `AES-256-CBC/SHA1`; empty: nobody says
};

/// Bytes that really went through an interface.
struct Carried {
  std::uint64_t rx = 0;
  std::uint64_t tx = 0;
};

/// What a running WireGuard knows of a peer.
struct PeerState {
  std::string endpoint;                ///< empty: nobody was heard of
  std::uint16_t port = 0;
  std::optional<Timestamp> handshake;  ///< by the machine's clock
  Carried carried;
};

/// Somebody connected to a PPP server of this router.
struct PppSession {
  std::uint64_t number = 0;
  std::string user;
  std::string service;    ///< l2tp, ovpn, pppoe, pptp, sstp
  std::string caller;
  std::string profile;
  std::string interface;  ///< `<l2tp-bob>`
  std::string local;
  std::string remote;
  Duration since{0};
};

struct HotspotLogin {
  std::uint64_t number = 0;
  std::string server;
  std::string user;
  std::string address;
  std::string mac;
  std::string login_by;
  Duration since{0};
};

/// Only what differs from "everything works" is kept, so that an idle router holds next to nothing.
struct World {
  bool link = true;             ///< false: the whole router is cut off
  bool tunnels_connect = false; ///< servers of tunnel clients answer
  bool real_tunnels = false;    ///< programs of the machine carry OpenVPN and WireGuard (sim/tunnels): nothing is made up about these
  std::uint64_t seed = 1;
  std::map<std::string, Line, std::less<>> lines;           ///< by interface
  std::map<std::string, FarHost, std::less<>> hosts;        ///< by address or name
  std::map<std::string, ClientLease, std::less<>> leases;   ///< by interface; the usual one where there is none
  std::map<std::string, Tunnel, std::less<>> tunnels;       ///< by interface
  std::map<std::string, std::string, std::less<>> dialing;  ///< what a tunnel client does that is not connected, by interface
  std::map<std::string, Carried, std::less<>> carried;      ///< by interface, where it is real
  std::map<RowId, PeerState> peers;                         ///< of /interface/wireguard/peers, where they are real
  std::vector<PppSession> sessions;
  std::vector<HotspotLogin> logins;
  std::map<std::string, std::string, std::less<>> names;    ///< what the DNS servers of the world know

  const Line& line(std::string_view interface) const;
  const FarHost* host(std::string_view address) const;
};

}  // namespace openstrat::sim
