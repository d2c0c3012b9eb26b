#include "protection/breach_import.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "protection/breach_filter.hpp"

namespace openstrat::protection {
namespace {

constexpr std::uint64_t kBytesALine = 45;       // 40 of the hash, a colon, a short count, a line end
constexpr std::size_t kBufferedKeys = 1024;     // of a shard, before they go to its file
constexpr std::size_t kLongestLine = 256;
constexpr std::uint64_t kProgressLines = 1 << 20;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

std::unexpected<Error> cannot(const char* what, const std::filesystem::path& file) {
  return fail(Errc::unavailable, std::string("cannot ") + what + " " + file.string());
}

int nibble(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

std::optional<Sha1> parse_hash(std::string_view text) {
  if (text.size() != 40) return std::nullopt;
  Sha1 hash;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const int high = nibble(text[2 * i]), low = nibble(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    hash[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return hash;
}

/// The keys of all shards: a little of each in memory, the rest in a file each, that goes when the object goes.
class Spill {
 public:
  Spill(std::filesystem::path directory, std::uint32_t shard_bits) : directory_(std::move(directory)), shard_bits_(shard_bits), buffers_(std::size_t{1} << shard_bits) {}
  ~Spill() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  Spill(const Spill&) = delete;
  Spill& operator=(const Spill&) = delete;

  Status prepare() {
    std::error_code error;
    std::filesystem::remove_all(directory_, error);  // of an import that was killed
    if (!std::filesystem::create_directories(directory_, error)) return cannot("make", directory_);
    return {};
  }
  Status add(const Sha1& hash) {
    const std::size_t shard = shard_of(hash, shard_bits_);
    buffers_[shard].push_back(key_of(hash));
    return buffers_[shard].size() < kBufferedKeys ? Status() : flush(shard);
  }
  /// Sorted, without doubles; what was kept of the shard is given up.
  Result<std::vector<std::uint64_t>> take(std::size_t shard) {
    std::vector<std::uint64_t> keys = std::exchange(buffers_[shard], {});
    std::error_code none;
    const auto bytes = std::filesystem::file_size(file_of(shard), none);
    if (!none) {
      const std::size_t kept = keys.size(), more = bytes / sizeof(std::uint64_t);
      keys.resize(kept + more);
      const File in(std::fopen(file_of(shard).c_str(), "rb"));
      if (!in || std::fread(keys.data() + kept, sizeof(std::uint64_t), more, in.get()) != more) return cannot("read", file_of(shard));
      std::filesystem::remove(file_of(shard), none);
    }
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
  }

 private:
  std::filesystem::path file_of(std::size_t shard) const { return directory_ / std::to_string(shard); }
  Status flush(std::size_t shard) {
    auto& keys = buffers_[shard];
    File out(std::fopen(file_of(shard).c_str(), "ab"));
    if (!out || std::fwrite(keys.data(), sizeof(std::uint64_t), keys.size(), out.get()) != keys.size() || std::fclose(out.release()) != 0)
      return cannot("write", file_of(shard));
    keys.clear();
    return {};
  }

  const std::filesystem::path directory_;
  const std::uint32_t shard_bits_;
  std::vector<std::vector<std::uint64_t>> buffers_;
};

Result<std::uint64_t> read_list(const BreachImport& import, std::uint64_t total, Spill& spill) {
  const File in(std::fopen(import.list.c_str(), "rb"));
  if (!in) return cannot("read", import.list);
  std::vector<char> buffer(1 << 20);
  std::setvbuf(in.get(), buffer.data(), _IOFBF, buffer.size());
  std::array<char, kLongestLine> line{};
  std::uint64_t lines = 0, done = 0;
  while (std::fgets(line.data(), line.size(), in.get())) {
    const std::string_view whole(line.data());
    done += whole.size();
    ++lines;
    if (import.progress && lines % kProgressLines == 0) import.progress(done, total);
    const std::string_view text = text::trim(whole.starts_with("\xEF\xBB\xBF") ? whole.substr(3) : whole);
    if (text.empty()) continue;
    const auto colon = text.find(':');
    const auto hash = parse_hash(text.substr(0, colon));
    const auto count = colon == std::string_view::npos ? std::optional<std::int64_t>(1) : text::parse_int(text.substr(colon + 1));
    if (!hash || !count) return fail(Errc::invalid, "line " + std::to_string(lines) + " of " + import.list.string() + " is not a SHA-1 in hexadecimal and a count (HASH:COUNT)");
    if (*count == 0) continue;
    if (auto added = spill.add(*hash); !added) return fail(added.error());
  }
  if (std::ferror(in.get())) return cannot("read", import.list);
  if (import.progress) import.progress(total, total);
  return lines;
}

/// Header and entries come last, when they are known; until then their place holds zeros.
Result<BreachImported> write_filter(const std::filesystem::path& file, std::uint32_t shard_bits, Spill& spill, const Clock& clock, Rng& rng) {
  File out(std::fopen(file.c_str(), "wb"));
  if (!out) return cannot("write", file);
  std::vector<BreachFileShard> shards(std::size_t{1} << shard_bits);
  BreachFileHeader header{.shard_bits = shard_bits, .made_at_us = to_unix_us(clock.now())};
  std::uint64_t offset = sizeof header + shards.size() * sizeof(BreachFileShard);
  bool written = std::fseek(out.get(), static_cast<long>(offset), SEEK_SET) == 0;
  for (std::size_t i = 0; i < shards.size() && written; ++i) {
    const auto keys = spill.take(i);
    if (!keys) return fail(keys.error());
    if (keys->empty()) continue;
    const auto fuse = build_fuse(*keys, rng);
    if (!fuse) return fail(fuse.error());
    shards[i] = {.offset = offset, .seed = fuse->seed, .shape = fuse->shape, .keys = static_cast<std::uint32_t>(keys->size())};
    header.keys += keys->size();
    offset += fuse->fingerprints.size() * sizeof(std::uint16_t);
    written = std::fwrite(fuse->fingerprints.data(), sizeof(std::uint16_t), fuse->fingerprints.size(), out.get()) == fuse->fingerprints.size();
  }
  header.digest = digest_of(header, shards);
  written = written && std::fseek(out.get(), 0, SEEK_SET) == 0 && std::fwrite(&header, sizeof header, 1, out.get()) == 1 &&
            std::fwrite(shards.data(), sizeof(BreachFileShard), shards.size(), out.get()) == shards.size() && std::fflush(out.get()) == 0 &&
            ::fsync(::fileno(out.get())) == 0;
  if (!written || std::fclose(out.release()) != 0) return cannot("write", file);
  return BreachImported{.passwords = header.keys, .bytes = offset};
}

}  // namespace

Result<BreachImported> import_breached(const BreachImport& import, const Clock& clock, Rng& rng) {
  std::error_code error;
  const std::uint64_t total = std::filesystem::file_size(import.list, error);
  if (error) return cannot("read", import.list);
  const std::uint64_t shards = total / kBytesALine / std::max<std::uint64_t>(import.shard_keys, 1) + 1;
  const auto shard_bits = std::min<std::uint32_t>(static_cast<std::uint32_t>(std::bit_width(shards - 1)), BreachFilter::kMostShardBits);

  Spill spill(import.filter.string() + ".parts", shard_bits);
  if (auto prepared = spill.prepare(); !prepared) return fail(prepared.error());
  const auto lines = read_list(import, total, spill);
  if (!lines) return fail(lines.error());
  const std::filesystem::path fresh = import.filter.string() + ".new";
  auto imported = write_filter(fresh, shard_bits, spill, clock, rng);
  if (imported) std::filesystem::rename(fresh, import.filter, error);
  if (!imported || error) {
    std::error_code ignored;
    std::filesystem::remove(fresh, ignored);
    return imported ? Result<BreachImported>(cannot("write", import.filter)) : imported;
  }
  imported->lines = *lines;
  return imported;
}

}  // namespace openstrat::protection
