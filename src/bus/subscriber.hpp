// One consumer of the in-process bus: its patterns, its thread, and where it stands.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/metrics.hpp"
#include "bus/bus.hpp"
#include "bus/outbox.hpp"
#include "db/database.hpp"

namespace openstrat::bus {

/// Exact name, `site.*`, or `*`.
bool matches(std::string_view pattern, std::string_view name);

/// Keeps up: the dispatcher offers each batch and it works it off in memory. Behind (an event failed, or a batch took longer
/// than the bus waits): what it has not done moves to its backlog in the database, and it works from there, in order, until
/// the backlog is empty. So it never holds up the others, and its order stays.
class Subscriber {
 public:
  struct Surroundings {
    db::Database& database;
    const Clock& clock;
    const BusOptions& options;
    metrics::Registry& metrics;
    std::function<void()> progress;  ///< called without locks when an offered batch may be done
    std::function<bool()> leading;   ///< whether this node may deliver
  };

  Subscriber(std::string name, Surroundings surroundings);
  ~Subscriber();
  const std::string& name() const { return name_; }
  void add(std::string pattern, Handler handler);
  bool wants(std::string_view event_name) const;

  void start();
  /// Gives published events `patience` to be taken, then ends the thread after the event in hand.
  void stop(std::chrono::milliseconds patience);

  // For the dispatcher, in this order for each batch.
  void offer(std::vector<std::shared_ptr<const Event>> events);
  bool busy() const;
  std::vector<Leftover> take_back();
  void settled();
  /// Has a backlog from an earlier run or node.
  void set_behind();

  /// Lost when too many wait.
  void publish(std::shared_ptr<const Event> event);

 private:
  struct Offered {
    std::shared_ptr<const Event> event;
    int attempt = 0;
  };
  using Lock = std::unique_lock<std::mutex>;

  void run();
  void take_offered(Lock& lock);
  void take_published(Lock& lock);
  void work_backlog(Lock& lock);
  Result<bool> deliver_backlog();
  Result<bool> forget_or_park(const StoredEvent& failed, const Error& error, const std::vector<std::int64_t>& done);
  Status call(const Event& event);
  void pause(Lock& lock, Duration length);
  Duration backoff(int attempt) const;

  const std::string name_;
  const Surroundings around_;
  metrics::Counter& delivered_;
  metrics::Counter& failures_;
  metrics::Counter& dead_;
  metrics::Counter& dropped_;
  metrics::Gauge& behind_gauge_;
  std::vector<std::pair<std::string, Handler>> subscriptions_;  ///< fixed by start()

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Offered> offered_;  ///< the front stays until it is done
  std::deque<std::shared_ptr<const Event>> published_;
  bool in_hand_ = false;        ///< the front of offered_ is with its handler …
  bool in_hand_taken_ = false;  ///< … and was moved to the backlog meanwhile
  bool publishing_ = false;     ///< a published event is with its handler
  bool halted_ = false;         ///< the front of offered_ failed
  bool behind_ = false;
  bool settling_ = false;       ///< leftovers are on their way to the backlog
  std::uint64_t generation_ = 0;  ///< counts settled(): tells whether an empty backlog is still news
  std::string done_in_backlog_;   ///< id of an event that was done after it had been moved
  Duration resume_in_{};          ///< rest before the backlog is touched again
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace openstrat::bus
