// Turns a published list of breached passwords into a filter file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace openstrat {
class Rng;
}

namespace openstrat::protection {

struct BreachImport {
  std::filesystem::path list;    ///< lines `SHA1` or `SHA1:COUNT`, upper or lower case, in any order; count 0 is padding
  std::filesystem::path filter;  ///< replaced at the end, in one step
  /// Passwords that one filter inside the file is built for: bounds the memory (30 bytes each) and the number of parts.
  std::uint64_t shard_keys = 1'000'000;
  std::function<void(std::uint64_t done, std::uint64_t total)> progress = {};  ///< bytes of the list; may be empty
};
struct BreachImported {
  std::uint64_t lines = 0, passwords = 0;
  std::uint64_t bytes = 0;       ///< of the filter
};

/// Streams: about 150 MB of memory at most and, beside the filter, 8 bytes a line in temporary files.
/// invalid names the first line that is none; the old filter stays then.
Result<BreachImported> import_breached(const BreachImport& import, const Clock& clock, Rng& rng);

}  // namespace openstrat::protection
