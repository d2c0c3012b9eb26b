#include "db/database.hpp"
#include "sign_in/test_support.hpp"

namespace openstrat::sign_in {
namespace {

using namespace std::chrono_literals;
using identity::UserStatus;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class AccountFlowsTest : public SignInTest {
 protected:
  Result<Registered> register_as(const std::string& email, const std::string& invitation = "") {
    return parts_->registration.register_account(
        {.name = "Ann", .email = email, .password = kPassword, .accepts_terms = true, .invitation = invitation}, from(email, Attempt::Kind::sign_up));
  }
  /// The empty installation is no longer empty.
  void found() { add_user("owner@example.com"); }
  Result<EmailFlow::Verified> verify(const identity::User& user, const std::string& address) {
    return parts_->email.verify(user.id, last_segment(mails_.link("verify_email", address)).substr(0, 40), {});
  }
  Status change(const identity::User& user, const std::string& current, const std::string& password, const std::string& session = "") {
    return parts_->password.change(user.id, session, current, password, from(user.email));
  }
};
INSTANTIATE_EACH_ENGINE(AccountFlowsTest);

TEST_P(AccountFlowsTest, TheFirstAccountOwnsTheFirstTeamWhateverTheMode) {
  settings_.registration = Registration::invite;
  const auto first = register_as("ann@example.com");
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_EQ(first->kind, Registered::Kind::active);
  EXPECT_THAT(mails_.all(), IsEmpty());
  const auto ann = parts_->users.find_user(std::string_view("ann@example.com"));
  const auto teams = parts_->users.teams_of(ann->id);
  ASSERT_THAT(*teams, SizeIs(1));
  EXPECT_EQ(teams->front().owner_id, ann->id);
  EXPECT_EQ(teams->front().name, "My team");
  EXPECT_TRUE(ann->is_operator);
  EXPECT_EQ(sign_in("ann@example.com")->kind, Step::Kind::signed_in);
  EXPECT_EQ(reason(register_as("eve@example.com")), "not_invited");
}

TEST_P(AccountFlowsTest, TwoFirstAccountsAtOnceAreOne) {
  settings_.registration = Registration::invite;
  std::vector<std::jthread> both;
  std::atomic<int> made{0};
  for (const char* email : {"ann@example.com", "eve@example.com"})
    both.emplace_back([&, email] { made += register_as(email).has_value(); });
  both.clear();
  EXPECT_EQ(made.load(), 1);
}

TEST_P(AccountFlowsTest, ClosedIsClosed) {
  settings_.registration = Registration::closed;
  EXPECT_EQ(reason(register_as("ann@example.com")), "registration_closed");
}

TEST_P(AccountFlowsTest, AnInvitationIsForItsAddressAndConfirmsIt) {
  found();
  settings_.registration = Registration::invite;
  EXPECT_EQ(reason(register_as("bob@example.com")), "not_invited");
  EXPECT_EQ(reason(register_as("eve@example.com", "invitation")), "not_invited");
  EXPECT_EQ(register_as("bob@example.com", "invitation")->kind, Registered::Kind::active);
  EXPECT_EQ(sign_in("bob@example.com")->kind, Step::Kind::signed_in);
}

TEST_P(AccountFlowsTest, AnAddressIsConfirmedByItsLink) {
  found();
  EXPECT_EQ(register_as("ann@example.com")->kind, Registered::Kind::verify_email);
  EXPECT_FALSE(parts_->users.find_user(std::string_view("ann@example.com"))->is_operator);
  const auto ann = *parts_->users.find_user(std::string_view("ann@example.com"));
  EXPECT_EQ(ann.status, UserStatus::unverified);
  const auto link = mails_.link("verify_email", "ann@example.com");
  const auto path = link.substr(std::string("https://auth.example").size());
  const auto query = path.find('?');
  EXPECT_EQ(signer_.verify(path.substr(0, query), path.substr(query + 1), clock_.now() + 23h), UrlSigner::Verdict::good);
  EXPECT_EQ(signer_.verify(path.substr(0, query), path.substr(query + 1), clock_.now() + 25h), UrlSigner::Verdict::expired);
  EXPECT_EQ(*parts_->email.verify(ann.id, std::string(40, '0'), {}), EmailFlow::Verified::no);
  EXPECT_EQ(*parts_->email.verify(UserId(uuid_v4(secure_rng())), Notices::hash_of_email("ann@example.com"), {}), EmailFlow::Verified::no);
  EXPECT_EQ(*verify(ann, "ann@example.com"), EmailFlow::Verified::yes);
  EXPECT_EQ(*verify(ann, "ann@example.com"), EmailFlow::Verified::yes) << "links are opened twice";
  EXPECT_EQ(reload(ann).status, UserStatus::active);
  EXPECT_EQ(sign_in("ann@example.com")->kind, Step::Kind::signed_in);
  EXPECT_THAT(audit_.names(), ElementsAre("user.registered", "user.email_verified", "user.signed_in"));
}

TEST_P(AccountFlowsTest, RegisteringAKnownAddressTellsItsOwnerOnly) {
  found();
  const auto ann = add_user("ann@example.com");
  const auto before = passwords_.computations();
  const auto known = register_as("ANN@example.com");
  const auto cost = passwords_.computations() - before;
  const auto fresh = register_as("new@example.com");
  EXPECT_EQ(passwords_.computations() - before, 2 * cost);
  EXPECT_EQ(known->kind, fresh->kind);
  EXPECT_EQ(mails_.to("ann@example.com").front().template_name, "account_exists");
  EXPECT_EQ(reload(ann).password_hash, ann.password_hash);
}

TEST_P(AccountFlowsTest, EveryWrongFieldIsNamedAndNoneCarriesALineBreak) {
  found();
  NewAccount account{.name = "Ann\r\nBcc: x@example.com", .email = "ann@example.com\r\nBcc: x", .password = "short", .timezone = "Mars/Base", .team_name = "a\nb"};
  const auto refused = parts_->registration.register_account(account, from(""));
  std::set<std::string> fields;
  for (const auto& field : refused.error().fields()) fields.insert(field.name);
  EXPECT_THAT(fields, ElementsAre("email", "name", "password", "team_name", "terms", "timezone"));
  guard_.breached.insert(kPassword);
  EXPECT_EQ(reason(register_as("ann@example.com")), "validation_failed");
  EXPECT_THAT(mails_.all(), IsEmpty());
}

TEST_P(AccountFlowsTest, TheVerificationMailIsSentAgainToWhomItIsDue) {
  add_user("ann@example.com", false);
  add_user("bob@example.com");
  for (const auto* email : {"ann@example.com", "bob@example.com", "nobody@example.com"}) {
    const auto done = parts_->email.resend(from(email, Attempt::Kind::password_reset));
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_FALSE(*done);
  }
  ASSERT_THAT(mails_.all(), SizeIs(1));
  EXPECT_EQ(mails_.all().front().to, "ann@example.com");
}

TEST_P(AccountFlowsTest, AForgottenPasswordIsReplacedByTheMailedLinkOnce) {
  const auto ann = add_user("ann@example.com");
  const auto there = sign_in("ann@example.com");
  for (const auto* email : {"nobody@example.com", "ann@example.com"}) ASSERT_TRUE(parts_->password.forgot(from(email, Attempt::Kind::password_reset)));
  ASSERT_THAT(mails_.all(), SizeIs(1));
  const auto token = token_of(mails_.link("password_reset", "ann@example.com"));
  EXPECT_EQ(reason(parts_->password.reset(token, "short", from(""))), "validation_failed");
  EXPECT_EQ(reason(parts_->password.reset("invented", kOtherPassword, from(""))), "link_expired");
  const auto done = parts_->password.reset(token, kOtherPassword, from(""));
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_FALSE(is_alive(there->session->cookie));
  EXPECT_EQ(guard_.unblocked, 1);
  EXPECT_EQ(reason(sign_in("ann@example.com")), "credentials_invalid");
  EXPECT_EQ(sign_in("ann@example.com", kOtherPassword)->kind, Step::Kind::signed_in);
  EXPECT_EQ(reason(parts_->password.reset(token, "Another-horse-9", from(""))), "link_expired");
  mails_.newest("password_changed", "ann@example.com");
  EXPECT_THAT(audit_.names(), Contains("user.password_reset"));
}

TEST_P(AccountFlowsTest, AResetLinkLivesAnHourAndNotForWhoIsGone) {
  const auto ann = add_user("ann@example.com");
  ASSERT_TRUE(parts_->password.forgot(from("ann@example.com", Attempt::Kind::password_reset)));
  const auto token = token_of(mails_.link("password_reset", "ann@example.com"));
  ASSERT_TRUE(parts_->users.set_status(ann.id, UserStatus::blocked));
  EXPECT_EQ(reason(parts_->password.reset(token, kOtherPassword, from(""))), "link_expired");
  ASSERT_TRUE(parts_->password.forgot(from("ann@example.com", Attempt::Kind::password_reset)));
  EXPECT_THAT(mails_.all(), SizeIs(1)) << "nothing for who is blocked";
  ASSERT_TRUE(parts_->users.set_status(ann.id, UserStatus::active));
  clock_.advance(60min);
  EXPECT_EQ(reason(parts_->password.reset(token, kOtherPassword, from(""))), "link_expired");
}

TEST_P(AccountFlowsTest, FiveResetMailsAnHour) {
  add_user("ann@example.com");
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(parts_->password.forgot(from("ann@example.com", Attempt::Kind::password_reset)));
  EXPECT_THAT(mails_.all(), SizeIs(5));
}

TEST_P(AccountFlowsTest, AResetConfirmsTheAddress) {
  const auto ann = add_user("ann@example.com", false);
  ASSERT_TRUE(parts_->password.forgot(from("ann@example.com", Attempt::Kind::password_reset)));
  ASSERT_TRUE(parts_->password.reset(token_of(mails_.link("password_reset", "ann@example.com")), kOtherPassword, from("")));
  EXPECT_EQ(reload(ann).status, UserStatus::active);
}

TEST_P(AccountFlowsTest, ChangingThePasswordEndsTheOtherSessionsAndTickets) {
  const auto ann = add_user("ann@example.com");
  const auto here = sign_in("ann@example.com"), there = sign_in("ann@example.com");
  factors_.users.insert(ann.id);
  const auto ticket = sign_in("ann@example.com")->ticket;
  EXPECT_EQ(change(ann, "Wrong-horse-7", kOtherPassword).error().fields().front().name, "current_password");
  EXPECT_EQ(guard_.failures, 1);
  ASSERT_TRUE(change(ann, kPassword, kOtherPassword, here->session->id));
  EXPECT_TRUE(is_alive(here->session->cookie));
  EXPECT_FALSE(is_alive(there->session->cookie));
  EXPECT_EQ(reason(parts_->sign_in.with_code(ticket, "123456", from(""))), "ticket_invalid");
  mails_.newest("password_changed", "ann@example.com");
}

TEST_P(AccountFlowsTest, TheLastThreePasswordsDoNotComeBack) {
  const auto ann = add_user("ann@example.com");
  const std::vector<std::string> words{kPassword, "Second-horse-2", "Third-horse-3", "Fourth-horse-4"};
  for (std::size_t i = 1; i < words.size(); ++i) {
    clock_.advance(1s);
    ASSERT_TRUE(change(ann, words[i - 1], words[i]));
  }
  for (const auto& recent : {words[1], words[2], words[3]}) EXPECT_EQ(reason(change(ann, words[3], recent)), "validation_failed") << recent;
  policies_.policy.history = 4;
  EXPECT_EQ(reason(change(ann, words[3], words[0])), "validation_failed");
  policies_.policy.history = 3;
  EXPECT_EQ(reason(change(ann, words[3], "Is-forbidden-1")), "validation_failed") << "a rule of a team";
  EXPECT_EQ(reason(change(ann, words[3], words[0])), "fine");
}

TEST_P(AccountFlowsTest, ANewAddressCountsOnceItsLinkWasOpened) {
  const auto ann = add_user("ann@example.com");
  const auto wish = [&](const std::string& email, std::optional<std::string> password) {
    return parts_->email.request_change(ann.id, email, password, from(ann.email));
  };
  EXPECT_EQ(wish("new@example.com", std::nullopt).error().fields().front().name, "current_password");
  EXPECT_EQ(wish("new@example.com", "Wrong-horse-7").error().fields().front().name, "current_password");
  EXPECT_EQ(wish("no address", kPassword).error().fields().front().name, "email");
  ASSERT_TRUE(wish("new@example.com", kPassword));
  EXPECT_EQ(reload(ann).email, "ann@example.com");
  EXPECT_EQ(parts_->profile.find(ann.id)->pending_email, "new@example.com");
  EXPECT_EQ(*verify(ann, "new@example.com"), EmailFlow::Verified::changed);
  EXPECT_EQ(reload(ann).email, "new@example.com");
  EXPECT_EQ(mails_.newest("email_changed", "ann@example.com").fields.text("new_email"), "n•••@example.com");
  EXPECT_EQ(sign_in("new@example.com")->kind, Step::Kind::signed_in);
}

TEST_P(AccountFlowsTest, AnAddressOfAnotherAccountIsNotTakenAndNotBetrayed) {
  const auto ann = add_user("ann@example.com"), bob = add_user("bob@example.com");
  ASSERT_TRUE(parts_->email.request_change(ann.id, "bob@example.com", kPassword, from(ann.email)));
  EXPECT_EQ(mails_.to("bob@example.com").front().template_name, "account_exists");
  EXPECT_EQ(*parts_->email.verify(ann.id, Notices::hash_of_email("bob@example.com"), {}), EmailFlow::Verified::no);
  ASSERT_TRUE(parts_->email.request_change(ann.id, "late@example.com", kPassword, from(ann.email)));
  add_user("late@example.com");
  EXPECT_EQ(*verify(ann, "late@example.com"), EmailFlow::Verified::no);
  EXPECT_EQ(reload(ann).email, "ann@example.com");
}

TEST_P(AccountFlowsTest, TheProfileKeepsWhatIsNotNamed) {
  const auto ann = add_user("ann@example.com");
  ASSERT_TRUE(parts_->profile.change(ann.id, {.name = "Ann Lee", .locale = "de"}));
  EXPECT_EQ(reload(ann).name, "Ann Lee");
  EXPECT_EQ(reload(ann).timezone, "UTC");
  EXPECT_EQ(reason(parts_->profile.change(ann.id, {.name = "a\r\nb", .timezone = "Mars/Base"})), "validation_failed");
}

TEST_P(AccountFlowsTest, TheProfileHasTelephoneCountryAndPicture) {
  const auto ann = add_user("ann@example.com");
  const std::string picture = "data:image/png;base64,iVBORw0KGgo=";
  identity::ProfileChange change;
  change.mobile = identity::Mobile{.e164 = {}, .local = "0170 1234567", .country = "de"};
  change.country = "de", change.picture = picture;
  ASSERT_TRUE(parts_->profile.change(ann.id, change));
  const auto member = [&] { return parts_->profile.find(ann.id)->member; };
  EXPECT_EQ(member().mobile->e164, "+491701234567");
  EXPECT_EQ(member().country, "DE");
  EXPECT_EQ(member().picture, picture);
  change = {};
  change.picture = std::optional<std::string>();
  ASSERT_TRUE(parts_->profile.change(ann.id, change));
  EXPECT_EQ(member().picture, std::nullopt);
  EXPECT_EQ(member().country, "DE") << "what is not named stays";
}

TEST(DeviceName, KnowsWhatManyPeopleHave) {
  EXPECT_EQ(device_name("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/130.0"), "Firefox on Windows");
  EXPECT_EQ(device_name("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/128.0 Mobile Safari/537.36"), "Chrome on Android");
  EXPECT_EQ(device_name("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1"), "Safari on iPhone");
  EXPECT_EQ(device_name("sqlmap"), "");
}

}  // namespace
}  // namespace openstrat::sign_in
