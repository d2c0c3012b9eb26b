#include "tasks/db_queue.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/log.hpp"
#include "base/rng.hpp"
#include "tasks/backoff.hpp"

namespace openstrat::tasks {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPause = 1s;              ///< after a failed transaction
constexpr Duration kLockedElsewhere = 100ms;
constexpr Duration kSampleEvery = 15s;       ///< backlog figures
constexpr Duration kDeadRetention = std::chrono::days(90);

QueueOptions with_defaults(QueueOptions options, const db::Database& database) {
  if (!options.poll) options.poll = database.engine() == db::Database::Engine::sqlite ? 5000ms : 1000ms;
  return options;
}

}  // namespace

DbQueue::DbQueue(db::Database& database, const Clock& clock, Rng& rng, metrics::Registry* metrics, QueueOptions options)
    : database_(database), clock_(clock), options_(with_defaults(std::move(options), database)),
      own_metrics_(metrics ? nullptr : std::make_unique<metrics::Registry>()), metrics_(metrics ? *metrics : *own_metrics_),
      rng_(rng) {}

DbQueue::~DbQueue() { stop(0ms); }

void DbQueue::handle(std::string kind, Policy policy, Handler handler) {
  KindMeter meter(metrics_, kind);
  kinds_.try_emplace(std::move(kind), Kind{.policy = policy, .handler = std::move(handler), .meter = meter});
}

void DbQueue::schedule(std::string name, std::string cron, std::string kind, Attributes payload) {
  auto parsed = Cron::parse(cron);
  if (!parsed) throw std::invalid_argument("schedule " + name + ": " + parsed.error().message());
  schedules_.push_back({.name = std::move(name), .cron = *parsed, .kind = std::move(kind), .payload = std::move(payload)});
}

std::string DbQueue::new_id() {
  const std::lock_guard lock(rng_mutex_);
  return uuid_v7(clock_.now(), rng_).to_string();
}

Duration DbQueue::backoff_of(const Task& task) {
  const std::lock_guard lock(rng_mutex_);
  return backoff(kinds_.find(task.kind)->second.policy, task.attempt, rng_);
}

Status DbQueue::enqueue(db::Session& session, NewTask task) {
  const Timestamp now = clock_.now();
  const auto inserted = Store::insert(session, new_id(), task, now);
  if (inserted) session.on_commit([signal = signal_, due = task.run_at.value_or(now)] { signal->due_at(due); });
  return inserted;
}

Status DbQueue::cancel(db::Session& session, std::string_view kind, std::string_view unique_key) {
  return Store::cancel(session, kind, unique_key);
}

Result<std::vector<Queue::DeadTask>> DbQueue::dead(int limit) {
  return database_.read([&](db::Session& session) { return Store::dead(session, limit); });
}

Status DbQueue::revive(std::string_view id) {
  return database_.write([&](db::Session& session) -> Status {
    const Timestamp now = clock_.now();
    session.on_commit([signal = signal_, now] { signal->due_at(now); });
    return Store::revive(session, id, now);
  });
}

void DbQueue::start() {
  int wanted = 1;
  for (const auto& [name, kind] : kinds_) wanted += kind.policy.concurrency;
  const auto threads = static_cast<std::size_t>(std::min(wanted, options_.max_threads));
  // A claim needs a free slot, so what is posted never exceeds the slots.
  workers_ = std::make_unique<WorkerPool>("tasks", threads, static_cast<std::size_t>(options_.max_threads));
  {
    const std::lock_guard lock(mutex_);
    accepting_ = true;
  }
  dispatcher_ = std::thread([this] { dispatch(); });
}

void DbQueue::stop(std::chrono::milliseconds deadline) {
  if (!dispatcher_.joinable()) return;
  {
    std::unique_lock lock(mutex_);
    accepting_ = false;
    idle_.wait_for(lock, deadline, [this] { return running_.empty(); });
    if (!running_.empty()) log::warning("tasks left to their leases", {{"running", running_.size()}});
    abandoned_ = true;
  }
  signal_->end();
  dispatcher_.join();
}

void DbQueue::dispatch() {
  while (true) {
    const Status status = tick();
    if (!status && !failing_) log::warning("task queue cannot reach its tables; trying again every second", {log::of(status.error())});
    if (status && failing_) log::info("task queue works again");
    failing_ = !status;
    {
      const std::lock_guard lock(mutex_);
      if (abandoned_ && (finished_.empty() || failing_)) return;
    }
    if (failing_) {
      signal_->rest(kPause);
    } else {
      signal_->wait_for(pause());
    }
  }
}

/// One look around: a read when idle, one write transaction when there is anything to record or to claim.
Status DbQueue::tick() {
  const Timestamp now = clock_.now();
  hinted_due_ = std::min(hinted_due_, signal_->take_due());
  if (!must_write(now)) {
    if (auto looked = look(); !looked) return looked;
    sample_backlog(now);
    if (!anything_due(now)) return {};
  }
  std::vector<Finished> finished;
  {
    const std::lock_guard lock(mutex_);
    finished.swap(finished_);
  }
  Round round;
  const Status written = database_.write([&](db::Session& session) {
    round = Round{.now = now};
    return run_round(session, round, finished);
  });
  if (!written) {  // keep the results; nothing else has changed
    const std::lock_guard lock(mutex_);
    finished_.insert(finished_.begin(), std::make_move_iterator(finished.begin()), std::make_move_iterator(finished.end()));
    return written;
  }
  adopt(round);
  sample_backlog(now);
  return {};
}

Status DbQueue::look() {
  const auto due = database_.read([](db::Session& session) { return Store::next_due(session); });
  if (!due) return std::unexpected(due.error());
  hinted_due_ = Timestamp::max();
  note_due(*due);
  return {};
}

void DbQueue::note_due(const std::vector<KindDue>& due) {
  for (auto& [name, kind] : kinds_) kind.next_due = Timestamp::max();
  for (const auto& [name, due_at] : due) {
    const auto kind = kinds_.find(name);
    if (kind != kinds_.end()) kind->second.next_due = due_at;
  }
  backlog_seen_ = backlog_seen_ || !due.empty();
}

/// Tasks that take part in the figures are counted only while there are any.
void DbQueue::sample_backlog(Timestamp now) {
  if (now < next_sample_) return;
  next_sample_ = now + kSampleEvery;
  if (!backlog_seen_) return;
  const auto backlog = database_.read([now](db::Session& session) { return Store::backlog(session, now); });
  if (!backlog) return;
  backlog_seen_ = !backlog->empty();
  for (const auto& [name, kind] : kinds_) {
    const auto entry = std::ranges::find(*backlog, name, &KindBacklog::kind);
    kind.meter.depth.set(entry == backlog->end() ? 0 : static_cast<double>(entry->depth));
    kind.meter.oldest_seconds.set(entry == backlog->end() ? 0 : std::chrono::duration<double>(now - entry->oldest_due).count());
  }
}

int DbQueue::free_slots(const Kind& kind) const {
  const std::lock_guard lock(mutex_);
  if (!accepting_) return 0;
  return std::min(kind.policy.concurrency - kind.running, options_.max_threads - static_cast<int>(running_.size()));
}

bool DbQueue::anything_due(Timestamp now) const {
  return std::ranges::any_of(kinds_, [&](const auto& entry) { return entry.second.next_due <= now && free_slots(entry.second) > 0; });
}

bool DbQueue::must_write(Timestamp now) const {
  if (std::ranges::any_of(schedules_, [now](const Schedule& schedule) { return schedule.next_run <= now; })) return true;
  const std::lock_guard lock(mutex_);
  if (!finished_.empty()) return true;
  return std::ranges::any_of(running_, [now](const auto& entry) { return entry.second.prolong_at <= now; });
}

Status DbQueue::run_round(db::Session& session, Round& round, const std::vector<Finished>& finished) {
  for (const auto& each : finished) {
    if (auto recorded = record(session, round, each); !recorded) return recorded;
  }
  if (auto prolonged = prolong_leases(session, round); !prolonged) return prolonged;
  if (auto scheduled = run_schedules(session, round); !scheduled) return scheduled;
  return claim_due(session, round);
}

Status DbQueue::record(db::Session& session, Round& round, const Finished& finished) {
  const Task& task = finished.task;
  const Policy& policy = kinds_.find(task.kind)->second.policy;
  const auto write = [&]() -> Result<bool> {
    switch (finished.ending) {
      case Finished::Ending::done: return Store::finish(session, task);
      case Finished::Ending::not_begun: return Store::release(session, task, round.now);
      case Finished::Ending::failed:
        if (task.attempt < policy.max_attempts) return Store::retry(session, task, round.now + backoff_of(task), finished.error);
        [[fallthrough]];
      case Finished::Ending::hopeless:
        round.dead.push_back(task.kind);
        return Store::bury(session, task, round.now, finished.error);
    }
    std::unreachable();
  };
  const auto ours = write();
  if (!ours) return std::unexpected(ours.error());
  if (!*ours) round.lost.push_back(task);
  return {};
}

Status DbQueue::prolong_leases(db::Session& session, Round& round) {
  std::vector<Running> due;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, running] : running_) {
      if (running.prolong_at <= round.now) due.push_back(running);
    }
  }
  for (const auto& running : due) {
    const Duration lease = kinds_.find(running.task.kind)->second.policy.lease;
    const auto ours = Store::prolong(session, running.task, round.now + lease);
    if (!ours) return std::unexpected(ours.error());
    if (!*ours) round.lost.push_back(running.task);
    round.prolonged.push_back({.task = running.task, .prolong_at = round.now + lease / 2});
  }
  return {};
}

Status DbQueue::run_schedules(db::Session& session, Round& round) {
  bool ran = false;
  for (const auto& schedule : schedules_) {
    round.next_runs.push_back(schedule.next_run);
    if (schedule.next_run > round.now) continue;
    if (auto added = Store::add_schedule(session, schedule.name, round.now); !added) return added;
    const auto last = Store::last_run(session, schedule.name);
    if (!last) return std::unexpected(last.error());
    round.next_runs.back() = schedule.cron.next(*last);
    // What came due while nobody ran is made up for once, not once for each missed time.
    if (round.next_runs.back() > round.now) continue;
    const auto first = Store::advance_schedule(session, schedule.name, *last, round.now);
    if (!first) return std::unexpected(first.error());
    round.next_runs.back() = schedule.cron.next(round.now);
    if (!*first) continue;
    const NewTask task{.kind = schedule.kind, .payload = schedule.payload, .run_at = round.now, .unique_key = "cron:" + schedule.name};
    if (auto inserted = Store::insert(session, new_id(), task, round.now); !inserted) return inserted;
    ran = true;
  }
  return ran ? Store::forget_dead_before(session, round.now - kDeadRetention) : Status();
}

/// Oldest first over the kinds, so that no kind starves another when threads are short.
Status DbQueue::claim_due(db::Session& session, Round& round) {
  auto due = Store::next_due(session);
  if (!due) return std::unexpected(due.error());
  std::ranges::sort(*due, {}, &KindDue::due_at);
  std::set<std::string> exhausted;  // kinds of which we got less than we asked for: the rest is in other hands
  for (const auto& entry : *due) {
    const auto kind = kinds_.find(entry.kind);
    if (entry.due_at > round.now || kind == kinds_.end()) continue;
    const int threads_left = options_.max_threads - static_cast<int>(round.claims.size());
    const int wanted = std::min(free_slots(kind->second), threads_left);
    if (wanted <= 0) continue;
    auto claims = Store::claim(session, entry.kind, wanted, round.now, round.now + kind->second.policy.lease, options_.node);
    if (!claims) return std::unexpected(claims.error());
    if (static_cast<int>(claims->size()) < wanted) exhausted.insert(entry.kind);
    std::ranges::move(*claims, std::back_inserter(round.claims));
  }
  if (!exhausted.empty()) {
    due = Store::next_due(session);
    if (!due) return std::unexpected(due.error());
  }
  for (auto& entry : *due) {  // a row that another node holds locked is still due: do not spin on it
    if (entry.due_at <= round.now && exhausted.contains(entry.kind)) entry.due_at = round.now + kLockedElsewhere;
  }
  round.due = std::move(*due);
  return {};
}

/// After the commit: what the round found out becomes true in memory.
void DbQueue::adopt(Round& round) {
  hinted_due_ = Timestamp::max();
  note_due(round.due);
  for (std::size_t i = 0; i < schedules_.size(); ++i) schedules_[i].next_run = round.next_runs[i];
  for (const auto& kind : round.dead) kinds_.find(kind)->second.meter.dead.add();
  for (const auto& task : round.lost) log::warning("task lease was lost", {{"task", task.id}, {"kind", task.kind}});
  {
    const std::lock_guard lock(mutex_);
    for (auto& each : round.prolonged) {
      const auto running = running_.find(each.task.id);
      if (running != running_.end() && running->second.task.attempt == each.task.attempt) running->second.prolong_at = each.prolong_at;
    }
  }
  for (auto& claim : round.claims) launch(std::move(claim), round.now);
}

void DbQueue::launch(Claim claim, Timestamp now) {
  Kind& kind = kinds_.find(claim.task.kind)->second;
  {
    const std::lock_guard lock(mutex_);
    using enum Finished::Ending;
    if (!accepting_) {
      finished_.push_back({.task = std::move(claim.task), .ending = not_begun, .error = {}});
      return;
    }
    if (!claim.unreadable.empty() || claim.task.attempt > kind.policy.max_attempts) {
      std::string error = claim.unreadable.empty() ? "the node that ran it went away" : std::move(claim.unreadable);
      finished_.push_back({.task = std::move(claim.task), .ending = hopeless, .error = std::move(error)});
      signal_->wake();
      return;
    }
    ++kind.running;
    running_[claim.task.id] = {.task = claim.task, .prolong_at = now + Duration(kind.policy.lease) / 2};
  }
  const bool posted = workers_->post([this, &kind, task = claim.task] { carry_out(kind, task); });
  if (!posted) complete({.task = std::move(claim.task), .ending = Finished::Ending::not_begun, .error = {}});
}

/// On a worker thread.
void DbQueue::carry_out(const Kind& kind, const Task& task) {
  const Duration begun = clock_.monotonic();
  Finished finished{.task = task};
  try {
    if (const Status status = kind.handler(task); !status) {
      finished.ending = Finished::Ending::failed;
      finished.error = status.error().message();
    }
  } catch (const std::exception& e) {  // a handler's library threw: a failed attempt like any other
    finished.ending = Finished::Ending::failed;
    finished.error = std::string("exception: ") + e.what();
  }
  const bool failed = finished.ending == Finished::Ending::failed;
  kind.meter.runs.add();
  kind.meter.seconds.observe(std::chrono::duration<double>(clock_.monotonic() - begun).count());
  if (failed) {
    kind.meter.failures.add();
    log::warning("task failed", {{"kind", task.kind}, {"task", task.id}, {"attempt", task.attempt}, {"error", finished.error}});
  }
  complete(std::move(finished));
}

void DbQueue::complete(Finished finished) {
  {
    const std::lock_guard lock(mutex_);
    --kinds_.find(finished.task.kind)->second.running;
    const auto running = running_.find(finished.task.id);
    if (running != running_.end() && running->second.task.attempt == finished.task.attempt) running_.erase(running);
    if (!abandoned_) finished_.push_back(std::move(finished));
    if (running_.empty()) idle_.notify_all();
  }
  signal_->wake();
}

Duration DbQueue::pause() const {
  const Timestamp now = clock_.now();
  Timestamp next = std::min(now + *options_.poll, hinted_due_);
  for (const auto& schedule : schedules_) next = std::min(next, schedule.next_run);
  for (const auto& [name, kind] : kinds_) {
    if (free_slots(kind) > 0) next = std::min(next, kind.next_due);
  }
  const std::lock_guard lock(mutex_);
  for (const auto& [id, running] : running_) next = std::min(next, running.prolong_at);
  return std::max<Duration>(next - now, 1ms);
}

std::unique_ptr<Queue> make_queue(db::Database& database, const Clock& clock, Rng& rng, metrics::Registry* metrics, QueueOptions options) {
  return std::make_unique<DbQueue>(database, clock, rng, metrics, std::move(options));
}

}  // namespace openstrat::tasks
