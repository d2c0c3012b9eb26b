// When a session was used last, written behind: at most once a minute, never in the way of a request.
#pragma once

#include <string_view>

#include "identity/ttl_cache.hpp"

namespace openstrat::db {
class Database;
}

namespace openstrat::identity {

class SessionActivity {
 public:
  static constexpr std::chrono::minutes kWrittenEvery{1};

  SessionActivity(db::Database& database, const Clock& clock);

  /// Thread-safe, never blocks.
  void note(std::string_view session_id) noexcept;

 private:
  db::Database& database_;
  const Clock& clock_;
  TtlCache<bool> written_;  ///< presence is what counts
};

}  // namespace openstrat::identity
