#include "bus/subscriber.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace openstrat::bus {
namespace {

using namespace std::chrono_literals;

constexpr int kBacklogChunk = 64;
constexpr Duration kRetryDatabase = 1s;
constexpr Duration kDeadRetention = std::chrono::days(90);

}  // namespace

bool matches(std::string_view pattern, std::string_view name) {
  if (pattern == "*" || pattern == name) return true;
  if (!pattern.ends_with(".*")) return false;
  return name.starts_with(pattern.substr(0, pattern.size() - 1));
}

Subscriber::Subscriber(std::string name, Surroundings surroundings)
    : name_(std::move(name)), around_(std::move(surroundings)),
      delivered_(around_.metrics.counter("openstrat_event_delivered_total", "Events taken", {{"subscriber", name_}})),
      failures_(around_.metrics.counter("openstrat_event_failures_total", "Deliveries that failed", {{"subscriber", name_}})),
      dead_(around_.metrics.counter("openstrat_event_dead_total", "Events parked after too many attempts", {{"subscriber", name_}})),
      dropped_(around_.metrics.counter("openstrat_event_dropped_total", "Published events lost to a full queue", {{"subscriber", name_}})),
      behind_gauge_(around_.metrics.gauge("openstrat_event_behind", "1 while the subscriber works from its backlog", {{"subscriber", name_}})) {}

Subscriber::~Subscriber() { stop(0ms); }

void Subscriber::add(std::string pattern, Handler handler) { subscriptions_.emplace_back(std::move(pattern), std::move(handler)); }

bool Subscriber::wants(std::string_view event_name) const {
  return std::ranges::any_of(subscriptions_, [&](const auto& subscription) { return matches(subscription.first, event_name); });
}

void Subscriber::start() { thread_ = std::thread([this] { run(); }); }

void Subscriber::stop(std::chrono::milliseconds patience) {
  if (!thread_.joinable()) return;
  {
    Lock lock(mutex_);
    changed_.wait_for(lock, patience, [this] { return published_.empty() && !publishing_; });
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Subscriber::offer(std::vector<std::shared_ptr<const Event>> events) {
  if (events.empty()) return;
  {
    const Lock lock(mutex_);
    for (auto& event : events) offered_.push_back({.event = std::move(event)});
  }
  changed_.notify_all();
}

bool Subscriber::busy() const {
  const Lock lock(mutex_);
  return !offered_.empty() && !halted_ && !behind_;
}

std::vector<Leftover> Subscriber::take_back() {
  const Lock lock(mutex_);
  std::vector<Leftover> out;
  for (auto& [event, attempt] : offered_) out.push_back({.subscriber = name_, .event = std::move(event), .attempt = attempt});
  offered_.clear();
  if (out.empty()) return out;
  if (in_hand_) in_hand_taken_ = true;
  if (halted_) resume_in_ = backoff(1);
  if (!behind_) log::info("subscriber falls behind, goes on from its backlog", {{"subscriber", name_}, {"events", out.size()}});
  halted_ = false;
  behind_ = true;
  settling_ = true;
  behind_gauge_.set(1);
  return out;
}

void Subscriber::settled() {
  {
    const Lock lock(mutex_);
    settling_ = false;
    ++generation_;
  }
  changed_.notify_all();
}

void Subscriber::set_behind() {
  {
    const Lock lock(mutex_);
    behind_ = true;
    ++generation_;
    behind_gauge_.set(1);
  }
  changed_.notify_all();
}

void Subscriber::publish(std::shared_ptr<const Event> event) {
  {
    const Lock lock(mutex_);
    if (ending_ || published_.size() >= around_.options.transient_capacity) {
      dropped_.add();
      return;
    }
    published_.push_back(std::move(event));
  }
  changed_.notify_all();
}

void Subscriber::run() {
  Lock lock(mutex_);
  while (!ending_) {
    const bool may_take = !offered_.empty() && !halted_ && !behind_;
    if (may_take) take_offered(lock);
    if (!published_.empty()) take_published(lock);  // in turns, so that neither starves the other
    if (may_take || !published_.empty() || ending_) continue;
    const bool blocked = settling_ && !done_in_backlog_.empty();
    if (behind_ && !blocked && resume_in_ <= Duration::zero()) {
      work_backlog(lock);
    } else if (behind_ && !blocked) {
      pause(lock, resume_in_);
    } else {
      changed_.wait(lock);
    }
  }
}

/// Rests before the next attempt; published and offered events cut it short and the rest of the pause follows later.
void Subscriber::pause(Lock& lock, Duration length) {
  const Duration begun = around_.clock.monotonic();
  const bool ran_out = changed_.wait_for(lock, length) == std::cv_status::timeout;
  resume_in_ = ran_out ? Duration::zero() : resume_in_ - (around_.clock.monotonic() - begun);
}

void Subscriber::take_offered(Lock& lock) {
  const auto event = offered_.front().event;
  in_hand_ = true;
  lock.unlock();
  const Status status = call(*event);
  lock.lock();
  in_hand_ = false;
  if (std::exchange(in_hand_taken_, false)) {
    if (status) done_in_backlog_ = event->id;
    return;
  }
  if (status) {
    offered_.pop_front();
    if (!offered_.empty()) return;
  } else {
    offered_.front().attempt = 1;
    halted_ = true;
  }
  lock.unlock();
  around_.progress();
  lock.lock();
}

void Subscriber::take_published(Lock& lock) {
  const auto event = std::move(published_.front());
  published_.pop_front();
  publishing_ = true;
  lock.unlock();
  if (const Status status = call(*event); !status) log::debug("published event failed and is gone", {{"event", event->name}});
  lock.lock();
  publishing_ = false;
  if (published_.empty()) changed_.notify_all();
}

void Subscriber::work_backlog(Lock& lock) {
  const auto generation = generation_;
  const std::string done = std::exchange(done_in_backlog_, {});
  lock.unlock();
  Result<bool> empty = false;
  const bool leading = around_.leading();
  if (!done.empty()) {
    const Status removed = around_.database.write([&](db::Session& session) { return Outbox::remove(session, name_, done); });
    if (!removed) empty = std::unexpected(removed.error());
  }
  if (empty && leading) empty = deliver_backlog();
  lock.lock();
  if (!empty || !leading) {
    if (!empty) log::warning("subscriber cannot work off its backlog", {{"subscriber", name_}, log::of(empty.error())});
    resume_in_ = kRetryDatabase;
  } else if (*empty && offered_.empty() && !settling_ && generation == generation_) {
    behind_ = false;
    behind_gauge_.set(0);
  } else if (*empty) {
    changed_.wait_for(lock, 1ms);  // leftovers are being written
  }
}

/// One chunk; true when there was nothing.
Result<bool> Subscriber::deliver_backlog() {
  const auto chunk = around_.database.read([&](db::Session& session) { return Outbox::backlog(session, name_, kBacklogChunk); });
  if (!chunk) return std::unexpected(chunk.error());
  if (chunk->empty()) return true;
  std::vector<std::int64_t> done;
  for (const auto& stored : *chunk) {
    if (const Status status = call(*stored.event); !status) return forget_or_park(stored, status.error(), done);
    done.push_back(stored.position);
    const Lock lock(mutex_);
    if (ending_) break;
  }
  const Status removed = around_.database.write([&](db::Session& session) { return Outbox::remove(session, done); });
  if (!removed) return std::unexpected(removed.error());
  return false;
}

Result<bool> Subscriber::forget_or_park(const StoredEvent& failed, const Error& error, const std::vector<std::int64_t>& done) {
  const int attempt = failed.attempt + 1;
  const bool parked = attempt >= around_.options.max_attempts;
  const Timestamp now = around_.clock.now();
  const Status written = around_.database.write([&](db::Session& session) -> Status {
    if (auto removed = Outbox::remove(session, done); !removed) return removed;
    if (!parked) return Outbox::note_attempt(session, failed.position, attempt);
    if (auto forgotten = Outbox::forget_dead_before(session, now - kDeadRetention); !forgotten) return forgotten;
    return Outbox::park(session, failed.position, error.message(), now);
  });
  if (!written) return std::unexpected(written.error());
  if (parked) {
    dead_.add();
    log::error("event parked as dead", {{"subscriber", name_}, {"event", failed.event->name}, {"id", failed.event->id}, log::of(error)});
  } else {
    const Lock lock(mutex_);
    resume_in_ = backoff(attempt);
  }
  return false;
}

/// Every subscription that fits; the first failure counts for the event.
Status Subscriber::call(const Event& event) {
  Status outcome;
  try {
    for (const auto& [pattern, handler] : subscriptions_) {
      if (outcome && matches(pattern, event.name)) outcome = handler(event);
    }
  } catch (const std::exception& e) {  // a handler's library threw: a failed delivery like any other
    outcome = fail(Errc::internal, std::string("exception: ") + e.what());
  }
  if (outcome) {
    delivered_.add();
  } else {
    failures_.add();
    log::warning("event not taken", {{"subscriber", name_}, {"event", event.name}, {"id", event.id}, log::of(outcome.error())});
  }
  return outcome;
}

Duration Subscriber::backoff(int attempt) const {
  const auto doublings = std::clamp(attempt - 1, 0, 20);
  return std::min<Duration>(Duration(around_.options.first_backoff) * (std::int64_t{1} << doublings), around_.options.max_backoff);
}

}  // namespace openstrat::bus
