// A binary fuse filter (Graf and Lemire, "Binary Fuse Filters: Fast and Smaller Than Xor Filters", 2022): says of a 64-bit key "certainly
// not in the set" or "in the set", and is wrong in the second once in 65,536 times. About 18 bits a key, three reads a question.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.hpp"

namespace openstrat {
class Rng;
}

namespace openstrat::protection {

/// Where the fingerprints of keys lie: three of them a key, in neighbouring segments.
struct FuseShape {
  std::uint32_t segment_length = 0;        ///< a power of two
  std::uint32_t segment_count_length = 0;  ///< segments a key can begin in × segment_length
  std::uint32_t array_length = 0;          ///< number of fingerprints
};
/// The only shape that build_fuse() makes for so many keys.
FuseShape fuse_shape(std::size_t keys);

struct FuseFilter {
  std::uint64_t seed = 0;
  FuseShape shape;
  std::vector<std::uint16_t> fingerprints;
};

/// `keys` without doubles. Takes about 30 bytes a key while it runs. Fails only if the keys repeat.
Result<FuseFilter> build_fuse(const std::vector<std::uint64_t>& keys, Rng& rng);

/// `fingerprints` has shape.array_length entries.
bool fuse_contains(std::uint64_t seed, const FuseShape& shape, const std::uint16_t* fingerprints, std::uint64_t key);

}  // namespace openstrat::protection
