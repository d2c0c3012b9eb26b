#include "identity/user_store.hpp"
#include "oidc/test_support.hpp"

namespace openstrat::oidc {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class TokenTest : public OidcTest {
 protected:
  TokenTest() : app_(register_client(draft())), id_(app_.client.id) {}

  http::Response signed_in_tokens() { return redeem(get_code(id_, cookie_), basic(app_)); }
  void expect_refused(const http::Response& response, const char* code, int status = 400) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(field(response, "error"), code) << response.body;
    EXPECT_FALSE(json(response).has("access_token"));
    EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
  }
  int api_status(const std::string& token) { return http::testing::send(node().router, http::Method::get, "/me/authorizations", {.token = token}).status; }

  ClientService::Created app_;
  std::string id_;
};
INSTANTIATE_EACH_ENGINE(TokenTest);

TEST_P(TokenTest, ACodeGivesTokensThatSayWhatTheyShould) {
  const auto response = signed_in_tokens();
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(field(response, "token_type"), "Bearer");
  EXPECT_EQ(field(response, "scope"), "email offline_access openid profile");
  EXPECT_THAT(response.body, HasSubstr("\"expires_in\":86400"));
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Origin"), "*");

  const auto id = claims_of(field(response, "id_token"));
  EXPECT_EQ(id.text("iss"), kIssuer);
  EXPECT_THAT(id.texts("aud"), ElementsAre(id_));
  EXPECT_EQ(id.text("sub"), "local|" + ann_.id.to_string());
  EXPECT_EQ(id.text("nonce"), "n-1");
  EXPECT_EQ(id.time("auth_time"), clock_.now());
  EXPECT_THAT(id.texts("amr"), ElementsAre("pwd"));
  EXPECT_EQ(id.text("acr"), "aal1");
  EXPECT_EQ(id.text("email"), "ann@example.com");
  EXPECT_TRUE(id.text("sid") && id.text("at_hash"));
  const auto digest = crypto::sha256(field(response, "access_token"));
  EXPECT_EQ(id.text("at_hash"), crypto::base64url({reinterpret_cast<const char*>(digest.data()), 16}));

  const auto access = claims_of(field(response, "access_token"));
  EXPECT_EQ(access.text("client_id"), id_);
  EXPECT_EQ(access.text("id"), acme_.id.to_string());
  EXPECT_EQ(access.text("user_id"), ann_.id.to_string());

  const auto info = userinfo(field(response, "access_token"));
  EXPECT_EQ(field(info, "sub"), "local|" + ann_.id.to_string());
  EXPECT_EQ(field(info, "given_name"), "Ann");
  EXPECT_EQ(field(info, "family_name"), "Miller");
  EXPECT_EQ(json(info).flag("email_verified"), true);
}

TEST_P(TokenTest, UserinfoKeepsBackWhatWasNotAllowed) {
  const auto response = redeem(get_code(id_, cookie_, {{"scope", "openid"}}), basic(app_));
  EXPECT_FALSE(json(response).has("refresh_token"));
  EXPECT_FALSE(claims_of(field(response, "id_token")).has("email"));
  const auto info = userinfo(field(response, "access_token"));
  EXPECT_EQ(info.body, "{\"sub\":\"local|" + ann_.id.to_string() + "\"}");
  const auto bare = redeem(get_code(id_, cookie_, {{"scope", "profile"}}), basic(app_));
  EXPECT_FALSE(json(bare).has("id_token"));
  EXPECT_EQ(userinfo(field(bare, "access_token")).status, 403);
  const auto nobody = userinfo("");
  EXPECT_EQ(nobody.status, 401);
  EXPECT_THAT(std::string(nobody.headers.find("WWW-Authenticate").value_or("")), HasSubstr("invalid_token"));
  EXPECT_EQ(userinfo(field(response, "id_token")).status, 401) << "an ID token opens nothing";
}

TEST_P(TokenTest, ASecondUseOfACodeEndsWhatTheFirstGave) {
  const auto code = get_code(id_, cookie_);
  const auto first = redeem(code, basic(app_));
  ASSERT_EQ(userinfo(field(first, "access_token")).status, 200);
  expect_refused(redeem(code, basic(app_)), "invalid_grant");
  EXPECT_EQ(userinfo(field(first, "access_token")).status, 401);
  expect_refused(refresh(field(first, "refresh_token"), basic(app_)), "invalid_grant");
  EXPECT_EQ(node().audit.all.back().endpoint, "oauth_token.reused");
}

TEST_P(TokenTest, ACodeIsBoundToEverythingItWasAskedWith) {
  const auto other = register_client(draft());
  expect_refused(redeem(get_code(id_, cookie_), basic(other)), "invalid_grant");
  expect_refused(post_form("/oauth/token", {{"grant_type", "authorization_code"}, {"code", get_code(id_, cookie_)}, {"redirect_uri", std::string(kCallback) + "/"},
                                            {"code_verifier", kVerifier}}, basic(app_)), "invalid_grant");
  expect_refused(post_form("/oauth/token", {{"grant_type", "authorization_code"}, {"code", get_code(id_, cookie_)}, {"code_verifier", kVerifier}}, basic(app_)), "invalid_grant");
  expect_refused(post_form("/oauth/token", {{"grant_type", "authorization_code"}, {"code", get_code(id_, cookie_)}, {"redirect_uri", kCallback}}, basic(app_)), "invalid_grant");
  expect_refused(post_form("/oauth/token", {{"grant_type", "authorization_code"}, {"code", get_code(id_, cookie_)}, {"redirect_uri", kCallback},
                                            {"code_verifier", std::string(43, 'a')}}, basic(app_)), "invalid_grant");
  // PKCE downgrade: a code asked for without a challenge does not take a verifier.
  expect_refused(redeem(get_code(id_, cookie_, {{"code_challenge", ""}, {"code_challenge_method", ""}}), basic(app_)), "invalid_grant");
  expect_refused(redeem("unknown", basic(app_)), "invalid_grant");
  const auto late = get_code(id_, cookie_);
  clock_.advance(60s);
  expect_refused(redeem(late, basic(app_)), "invalid_grant");
  const auto failed = get_code(id_, cookie_);
  expect_refused(post_form("/oauth/token", {{"grant_type", "authorization_code"}, {"code", failed}, {"redirect_uri", kCallback}, {"code_verifier", std::string(43, 'a')}}, basic(app_)), "invalid_grant");
  expect_refused(redeem(failed, basic(app_)), "invalid_grant");
}

TEST_P(TokenTest, ConfidentialClientsMayUsePlainPkce) {
  const std::string plain(43, 'v');
  const auto code = get_code(id_, cookie_, {{"code_challenge", plain}, {"code_challenge_method", "plain"}});
  EXPECT_EQ(post_form("/oauth/token", {{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", kCallback}, {"code_verifier", plain}}, basic(app_)).status, 200);
}

TEST_P(TokenTest, ARefreshTokenCountsOnceAndReuseEndsTheFamily) {
  const auto first = signed_in_tokens();
  clock_.advance(1h);
  const auto second = refresh(field(first, "refresh_token"), basic(app_));
  ASSERT_EQ(second.status, 200) << second.body;
  EXPECT_NE(field(second, "refresh_token"), field(first, "refresh_token"));
  const auto id = claims_of(field(second, "id_token"));
  EXPECT_EQ(id.time("auth_time"), clock_.now() - 1h) << "a refresh is no sign-in";
  EXPECT_FALSE(id.has("nonce"));
  EXPECT_EQ(userinfo(field(second, "access_token")).status, 200);

  expect_refused(refresh(field(first, "refresh_token"), basic(app_)), "invalid_grant");
  expect_refused(refresh(field(second, "refresh_token"), basic(app_)), "invalid_grant");
  EXPECT_EQ(userinfo(field(second, "access_token")).status, 401);
  EXPECT_EQ(userinfo(field(first, "access_token")).status, 401);
  EXPECT_EQ(node().bus.all.back().name, "oauth_token.reused");
}

TEST_P(TokenTest, ARefreshMayAskForLessAndOnlyForLess) {
  auto wanted = draft();
  wanted.scopes = {"site:update", "site:view"};
  const auto made = register_client(wanted);
  const auto first = redeem(get_code(made.client.id, cookie_), basic(made));
  expect_refused(refresh(field(first, "refresh_token"), basic(made), {{"scope", "openid job:view"}}), "invalid_scope");
  const auto less = refresh(field(first, "refresh_token"), basic(made), {{"scope", "openid site:view"}});
  ASSERT_EQ(less.status, 200) << less.body;
  EXPECT_EQ(field(less, "scope"), "openid site:view");
  EXPECT_THAT(claims_of(field(less, "access_token")).texts("scopes"), ElementsAre("site:view"));
  const auto whole = refresh(field(less, "refresh_token"), basic(made));
  EXPECT_THAT(claims_of(field(whole, "access_token")).texts("scopes"), ElementsAre("site:update", "site:view"));
}

TEST_P(TokenTest, RefreshTokensBelongToTheirClient) {
  const auto other = register_client(draft());
  const auto first = signed_in_tokens();
  expect_refused(refresh(field(first, "refresh_token"), basic(other)), "invalid_grant");
  expect_refused(refresh("unknown", basic(app_)), "invalid_grant");
  expect_refused(refresh(field(first, "refresh_token"), {}), "invalid_client", 401);
  EXPECT_EQ(refresh(field(first, "refresh_token"), basic(app_)).status, 200) << "a stranger's try does not cost the owner";
}

TEST_P(TokenTest, RefreshTokensEndAfterAMonthWithoutUseAndAfterThreeInAnyCase) {
  const auto idle = signed_in_tokens();
  clock_.advance(std::chrono::days(30));
  expect_refused(refresh(field(idle, "refresh_token"), basic(app_)), "invalid_grant");

  cookie_ = sign_in(ann_);
  auto response = signed_in_tokens();
  for (int i = 0; i < 4; ++i) {
    clock_.advance(std::chrono::days(20));
    response = refresh(field(response, "refresh_token"), basic(app_));
    ASSERT_EQ(response.status, 200) << i << response.body;
  }
  EXPECT_EQ(userinfo(field(response, "access_token")).status, 200) << "the browser's cookie is long gone";
  clock_.advance(std::chrono::days(10));
  expect_refused(refresh(field(response, "refresh_token"), basic(app_)), "invalid_grant");
  EXPECT_EQ(userinfo(field(response, "access_token")).status, 401);
}

TEST_P(TokenTest, AnEndedSessionTakesItsTokensWithIt) {
  const auto response = signed_in_tokens();
  const auto sid = claims_of(field(response, "id_token")).text("sid").value_or("");
  EXPECT_EQ(userinfo(field(response, "access_token")).status, 200);
  ASSERT_TRUE(node().identity.sessions.revoke(ann_.id, sid));
  EXPECT_EQ(userinfo(field(response, "access_token")).status, 401);
  expect_refused(refresh(field(response, "refresh_token"), basic(app_)), "invalid_grant");
}

TEST_P(TokenTest, ABlockedUserGetsNothing) {
  const auto response = signed_in_tokens();
  ASSERT_TRUE(node().identity.users.set_status(ann_.id, identity::UserStatus::blocked));
  expect_refused(refresh(field(response, "refresh_token"), basic(app_)), "invalid_grant");
}

TEST_P(TokenTest, ATokenActsInTheApplicationsTeamWithItsScopesOnly) {
  auto wanted = draft();
  wanted.scopes = {"site:view"};
  ASSERT_TRUE(node().identity.users.set_operator(ann_.id, identity::UserService::Operator::yes));
  const auto made = register_client(wanted);
  const auto other = add_team(ann_, "Other");
  const auto response = redeem(get_code(made.client.id, cookie_), basic(made));
  const auto sid = claims_of(field(response, "id_token")).text("sid").value_or("");
  ASSERT_TRUE(database_->write([&](db::Session& session) -> Status {
    if (auto noted = node().identity.cache.changed(session, identity::Change::of_session(sid)); !noted) return noted;
    return identity::user_store::set_current_team(session, sid, Tenant{other.id});
  }));
  http::Request request;
  request.headers.set("Authorization", "Bearer " + field(response, "access_token"));
  const auto principal = node().authenticator.authenticate(request, http::Auth::bearer);
  ASSERT_TRUE(principal) << principal.error().message();
  EXPECT_EQ(principal->tenant.customer_id, acme_.id);
  EXPECT_THAT(principal->scopes, ElementsAre("site:view"));
  EXPECT_EQ(principal->delegate, made.client.id);
  EXPECT_FALSE(principal->is_operator) << "an application of a team does not run the installation, whoever it acts for";
  EXPECT_EQ(api_status(field(response, "access_token")), 403) << "a person's own affairs are not an application's";
  ASSERT_TRUE(node().identity.users.teams_of(ann_.id));
}

TEST_P(TokenTest, WhoLeavesTheTeamLeavesItsApplications) {
  const auto bob = add_user("bob@example.com");
  ASSERT_TRUE(node().identity.users.add_member(Tenant{acme_.id}, bob.id, identity::SystemRole::viewer));
  const auto response = redeem(get_code(id_, sign_in(bob)), basic(app_));
  ASSERT_TRUE(node().identity.users.remove_member(Tenant{acme_.id}, bob.id));
  expect_refused(refresh(field(response, "refresh_token"), basic(app_)), "invalid_grant");
}

TEST_P(TokenTest, TheWebApplicationActsWithTheUsersRights) {
  const Pairs here{{"redirect_uri", "https://portal.example/app/callback"}};
  const auto code = get_code("openstrat-web", cookie_, here);
  const auto response = post_form("/oauth/token", {{"grant_type", "authorization_code"}, {"code", code}, {"client_id", "openstrat-web"},
                                                   {"redirect_uri", "https://portal.example/app/callback"}, {"code_verifier", kVerifier}});
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(claims_of(field(response, "access_token")).texts("scopes").size(), identity::scopes_of(identity::SystemRole::owner).size());
  EXPECT_EQ(api_status(field(response, "access_token")), 200);
  EXPECT_EQ(post_form("/oauth/token", {{"grant_type", "refresh_token"}, {"refresh_token", field(response, "refresh_token")}, {"client_id", "openstrat-web"}}).status, 200);
}

TEST_P(TokenTest, BadRequestsGetTheErrorsOfTheStandard) {
  expect_refused(post_form("/oauth/token", {{"grant_type", "password"}}, basic(app_)), "unsupported_grant_type");
  expect_refused(post_form("/oauth/token", {}, basic(app_)), "invalid_request");
  expect_refused(post_form("/oauth/token", {{"grant_type", "authorization_code"}}, basic(app_)), "invalid_request");
  expect_refused(post_form("/oauth/token", {{"grant_type", "refresh_token"}}, basic(app_)), "invalid_request");
  expect_refused(post_form("/oauth/token", {{"grant_type", "client_credentials"}, {"grant_type", "client_credentials"}}, basic(app_)), "invalid_request");
  const auto json_body = http::testing::send(node().router, http::Method::post, "/oauth/token", {.body = "{\"grant_type\":\"client_credentials\"}"});
  expect_refused(json_body, "invalid_request");
  const auto pub = register_client(draft(AuthMethod::none));
  expect_refused(post_form("/oauth/token", {{"grant_type", "client_credentials"}, {"client_id", pub.client.id}}), "unauthorized_client");
}

TEST_P(TokenTest, KeysThatWereReplacedStillVerify) {
  const auto before = signed_in_tokens();
  clock_.advance(std::chrono::days(91));
  ASSERT_TRUE(node().identity.signing.rotate());
  const auto jwks = jose::KeySet::parse(node().identity.signing.jwks().value());
  ASSERT_TRUE(jwks);
  EXPECT_THAT(jwks->keys(), SizeIs(2));
  const auto token = jose::parse_token(field(before, "id_token"));
  EXPECT_TRUE(jwks->verify(*token));
  EXPECT_TRUE(node().provider.id_tokens.read_hint(field(before, "id_token"))->has_value());
  cookie_ = sign_in(ann_);
  EXPECT_NE(jose::parse_token(field(signed_in_tokens(), "id_token"))->kid, token->kid);
}

TEST_P(TokenTest, PurgeTakesWhatNobodyNeeds) {
  const auto response = signed_in_tokens();
  const auto rows = [&] {
    return database_->read([](db::Session& session) -> Result<std::int64_t> {
      const auto row = session.one({"test.count", "SELECT (SELECT COUNT(*) FROM oauth_codes) + (SELECT COUNT(*) FROM oauth_grants) + "
                                                  "(SELECT COUNT(*) FROM oauth_refresh_tokens) + (SELECT COUNT(*) FROM oauth_consents)"}, {}, "");
      if (!row) return fail(row.error());
      return row->get<std::int64_t>(0);
    }).value();
  };
  EXPECT_EQ(rows(), 4);
  ASSERT_TRUE(node().provider.grants.purge());
  EXPECT_EQ(rows(), 4);
  clock_.advance(std::chrono::days(2));
  ASSERT_TRUE(node().provider.grants.purge());
  EXPECT_EQ(rows(), 3) << "the code";
  clock_.advance(std::chrono::days(365));
  ASSERT_TRUE(node().provider.grants.purge());
  EXPECT_EQ(rows(), 0);
}

}  // namespace
}  // namespace openstrat::oidc
