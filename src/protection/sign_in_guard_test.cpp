#include "protection/sign_in_guard.hpp"

#include <thread>

#include "base/attributes.hpp"
#include "base/text.hpp"
#include "protection/test_support.hpp"

namespace openstrat::protection {
namespace {

using sign_in::Attempt;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

class GuardTest : public ProtectionTest {
 protected:
  void fail_times(Process& process, const Attempt& attempt, int times, std::optional<UserId> user = {}) {
    for (int i = 0; i < times; ++i) process.guard.failed(attempt, user);
  }
  static bool is_open(Process& process, const Attempt& attempt) {
    const auto admitted = process.guard.admit(attempt);
    return admitted && !*admitted;
  }
  /// The challenge that the guard asks for; empty when it asks for none.
  static std::string asked(Process& process, const Attempt& attempt) {
    const auto admitted = process.guard.admit(attempt);
    EXPECT_TRUE(admitted) << admitted.error().message();
    if (!admitted || !*admitted) return "";
    return *Attributes::from_json(**admitted)->text("challenge");
  }
  static std::string solve(const std::string& challenge) {
    const int bits = static_cast<int>(*text::parse_int(text::split(challenge, '.')[1]));
    for (std::uint64_t number = 0;; ++number)
      if (std::string proof = challenge + "." + std::to_string(number); leading_zero_bits(crypto::sha256(proof)) >= bits) return proof;
  }
  static Attempt odd(Attempt attempt) {
    attempt.user_agent = "python-requests/2.31";
    return attempt;
  }
};
INSTANTIATE_EACH_ENGINE(GuardTest);

TEST_P(GuardTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), test_migrations()); }

TEST_P(GuardTest, TenFailuresInARowBlockOneAddressForOneAccount) {
  know_the_network();
  const auto ann = add_user("ann@example.com");
  fail_times(here_, attempt("ann@example.com"), 9, ann.id);
  EXPECT_EQ(asked(there_, attempt("ann@example.com", "203.0.113.10")), "");
  fail_times(here_, attempt("ann@example.com"), 1, ann.id);
  for (Process* process : {&here_, &there_}) {
    const auto refused = process->guard.admit(attempt("ann@example.com"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::rate_limited);
    EXPECT_EQ(refused.error().reason(), "too_many_attempts");
    EXPECT_EQ(refused.error().retry_after(), std::chrono::seconds(30 * 24h));
    EXPECT_TRUE(is_open(*process, attempt("ann@example.com", "203.0.113.10"))) << "another address";
    EXPECT_TRUE(process->guard.admit(attempt("bob@example.com"))) << "another account";
  }
  clock_.advance(30 * 24h - 1s);
  EXPECT_FALSE(here_.guard.admit(attempt("ann@example.com")));
  clock_.advance(2s);
  EXPECT_TRUE(here_.guard.admit(attempt("ann@example.com")));
  fail_times(here_, attempt("ann@example.com"), 1, ann.id);
  EXPECT_TRUE(here_.guard.admit(attempt("ann@example.com"))) << "counting began anew";
}

TEST_P(GuardTest, AnUnknownAccountIsTreatedAlike) {
  const auto ann = add_user("ann@example.com");
  fail_times(here_, attempt("ann@example.com"), 10, ann.id);
  fail_times(here_, attempt("nobody@example.com"), 10);
  const auto known = there_.guard.admit(attempt("ann@example.com")), unknown = there_.guard.admit(attempt("nobody@example.com"));
  ASSERT_FALSE(known);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(known.error().message(), unknown.error().message());
  EXPECT_EQ(known.error().reason(), unknown.error().reason());
  EXPECT_EQ(known.error().retry_after(), unknown.error().retry_after());
  EXPECT_EQ(here_.queue.waiting(), 2u) << "as much work for both";
}

TEST_P(GuardTest, SuccessForgivesFailures) {
  const auto ann = add_user("ann@example.com");
  fail_times(here_, attempt("ann@example.com"), 9, ann.id);
  here_.guard.succeeded(attempt("ann@example.com"), ann.id);
  eventually([&] { return count("SELECT COUNT(*) FROM sign_in_failures") == 0; });
  fail_times(here_, attempt("ann@example.com"), 9, ann.id);
  EXPECT_TRUE(here_.guard.admit(attempt("ann@example.com")));
}

TEST_P(GuardTest, ProcessesCountTogether) {
  const auto ann = add_user("ann@example.com");
  for (int i = 0; i < 5; ++i) {
    fail_times(here_, attempt("ann@example.com"), 1, ann.id);
    fail_times(there_, attempt("ann@example.com"), 1, ann.id);
  }
  EXPECT_FALSE(there_.guard.admit(attempt("ann@example.com"))) << "it counted the tenth";
  clock_.advance(AttemptMemory::kLife);
  EXPECT_FALSE(here_.guard.admit(attempt("ann@example.com"))) << "it has read";
  Process restarted(*database_, clock_, settings_);
  EXPECT_FALSE(restarted.guard.admit(attempt("ann@example.com")));
}

TEST_P(GuardTest, ManyThreadsCountExactly) {
  const auto ann = add_user("ann@example.com");
  std::vector<std::jthread> threads;
  for (Process* process : {&here_, &there_})
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&, process] { fail_times(*process, attempt("ann@example.com"), 5, ann.id); });
  threads.clear();
  EXPECT_EQ(count("SELECT failures FROM sign_in_failures"), 40);
  EXPECT_EQ(count("SELECT COUNT(*) FROM sign_in_failures WHERE block_id IS NOT NULL"), 1);
  EXPECT_EQ(here_.queue.waiting() + there_.queue.waiting(), 1u) << "one mail";
}

TEST_P(GuardTest, ABlockedUserGetsAMailWhoseLinkUnblocks) {
  const auto ann = add_user("ann@example.com");
  const auto team = add_team(ann);
  fail_times(here_, attempt("ann@example.com"), 10, ann.id);
  here_.queue.run();
  const auto mail = here_.mailer.newest("account_blocked", "ann@example.com");
  EXPECT_EQ(mail.fields.text("address"), "203.0.113.9");
  ASSERT_EQ(here_.bus.all.size(), 1u);
  EXPECT_EQ(here_.bus.all[0].name, "security.login_blocked");
  EXPECT_EQ(here_.bus.all[0].customer_id, team.id);
  ASSERT_EQ(here_.audit.all.size(), 1u);
  EXPECT_EQ(here_.audit.all[0].user_id, ann.id);

  const std::string link = *mail.fields.text("link");
  const std::string token = link.substr(link.rfind('/') + 1);
  EXPECT_EQ(there_.blocks.unblock_by_link(token + "x", "203.0.113.9").error().reason(), "signature_invalid");
  EXPECT_EQ(there_.blocks.unblock_by_link("", "203.0.113.9").error().reason(), "signature_invalid");
  ASSERT_TRUE(there_.blocks.unblock_by_link(token, "203.0.113.9"));
  EXPECT_TRUE(there_.guard.admit(attempt("ann@example.com")));
  clock_.advance(AttemptMemory::kLife);
  EXPECT_TRUE(here_.guard.admit(attempt("ann@example.com")));
  clock_.advance(24h);
  EXPECT_EQ(there_.blocks.unblock_by_link(token, "203.0.113.9").error().reason(), "link_expired");
}

TEST_P(GuardTest, AChangedPasswordUnblocksAndAResetIsPossibleMeanwhile) {
  know_the_network();
  const auto ann = add_user("ann@example.com");
  fail_times(here_, attempt("ann@example.com"), 5, ann.id);
  fail_times(here_, attempt("ann@example.com"), 5, ann.id);
  auto reset = attempt("ann@example.com");
  reset.kind = Attempt::Kind::password_reset;
  EXPECT_TRUE(here_.guard.admit(reset));
  ASSERT_TRUE(here_.guard.unblock(ann.id));
  EXPECT_TRUE(here_.guard.admit(attempt("ann@example.com")));
}

TEST_P(GuardTest, AnAddressThatTriesManyAccountsIsSlowedDown) {
  const auto ann = add_user("ann@example.com");
  add_team(ann);
  here_.guard.failed(attempt("ann@example.com"), ann.id);
  for (int i = 1; i < 99; ++i) here_.guard.failed(attempt("user" + std::to_string(i) + "@example.com"), {});
  EXPECT_TRUE(here_.guard.admit(attempt("fresh@example.com")));
  here_.guard.failed(attempt("user99@example.com"), {});
  for (const auto kind : {Attempt::Kind::sign_in, Attempt::Kind::sign_up, Attempt::Kind::password_reset}) {
    auto next = attempt("another@example.com");
    next.kind = kind;
    const auto refused = there_.guard.admit(next);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason(), "too_many_attempts");
    EXPECT_EQ(refused.error().retry_after(), 15s);
  }
  EXPECT_TRUE(here_.guard.admit(attempt("another@example.com", "203.0.113.10")));
  here_.guard.throttle(false);
  EXPECT_TRUE(here_.guard.admit(attempt("another@example.com"))) << "ratelimit.enabled=false";
  here_.guard.throttle(true);

  here_.queue.run();
  EXPECT_EQ(here_.mailer.newest("suspicious_address", "ann@example.com").fields.number("accounts"), 100);
  ASSERT_EQ(here_.bus.all.size(), 1u);
  EXPECT_EQ(here_.bus.all[0].name, "security.ip_throttled");
  clock_.advance(15s);
  EXPECT_TRUE(here_.guard.admit(attempt("another@example.com")));
  here_.guard.failed(attempt("another@example.com"), {});
  EXPECT_FALSE(here_.guard.admit(attempt("another@example.com")));
  here_.queue.run();
  EXPECT_EQ(here_.mailer.all().size(), 1u) << "once an hour";
}

TEST_P(GuardTest, NeighboursInAnIpv6NetworkCountTogether) {
  for (int i = 0; i < 100; ++i)
    here_.guard.failed(attempt("user" + std::to_string(i) + "@example.com", "2001:db8:1:2::" + std::to_string(i + 1)), {});
  EXPECT_FALSE(here_.guard.admit(attempt("another@example.com", "2001:db8:1:2:ffff::1")));
  EXPECT_TRUE(here_.guard.admit(attempt("another@example.com", "2001:db8:1:3::1")));
}

TEST_P(GuardTest, FiftySignUpsOfAnAddressAreEnough) {
  know_the_network();
  for (int i = 0; i < 50; ++i) {
    auto sign_up = attempt("new" + std::to_string(i) + "@example.com");
    sign_up.kind = Attempt::Kind::sign_up;
    ASSERT_TRUE(is_open(here_, sign_up)) << i;
  }
  EXPECT_FALSE(here_.guard.admit(attempt("new50@example.com")));
  eventually([&] { return here_.queue.waiting() == 1; });
  EXPECT_FALSE(there_.guard.admit(attempt("new51@example.com"))) << "the others know";
}

TEST_P(GuardTest, WhoeverLooksLikeAProgramHasToWork) {
  const auto tries = odd(attempt("ann@example.com"));  // 2 for the program, 2 for the strange network
  const std::string challenge = asked(here_, tries);
  ASSERT_THAT(challenge, HasSubstr("pow1.18."));
  auto solved = tries;
  solved.proof = solve(challenge);
  auto elsewhere = solved;
  elsewhere.remote = *IpAddress::parse("198.51.100.1");
  EXPECT_NE(asked(there_, elsewhere), "") << "bound to the address";
  auto other = solved;
  other.kind = Attempt::Kind::sign_up;
  EXPECT_NE(asked(there_, other), "") << "bound to what it is for";
  auto guessed = tries;
  guessed.proof = challenge + ".0";
  EXPECT_NE(asked(there_, guessed), "");
  EXPECT_TRUE(is_open(there_, solved)) << "any process takes it";
  EXPECT_NE(asked(here_, solved), "") << "once";
  EXPECT_NE(asked(there_, solved), "") << "once";

  const std::string late = asked(here_, tries);
  solved.proof = solve(late);
  clock_.advance(2min);
  EXPECT_NE(asked(here_, solved), "") << "for two minutes";
}

TEST_P(GuardTest, PeopleSeeNothing) {
  know_the_network();
  EXPECT_TRUE(is_open(here_, attempt("ann@example.com")));
  EXPECT_TRUE(is_open(here_, odd(attempt("ann@example.com"))));
  auto fast = odd(attempt("ann@example.com"));
  fast.form_time = 100ms;
  EXPECT_NE(asked(here_, fast), "");
  auto filled = attempt("ann@example.com");
  filled.honeypot_filled = true;
  EXPECT_NE(asked(here_, filled), "");
}

TEST_P(GuardTest, AnAccountAttackedFromEverywhereNeedsWork) {
  know_the_network("198.51.100.1");
  for (int i = 0; i < 21; ++i) here_.guard.failed(attempt("ann@example.com", "198.51.100." + std::to_string(i + 1)), {});
  EXPECT_NE(asked(here_, attempt("ann@example.com", "198.51.100.77")), "");
  EXPECT_EQ(asked(here_, attempt("bob@example.com", "198.51.100.77")), "");
}

TEST_P(GuardTest, ATrustedNetworkCountsForItsOwnPeopleOnly) {
  const auto ann = add_user("ann@example.com");
  add_user("eve@example.com");
  const auto team = add_team(ann);
  ASSERT_TRUE(here_.allowed.add(Tenant{team.id}, *Cidr::parse("203.0.113.0/24"), "office", ann.id));
  EXPECT_TRUE(is_open(here_, odd(attempt("ann@example.com"))));
  EXPECT_NE(asked(here_, odd(attempt("eve@example.com"))), "");
  EXPECT_NE(asked(here_, odd(attempt("nobody@example.com"))), "");
  for (int i = 0; i < 100; ++i) here_.guard.failed(attempt("user" + std::to_string(i) + "@example.com"), {});
  EXPECT_TRUE(here_.guard.admit(attempt("ann@example.com")));
  EXPECT_FALSE(here_.guard.admit(attempt("eve@example.com")));
  fail_times(here_, attempt("ann@example.com"), 10, ann.id);
  EXPECT_FALSE(here_.guard.admit(attempt("ann@example.com"))) << "guessing one password is no privilege";
}

TEST_P(GuardTest, TeamsAskForLongerPasswords) {
  const auto ann = add_user("ann@example.com");
  EXPECT_THAT(*here_.guard.broken_rules("Short-1!", "ann@example.com", ann.id), IsEmpty());
  ASSERT_TRUE(here_.policies.put(Tenant{add_team(ann).id}, {.min_length = 12}));
  EXPECT_THAT(*here_.guard.broken_rules("Short-1!", "ann@example.com", ann.id), testing::ElementsAre("must have at least 12 characters"));
  EXPECT_THAT(*here_.guard.broken_rules("Long-enough-1", "ann@example.com", ann.id), IsEmpty());
  EXPECT_THAT(*here_.guard.broken_rules("Short-1!", "new@example.com", {}), IsEmpty());
}

TEST_P(GuardTest, ABreachedPasswordIsToldToTheUser) {
  const auto ann = add_user("ann@example.com");
  add_team(ann);
  EXPECT_TRUE(here_.guard.is_breached("Password-1"));
  here_.guard.found_breached(attempt("ann@example.com"), ann.id);
  here_.queue.run();
  EXPECT_EQ(here_.mailer.newest("breached_password", "ann@example.com").fields.text("link"), "https://auth.example/password/reset");
  ASSERT_EQ(here_.bus.all.size(), 1u);
  EXPECT_EQ(here_.bus.all[0].name, "security.breached_password");
  EXPECT_EQ(here_.audit.all.at(0).endpoint, "security.breached_password");
}

TEST_P(GuardTest, OldTriesAreForgottenAndBlocksAreNot) {
  fail_times(here_, attempt("ann@example.com"), 10);
  fail_times(here_, attempt("bob@example.com"), 3);
  clock_.advance(29 * 24h);
  fail_times(here_, attempt("cid@example.com"), 1);
  ASSERT_TRUE(here_.guard.purge());
  EXPECT_EQ(count("SELECT COUNT(*) FROM login_attempts"), 14);
  clock_.advance(24h + 1s);
  ASSERT_TRUE(here_.guard.purge());
  EXPECT_EQ(count("SELECT COUNT(*) FROM login_attempts"), 1);
  EXPECT_EQ(count("SELECT COUNT(*) FROM sign_in_failures"), 1);
  EXPECT_EQ(count("SELECT COUNT(*) FROM attempt_levels"), 0);
}

TEST_P(GuardTest, RowsDoNotNameThePerson) {
  fail_times(here_, attempt("ann@example.com"), 1);
  EXPECT_EQ(count("SELECT COUNT(*) FROM login_attempts WHERE account LIKE '%ann%'"), 0);
}

}  // namespace
}  // namespace openstrat::protection
