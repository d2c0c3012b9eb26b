// Durable background work: accepted in the caller's transaction, done at least once, by any node.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/attributes.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::metrics {
class Registry;
}

namespace openstrat::tasks {

struct NewTask {
  std::string kind;                   ///< `backups.purge`, `fleet.notify`, …
  Attributes payload;
  std::optional<Timestamp> run_at;    ///< nullopt = now
  std::string unique_key;             ///< not empty: a waiting task of the same kind and key is kept instead of adding a second
  std::optional<CustomerId> customer_id;
};

struct Task {
  std::string id;
  std::string kind;
  Attributes payload;
  int attempt = 1;                    ///< 1 on the first run
  Timestamp enqueued_at{};
  std::optional<CustomerId> customer_id;
};

/// How a kind is carried out.
struct Policy {
  int concurrency = 1;                              ///< tasks of this kind at once on this node
  int max_attempts = 8;                             ///< then the dead letter list
  std::chrono::seconds lease{60};                   ///< prolonged while the handler runs; a crashed node's task is free after it
  std::chrono::seconds first_backoff{10};           ///< doubles each time …
  std::chrono::seconds max_backoff{900};            ///< … up to this
};

/// Success ends the task; an error repeats it later by the policy. Handlers are idempotent: a crash after the effect repeats it.
using Handler = std::function<Status(const Task&)>;

class Queue {
 public:
  virtual ~Queue() = default;
  /// Before start() only.
  virtual void handle(std::string kind, Policy policy, Handler handler) = 0;
  /// Adds the task of a five-field cron expression in UTC (`*/5 * * * *`), once a due time over all nodes. Before start() only.
  virtual void schedule(std::string name, std::string cron, std::string kind, Attributes payload = {}) = 0;
  virtual Status enqueue(db::Session& session, NewTask task) = 0;
  /// Removes waiting (not running) tasks of this key.
  virtual Status cancel(db::Session& session, std::string_view kind, std::string_view unique_key) = 0;
  virtual void start() = 0;
  /// No new task; waits for running handlers up to `deadline`.
  virtual void stop(std::chrono::milliseconds deadline) = 0;

  struct DeadTask { Task task; std::string error; Timestamp died_at{}; };
  virtual Result<std::vector<DeadTask>> dead(int limit) = 0;
  virtual Status revive(std::string_view id) = 0;
};

struct QueueOptions {
  std::string node;                       ///< names this process in leases and logs
  std::optional<std::chrono::milliseconds> poll;  ///< looking for tasks of other nodes; default 1 s, 5 s on SQLite (one node)
  int max_threads = 32;                   ///< handlers at once on this node, over all kinds
};

/// `database` must have the migrations of schema/ and, like the others, outlive the queue.
/// Handlers that still run when stop() gives up are waited for by the destructor; their results no longer count.
std::unique_ptr<Queue> make_queue(db::Database& database, const Clock& clock, Rng& rng, metrics::Registry* metrics, QueueOptions options);

}  // namespace openstrat::tasks
