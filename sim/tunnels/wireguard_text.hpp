// What wireguard-go is told and says on its socket: the text protocol that all implementations of WireGuard outside of kernels share.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/net.hpp"
#include "sim/behaviour/world.hpp"

namespace openstrat::sim {

struct WireguardPeer {
  std::string preshared_key;              ///< hexadecimal; empty: none
  std::string endpoint;                   ///< `192.0.2.1:51820`, `[2001:db8::1]:51820`; empty: it has to call
  std::int64_t keepalive_s = 0;
  std::vector<Cidr> allowed;

  bool operator==(const WireguardPeer&) const = default;
};

/// All that one device is told. Keys are hexadecimal.
struct WireguardSettings {
  std::string private_key;
  std::uint16_t port = 0;
  int mark = 0;
  std::map<std::string, WireguardPeer> peers;  ///< by public key

  bool operator==(const WireguardSettings&) const = default;
};

/// A key as rows have it (base64), in hexadecimal; nullopt: it is none.
std::optional<std::string> wireguard_hex(std::string_view base64);

/// The request that leads from what a device has to what it is to have. Peers that stay are not touched: their sessions go on.
std::string wireguard_change(const WireguardSettings& before, const WireguardSettings& after);

/// The answer to `get=1`: peers by public key.
std::map<std::string, PeerState> read_wireguard_peers(std::string_view answer);
/// `errno` of an answer; 0: fine.
int wireguard_error(std::string_view answer);

}  // namespace openstrat::sim
