// Sign-ins through providers, good ones and every kind of bad one, as a browser sees them.
#include "federation/test_support.hpp"

namespace openstrat::federation {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class ProviderSignInTest : public FederationTest {
 protected:
  /// The operator's own provider: believed at once.
  Provider trusted(bool jit = true) {
    auto settings = oidc("Company SSO");
    settings.jit_provisioning = jit;
    return add_instance_provider(settings, "Acme");
  }
  FakeProvider op_{web_, clock_, kIssuer};
};
INSTANTIATE_EACH_ENGINE(ProviderSignInTest);

TEST_P(ProviderSignInTest, AnUnknownPersonOfAnAllowedDomainBecomesAViewer) {
  const auto provider = trusted();
  Browser browser;
  const auto url = start(browser, provider, "?return_to=/app/sites%3Fx=1");
  EXPECT_THAT(url, StartsWith("https://sso.acme.example/authorize?response_type=code&client_id=openstrat&redirect_uri=https%3A%2F%2Fauth.example.net%2Fcallback"
                              "&scope=openid%20email%20profile&state=p."));
  EXPECT_THAT(url, HasSubstr("&code_challenge_method=S256"));
  op_.sign_in(url, "openstrat").set("amr", R"(["pwd","mfa","tulip"])");
  const auto back = come_back(browser, url);
  EXPECT_EQ(back.status, 302) << back.body;
  EXPECT_EQ(location(back), "https://auth.example.net/app/sites?x=1");
  EXPECT_EQ(back.headers.find("Cache-Control"), "no-store");
  ASSERT_TRUE(is_signed_in(browser));
  const auto user = process_->users.find_user("ann@acme.example");
  ASSERT_TRUE(user);
  EXPECT_EQ(user_of(browser), user->id);
  EXPECT_EQ(user->name, "Ann Bell");
  EXPECT_TRUE(user->email_verified);
  EXPECT_EQ(sign_in_->last_methods, (std::vector<std::string>{"fed", "pwd", "mfa"}));
  EXPECT_EQ(sign_in_->last_email, "ann@acme.example");
  const auto teams = process_->users.teams_of(user->id);
  ASSERT_EQ(teams->size(), 1u);
  EXPECT_EQ(teams->front().id, team_.customer_id);
  EXPECT_EQ(audit_.count("identity.provisioned"), 1);
  EXPECT_THAT(mails_.all(), IsEmpty());
  EXPECT_THAT(metrics_.render(), HasSubstr("openstrat_federation_sign_ins_total{outcome=\"provisioned\"} 1"));
}

TEST_P(ProviderSignInTest, TheSecondSignInFindsTheLinkEvenUnderANewAddress) {
  const auto provider = trusted();
  Browser first, second;
  auto url = start(first, provider);
  op_.sign_in(url, "openstrat");
  come_back(first, url);
  url = start(second, provider, "?remember=true");
  op_.sign_in(url, "openstrat").set("email", R"("ann.miller@elsewhere.example")");
  const auto back = come_back(second, url);
  EXPECT_EQ(location(back), "https://auth.example.net/app");
  EXPECT_EQ(user_of(second), user_of(first));
  EXPECT_EQ(web_.count(op_.base + "/.well-known/openid-configuration"), 1);
  EXPECT_EQ(web_.count(op_.base + "/keys"), 1);
  bool is_lasting = false;
  for (const auto& [name, value] : back.headers.entries()) is_lasting |= name == "Set-Cookie" && value.starts_with("__Host-session=") && value.contains("Max-Age=2592000");
  EXPECT_TRUE(is_lasting);
}

TEST_P(ProviderSignInTest, AnExistingUserIsLinkedByTheVerifiedAddressAndTold) {
  const auto ann = add_member("ann@acme.example");
  const auto provider = trusted(false);
  Browser browser;
  const auto url = start(browser, provider);
  op_.sign_in(url, "openstrat").set("email", R"("Ann@ACME.example")");
  come_back(browser, url);
  EXPECT_EQ(user_of(browser), ann.id);
  EXPECT_EQ(mails_.newest("identity_linked", "ann@acme.example").fields.text("provider_name"), "Company SSO");
  EXPECT_EQ(audit_.count("identity.linked"), 1);
}

TEST_P(ProviderSignInTest, StrangersAreNotInvited) {
  const auto no_jit = trusted(false);
  const auto jit = trusted(true);
  for (const auto& [provider, email] : {std::pair{no_jit, R"("ann@acme.example")"}, {jit, R"("ann@elsewhere.example")"}}) {
    Browser browser;
    const auto url = start(browser, provider);
    op_.sign_in(url, "openstrat").set("email", email);
    const auto back = come_back(browser, url);
    EXPECT_EQ(back.status, 403);
    EXPECT_THAT(back.body, HasSubstr("not_invited"));
    EXPECT_FALSE(is_signed_in(browser));
  }
  EXPECT_EQ(process_->users.find_user("ann@acme.example").error().code(), Errc::not_found);
  EXPECT_EQ(audit_.count("identity.sign_in_failed"), 2);
}

TEST_P(ProviderSignInTest, AnUnverifiedAddressOpensNothing) {
  const auto ann = add_member("ann@acme.example");
  const auto provider = trusted();
  for (const auto* verified : {"false", "null", "\"no\"", "0", ""}) {
    Browser browser;
    const auto url = start(browser, provider);
    auto& token = op_.sign_in(url, "openstrat");
    *verified != '\0' ? token.set("email_verified", verified) : token.drop("email_verified");
    const auto back = come_back(browser, url);
    EXPECT_EQ(back.status, 403) << verified;
    EXPECT_THAT(back.body, HasSubstr("email_unverified"));
    EXPECT_FALSE(is_signed_in(browser));
  }
  EXPECT_THAT(*linker_->identities_of(ann.id), IsEmpty());
}

TEST_P(ProviderSignInTest, AnAccountWhoseAddressWasNeverConfirmedIsNotTakenOver) {
  const auto ann = add_user("ann@acme.example", false);
  set_password(ann.id);
  const auto provider = trusted();
  Browser browser;
  const auto url = start(browser, provider);
  op_.sign_in(url, "openstrat");
  EXPECT_THAT(come_back(browser, url).body, HasSubstr("account_unverified"));
  EXPECT_FALSE(is_signed_in(browser));
}

TEST_P(ProviderSignInTest, AnUnconfirmedAccountWithoutAnyOtherWayInIsConfirmed) {
  const auto ann = add_user("ann@acme.example", false);
  const auto provider = trusted();
  Browser browser;
  const auto url = start(browser, provider);
  op_.sign_in(url, "openstrat");
  come_back(browser, url);
  EXPECT_EQ(user_of(browser), ann.id);
  EXPECT_TRUE(process_->users.find_user(ann.id)->email_verified);
}

TEST_P(ProviderSignInTest, ATeamsOwnProviderHasToAskTheMailboxOnce) {
  const auto provider = add_provider(oidc());
  const auto ann = add_member("ann@acme.example");
  Browser browser;
  auto url = start(browser, provider);
  op_.sign_in(url, "openstrat");
  const auto back = come_back(browser, url);
  EXPECT_EQ(back.status, 200);
  EXPECT_THAT(back.body, HasSubstr("Check your mail"));
  EXPECT_FALSE(is_signed_in(browser));

  const auto link = mails_.link("identity_confirmation", "ann@acme.example");
  Browser mailbox;
  const auto question = go(mailbox, link);  // what a scanner does
  EXPECT_EQ(question.status, 200);
  EXPECT_THAT(question.body, HasSubstr("Acme SSO"));
  EXPECT_THAT(*linker_->identities_of(ann.id), IsEmpty());
  const auto token = link.substr(link.find("token="));
  EXPECT_THAT(go(mailbox, "/login/identity/confirm", http::Method::post, token).body, HasSubstr("Confirmed"));
  EXPECT_FALSE(is_signed_in(mailbox));

  url = start(browser, provider);
  op_.sign_in(url, "openstrat");
  EXPECT_EQ(come_back(browser, url).status, 302);
  EXPECT_EQ(user_of(browser), ann.id);
}

TEST_P(ProviderSignInTest, ATeamsOwnProviderCannotTakeOverOthers) {
  auto settings = oidc();
  settings.allowed_domains = {};
  settings.jit_provisioning = false;
  const auto provider = add_provider(settings);
  add_user("victim@elsewhere.example");
  Browser browser;
  const auto url = start(browser, provider);
  op_.sign_in(url, "openstrat").set("email", R"("victim@elsewhere.example")");
  const auto known = come_back(browser, url);
  EXPECT_EQ(known.status, 403);
  const auto again = start(browser, provider);
  op_.sign_in(again, "openstrat").set("email", R"("nobody@elsewhere.example")");
  const auto unknown = come_back(browser, again);
  EXPECT_EQ(unknown.status, 403);
  EXPECT_THAT(known.body, HasSubstr("not_invited"));
  EXPECT_THAT(unknown.body, HasSubstr("not_invited"));
  EXPECT_THAT(mails_.all(), IsEmpty());
  EXPECT_FALSE(is_signed_in(browser));
}

TEST_P(ProviderSignInTest, ConfirmationsAreFewAnHour) {
  const auto provider = add_provider(oidc());
  Browser browser;
  int sent = 0, refused = 0;
  for (int i = 0; i < 5; ++i) {
    const auto url = start(browser, provider);
    op_.sign_in(url, "openstrat").set("sub", "\"s" + std::to_string(i) + "\"");
    (come_back(browser, url).status == 429 ? refused : sent)++;
  }
  EXPECT_EQ(sent, 3);
  EXPECT_EQ(refused, 2);
  clock_.advance(std::chrono::minutes(61));
  const auto url = start(browser, provider);
  op_.sign_in(url, "openstrat");
  EXPECT_EQ(come_back(browser, url).status, 200);
  EXPECT_EQ(mails_.to("ann@acme.example").size(), 4u);
  clock_.advance(std::chrono::hours(3));
  EXPECT_TRUE(linker_->purge());
}

TEST_P(ProviderSignInTest, AMailedLinkExpires) {
  const auto provider = add_provider(oidc());
  Browser browser;
  const auto url = start(browser, provider);
  op_.sign_in(url, "openstrat");
  come_back(browser, url);
  const auto link = mails_.link("identity_confirmation", "ann@acme.example");
  clock_.advance(std::chrono::minutes(61));
  EXPECT_EQ(go(browser, link).status, 401);
  EXPECT_EQ(go(browser, "/login/identity/confirm", http::Method::post, link.substr(link.find("token="))).status, 401);
  EXPECT_EQ(go(browser, "/login/identity/confirm?token=abc").status, 401);
}

TEST_P(ProviderSignInTest, WhoLeftTheTeamIsNotLetInByItsProvider) {
  const auto provider = add_provider(oidc());
  const auto ann = add_member("ann@acme.example");
  ASSERT_TRUE(linker_->link(provider, {.issuer = kIssuer, .subject = "subject-1", .email = ann.email}, ann.id, {}));
  ASSERT_TRUE(process_->users.remove_member(team_, ann.id));
  Browser browser;
  const auto url = start(browser, provider);
  op_.sign_in(url, "openstrat");
  EXPECT_EQ(come_back(browser, url).status, 403);
  EXPECT_FALSE(is_signed_in(browser));
}

TEST_P(ProviderSignInTest, LinksAreVoidWhenTheProviderIsPointedElsewhere) {
  const auto provider = add_provider(oidc());
  const auto ann = add_member("ann@acme.example");
  ASSERT_TRUE(linker_->link(provider, {.issuer = kIssuer, .subject = "subject-1", .email = ann.email}, ann.id, {}));
  auto elsewhere = oidc();
  elsewhere.issuer = "https://evil.example.com";
  FakeProvider evil(web_, clock_, elsewhere.issuer);
  ASSERT_TRUE(providers_->change(team_, *ProviderId::parse(provider.id), elsewhere));
  Browser browser;
  const auto url = start(browser, provider);
  evil.sign_in(url, "openstrat");
  EXPECT_THAT(come_back(browser, url).body, HasSubstr("Check your mail"));
  EXPECT_FALSE(is_signed_in(browser));
}

TEST_P(ProviderSignInTest, CodesOfAnotherBrowserAreNotTaken) {
  const auto provider = trusted();
  Browser attacker, victim;
  const auto url = start(attacker, provider);
  op_.sign_in(url, "openstrat");
  EXPECT_EQ(come_back(victim, url).status, 403);
  EXPECT_FALSE(is_signed_in(victim));
  const auto own = start(victim, provider);  // the victim is in the middle of a sign-in of its own
  EXPECT_THAT(come_back(victim, url).body, HasSubstr("state_invalid"));
  auto mixed = victim;  // an attacker that could rename a cookie still has the wrong state in it
  for (const auto& [name, value] : victim.cookies)
    if (name == "__Host-idp-" + FederationService::cookie_name_for(state_of(own))) mixed.cookies["__Host-idp-" + FederationService::cookie_name_for(state_of(url))] = value;
  EXPECT_THAT(come_back(mixed, url).body, HasSubstr("state_invalid"));
  EXPECT_EQ(go(victim, "/callback").status, 403);
  EXPECT_EQ(go(victim, "/callback?code=code-1&state=p.aaaaaaaaaaaaaaa").status, 403);
  EXPECT_EQ(go(victim, "/callback?code=code-1&state=p.;;;;;;;;").status, 403);
}

TEST_P(ProviderSignInTest, AStateCountsOnceAndForTenMinutes) {
  const auto provider = trusted();
  Browser browser;
  auto url = start(browser, provider);
  op_.sign_in(url, "openstrat");
  come_back(browser, url);
  EXPECT_EQ(come_back(browser, url).status, 403);
  url = start(browser, provider);
  op_.sign_in(url, "openstrat");
  clock_.advance(std::chrono::minutes(11));
  EXPECT_THAT(come_back(browser, url).body, HasSubstr("state_invalid"));
}

struct Forgery {
  const char* name;
  std::function<void(FakeIdToken&, const Clock&)> change;
  const char* message;
};

TEST_P(ProviderSignInTest, ForgedTokensAreRefused) {
  const auto provider = trusted();
  const auto at = [](const Clock& clock, int seconds) { return std::to_string(to_unix_seconds(clock.now()) + seconds); };
  const std::vector<Forgery> forgeries{
      {"nonce", [](FakeIdToken& t, const Clock&) { t.set("nonce", "\"other\""); }, "nonce"},
      {"no nonce", [](FakeIdToken& t, const Clock&) { t.drop("nonce"); }, "nonce"},
      {"issuer", [](FakeIdToken& t, const Clock&) { t.set("iss", "\"https://evil.example\""); }, "another issuer"},
      {"audience", [](FakeIdToken& t, const Clock&) { t.set("aud", "\"someone-else\""); }, "another audience"},
      {"audiences without azp", [](FakeIdToken& t, const Clock&) { t.set("aud", R"(["openstrat","someone-else"])"); }, "azp"},
      {"azp", [](FakeIdToken& t, const Clock&) { t.set("azp", "\"someone-else\""); }, "azp"},
      {"expired", [&](FakeIdToken& t, const Clock& c) { t.set("exp", at(c, -61)); }, "expired"},
      {"no exp", [](FakeIdToken& t, const Clock&) { t.drop("exp"); }, "exp"},
      {"from the future", [&](FakeIdToken& t, const Clock& c) { t.set("iat", at(c, 120)); }, "not valid yet"},
      {"at_hash", [](FakeIdToken& t, const Clock&) { t.set("at_hash", "\"AAAAAAAAAAAAAAAAAAAAAA\""); }, "at_hash"},
      {"no sub", [](FakeIdToken& t, const Clock&) { t.drop("sub"); }, "sub"},
      {"empty sub", [](FakeIdToken& t, const Clock&) { t.set("sub", "\"\""); }, "sub"},
      {"unsigned", [](FakeIdToken& t, const Clock&) { t.is_signed = false; }, "signature"},
      {"alg none", [](FakeIdToken& t, const Clock&) { t.header = R"({"alg":"none"})", t.is_signed = false; }, "not signed with"},
      {"alg HS256", [](FakeIdToken& t, const Clock&) { t.header = R"({"alg":"HS256","kid":"k"})"; }, "not signed with"},
      {"other key", [](FakeIdToken& t, const Clock&) { t.header = R"({"alg":"RS256","kid":"stranger"})"; }, "not published"},
      {"own key in the header", [](FakeIdToken& t, const Clock&) { t.header = R"({"alg":"ES256","kid":"k","jwk":{}})"; }, "not published"},
  };
  for (const auto& forgery : forgeries) {
    Browser browser;
    const auto url = start(browser, provider);
    forgery.change(op_.sign_in(url, "openstrat"), clock_);
    const auto back = come_back(browser, url);
    EXPECT_EQ(back.status, 401) << forgery.name << back.body;
    EXPECT_THAT(back.body, HasSubstr(forgery.message)) << forgery.name;
    EXPECT_FALSE(is_signed_in(browser)) << forgery.name;
  }
}

TEST_P(ProviderSignInTest, SmallClockDifferencesAreForgiven) {
  const auto provider = trusted();
  Browser browser;
  const auto url = start(browser, provider);
  op_.sign_in(url, "openstrat").set("exp", std::to_string(to_unix_seconds(clock_.now()) - 30)).set("iat", std::to_string(to_unix_seconds(clock_.now()) + 30));
  come_back(browser, url);
  EXPECT_TRUE(is_signed_in(browser));
}

TEST_P(ProviderSignInTest, ANewKeyOfTheProviderIsFetched) {
  const auto provider = trusted();
  for (int round = 0; round < 3; ++round) {
    Browser browser;
    const auto url = start(browser, provider);
    op_.sign_in(url, "openstrat");
    come_back(browser, url);
    EXPECT_TRUE(is_signed_in(browser)) << round;
    if (round == 0) op_.rotate(), clock_.advance(MetadataCache::kAskAgain);
  }
  EXPECT_EQ(web_.count(op_.base + "/keys"), 2);
}

TEST_P(ProviderSignInTest, UnknownKeysDoNotMakeUsAskAllTheTime) {
  const auto provider = trusted();
  for (int i = 0; i < 5; ++i) {
    Browser browser;
    const auto url = start(browser, provider);
    op_.sign_in(url, "openstrat").header = R"({"alg":"RS256","kid":"stranger"})";
    come_back(browser, url);
  }
  EXPECT_EQ(web_.count(op_.base + "/keys"), 1);
}

TEST_P(ProviderSignInTest, AnswersOfAnotherProviderAreNoticed) {
  op_.document.insert(1, R"("authorization_response_iss_parameter_supported":true,)");
  const auto provider = trusted();
  for (const auto& [more, status] : {std::pair{"", 401}, {"&iss=https%3A%2F%2Fevil.example", 401}, {"&iss=https%3A%2F%2Fsso.acme.example", 302}}) {
    Browser browser;
    const auto url = start(browser, provider);
    op_.sign_in(url, "openstrat");
    EXPECT_EQ(come_back(browser, url, more).status, status) << more;
  }
}

TEST_P(ProviderSignInTest, DiscoveryOfAnotherIssuerIsRefused) {
  op_.document.replace(op_.document.find("sso.acme"), 8, "sso.evil");
  const auto provider = trusted();
  Browser browser;
  const auto response = go(browser, "/login/provider/" + provider.id);
  EXPECT_EQ(response.status, 502);
  EXPECT_THAT(response.body, HasSubstr("another issuer"));
}

TEST_P(ProviderSignInTest, EndpointsOfADiscoveryDocumentMustBePublic) {
  const auto provider = add_provider(oidc());
  for (const auto* target : {"http://127.0.0.1/authorize", "https://10.0.0.1/authorize", "https://[::ffff:127.0.0.1]/authorize", "https://[::1]/a",
                             "javascript:alert(1)", "https://169.254.169.254/latest", "file:///etc/passwd", "https://user:pw@sso.acme.example/a"}) {
    auto document = op_.document;
    op_.document.replace(document.find("https://sso.acme.example/token"), 30, target);
    Browser browser;
    const auto response = go(browser, "/login/provider/" + provider.id);
    EXPECT_EQ(response.status, 502) << target;
    EXPECT_THAT(response.body, HasSubstr("token_endpoint"));
    op_.document = document;
  }
  EXPECT_THAT(web_.asked, Not(IsEmpty()));
  for (const auto& request : web_.asked) EXPECT_FALSE(request.named_by_operator);
}

TEST_P(ProviderSignInTest, AProviderThatIsDownGivesAClearPage) {
  const auto provider = trusted();
  web_.remove(op_.base + "/.well-known/openid-configuration");
  Browser browser;
  const auto down = go(browser, "/login/provider/" + provider.id);
  EXPECT_EQ(down.status, 502);
  EXPECT_THAT(down.body, HasSubstr("Company SSO cannot be reached at the moment"));
  EXPECT_THAT(std::string(down.headers.find("Content-Security-Policy").value_or("")), HasSubstr("default-src 'none'"));
}

TEST_P(ProviderSignInTest, ErrorsOfTheProviderAreShownAsText) {
  const auto provider = trusted();
  Browser browser;
  const auto url = start(browser, provider);
  const auto denied = go(browser, "/callback?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E&state=" + state_of(url));
  EXPECT_EQ(denied.status, 403);
  EXPECT_THAT(denied.body, HasSubstr("refused the sign-in: &lt;script&gt;"));
  EXPECT_THAT(denied.body, Not(HasSubstr("<script>")));
  const auto again = start(browser, provider);
  op_.sign_in(again, "openstrat");
  op_.challenge = "another";
  EXPECT_THAT(come_back(browser, again).body, HasSubstr("the code was refused (invalid_grant)"));
}

TEST_P(ProviderSignInTest, MissingClaimsAreFetched) {
  web_.on(op_.base + "/userinfo", [](const WebRequest& request) -> Result<WebAnswer> {
    EXPECT_EQ(request.headers.at(0).second, "Bearer at-1");
    return WebAnswer{200, R"({"sub":"subject-1","email":"ann@acme.example","email_verified":true,"name":"Ann"})"};
  });
  const auto provider = trusted();
  Browser browser;
  auto url = start(browser, provider);
  op_.sign_in(url, "openstrat").drop("email").drop("email_verified").drop("name");
  come_back(browser, url);
  EXPECT_TRUE(is_signed_in(browser));
  Browser other;
  url = start(other, provider);
  op_.sign_in(url, "openstrat").drop("email").set("sub", "\"subject-2\"");
  EXPECT_THAT(come_back(other, url).body, HasSubstr("somebody else"));
}

TEST_P(ProviderSignInTest, ADisabledProviderIsNoWayIn) {
  const auto provider = add_provider(oidc());
  Browser browser;
  const auto url = start(browser, provider);
  op_.sign_in(url, "openstrat");
  auto off = oidc();
  off.enabled = false;
  ASSERT_TRUE(providers_->change(team_, *ProviderId::parse(provider.id), off));
  EXPECT_EQ(come_back(browser, url).status, 404);
  EXPECT_EQ(go(browser, "/login/provider/" + provider.id).status, 404);
  EXPECT_EQ(go(browser, "/login/provider/instance-9").status, 404);
}

TEST_P(ProviderSignInTest, OnlyOwnPathsAreReturnedTo) {
  const auto provider = trusted();
  Browser browser;
  for (const auto* target : {"//evil.example", "https://evil.example/", "/%5Cevil.example", "evil", "/%0d%0aSet-Cookie:x"})
    EXPECT_EQ(go(browser, "/login/provider/" + provider.id + "?return_to=" + target).status, 400) << target;
}

TEST_P(ProviderSignInTest, FurtherStepsGoToTheSignInPage) {
  const auto provider = trusted();
  sign_in_->next = sign_in::Step{.kind = sign_in::Step::Kind::second_factor, .ticket = "t1", .factors = {sign_in::Factor::totp}, .session = std::nullopt};
  Browser browser;
  const auto url = start(browser, provider, "?return_to=/x");
  op_.sign_in(url, "openstrat");
  EXPECT_EQ(location(come_back(browser, url)), "https://auth.example.net/signin#step=second_factor&ticket=t1&factors=totp&return_to=%2Fx");
  EXPECT_FALSE(is_signed_in(browser));
}

TEST_P(ProviderSignInTest, BlockedUsersStayOut) {
  const auto ann = add_member("ann@acme.example");
  ASSERT_TRUE(process_->users.set_status(ann.id, identity::UserStatus::blocked));
  const auto provider = trusted();
  Browser browser;
  const auto url = start(browser, provider);
  op_.sign_in(url, "openstrat");
  EXPECT_THAT(come_back(browser, url).body, HasSubstr("user_blocked"));
  EXPECT_FALSE(is_signed_in(browser));
}

TEST_P(ProviderSignInTest, ATestShowsTheClaimsAndSignsNobodyIn) {
  auto settings = oidc();
  settings.enabled = false;
  const auto provider = add_provider(settings);
  Browser browser;
  const auto url = federation_->url_for(Purpose::test, provider.id, owner_.id, "");
  ASSERT_TRUE(url);
  const auto away = location(go(browser, *url));
  op_.sign_in(away, "openstrat").set("groups", R"(["<b>staff</b>"])");
  const auto back = come_back(browser, away);
  EXPECT_EQ(back.status, 200);
  EXPECT_THAT(back.body, HasSubstr("&lt;b&gt;staff"));
  EXPECT_FALSE(is_signed_in(browser));
  EXPECT_THAT(mails_.all(), IsEmpty());
}

TEST_P(ProviderSignInTest, ASignedInUserAddsAndRemovesAnIdentity) {
  const auto provider = trusted(false);
  const auto ann = add_member("ann@acme.example");
  const auto token = bearer_of(ann);
  Browser browser;
  const auto session = process_->sessions.start({.user_id = ann.id, .methods = {"pwd"}}, {});
  const auto asked = http::testing::send(*router_, http::Method::post, "/me/identities", {.token = token, .body = R"({"provider_id":"instance-1","return_to":"/app/security"})"});
  ASSERT_EQ(asked.status, 200) << asked.body;
  const auto url = asked.body.substr(8, asked.body.size() - 10);
  EXPECT_EQ(go(browser, url).status, 403);  // a stranger's browser
  browser.cookies["__Host-session"] = session->cookie;
  const auto away = location(go(browser, url));
  op_.sign_in(away, "openstrat").set("email", R"("ann.private@elsewhere.example")");
  EXPECT_EQ(location(come_back(browser, away)), "https://auth.example.net/app/security");

  const auto list = http::testing::send(*router_, http::Method::get, "/me/identities", {.token = token});
  EXPECT_THAT(list.body, HasSubstr(R"("provider":"Company SSO","type":"oidc","email":"ann.private@elsewhere.example")"));
  const auto id = linker_->identities_of(ann.id)->at(0).id.to_string();
  const auto last = http::testing::send(*router_, http::Method::delete_, "/me/identities/" + id, {.token = token});
  EXPECT_EQ(last.status, 409);
  EXPECT_THAT(last.body, HasSubstr("last_sign_in"));
  set_password(ann.id);
  const auto others = bearer_of(owner_, "owner");
  EXPECT_EQ(http::testing::send(*router_, http::Method::delete_, "/me/identities/" + id, {.token = others}).status, 404);
  EXPECT_EQ(http::testing::send(*router_, http::Method::delete_, "/me/identities/" + id, {.token = token}).status, 204);
  EXPECT_EQ(audit_.count("identity.unlinked"), 1);
  EXPECT_THAT(*linker_->identities_of(ann.id), IsEmpty());
}

TEST_P(ProviderSignInTest, AnIdentityBelongsToOneUser) {
  const auto provider = trusted(false);
  const auto ann = add_member("ann@acme.example");
  const auto bob = add_member("bob@acme.example");
  const ExternalPerson person{.issuer = kIssuer, .subject = "subject-1", .email = ann.email};
  ASSERT_TRUE(linker_->link(provider, person, ann.id, {}));
  ASSERT_TRUE(linker_->link(provider, person, ann.id, {}));
  EXPECT_EQ(linker_->link(provider, person, bob.id, {}).error().reason(), "identity_taken");
}

}  // namespace
}  // namespace openstrat::federation
