#include "protection/breach_filter.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cstring>
#include <string>

#include "base/crypto.hpp"

namespace openstrat::protection {

static_assert(std::endian::native == std::endian::little, "the file is read as it lies");

std::size_t shard_of(const Sha1& hash, std::uint32_t shard_bits) {
  const std::uint32_t first = std::uint32_t{hash[0]} << 24 | std::uint32_t{hash[1]} << 16 | std::uint32_t{hash[2]} << 8 | hash[3];
  return shard_bits == 0 ? 0 : first >> (32 - shard_bits);
}

std::uint64_t key_of(const Sha1& hash) {
  std::uint64_t key;
  std::memcpy(&key, hash.data() + 4, sizeof key);
  return key;
}

std::array<std::uint8_t, 32> digest_of(BreachFileHeader header, std::span<const BreachFileShard> shards) {
  header.digest = {};
  std::string all(reinterpret_cast<const char*>(&header), sizeof header);
  all.append(reinterpret_cast<const char*>(shards.data()), shards.size_bytes());
  return crypto::sha256(all);
}

Result<std::shared_ptr<const BreachFilter>> BreachFilter::open(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(Errc::not_found, "no filter of breached passwords at " + file.string());
  struct stat status {};
  const bool known = ::fstat(fd, &status) == 0;
  const auto bytes = static_cast<std::size_t>(status.st_size);
  void* const start = known && bytes >= sizeof(BreachFileHeader) ? ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
  ::close(fd);
  const auto damaged = fail(Errc::invalid, file.string() + " is no complete filter of breached passwords; import it again");
  if (start == MAP_FAILED) return damaged;
  ::madvise(start, bytes, MADV_RANDOM);
  const std::shared_ptr<const BreachFilter> filter(new BreachFilter(static_cast<const char*>(start), bytes));
  if (!filter->is_sound()) return damaged;
  return filter;
}

BreachFilter::~BreachFilter() { ::munmap(const_cast<char*>(start_), bytes_); }

std::span<const BreachFileShard> BreachFilter::shards() const {
  return {reinterpret_cast<const BreachFileShard*>(start_ + sizeof(BreachFileHeader)), std::size_t{1} << header().shard_bits};
}

bool BreachFilter::is_sound() const {
  const BreachFileHeader good;
  if (header().magic != good.magic || header().version != good.version || header().shard_bits > kMostShardBits) return false;
  if (bytes_ < sizeof(BreachFileHeader) + shards().size_bytes() || header().digest != digest_of(header(), shards())) return false;
  for (const BreachFileShard& shard : shards())
    if (shard.keys > 0 && (shard.offset % alignof(std::uint16_t) != 0 || shard.offset > bytes_ || shard.shape.array_length > (bytes_ - shard.offset) / sizeof(std::uint16_t)))
      return false;
  return true;
}

bool BreachFilter::contains(const Sha1& hash) const {
  const BreachFileShard& shard = shards()[shard_of(hash, header().shard_bits)];
  if (shard.keys == 0) return false;
  return fuse_contains(shard.seed, shard.shape, reinterpret_cast<const std::uint16_t*>(start_ + shard.offset), key_of(hash));
}

}  // namespace openstrat::protection
