// Randomness comes in through Rng.
#pragma once

#include <cstdint>
#include <random>
#include <span>

namespace openstrat {

class Rng {
 public:
  virtual ~Rng() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
  std::uint64_t next_u64();
  std::uint64_t below(std::uint64_t bound);  ///< unbiased, [0, bound); bound > 0
};

/// The operating system's CSPRNG (libsodium), thread-safe: keys, tokens, ids.
Rng& secure_rng();

/// Repeatable, NOT secure, not thread-safe: simulations and tests.
class SeededRng final : public Rng {
 public:
  explicit SeededRng(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::mt19937_64 engine_;
};

}  // namespace openstrat
