#include "oidc/test_support.hpp"

namespace openstrat::oidc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class AuthorizeTest : public OidcTest {
 protected:
  AuthorizeTest() : app_(register_client(draft())), id_(app_.client.id) {}

  std::string error_of(Pairs changed, const std::string& cookie) {
    const auto response = get(authorize_target(id_, std::move(changed)), cookie);
    EXPECT_EQ(response.status, 303) << response.body;
    EXPECT_THAT(location(response), StartsWith(std::string(kCallback) + "?"));
    EXPECT_EQ(sent(response, "iss"), kIssuer);
    return sent(response, "error");
  }
  /// Where the sign-in page would send the person afterwards.
  std::string return_to(const http::Response& response) {
    EXPECT_EQ(response.status, 303) << response.body;
    EXPECT_THAT(location(response), StartsWith("https://auth.example/signin?return_to="));
    return sent(response, "return_to");
  }

  ClientService::Created app_;
  std::string id_;
};
INSTANTIATE_EACH_ENGINE(AuthorizeTest);

TEST_P(AuthorizeTest, UnknownClientsAndAddressesGetAPageAndNoRedirect) {
  for (const auto& changed : {Pairs{{"client_id", "client_nobody"}}, Pairs{{"client_id", ""}}, Pairs{{"redirect_uri", ""}},
                              Pairs{{"redirect_uri", "https://app.example/callback/more"}}, Pairs{{"redirect_uri", "https://app.example@evil.example/callback"}},
                              Pairs{{"redirect_uri", "https://evil.example/"}}, Pairs{{"client_id", "x\r\nLocation: https://evil.example"}}}) {
    const auto response = get(authorize_target(id_, changed), cookie_);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(location(response), "");
    EXPECT_THAT(response.body, HasSubstr("This did not work"));
    EXPECT_THAT(std::string(response.headers.find("Content-Security-Policy").value_or("")), HasSubstr("default-src 'none'"));
  }
  EXPECT_EQ(get("/authorize", cookie_).status, 400);
  EXPECT_EQ(get("/authorize?client_id=%ff", cookie_).status, 400);
}

TEST_P(AuthorizeTest, OtherMistakesAreSentBack) {
  EXPECT_EQ(error_of({{"response_type", ""}}, cookie_), "invalid_request");
  EXPECT_EQ(error_of({{"response_type", "token"}}, cookie_), "unsupported_response_type");
  EXPECT_EQ(error_of({{"response_type", "code id_token"}}, cookie_), "unsupported_response_type");
  EXPECT_EQ(error_of({{"response_mode", "fragment"}}, cookie_), "invalid_request");
  EXPECT_EQ(error_of({{"request", "e30.e30."}}, cookie_), "request_not_supported");
  EXPECT_EQ(error_of({{"request_uri", "https://evil.example/r"}}, cookie_), "request_uri_not_supported");
  EXPECT_EQ(error_of({{"code_challenge_method", "S512"}}, cookie_), "invalid_request");
  EXPECT_EQ(error_of({{"code_challenge", "short"}}, cookie_), "invalid_request");
  EXPECT_EQ(error_of({{"state", ""}, {"code_challenge", ""}}, cookie_), "invalid_request");
  EXPECT_EQ(error_of({{"prompt", "none login"}}, cookie_), "invalid_request");
  EXPECT_EQ(error_of({{"prompt", "whatever"}}, cookie_), "invalid_request");
  EXPECT_EQ(error_of({{"max_age", "-1"}}, cookie_), "invalid_request");
  EXPECT_EQ(error_of({{"nonce", "a\nb"}}, cookie_), "invalid_request");
  const auto twice = get(authorize_target(id_) + "&scope=openid", cookie_);
  EXPECT_EQ(sent(twice, "error"), "invalid_request");
}

TEST_P(AuthorizeTest, PublicClientsMustUsePkceWithS256) {
  const auto made = register_client(draft(AuthMethod::none));
  for (const auto& changed : {Pairs{{"code_challenge", ""}, {"code_challenge_method", ""}}, Pairs{{"code_challenge_method", "plain"}}, Pairs{{"code_challenge_method", ""}}})
    EXPECT_EQ(sent(get(authorize_target(made.client.id, changed), cookie_), "error"), "invalid_request");
}

TEST_P(AuthorizeTest, StateComesBackAsItWentAndCannotBreakTheHeader) {
  const std::string nasty = "a b&c=d\"<>%0d%0a?#'";
  EXPECT_EQ(sent(get(authorize_target(id_, {{"state", nasty}, {"prompt", "none"}})), "state"), nasty);
  const auto response = get(authorize_target(id_, {{"state", "a\r\nSet-Cookie: x=y"}}), cookie_);
  EXPECT_EQ(sent(response, "error"), "invalid_request");
  EXPECT_EQ(sent(response, "state"), "");
  EXPECT_THAT(location(response), Not(HasSubstr("\r")));
}

TEST_P(AuthorizeTest, WhoIsNotSignedInIsSentToSignInAndComesBack) {
  const auto response = get(authorize_target(id_, {{"login_hint", "ann@example.com"}, {"connection", "google"}}));
  EXPECT_EQ(sent(response, "login_hint"), "ann@example.com");
  EXPECT_EQ(sent(response, "connection"), "google");
  const auto back = return_to(response);
  EXPECT_TRUE(sign_in::BrowserService::is_own_path(back)) << back;
  EXPECT_THAT(back, StartsWith("/authorize?"));
  EXPECT_EQ(get(back, cookie_).status, 200) << "the consent page";
  EXPECT_EQ(get(authorize_target(id_), "not-a-cookie").status, 303);
}

TEST_P(AuthorizeTest, PromptNoneNeverAsks) {
  EXPECT_EQ(error_of({{"prompt", "none"}}, ""), "login_required");
  EXPECT_EQ(error_of({{"prompt", "none"}}, cookie_), "consent_required");
  EXPECT_NE(get_code(id_, cookie_), "");
  EXPECT_NE(sent(get(authorize_target(id_, {{"prompt", "none"}}), cookie_), "code"), "");
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(error_of({{"prompt", "none"}, {"max_age", "60"}}, cookie_), "login_required");
}

TEST_P(AuthorizeTest, PromptLoginWantsASignInThatIsNewerThanTheRequest) {
  clock_.advance(std::chrono::seconds(5));
  for (const auto& changed : {Pairs{{"prompt", "login"}}, Pairs{{"prompt", "select_account"}}, Pairs{{"max_age", "0"}}, Pairs{{"max_age", "3"}}}) {
    const auto back = return_to(get(authorize_target(id_, changed), cookie_));
    EXPECT_EQ(return_to(get(back, cookie_)).substr(0, 30), back.substr(0, 30)) << "the old sign-in does not count";
    // A mark of another request, or none, does not help.
    EXPECT_EQ(get(back + "x", cookie_).status, 303);
    clock_.advance(std::chrono::seconds(1));
    EXPECT_EQ(get(back, sign_in(ann_)).status, 200);
    clock_.advance(std::chrono::seconds(5));
  }
}

TEST_P(AuthorizeTest, TheConsentPageSaysWhoAndWhatAndTheAnswerCounts) {
  auto wanted = draft();
  wanted.name = "<b>Dash</b>";
  wanted.scopes = {"site:view"};
  const auto made = register_client(wanted);
  const auto page = get(authorize_target(made.client.id), cookie_);
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.headers.find("Cache-Control"), "no-store");
  for (const char* part : {"&lt;b&gt;Dash&lt;/b&gt;", "ann@example.com", "Acme", "site:view", "see your e-mail address", "while you are not signed in", "https://app.example"})
    EXPECT_THAT(page.body, HasSubstr(part));
  EXPECT_THAT(page.body, Not(HasSubstr("<script")));
  EXPECT_THAT(std::string(page.headers.find("Content-Security-Policy").value_or("")), HasSubstr("form-action 'self' https://app.example"));

  const std::string ticket = hidden_field(page.body, "ticket");
  const auto denied = post_form("/authorize/consent", {{"ticket", ticket}, {"decision", "deny"}}, from_our_page(cookie_));
  EXPECT_EQ(sent(denied, "error"), "access_denied");
  EXPECT_EQ(sent(denied, "state"), "xyz");
  const auto allowed = post_form("/authorize/consent", {{"ticket", ticket}, {"decision", "allow"}}, from_our_page(cookie_));
  EXPECT_EQ(allowed.status, 303);
  EXPECT_NE(sent(allowed, "code"), "");
  EXPECT_EQ(sent(allowed, "iss"), kIssuer);
  EXPECT_THAT(node().bus.all, SizeIs(3));  // two registrations, one consent
  EXPECT_EQ(node().bus.all.back().name, "oauth_consent.granted");
  EXPECT_EQ(node().audit.all.back().endpoint, "oauth_consent.granted");

  EXPECT_NE(sent(get(authorize_target(made.client.id), cookie_), "code"), "") << "nobody is asked twice";
  EXPECT_EQ(get(authorize_target(made.client.id, {{"prompt", "consent"}}), cookie_).status, 200);
  clock_.advance(std::chrono::days(366));
  EXPECT_EQ(get(authorize_target(made.client.id), sign_in(ann_)).status, 200) << "consent does not last for ever";
}

TEST_P(AuthorizeTest, MoreScopesAreAskedForAgain) {
  auto wanted = draft();
  wanted.scopes = {"site:update", "site:view"};
  const auto made = register_client(wanted);
  EXPECT_NE(get_code(made.client.id, cookie_, {{"scope", "openid site:view"}}), "");
  EXPECT_EQ(get(authorize_target(made.client.id, {{"scope", "openid site:update"}}), cookie_).status, 200);
}

TEST_P(AuthorizeTest, TheConsentFormIsSafeFromOtherSitesAndSessions) {
  const std::string ticket = hidden_field(get(authorize_target(id_), cookie_).body, "ticket");
  const Pairs form{{"ticket", ticket}, {"decision", "allow"}};
  EXPECT_EQ(post_form("/authorize/consent", form, {{"Cookie", "__Host-session=" + cookie_}, {"Sec-Fetch-Site", "cross-site"}}).status, 403);
  EXPECT_EQ(post_form("/authorize/consent", form, {{"Cookie", "__Host-session=" + cookie_}, {"Origin", "https://evil.example"}}).status, 403);
  EXPECT_EQ(post_form("/authorize/consent", form, {{"Cookie", "__Host-session=" + cookie_}}).status, 403);
  EXPECT_EQ(post_form("/authorize/consent", form, from_our_page(sign_in(ann_))).status, 400) << "of another session";
  EXPECT_EQ(post_form("/authorize/consent", form, {{"Sec-Fetch-Site", "same-origin"}}).status, 400) << "without session";
  EXPECT_EQ(post_form("/authorize/consent", {{"ticket", ticket + "A"}, {"decision", "allow"}}, from_our_page(cookie_)).status, 400);
  clock_.advance(std::chrono::minutes(11));
  EXPECT_EQ(post_form("/authorize/consent", form, from_our_page(cookie_)).status, 400) << "too old";
}

TEST_P(AuthorizeTest, OnlyMembersOfTheTeamMaySignInToItsApplications) {
  const auto bob = add_user("bob@example.com");
  add_team(bob, "Other");
  EXPECT_EQ(error_of({}, sign_in(bob)), "access_denied");
  ASSERT_TRUE(node().identity.users.add_member(Tenant{acme_.id}, bob.id, identity::SystemRole::viewer));
  EXPECT_EQ(get(authorize_target(id_), sign_in(bob)).status, 200);
}

TEST_P(AuthorizeTest, TheWebApplicationNeedsNoConsentAndNoTeam) {
  const auto bob = add_user("bob@example.com");
  const auto response = get(authorize_target("openstrat-web", {{"redirect_uri", "https://portal.example/app/callback"}}), sign_in(bob));
  EXPECT_THAT(location(response), StartsWith("https://portal.example/app/callback?code="));
}

TEST_P(AuthorizeTest, AHintOfAnotherPersonMeansSignInAgain) {
  const auto response = redeem(get_code(id_, cookie_), basic(app_));
  const std::string hint = field(response, "id_token");
  const auto bob = add_user("bob@example.com");
  ASSERT_TRUE(node().identity.users.add_member(Tenant{acme_.id}, bob.id, identity::SystemRole::viewer));
  EXPECT_NE(sent(get(authorize_target(id_, {{"prompt", "none"}, {"id_token_hint", hint}}), cookie_), "code"), "");
  EXPECT_EQ(error_of({{"prompt", "none"}, {"id_token_hint", hint}}, sign_in(bob)), "login_required");
  EXPECT_EQ(error_of({{"prompt", "none"}, {"id_token_hint", "garbage"}}, cookie_), "login_required");
}

TEST_P(AuthorizeTest, AFormIsTurnedIntoAGet) {
  const auto response = post_form("/authorize", request_of(id_), {{"Sec-Fetch-Site", "cross-site"}});
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(location(response), authorize_target(id_));
}

}  // namespace
}  // namespace openstrat::oidc
