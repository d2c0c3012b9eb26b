// Public keys of others and the signatures they made: what JOSE (RFC 7518, RFC 8037) needs. Nothing of libcrypto shows here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace openstrat::crypto {

enum class Signature {
  rs256,  ///< RSASSA-PKCS1-v1_5 with SHA-256
  ps256,  ///< RSASSA-PSS with SHA-256, salt of 32 bytes
  es256,  ///< ECDSA on P-256 with SHA-256; 64 bytes, r ‖ s
  eddsa,  ///< Ed25519
};

std::string sha512(std::string_view data);  ///< 64 bytes: what EdDSA hashes with (`at_hash`)

/// Immutable and thread-safe; copies share the key.
class PublicKey {
 public:
  enum class Kind { rsa, p256, ed25519 };

  /// Big-endian numbers. nullopt: not 2048 to 8192 bits, or an exponent that is even, 1 or longer than 64 bits.
  static std::optional<PublicKey> rsa(std::string_view modulus, std::string_view exponent);
  /// 32 bytes each; nullopt when the point does not lie on the curve.
  static std::optional<PublicKey> p256(std::string_view x, std::string_view y);
  static std::optional<PublicKey> ed25519(std::string_view x);  ///< 32 bytes

  Kind kind() const;
  /// False too for a signature that this kind of key cannot make.
  bool verify(Signature algorithm, std::string_view data, std::string_view signature) const;

 private:
  struct Impl;
  explicit PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace openstrat::crypto
