#include "mfa/code_service.hpp"

#include <thread>

#include "db/database.hpp"
#include "mfa/test_support.hpp"

namespace openstrat::mfa {
namespace {

using sign_in::Factor;
using std::chrono::minutes;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class CodeServiceTest : public MfaTest {
 protected:
  /// `totp`, `recovery_code`, `wrong`, or the code word of the failure.
  std::string check(Node& node, const identity::User& user, std::string_view code) {
    const auto factor = node.factors.check_code(user.id, code);
    if (!factor) return factor.error().reason();
    return *factor ? std::string(to_string(**factor)) : "wrong";
  }
  std::string check(const identity::User& user, std::string_view code) { return check(node_, user, code); }
  static std::string another(const std::string& code) { return (code[0] == '9' ? "0" : "9") + code.substr(1); }
};
INSTANTIATE_EACH_ENGINE(CodeServiceTest);

TEST_P(CodeServiceTest, SchemaIsSound) { db::expect_migrations_are_sound(GetParam(), all_migrations()); }

TEST_P(CodeServiceTest, AnAppIsSetUpConfirmedAndSignsIn) {
  const auto user = add_user("ann@example.com");
  EXPECT_THAT(*node_.factors.factors_of(user.id), IsEmpty());
  const auto started = node_.codes.start(caller(user), {});
  ASSERT_TRUE(started) << started.error().message();
  EXPECT_THAT(started->secret, SizeIs(32));
  EXPECT_THAT(started->otpauth_uri, StartsWith("otpauth://totp/OpenStrat:ann%40example.com?secret=" + started->secret + "&issuer=OpenStrat"));
  EXPECT_EQ(node_.codes.pending(caller(user))->secret, started->secret);
  EXPECT_THAT(*node_.factors.factors_of(user.id), IsEmpty()) << "it does not count before it was confirmed";
  const auto secret = from_base32(started->secret);
  EXPECT_EQ(check(user, code_now(secret)), "wrong");

  const auto wrong = node_.codes.confirm(caller(user), another(code_now(secret)));
  EXPECT_EQ(wrong.error().code(), Errc::invalid);
  const auto codes = node_.codes.confirm(caller(user), code_now(secret));
  ASSERT_TRUE(codes) << codes.error().message();
  EXPECT_THAT(*codes, SizeIs(10));
  EXPECT_THAT(*node_.factors.factors_of(user.id), ElementsAre(Factor::totp, Factor::recovery_code));
  EXPECT_TRUE(node_.users.find_user(user.id)->mfa_enabled);
  EXPECT_EQ(mails_.newest("mfa_changed", "ann@example.com").fields.text("change"), "enabled");
  EXPECT_THAT(audit_.events(), ElementsAre("mfa.totp_enabled"));
  EXPECT_EQ(verdict(node_.codes.pending(caller(user))), "resource_missing") << "a confirmed secret is never shown again";
  EXPECT_EQ(verdict(node_.codes.start(caller(user), {.code = (*codes)[0]})), "already_exists");

  EXPECT_EQ(check(user, code_now(secret)), "wrong") << "the code that confirmed it was used";
  next_step();
  const auto code = code_now(secret);
  EXPECT_EQ(check(user, code.substr(0, 3) + " " + code.substr(3)), "totp");
}

TEST_P(CodeServiceTest, ASetUpExpiresAfterAnHour) {
  const auto user = add_user("ann@example.com");
  const auto started = node_.codes.start(caller(user), {});
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(verdict(node_.codes.pending(caller(user))), "resource_missing");
  EXPECT_EQ(verdict(node_.codes.confirm(caller(user), code_now(from_base32(started->secret)))), "resource_missing");
  sessions_.line.created_at = clock_.now();
  EXPECT_NE(node_.codes.start(caller(user), {})->secret, started->secret);
}

TEST_P(CodeServiceTest, TheSecretIsSealedInTheDatabase) {
  const auto user = add_user("ann@example.com");
  const auto app = add_app(user);
  const auto stored = database_->read([&](db::Session& session) { return code_store::find_totp(session, user.id); });
  EXPECT_FALSE((*stored)->sealed_secret.contains(app.secret));
  EXPECT_EQ(*node_.checker.open_secret(user.id, (*stored)->sealed_secret), app.secret);
  EXPECT_FALSE(node_.checker.open_secret(UserId(uuid_v4(secure_rng())), (*stored)->sealed_secret)) << "sealed for its user";
}

TEST_P(CodeServiceTest, EachStepCountsOnceOnEveryNodeAndAfterARestart) {
  const auto user = add_user("ann@example.com");
  const auto app = add_app(user);
  Node other(*database_, clock_, box_, audit_, mails_, sessions_, settings_);
  const auto early = code_now(app.secret, -1), now = code_now(app.secret), late = code_now(app.secret, 1);
  EXPECT_EQ(check(user, now), "totp");
  EXPECT_EQ(check(other, user, now), "wrong");
  EXPECT_EQ(check(other, user, early), "wrong") << "an older step than the one used";
  EXPECT_EQ(check(other, user, late), "totp");
  EXPECT_EQ(check(user, late), "wrong");
}

TEST_P(CodeServiceTest, OfManyWhoSendACodeAtOnceOneGetsIn) {
  const auto user = add_user("ann@example.com");
  const auto app = add_app(user);
  std::atomic<int> accepted{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { accepted += check(user, code_now(app.secret)) == "totp"; });
  }
  EXPECT_EQ(accepted, 1);
}

TEST_P(CodeServiceTest, ParallelGuessesShareOneCount) {
  const auto user = add_user("ann@example.com");
  const auto app = add_app(user);
  const auto wrong = another(code_now(app.secret));
  std::atomic<int> compared{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int k = 0; k < 8; ++k) compared += check(user, wrong) == "wrong";
      });
  }
  EXPECT_EQ(compared, CodeChecker::kFreeTries);
}

TEST_P(CodeServiceTest, AfterTenWrongCodesTheNextHasToWaitLongerAndLonger) {
  const auto user = add_user("ann@example.com");
  const auto app = add_app(user);
  for (int i = 0; i < CodeChecker::kFreeTries; ++i) EXPECT_EQ(check(user, another(code_now(app.secret))), "wrong");
  EXPECT_THAT(audit_.events(), Contains("mfa.codes_blocked").Times(1));
  const auto blocked = node_.factors.check_code(user.id, code_now(app.secret));
  EXPECT_EQ(blocked.error().code(), Errc::rate_limited);
  EXPECT_EQ(blocked.error().retry_after(), std::chrono::minutes(15));
  clock_.advance(minutes(15));
  EXPECT_EQ(check(user, another(code_now(app.secret))), "wrong");
  clock_.advance(minutes(15));
  EXPECT_EQ(check(user, code_now(app.secret)), "too_many_attempts");
  EXPECT_EQ(check(user, app.recovery_codes[0]), "recovery_code") << "recovery codes stay open";
  clock_.advance(minutes(15));
  EXPECT_EQ(check(user, code_now(app.secret)), "totp");
  next_step();
  EXPECT_EQ(check(user, another(code_now(app.secret))), "wrong") << "the right one has cleared the count";
}

TEST_P(CodeServiceTest, ARecoveryCodeCountsOnceHoweverItIsTyped) {
  const auto user = add_user("ann@example.com");
  const auto stranger = add_user("bob@example.com");
  const auto app = add_app(user);
  auto typed = app.recovery_codes[3];
  for (char& c : typed) c = static_cast<char>(std::tolower(c));
  EXPECT_EQ(check(stranger, typed), "wrong");
  EXPECT_EQ(check(user, " " + typed.replace(4, 1, " ")), "recovery_code");
  EXPECT_EQ(check(user, app.recovery_codes[3]), "wrong");
  EXPECT_EQ(node_.codes.recovery(user.id)->remaining, 9);
  const auto mail = mails_.newest("mfa_changed", "ann@example.com");
  EXPECT_EQ(mail.fields.text("change"), "recovery_used");
  EXPECT_EQ(mail.fields.number("codes_left"), 9);
  EXPECT_THAT(audit_.events(), Contains("mfa.recovery_code_used"));
}

TEST_P(CodeServiceTest, NewRecoveryCodesReplaceTheOldOnes) {
  const auto user = add_user("ann@example.com");
  EXPECT_EQ(verdict(node_.codes.renew_recovery(caller(user), {})), "not_configured");
  const auto app = add_app(user);
  EXPECT_EQ(verdict(node_.codes.renew_recovery(caller(user), {})), "proof_required");
  const auto renewed = node_.codes.renew_recovery(caller(user), {.code = code_now(app.secret)});
  ASSERT_TRUE(renewed) << renewed.error().message();
  EXPECT_EQ(check(user, app.recovery_codes[0]), "wrong");
  EXPECT_EQ(check(user, (*renewed)[0]), "recovery_code");
}

TEST_P(CodeServiceTest, SwitchingOffNeedsPasswordAndCode) {
  const auto user = add_user("ann@example.com", kPassword);
  EXPECT_EQ(verdict(node_.codes.start(caller(user), {})), "proof_required") << "a fresh session is not enough for whoever has a password";
  EXPECT_EQ(verdict(node_.codes.start(caller(user), {.password = "wrong"})), "validation_failed");
  const auto started = node_.codes.start(caller(user), {.password = kPassword});
  ASSERT_TRUE(started);
  const auto secret = from_base32(started->secret);
  ASSERT_TRUE(node_.codes.confirm(caller(user), code_now(secret)));
  next_step();
  EXPECT_EQ(verdict(node_.codes.disable(caller(user), {})), "proof_required");
  EXPECT_EQ(verdict(node_.codes.disable(caller(user), {.password = kPassword})), "proof_required");
  EXPECT_EQ(verdict(node_.codes.disable(caller(user), {.code = code_now(secret)})), "proof_required");
  const auto wrong = node_.codes.disable(caller(user), {.password = "wrong", .code = code_now(secret)});
  EXPECT_EQ(wrong.error().fields()[0].name, "password");
  EXPECT_EQ(verdict(node_.codes.disable(caller(user), {.password = kPassword, .code = another(code_now(secret))})), "validation_failed");
  EXPECT_EQ(verdict(node_.codes.disable(caller(user), {.password = kPassword, .code = code_now(secret)})), "ok") << "the code was not used up before";
  EXPECT_THAT(*node_.factors.factors_of(user.id), IsEmpty());
  EXPECT_FALSE(node_.users.find_user(user.id)->mfa_enabled);
  EXPECT_EQ(node_.codes.recovery(user.id)->remaining, 0);
  EXPECT_EQ(mails_.newest("mfa_changed", "ann@example.com").fields.text("change"), "disabled");
  EXPECT_EQ(verdict(node_.codes.disable(caller(user), {.password = kPassword, .code = "123456"})), "resource_missing");
}

TEST_P(CodeServiceTest, GuessingThePasswordOfAProofIsThrottled) {
  const auto user = add_user("ann@example.com", kPassword);
  for (int i = 0; i < CodeChecker::kFreeTries; ++i) EXPECT_EQ(verdict(node_.codes.start(caller(user), {.password = "guess"})), "validation_failed");
  EXPECT_EQ(verdict(node_.codes.start(caller(user), {.password = kPassword})), "too_many_attempts");
}

TEST_P(CodeServiceTest, WhoHasNeitherPasswordNorCodeSignsInAgain) {
  const auto user = add_user("sso@example.com");
  clock_.advance(IdentityProof::kFresh);
  EXPECT_EQ(verdict(node_.codes.start(caller(user), {})), "proof_required");
  sessions_.line.created_at = clock_.now();
  auto other_session = caller(user);
  other_session.session_id = "sess_2";
  EXPECT_EQ(verdict(node_.codes.start(other_session, {})), "proof_required");
  EXPECT_EQ(verdict(node_.codes.start(caller(user), {})), "ok");
}

TEST_P(CodeServiceTest, UnfinishedSetUpsArePurged) {
  const auto user = add_user("ann@example.com"), other = add_user("bob@example.com");
  ASSERT_TRUE(node_.codes.start(caller(user), {}));
  const auto app = add_app(other);
  clock_.advance(std::chrono::hours(2));
  const auto purged = database_->write([&](db::Session& session) { return code_store::purge_unfinished(session, clock_.now()); });
  EXPECT_EQ(*purged, 1);
  EXPECT_EQ(check(other, code_now(app.secret)), "totp");
}

}  // namespace
}  // namespace openstrat::mfa
