// The Queue over the database: one dispatcher thread claims, records and prolongs; workers only run handlers.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/wake_signal.hpp"
#include "base/worker_pool.hpp"
#include "db/database.hpp"
#include "tasks/cron.hpp"
#include "tasks/meter.hpp"
#include "tasks/queue.hpp"
#include "tasks/store.hpp"

namespace openstrat::tasks {

class DbQueue final : public Queue {
 public:
  DbQueue(db::Database& database, const Clock& clock, Rng& rng, metrics::Registry* metrics, QueueOptions options);
  ~DbQueue() override;

  void handle(std::string kind, Policy policy, Handler handler) override;
  void schedule(std::string name, std::string cron, std::string kind, Attributes payload) override;
  Status enqueue(db::Session& session, NewTask task) override;
  Status cancel(db::Session& session, std::string_view kind, std::string_view unique_key) override;
  void start() override;
  void stop(std::chrono::milliseconds deadline) override;
  Result<std::vector<DeadTask>> dead(int limit) override;
  Status revive(std::string_view id) override;

 private:
  struct Kind {
    Policy policy;
    Handler handler;
    KindMeter meter;
    Timestamp next_due = Timestamp::max();
    int running = 0;  ///< under mutex_
  };
  struct Schedule {
    std::string name;
    Cron cron;
    std::string kind;
    Attributes payload;
    Timestamp next_run{};  ///< the epoch = not looked up yet
  };
  struct Running {
    Task task;
    Timestamp prolong_at{};  ///< half of the lease
  };
  struct Finished {
    enum class Ending { done, failed, hopeless, not_begun };
    Task task;
    Ending ending = Ending::done;
    std::string error;
  };
  /// What one transaction of the dispatcher does and finds out; made anew for each try of the transaction.
  struct Round {
    Timestamp now{};
    std::vector<Claim> claims;
    std::vector<Running> prolonged;
    std::vector<Task> lost;            ///< leases that another node took over
    std::vector<Timestamp> next_runs;  ///< of the schedules, in their order
    std::vector<KindDue> due;
    std::vector<std::string> dead;     ///< kinds of the tasks that were given up
  };

  void dispatch();
  Status tick();
  Status look();
  void note_due(const std::vector<KindDue>& due);
  bool anything_due(Timestamp now) const;
  bool must_write(Timestamp now) const;
  Status run_round(db::Session& session, Round& round, const std::vector<Finished>& finished);
  Status record(db::Session& session, Round& round, const Finished& finished);
  Status prolong_leases(db::Session& session, Round& round);
  Status run_schedules(db::Session& session, Round& round);
  Status claim_due(db::Session& session, Round& round);
  void adopt(Round& round);
  void launch(Claim claim, Timestamp now);
  void carry_out(const Kind& kind, const Task& task);
  void complete(Finished finished);
  void sample_backlog(Timestamp now);
  Duration pause() const;
  int free_slots(const Kind& kind) const;
  std::string new_id();
  Duration backoff_of(const Task& task);

  db::Database& database_;
  const Clock& clock_;
  const QueueOptions options_;
  const std::shared_ptr<WakeSignal> signal_ = std::make_shared<WakeSignal>();
  const std::unique_ptr<metrics::Registry> own_metrics_;  ///< when the caller wants none
  metrics::Registry& metrics_;

  std::mutex rng_mutex_;
  Rng& rng_;

  // Of the dispatcher thread; the key set of kinds_ and the schedules are fixed by start().
  std::map<std::string, Kind, std::less<>> kinds_;
  std::vector<Schedule> schedules_;
  Timestamp hinted_due_ = Timestamp::max();  ///< told by commits since the last look
  Timestamp next_sample_{};
  bool backlog_seen_ = false;
  bool failing_ = false;

  // Shared with the workers.
  mutable std::mutex mutex_;
  std::condition_variable idle_;
  std::map<std::string, Running> running_;  ///< by task id
  std::vector<Finished> finished_;
  bool accepting_ = false;   ///< new claims are taken
  bool abandoned_ = false;   ///< results no longer count: the lease decides

  std::unique_ptr<WorkerPool> workers_;
  std::thread dispatcher_;
};

}  // namespace openstrat::tasks
