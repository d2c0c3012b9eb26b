// The database of the installation: embedded SQLite or a PostgreSQL server, behind one interface.
#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>

#include "base/error.hpp"
#include "db/session.hpp"

namespace openstrat {
class Clock;
}
namespace openstrat::metrics {
class Registry;
}

namespace openstrat::db {

struct Options {
  std::string url;                 ///< `sqlite:PATH` (`sqlite::memory:` for tests) or `postgresql://…`
  int reader_connections = 4;      ///< SQLite readers, or PostgreSQL connections for read()
  int writer_connections = 4;      ///< PostgreSQL connections for write(); SQLite has one writer thread
  std::chrono::milliseconds write_timeout{10'000};  ///< how long write() waits for its turn before Errc::unavailable
};

/// Transactions. A closure returns Result<T> (or Status): a value commits, an error rolls back.
///
/// write(): SQLite runs all closures on its one writer thread, many to a commit (group commit, synchronous=FULL), each in a
/// savepoint of its own, and wakes the callers when the group is on disk. PostgreSQL runs it on a pooled connection and repeats
/// it after a serialization failure, deadlock or lost connection before COMMIT. So a closure may run more than once and must have no effect outside
/// the session; what must happen after the commit goes to Session::on_commit. Never call read()/write() inside a closure.
/// When write() returns a value, it is on disk. If a PostgreSQL connection dies during COMMIT, the outcome is unknown: Errc::unavailable.
class Database {
 public:
  virtual ~Database() = default;

  template <std::invocable<Session&> F>
  std::invoke_result_t<F, Session&> read(F&& body) {
    return run<std::invoke_result_t<F, Session&>>(Mode::read, std::forward<F>(body));
  }
  template <std::invocable<Session&> F>
  std::invoke_result_t<F, Session&> write(F&& body) {
    return run<std::invoke_result_t<F, Session&>>(Mode::write, std::forward<F>(body));
  }
  /// A write transaction that may take minutes and runs at most once: migrations and restore.
  template <std::invocable<Session&> F>
  std::invoke_result_t<F, Session&> maintain(F&& body) {
    return run<std::invoke_result_t<F, Session&>>(Mode::maintenance, std::forward<F>(body));
  }
  /// write() without waiting: `done` runs on a database thread after the commit or the failure; keep it short (post elsewhere).
  /// Errc::unavailable (through `done`, at once and on this thread) when the bounded queue is full. No order between
  /// closures on PostgreSQL. `done` may call write_async(), not read() or write(). May be called from an I/O thread: never blocks.
  virtual void write_async(std::move_only_function<Status(Session&)> body, std::move_only_function<void(Status)> done) = 0;

  enum class Engine { sqlite, postgres };
  virtual Engine engine() const = 0;
  /// SELECT 1 with a deadline; what /readyz asks.
  virtual Status ping() = 0;
  /// Reads everything (SQLite: integrity and foreign key check; PostgreSQL: every table and index once). Slow; for `openstrat doctor`.
  /// Errc::internal `database_damaged` with the first finding. A portable copy of the database is made by db/dump.hpp.
  virtual Status check_integrity() = 0;

 protected:
  enum class Mode { read, write, maintenance };
  virtual Status run_transaction(Mode mode, std::function<Status(Session&)> body) = 0;

 private:
  template <class R, class F>
  R run(Mode mode, F&& body) {
    std::optional<R> result;
    const Status status = run_transaction(mode, [&](Session& session) -> Status {
      result.emplace(body(session));
      if (!*result) return std::unexpected(result->error());
      return {};
    });
    if (!status) return R(std::unexpect, status.error());
    return std::move(*result);
  }
};

/// Opens (and for SQLite creates) the database; does not migrate.
Result<std::unique_ptr<Database>> open(const Options& options, const Clock& clock, metrics::Registry* metrics = nullptr);

}  // namespace openstrat::db
