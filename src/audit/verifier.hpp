// Whether the log is as it was written: for `openstrat doctor` and GET /audit-logs/verify.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "audit/log_store.hpp"
#include "base/error.hpp"

namespace openstrat {
class Clock;
}
namespace openstrat::db {
class Database;
}

namespace openstrat::audit {

/// Walks the whole chain in short reads. `progress` sees the walk after each; false ends it.
Result<log_store::Walk> verify_chain(db::Database& database, const std::function<bool(const log_store::Walk&)>& progress = {});

/// One walk at a time, whoever asks: the table may be large. The result serves for a minute.
class Verifier {
 public:
  Verifier(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}
  ~Verifier();

  struct State {
    bool is_running = false;
    double progress = 0;            ///< 0 to 1
    std::int64_t seq = 0;           ///< newest entry that was checked
    std::string hash;               ///< of that entry
    std::optional<std::int64_t> bad_seq;
    std::string problem;
    Timestamp finished_at{};        ///< of a walk that has ended
  };
  /// Begins a walk if no fresh result is there, waits for its end at most `patience`, and says where it stands. An error is that of
  /// the last walk: the database was away.
  Result<State> check(std::chrono::milliseconds patience);
  /// Where the last walk of this process stands, without beginning one; nullopt: there was none that came to an end.
  std::optional<State> last();

 private:
  void walk(const std::stop_token& stop);

  db::Database& database_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  State state_;
  std::optional<Error> error_;
  bool known_ = false;
  std::jthread thread_;
};

}  // namespace openstrat::audit
