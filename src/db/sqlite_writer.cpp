#include "db/sqlite_writer.hpp"

#include "base/log.hpp"
#include "db/failures.hpp"
#include "db/sqlite_session.hpp"

namespace openstrat::db {
namespace {

// Pages of 4 KiB. Past the first mark each commit that finds nobody waiting moves pages into the file without disturbing
// readers; past the second it does so even when busy; past the third readers are held back for a moment so that the log starts over.
constexpr int kCheckpointPages = 1'000;
constexpr int kCheckpointPagesWhenBusy = 4'000;
constexpr int kRestartPages = 16'000;
constexpr std::chrono::milliseconds kRestartPatience{200};

}  // namespace

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteConnection> connection, Metrics& metrics, const void* database)
    : connection_(std::move(connection)), metrics_(metrics), database_(database), next_restart_pages_(kRestartPages),
      thread_([this] { loop(); }) {}

SqliteWriter::~SqliteWriter() {
  queue_.stop();
  thread_.join();
  if (connection_) connection_->checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
}

void SqliteWriter::loop() {
  const InsideTransaction inside(database_);
  while (auto job = queue_.pop()) run_group(std::move(job));
}

Status SqliteWriter::begin() {
  if (connection_->must_reopen()) {
    auto fresh = SqliteConnection::open(connection_->settings());
    if (!fresh) return std::unexpected(fresh.error());
    connection_ = std::move(*fresh);
  }
  return connection_->control("BEGIN IMMEDIATE");
}

Status SqliteWriter::commit() {
  if (!connection_->in_transaction()) return fail(unavailable("the transaction was lost because the disk refused to write"));
  Status status = connection_->control("COMMIT");
  if (!status && connection_->in_transaction()) {
    if (auto undone = connection_->control("ROLLBACK"); !undone) log::warning("rollback failed", {log::of(undone.error())});
  }
  return status;
}

void SqliteWriter::run_group(std::shared_ptr<WriteJob> first) {
  std::vector<std::shared_ptr<WriteJob>> group;
  const Status begun = begin();
  if (!begun) {  // all who wait would fail the same way, each after the full busy time-out
    for (auto job = std::move(first); job && group.size() < kLargestGroup; job = queue_.try_pop()) {
      job->status = begun;
      group.push_back(std::move(job));
    }
  } else {
    for (auto job = std::move(first); job;) {
      run_job(*job);
      group.push_back(std::move(job));
      if (group.size() >= kLargestGroup || !connection_->in_transaction()) break;
      job = queue_.try_pop();
    }
    const Status committed = commit();
    if (!committed) {
      for (auto& job : group)
        if (job->status) job->status = committed;
    }
  }
  metrics_.group_committed(group.size(), queue_.depth());
  for (auto& job : group) finish_job(*job);
  if (begun) keep_log_short();
}

void SqliteWriter::run_job(WriteJob& job) {
  SqliteSession session(*connection_);
  job.status = run_in_savepoint(*connection_, session, [&job](Session& inner) { return job.body(inner); });
  if (job.status) job.actions = session.take_actions();
}

void SqliteWriter::keep_log_short() {
  const int pages = connection_->wal_pages();
  if (pages < kCheckpointPages) {
    next_restart_pages_ = kRestartPages;
    return;
  }
  if (pages >= next_restart_pages_) {
    connection_->set_busy_timeout(kRestartPatience);
    const bool done = connection_->checkpoint(SQLITE_CHECKPOINT_RESTART);
    connection_->set_busy_timeout(connection_->settings().busy_timeout);
    if (!done) log::warning("a long read keeps the write-ahead log from starting over", {{"pages", pages}});
    next_restart_pages_ = done ? kRestartPages : pages + kCheckpointPagesWhenBusy;
  } else if (pages >= kCheckpointPagesWhenBusy || queue_.depth() == 0) {
    connection_->checkpoint(SQLITE_CHECKPOINT_PASSIVE);
  }
}

}  // namespace openstrat::db
