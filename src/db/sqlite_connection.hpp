// One open SQLite file handle: pragmas, prepared statements, errors in our words. Used by one thread at a time.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "db/session.hpp"
#include "db/statement_cache.hpp"

namespace openstrat::db {

class SqliteConnection {
 public:
  enum class Role { writer, reader };
  struct Settings {
    std::string path;
    Role role = Role::writer;
    bool durable = true;  ///< false: no fsync; only for temporary databases of tests
    std::chrono::milliseconds busy_timeout{10'000};
  };
  static Result<std::unique_ptr<SqliteConnection>> open(Settings settings);

  /// Rows changed (of INSERT, UPDATE, DELETE); rows go to `visit` when given.
  Result<std::int64_t> run(const Query& query, const Params& params, const std::function<Status(Row)>* visit);
  /// BEGIN, COMMIT, SAVEPOINT …: no parameters, no rows.
  Status control(const char* sql);
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  void set_busy_timeout(std::chrono::milliseconds timeout) { sqlite3_busy_timeout(handle_.get(), static_cast<int>(timeout.count())); }

  /// Pages in the write-ahead log after the last commit of this connection.
  int wal_pages() const { return wal_pages_; }
  /// SQLITE_CHECKPOINT_*; false when readers or another process stood in the way.
  bool checkpoint(int mode);

  /// After an I/O error or damage this handle may hold stale state: the owner opens a new one before the next transaction.
  bool must_reopen() const { return must_reopen_; }
  const Settings& settings() const { return settings_; }

 private:
  struct CloseHandle { void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); } };
  struct Finalize { void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); } };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  explicit SqliteConnection(Settings settings) : settings_(std::move(settings)) {}
  Status configure();
  Result<Statement> prepare(const Query& query);
  Result<std::int64_t> step_all(const Query& query, sqlite3_stmt* statement, const std::function<Status(Row)>* visit);
  Error error_of(const char* name, int code);
  Error constraint_error(const char* name, int code);
  std::string unique_constraint_name(std::string_view columns);

  Settings settings_;
  std::unique_ptr<sqlite3, CloseHandle> handle_;  // outlives the statements
  StatementCache<Statement> statements_;
  int wal_pages_ = 0;
  bool must_reopen_ = false;
  std::optional<std::chrono::microseconds> logged_at_;
};

}  // namespace openstrat::db
