#include "base/ids.hpp"

#include <algorithm>
#include <span>

#include "base/rng.hpp"

namespace openstrat {
namespace {

constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view kHex = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr bool is_dash_position(std::size_t i) {
  return i == 8 || i == 13 || i == 18 || i == 23;
}

void set_version(Uuid& uuid, std::uint8_t version) {
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | version << 4);
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);
}

/// Big-endian `value` into the first `count` bytes.
void put_big_endian(std::span<std::uint8_t> out, std::uint64_t value, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::uint8_t>(value >> (8 * (count - 1 - i)));
}

/// Big-endian number of at most 20 bytes in base62, without leading zeros. Five digits a division: every heartbeat gets a
/// request id.
std::string base62_of(std::span<const std::uint8_t> number) {
  constexpr std::uint32_t kFiveDigits = 62u * 62 * 62 * 62 * 62;
  std::array<std::uint32_t, 5> words{};
  for (std::size_t i = 0; i < number.size(); ++i)
    words[words.size() - 1 - i / 4] |= static_cast<std::uint32_t>(number[number.size() - 1 - i]) << (8 * (i % 4));
  std::array<char, 30> digits;
  std::size_t begin = digits.size();
  for (std::size_t first = 0; first < words.size();) {
    if (words[first] == 0) {
      ++first;
      continue;
    }
    std::uint64_t remainder = 0;
    for (std::size_t i = first; i < words.size(); ++i) {
      const std::uint64_t part = remainder << 32 | words[i];
      words[i] = static_cast<std::uint32_t>(part / kFiveDigits);
      remainder = part % kFiveDigits;
    }
    for (int i = 0; i < 5; ++i, remainder /= 62) digits[--begin] = kBase62[remainder % 62];
  }
  while (begin < digits.size() && digits[begin] == '0') ++begin;
  return std::string(digits.data() + begin, digits.size() - begin);
}

}  // namespace

std::string Uuid::to_string() const {
  std::string text(36, '-');
  std::size_t at = 0;
  for (const std::uint8_t byte : bytes) {
    if (is_dash_position(at)) ++at;
    text[at++] = kHex[byte >> 4];
    text[at++] = kHex[byte & 0x0F];
  }
  return text;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  Uuid uuid;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_dash_position(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    auto& byte = uuid.bytes[digits++ / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
  }
  return uuid;
}

Uuid uuid_v4(Rng& rng) {
  Uuid uuid;
  rng.fill(uuid.bytes);
  set_version(uuid, 4);
  return uuid;
}

Uuid uuid_v7(Timestamp now, Rng& rng) {
  const auto us = static_cast<std::uint64_t>(to_unix_us(now));
  Uuid uuid;
  rng.fill(uuid.bytes);
  put_big_endian(uuid.bytes, us / 1000, 6);
  // RFC 9562 §6.2 method 3: the 12 bits after the milliseconds hold the fraction, so order holds below a millisecond.
  put_big_endian(std::span(uuid.bytes).subspan(6), us % 1000 * 4096 / 1000, 2);
  set_version(uuid, 7);
  return uuid;
}

std::string ksuid(Timestamp now, Rng& rng) {
  constexpr std::int64_t kEpoch = 1'400'000'000;
  std::array<std::uint8_t, 20> bytes;
  rng.fill(bytes);
  put_big_endian(bytes, static_cast<std::uint64_t>(to_unix_seconds(now) - kEpoch), 4);
  const std::string digits = base62_of(bytes);
  return std::string(27 - digits.size(), '0') + digits;
}

std::string ulid(Timestamp now, Rng& rng) {
  std::array<std::uint8_t, 16> bytes;
  rng.fill(bytes);
  put_big_endian(bytes, static_cast<std::uint64_t>(to_unix_us(now)) / 1000, 6);
  std::string text(26, '0');
  // 26 × 5 = 130 bits: two zero bits before the first byte.
  unsigned buffer = 0;
  int bits = 2;
  std::size_t next = 0;
  for (char& c : text) {
    if (bits < 5) {
      buffer = buffer << 8 | bytes[next++];
      bits += 8;
    }
    bits -= 5;
    c = kCrockford[buffer >> bits & 0x1F];
  }
  return text;
}

std::string random_base62(std::size_t length, Rng& rng) {
  std::string text;
  text.reserve(length);
  std::array<std::uint8_t, 64> pool;
  while (text.size() < length) {
    rng.fill(pool);
    for (const std::uint8_t byte : pool) {
      // 248 = 4 × 62: higher bytes would favour the first letters.
      if (byte < 248 && text.size() < length) text += kBase62[byte % 62];
    }
  }
  return text;
}

std::string to_base62(const Uuid& uuid) {
  auto number = uuid.bytes;
  const std::string digits = base62_of(number);
  return digits.empty() ? "0" : digits;
}

std::optional<Uuid> uuid_from_base62(std::string_view text) {
  if (text.empty() || text.size() > 22) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;  // one text per UUID
  Uuid uuid;
  for (const char c : text) {
    const std::size_t digit = kBase62.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    std::size_t carry = digit;
    for (std::size_t i = uuid.bytes.size(); i-- > 0;) {
      carry += uuid.bytes[i] * 62u;
      uuid.bytes[i] = static_cast<std::uint8_t>(carry);
      carry >>= 8;
    }
    if (carry != 0) return std::nullopt;  // more than 128 bits
  }
  return uuid;
}

}  // namespace openstrat
