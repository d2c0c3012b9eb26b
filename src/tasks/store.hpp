// The SQL of the queue. Each function runs in the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "db/session.hpp"
#include "tasks/queue.hpp"

namespace openstrat::tasks {

struct KindDue {
  std::string kind;
  Timestamp due_at{};
};

/// A task that this node may run until its lease ends. `attempt` is the fence: a later claim has a higher one.
struct Claim {
  Task task;
  std::string unreadable;  ///< why the stored payload cannot be read; empty = fine
};

struct KindBacklog {
  std::string kind;
  std::int64_t depth = 0;
  Timestamp oldest_due{};
};

class Store {
 public:
  /// A waiting task with the same unique key stays instead, but a fresh one moves forward to an earlier time.
  static Status insert(db::Session& session, const std::string& id, const NewTask& task, Timestamp now);
  static Status cancel(db::Session& session, std::string_view kind, std::string_view unique_key);

  /// The earliest due time of each kind that has tasks; cost is one index seek a kind, whatever the number of tasks.
  static Result<std::vector<KindDue>> next_due(db::Session& session);
  static Result<std::vector<Claim>> claim(db::Session& session, std::string_view kind, int limit, Timestamp now,
                                          Timestamp lease_until, std::string_view node);
  /// These return false when the claim was lost meanwhile: somebody else has the task now.
  static Result<bool> prolong(db::Session& session, const Task& task, Timestamp lease_until);
  static Result<bool> finish(db::Session& session, const Task& task);
  static Result<bool> retry(db::Session& session, const Task& task, Timestamp due_at, std::string_view error);
  /// Gives back a claim that was not begun: the attempt does not count.
  static Result<bool> release(db::Session& session, const Task& task, Timestamp now);
  static Result<bool> bury(db::Session& session, const Task& task, Timestamp now, std::string_view error);

  static Result<std::vector<Queue::DeadTask>> dead(db::Session& session, int limit);
  static Status revive(db::Session& session, std::string_view id, Timestamp now);
  static Status forget_dead_before(db::Session& session, Timestamp time);

  static Status add_schedule(db::Session& session, std::string_view name, Timestamp now);
  static Result<Timestamp> last_run(db::Session& session, std::string_view name);
  /// True for exactly one of the nodes that saw the same `previous`.
  static Result<bool> advance_schedule(db::Session& session, std::string_view name, Timestamp previous, Timestamp now);

  static Result<std::vector<KindBacklog>> backlog(db::Session& session, Timestamp now);
};

}  // namespace openstrat::tasks
