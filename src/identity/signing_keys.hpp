// The keys that sign access tokens: made here, sealed in the database, replaced every 90 days, two published.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto_sign.hpp"
#include "base/error.hpp"
#include "base/guarded.hpp"
#include "identity/signer_service.hpp"

namespace openstrat {
class Rng;
class SecretBox;
}
namespace openstrat::db {
class Database;
}

namespace openstrat::identity {

class SigningKeys final : public SignerService {
 public:
  static constexpr std::chrono::days kLife{90};
  static constexpr std::size_t kPublished = 2;

  struct Dependencies {
    db::Database& database;
    const SecretBox& secrets;
    const Clock& clock;
    Rng& rng;
    crypto::RsaKey (*generate)() = &crypto::RsaKey::generate;
  };
  explicit SigningKeys(Dependencies dependencies) : deps_(dependencies) {}

  /// Makes a key when there is none or the newest is 90 days old; drops those that are no longer published. At the start
  /// and once a day, on one node.
  Status rotate();

  struct Key {
    std::string kid;
    std::string public_jwk;
    Timestamp created_at{};
    crypto::RsaKey key;
  };
  /// The newest key; unavailable when rotate() has never succeeded.
  Result<Key> newest();
  /// nullopt: not (or no longer) one of ours. Another process may have made it: the database is asked, every 10 s at most.
  Result<std::optional<Key>> find(std::string_view kid);
  /// The JSON document of /.well-known/jwks.json.
  Result<std::string> jwks();

  Result<std::string> sign(std::string_view claims) override;
  Result<std::optional<std::string>> open(std::string_view token) override;

 private:
  using Keys = std::shared_ptr<const std::vector<Key>>;  ///< newest first
  struct State {
    Keys keys;
    Duration loaded_at{};
  };
  Result<Keys> keys_not_older_than(Duration age);
  Result<Keys> load();

  Dependencies deps_;
  Guarded<State> state_;
};

}  // namespace openstrat::identity
