#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.hpp"
#include "base/rng.hpp"
#include "base/wake_signal.hpp"
#include "bus/subscriber.hpp"

namespace openstrat::bus {
namespace {

using namespace std::chrono_literals;

constexpr int kBatch = 512;
constexpr Duration kLease = 30s;
constexpr Duration kRetryDatabase = 1s;

BusOptions with_defaults(BusOptions options, const db::Database& database) {
  if (!options.poll) options.poll = database.engine() == db::Database::Engine::sqlite ? 5000ms : 1000ms;
  return options;
}

/// One dispatcher thread reads committed events, offers them to the subscribers and removes them.
class InProcessBus final : public Bus {
 public:
  InProcessBus(db::Database& database, const Clock& clock, Rng& rng, metrics::Registry* metrics, BusOptions options)
      : database_(database), clock_(clock), rng_(rng), options_(with_defaults(std::move(options), database)),
        own_metrics_(metrics ? nullptr : std::make_unique<metrics::Registry>()), metrics_(metrics ? *metrics : *own_metrics_) {}
  ~InProcessBus() override { stop(); }

  void subscribe(std::string subscriber, std::string pattern, Handler handler) override;
  Status append(db::Session& session, Event event) override;
  void publish(Event event) override;
  void start() override;
  void stop() override;

 private:
  void complete(Event& event);
  void dispatch();
  Result<bool> round();
  Result<bool> lead(Timestamp now);
  void deliver(const std::vector<StoredEvent>& batch);
  Status settle();
  bool draining() {
    const std::lock_guard lock(mutex_);
    return draining_;
  }
  bool leading() const { return to_unix_us(clock_.now()) < lease_until_us_; }

  db::Database& database_;
  const Clock& clock_;
  std::mutex rng_mutex_;
  Rng& rng_;
  const BusOptions options_;
  const std::unique_ptr<metrics::Registry> own_metrics_;  ///< when the caller wants none
  metrics::Registry& metrics_;
  const std::shared_ptr<WakeSignal> signal_ = std::make_shared<WakeSignal>();
  std::vector<std::unique_ptr<Subscriber>> subscribers_;  ///< fixed by start()

  // Of the dispatcher thread. Not empty after a failed transaction: delivered, but still in the outbox.
  std::vector<std::int64_t> to_remove_;
  std::vector<Leftover> leftovers_;

  std::atomic<std::int64_t> lease_until_us_{0};
  std::mutex mutex_;
  std::condition_variable progress_;  ///< a subscriber is through with its batch, or the dispatcher has ended
  bool draining_ = false;
  bool ended_ = false;
  std::thread dispatcher_;
};

void InProcessBus::subscribe(std::string subscriber, std::string pattern, Handler handler) {
  auto found = std::ranges::find_if(subscribers_, [&](const auto& each) { return each->name() == subscriber; });
  if (found == subscribers_.end()) {
    Subscriber::Surroundings around{database_, clock_, options_, metrics_,
                                    [this] {
                                      { const std::lock_guard lock(mutex_); }  // not between the dispatcher's look and its wait
                                      progress_.notify_all();
                                    },
                                    [this] { return leading(); }};
    found = subscribers_.insert(subscribers_.end(), std::make_unique<Subscriber>(std::move(subscriber), std::move(around)));
  }
  (*found)->add(std::move(pattern), std::move(handler));
}

void InProcessBus::complete(Event& event) {
  const Timestamp now = clock_.now();
  if (event.occurred_at == Timestamp{}) event.occurred_at = now;
  if (!event.id.empty()) return;
  const std::lock_guard lock(rng_mutex_);
  event.id = "evt_" + ksuid(now, rng_);
}

Status InProcessBus::append(db::Session& session, Event event) {
  if (std::ranges::none_of(subscribers_, [&](const auto& each) { return each->wants(event.name); })) return {};
  complete(event);
  const Status appended = Outbox::append(session, event);
  if (appended) session.on_commit([signal = signal_] { signal->wake(); });
  return appended;
}

void InProcessBus::publish(Event event) {
  std::shared_ptr<const Event> shared;
  for (const auto& subscriber : subscribers_) {
    if (!subscriber->wants(event.name)) continue;
    if (!shared) {
      complete(event);
      shared = std::make_shared<const Event>(event);
    }
    subscriber->publish(shared);
  }
}

void InProcessBus::start() {
  for (const auto& subscriber : subscribers_) subscriber->start();
  dispatcher_ = std::thread([this] { dispatch(); });
}

void InProcessBus::stop() {
  if (!dispatcher_.joinable()) return;
  {
    std::unique_lock lock(mutex_);
    draining_ = true;
    signal_->wake();
    progress_.wait_for(lock, options_.stop_deadline, [this] { return ended_; });
    ended_ = true;  // what is not taken by now goes to the backlogs
  }
  progress_.notify_all();
  signal_->end();
  dispatcher_.join();
  for (const auto& subscriber : subscribers_) subscriber->stop(options_.stop_deadline / 4);
}

void InProcessBus::dispatch() {
  bool failing = false;
  while (true) {
    const bool last_rounds = draining();  // asked before the round, so that the last one sees everything that stop() promises
    const auto more = round();
    if (!more && !failing) log::warning("event bus cannot reach its tables; trying again every second", {log::of(more.error())});
    if (more && failing) log::info("event bus works again");
    failing = !more;
    {
      const std::lock_guard lock(mutex_);
      if (ended_ || (last_rounds && !more.value_or(false))) {
        ended_ = true;
        break;
      }
    }
    if (failing) {
      signal_->rest(kRetryDatabase);
    } else if (!*more) {
      signal_->wait_for(*options_.poll);
    }
  }
  progress_.notify_all();
}

/// One batch; true when there may be more.
Result<bool> InProcessBus::round() {
  if (auto settled = settle(); !settled) return std::unexpected(settled.error());
  const auto leads = lead(clock_.now());
  if (!leads || !*leads) return leads;
  const auto batch = database_.read([](db::Session& session) { return Outbox::head(session, kBatch); });
  if (!batch) return std::unexpected(batch.error());
  if (batch->empty()) return false;
  deliver(*batch);
  if (auto settled = settle(); !settled) return std::unexpected(settled.error());
  return true;
}

/// Takes or keeps the right to deliver. Nothing to deliver: no transaction, and no lease.
Result<bool> InProcessBus::lead(Timestamp now) {
  if (to_unix_us(now + kLease / 2) < lease_until_us_) return true;
  const auto pending = database_.read([](db::Session& session) { return Outbox::pending(session); });
  if (!pending || !*pending) return pending;
  const bool fresh = !leading();
  std::vector<std::string> behind;
  const auto leads = database_.write([&](db::Session& session) -> Result<bool> {
    auto held = Outbox::lead(session, options_.node, now, now + kLease);
    if (!held || !*held || !fresh) return held;
    auto names = Outbox::subscribers_with_backlog(session);
    if (!names) return std::unexpected(names.error());
    behind = std::move(*names);
    return true;
  });
  if (!leads || !*leads) return leads;
  lease_until_us_ = to_unix_us(now + kLease);
  for (const auto& subscriber : subscribers_) {
    if (std::ranges::find(behind, subscriber->name()) != behind.end()) subscriber->set_behind();
  }
  return true;
}

/// Everybody gets the batch at once; after `patience` the rest of the slow ones goes to their backlogs.
void InProcessBus::deliver(const std::vector<StoredEvent>& batch) {
  for (const auto& subscriber : subscribers_) {
    std::vector<std::shared_ptr<const Event>> events;
    for (const auto& stored : batch) {
      if (subscriber->wants(stored.event->name)) events.push_back(stored.event);
    }
    subscriber->offer(std::move(events));
  }
  {
    std::unique_lock lock(mutex_);
    progress_.wait_for(lock, options_.patience, [this] {
      return ended_ || std::ranges::none_of(subscribers_, [](const auto& subscriber) { return subscriber->busy(); });
    });
  }
  for (const auto& subscriber : subscribers_) std::ranges::move(subscriber->take_back(), std::back_inserter(leftovers_));
  for (const auto& stored : batch) to_remove_.push_back(stored.position);
}

Status InProcessBus::settle() {
  if (to_remove_.empty()) return {};
  const Status settled = database_.write([&](db::Session& session) { return Outbox::settle(session, to_remove_, leftovers_); });
  if (!settled) return settled;
  to_remove_.clear();
  leftovers_.clear();
  for (const auto& subscriber : subscribers_) subscriber->settled();
  return {};
}

}  // namespace

std::unique_ptr<Bus> make_in_process_bus(db::Database& database, const Clock& clock, Rng& rng, metrics::Registry* metrics,
                                         BusOptions options) {
  return std::make_unique<InProcessBus>(database, clock, rng, metrics, std::move(options));
}

}  // namespace openstrat::bus
