// What the program openvpn is told, of a row of /interface/ovpn-client.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "sim/behaviour/settings.hpp"

namespace openstrat::sim {

/// Firewall mark of packets that carry a tunnel: they take the namespace's own routes, never those of the router, which may lead into the tunnel.
constexpr int kCarrierMark = 28531;

struct OvpnSettings {
  std::string host;
  std::uint16_t port = 1194;
  bool udp = false;
  bool ethernet = false;
  std::string cipher;          ///< as openvpn calls it; `none`
  std::string digest;
  bool only_tls_1_2 = false;
  bool verify = false;
  std::string authorities;     ///< PEM; used only to verify
  std::string certificate;     ///< PEM of our own and its key; empty: none is shown
  std::string key;
  bool takes_routes = false;   ///< what the server pushes; 6.x does not
  bool tells_the_end = false;  ///< to a server that UDP would leave waiting
  std::string user;
  std::string password;

  bool operator==(const OvpnSettings&) const = default;
};

/// What a router has of certificates that matter to a client, as PEM.
struct OvpnTrust {
  std::string authorities;
  std::string certificate = {};
  std::string key = {};
};

/// The error is for the router's log: what cannot be, or must not reach a configuration file.
Result<OvpnSettings> ovpn_settings(const Settings& row, const Version& version, OvpnTrust trust);

/// `AES-256-CBC/SHA1`, as `monitor` and the log show it.
std::string ovpn_encoding(const OvpnSettings& settings);

struct OvpnPlace {
  std::string device;
  std::string management;   ///< unix socket that we listen on
  std::string fingerprint;  ///< SHA-256 of the server's certificate, where it is known; used only when nothing is verified
};

/// A configuration file; of secrets it has only the key of a certificate. User and password are asked for through the management socket.
std::string ovpn_profile(const OvpnSettings& settings, const OvpnPlace& place);

/// A text as an argument of a management command.
std::string ovpn_quoted(std::string_view text);

}  // namespace openstrat::sim
