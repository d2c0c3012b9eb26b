// Runs closures as PostgreSQL transactions: alone with retries, or many to a commit.
#pragma once

#include <thread>

#include "db/database.hpp"
#include "db/metrics.hpp"
#include "db/pg_pool.hpp"
#include "db/pg_session.hpp"
#include "db/write_queue.hpp"

namespace openstrat::db {

class PgTransactions {
 public:
  PgTransactions(const Options& options, PgOutage& outage, Metrics& metrics, const void* database);

  /// Repeats the closure after serialization failures, deadlocks, and connections lost before COMMIT, for a few seconds at most.
  Status run(PgSession::Kind kind, const std::function<Status(Session&)>& body);
  /// Runs the jobs in one transaction, each in a savepoint, and fills in their status and actions. When the
  /// transaction as a whole cannot be committed, each job runs by itself.
  void run_group(std::span<const std::shared_ptr<WriteJob>> jobs);

 private:
  struct Attempt {
    Status status;
    Retry retry = Retry::no;
    PgSession::Actions actions;
  };
  PgPool& pool_of(PgSession::Kind kind) { return kind == PgSession::Kind::read ? readers_ : writers_; }
  Attempt attempt(PgSession::Kind kind, const std::function<Status(Session&)>& body);
  /// False: the transaction is lost and nothing was committed.
  bool try_group(PgConnection& connection, std::span<const std::shared_ptr<WriteJob>> jobs);

  PgOutage& outage_;
  PgPool readers_;
  PgPool writers_;
  Metrics& metrics_;
  const void* database_;
};

/// Threads that take closures from the queue and commit those that wait together.
class PgAsyncWriters {
 public:
  static constexpr int kThreads = 2;
  static constexpr std::size_t kLargestGroup = 32;  ///< the server slows down past 64 open subtransactions
  PgAsyncWriters(PgTransactions& transactions, Metrics& metrics, const void* database);
  ~PgAsyncWriters();  ///< runs what is waiting, then stops
  WriteQueue& queue() { return queue_; }

 private:
  void loop();

  PgTransactions& transactions_;
  Metrics& metrics_;
  const void* database_;
  WriteQueue queue_;
  std::vector<std::jthread> threads_;
};

}  // namespace openstrat::db
