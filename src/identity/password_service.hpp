// Every Argon2 computation of the process goes through here, so that no flood of sign-ins can exhaust memory or processors.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/crypto_password.hpp"
#include "base/error.hpp"
#include "identity/password_policy.hpp"

namespace openstrat::metrics {
class Counter;
class Registry;
}

namespace openstrat::identity {

/// Thread-safe; callers wait their turn, so worker threads only. At most `at_once` × `cost.memory` is in use. Both functions fail
/// with unavailable (and Retry-After) when too many wait already, or when the memory is not there.
class PasswordService {
 public:
  struct Options {
    crypto::PasswordCost cost;  ///< auth.password_memory, auth.password_passes
    int at_once = 2;            ///< auth.password_parallel
    int waiting = 8;            ///< fewer than there are workers, so that other requests go on
  };
  PasswordService(Options options, metrics::Registry* metrics);

  Result<std::string> hash(std::string_view password);
  /// Without a hash (nobody has this address) as much is computed, and the answer is false.
  Result<bool> verify(const std::optional<std::string>& phc, std::string_view password);
  /// Whether the hash should be made again at the cost of today, as soon as the password is at hand.
  bool is_outdated(std::string_view phc) const { return crypto::has_other_cost(phc, options_.cost); }

  std::uint64_t computations() const { return computations_.load(); }  ///< since the start

 private:
  class Turn;
  Result<Turn> take_turn();

  const Options options_;
  const std::string nobody_;  ///< a hash that no password has
  std::mutex mutex_;
  std::condition_variable turn_ended_;
  int running_ = 0, waiting_ = 0;
  std::atomic<std::uint64_t> computations_{0};
  metrics::Counter* refused_ = nullptr;
};

}  // namespace openstrat::identity
