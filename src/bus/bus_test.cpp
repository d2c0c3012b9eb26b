#include "bus/bus.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <iostream>
#include <latch>
#include <numeric>
#include <thread>

#include "base/metrics.hpp"
#include "base/rng.hpp"
#include "bus/schema.hpp"
#include "bus/subscriber.hpp"
#include "db/testing.hpp"

namespace openstrat::bus {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Patterns, AreNamesFamiliesOrEverything) {
  EXPECT_TRUE(matches("site.online", "site.online"));
  EXPECT_TRUE(matches("site.*", "site.online"));
  EXPECT_TRUE(matches("*", "site.online"));
  EXPECT_FALSE(matches("site.online", "site.offline"));
  EXPECT_FALSE(matches("site.*", "siteman.online"));
  EXPECT_FALSE(matches("job.*", "site.online"));
}

class Journal {
 public:
  void add(const Event& event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
  }
  std::vector<Event> all() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }
  std::vector<std::int64_t> numbers() const {
    std::vector<std::int64_t> out;
    for (const auto& event : all()) out.push_back(event.data.number("n").value_or(-1));
    return out;
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return events_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Event> events_;
};

template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 10'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(1ms);
  }
  return false;
}

std::vector<std::int64_t> count_to(std::int64_t end) {
  std::vector<std::int64_t> out(static_cast<std::size_t>(end));
  std::iota(out.begin(), out.end(), 0);
  return out;
}

class BusTest : public db::EachEngineTest {
 protected:
  BusTest() : clock_(parse_iso8601("2026-02-03T08:00:00Z").value()), database_(make_database(migrations())) {}

  static BusOptions options(const std::string& node = "a") {
    return {.node = node, .poll = 5ms, .patience = 5s, .max_attempts = 3, .first_backoff = 1ms, .max_backoff = 2ms};
  }
  std::unique_ptr<Bus> make(BusOptions with) { return make_in_process_bus(*database_, clock_, rng_, &metrics_, std::move(with)); }
  std::unique_ptr<Bus> make() { return make(options()); }
  static Handler noting(Journal& journal) {
    return [&journal](const Event& event) -> Status {
      journal.add(event);
      return {};
    };
  }
  Event numbered(std::int64_t n, std::string name = "job.sent") {
    return {.name = std::move(name), .customer_id = customer_, .resource_id = "job", .data = {{"n", n}}};
  }
  void append(Bus& bus, std::int64_t from, std::int64_t to) {
    ASSERT_TRUE(database_->write([&](db::Session& session) -> Status {
      for (auto n = from; n < to; ++n) {
        if (auto appended = bus.append(session, numbered(n)); !appended) return appended;
      }
      return {};
    }));
  }
  std::int64_t rows(const db::Query& query) {
    return database_->read([&](db::Session& session) { return session.one(query, {}, "none"); }).value().get<std::int64_t>(0);
  }
  std::int64_t stored() {
    return rows({"test.stored", "SELECT (SELECT count(*) FROM event_outbox) + (SELECT count(*) FROM event_backlog)"});
  }
  std::int64_t dead() { return rows({"test.dead", "SELECT count(*) FROM event_dead"}); }

  ManualClock clock_;
  metrics::Registry metrics_;
  std::unique_ptr<db::Database> database_;
  Rng& rng_ = secure_rng();
  const CustomerId customer_{uuid_v4(rng_)};
};
INSTANTIATE_EACH_ENGINE(BusTest);

TEST_P(BusTest, TheSchemaIsSound) { db::expect_migrations_are_sound(GetParam(), migrations()); }

TEST_P(BusTest, DeliversTheWholeEventAfterTheCommit) {
  Journal journal;
  const auto bus = make();
  bus->subscribe("audit", "job.*", noting(journal));
  bus->start();
  Event event = numbered(7);
  event.site_id = SiteId(uuid_v4(rng_));
  ASSERT_TRUE(database_->write([&](db::Session& session) { return bus->append(session, event); }));
  ASSERT_TRUE(eventually([&] { return journal.size() == 1; }));
  const Event got = journal.all().front();
  EXPECT_EQ(got.name, "job.sent");
  EXPECT_TRUE(got.id.starts_with("evt_"));
  EXPECT_EQ(got.id.size(), 31u);
  EXPECT_EQ(got.occurred_at, clock_.now());
  EXPECT_EQ(got.customer_id, customer_);
  EXPECT_EQ(got.site_id, event.site_id);
  EXPECT_EQ(got.resource_id, "job");
  EXPECT_EQ(got.data.number("n"), 7);
  EXPECT_TRUE(eventually([&] { return stored() == 0; }));
}

TEST_P(BusTest, DeliversNothingOfARollBack) {
  Journal journal;
  const auto bus = make();
  bus->subscribe("audit", "*", noting(journal));
  bus->start();
  EXPECT_FALSE(database_->write([&](db::Session& session) -> Status {
    if (auto appended = bus->append(session, numbered(1)); !appended) return appended;
    return fail(Errc::conflict, "changed my mind");
  }));
  append(*bus, 2, 3);
  bus->stop();
  EXPECT_THAT(journal.numbers(), ElementsAre(2));
}

TEST_P(BusTest, WritesNothingThatNobodyWants) {
  Journal journal;
  const auto bus = make();
  bus->subscribe("audit", "site.*", noting(journal));
  append(*bus, 0, 10);
  EXPECT_EQ(stored(), 0);
}

TEST_P(BusTest, KeepsTheOrderForEverySubscriber) {
  Journal first, second;
  const auto bus = make();
  bus->subscribe("first", "*", noting(first));
  bus->subscribe("second", "job.sent", noting(second));
  bus->start();
  for (int i = 0; i < 100; ++i) append(*bus, i * 20, i * 20 + 20);
  bus->stop();
  EXPECT_EQ(first.numbers(), count_to(2000));
  EXPECT_EQ(second.numbers(), count_to(2000));
}

TEST_P(BusTest, DeliversAfterARestart) {
  Journal journal;
  {
    const auto bus = make();
    bus->subscribe("audit", "*", noting(journal));
    append(*bus, 0, 5);  // the process ends before anything was delivered
  }
  EXPECT_EQ(stored(), 5);
  const auto bus = make();
  bus->subscribe("audit", "*", noting(journal));
  bus->start();
  EXPECT_TRUE(eventually([&] { return journal.size() == 5; }));
  EXPECT_EQ(journal.numbers(), count_to(5));
}

/// The first node hangs in a handler with its lease in hand, as a killed one would leave things.
TEST_P(BusTest, AnotherNodeTakesOverAfterTheLease) {
  Journal journal;
  std::latch begun(1), go(1);
  auto with = options("a");
  with.patience = 1h;
  const auto first = make(with);
  first->subscribe("audit", "*", [&](const Event&) -> Status {
    begun.count_down();
    go.wait();
    return {};
  });
  first->start();
  append(*first, 0, 1);
  begun.wait();
  const auto second = make(options("b"));
  second->subscribe("audit", "*", noting(journal));
  clock_.advance(29s);
  second->start();
  append(*second, 1, 2);
  EXPECT_EQ(journal.size(), 0u);
  clock_.advance(2s);
  ASSERT_TRUE(eventually([&] { return journal.size() == 2; }));
  EXPECT_EQ(journal.numbers(), count_to(2));
  go.count_down();
}

TEST_P(BusTest, AFailingSubscriberRepeatsInOrderAndHoldsUpNobody) {
  Journal good, bad;
  std::atomic<bool> broken = true;
  auto with = options();
  with.max_attempts = 1'000'000;
  const auto bus = make(with);
  bus->subscribe("good", "*", noting(good));
  bus->subscribe("bad", "*", [&](const Event& event) -> Status {
    if (broken && event.data.number("n") == 3) return fail(Errc::unavailable, "away");
    bad.add(event);
    return {};
  });
  bus->start();
  append(*bus, 0, 10);
  ASSERT_TRUE(eventually([&] { return good.size() == 10; }));
  append(*bus, 10, 700);
  ASSERT_TRUE(eventually([&] { return good.size() == 700; }));
  EXPECT_EQ(bad.numbers(), count_to(3));
  broken = false;
  ASSERT_TRUE(eventually([&] { return bad.size() == 700; }));
  append(*bus, 700, 720);
  ASSERT_TRUE(eventually([&] { return bad.size() == 720; }));
  EXPECT_EQ(bad.numbers(), count_to(720));
  EXPECT_EQ(good.numbers(), count_to(720));
  ASSERT_TRUE(eventually([&] { return stored() == 0; }));
}

TEST_P(BusTest, APoisonedEventIsParkedAndTheRestGoesOn) {
  Journal journal;
  const auto bus = make();
  bus->subscribe("bad", "*", [&](const Event& event) -> Status {
    if (event.data.number("n") == 1) throw std::runtime_error("boom");
    journal.add(event);
    return {};
  });
  bus->start();
  append(*bus, 0, 4);
  ASSERT_TRUE(eventually([&] { return journal.size() == 3; }));
  EXPECT_THAT(journal.numbers(), ElementsAre(0, 2, 3));
  EXPECT_EQ(dead(), 1);
  EXPECT_THAT(metrics_.render(), HasSubstr("openstrat_event_dead_total{subscriber=\"bad\"} 1\n"));
  EXPECT_THAT(metrics_.render(), HasSubstr("openstrat_event_failures_total{subscriber=\"bad\"} 3\n"));
}

TEST_P(BusTest, ASlowSubscriberGoesOnFromItsBacklog) {
  Journal fast, slow;
  std::latch go(1);
  auto with = options();
  with.patience = 5ms;
  const auto bus = make(with);
  bus->subscribe("fast", "*", noting(fast));
  bus->subscribe("slow", "*", [&](const Event& event) -> Status {
    if (event.data.number("n") == 0) go.wait();
    slow.add(event);
    return {};
  });
  bus->start();
  append(*bus, 0, 300);
  ASSERT_TRUE(eventually([&] { return fast.size() == 300; }));
  append(*bus, 300, 600);
  ASSERT_TRUE(eventually([&] { return fast.size() == 600; }));
  EXPECT_EQ(slow.size(), 0u);
  go.count_down();
  ASSERT_TRUE(eventually([&] { return slow.size() >= 600; }));
  ASSERT_TRUE(eventually([&] { return stored() == 0; }));
  EXPECT_EQ(slow.numbers(), count_to(600));
}

TEST_P(BusTest, ABacklogSurvivesARestart) {
  Journal journal;
  auto with = options();
  with.max_attempts = 1'000'000;
  {
    const auto bus = make(with);
    bus->subscribe("audit", "*", [](const Event&) -> Status { return fail(Errc::unavailable, "away"); });
    bus->start();
    append(*bus, 0, 50);
    bus->stop();
  }
  EXPECT_EQ(stored(), 50);
  const auto bus = make(with);
  bus->subscribe("audit", "*", noting(journal));
  bus->start();
  append(*bus, 50, 60);
  ASSERT_TRUE(eventually([&] { return journal.size() == 60; }));
  EXPECT_EQ(journal.numbers(), count_to(60));
}

TEST_P(BusTest, PublishedEventsAreNotStoredAndBounded) {
  Journal journal;
  std::latch begun(1), go(1);
  auto with = options();
  with.transient_capacity = 4;
  const auto bus = make(with);
  bus->subscribe("live", "heartbeat.received", [&](const Event& event) -> Status {
    journal.add(event);
    if (journal.size() == 1) {
      begun.count_down();
      go.wait();
    }
    return {};
  });
  bus->start();
  bus->publish(numbered(0, "heartbeat.received"));
  begun.wait();
  for (int n = 1; n <= 10; ++n) bus->publish(numbered(n, "heartbeat.received"));
  bus->publish(numbered(11, "nobody.listens"));
  EXPECT_EQ(stored(), 0);
  go.count_down();
  bus->stop();
  EXPECT_EQ(journal.numbers(), count_to(5));
  EXPECT_THAT(metrics_.render(), HasSubstr("openstrat_event_dropped_total{subscriber=\"live\"} 6\n"));
}

TEST_P(BusTest, StopDeliversWhatIsCommitted) {
  Journal journal;
  const auto bus = make();
  bus->subscribe("audit", "*", noting(journal));
  bus->start();
  append(*bus, 0, 1500);
  bus->stop();
  EXPECT_EQ(journal.size(), 1500u);
  EXPECT_EQ(stored(), 0);
}

TEST_P(BusTest, Throughput) {
  constexpr int kEvents = 10'000;
  Journal first, second, third;
  const auto bus = make();
  bus->subscribe("first", "*", noting(first));
  bus->subscribe("second", "job.*", noting(second));
  bus->subscribe("third", "job.sent", noting(third));
  const Duration begun = system_clock().monotonic();
  for (int i = 0; i < kEvents; i += 100) append(*bus, i, i + 100);
  const Duration written = system_clock().monotonic();
  bus->start();
  bus->stop();
  const Duration delivered = system_clock().monotonic();
  EXPECT_EQ(first.size(), static_cast<std::size_t>(kEvents));
  EXPECT_EQ(third.numbers(), count_to(kEvents));
  const auto rate = [](Duration took) { return static_cast<int>(kEvents / std::chrono::duration<double>(took).count()); };
  RecordProperty("appended_per_second", rate(written - begun));
  RecordProperty("delivered_per_second", rate(delivered - written));
  std::cout << "appended/s " << rate(written - begun) << ", delivered/s to three subscribers " << rate(delivered - written) << "\n";
}

}  // namespace
}  // namespace openstrat::bus
