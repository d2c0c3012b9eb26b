#include "audit/verifier.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "db/database.hpp"

namespace openstrat::audit {
namespace {

constexpr int kStretch = 1000;
constexpr Duration kFresh = std::chrono::minutes(1);

double share(const log_store::Walk& walk) {
  if (walk.done) return 1;
  const auto left = static_cast<double>(std::max<std::int64_t>(0, walk.last_seq - walk.seq));
  return static_cast<double>(walk.rows) / std::max(1.0, static_cast<double>(walk.rows) + left);
}

}  // namespace

Result<log_store::Walk> verify_chain(db::Database& database, const std::function<bool(const log_store::Walk&)>& progress) {
  log_store::Walk walk;
  while (!walk.done) {
    auto further = database.read([&](db::Session& session) { return log_store::check_stretch(session, walk, kStretch); });
    if (!further) return fail(further.error());
    walk = *std::move(further);
    if (progress && !progress(walk)) return fail(Errc::unavailable, "The check of the audit log was broken off.");
  }
  return walk;
}

Verifier::~Verifier() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

Result<Verifier::State> Verifier::check(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  if (!state_.is_running && !(known_ && !error_ && clock_.now() - state_.finished_at < kFresh)) {
    state_ = {.is_running = true};
    error_.reset();
    thread_ = std::jthread([this](const std::stop_token& stop) { walk(stop); });
  }
  changed_.wait_for(lock, patience, [this] { return !state_.is_running; });
  if (error_) return fail(*error_);
  return state_;
}

std::optional<Verifier::State> Verifier::last() {
  const std::scoped_lock lock(mutex_);
  if (!state_.is_running && (!known_ || error_)) return std::nullopt;
  return state_;
}

void Verifier::walk(const std::stop_token& stop) {
  const auto note = [this](const log_store::Walk& walk) {
    state_.progress = share(walk);
    state_.seq = walk.seq;
    state_.hash = walk.hash;
    state_.bad_seq = walk.bad_seq;
    state_.problem = walk.problem;
  };
  const auto walked = verify_chain(database_, [&](const log_store::Walk& walk) {
    const std::scoped_lock lock(mutex_);
    note(walk);
    return !stop.stop_requested();
  });
  {
    const std::scoped_lock lock(mutex_);
    state_.is_running = false;
    state_.finished_at = clock_.now();
    known_ = true;
    if (!walked) error_ = walked.error();
  }
  changed_.notify_all();
}

}  // namespace openstrat::audit
