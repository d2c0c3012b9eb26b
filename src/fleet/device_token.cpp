#include "fleet/device_token.hpp"

#include <array>
#include <cstring>

namespace openstrat::fleet {
namespace {

constexpr std::size_t kClaimBytes = 16 + 8 + 8;
constexpr std::size_t kTokenBytes = 1 + 12 + kClaimBytes + 16;

void put_u64(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

std::uint64_t get_u64(const char* bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

constexpr auto kSextets = [] {
  std::array<std::int8_t, 256> table;
  table.fill(-1);
  const std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (std::size_t i = 0; i < alphabet.size(); ++i) table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return table;
}();

/// base64url of exactly kTokenBytes. With a table, where crypto::unbase64url takes constant time and ten times as long: this is
/// ciphertext that the caller sent us, and every heartbeat brings one.
std::optional<std::array<char, kTokenBytes>> decode(std::string_view token) {
  static_assert(kTokenBytes % 3 == 1);  // the last byte makes two characters
  if (token.size() != kTokenBytes / 3 * 4 + 2) return std::nullopt;
  std::array<char, kTokenBytes> bytes;
  int invalid = 0;  // negative once a character was
  std::uint32_t bits = 0;
  for (std::size_t i = 0, out = 0; i < token.size(); ++i) {
    const int sextet = kSextets[static_cast<unsigned char>(token[i])];
    invalid |= sextet;
    bits = bits << 6 | (static_cast<std::uint32_t>(sextet) & 63);
    if (i % 4 != 0) bytes[out++] = static_cast<char>(bits >> (6 - 2 * (i % 4)));
  }
  const bool spare_bits = (bits & 15) != 0;
  return invalid < 0 || spare_bits ? std::nullopt : std::optional(bytes);
}

}  // namespace

DeviceTokens::DeviceTokens(std::vector<crypto::Key32> oldest_to_newest) {
  for (const auto& key : oldest_to_newest) keys_.emplace_back(key);
}

std::string DeviceTokens::issue(SiteId site, std::int64_t version, Timestamp now) const {
  std::string plain(reinterpret_cast<const char*>(site.value.bytes.data()), 16);
  put_u64(plain, static_cast<std::uint64_t>(version));
  put_u64(plain, static_cast<std::uint64_t>(to_unix_us(now)));
  const std::string number(1, static_cast<char>(keys_.size() - 1));
  return crypto::base64url(number + keys_.back().seal(plain, number));
}

std::optional<DeviceTokens::Claims> DeviceTokens::open(std::string_view token) const {
  const auto bytes = decode(token);
  if (!bytes) return std::nullopt;
  const auto number = static_cast<unsigned char>(bytes->front());
  if (number >= keys_.size()) return std::nullopt;
  const std::string_view whole(bytes->data(), bytes->size());
  const auto plain = keys_[number].open(whole.substr(1), whole.substr(0, 1));
  if (!plain || plain->size() != kClaimBytes) return std::nullopt;
  Claims claims;
  std::memcpy(claims.site_id.value.bytes.data(), plain->data(), 16);
  claims.version = static_cast<std::int64_t>(get_u64(plain->data() + 16));
  claims.issued_at = from_unix_us(static_cast<std::int64_t>(get_u64(plain->data() + 24)));
  return claims;
}

}  // namespace openstrat::fleet
