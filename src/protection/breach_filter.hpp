// A file of fuse filters over the SHA-1 of breached passwords, mapped into memory: gigabytes on disk cost only the pages that are asked for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "base/error.hpp"
#include "protection/fuse_filter.hpp"

namespace openstrat::protection {

using Sha1 = std::array<std::uint8_t, 20>;

// The file, little-endian: header, one entry a shard, the fingerprints of the shards. A shard holds the hashes with the same first bits.
struct BreachFileHeader {
  std::array<char, 8> magic{'O', 'S', 'B', 'R', 'E', 'A', 'C', 'H'};
  std::uint32_t version = 1;
  std::uint32_t shard_bits = 0;
  std::uint64_t keys = 0;
  std::int64_t made_at_us = 0;
  std::array<std::uint8_t, 32> digest{};  ///< SHA-256 of the header with an empty digest, and the entries
};
struct BreachFileShard {
  std::uint64_t offset = 0;               ///< of the first fingerprint, in bytes from the beginning of the file
  std::uint64_t seed = 0;
  FuseShape shape;
  std::uint32_t keys = 0;                 ///< 0: nothing is in it
};
static_assert(sizeof(BreachFileHeader) == 64 && sizeof(BreachFileShard) == 32);

std::size_t shard_of(const Sha1& hash, std::uint32_t shard_bits);
std::uint64_t key_of(const Sha1& hash);
/// Of a header and its entries, for writing and for checking.
std::array<std::uint8_t, 32> digest_of(BreachFileHeader header, std::span<const BreachFileShard> shards);

/// Immutable and thread-safe.
class BreachFilter {
 public:
  static constexpr std::uint32_t kMostShardBits = 12;

  /// not_found: no such file; invalid: not such a file, or not a complete one.
  static Result<std::shared_ptr<const BreachFilter>> open(const std::filesystem::path& file);
  ~BreachFilter();
  BreachFilter(const BreachFilter&) = delete;
  BreachFilter& operator=(const BreachFilter&) = delete;

  bool contains(const Sha1& hash) const;
  std::uint64_t keys() const { return header().keys; }
  std::size_t bytes() const { return bytes_; }

 private:
  BreachFilter(const char* start, std::size_t bytes) : start_(start), bytes_(bytes) {}
  const BreachFileHeader& header() const { return *reinterpret_cast<const BreachFileHeader*>(start_); }
  std::span<const BreachFileShard> shards() const;
  bool is_sound() const;

  const char* start_;
  std::size_t bytes_;
};

}  // namespace openstrat::protection
