// What this process knows of accounts and sources, for a few seconds each, so that most tries need no query.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "protection/attempt_store.hpp"

namespace openstrat::protection {

/// Thread-safe; bounded: at the bound everything is forgotten and read again. What other processes do shows after kLife at the
/// latest, or with the next failure, which counts in the database.
class AttemptMemory {
 public:
  static constexpr std::chrono::seconds kLife{5};
  static constexpr std::size_t kCapacity = 100'000;

  explicit AttemptMemory(const Clock& clock) : clock_(clock) {}

  struct SourceState { Timestamp sign_in_full_at{}, sign_up_full_at{}; int recent_failures = 0; bool network_known = false; };

  std::optional<Standing> standing(const AttemptKeys& keys);         ///< nullopt: something of it must be read
  std::optional<SourceState> source(const AttemptKeys& keys);
  /// As read. Buckets only ever get emptier, so what this process has counted and not yet written stays; returns the result.
  Standing put(const AttemptKeys& keys, const Standing& standing);
  void raise(const AttemptKeys& keys, const Standing& standing);     ///< as counted: of two that meet the higher count stays
  void clear_pair(const AttemptKeys& keys);                          ///< after a success
  void forget_pairs();                                               ///< after a block was lifted

 private:
  template <class T>
  struct Timed { T value; Duration until{}; };
  struct PairState { int failures = 0; Timestamp blocked_until{}; };
  template <class T>
  using Map = std::unordered_map<std::string, Timed<T>>;
  struct Maps {
    Map<PairState> pairs;
    Map<SourceState> sources;
    Map<Timestamp> accounts;
  };
  static std::string pair_key(const AttemptKeys& keys) { return keys.account + ' ' + keys.source; }

  const Clock& clock_;
  Guarded<Maps> maps_;
};

}  // namespace openstrat::protection
