// How applications prove who they are, act for themselves, ask about tokens and give them back.
#include "oidc/test_support.hpp"

namespace openstrat::oidc {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class ClientCallsTest : public OidcTest {
 protected:
  static constexpr const char* kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  static std::string jwks_of(const crypto::RsaKey& key) {
    return R"({"keys":[{"kty":"RSA","kid":"k1","alg":"RS256","n":")" + crypto::base64url(key.modulus()) + R"(","e":")" + crypto::base64url(key.exponent()) + R"("}]})";
  }
  std::string assertion(const std::string& client_id, const std::string& jti, Pairs changed = {}, const std::string& header = R"({"alg":"RS256","kid":"k1"})") {
    std::map<std::string, std::string> claims{{"iss", '"' + client_id + '"'}, {"sub", '"' + client_id + '"'}, {"aud", std::string("\"") + kIssuer + "\""},
                                              {"jti", '"' + jti + '"'}, {"exp", std::to_string(to_unix_seconds(clock_.now()) + 60)}};
    for (const auto& [name, value] : changed) claims[name] = value;
    std::string json = "{";
    for (const auto& [name, value] : claims) json += (json.size() > 1 ? ",\"" : "\"") + name + "\":" + value;
    const std::string head = crypto::base64url(header) + "." + crypto::base64url(json + "}");
    return head + "." + crypto::base64url(identity::shared_rsa_key().sign_sha256(head));
  }
  http::Response with_assertion(const std::string& token) {
    return post_form("/oauth/token", {{"grant_type", "client_credentials"}, {"client_assertion_type", kAssertionType}, {"client_assertion", token}});
  }
  ClientService::Created machine() {
    auto wanted = draft();
    wanted.grants = {GrantType::client_credentials};
    wanted.redirect_uris.clear();
    wanted.scopes = {"job:view", "site:view"};
    return register_client(wanted);
  }
  http::Response own_token(const ClientService::Created& made, Pairs extra = {}) {
    Pairs form{{"grant_type", "client_credentials"}};
    form.insert(form.end(), extra.begin(), extra.end());
    return post_form("/oauth/token", form, basic(made));
  }
  Result<http::Principal> principal_of(const std::string& token, http::Auth accepted = http::Auth::bearer | http::Auth::api_key) {
    http::Request request;
    request.headers.set("Authorization", "Bearer " + token);
    return node().authenticator.authenticate(request, accepted);
  }
  http::Response introspect(const std::string& token, const Pairs& headers) { return post_form("/oauth/introspect", {{"token", token}}, headers); }
};
INSTANTIATE_EACH_ENGINE(ClientCallsTest);

TEST_P(ClientCallsTest, ASecretMayStandInTheHeaderOrInTheForm) {
  const auto made = machine();
  EXPECT_EQ(own_token(made).status, 200);
  EXPECT_EQ(post_form("/oauth/token", {{"grant_type", "client_credentials"}, {"client_id", made.client.id}, {"client_secret", *made.secret}}).status, 200);
  const auto both = post_form("/oauth/token", {{"grant_type", "client_credentials"}, {"client_id", made.client.id}, {"client_secret", *made.secret}}, basic(made));
  EXPECT_EQ(both.status, 400);
  EXPECT_EQ(field(both, "error"), "invalid_request");
}

TEST_P(ClientCallsTest, WrongAndUnknownLookTheSame) {
  const auto made = machine();
  const auto wrong = post_form("/oauth/token", {{"grant_type", "client_credentials"}, {"client_id", made.client.id}, {"client_secret", "wrong"}});
  const auto unknown = post_form("/oauth/token", {{"grant_type", "client_credentials"}, {"client_id", "client_nobody"}, {"client_secret", "wrong"}});
  const auto named_only = post_form("/oauth/token", {{"grant_type", "client_credentials"}, {"client_id", made.client.id}});
  for (const auto* response : {&wrong, &unknown, &named_only}) {
    EXPECT_EQ(response->status, 401);
    EXPECT_EQ(response->body, wrong.body);
    EXPECT_TRUE(response->headers.contains("WWW-Authenticate"));
  }
  for (const char* header : {"Basic", "Basic !!!", "Basic eA==", "Bearer x"})
    EXPECT_EQ(post_form("/oauth/token", {{"grant_type", "client_credentials"}}, {{"Authorization", header}}).status, 401) << header;
}

TEST_P(ClientCallsTest, ARotatedSecretIsWorthNothing) {
  const auto made = machine();
  EXPECT_EQ(own_token(made).status, 200);
  const auto fresh = node().provider.clients.rotate_secret(Tenant{acme_.id}, made.client.id);
  ASSERT_TRUE(fresh);
  EXPECT_EQ(own_token(made).status, 401);
  EXPECT_EQ(own_token(*fresh).status, 200);
}

TEST_P(ClientCallsTest, AnAssertionProvesTheClientOnce) {
  auto wanted = draft(AuthMethod::private_key_jwt);
  wanted.jwks = jwks_of(identity::shared_rsa_key());
  const auto made = register_client(wanted);
  EXPECT_EQ(made.secret, std::nullopt);
  const std::string id = made.client.id;
  EXPECT_EQ(with_assertion(assertion(id, "1")).status, 200);
  EXPECT_EQ(with_assertion(assertion(id, "1")).status, 401) << "the same jti";
  EXPECT_EQ(with_assertion(assertion(id, "2", {{"aud", R"("https://auth.example/oauth/token")"}})).status, 200);
  EXPECT_EQ(with_assertion(assertion(id, "3", {{"aud", R"("https://other.example")"}})).status, 401);
  EXPECT_EQ(with_assertion(assertion(id, "4", {{"iss", R"("somebody")"}})).status, 401);
  EXPECT_EQ(with_assertion(assertion(id, "5", {{"exp", std::to_string(to_unix_seconds(clock_.now()) - 120)}})).status, 401);
  EXPECT_EQ(with_assertion(assertion(id, "6", {{"exp", std::to_string(to_unix_seconds(clock_.now()) + 86400)}})).status, 401);
  EXPECT_EQ(with_assertion(assertion(id, "")).status, 401);
  EXPECT_EQ(with_assertion(assertion(id, "7", {}, R"({"alg":"none"})")).status, 401);
  EXPECT_EQ(with_assertion(assertion(id, "8", {}, R"({"alg":"HS256","kid":"k1"})")).status, 401);
  EXPECT_EQ(with_assertion(assertion(id, "9").substr(0, 100)).status, 401);
  EXPECT_EQ(with_assertion(assertion(machine().client.id, "10")).status, 401) << "a client of another kind";
  // The public key as a shared secret does not sign anything.
  const std::string head = crypto::base64url(R"({"alg":"HS256","kid":"k1"})") + "." + crypto::base64url(R"({"iss":")" + id + R"(","sub":")" + id + R"(","jti":"11"})");
  const auto mac = crypto::hmac_sha256(*wanted.jwks, head);
  EXPECT_EQ(with_assertion(head + "." + crypto::base64url({reinterpret_cast<const char*>(mac.data()), mac.size()})).status, 401);
}

TEST_P(ClientCallsTest, AMachineActsForItsTeamWithItsScopes) {
  const auto made = machine();
  const auto response = own_token(made);
  EXPECT_EQ(field(response, "scope"), "job:view site:view");
  EXPECT_FALSE(json(response).has("refresh_token"));
  const auto principal = principal_of(field(response, "access_token"));
  ASSERT_TRUE(principal) << principal.error().message();
  EXPECT_EQ(principal->kind, http::Principal::Kind::api_key);
  EXPECT_EQ(principal->tenant.customer_id, acme_.id);
  EXPECT_EQ(principal->subject, "client:" + made.client.id);
  EXPECT_THAT(principal->scopes, ElementsAre("job:view", "site:view"));
  EXPECT_FALSE(principal_of(field(response, "access_token"), http::Auth::bearer)) << "what only a person may do";
  EXPECT_EQ(userinfo(field(response, "access_token")).status, 401);

  EXPECT_EQ(field(own_token(made, {{"scope", "site:view"}}), "scope"), "site:view");
  EXPECT_EQ(field(own_token(made, {{"scope", "user:create"}}), "error"), "invalid_scope");
  EXPECT_EQ(field(own_token(made, {{"scope", "openid"}}), "error"), "invalid_scope");
}

TEST_P(ClientCallsTest, ChangesOfAMachineCountWithinASecondOnEveryNode) {
  const auto made = machine();
  const auto token = field(own_token(made), "access_token");
  Node second(*database_, clock_, identity_settings_, box_, settings_);
  const auto elsewhere = [&] {
    http::Request request;
    request.headers.set("Authorization", "Bearer " + token);
    return second.authenticator.authenticate(request, http::Auth::api_key);
  };
  ASSERT_TRUE(elsewhere());
  auto fewer = draft();
  fewer.grants = {GrantType::client_credentials};
  fewer.scopes = {"site:view"};
  ASSERT_TRUE(node().provider.clients.update(Tenant{acme_.id}, made.client.id, fewer, everything()));
  EXPECT_THAT(principal_of(token)->scopes, ElementsAre("site:view"));
  clock_.advance(1s);
  EXPECT_THAT(elsewhere()->scopes, ElementsAre("site:view"));
  ASSERT_TRUE(node().provider.clients.remove(Tenant{acme_.id}, made.client.id));
  EXPECT_FALSE(principal_of(token));
  clock_.advance(1s);
  EXPECT_FALSE(elsewhere());
}

TEST_P(ClientCallsTest, IntrospectionAnswersForTheOwnTeamOnly) {
  const auto app = register_client(draft());
  const auto server = register_client(draft());
  const auto tokens = redeem(get_code(app.client.id, cookie_), basic(app));
  for (const char* kind : {"access_token", "refresh_token"}) {
    const auto answer = introspect(field(tokens, kind), basic(server));
    EXPECT_EQ(json(answer).flag("active"), true) << answer.body;
    EXPECT_EQ(field(answer, "client_id"), app.client.id);
    EXPECT_EQ(field(answer, "sub"), "local|" + ann_.id.to_string());
  }
  const auto bob = add_user("bob@example.com");
  const auto foreign = node().provider.clients.create(Tenant{add_team(bob, "Other").id}, draft(), everything());
  EXPECT_EQ(introspect(field(tokens, "access_token"), basic(*foreign)).body, R"({"active":false})");
  EXPECT_EQ(introspect("garbage", basic(server)).body, R"({"active":false})");
  EXPECT_EQ(introspect("a.b.c", basic(server)).body, R"({"active":false})");
  EXPECT_EQ(introspect(field(tokens, "id_token"), basic(server)).body, R"({"active":false})");
  EXPECT_EQ(introspect(field(tokens, "access_token"), {}).status, 401);
  const auto pub = register_client(draft(AuthMethod::none));
  EXPECT_EQ(post_form("/oauth/introspect", {{"token", field(tokens, "access_token")}, {"client_id", pub.client.id}}).status, 401);
  refresh(field(tokens, "refresh_token"), basic(app));
  EXPECT_EQ(introspect(field(tokens, "refresh_token"), basic(server)).body, R"({"active":false})");
  const auto own = field(own_token(machine()), "access_token");
  EXPECT_EQ(json(introspect(own, basic(server))).flag("active"), true);
}

TEST_P(ClientCallsTest, RevokingOneTokenEndsTheGrant) {
  const auto app = register_client(draft());
  const auto other = register_client(draft());
  for (const char* kind : {"access_token", "refresh_token"}) {
    const auto tokens = redeem(get_code(app.client.id, cookie_), basic(app));
    EXPECT_EQ(post_form("/oauth/revoke", {{"token", field(tokens, kind)}}, basic(other)).status, 200);
    EXPECT_EQ(userinfo(field(tokens, "access_token")).status, 200) << "another client's wish does not count";
    EXPECT_EQ(post_form("/oauth/revoke", {{"token", field(tokens, kind)}}, basic(app)).status, 200);
    EXPECT_EQ(userinfo(field(tokens, "access_token")).status, 401);
    EXPECT_EQ(refresh(field(tokens, "refresh_token"), basic(app)).status, 400);
    EXPECT_EQ(introspect(field(tokens, "access_token"), basic(app)).body, R"({"active":false})");
  }
  EXPECT_EQ(post_form("/oauth/revoke", {{"token", "unknown"}}, basic(app)).status, 200);
  EXPECT_EQ(field(post_form("/oauth/revoke", {}, basic(app)), "error"), "invalid_request");
  EXPECT_EQ(post_form("/oauth/revoke", {{"token", "x"}}).status, 401);
}

TEST_P(ClientCallsTest, ARevocationReachesTheOtherNodeWithinASecond) {
  const auto app = register_client(draft());
  const auto tokens = redeem(get_code(app.client.id, cookie_), basic(app));
  Node second(*database_, clock_, identity_settings_, box_, settings_);
  const auto status = [&] { return http::testing::send(second.router, http::Method::get, "/userinfo", {.token = field(tokens, "access_token")}).status; };
  EXPECT_EQ(status(), 200);
  post_form("/oauth/revoke", {{"token", field(tokens, "refresh_token")}}, basic(app));
  clock_.advance(1s);
  EXPECT_EQ(status(), 401);
}

TEST_P(ClientCallsTest, DiscoveryNamesWhatThereIs) {
  const auto response = get("/.well-known/openid-configuration");
  const auto document = json(response);
  EXPECT_EQ(document.text("issuer"), kIssuer);
  EXPECT_EQ(document.text("token_endpoint"), "https://auth.example/oauth/token");
  EXPECT_THAT(document.texts("code_challenge_methods_supported"), ElementsAre("S256"));
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Origin"), "*");
  for (const char* name : {"authorization_endpoint", "userinfo_endpoint", "end_session_endpoint"}) {
    const auto path = document.text(name)->substr(std::string(kIssuer).size());
    EXPECT_NE(get(path).status, 404) << path;
  }
}

TEST_P(ClientCallsTest, BrowsersOfOtherOriginsMayAsk) {
  const auto response = http::testing::send(node().router, http::Method::options, "/userinfo",
                                            {.headers = {{"Origin", "https://app.example"}, {"Access-Control-Request-Headers", "authorization"}}});
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Origin"), "*");
}

}  // namespace
}  // namespace openstrat::oidc
