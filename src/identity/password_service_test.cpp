#include "identity/password_service.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <thread>
#include <vector>

#include "base/crypto.hpp"
#include "base/metrics.hpp"

namespace openstrat::identity {
namespace {

constexpr crypto::PasswordCost kCheap{.memory = 64 * 1024, .passes = 1};

TEST(PasswordService, KnowsWhatItHashed) {
  PasswordService passwords({.cost = kCheap}, nullptr);
  const auto phc = passwords.hash("Correct-horse-7");
  ASSERT_TRUE(phc);
  EXPECT_TRUE(phc->starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << *phc;
  EXPECT_TRUE(*passwords.verify(*phc, "Correct-horse-7"));
  EXPECT_FALSE(*passwords.verify(*phc, "Correct-horse-8"));
  EXPECT_FALSE(*passwords.verify(*phc, std::string(2000, 'x')));
  EXPECT_FALSE(passwords.is_outdated(*phc));
  EXPECT_TRUE(passwords.is_outdated(crypto::hash_password("x", {.memory = 128 * 1024, .passes = 1})));
}

TEST(PasswordService, ComputesAsMuchForNobody) {
  PasswordService passwords({.cost = kCheap}, nullptr);
  EXPECT_FALSE(*passwords.verify(std::nullopt, "Correct-horse-7"));
  EXPECT_EQ(passwords.computations(), 1u);
  const auto nobody = crypto::unmatchable_hash(kCheap);
  EXPECT_FALSE(crypto::has_other_cost(nobody, kCheap)) << "a hash that libsodium cannot read would be refused without work: " << nobody;
}

TEST(PasswordService, AFloodIsRefusedBeforeItTakesMemory) {
  metrics::Registry metrics;
  // Slow enough that the others arrive while the first is under way.
  PasswordService passwords({.cost = {.memory = 32 << 20, .passes = 6}, .at_once = 1, .waiting = 2}, &metrics);
  constexpr int kCallers = 12;
  std::atomic<int> done{0}, refused{0};
  std::latch together(kCallers);
  std::vector<std::jthread> callers;
  for (int i = 0; i < kCallers; ++i)
    callers.emplace_back([&] {
      together.arrive_and_wait();
      const auto verified = passwords.verify(std::nullopt, "x");
      if (verified) return void(++done);
      EXPECT_EQ(verified.error().code(), Errc::unavailable);
      EXPECT_EQ(verified.error().retry_after(), std::chrono::seconds(1));
      ++refused;
    });
  callers.clear();
  EXPECT_EQ(done + refused, kCallers);
  EXPECT_GE(refused.load(), 1);
  EXPECT_GE(done.load(), 3);
  EXPECT_EQ(passwords.computations(), static_cast<std::uint64_t>(done.load()));
  EXPECT_TRUE(*passwords.verify(passwords.hash("x").value(), "x")) << "places are given back";
}

}  // namespace
}  // namespace openstrat::identity
