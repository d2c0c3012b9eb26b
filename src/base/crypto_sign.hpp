// RSA signatures (RS256 of RFC 7518), apart from crypto.hpp because only few sign. Nothing of libcrypto shows here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace openstrat::crypto {

/// An RSA private key and its public half. Immutable and thread-safe; copies share the key.
class RsaKey {
 public:
  /// 2048 bits, exponent 65537; takes 0.05 to 0.5 s.
  static RsaKey generate();
  /// nullopt: not a private RSA key of at least 2048 bits.
  static std::optional<RsaKey> from_der(std::string_view pkcs8);
  std::string to_der() const;  ///< PKCS#8, unencrypted: seal it before it goes anywhere

  std::string sign_sha256(std::string_view data) const;  ///< RSASSA-PKCS1-v1_5, ~0.7 ms
  bool verify_sha256(std::string_view data, std::string_view signature) const;  ///< ~20 µs

  std::string modulus() const;   ///< big-endian, no leading zero: `n` of a JWK before base64url
  std::string exponent() const;  ///< likewise `e`

 private:
  struct Impl;
  explicit RsaKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace openstrat::crypto
