// The few primitives we need, over libcrypto and libsodium. Nothing of either library shows here. All thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace openstrat::crypto {

using Digest32 = std::array<std::uint8_t, 32>;
using Key32 = std::array<std::uint8_t, 32>;

std::array<std::uint8_t, 20> sha1(std::string_view data);  ///< the hardware hash only; never for security
Digest32 sha256(std::string_view data);
Digest32 hmac_sha256(std::string_view key, std::string_view data);

std::string hex(std::span<const std::uint8_t> bytes);  ///< lower case
std::optional<std::string> unhex(std::string_view text);
std::string base64(std::string_view bytes);
std::optional<std::string> unbase64(std::string_view text);
std::string base64url(std::string_view bytes);  ///< no padding
std::optional<std::string> unbase64url(std::string_view text);

bool equal_constant_time(std::string_view a, std::string_view b);

/// Authenticated encryption under one key: AES-256-GCM, random 12-byte nonce; output nonce ‖ ciphertext ‖ tag.
class Aead {
 public:
  explicit Aead(const Key32& key);
  ~Aead();
  Aead(Aead&&) noexcept;
  Aead& operator=(Aead&&) noexcept;
  std::string seal(std::string_view plain, std::string_view associated_data = {}) const;
  /// nullopt when the text was changed, cut, or sealed under another key or other associated data. Thread-safe.
  std::optional<std::string> open(std::string_view sealed, std::string_view associated_data = {}) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// RFC 5869; `length` ≤ 8160.
std::string hkdf_sha256(std::string_view key, std::string_view salt, std::string_view info, std::size_t length);
/// HKDF-SHA256: independent keys for independent purposes out of the installation's master key.
Key32 derive_key(const Key32& master, std::string_view purpose);

/// Argon2id as the PHC string (`$argon2id$v=19$m=65536,t=3,p=1$…`). Takes ~0.1 s and 64 MiB: worker threads only.
/// Throws std::bad_alloc when the memory is not there.
std::string hash_password(std::string_view password);
bool verify_password(std::string_view phc, std::string_view password);

}  // namespace openstrat::crypto
