// Token buckets by key: how often one caller may do one thing.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace openstrat::http {

/// `burst` requests at once, refilled evenly so that `burst` come back in `per`.
struct RateRule {
  std::uint32_t burst = 60;
  Duration per = std::chrono::minutes(1);
};

/// Goes into X-RateLimit-Limit, -Remaining, -Reset and, when refused, Retry-After.
struct RateVerdict {
  bool allowed = true;
  std::uint32_t limit = 0;
  std::uint32_t remaining = 0;
  std::chrono::seconds reset{0};        ///< until the bucket is full again
  std::chrono::seconds retry_after{0};  ///< until the next request would be allowed; 0 when this one is
};

enum class RateLimiting { on, off };

/// What one process has taken out of a bucket since the last exchange with the others.
struct RateSpent {
  std::uint64_t bucket = 0;
  Duration cost{};       ///< of the taken tokens: each costs the time in which it comes back
};
/// How long until a bucket is full, as all processes together know it.
struct RateLevel {
  std::uint64_t bucket = 0;
  Duration full_in{};
};

/// Thread-safe; sharded, so that callers seldom meet. Memory is bounded: a shard that is full forgets the bucket that is
/// closest to full again, which is the one whose loss gives away least.
class RateLimiter {
 public:
  /// `max_keys` buckets at most, over all rules. `shared_seed`: names buckets alike in all processes that have it, and makes
  /// take_spent() remember; absent: this process counts alone.
  RateLimiter(const Clock& clock, RateLimiting mode, std::size_t max_keys = 200'000, std::optional<std::uint64_t> shared_seed = {});
  ~RateLimiter();

  /// Takes a token. `scope` names the rule (`api_key`, `poll`, …) and `key` the caller; a rule is given by its caller each
  /// time, so that settings may change while the server runs.
  RateVerdict take(std::string_view scope, std::string_view key, const RateRule& rule);
  std::size_t size() const;  ///< buckets now

  /// What was taken since the last call, at most `max` buckets; ordered by bucket.
  std::vector<RateSpent> take_spent(std::size_t max);
  /// The others' tokens are gone, too: buckets get emptier, never fuller, by what all together say.
  void apply(const std::vector<RateLevel>& levels);

 private:
  struct Shard;
  static constexpr std::size_t kShards = 64;

  const Clock& clock_;
  const RateLimiting mode_;
  const std::size_t max_per_shard_;
  const bool is_shared_;
  const std::uint64_t seed_;  ///< callers cannot aim at one bucket of the hash table
  std::unique_ptr<std::array<Shard, kShards>> shards_;
};

}  // namespace openstrat::http
