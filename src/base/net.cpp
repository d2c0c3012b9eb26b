#include "base/net.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <span>

#include "base/text.hpp"

namespace openstrat {
namespace {

struct V4Block {
  std::uint32_t network;
  int length;
  constexpr bool contains(std::uint32_t address) const { return ((address ^ network) >> (32 - length)) == 0; }
};

constexpr std::uint32_t quad(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

constexpr std::array kPrivateV4{V4Block{quad(10, 0, 0, 0), 8}, V4Block{quad(172, 16, 0, 0), 12},
                                V4Block{quad(192, 168, 0, 0), 16}, V4Block{quad(100, 64, 0, 0), 10},
                                V4Block{quad(169, 254, 0, 0), 16}};

/// IANA special-purpose registry, besides the private ones.
constexpr std::array kReservedV4{V4Block{quad(0, 0, 0, 0), 8},       V4Block{quad(127, 0, 0, 0), 8},
                                 V4Block{quad(192, 0, 0, 0), 24},    V4Block{quad(192, 0, 2, 0), 24},
                                 V4Block{quad(192, 88, 99, 0), 24},  V4Block{quad(198, 18, 0, 0), 15},
                                 V4Block{quad(198, 51, 100, 0), 24}, V4Block{quad(203, 0, 113, 0), 24},
                                 V4Block{quad(224, 0, 0, 0), 4},     V4Block{quad(240, 0, 0, 0), 4}};

bool any_contains(std::span<const V4Block> blocks, std::uint32_t address) {
  return std::ranges::any_of(blocks, [address](const V4Block& block) { return block.contains(address); });
}

bool is_global_v4(std::uint32_t address) {
  return !any_contains(kPrivateV4, address) && !any_contains(kReservedV4, address);
}

std::uint32_t read_u32(std::span<const std::uint8_t> bytes) {
  return quad(bytes[0], bytes[1], bytes[2], bytes[3]);
}

bool is_global_v6(const std::array<std::uint8_t, 16>& bytes) {
  const std::uint32_t first = read_u32(bytes);
  constexpr std::uint32_t kNat64 = 0x0064ff9b;
  const bool nat64 =
      first == kNat64 && std::all_of(bytes.begin() + 4, bytes.begin() + 12, [](auto b) { return b == 0; });
  if (nat64) return is_global_v4(read_u32(std::span(bytes).subspan(12)));
  if (first >> 29 != 1) return false;                // only 2000::/3 is handed out
  if (first >> 9 == 0x20010000u >> 9) return false;  // 2001::/23, protocols: Teredo, ORCHID, benchmarking
  if (first == 0x20010db8u) return false;            // documentation
  if (first >> 16 == 0x2002u) return false;          // 6to4 can carry any IPv4 address
  return first >> 12 != 0x3fff0000u >> 12;           // 3fff::/20, documentation
}

void clear_host_bits(std::span<std::uint8_t> bytes, int prefix_length) {
  for (std::uint8_t& byte : bytes) {
    const int kept = std::clamp(prefix_length, 0, 8);
    byte = static_cast<std::uint8_t>(byte & (0xFF00 >> kept));
    prefix_length -= 8;
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

IpAddress IpAddress::v4(std::uint32_t host_order) {
  IpAddress address;
  for (std::size_t i = 0; i < 4; ++i) address.bytes_[12 + i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
  return address;
}

IpAddress IpAddress::from_bytes(const std::array<std::uint8_t, 16>& bytes) {
  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) return v4(read_u32(std::span(bytes).subspan(12)));
  IpAddress address;
  address.v4_ = false;
  address.bytes_ = bytes;
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (text.size() >= buffer.size() || text.contains('\0')) return std::nullopt;
  std::ranges::copy(text, buffer.begin());
  if (in_addr v4_address{}; inet_pton(AF_INET, buffer.data(), &v4_address) == 1) return v4(ntohl(v4_address.s_addr));
  std::array<std::uint8_t, 16> bytes;
  if (inet_pton(AF_INET6, buffer.data(), bytes.data()) == 1) return from_bytes(bytes);
  return std::nullopt;
}

std::uint32_t IpAddress::v4_value() const {
  assert(v4_);
  return read_u32(std::span(bytes_).subspan(12));
}

std::string IpAddress::to_string() const {
  if (v4_) return fmt::format("{}.{}.{}.{}", bytes_[12], bytes_[13], bytes_[14], bytes_[15]);
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  return inet_ntop(AF_INET6, bytes_.data(), buffer.data(), buffer.size());
}

bool IpAddress::is_loopback() const {
  if (v4_) return bytes_[12] == 127;
  constexpr std::array<std::uint8_t, 16> kLoopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return bytes_ == kLoopback;
}

bool IpAddress::is_private() const {
  if (v4_) return any_contains(kPrivateV4, v4_value());
  const bool unique_local = (bytes_[0] & 0xFE) == 0xFC;
  const bool link_local = bytes_[0] == 0xFE && (bytes_[1] & 0xC0) == 0x80;
  return unique_local || link_local;
}

bool IpAddress::is_global() const {
  return v4_ ? is_global_v4(v4_value()) : is_global_v6(bytes_);
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address_text = text.substr(0, slash);
  const auto address = IpAddress::parse(address_text);
  if (!address) return std::nullopt;
  const int full_length = address->is_v4() ? 32 : 128;
  if (slash == std::string_view::npos) return Cidr(*address, full_length);

  const std::string_view digits = text.substr(slash + 1);
  const auto length = text::parse_int(digits);
  const bool canonical = digits == "0" || (!digits.empty() && digits.front() != '0');
  // ::ffff:10.0.0.0/104 is 10.0.0.0/8.
  const int skipped = address->is_v4() && address_text.contains(':') ? 96 : 0;
  if (!length || !canonical || *length < skipped || *length > full_length + skipped) return std::nullopt;
  return Cidr(*address, static_cast<int>(*length) - skipped);
}

Cidr Cidr::network() const {
  auto bytes = address_.bytes();
  if (!address_.is_v4()) {
    clear_host_bits(bytes, prefix_length_);
    return Cidr(IpAddress::from_bytes(bytes), prefix_length_);
  }
  const std::span last_four = std::span(bytes).subspan(12);
  clear_host_bits(last_four, prefix_length_);
  return Cidr(IpAddress::v4(read_u32(last_four)), prefix_length_);
}

bool Cidr::contains(const IpAddress& address) const {
  if (address.is_v4() != address_.is_v4()) return false;
  return Cidr(address, prefix_length_).network().address() == network().address();
}

std::string Cidr::to_string() const {
  return fmt::format("{}/{}", address_.to_string(), prefix_length_);
}

std::optional<MacAddress> MacAddress::parse(std::string_view text) {
  if (text.size() != 17) return std::nullopt;
  const char separator = text[2];
  if (separator != ':' && separator != '-') return std::nullopt;
  MacAddress mac;
  for (std::size_t i = 0; i < mac.bytes.size(); ++i) {
    const int high = hex_digit(text[3 * i]);
    const int low = hex_digit(text[3 * i + 1]);
    if (high < 0 || low < 0 || (i < 5 && text[3 * i + 2] != separator)) return std::nullopt;
    mac.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return mac;
}

std::string MacAddress::to_string() const {
  return fmt::format("{:02X}:{:02X}:{:02X}:{:02X}:{:02X}:{:02X}", bytes[0], bytes[1], bytes[2], bytes[3], bytes[4],
                     bytes[5]);
}

}  // namespace openstrat
