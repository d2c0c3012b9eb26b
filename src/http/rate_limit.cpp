#include "http/rate_limit.hpp"

#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/rng.hpp"

namespace openstrat::http {
namespace {

/// Generic cell rate algorithm: one number a bucket, the time at which it will be full again.
struct Bucket {
  Duration full_at{};
  Duration unshared{};  ///< cost of the tokens that the other processes do not know of
};

constexpr std::size_t kEvictionSample = 8;

std::uint64_t mix(std::uint64_t hash, std::string_view text) {
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3ull;
  }
  hash ^= hash >> 32;
  return (hash * 0x9E3779B97F4A7C15ull) ^ text.size();
}

std::chrono::seconds round_up(Duration time) { return std::chrono::ceil<std::chrono::seconds>(std::max(time, Duration::zero())); }

}  // namespace

struct RateLimiter::Shard {
  mutable std::mutex mutex;
  std::unordered_map<std::uint64_t, Bucket> buckets;
  std::vector<std::uint64_t> touched;  ///< buckets with `unshared`; may name some that were evicted

  /// Looks at a few buckets and drops the one that is full soonest: constant work, close to the best choice.
  void evict() {
    auto victim = buckets.begin();
    auto candidate = victim;
    for (std::size_t i = 0; i < kEvictionSample && candidate != buckets.end(); ++i, ++candidate)
      if (candidate->second.full_at < victim->second.full_at) victim = candidate;
    if (victim != buckets.end()) buckets.erase(victim);
  }
};

RateLimiter::RateLimiter(const Clock& clock, RateLimiting mode, std::size_t max_keys, std::optional<std::uint64_t> shared_seed)
    : clock_(clock),
      mode_(mode),
      max_per_shard_(std::max<std::size_t>(1, max_keys / kShards)),
      is_shared_(shared_seed.has_value()),
      seed_(shared_seed ? *shared_seed : secure_rng().next_u64()),
      shards_(std::make_unique<std::array<Shard, kShards>>()) {}

RateLimiter::~RateLimiter() = default;

RateVerdict RateLimiter::take(std::string_view scope, std::string_view key, const RateRule& rule) {
  RateVerdict verdict{.limit = rule.burst, .remaining = rule.burst};
  if (mode_ == RateLimiting::off || rule.burst == 0) return verdict;
  const Duration step = std::max(rule.per / rule.burst, Duration(1));
  const Duration now = clock_.monotonic();
  const std::uint64_t hash = mix(mix(seed_, scope), key);
  Shard& shard = (*shards_)[hash >> 58];

  const std::lock_guard lock(shard.mutex);
  auto found = shard.buckets.find(hash);
  const Duration full_at = found == shard.buckets.end() ? now : std::max(found->second.full_at, now);
  const Duration after = full_at + step;
  const Duration room = now + step * rule.burst - after;  // < 0: the bucket has no whole token
  if (room < Duration::zero()) {
    verdict.allowed = false;
    verdict.remaining = 0;
    verdict.reset = round_up(full_at - now);
    verdict.retry_after = std::max(round_up(-room), std::chrono::seconds(1));
    return verdict;
  }
  verdict.remaining = static_cast<std::uint32_t>(room / step);
  verdict.reset = round_up(after - now);
  if (found == shard.buckets.end()) {
    if (shard.buckets.size() >= max_per_shard_) shard.evict();
    found = shard.buckets.emplace(hash, Bucket{}).first;
  }
  found->second.full_at = after;
  if (is_shared_) {
    if (found->second.unshared == Duration::zero()) shard.touched.push_back(hash);
    found->second.unshared += step;
  }
  return verdict;
}

std::vector<RateSpent> RateLimiter::take_spent(std::size_t max) {
  std::vector<RateSpent> spent;
  for (Shard& shard : *shards_) {
    const std::lock_guard lock(shard.mutex);
    while (!shard.touched.empty() && spent.size() < max) {
      const auto bucket = shard.buckets.find(shard.touched.back());
      shard.touched.pop_back();
      if (bucket == shard.buckets.end() || bucket->second.unshared == Duration::zero()) continue;
      spent.push_back({bucket->first, std::exchange(bucket->second.unshared, Duration::zero())});
    }
  }
  std::ranges::sort(spent, {}, &RateSpent::bucket);
  return spent;
}

void RateLimiter::apply(const std::vector<RateLevel>& levels) {
  const Duration now = clock_.monotonic();
  for (const RateLevel& level : levels) {
    Shard& shard = (*shards_)[level.bucket >> 58];
    const std::lock_guard lock(shard.mutex);
    const auto bucket = shard.buckets.find(level.bucket);
    if (bucket == shard.buckets.end()) continue;
    // What was taken here while the levels were fetched comes on top.
    bucket->second.full_at = std::max(bucket->second.full_at, now + level.full_in + bucket->second.unshared);
  }
}

std::size_t RateLimiter::size() const {
  std::size_t sum = 0;
  for (const Shard& shard : *shards_) {
    const std::lock_guard lock(shard.mutex);
    sum += shard.buckets.size();
  }
  return sum;
}

}  // namespace openstrat::http
