#include "base/rng.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace openstrat {

std::uint64_t Rng::next_u64() {
  std::array<std::uint8_t, 8> bytes;
  fill(bytes);
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

std::uint64_t Rng::below(std::uint64_t bound) {
  // The lowest 2^64 mod bound values would make small results more likely: draw again for them.
  const std::uint64_t rejected = -bound % bound;
  for (;;) {
    const std::uint64_t value = next_u64();
    if (value >= rejected) return value % bound;
  }
}

namespace {

class SodiumRng final : public Rng {
 public:
  SodiumRng() {
    if (sodium_init() < 0) {
      std::fputs("fatal: libsodium cannot reach the system's random numbers\n", stderr);
      std::abort();
    }
  }
  void fill(std::span<std::uint8_t> out) override { randombytes_buf(out.data(), out.size()); }
};

}  // namespace

Rng& secure_rng() {
  static SodiumRng rng;
  return rng;
}

void SeededRng::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const std::uint64_t word = engine_();
    const std::size_t count = std::min<std::size_t>(out.size(), 8);
    for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::uint8_t>(word >> (56 - 8 * i));
    out = out.subspan(count);
  }
}

}  // namespace openstrat
