// The applications of a team and the authorizations of a person over HTTP; signing out.
#include "http/testing/isolation.hpp"
#include "oidc/test_support.hpp"

namespace openstrat::oidc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using http::Method;

class ManagementTest : public OidcTest {
 protected:
  ManagementTest() { token_ = token_of(ann_); }
  std::string token_of(const identity::User& user) { return node().identity.tokens.issue(user.id, std::nullopt, {})->access_token; }
  http::Response call(Method method, const std::string& target, const std::string& body = "") {
    return http::testing::send(node().router, method, target, {.token = token_, .body = body});
  }
  static constexpr const char* kBody = R"({"name":"Grafana","redirect_uris":["https://app.example/callback"],"scopes":["site:view"],"homepage":"https://app.example/"})";

  std::string token_;
};
INSTANTIATE_EACH_ENGINE(ManagementTest);

TEST_P(ManagementTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), migrations_with_identity()); }

TEST_P(ManagementTest, AnApplicationIsRegisteredChangedAndRemoved) {
  const auto made = call(Method::post, "/oauth/clients", kBody);
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = field(made, "client_id"), secret = field(made, "client_secret");
  EXPECT_THAT(id, StartsWith("client_"));
  EXPECT_EQ(secret.size(), 48u);
  EXPECT_EQ(field(made, "secret_hint"), secret.substr(44));
  EXPECT_THAT(json(made).texts("grant_types"), ElementsAre("authorization_code", "refresh_token"));

  for (const auto& target : {std::string("/oauth/clients"), "/oauth/clients/" + id}) {
    const auto read = call(Method::get, target);
    EXPECT_EQ(read.status, 200);
    EXPECT_THAT(read.body, HasSubstr("Grafana"));
    EXPECT_THAT(read.body, Not(HasSubstr(secret)));
  }
  const auto rotated = call(Method::post, "/oauth/clients/" + id + "/rotate");
  EXPECT_EQ(rotated.status, 200);
  EXPECT_NE(field(rotated, "client_secret"), secret);
  const auto changed = call(Method::put, "/oauth/clients/" + id, R"({"name":"Board","token_endpoint_auth_method":"none","redirect_uris":["http://127.0.0.1/done"]})");
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_FALSE(json(changed).has("client_secret"));
  EXPECT_EQ(call(Method::post, "/oauth/clients/" + id + "/rotate").status, 409);
  EXPECT_EQ(call(Method::delete_, "/oauth/clients/" + id).status, 204);
  EXPECT_EQ(call(Method::get, "/oauth/clients/" + id).status, 404);
  std::vector<std::string> names;
  for (const auto& event : node().bus.all) names.push_back(event.name);
  EXPECT_THAT(names, ElementsAre("oauth_client.created", "oauth_client.secret_rotated", "oauth_client.updated", "oauth_client.deleted"));
}

TEST_P(ManagementTest, WhatMakesNoSenseIsRefusedByField) {
  const auto refused = [&](const std::string& body, const char* name) {
    const auto response = call(Method::post, "/oauth/clients", body);
    EXPECT_EQ(response.status, 422) << response.body;
    EXPECT_THAT(response.body, HasSubstr("\"" + std::string(name) + "\":["));
  };
  refused(R"({"redirect_uris":["https://app.example/"]})", "name");
  refused(R"({"name":" ","redirect_uris":["https://app.example/"]})", "name");
  refused(R"({"name":"x"})", "redirect_uris");
  refused(R"({"name":"x","redirect_uris":["http://app.example/"]})", "redirect_uris.0");
  refused(R"j({"name":"x","redirect_uris":["https://a.example/"],"post_logout_redirect_uris":["javascript:alert(1)"]})j", "post_logout_redirect_uris.0");
  refused(R"({"name":"x","redirect_uris":["https://a.example/"],"scopes":["site:everything"]})", "scopes");
  refused(R"({"name":"x","token_endpoint_auth_method":"none","grant_types":["client_credentials"]})", "grant_types");
  refused(R"({"name":"x","grant_types":["refresh_token"]})", "grant_types");
  refused(R"({"name":"x","redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"private_key_jwt"})", "jwks");
  refused(R"({"name":"x","redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":[]}})", "jwks");
  refused(R"({"name":"x","redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":[{"kty":"EC","d":"AA"}]}})", "jwks");
  refused(R"({"name":"x","redirect_uris":["https://a.example/"],"homepage":"http://a.example/"})", "homepage");
  refused(R"({"name":"x","redirect_uris":["https://a.example/"],"team_id":"5"})", "team_id");
  EXPECT_EQ(call(Method::post, "/oauth/clients", R"({"name":"x","redirect_uris":["https://a.example/"],"client_id":"openstrat-web"})").status, 422);
}

TEST_P(ManagementTest, NobodyGivesAwayWhatTheyDoNotHold) {
  const auto key = node().identity.keys.create(Tenant{acme_.id}, {.name = "k", .scopes = {{"api:create", "api:update", "site:view"}}})->key;
  const auto with_key = [&](Method method, const std::string& target, const std::string& body) {
    return http::testing::send(node().router, method, target, {.token = key, .body = body});
  };
  EXPECT_EQ(with_key(Method::post, "/oauth/clients", R"({"name":"x","redirect_uris":["https://a.example/"],"scopes":["site:delete"]})").status, 422);
  EXPECT_EQ(with_key(Method::post, "/oauth/clients", R"({"name":"x","redirect_uris":["https://a.example/"],"scopes":["site:view"]})").status, 201);
  const auto owners = field(call(Method::post, "/oauth/clients", R"({"name":"x","redirect_uris":["https://a.example/"],"scopes":["site:delete"]})"), "client_id");
  EXPECT_EQ(with_key(Method::put, "/oauth/clients/" + owners, R"({"name":"y","redirect_uris":["https://a.example/"],"scopes":["site:delete"]})").status, 200)
      << "what was given before may stay";
  EXPECT_EQ(with_key(Method::put, "/oauth/clients/" + owners, R"({"name":"y","redirect_uris":["https://a.example/"],"scopes":["site:delete","job:delete"]})").status, 422);
}

TEST_P(ManagementTest, ATeamMayHaveFifty) {
  for (int i = 0; i < ClientService::kMostOfATeam; ++i) register_client(draft(AuthMethod::none));
  EXPECT_EQ(call(Method::post, "/oauth/clients", kBody).status, 409);
  const auto page = call(Method::get, "/oauth/clients?per_page=7&page=8");
  EXPECT_THAT(page.body, HasSubstr("\"total\":50"));
}

TEST_P(ManagementTest, TeamsAreApart) {
  const auto bob = add_user("bob@example.com");
  const auto other = add_team(bob, "Other");
  const auto foreign = node().provider.clients.create(Tenant{other.id}, draft(), everything()).value().client.id;
  const auto none = node().identity.keys.create(Tenant{acme_.id}, {.name = "none", .scopes = {{"webhook:test"}}})->key;
  const auto failures = http::testing::isolation_failures(
      node().router, {.token_without_scopes = none, .token_with_all_scopes = token_,
                      .foreign_id = [&](const http::Endpoint&, std::string_view) { return std::optional(foreign); },
                      .request = [&](const http::Endpoint& endpoint) -> std::optional<http::testing::Sending> {
                        if (endpoint.path.starts_with("/oauth/clients")) return http::testing::Sending{.body = kBody};
                        return std::nullopt;
                      }});
  EXPECT_THAT(failures, IsEmpty());
}

TEST_P(ManagementTest, APersonTakesBackWhatWasAllowed) {
  const auto app = register_client(draft());
  const auto tokens = redeem(get_code(app.client.id, cookie_), basic(app));
  const auto listed = call(Method::get, "/me/authorizations");
  EXPECT_THAT(listed.body, HasSubstr(app.client.id));
  EXPECT_THAT(listed.body, HasSubstr("\"last_used_at\":\"2026-02-03T08:00:00.000000Z\""));
  EXPECT_EQ(call(Method::delete_, "/me/authorizations/" + app.client.id).status, 204);
  EXPECT_EQ(call(Method::get, "/me/authorizations").body, "[]");
  EXPECT_EQ(call(Method::delete_, "/me/authorizations/" + app.client.id).status, 404);
  EXPECT_EQ(userinfo(field(tokens, "access_token")).status, 401);
  EXPECT_EQ(refresh(field(tokens, "refresh_token"), basic(app)).status, 400);
  EXPECT_EQ(get(authorize_target(app.client.id), cookie_).status, 200) << "asked again";
}

// ---- signing out --------------------------------------------------------------------------------------------------

TEST_P(ManagementTest, AnApplicationSignsItsPersonOut) {
  const auto app = register_client(draft());
  const auto tokens = redeem(get_code(app.client.id, cookie_), basic(app));
  const Pairs query{{"id_token_hint", field(tokens, "id_token")}, {"post_logout_redirect_uri", "https://app.example/bye"}, {"state", "s&1"}};
  const auto response = get("/oidc/logout?" + encode_query(query), cookie_);
  EXPECT_EQ(response.status, 303) << response.body;
  EXPECT_EQ(location(response), "https://app.example/bye?state=s%261");
  EXPECT_THAT(std::string(response.headers.find("Set-Cookie").value_or("")), StartsWith("__Host-session=;"));
  EXPECT_EQ(userinfo(field(tokens, "access_token")).status, 401);
  EXPECT_EQ(get(authorize_target(app.client.id, {{"prompt", "none"}}), cookie_).status, 303);
  EXPECT_EQ(sent(get(authorize_target(app.client.id, {{"prompt", "none"}}), cookie_), "error"), "login_required");
  EXPECT_EQ(location(get("/oidc/logout?" + encode_query(query), cookie_)), "https://app.example/bye?state=s%261") << "signed out already";
}

TEST_P(ManagementTest, WithoutAHintAPageAsksFirst) {
  const auto app = register_client(draft());
  const auto page = get("/oidc/logout?" + encode_query({{"client_id", app.client.id}, {"post_logout_redirect_uri", "https://app.example/bye"}}), cookie_);
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("Sign out?"));
  EXPECT_THAT(std::string(page.headers.find("Content-Security-Policy").value_or("")), HasSubstr("form-action 'self' https://app.example"));
  const Pairs form{{"ticket", hidden_field(page.body, "ticket")}};
  EXPECT_EQ(post_form("/oidc/logout", form, {{"Cookie", "__Host-session=" + cookie_}, {"Sec-Fetch-Site", "cross-site"}}).status, 403);
  EXPECT_NE(sent(get(authorize_target("openstrat-web", {{"redirect_uri", "https://portal.example/app/callback"}}), cookie_), "code"), "") << "still signed in";
  const auto done = post_form("/oidc/logout", form, from_our_page(cookie_));
  EXPECT_EQ(location(done), "https://app.example/bye");
  EXPECT_EQ(node().identity.sessions.find(cookie_)->has_value(), false);
}

TEST_P(ManagementTest, SigningOutLeadsNowhereElse) {
  const auto app = register_client(draft());
  const std::string hint = field(redeem(get_code(app.client.id, cookie_), basic(app)), "id_token");
  for (const char* target : {"https://evil.example/", "https://app.example/bye/more", "https://app.example/callback", "javascript:alert(1)"}) {
    const auto response = get("/oidc/logout?" + encode_query({{"id_token_hint", hint}, {"post_logout_redirect_uri", target}}), cookie_);
    EXPECT_EQ(response.status, 400) << target;
    EXPECT_EQ(location(response), "");
  }
  EXPECT_EQ(get("/oidc/logout?post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fbye", cookie_).status, 400) << "nobody says which application";
  EXPECT_EQ(get("/oidc/logout?" + encode_query({{"id_token_hint", hint}, {"client_id", "openstrat-web"}}), cookie_).status, 400);
  EXPECT_THAT(get("/oidc/logout", "").body, HasSubstr("You are signed out"));
}

}  // namespace
}  // namespace openstrat::oidc
