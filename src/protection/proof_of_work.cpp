#include "protection/proof_of_work.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "base/rng.hpp"
#include "base/text.hpp"

namespace openstrat::protection {
namespace {

constexpr std::string_view kVersion = "pow1";
constexpr std::size_t kParts = 6;            // version, bits, expiry, salt, signature, number
constexpr std::size_t kLongest = 200;
constexpr std::size_t kSignatureBytes = 16;  // lives two minutes

std::string_view bytes_of(const auto& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

}  // namespace

int leading_zero_bits(const crypto::Digest32& digest) {
  int bits = 0;
  for (const std::uint8_t byte : digest) {
    bits += std::countl_zero(byte);
    if (byte != 0) break;
  }
  return bits;
}

std::string ProofOfWork::signature(std::string_view signed_part, const Binding& binding) const {
  const auto mac = crypto::hmac_sha256(bytes_of(key_), fmt::format("{}|{}|{}", signed_part, binding.kind, binding.source));
  return crypto::base64url(bytes_of(mac).substr(0, kSignatureBytes));
}

ProofOfWork::Challenge ProofOfWork::make(const Binding& binding, int bits, Timestamp now, Rng& rng) const {
  std::array<std::uint8_t, 16> salt;
  rng.fill(salt);
  Challenge challenge{.bits = std::clamp(bits, kLeastBits, kMostBits), .expires_at = now + life_};
  const auto signed_part = fmt::format("{}.{}.{}.{}", kVersion, challenge.bits, to_unix_us(challenge.expires_at), crypto::base64url(bytes_of(salt)));
  challenge.text = signed_part + "." + signature(signed_part, binding);
  return challenge;
}

ProofOfWork::Answer ProofOfWork::verify(std::string_view proof, const Binding& binding, Timestamp now) const {
  if (proof.size() > kLongest) return {};
  const auto parts = text::split(proof, '.');
  if (parts.size() != kParts || parts[0] != kVersion) return {};
  const auto signed_part = proof.substr(0, static_cast<std::size_t>(parts[4].data() - proof.data()) - 1);
  if (!crypto::equal_constant_time(signature(signed_part, binding), parts[4])) return {};
  // Signed, hence written by make().
  Answer answer{.verdict = Verdict::good, .salt = std::string(parts[3]), .expires_at = from_unix_us(text::parse_int(parts[2]).value_or(0))};
  if (answer.expires_at <= now) {
    answer.verdict = Verdict::expired;
  } else if (leading_zero_bits(crypto::sha256(proof)) < text::parse_int(parts[1]).value_or(kMostBits)) {
    answer.verdict = Verdict::wrong;
  }
  return answer;
}

}  // namespace openstrat::protection
