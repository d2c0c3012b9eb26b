#include "protection/fuse_filter.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/rng.hpp"

namespace openstrat::protection {
namespace {

constexpr int kArity = 3;
constexpr std::uint32_t kLongestSegment = 262'144;
constexpr int kAttempts = 100;  // each succeeds with a probability near one

std::uint64_t mix(std::uint64_t key, std::uint64_t seed) {
  std::uint64_t h = key + seed;
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdull;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53ull;
  return h ^ (h >> 33);
}

std::uint16_t fingerprint(std::uint64_t hash) { return static_cast<std::uint16_t>(hash ^ (hash >> 32)); }

using Places = std::array<std::uint32_t, kArity>;

Places places_of(std::uint64_t hash, const FuseShape& shape) {
  const auto first = static_cast<std::uint32_t>((static_cast<unsigned __int128>(hash) * shape.segment_count_length) >> 64);
  const std::uint32_t mask = shape.segment_length - 1;
  return {first, (first + shape.segment_length) ^ (static_cast<std::uint32_t>(hash >> 18) & mask),
          (first + 2 * shape.segment_length) ^ (static_cast<std::uint32_t>(hash) & mask)};
}

/// Per place: how many keys lie there, and the xor of their hashes and of which of their three places it is.
struct Place {
  std::uint64_t hashes = 0;
  std::uint32_t count = 0;
  std::uint32_t which = 0;
};
struct Peeled {
  std::uint64_t hash = 0;
  std::uint8_t which = 0;
};

/// Takes away keys that are alone in a place, until none is left; empty when the rest hangs together.
std::vector<Peeled> peel(std::vector<Place>& places, const FuseShape& shape, std::size_t keys) {
  std::vector<Peeled> order;
  order.reserve(keys);
  std::vector<std::uint32_t> alone;
  for (std::uint32_t i = 0; i < places.size(); ++i)
    if (places[i].count == 1) alone.push_back(i);
  while (!alone.empty()) {
    const Place found = places[alone.back()];
    alone.pop_back();
    if (found.count != 1) continue;
    order.push_back({found.hashes, static_cast<std::uint8_t>(found.which)});
    const Places all = places_of(found.hashes, shape);
    for (std::uint32_t which = 0; which < kArity; ++which) {
      Place& place = places[all[which]];
      place.hashes ^= found.hashes;
      place.which ^= which;
      if (--place.count == 1) alone.push_back(all[which]);
    }
  }
  if (order.size() != keys) order.clear();
  return order;
}

}  // namespace

FuseShape fuse_shape(std::size_t keys) {
  const double size = static_cast<double>(keys);
  const auto wanted = keys == 0 ? 4u : 1u << static_cast<int>(std::floor(std::log(size) / std::log(3.33) + 2.25));
  const std::uint32_t segment = std::min(wanted, kLongestSegment);
  const double factor = keys <= 1 ? 0 : std::max(1.125, 0.875 + 0.25 * std::log(1'000'000.0) / std::log(size));
  const auto capacity = static_cast<std::int64_t>(std::round(size * factor));
  const std::int64_t segments = std::max<std::int64_t>((capacity + segment - 1) / segment - (kArity - 1), 1);
  return {.segment_length = segment, .segment_count_length = static_cast<std::uint32_t>(segments * segment),
          .array_length = static_cast<std::uint32_t>((segments + kArity - 1) * segment)};
}

Result<FuseFilter> build_fuse(const std::vector<std::uint64_t>& keys, Rng& rng) {
  FuseFilter filter{.shape = fuse_shape(keys.size())};
  filter.fingerprints.resize(filter.shape.array_length);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    filter.seed = rng.next_u64();
    std::vector<Place> places(filter.shape.array_length);
    for (const std::uint64_t key : keys) {
      const std::uint64_t hash = mix(key, filter.seed);
      const Places all = places_of(hash, filter.shape);
      for (std::uint32_t which = 0; which < kArity; ++which) {
        Place& place = places[all[which]];
        place.hashes ^= hash;
        place.which ^= which;
        ++place.count;
      }
    }
    auto order = peel(places, filter.shape, keys.size());
    if (order.size() != keys.size()) continue;
    for (auto peeled = order.rbegin(); peeled != order.rend(); ++peeled) {
      const Places all = places_of(peeled->hash, filter.shape);
      filter.fingerprints[all[peeled->which]] = static_cast<std::uint16_t>(
          fingerprint(peeled->hash) ^ filter.fingerprints[all[(peeled->which + 1) % kArity]] ^ filter.fingerprints[all[(peeled->which + 2) % kArity]]);
    }
    return filter;
  }
  return fail(Errc::internal, "the filter cannot be built: keys repeat");
}

bool fuse_contains(std::uint64_t seed, const FuseShape& shape, const std::uint16_t* fingerprints, std::uint64_t key) {
  const std::uint64_t hash = mix(key, seed);
  const Places all = places_of(hash, shape);
  return fingerprint(hash) == (fingerprints[all[0]] ^ fingerprints[all[1]] ^ fingerprints[all[2]]);
}

}  // namespace openstrat::protection
