// A bounded map whose entries are trusted for a fixed time. Remembers what does not exist, too.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"

namespace openstrat::identity {

/// Thread-safe. A value that was read before clear() or erase() is refused by put(), so that a slow reader cannot bring
/// back what a change has just made wrong: take generation() before reading.
template <class Value>
class TtlCache {
 public:
  using Pointer = std::shared_ptr<const Value>;  ///< null: known to be absent

  TtlCache(const Clock& clock, Duration ttl, std::size_t capacity) : clock_(clock), ttl_(ttl), capacity_(capacity) {}

  /// nullopt: not cached.
  std::optional<Pointer> get(std::string_view key) {
    const auto now = clock_.monotonic();
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.until <= now) return std::nullopt;
    return found->second.value;
  }

  std::uint64_t generation() const {
    const std::scoped_lock lock(mutex_);
    return generation_;
  }

  void put(std::string_view key, Pointer value, std::uint64_t generation) {
    const auto now = clock_.monotonic();
    const std::scoped_lock lock(mutex_);
    if (generation != generation_) return;
    if (entries_.size() >= capacity_ && !entries_.contains(key)) make_room(now);
    entries_.insert_or_assign(std::string(key), Entry{std::move(value), now + ttl_});
  }

  void clear() {
    const std::scoped_lock lock(mutex_);
    ++generation_;
    entries_.clear();
  }

  /// Forgets what `test(key, value)` is true for; `value` is null for what is known to be absent.
  template <class Test>
  void erase_if(Test test) {
    const std::scoped_lock lock(mutex_);
    ++generation_;
    std::erase_if(entries_, [&](const auto& entry) { return test(std::string_view(entry.first), entry.second.value.get()); });
  }

  std::size_t size() const {
    const std::scoped_lock lock(mutex_);
    return entries_.size();
  }

 private:
  struct Entry {
    Pointer value;
    Duration until;
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  void make_room(Duration now) {
    std::erase_if(entries_, [&](const auto& entry) { return entry.second.until <= now; });
    if (entries_.size() >= capacity_) entries_.clear();  // rarer than its cost: everything is read again once
  }

  const Clock& clock_;
  const Duration ttl_;
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::uint64_t generation_ = 0;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
};

}  // namespace openstrat::identity
