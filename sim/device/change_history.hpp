// What was configured lately: /undo, /redo, /system history.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "sim/config/journal.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {

/// One of a router, kept until it boots. Bounded in entries and in bytes; the oldest go first.
class ChangeHistory {
 public:
  static constexpr std::size_t kMaxEntries = 100;
  static constexpr std::size_t kMaxBytes = 512 << 10;

  explicit ChangeHistory(Router& router);

  /// After a command: what it did, and who gave it. What was taken back before can no longer be done again.
  void add(const std::string& user, RowJournal journal);
  bool undo();  ///< false: there is nothing
  bool redo();
  /// Of /system history, the newest first.
  std::vector<Row> rows() const;

  /// From now on changes are in suspense, until they settle or are undone together.
  void float_changes();
  bool is_floating() const { return floating_; }
  void settle();
  void undo_floating();

 private:
  struct Entry {
    std::uint64_t number;
    std::string action;  ///< `filter rule added`
    std::string user;
    Timestamp time;
    std::size_t bytes;
    bool floats;
    RowJournal journal;
  };
  void drop_oldest();
  Row row_of(const Entry& entry, bool undone) const;

  Router& router_;
  std::deque<Entry> done_;      ///< oldest first
  std::vector<Entry> undone_;   ///< the one to redo last
  std::size_t bytes_ = 0;
  std::uint64_t next_ = 1;
  bool floating_ = false;
  Watch power_;
};

}  // namespace openstrat::sim
