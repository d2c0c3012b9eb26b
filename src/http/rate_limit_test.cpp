#include "http/rate_limit.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace openstrat::http {
namespace {

using namespace std::chrono_literals;

constexpr RateRule kSixtyAMinute{60, 1min};

class RateLimiterTest : public ::testing::Test {
 protected:
  ManualClock clock_{Timestamp(std::chrono::hours(500'000))};
};

TEST_F(RateLimiterTest, AllowsTheBurstThenRefusesUntilATokenIsBack) {
  RateLimiter limiter(clock_, RateLimiting::on);
  for (std::uint32_t i = 0; i < 60; ++i) {
    const RateVerdict verdict = limiter.take("api_key", "a", kSixtyAMinute);
    ASSERT_TRUE(verdict.allowed);
    ASSERT_EQ(verdict.limit, 60u);
    ASSERT_EQ(verdict.remaining, 59 - i);
    ASSERT_EQ(verdict.reset, std::chrono::seconds(i + 1));
  }
  const RateVerdict refused = limiter.take("api_key", "a", kSixtyAMinute);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.remaining, 0u);
  EXPECT_EQ(refused.reset, 60s);
  EXPECT_EQ(refused.retry_after, 1s);
  clock_.advance(1s);
  EXPECT_TRUE(limiter.take("api_key", "a", kSixtyAMinute).allowed);
  EXPECT_FALSE(limiter.take("api_key", "a", kSixtyAMinute).allowed);
  clock_.advance(1h);
  EXPECT_EQ(limiter.take("api_key", "a", kSixtyAMinute).remaining, 59u);
}

TEST_F(RateLimiterTest, ARefusalCostsNothing) {
  RateLimiter limiter(clock_, RateLimiting::on);
  const RateRule rule{1, 1h};
  EXPECT_TRUE(limiter.take("scan", "a", rule).allowed);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(limiter.take("scan", "a", rule).allowed);
  EXPECT_EQ(limiter.take("scan", "a", rule).retry_after, 3600s);
  clock_.advance(1h);
  EXPECT_TRUE(limiter.take("scan", "a", rule).allowed);
}

TEST_F(RateLimiterTest, KeysAndScopesAreApart) {
  RateLimiter limiter(clock_, RateLimiting::on);
  const RateRule once{1, 1min};
  EXPECT_TRUE(limiter.take("x", "a", once).allowed);
  EXPECT_TRUE(limiter.take("x", "b", once).allowed);
  EXPECT_TRUE(limiter.take("y", "a", once).allowed);
  EXPECT_TRUE(limiter.take("xa", "", once).allowed);
  EXPECT_FALSE(limiter.take("x", "a", once).allowed);
}

TEST_F(RateLimiterTest, SwitchedOffItAllowsEverything) {
  RateLimiter limiter(clock_, RateLimiting::off);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(limiter.take("x", "a", {1, 1h}).allowed);
  EXPECT_EQ(limiter.size(), 0u);
}

TEST_F(RateLimiterTest, MemoryIsBounded) {
  RateLimiter limiter(clock_, RateLimiting::on, 6400);
  for (int i = 0; i < 100'000; ++i) limiter.take("ip", std::to_string(i), kSixtyAMinute);
  EXPECT_LE(limiter.size(), 6400u);
  EXPECT_GT(limiter.size(), 6000u);
}

TEST_F(RateLimiterTest, ThreadsTogetherGetNoMoreThanTheBurst) {
  RateLimiter limiter(clock_, RateLimiting::on);
  std::atomic<int> allowed = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 100; ++n) allowed += limiter.take("x", "a", kSixtyAMinute).allowed ? 1 : 0;
      });
  }
  EXPECT_EQ(allowed, 60);
}

}  // namespace
}  // namespace openstrat::http
