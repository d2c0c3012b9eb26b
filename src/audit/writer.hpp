// Takes audit entries from any thread and writes them in batches, behind the requests.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "base/error.hpp"
#include "base/queue.hpp"
#include "audit/audit_service.hpp"
#include "audit/log_store.hpp"

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

/// Entries are numbered and chained when they are written, by one thread. A database that is away is tried again every
/// second while the queue fills; entries beyond its bound are counted (openstrat_audit_lost_total) and lost.
class AuditWriter final : public AuditLog {
 public:
  static constexpr std::size_t kQueue = 4096;

  struct Dependencies {
    db::Database& database;
    const Clock& clock;
    Rng& rng;
    metrics::Registry& metrics;
    std::function<Result<std::optional<std::string>>(db::Session&, UserId)> user_name;  ///< of an entry without a name
    int retention_days = 400;  ///< retention.audit_days
  };
  explicit AuditWriter(Dependencies dependencies);
  ~AuditWriter() override;

  void start();
  /// Takes nothing more and writes what waits, for at most `patience`. After the HTTP server has stopped.
  void stop(std::chrono::milliseconds patience = std::chrono::seconds(5));

  void record(AuditEntry entry) noexcept override;

  /// Whether the chain is whole: `openstrat doctor` and GET /audit-logs/verify. Reads the whole table.
  Result<log_store::Finding> verify();
  /// Removes what is past its retention, in bounded steps.
  Status purge();
  /// Writes the newest hash into the log as an entry and into the process log: a copy outside the database.
  Status anchor();

 private:
  void run();
  Status name_users(db::Session& session, std::vector<log_store::Row>& rows);
  void write(std::vector<log_store::Row> rows);
  void count_lost(std::size_t rows, const char* why) noexcept;

  Dependencies deps_;
  metrics::Counter& lost_;
  BoundedQueue<log_store::Row> queue_;
  std::atomic<bool> giving_up_{false};
  std::atomic<bool> idle_{true};
  std::jthread thread_;
};

}  // namespace openstrat::audit
