// Whether the server can be reached; shared by all pools of a database, so that one finds out for all.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string_view>

namespace openstrat::db {

class PgOutage {
 public:
  void attempt_failed(std::string_view why);  ///< logs the first failure of an outage
  void attempt_succeeded();                   ///< logs the end of one
  /// Out of reach for so long that waiting for it is no use.
  bool is_long() const;
  /// During a long outage: false, unless nobody has tried in the last quarter of a second. Then this caller is the one to try.
  bool may_try();

 private:
  bool is_long_locked() const;

  mutable std::mutex mutex_;
  std::optional<std::chrono::microseconds> since_;
  std::chrono::microseconds last_attempt_{};
};

}  // namespace openstrat::db
