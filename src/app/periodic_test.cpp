#include "app/periodic.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace openstrat::app {
namespace {

using namespace std::chrono_literals;

TEST(Periodic, RunsJobsAgainAndAgainAlsoAfterFailures) {
  std::promise<void> three_runs;
  int runs = 0;
  Periodic periodic("test");
  periodic.every(1ms, "failing work", [&]() -> Status {
    if (++runs == 3) three_runs.set_value();
    return fail(Errc::unavailable, "the database is away");
  });
  periodic.start();
  EXPECT_EQ(three_runs.get_future().wait_for(30s), std::future_status::ready);
  periodic.stop();
}

TEST(Periodic, JobsOfOneRunnerDoNotOverlapAndASlowOneDoesNotStarveTheOther) {
  std::promise<void> quick_ran;
  std::atomic<int> running{0};
  std::atomic<bool> overlapped{false};
  int quick_runs = 0;
  const auto alone = [&](auto&& body) -> Status {
    if (++running > 1) overlapped = true;
    body();
    --running;
    return {};
  };
  Periodic periodic("test");
  periodic.every(1ms, "slow", [&] { return alone([] { std::this_thread::sleep_for(3ms); }); });
  periodic.every(2ms, "quick", [&] {
    return alone([&] {
      if (++quick_runs == 5) quick_ran.set_value();
    });
  });
  periodic.start();
  EXPECT_EQ(quick_ran.get_future().wait_for(30s), std::future_status::ready);
  periodic.stop();
  EXPECT_FALSE(overlapped);
}

TEST(Periodic, StopsWithoutHavingRun) {
  bool ran = false;
  Periodic periodic("test");
  periodic.every(1h, "rare", [&]() -> Status { return ran = true, Status{}; });
  periodic.start();
  periodic.stop();
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace openstrat::app
