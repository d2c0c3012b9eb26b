// Takes audit entries from any thread and writes them in batches, behind the requests.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "audit/audit_service.hpp"
#include "audit/journal.hpp"
#include "audit/log_store.hpp"
#include "base/error.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
}
namespace openstrat::metrics {
class Counter;
class Registry;
}

namespace openstrat::audit {

/// Entries go into a journal of files at once and from there, by one thread, numbered and chained, into the database. A database that is
/// away is tried again every second while the journal grows; what waits at a stop or a crash is written after the next start.
/// Only when the disk refuses too, memory takes over; entries beyond its bound are counted (openstrat_audit_lost_total) and lost.
class AuditWriter final : public AuditLog {
 public:
  static constexpr std::size_t kMemory = 4096;

  struct Dependencies {
    db::Database& database;
    const Clock& clock;
    Rng& rng;
    metrics::Registry& metrics;
    std::function<Result<std::optional<std::string>>(db::Session&, UserId)> user_name;  ///< of an entry without a name
    int retention_days = 400;                        ///< retention.audit_days
    std::filesystem::path journal;                   ///< directory; empty: memory only (short commands, tests)
    std::uint64_t journal_bytes = 256ull * 1024 * 1024;  ///< audit.spill_mb
    std::chrono::milliseconds retry{1000};           ///< pause while neither database nor disk answers
  };
  explicit AuditWriter(Dependencies dependencies);
  ~AuditWriter() override;

  /// unavailable when the journal's directory cannot be written.
  Status start();
  /// Takes nothing more and writes what waits, for at most `patience`. After the HTTP server has stopped.
  void stop(std::chrono::milliseconds patience = std::chrono::seconds(5));

  void record(AuditEntry entry) noexcept override;

  std::uint64_t waiting_bytes() const;  ///< in the journal, on their way into the database
  std::uint64_t lost() const;           ///< entries since the start

  /// Removes what is past its retention, in bounded steps.
  Status purge();
  /// Writes the newest hash into the log as an entry and into the process log: a copy outside the database.
  Status anchor();

 private:
  enum class Source { journal, memory };
  struct Batch {
    Source source = Source::memory;
    std::vector<log_store::Row> rows;
    log_store::Repeat repeat = log_store::Repeat::no;
  };

  void run();
  Batch next_batch();
  void keep(log_store::Row row);
  void write(Batch batch);
  Status write_once(std::vector<log_store::Row>& rows, log_store::Repeat repeat);
  bool write_one_by_one(std::vector<log_store::Row>& rows);
  void done(const Batch& batch);
  Status name_users(db::Session& session, std::vector<log_store::Row>& rows);
  bool pause();
  bool waiting() const;
  void count_lost(std::size_t rows, const char* why) noexcept;

  Dependencies deps_;
  metrics::Counter& lost_;
  metrics::Counter& written_;
  std::unique_ptr<Journal> journal_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<log_store::Row> memory_;  ///< newer than everything in the journal
  bool closed_ = true;                 ///< between stop() and start(), and before
  bool giving_up_ = false;
  bool idle_ = true;
  std::jthread thread_;
};

}  // namespace openstrat::audit
