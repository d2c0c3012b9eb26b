#include "db/pg_transactions.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/rng.hpp"
#include "db/failures.hpp"

namespace openstrat::db {
namespace {

using std::chrono::milliseconds;
constexpr int kMostAttempts = 12;
constexpr milliseconds kTotalPatience{4'000};
constexpr milliseconds kFirstPause{10};
constexpr milliseconds kLongestPause{500};

/// 10 ms, 20 ms, 40 ms … each with up to half as much again, so that rivals do not meet again at the same moment.
void pause_before(int attempt) {
  const auto base = std::min(kFirstPause * (1 << std::min(attempt, 10)), kLongestPause);
  const auto extra = secure_rng().below(static_cast<std::uint64_t>(base.count()) / 2 + 1);
  std::this_thread::sleep_for(base + milliseconds(extra));
}

}  // namespace

PgTransactions::PgTransactions(const Options& options, PgOutage& outage, Metrics& metrics, const void* database)
    : outage_(outage), readers_(options.url, options.reader_connections, options.write_timeout, outage),
      writers_(options.url, options.writer_connections, options.write_timeout, outage), metrics_(metrics), database_(database) {}

PgTransactions::Attempt PgTransactions::attempt(PgSession::Kind kind, const std::function<Status(Session&)>& body) {
  auto connection = pool_of(kind).borrow();
  if (!connection) return {std::unexpected(connection.error()), outage_.is_long() ? Retry::no : Retry::connection, {}};
  Attempt result;
  {
    PgSession session(**connection, kind);
    {
      const InsideTransaction inside(database_);
      result.status = run_guarded(body, session);
    }
    if (result.status) result.status = session.commit();  // a statement failed that the closure ignored: rolls back and says so
    else session.rollback();
    result.retry = session.retry();
    result.actions = session.take_actions();
  }
  if (result.retry == Retry::statements) (*connection)->set_lost();  // a new connection has no stale statements
  pool_of(kind).give_back(std::move(*connection));
  return result;
}

Status PgTransactions::run(PgSession::Kind kind, const std::function<Status(Session&)>& body) {
  const auto start = system_clock().monotonic();
  for (int number = 0;; ++number) {
    Attempt result = attempt(kind, body);
    if (result.status) {
      const InsideTransaction inside(database_);
      for (auto& action : result.actions) action();
      return {};
    }
    const bool hopeless = result.retry == Retry::no || result.retry == Retry::unknown || kind == PgSession::Kind::maintenance;
    if (hopeless || number + 1 >= kMostAttempts || system_clock().monotonic() - start > kTotalPatience) return std::move(result.status);
    metrics_.transaction_repeated();
    pause_before(number);
  }
}

bool PgTransactions::try_group(PgConnection& connection, std::span<const std::shared_ptr<WriteJob>> jobs) {
  PgSession session(connection, PgSession::Kind::write);
  for (const auto& job : jobs) {
    job->status = session.nested([&job](Session& inner) { return job->body(inner); });
    job->actions = session.take_actions();
    if (session.failure()) {  // not of this closure alone: the whole transaction must be repeated
      session.rollback();
      return false;
    }
  }
  const Status committed = session.commit();
  if (committed) return true;
  if (session.retry() != Retry::unknown) return false;
  for (const auto& job : jobs)
    if (job->status) job->status = committed;
  return true;
}

void PgTransactions::run_group(std::span<const std::shared_ptr<WriteJob>> jobs) {
  if (jobs.size() > 1) {
    bool done = false;
    if (auto connection = writers_.borrow()) {
      const InsideTransaction inside(database_);
      done = try_group(**connection, jobs);
      writers_.give_back(std::move(*connection));
    }
    if (done) return;
  }
  for (const auto& job : jobs) {
    job->actions.clear();
    job->status = run(PgSession::Kind::write, [&job](Session& session) { return job->body(session); });
  }
}

PgAsyncWriters::PgAsyncWriters(PgTransactions& transactions, Metrics& metrics, const void* database)
    : transactions_(transactions), metrics_(metrics), database_(database) {
  for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { loop(); });
}

PgAsyncWriters::~PgAsyncWriters() {
  queue_.stop();
  threads_.clear();
}

void PgAsyncWriters::loop() {
  while (auto first = queue_.pop()) {
    std::vector<std::shared_ptr<WriteJob>> group;
    for (auto job = std::move(first); job; job = group.size() < kLargestGroup ? queue_.try_pop() : nullptr) group.push_back(std::move(job));
    transactions_.run_group(group);
    metrics_.group_committed(group.size(), queue_.depth());
    const InsideTransaction inside(database_);
    for (auto& job : group) finish_job(*job);
  }
}

}  // namespace openstrat::db
