#include "identity/session_keeper.hpp"

#include "identity/session_store.hpp"
#include "identity/test_fixture.hpp"
#include "protection/policy_service.hpp"

namespace openstrat::identity {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::SizeIs;

class SessionKeeperTest : public IdentityTest {
 protected:
  SessionKeeperTest() { EXPECT_TRUE(process_.signing.rotate()); }
  SessionKeeper& sessions() { return process_.sessions; }
  SessionService::Started start(const User& user, bool remember = false) {
    auto started = sessions().start({.user_id = user.id, .methods = {"pwd", "otp"}, .remember = remember},
                                    {.ip = "203.0.113.9", .user_agent = "Firefox\n\xFF"});
    EXPECT_TRUE(started) << started.error().message();
    return *std::move(started);
  }
  bool is_alive(const std::string& cookie) { return sessions().find(cookie)->has_value(); }
  /// What is written behind arrives.
  void wait_until_seen(const User& user, const std::string& id, Timestamp when) {
    const auto seen = [&] {
      const auto lines = sessions().list(user.id);
      const auto line = std::ranges::find(*lines, id, &SessionLine::id);
      return line == lines->end() ? Timestamp{} : line->last_seen_at;
    };
    for (int i = 0; i < 2000 && seen() != when; ++i) std::this_thread::yield();
    ASSERT_EQ(seen(), when);
  }
};
INSTANTIATE_EACH_ENGINE(SessionKeeperTest);

TEST_P(SessionKeeperTest, ACookieFindsItsSessionAndIsKeptOnlyAsAHash) {
  const User ann = add_user("ann@example.com");
  const Team acme = add_team(ann);
  const auto started = start(ann);
  const auto found = sessions().find(started.cookie);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->id, started.id);
  EXPECT_EQ((*found)->user.id, ann.id);
  EXPECT_EQ((*found)->team_id, acme.id);
  EXPECT_EQ((*found)->authenticated_at, clock_.now());
  EXPECT_THAT((*found)->methods, ElementsAre("pwd", "otp"));
  const auto lines = sessions().list(ann.id);
  ASSERT_THAT(*lines, SizeIs(1));
  EXPECT_EQ(lines->front().user_agent, "Firefox\xC3\xBF");
  EXPECT_EQ(lines->front().ip, "203.0.113.9");
  EXPECT_FALSE(is_alive(started.id));
  EXPECT_FALSE(is_alive(""));
  EXPECT_FALSE(is_alive(started.cookie + "x"));
  EXPECT_FALSE(is_alive(crypto::hex(crypto::sha256(started.cookie)).substr(0, 43)));
}

TEST_P(SessionKeeperTest, EndsAfterADayWithoutUseAndAfterTwoWeeksInAnyCase) {
  const User ann = add_user("ann@example.com");
  const auto idle = start(ann);
  const auto used = start(ann);
  for (int half_day = 1; half_day < 28; ++half_day) {
    clock_.advance(12h);
    ASSERT_TRUE(is_alive(used.cookie)) << half_day;
    wait_until_seen(ann, used.id, clock_.now());
    if (half_day == 2) {
      EXPECT_FALSE(is_alive(idle.cookie));
    }
  }
  EXPECT_THAT(*sessions().list(ann.id), SizeIs(1));
  clock_.advance(12h);
  EXPECT_FALSE(is_alive(used.cookie));
  EXPECT_THAT(*sessions().list(ann.id), SizeIs(0));
}

TEST_P(SessionKeeperTest, ARememberedOneLastsThirtyDaysWithoutUse) {
  const User ann = add_user("ann@example.com");
  const auto started = start(ann, true);
  clock_.advance(30 * 24h - 1s);
  EXPECT_TRUE(is_alive(started.cookie));
  clock_.advance(1s);
  EXPECT_FALSE(is_alive(started.cookie));
}

TEST_P(SessionKeeperTest, ATeamMayShortenSessions) {
  struct Strict final : protection::PolicyService {
    Result<protection::SecurityPolicy> of_team(const Tenant&) override { return policy; }
    Result<protection::SecurityPolicy> of_user(UserId) override { return policy; }
    protection::SecurityPolicy policy{.session_idle = 10min, .session_absolute = 30min};
  } strict;
  SessionKeeper keeper({*database_, process_.cache, process_.activity, clock_, secure_rng(), &strict});
  const User ann = add_user("ann@example.com");
  const auto idle = keeper.start({.user_id = ann.id, .remember = true}, {});
  const auto used = keeper.start({.user_id = ann.id, .remember = true}, {});
  EXPECT_EQ(used->expires_at, clock_.now() + 30min);
  for (int i = 0; i < 5; ++i) {
    clock_.advance(6min);
    EXPECT_EQ(is_alive(used->cookie), i < 4) << i;
    if (i < 4) wait_until_seen(ann, used->id, clock_.now());
  }
  EXPECT_FALSE(is_alive(idle->cookie));
}

TEST_P(SessionKeeperTest, RevokingEndsTheCookieAndEveryTokenAtOnce) {
  const User ann = add_user("ann@example.com");
  add_team(ann);
  const auto here = start(ann), there = start(ann);
  const auto token = process_.tokens.issue_for({.session_id = there.id});
  ASSERT_TRUE(token) << token.error().message();
  ASSERT_TRUE(process_.authenticator.authenticate(with_bearer(token->access_token), http::Auth::bearer));
  ASSERT_TRUE(is_alive(there.cookie));

  const User bob = add_user("bob@example.com");
  EXPECT_EQ(sessions().revoke(bob.id, there.id).error().code(), Errc::not_found);
  ASSERT_TRUE(sessions().revoke(ann.id, there.id));
  EXPECT_EQ(sessions().revoke(ann.id, there.id).error().code(), Errc::not_found);
  EXPECT_FALSE(is_alive(there.cookie));
  EXPECT_EQ(process_.authenticator.authenticate(with_bearer(token->access_token), http::Auth::bearer).error().code(), Errc::unauthenticated);
  EXPECT_EQ(process_.tokens.issue_for({.session_id = there.id}).error().reason(), "token_invalid");
  EXPECT_TRUE(is_alive(here.cookie));
}

TEST_P(SessionKeeperTest, RevokingAllKeepsTheExceptedOne) {
  const User ann = add_user("ann@example.com");
  const auto here = start(ann), there = start(ann);
  ASSERT_TRUE(sessions().revoke_all(ann.id, here.id));
  EXPECT_TRUE(is_alive(here.cookie));
  EXPECT_FALSE(is_alive(there.cookie));
  ASSERT_TRUE(sessions().revoke_all(ann.id, ""));
  EXPECT_FALSE(is_alive(here.cookie));
}

TEST_P(SessionKeeperTest, WhoIsBlockedHasNoSession) {
  const User ann = add_user("ann@example.com");
  const auto started = start(ann);
  ASSERT_TRUE(is_alive(started.cookie));
  ASSERT_TRUE(process_.users.set_status(ann.id, UserStatus::blocked));
  EXPECT_FALSE(is_alive(started.cookie));
  EXPECT_EQ(sessions().start({.user_id = ann.id}, {}).error().reason(), "user_blocked");
  EXPECT_EQ(process_.tokens.issue_for({.session_id = started.id}).error().reason(), "user_blocked");
  EXPECT_EQ(sessions().start({.user_id = UserId(uuid_v4(secure_rng()))}, {}).error().code(), Errc::not_found);
}

TEST_P(SessionKeeperTest, StartsInTheTeamOfTheLastSession) {
  const User ann = add_user("ann@example.com");
  add_team(ann, "First");
  const Team second = add_team(ann, "Second");
  ASSERT_TRUE(sessions().start({.user_id = ann.id, .team_id = second.id}, {}));
  clock_.advance(1s);
  EXPECT_EQ((*sessions().find(start(ann).cookie))->team_id, second.id);
  const User bob = add_user("bob@example.com");
  EXPECT_EQ(sessions().start({.user_id = bob.id, .team_id = second.id}, {}).error().code(), Errc::not_found);
  EXPECT_EQ((*sessions().find(start(bob).cookie))->team_id, std::nullopt);
}

TEST_P(SessionKeeperTest, ATokenForAClientSaysSoAndARefreshTokenKeepsTheSession) {
  const User ann = add_user("ann@example.com");
  const auto started = start(ann);
  const auto until = clock_.now() + 30 * 24h;
  const auto issued = process_.tokens.issue_for(
      {.session_id = started.id, .client_id = "spa", .granted = "openid profile", .audiences = {"https://reports.example"}, .keep_session_until = until});
  ASSERT_TRUE(issued) << issued.error().message();
  const auto claims = process_.tokens.verify(issued->access_token);
  ASSERT_TRUE(claims) << claims.error().message();
  EXPECT_EQ((*claims)->session_id, started.id);
  EXPECT_EQ((*claims)->client_id, "spa");
  EXPECT_EQ((*claims)->granted, "openid profile");
  clock_.advance(20 * 24h);
  EXPECT_FALSE(is_alive(started.cookie)) << "the browser's part is over";
  EXPECT_TRUE(process_.tokens.issue_for({.session_id = started.id}));
  EXPECT_THAT(*sessions().list(ann.id), SizeIs(1));
  clock_.advance(10 * 24h);
  EXPECT_EQ(process_.tokens.issue_for({.session_id = started.id}).error().reason(), "token_invalid");
  EXPECT_EQ(process_.tokens.issue_for({.session_id = "sess_none"}).error().reason(), "token_invalid");
}

TEST_P(SessionKeeperTest, UseOfATokenIsUseOfTheSession) {
  const User ann = add_user("ann@example.com");
  add_team(ann);
  const auto started = start(ann);
  const auto token = process_.tokens.issue_for({.session_id = started.id});
  clock_.advance(20h);
  ASSERT_TRUE(process_.authenticator.authenticate(with_bearer(token->access_token), http::Auth::bearer));
  wait_until_seen(ann, started.id, clock_.now());
  clock_.advance(20h);
  EXPECT_TRUE(is_alive(started.cookie));
}

}  // namespace
}  // namespace openstrat::identity
