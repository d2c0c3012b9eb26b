#include "sim/device/wireguard_key.hpp"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "base/crypto.hpp"

namespace openstrat::sim {
namespace {

using Bytes = std::array<std::uint8_t, 32>;

std::string text_of(const Bytes& bytes) { return crypto::base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()}); }

}  // namespace

std::string wireguard_private_key(Rng& rng) {
  Bytes key;
  rng.fill(key);
  key[0] &= 248;  // RFC 7748: every key that is shown is one that arithmetic leaves as it is
  key[31] = static_cast<std::uint8_t>((key[31] & 127) | 64);
  return text_of(key);
}

std::optional<std::string> wireguard_public_key(std::string_view private_key) {
  const auto bytes = crypto::unbase64(private_key);
  Bytes key;
  if (!bytes || bytes->size() != key.size()) return std::nullopt;
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, reinterpret_cast<const unsigned char*>(bytes->data()), bytes->size()), &EVP_PKEY_free);
  std::size_t size = key.size();
  if (pair == nullptr || EVP_PKEY_get_raw_public_key(pair.get(), key.data(), &size) != 1) return std::nullopt;
  return text_of(key);
}

}  // namespace openstrat::sim
