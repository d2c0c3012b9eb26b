// Signed tokens of others: JSON Web Keys (RFC 7517), compact JSON Web Signatures (RFC 7515), claims (RFC 7519).
// Only signatures with public keys: neither `none` nor an HMAC is known here, so neither can be smuggled in.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto_verify.hpp"
#include "base/error.hpp"

namespace openstrat::jose {

using Algorithm = crypto::Signature;
std::string_view to_string(Algorithm algorithm);  ///< "RS256", …
std::optional<Algorithm> parse_algorithm(std::string_view name);

/// The claims of a token, or any other JSON object.
class Claims {
 public:
  /// nullopt: not one JSON object, or nested deeper than 32.
  static std::optional<Claims> parse(std::string_view json);

  bool has(std::string_view name) const;
  std::optional<std::string> text(std::string_view name) const;  ///< nullopt: absent or not a text
  std::optional<bool> flag(std::string_view name) const;         ///< also the texts "true" and "false", as some providers write
  std::optional<std::int64_t> number(std::string_view name) const;  ///< whole
  std::optional<Timestamp> time(std::string_view name) const;    ///< seconds since 1970, fractions dropped, until the year 9999
  std::vector<std::string> texts(std::string_view name) const;   ///< one text or a list of texts, as `aud` is
  std::optional<Claims> object(std::string_view name) const;
  std::vector<Claims> objects(std::string_view name) const;      ///< of a list, those entries that are objects
  std::string to_json() const;

 private:
  struct Impl;
  explicit Claims(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

/// A compact token taken apart; nothing is verified yet.
struct Token {
  Algorithm algorithm = Algorithm::rs256;
  std::string kid;           ///< empty: the header has none
  std::string type;          ///< `typ`
  Claims claims;
  std::string signed_part;   ///< header.payload, as sent
  std::string signature;     ///< raw bytes
};
/// unauthenticated `token_invalid` in words: not three parts, an algorithm beside RS256, PS256, ES256 and EdDSA, a critical
/// header (`crit`), longer than 16 KiB.
Result<Token> parse_token(std::string_view compact);

struct Key {
  std::string kid;
  std::optional<Algorithm> algorithm;  ///< `alg`: the only one it is for
  crypto::PublicKey key;
};

class KeySet {
 public:
  KeySet() = default;
  /// A JWK Set, or a single key. Keys of other kinds, for encryption, or that make no sense are left out; at most 64 are kept.
  /// invalid when it is no key set at all.
  static Result<KeySet> parse(std::string_view json);

  const std::vector<Key>& keys() const { return keys_; }
  /// Whether a key could have made the signature: by `kid`, if the token names one, and by algorithm.
  bool has_key_for(const Token& token) const;
  /// unauthenticated `token_invalid`.
  Status verify(const Token& token) const;

 private:
  std::vector<Key> keys_;
};

/// What a token must say. Empty parts are not asked for.
struct Expectation {
  std::string issuer;
  std::string audience;                 ///< one of `aud`
  std::chrono::seconds leeway{60};
  std::chrono::seconds longest_life{0}; ///< of `exp` from now; zero: any
};
/// `exp` must be there and ahead, `nbf` and `iat` must not be. unauthenticated `token_invalid` or `token_expired` with the reason.
Status check_claims(const Claims& claims, const Expectation& expected, Timestamp now);

}  // namespace openstrat::jose
