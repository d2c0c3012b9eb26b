#include "tasks/queue.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <latch>
#include <thread>

#include "base/metrics.hpp"
#include "base/rng.hpp"
#include "db/testing.hpp"
#include "tasks/schema.hpp"

namespace openstrat::tasks {
namespace {

using namespace std::chrono_literals;

/// What handlers saw, from many threads.
class Journal {
 public:
  void add(const Task& task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(task);
  }
  std::vector<Task> all() const {
    const std::lock_guard lock(mutex_);
    return tasks_;
  }
  std::size_t size() const { return all().size(); }

 private:
  mutable std::mutex mutex_;
  std::vector<Task> tasks_;
};

template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 10'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(1ms);
  }
  return false;
}

class QueueTest : public db::EachEngineTest {
 protected:
  QueueTest() : clock_(parse_iso8601("2026-02-03T08:00:30Z").value()), database_(make_database(migrations())) {}

  std::unique_ptr<Queue> make(const std::string& node = "a") {
    auto queue = make_queue(*database_, clock_, rng_, &metrics_, {.node = node, .poll = 5ms});
    queue->handle("mark", {}, [this](const Task&) -> Status {
      ++marks_;
      return {};
    });
    return queue;
  }
  Status enqueue(Queue& queue, NewTask task) {
    return database_->write([&](db::Session& session) { return queue.enqueue(session, task); });
  }
  /// The queue has looked at everything that was due before this call.
  void settle(Queue& queue) {
    for (int i = 0; i < 2; ++i) {
      const int before = marks_;
      ASSERT_TRUE(enqueue(queue, {.kind = "mark"}));
      ASSERT_TRUE(eventually([&] { return marks_ > before; }));
    }
  }
  Handler noting() {
    return [this](const Task& task) -> Status {
      journal_.add(task);
      return {};
    };
  }

  ManualClock clock_;
  metrics::Registry metrics_;
  std::unique_ptr<db::Database> database_;
  Journal journal_;
  std::atomic<int> marks_{0};
  Rng& rng_ = secure_rng();
};
INSTANTIATE_EACH_ENGINE(QueueTest);

TEST_P(QueueTest, TheSchemaIsSound) { db::expect_migrations_are_sound(GetParam(), migrations()); }

TEST_P(QueueTest, RunsWhatWasCommittedWithItsPayload) {
  const auto queue = make();
  queue->handle("mail", {}, noting());
  queue->start();
  const CustomerId customer(uuid_v4(rng_));
  ASSERT_TRUE(enqueue(*queue, {.kind = "mail", .payload = {{"to", std::string("a@b.c")}}, .customer_id = customer}));
  ASSERT_TRUE(eventually([&] { return journal_.size() == 1; }));
  const Task task = journal_.all().front();
  EXPECT_EQ(task.payload.text("to"), "a@b.c");
  EXPECT_EQ(task.customer_id, customer);
  EXPECT_EQ(task.attempt, 1);
  EXPECT_EQ(task.enqueued_at, clock_.now());
  settle(*queue);
  EXPECT_EQ(journal_.size(), 1u);
}

TEST_P(QueueTest, ARollBackTakesTheTaskWithIt) {
  const auto queue = make();
  queue->handle("mail", {}, noting());
  queue->start();
  EXPECT_FALSE(database_->write([&](db::Session& session) -> Status {
    if (auto enqueued = queue->enqueue(session, {.kind = "mail"}); !enqueued) return enqueued;
    return fail(Errc::conflict, "changed my mind");
  }));
  settle(*queue);
  EXPECT_EQ(journal_.size(), 0u);
}

TEST_P(QueueTest, WaitsForItsTime) {
  const auto queue = make();
  queue->handle("mail", {}, noting());
  queue->start();
  ASSERT_TRUE(enqueue(*queue, {.kind = "mail", .run_at = clock_.now() + 60s}));
  clock_.advance(59s);
  settle(*queue);
  EXPECT_EQ(journal_.size(), 0u);
  clock_.advance(1s);
  EXPECT_TRUE(eventually([&] { return journal_.size() == 1; }));
}

TEST_P(QueueTest, AUniqueKeyWaitsOnce) {
  const auto queue = make();
  queue->handle("sync", {.concurrency = 4}, noting());
  queue->handle("other", {}, noting());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(enqueue(*queue, {.kind = "sync", .run_at = clock_.now() + 60s, .unique_key = "site-1"}));
  ASSERT_TRUE(enqueue(*queue, {.kind = "other", .run_at = clock_.now() + 60s, .unique_key = "site-1"}));
  // An earlier wish moves the waiting one, a later does not.
  ASSERT_TRUE(enqueue(*queue, {.kind = "sync", .run_at = clock_.now() + 30s, .unique_key = "site-1"}));
  ASSERT_TRUE(enqueue(*queue, {.kind = "sync", .run_at = clock_.now() + 90s, .unique_key = "site-1"}));
  queue->start();
  clock_.advance(30s);
  ASSERT_TRUE(eventually([&] { return journal_.size() == 1; }));
  EXPECT_EQ(journal_.all()[0].kind, "sync");
  clock_.advance(60s);
  ASSERT_TRUE(eventually([&] { return journal_.size() == 2; }));
  settle(*queue);
  EXPECT_EQ(journal_.size(), 2u);
}

TEST_P(QueueTest, ARunningTaskDoesNotHoldItsKey) {
  const auto queue = make();
  std::latch begun(1), go(1);
  queue->handle("sync", {.first_backoff = 1s, .max_backoff = 1s}, [&](const Task& task) -> Status {
    journal_.add(task);
    if (journal_.size() > 1) return {};
    begun.count_down();
    go.wait();
    return fail(Errc::unavailable, "not yet");
  });
  queue->start();
  ASSERT_TRUE(enqueue(*queue, {.kind = "sync", .unique_key = "k"}));
  begun.wait();
  ASSERT_TRUE(enqueue(*queue, {.kind = "sync", .unique_key = "k"}));
  go.count_down();  // fails while a second one waits: they become one
  ASSERT_TRUE(eventually([&] { return journal_.size() == 2; }));
  clock_.advance(1h);
  settle(*queue);
  EXPECT_EQ(journal_.size(), 2u);
}

TEST_P(QueueTest, CancelRemovesWhatWaits) {
  const auto queue = make();
  queue->handle("sync", {}, noting());
  ASSERT_TRUE(enqueue(*queue, {.kind = "sync", .unique_key = "k"}));
  ASSERT_TRUE(enqueue(*queue, {.kind = "sync", .unique_key = "l"}));
  ASSERT_TRUE(database_->write([&](db::Session& session) { return queue->cancel(session, "sync", "k"); }));
  queue->start();
  ASSERT_TRUE(eventually([&] { return journal_.size() == 1; }));
  settle(*queue);
  EXPECT_EQ(journal_.size(), 1u);
}

TEST_P(QueueTest, FailuresComeBackLaterAndLater) {
  const auto queue = make();
  queue->handle("mail", {.first_backoff = 10s}, [this](const Task& task) -> Status {
    journal_.add(task);
    if (task.attempt < 3) return fail(Errc::unavailable, "mail server is away");
    return {};
  });
  queue->start();
  ASSERT_TRUE(enqueue(*queue, {.kind = "mail"}));
  ASSERT_TRUE(eventually([&] { return journal_.size() == 1; }));
  settle(*queue);
  clock_.advance(7s);  // 10 s ± 20 %
  settle(*queue);
  EXPECT_EQ(journal_.size(), 1u);
  clock_.advance(6s);
  ASSERT_TRUE(eventually([&] { return journal_.size() == 2; }));
  settle(*queue);
  clock_.advance(15s);  // 20 s ± 20 %
  settle(*queue);
  EXPECT_EQ(journal_.size(), 2u);
  clock_.advance(10s);
  ASSERT_TRUE(eventually([&] { return journal_.size() == 3; }));
  settle(*queue);
  clock_.advance(1h);
  settle(*queue);
  EXPECT_EQ(journal_.size(), 3u);
}

TEST_P(QueueTest, GivesUpIntoTheDeadLettersAndCanBeRevived) {
  const auto queue = make();
  std::atomic<bool> broken = true;
  queue->handle("mail", {.max_attempts = 2, .first_backoff = 1s}, [&](const Task& task) -> Status {
    journal_.add(task);
    if (broken) throw std::runtime_error("boom");
    return {};
  });
  queue->start();
  ASSERT_TRUE(enqueue(*queue, {.kind = "mail", .payload = {{"n", std::int64_t{7}}}}));
  ASSERT_TRUE(eventually([&] { return journal_.size() == 1; }));
  settle(*queue);
  clock_.advance(2s);
  ASSERT_TRUE(eventually([&] { return queue->dead(10).value().size() == 1; }));
  const auto letter = queue->dead(10).value().front();
  EXPECT_EQ(letter.error, "exception: boom");
  EXPECT_EQ(letter.task.attempt, 2);
  EXPECT_EQ(letter.task.payload.number("n"), 7);
  EXPECT_EQ(letter.died_at, clock_.now());
  EXPECT_TRUE(eventually([&] { return metrics_.render().contains("openstrat_task_dead_total{kind=\"mail\"} 1\n"); }));

  broken = false;
  EXPECT_EQ(queue->revive("nobody").error().code(), Errc::not_found);
  ASSERT_TRUE(queue->revive(letter.task.id));
  ASSERT_TRUE(eventually([&] { return journal_.size() == 3; }));
  EXPECT_EQ(journal_.all().back().attempt, 1);
  EXPECT_TRUE(queue->dead(10).value().empty());
}

/// As after kill -9: the node neither records the result nor gives the lease back.
TEST_P(QueueTest, ATaskOfADeadNodeRunsElsewhereAfterItsLease) {
  auto first = make("a");
  std::latch begun(1), go(1);
  first->handle("backup", {.lease = 60s}, [&](const Task&) -> Status {
    begun.count_down();
    go.wait();
    return {};
  });
  first->start();
  ASSERT_TRUE(enqueue(*first, {.kind = "backup"}));
  begun.wait();
  first->stop(0ms);

  const auto second = make("b");
  second->handle("backup", {.lease = 60s}, noting());
  second->start();
  clock_.advance(59s);
  settle(*second);
  EXPECT_EQ(journal_.size(), 0u);
  clock_.advance(2s);
  ASSERT_TRUE(eventually([&] { return journal_.size() == 1; }));
  EXPECT_EQ(journal_.all()[0].attempt, 2);
  go.count_down();
  first.reset();
  settle(*second);
  EXPECT_EQ(journal_.size(), 1u);
}

TEST_P(QueueTest, ATaskThatKillsItsNodesIsGivenUp) {
  auto first = make("a");
  std::latch begun(1), go(1);
  first->handle("crash", {.max_attempts = 1, .lease = 10s}, [&](const Task&) -> Status {
    begun.count_down();
    go.wait();
    return {};
  });
  first->start();
  ASSERT_TRUE(enqueue(*first, {.kind = "crash"}));
  begun.wait();
  first->stop(0ms);
  const auto second = make("b");
  second->handle("crash", {.max_attempts = 1, .lease = 10s}, noting());
  second->start();
  clock_.advance(11s);
  ASSERT_TRUE(eventually([&] { return second->dead(10).value().size() == 1; }));
  EXPECT_EQ(second->dead(10).value().front().error, "the node that ran it went away");
  EXPECT_EQ(journal_.size(), 0u);
  go.count_down();
}

TEST_P(QueueTest, ALeaseIsProlongedWhileTheHandlerRuns) {
  const auto first = make("a");
  std::latch begun(1), go(1);
  first->handle("backup", {.lease = 60s}, [&](const Task&) -> Status {
    begun.count_down();
    go.wait();
    return {};
  });
  first->start();
  ASSERT_TRUE(enqueue(*first, {.kind = "backup"}));
  begun.wait();
  for (int i = 0; i < 4; ++i) {
    clock_.advance(31s);
    settle(*first);
  }
  const auto second = make("b");
  second->handle("backup", {.lease = 60s}, noting());
  second->start();
  settle(*second);
  settle(*second);
  EXPECT_EQ(journal_.size(), 0u);
  go.count_down();
}

TEST_P(QueueTest, StopWaitsForWhatRuns) {
  const auto first = make("a");
  std::latch begun(1), go(1);
  first->handle("backup", {}, [&](const Task& task) -> Status {
    begun.count_down();
    go.wait();
    journal_.add(task);
    return {};
  });
  first->start();
  ASSERT_TRUE(enqueue(*first, {.kind = "backup"}));
  begun.wait();
  std::jthread release([&] { go.count_down(); });
  first->stop(10s);
  EXPECT_EQ(journal_.size(), 1u);
  const auto second = make("b");  // and its end was recorded
  second->handle("backup", {}, noting());
  second->start();
  clock_.advance(1h);
  settle(*second);
  EXPECT_EQ(journal_.size(), 1u);
}

TEST_P(QueueTest, AKindRunsNoMoreAtOnceThanItsPolicySays) {
  const auto queue = make();
  std::atomic<int> begun = 0;
  std::latch go(1);
  queue->handle("scan", {.concurrency = 2}, [&](const Task& task) -> Status {
    ++begun;
    go.wait();
    journal_.add(task);
    return {};
  });
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(enqueue(*queue, {.kind = "scan"}));
  queue->start();
  ASSERT_TRUE(eventually([&] { return begun == 2; }));
  settle(*queue);
  EXPECT_EQ(begun, 2);
  go.count_down();
  EXPECT_TRUE(eventually([&] { return journal_.size() == 5; }));
}

TEST_P(QueueTest, NodesShareTheWork) {
  constexpr int kTasks = 200;
  const auto first = make("a");
  const auto second = make("b");
  first->handle("work", {.concurrency = 4}, noting());
  second->handle("work", {.concurrency = 4}, noting());
  ASSERT_TRUE(database_->write([&](db::Session& session) -> Status {
    for (int i = 0; i < kTasks; ++i) {
      if (auto added = first->enqueue(session, {.kind = "work"}); !added) return added;
    }
    return {};
  }));
  first->start();
  second->start();
  ASSERT_TRUE(eventually([&] { return journal_.size() >= kTasks; }));
  settle(*first);
  settle(*second);
  std::set<std::string> ids;
  for (const auto& task : journal_.all()) ids.insert(task.id);
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(kTasks));
  EXPECT_EQ(journal_.size(), static_cast<std::size_t>(kTasks));
}

TEST_P(QueueTest, CronRunsOnceADueTimeOverAllNodes) {
  auto first = make("a");
  auto second = make("b");
  for (auto* queue : {first.get(), second.get()}) {
    queue->handle("purge", {}, noting());
    queue->schedule("purge", "*/5 * * * *", "purge", {{"days", std::int64_t{14}}});
    queue->start();
  }
  settle(*first);
  settle(*second);
  EXPECT_EQ(journal_.size(), 0u);
  for (std::size_t runs = 1; runs <= 3; ++runs) {
    clock_.advance(5min);
    ASSERT_TRUE(eventually([&] { return journal_.size() == runs; }));
    settle(*first);
    settle(*second);
    EXPECT_EQ(journal_.size(), runs);
  }
  EXPECT_EQ(journal_.all()[0].payload.number("days"), 14);

  // Nobody runs for three days: the missed times are made up for once.
  first.reset();
  second.reset();
  clock_.advance(72h);
  const auto third = make("c");
  third->handle("purge", {}, noting());
  third->schedule("purge", "*/5 * * * *", "purge");
  third->start();
  ASSERT_TRUE(eventually([&] { return journal_.size() == 4; }));
  settle(*third);
  EXPECT_EQ(journal_.size(), 4u);
}

TEST_P(QueueTest, AWrongCronExpressionIsRefusedAtOnce) {
  const auto queue = make();
  EXPECT_THROW(queue->schedule("x", "61 * * * *", "x"), std::invalid_argument);
}

}  // namespace
}  // namespace openstrat::tasks
