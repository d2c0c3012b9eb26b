// What passkeys sign. A challenge carries its purpose, user and expiry under our own signature, so that handing one out stores
// nothing: whoever asks for thousands of them costs no disk. Those that were answered are remembered until they expire.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Session;
}

namespace openstrat::mfa {

enum class Purpose : char { registration = 'r', sign_in = 's' };

class Challenges {
 public:
  static constexpr std::chrono::minutes kLife{5};

  Challenges(const crypto::Key32& key, const Clock& clock, Rng& rng) : key_(key), clock_(clock), rng_(rng) {}

  /// `user` absent: whoever answers. Bytes.
  std::string issue(Purpose purpose, std::optional<UserId> user);
  struct Opened {
    std::optional<UserId> user;
    Timestamp expires_at{};
  };
  /// nullopt: not one of ours, for another purpose, or older than five minutes.
  std::optional<Opened> open(Purpose purpose, std::string_view challenge) const;

 private:
  std::string signature_of(std::string_view content) const;

  crypto::Key32 key_;
  const Clock& clock_;
  Rng& rng_;
};

/// False: it was answered before.
Result<bool> spend_challenge(db::Session& session, std::string_view challenge, Timestamp expires_at);
Result<std::int64_t> purge_challenges(db::Session& session, Timestamp expired_before, int limit);

}  // namespace openstrat::mfa
