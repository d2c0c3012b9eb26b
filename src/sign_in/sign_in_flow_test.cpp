#include "sign_in/sign_in_flow.hpp"

#include "db/database.hpp"
#include "sign_in/test_support.hpp"

namespace openstrat::sign_in {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = Step::Kind;

class SignInFlowTest : public SignInTest {
 protected:
  SignInFlow& flow() { return parts_->sign_in; }
  /// The ticket of a user with a second factor.
  std::string ticket_for(const identity::User& user) {
    factors_.users.insert(user.id);
    const auto step = sign_in(user.email);
    EXPECT_EQ(step->kind, Kind::second_factor);
    return step->ticket;
  }
  Result<Step> code(const std::string& ticket, const std::string& code) { return flow().with_code(ticket, code, from("")); }
};
INSTANTIATE_EACH_ENGINE(SignInFlowTest);

TEST_P(SignInFlowTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), all_migrations()); }

TEST_P(SignInFlowTest, TheRightPasswordGivesASession) {
  const auto ann = add_user("ann@example.com");
  const auto step = sign_in("ann@example.com");
  ASSERT_TRUE(step) << step.error().message();
  EXPECT_EQ(step->kind, Kind::signed_in);
  EXPECT_EQ(step->user_id, ann.id);
  const auto session = parts_->sessions.find(step->session->cookie);
  ASSERT_TRUE(session && *session);
  EXPECT_THAT((*session)->methods, ElementsAre("pwd"));
  EXPECT_THAT(audit_.names(), ElementsAre("user.signed_in"));
  EXPECT_EQ(audit_.entries[0].ip_address, "203.0.113.9");
  EXPECT_EQ(audit_.entries[0].session_id, step->session->id);
}

TEST_P(SignInFlowTest, AnUnknownAddressCostsAndSaysWhatAWrongPasswordDoes) {
  add_user("ann@example.com");
  auto silent = add_user("only-mails@example.com");
  const auto tried = [&](const std::string& email, const std::string& password) {
    const auto before = passwords_.computations();
    const auto step = sign_in(email, password);
    return std::tuple(step.error().code(), step.error().reason(), step.error().message(), passwords_.computations() - before);
  };
  const auto wrong = tried("ann@example.com", "Wrong-horse-7");
  EXPECT_EQ(wrong, tried("nobody@example.com", "Wrong-horse-7"));
  EXPECT_EQ(wrong, tried("not an address", "Wrong-horse-7"));
  EXPECT_EQ(std::get<1>(wrong), "credentials_invalid");
  EXPECT_EQ(std::get<3>(wrong), 1u);
  EXPECT_EQ(guard_.failures, 3);
  EXPECT_THAT(audit_.names(), ElementsAre("user.sign_in_failed", "user.sign_in_failed", "user.sign_in_failed"));
}

TEST_P(SignInFlowTest, WhoIsBlockedLearnsItOnlyWithTheRightPassword) {
  const auto ann = add_user("ann@example.com");
  ASSERT_TRUE(parts_->users.set_status(ann.id, identity::UserStatus::blocked));
  EXPECT_EQ(reason(sign_in("ann@example.com", "Wrong-horse-7")), "credentials_invalid");
  EXPECT_EQ(reason(sign_in("ann@example.com")), "user_blocked");
  ASSERT_TRUE(parts_->users.set_status(ann.id, identity::UserStatus::deleted));
  EXPECT_EQ(reason(sign_in("ann@example.com")), "credentials_invalid");
}

TEST_P(SignInFlowTest, TheGuardIsAskedBeforeAnythingCostly) {
  add_user("ann@example.com");
  const auto before = passwords_.computations();
  guard_.blocked = true;
  EXPECT_EQ(reason(sign_in("ann@example.com")), "too_many_attempts");
  EXPECT_EQ(reason(sign_in("nobody@example.com")), "too_many_attempts");
  guard_.blocked = false;
  guard_.wants_proof = true;
  const auto step = sign_in("ann@example.com");
  EXPECT_EQ(step->kind, Kind::challenge);
  EXPECT_EQ(step->challenge, R"({"bits":18})");
  EXPECT_EQ(passwords_.computations(), before);
  auto attempt = from("ann@example.com");
  attempt.proof = "solved";
  EXPECT_EQ(flow().with_password(attempt, kPassword, false)->kind, Kind::signed_in);
}

TEST_P(SignInFlowTest, AnUnconfirmedAddressIsRemindedAtMostThreeTimesAnHour) {
  add_user("ann@example.com", false);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(sign_in("ann@example.com")->kind, Kind::verify_email);
  EXPECT_THAT(mails_.to("ann@example.com"), SizeIs(3));
  clock_.advance(1h);
  EXPECT_EQ(sign_in("ann@example.com")->kind, Kind::verify_email);
  EXPECT_THAT(mails_.to("ann@example.com"), SizeIs(4));
}

TEST_P(SignInFlowTest, ASecondFactorIsAskedForAndCompletesTheSignInOnce) {
  const auto ann = add_user("ann@example.com");
  factors_.users.insert(ann.id);
  const auto step = sign_in("ann@example.com");
  ASSERT_EQ(step->kind, Kind::second_factor);
  EXPECT_THAT(step->factors, ElementsAre(Factor::totp, Factor::passkey));
  EXPECT_EQ(step->passkey_options, R"({"challenge":"abc"})");
  EXPECT_FALSE(step->session);
  EXPECT_EQ(reason(code(step->ticket, "000000")), "code_invalid");
  EXPECT_EQ(guard_.last_failed, "ann@example.com");
  const auto done = code(step->ticket, "123456");
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(done->kind, Kind::signed_in);
  EXPECT_THAT((*parts_->sessions.find(done->session->cookie))->methods, ElementsAre("pwd", "otp", "mfa"));
  EXPECT_EQ(reason(code(step->ticket, "123456")), "ticket_invalid");
  EXPECT_EQ(reason(code("invented", "123456")), "ticket_invalid");
}

TEST_P(SignInFlowTest, ATicketAllowsFiveCodesAndTenMinutes) {
  const auto ann = add_user("ann@example.com");
  const auto spent = ticket_for(ann);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(reason(code(spent, "000000")), "code_invalid");
  EXPECT_EQ(reason(code(spent, "123456")), "too_many_attempts");
  EXPECT_EQ(factors_.checks, 5);
  const auto old = ticket_for(ann);
  clock_.advance(10min);
  EXPECT_EQ(reason(code(old, "123456")), "ticket_invalid");
}

TEST_P(SignInFlowTest, WhoWasBlockedOrDeletedMeanwhileCannotGoOn) {
  const auto ann = add_user("ann@example.com");
  const auto ticket = ticket_for(ann);
  ASSERT_TRUE(parts_->users.set_status(ann.id, identity::UserStatus::blocked));
  EXPECT_EQ(reason(code(ticket, "123456")), "user_blocked");
  ASSERT_TRUE(parts_->users.set_status(ann.id, identity::UserStatus::deleted));
  EXPECT_EQ(reason(code(ticket, "123456")), "ticket_invalid");
  EXPECT_EQ(factors_.checks, 0);
}

TEST_P(SignInFlowTest, APasskeyIsASecondFactorOrWithItsUserVerifiedEverything) {
  const auto ann = add_user("ann@example.com"), bob = add_user("bob@example.com");
  const auto ticket = ticket_for(ann);
  EXPECT_EQ(reason(flow().with_passkey(ticket, bob.id.to_string() + " verified", from(""))), "passkey_invalid");
  EXPECT_EQ(reason(flow().with_passkey(ticket, "garbage", from(""))), "passkey_invalid");
  EXPECT_EQ(flow().with_passkey(ticket, ann.id.to_string(), from(""))->kind, Kind::signed_in);
  EXPECT_EQ(reason(flow().with_passkey("", ann.id.to_string(), from(""))), "passkey_invalid");
  const auto alone = flow().with_passkey("", ann.id.to_string() + " verified", from(""));
  ASSERT_TRUE(alone) << alone.error().message();
  EXPECT_THAT((*parts_->sessions.find(alone->session->cookie))->methods, ElementsAre("hwk", "user", "mfa"));
}

TEST_P(SignInFlowTest, ATemporaryAnOldAndABreachedPasswordHaveToBeReplaced) {
  const auto ann = add_user("ann@example.com");
  guard_.breached.insert(kPassword);
  auto step = sign_in("ann@example.com");
  ASSERT_EQ(step->kind, Kind::new_password);
  EXPECT_EQ(step->reason, "breached");
  EXPECT_FALSE(step->session);
  EXPECT_EQ(reason(flow().with_code(step->ticket, "123456", from(""))), "ticket_invalid");
  EXPECT_EQ(reason(flow().with_new_password(step->ticket, kPassword, from(""))), "validation_failed");
  EXPECT_EQ(reason(flow().with_new_password(step->ticket, "short", from(""))), "validation_failed");
  const auto done = flow().with_new_password(step->ticket, kOtherPassword, from(""));
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(done->kind, Kind::signed_in);
  EXPECT_EQ(reason(flow().with_new_password(step->ticket, "Another-horse-9", from(""))), "ticket_invalid");
  mails_.newest("password_changed", "ann@example.com");

  policies_.policy.max_age_days = 90;
  EXPECT_EQ(sign_in("ann@example.com", kOtherPassword)->kind, Kind::signed_in);
  clock_.advance(90 * 24h);
  EXPECT_EQ(sign_in("ann@example.com", kOtherPassword)->reason, "expired");

  ASSERT_TRUE(database_->write([&](db::Session& session) {
    return parts_->accounts.set_password(session, ann.id, *passwords_.hash("Temporary-1"), identity::AccountService::Forced::yes);
  }));
  EXPECT_EQ(sign_in("ann@example.com", "Temporary-1")->reason, "temporary");
}

TEST_P(SignInFlowTest, TheReasonForANewPasswordSurvivesTheSecondFactor) {
  const auto ann = add_user("ann@example.com");
  guard_.breached.insert(kPassword);
  const auto step = code(ticket_for(ann), "123456");
  ASSERT_EQ(step->kind, Kind::new_password);
  const auto done = flow().with_new_password(step->ticket, kOtherPassword, from(""));
  EXPECT_EQ(done->kind, Kind::signed_in);
  EXPECT_THAT((*parts_->sessions.find(done->session->cookie))->methods, ElementsAre("pwd", "otp", "mfa"));
}

TEST_P(SignInFlowTest, APasswordIsHashedAgainWhenItsCostHasChanged) {
  const auto ann = add_user("ann@example.com");
  const auto cheap = crypto::hash_password(kPassword, {.memory = 16 * 1024, .passes = 1});
  ASSERT_TRUE(database_->write([&](db::Session& session) { return parts_->accounts.replace_hash(session, ann.id, cheap); }));
  EXPECT_EQ(sign_in("ann@example.com")->kind, Kind::signed_in);
  EXPECT_NE(reload(ann).password_hash, cheap);
  EXPECT_EQ(reload(ann).password_changed_at, ann.password_changed_at);
  EXPECT_EQ(sign_in("ann@example.com")->kind, Kind::signed_in);
}

TEST_P(SignInFlowTest, ASignInFromANewPlaceIsMailed) {
  add_user("ann@example.com");
  EXPECT_TRUE(sign_in("ann@example.com"));
  EXPECT_TRUE(sign_in("ann@example.com"));
  EXPECT_THAT(mails_.all(), IsEmpty());
  auto elsewhere = from("ann@example.com", Attempt::Kind::sign_in, "curl/8");
  elsewhere.remote = *IpAddress::parse("198.51.100.1");
  EXPECT_TRUE(flow().with_password(elsewhere, kPassword, false));
  EXPECT_EQ(mails_.newest("new_sign_in", "ann@example.com").fields.text("address"), "198.51.100.1");
}

TEST_P(SignInFlowTest, AProviderNeedsASecondFactorOnlyWhereATeamDemandsOne) {
  const auto ann = add_user("ann@example.com");
  factors_.users.insert(ann.id);
  EXPECT_EQ(flow().with_provider(ann.id, {"fed"}, false, from(""))->kind, Kind::signed_in);
  policies_.policy.require_mfa = true;
  EXPECT_EQ(flow().with_provider(ann.id, {"fed"}, false, from(""))->kind, Kind::second_factor);
  EXPECT_EQ(flow().with_provider(ann.id, {"fed", "mfa"}, false, from(""))->kind, Kind::signed_in);
  ASSERT_TRUE(parts_->users.set_status(ann.id, identity::UserStatus::blocked));
  EXPECT_EQ(reason(flow().with_provider(ann.id, {"fed"}, false, from(""))), "user_blocked");
}

}  // namespace
}  // namespace openstrat::sign_in
