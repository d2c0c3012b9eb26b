// Connections for read transactions, lent to one thread at a time.
#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "db/sqlite_connection.hpp"

namespace openstrat::db {

class SqliteReaders {
 public:
  SqliteReaders(SqliteConnection::Settings settings, int count, std::chrono::milliseconds patience);

  using Lease = std::unique_ptr<SqliteConnection>;
  /// Opens a connection when there are fewer than `count`; Errc::unavailable when all stay busy for too long.
  Result<Lease> borrow();
  /// Null, or a connection that must be reopened, only frees the place.
  void give_back(Lease connection);

 private:
  SqliteConnection::Settings settings_;
  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Lease> idle_;
  int places_;  // how many more may be lent
};

}  // namespace openstrat::db
