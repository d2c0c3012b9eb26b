// One packet, and what is known about it on its way through the firewall.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/net.hpp"

namespace openstrat::sim {

struct Packet {
  std::string in_interface;    ///< empty: the router sends it
  std::string out_interface;   ///< empty: routing decides, or it is for the router
  std::string in_bridge_port;  ///< the port, when `in_interface` is its bridge
  std::string out_bridge_port;
  IpAddress source = IpAddress::v4(0);
  IpAddress destination = IpAddress::v4(0);
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  int protocol = 6;
  std::string tcp_flags = "syn";   ///< comma separated
  int icmp_type = 8;
  int icmp_code = 0;
  std::string state;               ///< of its connection; empty: tracking finds out
  std::string packet_mark;
  std::string connection_mark;
  std::string routing_mark;
  std::string source_mac;
  std::int64_t length = 60;
  int ttl = 64;
  int dscp = 0;
  int priority = 0;
  int mss = 0;                     ///< 0: carries no such option
  bool fragment = false;
  bool ipsec_in = false;           ///< came out of a policy
  bool ipsec_out = false;          ///< will go into one
  std::string payload;
  std::string tls_host;
  std::string hotspot;             ///< `from-client,auth,…`

  bool v6() const { return !source.is_v4(); }
  bool has_ports() const;
  /// `1.2.3.4:80`, or the bare address for protocols without ports.
  std::string source_text() const;
  std::string destination_text() const;
};

/// Number of a protocol by name or number.
std::optional<int> protocol_number(std::string_view word);
std::string protocol_name(int number);  ///< `tcp`; the number where it has no name

/// `1.2.3.4:80`, `[2001:db8::1]:80`, or without a port.
struct Endpoint {
  IpAddress address = IpAddress::v4(0);
  std::uint16_t port = 0;
  static Result<Endpoint> parse(std::string_view text);
};
std::string endpoint_text(const IpAddress& address, std::uint16_t port);

}  // namespace openstrat::sim
