// A few values that every process reads often and seldom change: trusted for five seconds.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include "base/clock.hpp"
#include "base/guarded.hpp"

namespace openstrat::protection {

/// Thread-safe. A value read before forget() is refused by put(): take generation() before reading.
template <class Key, class Value>
class TeamCache {
 public:
  static constexpr std::chrono::seconds kLife{5};
  static constexpr std::size_t kCapacity = 50'000;

  explicit TeamCache(const Clock& clock) : clock_(clock) {}

  std::optional<Value> get(const Key& key) {
    const auto now = clock_.monotonic();
    auto state = state_.lock();
    const auto found = state->entries.find(key);
    if (found == state->entries.end() || found->second.until <= now) return std::nullopt;
    return found->second.value;
  }
  std::uint64_t generation() { return state_.lock()->generation; }
  void put(const Key& key, Value value, std::uint64_t generation) {
    const auto now = clock_.monotonic();
    auto state = state_.lock();
    if (state->generation != generation) return;
    if (state->entries.size() >= kCapacity) state->entries.clear();
    state->entries.insert_or_assign(key, Entry{std::move(value), now + kLife});
  }
  void forget() {
    auto state = state_.lock();
    ++state->generation;
    state->entries.clear();
  }

 private:
  struct Entry { Value value; Duration until{}; };
  struct State { std::uint64_t generation = 0; std::map<Key, Entry> entries; };

  const Clock& clock_;
  Guarded<State> state_;
};

}  // namespace openstrat::protection
