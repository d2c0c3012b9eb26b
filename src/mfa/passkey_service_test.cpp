#include "mfa/passkey_service.hpp"

#include "db/database.hpp"
#include "mfa/test_support.hpp"

namespace openstrat::mfa {
namespace {

using sign_in::Factor;
using std::chrono::minutes;
using testing::Algorithm;
using testing::SoftPasskey;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class PasskeyServiceTest : public MfaTest {
 protected:
  PasskeyServiceTest() : ann_(add_user("ann@example.com")) {}

  std::string options(std::optional<UserId> user = std::nullopt) {
    auto made = node_.factors.passkey_options(user);
    EXPECT_TRUE(made) << made.error().message();
    return *std::move(made);
  }
  /// `ok`, or why not.
  std::string sign_in(Node& node, const std::string& answer) {
    const auto proof = node.factors.check_passkey(answer);
    if (proof) return "ok";
    EXPECT_EQ(proof.error().reason(), "passkey_invalid");
    EXPECT_EQ(proof.error().code(), Errc::unauthenticated);
    return proof.error().message();
  }
  std::string sign_in(const std::string& answer) { return sign_in(node_, answer); }

  identity::User ann_;
};
INSTANTIATE_EACH_ENGINE(PasskeyServiceTest);

TEST_P(PasskeyServiceTest, IsAddedAndSignsInWithoutAName) {
  for (const auto algorithm : {Algorithm::es256, Algorithm::eddsa, Algorithm::rs256}) {
    SoftPasskey passkey(algorithm);
    const auto added = add_passkey(ann_, passkey);
    EXPECT_EQ(added.passkey.name, "Laptop");
    EXPECT_EQ(added.passkey.discoverable, true);
    const auto proof = node_.factors.check_passkey(passkey.get(options()));
    ASSERT_TRUE(proof) << proof.error().message();
    EXPECT_EQ(proof->user_id, ann_.id);
    EXPECT_TRUE(proof->user_verified);
  }
  EXPECT_THAT(*node_.factors.factors_of(ann_.id), ElementsAre(Factor::recovery_code, Factor::passkey));
  EXPECT_TRUE(node_.users.find_user(ann_.id)->mfa_enabled);
  EXPECT_THAT(*node_.passkeys.list(ann_.id), SizeIs(3));
  EXPECT_EQ(mails_.newest("mfa_changed", "ann@example.com").fields.text("change"), "passkey_added");
  EXPECT_EQ(mails_.newest("mfa_changed", "ann@example.com").fields.text("address"), "203.0.113.9");
  EXPECT_THAT(audit_.events(), ElementsAre("mfa.passkey_added", "mfa.passkey_added", "mfa.passkey_added"));
}

TEST_P(PasskeyServiceTest, TheFirstFactorBringsRecoveryCodes) {
  SoftPasskey first, second;
  const auto codes = add_passkey(ann_, first).recovery_codes;
  EXPECT_THAT(codes, SizeIs(10));
  EXPECT_THAT(add_passkey(ann_, second).recovery_codes, IsEmpty());
  EXPECT_EQ(*node_.factors.check_code(ann_.id, codes[0]), Factor::recovery_code);
}

TEST_P(PasskeyServiceTest, AsSecondFactorItIsOfferedByIdAndNeedsNoVerification) {
  SoftPasskey passkey;
  add_passkey(ann_, passkey);
  EXPECT_THAT(options(ann_.id), AllOf(HasSubstr(crypto::base64url(passkey.credential_id)), HasSubstr(R"("userVerification":"preferred")")));
  EXPECT_THAT(options(), AllOf(HasSubstr(R"("allowCredentials":[])"), HasSubstr(R"("userVerification":"required")")));
  passkey.verified = false;
  passkey.sends_user_handle = false;
  const auto proof = node_.factors.check_passkey(passkey.get(options(ann_.id)));
  ASSERT_TRUE(proof) << proof.error().message();
  EXPECT_FALSE(proof->user_verified);
  EXPECT_THAT(sign_in(passkey.get(options())), HasSubstr("names another user"));
  passkey.sends_user_handle = true;
  EXPECT_THAT(sign_in(passkey.get(options())), HasSubstr("did not verify its user"));
}

TEST_P(PasskeyServiceTest, AChallengeIsAnsweredOnceOnEveryNode) {
  SoftPasskey passkey;
  add_passkey(ann_, passkey);
  Node other(*database_, clock_, box_, audit_, mails_, sessions_, settings_);
  const auto asked = options();
  const auto answer = passkey.get(asked);
  EXPECT_EQ(sign_in(answer), "ok");
  EXPECT_THAT(sign_in(other, answer), HasSubstr("answered before"));
  EXPECT_THAT(sign_in(other, passkey.get(asked)), HasSubstr("answered before")) << "also signed anew";
}

TEST_P(PasskeyServiceTest, AChallengeLivesFiveMinutes) {
  SoftPasskey passkey;
  add_passkey(ann_, passkey);
  const auto early = options(), late = options();
  clock_.advance(minutes(5) - std::chrono::seconds(1));
  EXPECT_EQ(sign_in(passkey.get(early)), "ok");
  clock_.advance(std::chrono::seconds(1));
  EXPECT_THAT(sign_in(passkey.get(late)), HasSubstr("has expired"));
}

TEST_P(PasskeyServiceTest, ChallengesOfOthersAreRefused) {
  SoftPasskey anns, bobs;
  const auto bob = add_user("bob@example.com");
  add_passkey(ann_, anns);
  add_passkey(bob, bobs);
  EXPECT_THAT(sign_in(bobs.get(options(ann_.id))), HasSubstr("somebody else"));
  const auto forged = R"({"challenge":")" + crypto::base64url(std::string(73, 's')) + R"("})";
  EXPECT_THAT(sign_in(anns.get(forged)), HasSubstr("not ours"));
  const auto for_registration = node_.passkeys.creation_options(caller(ann_), {});
  EXPECT_THAT(sign_in(anns.get(*for_registration)), HasSubstr("not ours")) << "a challenge of the other ceremony";

  SoftPasskey fresh;
  const auto stolen = node_.passkeys.add(caller(bob), std::nullopt, fresh.create(*for_registration));
  EXPECT_EQ(stolen.error().code(), Errc::invalid);
  EXPECT_EQ(stolen.error().reason(), "passkey_invalid") << "the options were made for somebody else";
}

TEST_P(PasskeyServiceTest, ARegistrationIsNotReplayed) {
  SoftPasskey passkey, twin;
  const auto asked = *node_.passkeys.creation_options(caller(ann_), {});
  const auto answer = passkey.create(asked);
  EXPECT_TRUE(node_.passkeys.add(caller(ann_), std::nullopt, answer));
  EXPECT_EQ(verdict(node_.passkeys.add(caller(ann_), std::nullopt, answer)), "passkey_invalid");
  EXPECT_EQ(verdict(node_.passkeys.add(caller(ann_), std::nullopt, twin.create(asked))), "passkey_invalid");
  const auto bob = add_user("bob@example.com");
  const auto again = node_.passkeys.add(caller(bob), std::nullopt, passkey.create(*node_.passkeys.creation_options(caller(bob), {})));
  EXPECT_EQ(verdict(again), "already_exists") << "a passkey has one owner";
}

TEST_P(PasskeyServiceTest, ACounterThatGoesBackIsRefusedAndAudited) {
  SoftPasskey passkey;
  passkey.counter = 100;
  add_passkey(ann_, passkey);
  EXPECT_EQ(sign_in(passkey.get(options())), "ok");
  const auto reached = passkey.counter;
  for (const std::uint32_t counter : {reached - 1, 5u, 0u}) {
    passkey.counter = counter;
    EXPECT_THAT(sign_in(passkey.get(options())), HasSubstr("may have been copied")) << counter;
  }
  EXPECT_THAT(audit_.events(), Contains("mfa.passkey_cloned").Times(3));
  EXPECT_EQ(audit_.all().back().user_id, ann_.id);
  EXPECT_EQ(audit_.all().back().status_code, 401);
  passkey.counter = reached;
  EXPECT_EQ(sign_in(passkey.get(options())), "ok");
}

TEST_P(PasskeyServiceTest, APasskeyThatDoesNotCountIsFine) {
  SoftPasskey passkey;
  passkey.counter = passkey.step = 0;
  add_passkey(ann_, passkey);
  EXPECT_EQ(sign_in(passkey.get(options())), "ok");
  EXPECT_EQ(sign_in(passkey.get(options())), "ok");
}

TEST_P(PasskeyServiceTest, WrongSignatureOriginAndPartyAreRefused) {
  SoftPasskey passkey;
  add_passkey(ann_, passkey);
  passkey.breaks_signature = true;
  EXPECT_THAT(sign_in(passkey.get(options())), HasSubstr("signature"));
  passkey.breaks_signature = false;
  passkey.origin = "https://evil.example";
  EXPECT_THAT(sign_in(passkey.get(options())), HasSubstr("origin"));
  passkey.origin = "https://auth.example";
  passkey.rp_id = "evil.example";
  EXPECT_THAT(sign_in(passkey.get(options())), HasSubstr("another site"));
  EXPECT_THAT(sign_in("not JSON"), HasSubstr("JSON"));
  SoftPasskey unknown;
  EXPECT_THAT(sign_in(unknown.get(options())), HasSubstr("not known"));
}

TEST_P(PasskeyServiceTest, ItSaysWhetherItIsBackedUp) {
  SoftPasskey passkey;
  add_passkey(ann_, passkey);
  EXPECT_FALSE(node_.passkeys.list(ann_.id)->front().backed_up);
  EXPECT_TRUE(node_.passkeys.list(ann_.id)->front().backup_eligible);
  passkey.backed_up = true;
  EXPECT_EQ(sign_in(passkey.get(options())), "ok");
  EXPECT_TRUE(node_.passkeys.list(ann_.id)->front().backed_up);
  EXPECT_EQ(node_.passkeys.list(ann_.id)->front().last_used_at, clock_.now());
}

TEST_P(PasskeyServiceTest, IsRenamedAndDeletedByItsOwnerOnly) {
  const auto bob = add_user("bob@example.com");
  SoftPasskey passkey;
  const auto id = add_passkey(ann_, passkey).passkey.id;
  EXPECT_EQ(node_.passkeys.rename(ann_.id, id, "  Key ring ")->name, "Key ring");
  EXPECT_EQ(verdict(node_.passkeys.rename(ann_.id, id, "  ")), "validation_failed");
  EXPECT_EQ(verdict(node_.passkeys.rename(bob.id, id, "mine")), "resource_missing");
  EXPECT_EQ(verdict(node_.passkeys.remove(caller(bob), id, {})), "resource_missing");
  ASSERT_TRUE(node_.passkeys.remove(caller(ann_), id, {}));
  EXPECT_EQ(mails_.newest("mfa_changed", "ann@example.com").fields.text("factor"), "Key ring");
  EXPECT_FALSE(node_.users.find_user(ann_.id)->mfa_enabled);
  EXPECT_THAT(*node_.factors.factors_of(ann_.id), IsEmpty());
  EXPECT_THAT(sign_in(passkey.get(options())), HasSubstr("not known"));
}

TEST_P(PasskeyServiceTest, WhoHasAnAppProvesItBeforeAnythingChanges) {
  const auto app = add_app(ann_);
  EXPECT_EQ(verdict(node_.passkeys.creation_options(caller(ann_), {})), "proof_required");
  SoftPasskey passkey;
  const auto id = add_passkey(ann_, passkey, {.code = code_now(app.secret)}).passkey.id;
  EXPECT_EQ(verdict(node_.passkeys.remove(caller(ann_), id, {})), "proof_required");
  EXPECT_EQ(verdict(node_.passkeys.remove(caller(ann_), id, {.code = code_now(app.secret)})), "validation_failed") << "used a moment ago";
  EXPECT_EQ(verdict(node_.passkeys.remove(caller(ann_), id, {.code = app.recovery_codes[0]})), "ok");
  EXPECT_TRUE(node_.users.find_user(ann_.id)->mfa_enabled) << "the app is still there";
}

TEST_P(PasskeyServiceTest, TwentyAreEnough) {
  for (int i = 0; i < kMaxPasskeys; ++i) {
    SoftPasskey passkey;
    const auto added = node_.passkeys.add(caller(ann_), std::nullopt, passkey.create(*node_.passkeys.creation_options(caller(ann_), {})));
    ASSERT_TRUE(added) << added.error().message();
    EXPECT_EQ(added->passkey.name, "Passkey " + std::to_string(i + 1));
  }
  EXPECT_EQ(verdict(node_.passkeys.creation_options(caller(ann_), {})), "limit_reached");
}

TEST_P(PasskeyServiceTest, AnotherHostNameDoesNotSwitchTheSecondFactorOff) {
  SoftPasskey passkey;
  add_passkey(ann_, passkey);
  for (const char* rp_id : {"", "moved.example"}) {
    auto moved = settings_;
    moved.rp_id = rp_id;
    Node node(*database_, clock_, box_, audit_, mails_, sessions_, moved);
    EXPECT_THAT(*node.factors.factors_of(ann_.id), ElementsAre(Factor::recovery_code));
    EXPECT_FALSE(node.passkeys.is_usable(node.passkeys.list(ann_.id)->front()));
  }
  auto nowhere = settings_;
  nowhere.rp_id = "";
  Node node(*database_, clock_, box_, audit_, mails_, sessions_, nowhere);
  EXPECT_EQ(verdict(node.passkeys.creation_options(caller(ann_), {})), "not_configured");
  EXPECT_EQ(verdict(node.factors.passkey_options(std::nullopt)), "not_configured");
}

TEST_P(PasskeyServiceTest, AnAdministratorResetsMembersOfTheTeam) {
  const auto owner = add_user("owner@example.com"), stranger = add_user("eve@example.com");
  const auto team = *node_.users.create_team(owner.id, "Acme");
  const auto foreign = *node_.users.create_team(stranger.id, "Elsewhere");
  ASSERT_TRUE(node_.users.add_member(Tenant{team.id}, ann_.id, identity::SystemRole::viewer));
  SoftPasskey passkey, owners;
  add_passkey(ann_, passkey);
  add_app(ann_);
  add_passkey(owner, owners);

  EXPECT_EQ(verdict(node_.factors.reset(caller(stranger), Tenant{foreign.id}, ann_.id)), "resource_missing");
  EXPECT_EQ(verdict(node_.factors.reset(caller(ann_), Tenant{team.id}, owner.id)), "insufficient_role");
  EXPECT_EQ(verdict(node_.factors.reset(caller(ann_), Tenant{team.id}, ann_.id)), "proof_required");
  EXPECT_EQ(verdict(node_.factors.reset(caller(owner), Tenant{team.id}, UserId(uuid_v4(secure_rng())))), "resource_missing");
  EXPECT_THAT(*node_.factors.factors_of(ann_.id), Not(IsEmpty()));

  ASSERT_TRUE(node_.factors.reset(caller(owner), Tenant{team.id}, ann_.id));
  EXPECT_THAT(*node_.factors.factors_of(ann_.id), IsEmpty());
  EXPECT_FALSE(node_.users.find_user(ann_.id)->mfa_enabled);
  const auto mail = mails_.newest("mfa_changed", "ann@example.com");
  EXPECT_EQ(mail.fields.text("change"), "reset_by_admin");
  EXPECT_FALSE(mail.fields.text("address")) << "the address of the administrator is nobody's business";
  EXPECT_EQ(audit_.all().back().endpoint, "mfa.reset");
  EXPECT_EQ(audit_.all().back().user_id, owner.id);
  EXPECT_EQ(audit_.all().back().note, "of ann@example.com");
  ASSERT_TRUE(node_.factors.reset_by_operator(owner.id));
  EXPECT_THAT(*node_.factors.factors_of(owner.id), IsEmpty());
  EXPECT_EQ(audit_.all().back().actor_kind, audit::ActorKind::system);
  EXPECT_EQ(audit_.all().back().note, "of owner@example.com");
}

TEST_P(PasskeyServiceTest, SpentChallengesAreForgottenOnceTheyHaveExpired) {
  SoftPasskey passkey;
  add_passkey(ann_, passkey);
  EXPECT_EQ(sign_in(passkey.get(options())), "ok");
  const auto purge = [&] { return *database_->write([&](db::Session& session) { return purge_challenges(session, clock_.now(), 100); }); };
  EXPECT_EQ(purge(), 0);
  clock_.advance(minutes(6));
  EXPECT_EQ(purge(), 2);
}

}  // namespace
}  // namespace openstrat::mfa
