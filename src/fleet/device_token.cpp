#include "fleet/device_token.hpp"

#include <algorithm>
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
  if (token.size() > 2 * kTokenBytes) return std::nullopt;
  const auto bytes = crypto::unbase64url(token);
  if (!bytes || bytes->size() != kTokenBytes) return std::nullopt;
  const auto number = static_cast<unsigned char>(bytes->front());
  if (number >= keys_.size()) return std::nullopt;
  const auto plain = keys_[number].open(std::string_view(*bytes).substr(1), std::string_view(*bytes).substr(0, 1));
  if (!plain || plain->size() != kClaimBytes) return std::nullopt;
  Claims claims;
  std::memcpy(claims.site_id.value.bytes.data(), plain->data(), 16);
  claims.version = static_cast<std::int64_t>(get_u64(plain->data() + 16));
  claims.issued_at = from_unix_us(static_cast<std::int64_t>(get_u64(plain->data() + 24)));
  return claims;
}

}  // namespace openstrat::fleet
