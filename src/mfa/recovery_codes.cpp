#include "mfa/recovery_codes.hpp"

#include <array>
#include <cstdint>

#include "base/crypto.hpp"
#include "base/rng.hpp"
#include "mfa/totp.hpp"
#include "mfa/types.hpp"

namespace openstrat::mfa {
namespace {

constexpr std::size_t kBytes = 10;
constexpr std::size_t kCharacters = 16;
constexpr std::size_t kGroup = 4;

}  // namespace

std::vector<std::string> make_recovery_codes(Rng& rng) {
  std::vector<std::string> codes;
  for (int i = 0; i < kRecoveryCodes; ++i) {
    std::array<std::uint8_t, kBytes> random;
    rng.fill(random);
    std::string code = totp::base32({reinterpret_cast<const char*>(random.data()), random.size()});
    for (std::size_t at = kCharacters - kGroup; at > 0; at -= kGroup) code.insert(at, 1, '-');
    codes.push_back(std::move(code));
  }
  return codes;
}

std::optional<std::string> normalise_recovery_code(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '-' || c == ' ') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!((c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7')) || out.size() == kCharacters) return std::nullopt;
    out += c;
  }
  if (out.size() != kCharacters) return std::nullopt;
  return out;
}

std::string recovery_code_hash(UserId user, std::string_view normalised) {
  return crypto::hex(crypto::sha256(user.to_string() + ":" + std::string(normalised)));
}

}  // namespace openstrat::mfa
