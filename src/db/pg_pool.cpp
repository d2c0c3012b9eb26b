#include "db/pg_pool.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "db/failures.hpp"

namespace openstrat::db {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kConnectPatience{3'000};
constexpr milliseconds kOutage{3'000};
constexpr milliseconds kProbeInterval{250};

}  // namespace

PgPool::PgPool(std::string url, int size, milliseconds patience) : url_(std::move(url)), patience_(patience), places_(std::max(size, 1)) {}

bool PgPool::is_down_locked() const { return down_since_ && system_clock().monotonic() - *down_since_ > kOutage; }

bool PgPool::is_down() {
  const std::lock_guard lock(mutex_);
  return is_down_locked();
}

Result<PgPool::Lease> PgPool::borrow() {
  std::vector<Lease> stale;  // closed outside the lock
  {
    std::unique_lock lock(mutex_);
    if (is_down_locked() && system_clock().monotonic() - last_attempt_ < kProbeInterval)
      return fail(unavailable("the database server cannot be reached"));
    if (!returned_.wait_for(lock, patience_, [this] { return places_ > 0; }))
      return fail(unavailable("the database is too busy; try again"));
    --places_;
    while (!idle_.empty()) {
      Lease connection = std::move(idle_.back());  // the most recent: its statements are warm
      idle_.pop_back();
      if (!connection->is_stale()) return connection;
      stale.push_back(std::move(connection));
    }
    last_attempt_ = system_clock().monotonic();
  }
  return connect();
}

Result<PgPool::Lease> PgPool::connect() {
  auto connection = PgConnection::open(url_, kConnectPatience);
  {
    const std::lock_guard lock(mutex_);
    if (connection) {
      if (down_since_) log::info("PostgreSQL is back", {});
      down_since_.reset();
    } else {
      if (!down_since_) down_since_ = system_clock().monotonic();
      ++places_;
    }
  }
  if (!connection) returned_.notify_one();
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
