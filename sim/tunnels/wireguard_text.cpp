#include "sim/tunnels/wireguard_text.hpp"

#include <fmt/core.h>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace openstrat::sim {
namespace {

std::string peer_text(const WireguardPeer& peer) {
  const std::string none(64, '0');
  std::string text = fmt::format("preshared_key={}\n", peer.preshared_key.empty() ? none : peer.preshared_key);
  if (!peer.endpoint.empty()) text += fmt::format("endpoint={}\n", peer.endpoint);
  text += fmt::format("persistent_keepalive_interval={}\nreplace_allowed_ips=true\n", peer.keepalive_s);
  for (const Cidr& network : peer.allowed) text += fmt::format("allowed_ip={}\n", network.network().to_string());
  return text;
}

/// `192.0.2.1:51820`, `[2001:db8::1]:51820`.
void read_endpoint(std::string_view text, PeerState& peer) {
  const std::size_t colon = text.rfind(':');
  const auto port = colon == std::string_view::npos ? std::nullopt : text::parse_int(text.substr(colon + 1));
  std::string_view address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  if (!port || *port < 0 || *port > 65535 || !IpAddress::parse(address)) return;
  peer.endpoint = address;
  peer.port = static_cast<std::uint16_t>(*port);
}

}  // namespace

std::optional<std::string> wireguard_hex(std::string_view base64) {
  const auto bytes = crypto::unbase64(base64);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  return crypto::hex({reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()});
}

std::string wireguard_change(const WireguardSettings& before, const WireguardSettings& after) {
  std::string text = "set=1\n";
  if (before.private_key != after.private_key) text += fmt::format("private_key={}\n", after.private_key);
  if (before.port != after.port) text += fmt::format("listen_port={}\n", after.port);
  if (before.mark != after.mark) text += fmt::format("fwmark={}\n", after.mark);
  for (const auto& [key, peer] : before.peers) {
    const auto still = after.peers.find(key);
    // An endpoint cannot be taken away, so that a peer without one is made anew.
    const bool anew = still != after.peers.end() && still->second.endpoint.empty() && !peer.endpoint.empty();
    if (still == after.peers.end() || anew) text += fmt::format("public_key={}\nremove=true\n", key);
  }
  for (const auto& [key, peer] : after.peers) {
    const auto known = before.peers.find(key);
    if (known == before.peers.end() || known->second != peer) text += fmt::format("public_key={}\n{}", key, peer_text(peer));
  }
  return text + "\n";
}

std::map<std::string, PeerState> read_wireguard_peers(std::string_view answer) {
  std::map<std::string, PeerState> peers;
  PeerState* peer = nullptr;
  std::int64_t handshake_s = 0;
  for (const std::string_view line : text::split(answer, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, equals);
    const std::string_view value = line.substr(equals + 1);
    const auto number = text::parse_int(value);
    if (name == "public_key") peer = &peers[std::string(value)];
    if (peer == nullptr) continue;
    if (name == "endpoint") read_endpoint(value, *peer);
    if (!number || *number < 0) continue;
    if (name == "rx_bytes") peer->carried.rx = static_cast<std::uint64_t>(*number);
    if (name == "tx_bytes") peer->carried.tx = static_cast<std::uint64_t>(*number);
    if (name == "last_handshake_time_sec") handshake_s = *number;
    if (name == "last_handshake_time_nsec" && handshake_s > 0 && handshake_s < std::int64_t{1} << 40) {
      peer->handshake = Timestamp(std::chrono::seconds(handshake_s) + std::chrono::microseconds(*number / 1000 % 1'000'000));
    }
  }
  return peers;
}

int wireguard_error(std::string_view answer) {
  const std::size_t at = answer.find("errno=");
  const auto number = at == std::string_view::npos ? std::nullopt : text::parse_int(answer.substr(at + 6, answer.find('\n', at) - at - 6));
  return number ? static_cast<int>(*number) : -1;
}

}  // namespace openstrat::sim
