#include "base/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <stdexcept>

#include "base/log.hpp"

namespace openstrat {
namespace {

using namespace std::chrono_literals;

TEST(WorkerPool, RunsEverythingBeforeItStops) {
  WorkerPool pool("test", 2, 100);
  std::atomic<int> ran = 0;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(pool.post([&ran] { ++ran; }));
  EXPECT_EQ(pool.stop(60s), 0u);
  EXPECT_EQ(ran, 100);
}

TEST(WorkerPool, TakesWorkThatOwnsThings) {
  WorkerPool pool("test", 1, 1);
  std::latch done(1);
  ASSERT_TRUE(pool.post([owned = std::make_unique<int>(1), &done] { done.count_down(*owned); }));
  done.wait();
}

TEST(WorkerPool, RefusesWhenFull) {
  std::latch started(1);
  std::latch release(1);
  WorkerPool pool("test", 1, 2);
  ASSERT_TRUE(pool.post([&] {
    started.count_down();
    release.wait();
  }));
  started.wait();
  EXPECT_TRUE(pool.post([] {}));
  EXPECT_TRUE(pool.post([] {}));
  EXPECT_EQ(pool.depth(), 2u);
  EXPECT_FALSE(pool.post([] {}));
  release.count_down();
}

TEST(WorkerPool, StopDropsWhatHasNotBegun) {
  std::latch started(1);
  std::latch release(1);
  std::atomic<bool> late = false;
  WorkerPool pool("test", 1, 2);
  ASSERT_TRUE(pool.post([&] {
    started.count_down();
    release.wait();
  }));
  started.wait();
  ASSERT_TRUE(pool.post([&late] { late = true; }));
  EXPECT_EQ(pool.stop(1ms), 1u);
  EXPECT_FALSE(pool.post([] {})) << "stopped";
  release.count_down();
  EXPECT_EQ(pool.stop(60s), 0u);
  EXPECT_FALSE(late);
}

TEST(WorkerPool, SurvivesAnException) {
  log::set_level(log::Level::off);
  WorkerPool pool("test", 1, 2);
  std::latch done(1);
  ASSERT_TRUE(pool.post([] { throw std::runtime_error("from a library"); }));
  ASSERT_TRUE(pool.post([&done] { done.count_down(); }));
  done.wait();
  log::set_level(log::Level::info);
}

}  // namespace
}  // namespace openstrat
