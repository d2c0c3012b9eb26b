// IPv4/IPv6 addresses and prefixes, MAC addresses.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace openstrat {

/// An IPv4 or IPv6 address; IPv4-mapped IPv6 is turned into IPv4 by parse().
class IpAddress {
 public:
  static std::optional<IpAddress> parse(std::string_view text);
  static IpAddress v4(std::uint32_t host_order);
  /// Sixteen bytes in network order; IPv4-mapped ones become IPv4.
  static IpAddress from_bytes(const std::array<std::uint8_t, 16>& bytes);
  bool is_v4() const { return v4_; }
  std::uint32_t v4_value() const;                                       ///< host order; v4 only
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }  ///< v4 in the last four
  std::string to_string() const;
  bool is_loopback() const;
  bool is_private() const;  ///< RFC 1918, RFC 6598 (100.64/10), unique local, link local
  /// Reachable from the public internet: not loopback, private, multicast, documentation, unspecified, reserved.
  bool is_global() const;
  auto operator<=>(const IpAddress&) const = default;

 private:
  bool v4_ = true;
  std::array<std::uint8_t, 16> bytes_{};
};

/// Address and prefix length; host bits may be set (`192.168.88.1/24`), network() clears them.
class Cidr {
 public:
  static std::optional<Cidr> parse(std::string_view text);  ///< a bare address is /32 or /128
  Cidr() : prefix_length_(0) {}  ///< 0.0.0.0/0
  Cidr(IpAddress address, int prefix_length) : address_(address), prefix_length_(prefix_length) {}
  const IpAddress& address() const { return address_; }
  int prefix_length() const { return prefix_length_; }
  Cidr network() const;
  bool contains(const IpAddress& address) const;
  std::string to_string() const;
  auto operator<=>(const Cidr&) const = default;

 private:
  IpAddress address_;
  int prefix_length_;
};

/// `AA:BB:CC:DD:EE:FF`; parse() takes `:` or `-` separators, any case.
struct MacAddress {
  std::array<std::uint8_t, 6> bytes{};
  static std::optional<MacAddress> parse(std::string_view text);
  std::string to_string() const;
  auto operator<=>(const MacAddress&) const = default;
};

}  // namespace openstrat
