#include "base/queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <thread>

namespace openstrat {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(BoundedQueue, KeepsOrderAndTakesInBatches) {
  BoundedQueue<int> queue(10);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(queue.push_or_reject(int{i}), Push::done);
  EXPECT_EQ(queue.depth(), 5u);
  EXPECT_THAT(queue.pop_many(3, 0ms), ElementsAre(0, 1, 2));
  EXPECT_THAT(queue.pop_many(3, 0ms), ElementsAre(3, 4));
  EXPECT_THAT(queue.pop_many(3, 0ms), IsEmpty());
}

TEST(BoundedQueue, RejectLeavesTheValueAlone) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  EXPECT_EQ(queue.push_or_reject(std::make_unique<int>(1)), Push::done);
  auto second = std::make_unique<int>(2);
  EXPECT_EQ(queue.push_or_reject(std::move(second)), Push::full);
  ASSERT_TRUE(second);
  EXPECT_EQ(queue.push_or_wait(std::move(second), 1ms), Push::full);
  ASSERT_TRUE(second);
  queue.close();
  EXPECT_EQ(queue.push_or_reject(std::move(second)), Push::closed);
  EXPECT_TRUE(second);
}

TEST(BoundedQueue, WaiterGetsTheRoomThatOpens) {
  BoundedQueue<int> queue(1);
  ASSERT_EQ(queue.push_or_reject(1), Push::done);
  Push result = Push::closed;
  std::jthread producer([&] { result = queue.push_or_wait(2, 60s); });
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), 2);
  producer.join();
  EXPECT_EQ(result, Push::done);
}

TEST(BoundedQueue, CloseWakesEveryone) {
  BoundedQueue<int> full(1);
  BoundedQueue<int> empty(1);
  ASSERT_EQ(full.push_or_reject(1), Push::done);
  std::jthread producer([&] { EXPECT_EQ(full.push_or_wait(2, 60s), Push::closed); });
  std::jthread consumer([&] { EXPECT_EQ(empty.pop(), std::nullopt); });
  std::jthread batch_consumer([&] { EXPECT_THAT(empty.pop_many(8, 60s), IsEmpty()); });
  full.close();
  empty.close();
}

TEST(BoundedQueue, ClosedQueueGivesWhatItHolds) {
  BoundedQueue<int> queue(2);
  ASSERT_EQ(queue.push_or_reject(1), Push::done);
  queue.close();
  EXPECT_TRUE(queue.is_closed());
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(BoundedQueue, ClearDropsAndMakesRoom) {
  BoundedQueue<int> queue(1);
  ASSERT_EQ(queue.push_or_reject(1), Push::done);
  EXPECT_EQ(queue.clear(), 1u);
  EXPECT_EQ(queue.push_or_reject(2), Push::done);
}

TEST(BoundedQueue, LosesAndDoublesNothing) {
  constexpr int kEach = 5000;
  BoundedQueue<int> queue(7);
  std::vector<long> sums(2);
  {
    std::vector<std::jthread> consumers;
    for (std::size_t c = 0; c < sums.size(); ++c) {
      consumers.emplace_back([&queue, &sum = sums[c], c] {
        if (c == 0) {
          while (const auto item = queue.pop()) sum += *item;
        } else {
          for (auto items = queue.pop_many(3, 60s); !items.empty(); items = queue.pop_many(3, 60s)) {
            sum = std::accumulate(items.begin(), items.end(), sum);
          }
        }
      });
    }
    {
      std::vector<std::jthread> producers;
      for (int p = 0; p < 3; ++p) {
        producers.emplace_back([&queue] {
          for (int i = 1; i <= kEach; ++i) EXPECT_EQ(queue.push_or_wait(int{i}, 60s), Push::done);
        });
      }
    }
    queue.close();
  }
  EXPECT_EQ(sums[0] + sums[1], 3L * kEach * (kEach + 1) / 2);
}

}  // namespace
}  // namespace openstrat
