// Brings frames to the hubs of all nodes through a table that each of them reads five times a second. For PostgreSQL; the one
// process of an installation on SQLite needs none of it. docs/decisions/0012
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "base/wake_signal.hpp"
#include "realtime/hub.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
class Session;
}

namespace openstrat::realtime {

class Relay final : public Archive {
 public:
  static constexpr std::chrono::milliseconds kPollEvery{200};
  static constexpr std::chrono::minutes kKeep{10};
  static constexpr std::size_t kMostWaiting = 20'000;

  struct Beat {
    SiteId site;
    CustomerId customer;
    Timestamp at{};
  };
  /// When these sites were heard of last, by whatever node. May block.
  using Beats = std::function<Result<std::vector<Beat>>(const std::vector<SiteId>&)>;

  Relay(db::Database& database, const Clock& clock, Rng& rng, Beats beats = {}) : database_(database), clock_(clock), rng_(rng), beats_(std::move(beats)) {}
  ~Relay() override { stop(); }

  /// Where the numbers stand. Before the hub is made.
  Result<Position> prepare();
  /// Any thread. What the database cannot take for long is given up, and all viewers begin anew.
  void post(Draft draft);
  Result<std::optional<std::vector<Draft>>> frames(CustomerId customer, std::int64_t after, std::int64_t until) override;

  /// One round: writes what was posted, hands on what is new in the table. The thread calls it.
  Status round(Hub& hub);
  /// Heartbeats that other nodes have heard, of the sites that somebody watches here.
  Status listen(Hub& hub);
  /// Removes what nobody comes back for.
  Status purge();
  void start(Hub& hub);
  void stop();

 private:
  Status write_out();
  Status read_new(Hub& hub);

  db::Database& database_;
  const Clock& clock_;
  Rng& rng_;
  const Beats beats_;
  std::int64_t seen_ = 0;       ///< newest number that was handed on; the thread's own
  std::mutex mutex_;
  std::deque<Draft> waiting_;
  bool lost_ = false;           ///< some were given up: the viewers of all nodes have to be told
  WakeSignal wake_;
  std::jthread thread_;
};

}  // namespace openstrat::realtime
