#include "db/pg_outage.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"

namespace openstrat::db {
namespace {

constexpr std::chrono::milliseconds kLong{2'000};
constexpr std::chrono::milliseconds kProbeInterval{250};

}  // namespace

void PgOutage::attempt_failed(std::string_view why) {
  const std::lock_guard lock(mutex_);
  if (since_) return;
  since_ = system_clock().monotonic();
  log::error("PostgreSQL cannot be reached", {{"error", why}});
}

void PgOutage::attempt_succeeded() {
  const std::lock_guard lock(mutex_);
  if (since_) log::info("PostgreSQL is back", {});
  since_.reset();
}

bool PgOutage::is_long_locked() const { return since_ && system_clock().monotonic() - *since_ > kLong; }

bool PgOutage::is_long() const {
  const std::lock_guard lock(mutex_);
  return is_long_locked();
}

bool PgOutage::may_try() {
  const std::lock_guard lock(mutex_);
  const auto now = system_clock().monotonic();
  if (is_long_locked() && now - last_attempt_ < kProbeInterval) return false;
  last_attempt_ = now;
  return true;
}

}  // namespace openstrat::db
