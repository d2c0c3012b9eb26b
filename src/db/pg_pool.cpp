#include "db/pg_pool.hpp"

#include "db/failures.hpp"

namespace openstrat::db {
namespace {

constexpr std::chrono::milliseconds kConnectPatience{3'000};

}  // namespace

PgPool::PgPool(std::string url, int size, std::chrono::milliseconds patience, PgOutage& outage)
    : url_(std::move(url)), patience_(patience), places_(std::max(size, 1)), outage_(outage) {}

Result<PgPool::Lease> PgPool::borrow() {
  std::vector<Lease> stale;  // closed outside the lock
  {
    std::unique_lock lock(mutex_);
    if (!returned_.wait_for(lock, patience_, [this] { return places_ > 0; }))
      return fail(unavailable("the database is too busy; try again"));
    --places_;
    while (!idle_.empty()) {
      Lease connection = std::move(idle_.back());  // the most recent: its statements are warm
      idle_.pop_back();
      if (!connection->is_stale()) return connection;
      stale.push_back(std::move(connection));
    }
  }
  return connect();
}

Result<PgPool::Lease> PgPool::connect() {
  Result<Lease> connection = fail(unavailable("the database server cannot be reached"));
  if (outage_.may_try()) {
    std::string why;
    connection = PgConnection::open(url_, kConnectPatience, why);
    if (connection) outage_.attempt_succeeded();
    else outage_.attempt_failed(why);
  }
  if (!connection) {
    {
      const std::lock_guard lock(mutex_);
      ++places_;
    }
    returned_.notify_one();
  }
  return connection;
}

void PgPool::give_back(Lease connection) {
  {
    const std::lock_guard lock(mutex_);
    ++places_;
    if (!connection->lost()) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

}  // namespace openstrat::db
