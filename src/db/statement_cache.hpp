// The prepared statements of one connection, found by their text; the least recently used goes when the cache is full.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace openstrat::db {

template <class Statement>
class StatementCache {
 public:
  static constexpr std::size_t kCapacity = 300;  ///< more than all stores have together; bounds SQL made at run time

  Statement* find(std::string_view sql) {
    const auto found = entries_.find(sql);
    if (found == entries_.end()) return nullptr;
    found->second->used = ++tick_;
    return &found->second->statement;
  }

  /// Returns the stored statement, and through `evicted` the one that had to go.
  Statement& insert(std::string_view sql, Statement statement, std::unique_ptr<Statement>* evicted = nullptr) {
    if (entries_.size() >= kCapacity) {
      const auto oldest = std::ranges::min_element(entries_, {}, [](const auto& entry) { return entry.second->used; });
      if (evicted) *evicted = std::make_unique<Statement>(std::move(oldest->second->statement));
      entries_.erase(oldest);
    }
    auto entry = std::make_unique<Entry>(Entry{std::string(sql), std::move(statement), ++tick_});
    auto& stored = *entry;
    entries_[stored.sql] = std::move(entry);
    return stored.statement;
  }

  void clear() { entries_.clear(); }

 private:
  struct Entry {
    std::string sql;
    Statement statement;
    std::uint64_t used;
  };
  std::unordered_map<std::string_view, std::unique_ptr<Entry>> entries_;  // keys point into Entry::sql
  std::uint64_t tick_ = 0;
};

}  // namespace openstrat::db
