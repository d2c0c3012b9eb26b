// Who may try to sign in, and how hard it is made: sign_in::Guard over counters that all nodes share.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.hpp"
#include "protection/attempt_memory.hpp"
#include "protection/proof_of_work.hpp"
#include "protection/settings.hpp"
#include "sign_in/guard_service.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
}
namespace openstrat::metrics {
class Counter;
class Registry;
}

namespace openstrat::protection {

class AllowList;
class Announcer;
class Blocks;
class BreachCheck;
class PolicyService;

/// Thread-safe. Counting is exact over all processes; a process that has just looked may let through, besides the tries that are
/// running at the same time, one more try before it learns of another's block.
class SignInGuard final : public sign_in::Guard {
 public:
  struct Dependencies {
    db::Database& database;
    AttemptMemory& memory;
    AllowList& allowed;
    Announcer& announcer;
    Blocks& blocks;
    BreachCheck& breaches;
    PolicyService& policies;
    metrics::Registry& metrics;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
    crypto::Key32 account_key;    ///< hides e-mail addresses in the tables
    crypto::Key32 challenge_key;
  };
  explicit SignInGuard(Dependencies dependencies);

  Result<std::optional<std::string>> admit(const sign_in::Attempt& attempt) override;
  void failed(const sign_in::Attempt& attempt, std::optional<UserId> user) noexcept override;
  void succeeded(const sign_in::Attempt& attempt, UserId user) noexcept override;
  bool is_breached(std::string_view password) noexcept override;
  void found_breached(const sign_in::Attempt& attempt, UserId user) noexcept override;
  Result<std::vector<std::string>> broken_rules(std::string_view password, std::string_view email, std::optional<UserId> user) override;
  Status unblock(UserId user) override;

  /// Off: `ratelimit.enabled=false`. Blocks and challenges stay.
  void throttle(bool on) { throttling_ = on; }
  /// Tries older than the retention, spent challenges and counters that say nothing any more.
  Status purge();

 private:
  AttemptKeys keys_of(const sign_in::Attempt& attempt) const;
  Result<Standing> standing_of(const AttemptKeys& keys);
  int risk(const sign_in::Attempt& attempt, const Standing& standing) const;
  std::optional<Timestamp> throttled_until(Timestamp sign_in_full_at, Timestamp sign_up_full_at) const;
  Result<std::optional<std::string>> challenge(const sign_in::Attempt& attempt, const AttemptKeys& keys, int risk);
  Result<bool> has_proof(const sign_in::Attempt& attempt, const AttemptKeys& keys);
  void count_sign_up(const sign_in::Attempt& attempt, const AttemptKeys& keys, const Standing& standing);
  Result<Standing> count_failure(const sign_in::Attempt& attempt, const AttemptKeys& keys, std::optional<UserId> user, Standing standing, int risk);

  Dependencies deps_;
  ProofOfWork proofs_;
  std::atomic<bool> throttling_{true};
  metrics::Counter &blocked_, &throttled_, &asked_, &solved_, &wrong_;
};

}  // namespace openstrat::protection
