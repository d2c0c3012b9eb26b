// Programs that run beside us: their input and output, their end, and what is said when there is no such program.
#include "sim/tunnels/child.hpp"

#include <gtest/gtest.h>
#include <signal.h>

namespace openstrat::sim {
namespace {

using std::chrono::seconds;

class ChildTest : public ::testing::Test {
 protected:
  std::unique_ptr<Child> start(const ChildPlan& plan) {
    auto started = Child::start(loop_, nullptr, plan, [this](int status, std::string output) {
      status_ = status;
      output_ = std::move(output);
    });
    EXPECT_TRUE(started.has_value());
    return started ? std::move(*started) : nullptr;
  }
  bool ended() {
    return loop_.run_until([this] { return status_.has_value(); }, seconds(20));
  }
  EventLoop loop_{{.mode = TimeMode::real, .speed = 1.0, .start = {}}};
  std::optional<int> status_;
  std::string output_;
};

TEST_F(ChildTest, HasInputOutputAndStatus) {
  const auto child = start({.program = "sh", .arguments = {"-c", "cat; echo $SIZE; env | wc -l; exit 3"}, .environment = {"SIZE=7"}, .input = "from us\n"});
  ASSERT_TRUE(ended());
  EXPECT_EQ(status_, 3);
  EXPECT_EQ(output_.substr(0, 10), "from us\n7\n");
}

TEST_F(ChildTest, EndsWithItsOwner) {
  auto child = start({.program = "sleep", .arguments = {"1000"}});
  const pid_t pid = child->pid();
  child.reset();
  EXPECT_TRUE(loop_.run_until([&] { return kill(pid, 0) != 0; }, seconds(20)));
  EXPECT_FALSE(status_.has_value()) << "nobody is left to be told";
}

TEST_F(ChildTest, WhoeverDoesNotListenIsKilled) {
  auto child = start({.program = "sh", .arguments = {"-c", "trap '' TERM; while :; do sleep 1; done"}});
  const pid_t pid = child->pid();
  child->kill_now();
  EXPECT_NE(kill(pid, 0), 0) << "at once, as without power";
}

TEST_F(ChildTest, WhatIsMissingIsSaid) {
  const auto started = Child::start(loop_, nullptr, {.program = "no-such-program"}, {});
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().message(), "the program no-such-program is not installed: apt-get install no-such-program");
}

TEST_F(ChildTest, RunWaits) {
  EXPECT_EQ(Child::run(nullptr, {.program = "cat", .input = "words"}).value_or(""), "words");
  const auto failed = Child::run(nullptr, {.program = "sh", .arguments = {"-c", "echo why; exit 1"}});
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().message(), "sh: why");
}

}  // namespace
}  // namespace openstrat::sim
