#include "protection/shared_rates.hpp"

#include <thread>

#include "base/rng.hpp"
#include "db/testing.hpp"
#include "http/rate_limit.hpp"
#include "identity/schema.hpp"
#include "protection/schema.hpp"

namespace openstrat::protection {
namespace {

using namespace std::chrono_literals;

std::vector<db::Migration> both() {
  auto all = identity::migrations();
  for (const auto& migration : protection::migrations()) all.push_back(migration);
  return all;
}

class SharedRatesTest : public db::EachEngineTest {
 protected:
  struct Node {
    Node(db::Database& database, const Clock& clock) : limiter(clock, http::RateLimiting::on, 200'000, 7), rates(database, limiter, clock) {}
    http::RateLimiter limiter;
    SharedRates rates;
  };
  static constexpr http::RateRule kRule{60, 1min};

  SharedRatesTest() : database_(make_reused_database(both())), one_(*database_, clock_), two_(*database_, clock_) {}
  int take(Node& node, int times, const char* key = "ann") {
    int admitted = 0;
    for (int i = 0; i < times; ++i) admitted += node.limiter.take("caller", key, kRule).allowed ? 1 : 0;
    return admitted;
  }
  void exchange() {
    for (Node* node : {&one_, &two_, &one_}) ASSERT_TRUE(node->rates.exchange());
  }

  ManualClock clock_{*parse_iso8601("2026-02-03T08:00:00Z")};
  std::unique_ptr<db::Database> database_;
  Node one_, two_;
};
INSTANTIATE_EACH_ENGINE(SharedRatesTest);

TEST_P(SharedRatesTest, WhatOneNodeGaveAwayTheOtherDoesNotHave) {
  EXPECT_EQ(take(one_, 40), 40);
  EXPECT_EQ(take(two_, 1), 1);
  exchange();
  EXPECT_EQ(take(two_, 60), 19);
  exchange();
  EXPECT_EQ(take(one_, 60), 20) << "it has not asked since: its view is as old as its last request";
  exchange();
  EXPECT_EQ(take(one_, 60) + take(two_, 60), 0);
}

TEST_P(SharedRatesTest, TooMuchIsOwedAndTakenBack) {
  EXPECT_EQ(take(one_, 100) + take(two_, 100), 120) << "the bound: one burst more for the second node";
  exchange();
  clock_.advance(60s);
  EXPECT_EQ(take(two_, 100), 0) << "the minute pays the debt";
  clock_.advance(30s);
  EXPECT_EQ(take(two_, 100), 30);
}

TEST_P(SharedRatesTest, OverMinutesTheRateIsThatOfOneNode) {
  int admitted = 0;
  constexpr int kMinutes = 10;
  for (int step = 0; step < kMinutes * 60 * 5; ++step) {  // five exchanges a second, four requests between two of them
    admitted += take(one_, 2) + take(two_, 2);
    ASSERT_TRUE(one_.rates.exchange());
    ASSERT_TRUE(two_.rates.exchange());
    clock_.advance(200ms);
  }
  EXPECT_GE(admitted, 60 * kMinutes);
  EXPECT_LE(admitted, 60 + 60 * kMinutes + 4);
}

TEST_P(SharedRatesTest, ManyCallersGoInOneTransaction) {
  for (int i = 0; i < 5000; ++i) take(one_, 1, ("caller " + std::to_string(i)).c_str());
  ASSERT_TRUE(one_.rates.exchange());
  take(two_, 60, "caller 4999");
  ASSERT_TRUE(two_.rates.exchange());
  clock_.advance(30s);
  EXPECT_EQ(take(two_, 60, "caller 4999"), 29);
  clock_.advance(2min);
  ASSERT_TRUE(SharedRates::purge(*database_, clock_.now()));
  const auto left = database_->read([](db::Session& session) -> Result<std::int64_t> {
    const auto row = session.one({"test.count", "SELECT COUNT(*) FROM rate_levels"}, {}, "none");
    return row ? Result<std::int64_t>(row->get<std::int64_t>(0)) : fail(row.error());
  });
  EXPECT_EQ(*left, 0);
}

TEST_P(SharedRatesTest, NodesThatWriteAtOnceDoNotStandInEachOthersWay) {
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 200; ++i) {
      take(one_, 1, ("caller " + std::to_string(i)).c_str());
      take(two_, 1, ("caller " + std::to_string(199 - i)).c_str());
    }
    Status first, second;
    std::jthread other([&] { second = two_.rates.exchange(); });
    first = one_.rates.exchange();
    other.join();
    EXPECT_TRUE(first);
    EXPECT_TRUE(second);
  }
}

}  // namespace
}  // namespace openstrat::protection
