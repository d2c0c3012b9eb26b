#include "db/sqlite_readers.hpp"

#include "db/failures.hpp"

namespace openstrat::db {

SqliteReaders::SqliteReaders(SqliteConnection::Settings settings, int count, std::chrono::milliseconds patience)
    : settings_(std::move(settings)), patience_(patience), places_(std::max(count, 1)) {}

Result<SqliteReaders::Lease> SqliteReaders::borrow() {
  {
    std::unique_lock lock(mutex_);
    if (!returned_.wait_for(lock, patience_, [this] { return places_ > 0; }))
      return fail(unavailable("the database is too busy; try again"));
    --places_;
    if (!idle_.empty()) {
      Lease connection = std::move(idle_.back());  // the most recent: its page cache is warm
      idle_.pop_back();
      return connection;
    }
  }
  auto connection = SqliteConnection::open(settings_);
  if (!connection) give_back(nullptr);
  return connection;
}

void SqliteReaders::give_back(Lease connection) {
  {
    const std::lock_guard lock(mutex_);
    ++places_;
    if (connection && !connection->must_reopen()) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

}  // namespace openstrat::db
