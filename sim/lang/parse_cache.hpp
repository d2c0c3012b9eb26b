// Parsed texts, shared by every router that runs the same one.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "ros_language/parser.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

/// Thread-safe. Bounded by the memory of the scripts it holds; the longest unused goes first. Errors are not kept.
class ParseCache {
 public:
  explicit ParseCache(std::size_t max_bytes = 64 << 20) : max_bytes_(max_bytes) {}
  std::expected<std::shared_ptr<const Script>, ParseError> get(std::string_view source, const ParseOptions& options);

  struct Stats {
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::size_t bytes = 0;
  };
  Stats stats() const;

 private:
  struct Key {
    std::string_view source;  ///< owned by the script of the entry
    Version version;
    const MenuLookup* menus;
    DirId context;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  struct Entry {
    Key key;
    std::shared_ptr<const Script> script;
    std::size_t bytes;
  };

  const std::size_t max_bytes_;
  mutable std::mutex mutex_;
  std::list<Entry> recent_;  ///< newest first
  std::unordered_map<Key, std::list<Entry>::iterator, KeyHash> index_;
  Stats stats_;
};

}  // namespace openstrat::sim
