// The one thread that writes a SQLite file: many closures to a commit.
#pragma once

#include <thread>

#include "db/metrics.hpp"
#include "db/sqlite_connection.hpp"
#include "db/write_queue.hpp"

namespace openstrat::db {

/// Takes closures from the queue in order, runs each in a savepoint, commits up to 256 of them (or what is waiting) together and
/// answers their callers when the group is on disk. Nobody waits for a group to fill: while one commits, the next gathers.
class SqliteWriter {
 public:
  static constexpr int kLargestGroup = 256;
  SqliteWriter(std::unique_ptr<SqliteConnection> connection, Metrics& metrics, const void* database);
  ~SqliteWriter();  ///< runs what is waiting, then stops
  WriteQueue& queue() { return queue_; }

 private:
  void loop();
  void run_group(std::shared_ptr<WriteJob> first);
  void run_job(WriteJob& job);
  Status begin();
  Status commit();
  void keep_log_short();

  std::unique_ptr<SqliteConnection> connection_;
  Metrics& metrics_;
  const void* database_;
  WriteQueue queue_;
  int next_restart_pages_;
  std::jthread thread_;
};

}  // namespace openstrat::db
