#include "mfa/totp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "base/crypto_hmac_sha1.hpp"
#include "http/url_text.hpp"

namespace openstrat::mfa::totp {
namespace {

constexpr std::int64_t kStepSeconds = 30;
constexpr std::uint32_t kModulus = 1'000'000;  // 10^kDigits

std::string eight_bytes(std::int64_t number) {
  std::string out(8, '\0');
  for (int i = 7; i >= 0; --i, number >>= 8) out[static_cast<std::size_t>(i)] = static_cast<char>(number & 0xff);
  return out;
}

}  // namespace

std::int64_t step_at(Timestamp time) { return to_unix_seconds(time) / kStepSeconds; }

std::string code(std::string_view secret, std::int64_t step) {
  const auto digest = crypto::hmac_sha1(secret, eight_bytes(step));
  const std::size_t at = digest.back() & 0x0f;  // dynamic truncation, RFC 4226 §5.3
  const std::uint32_t number = (digest[at] & 0x7fu) << 24 | static_cast<std::uint32_t>(digest[at + 1]) << 16 |
                               static_cast<std::uint32_t>(digest[at + 2]) << 8 | digest[at + 3];
  return fmt::format("{:06}", number % kModulus);
}

std::optional<std::int64_t> matching_step(std::string_view secret, std::string_view given, Timestamp now, std::int64_t last_step) {
  const std::int64_t current = step_at(now);
  std::optional<std::int64_t> found;
  for (std::int64_t step = current - 1; step <= current + 1; ++step)  // all of them, so that the time tells nothing
    if (crypto::equal_constant_time(code(secret, step), given) && step > last_step && !found) found = step;
  return found;
}

std::string base32(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char byte : bytes) {
    buffer = buffer << 8 | static_cast<std::uint8_t>(byte);
    for (bits += 8; bits >= 5; bits -= 5) out += kAlphabet[buffer >> (bits - 5) & 31];
    buffer &= (1u << bits) - 1;
  }
  if (bits > 0) out += kAlphabet[buffer << (5 - bits) & 31];
  return out;
}

std::string otpauth_uri(std::string_view secret, std::string_view issuer, std::string_view account) {
  // A colon separates issuer and account in the label, so neither may bring one.
  std::string name(issuer);
  std::erase(name, ':');
  const auto escaped = http::percent_encode(name);
  return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits={}&period={}", escaped,
                     http::percent_encode(account), base32(secret), escaped, kDigits, kStepSeconds);
}

}  // namespace openstrat::mfa::totp
