#include "protection/attempt_memory.hpp"

#include <algorithm>

namespace openstrat::protection {
namespace {

template <class Map>
auto fresh(Map& map, const std::string& key, Duration now) -> std::optional<decltype(map.begin()->second.value)> {
  const auto found = map.find(key);
  if (found == map.end() || found->second.until <= now) return std::nullopt;
  return found->second.value;
}

template <class Map, class Value>
void store(Map& map, const std::string& key, const Value& value, Duration now) {
  if (map.size() >= AttemptMemory::kCapacity && !map.contains(key)) {
    std::erase_if(map, [&](const auto& entry) { return entry.second.until <= now; });
    if (map.size() >= AttemptMemory::kCapacity) map.clear();
  }
  map.insert_or_assign(key, typename Map::mapped_type{value, now + AttemptMemory::kLife});
}

}  // namespace

std::optional<Standing> AttemptMemory::standing(const AttemptKeys& keys) {
  const auto now = clock_.monotonic();
  auto maps = maps_.lock();
  const auto pair = fresh(maps->pairs, pair_key(keys), now);
  const auto source = fresh(maps->sources, keys.source, now);
  const auto account = fresh(maps->accounts, keys.account, now);
  if (!pair || !source || !account) return std::nullopt;
  return Standing{.failures = pair->failures, .blocked_until = pair->blocked_until, .sign_in_full_at = source->sign_in_full_at,
                  .sign_up_full_at = source->sign_up_full_at, .account_full_at = *account, .recent_failures = source->recent_failures,
                  .network_known = source->network_known};
}

std::optional<AttemptMemory::SourceState> AttemptMemory::source(const AttemptKeys& keys) {
  const auto now = clock_.monotonic();
  auto maps = maps_.lock();
  return fresh(maps->sources, keys.source, now);
}

Standing AttemptMemory::put(const AttemptKeys& keys, const Standing& read) {
  const auto now = clock_.monotonic();
  auto maps = maps_.lock();
  Standing standing = read;
  if (const auto known = fresh(maps->sources, keys.source, now)) {
    standing.sign_in_full_at = std::max(read.sign_in_full_at, known->sign_in_full_at);
    standing.sign_up_full_at = std::max(read.sign_up_full_at, known->sign_up_full_at);
  }
  if (const auto known = fresh(maps->accounts, keys.account, now)) standing.account_full_at = std::max(read.account_full_at, *known);
  store(maps->pairs, pair_key(keys), PairState{standing.failures, standing.blocked_until}, now);
  store(maps->sources, keys.source,
        SourceState{standing.sign_in_full_at, standing.sign_up_full_at, standing.recent_failures, standing.network_known}, now);
  store(maps->accounts, keys.account, standing.account_full_at, now);
  return standing;
}

void AttemptMemory::raise(const AttemptKeys& keys, const Standing& standing) {
  Standing highest = standing;
  if (const auto known = this->standing(keys)) {
    highest.failures = std::max(known->failures, standing.failures);
    highest.blocked_until = std::max(known->blocked_until, standing.blocked_until);
    highest.recent_failures = std::max(known->recent_failures, standing.recent_failures);
  }
  put(keys, highest);
}

void AttemptMemory::clear_pair(const AttemptKeys& keys) {
  const auto now = clock_.monotonic();
  store(maps_.lock()->pairs, pair_key(keys), PairState{}, now);
}

void AttemptMemory::forget_pairs() { maps_.lock()->pairs.clear(); }

}  // namespace openstrat::protection
