#include "sign_in/routes.hpp"

#include "db/database.hpp"
#include "http/testing/in_memory.hpp"
#include "http/testing/isolation.hpp"
#include "sign_in/browser_service.hpp"
#include "sign_in/test_support.hpp"

namespace openstrat::sign_in {
namespace {

using http::Endpoint;
using http::Method;
using http::testing::Sending;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class SignInRoutesTest : public SignInTest {
 protected:
  SignInRoutesTest()
      : browsers_(parts_->sessions, settings_.auth_url), router_(http::testing::in_memory_hooks(clock_, authenticator_)) {
    add_routes(router_, {parts_->sign_in, parts_->registration, parts_->password, parts_->email, parts_->profile, browsers_, parts_->sessions, signer_, settings_});
  }

  http::Principal principal_of(const identity::User& user, const std::string& session_id) {
    auto principal = http::testing::user_with(Tenant{}, {});
    principal.user_id = user.id;
    principal.session_id = session_id;
    principal.display_name = user.email;
    return principal;
  }
  http::Response post(const std::string& path, const std::string& body, std::vector<std::pair<std::string, std::string>> headers = {}) {
    return http::testing::send(router_, Method::post, path, {.body = body, .headers = std::move(headers)});
  }
  static std::string login_body(const std::string& email, const std::string& password) {
    return R"({"email":")" + email + R"(","password":")" + password + R"("})";
  }

  http::testing::FakeAuthenticator authenticator_;
  BrowserService browsers_;
  http::Router router_;
};
INSTANTIATE_EACH_ENGINE(SignInRoutesTest);

TEST_P(SignInRoutesTest, OwnRoutesWantATokenAndShowNothingOfOthers) {
  const auto ann = add_user("ann@example.com"), eve = add_user("eve@example.com");
  const auto session = sign_in("ann@example.com");
  authenticator_.add("eve", principal_of(eve, "sess_eve"));
  EXPECT_THAT(http::testing::isolation_failures(router_, {.token_without_scopes = "eve", .token_with_all_scopes = "eve",
                                                          .foreign_id = [&](const Endpoint&, std::string_view) { return std::optional<std::string>(session->session->id); }}),
              IsEmpty());
  EXPECT_TRUE(is_alive(session->session->cookie));
  EXPECT_EQ(http::testing::send(router_, Method::get, "/me/sessions", {.token = "eve"}).body, "[]");
}

TEST_P(SignInRoutesTest, SigningInSetsTheCookieAndNothingBesides) {
  add_user("ann@example.com");
  const auto plain = post("/login", login_body("ann@example.com", kPassword));
  EXPECT_EQ(plain.status, 200);
  EXPECT_THAT(plain.body, HasSubstr(R"("status":"signed_in")"));
  const auto cookie = std::string(plain.headers.find("Set-Cookie").value_or(""));
  EXPECT_THAT(cookie, StartsWith("__Host-session="));
  EXPECT_THAT(cookie, HasSubstr("; HttpOnly; SameSite=Lax; Secure"));
  EXPECT_THAT(cookie, Not(HasSubstr("Max-Age")));
  EXPECT_THAT(plain.body, Not(HasSubstr(cookie.substr(15, 43)))) << "the secret is for the cookie jar only";
  EXPECT_EQ(plain.headers.find("Cache-Control"), "no-store");
  const auto remembered = post("/login", R"({"email":"ann@example.com","password":"Correct-horse-7","remember":true})");
  EXPECT_THAT(std::string(remembered.headers.find("Set-Cookie").value_or("")), HasSubstr("Max-Age=2592000"));
}

TEST_P(SignInRoutesTest, RefusalsLookTheSameForEverybody) {
  add_user("ann@example.com");
  const auto without_request_id = [](const http::Response& response) { return std::pair(response.status, response.body.substr(0, response.body.find("request_id"))); };
  const auto wrong = post("/login", login_body("ann@example.com", "Wrong-horse-7"));
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(without_request_id(wrong), without_request_id(post("/login", login_body("nobody@example.com", "Wrong-horse-7"))));
  for (const char* path : {"/password/forgot", "/email/resend"}) {
    const auto known = post(path, R"({"email":"ann@example.com"})"), unknown = post(path, R"({"email":"nobody@example.com"})");
    EXPECT_EQ(known.status, 202) << path;
    EXPECT_EQ(std::pair(known.status, known.body), std::pair(unknown.status, unknown.body)) << path;
  }
  const auto body = [](const std::string& email) { return R"({"name":"A","email":")" + email + R"(","password":"Correct-horse-7","terms":true})"; };
  const auto known = post("/register", body("ann@example.com")), unknown = post("/register", body("new@example.com"));
  EXPECT_EQ(known.status, 201);
  EXPECT_EQ(std::pair(known.status, known.body), std::pair(unknown.status, unknown.body));
}

TEST_P(SignInRoutesTest, OtherSitesCannotUseTheForms) {
  add_user("ann@example.com");
  for (const auto& endpoint : router_.endpoints()) {
    if (endpoint->method != Method::post || endpoint->path == "/login/passkey/options" || endpoint->path == "/logout") continue;
    const auto body = http::testing::sample_body(*endpoint);
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "null"}})
      EXPECT_THAT(post(endpoint->path, body, {{name, value}}).body, HasSubstr("origin_invalid")) << endpoint->path << ' ' << value;
  }
  const auto session = sign_in("ann@example.com");
  const std::pair<std::string, std::string> cookie{"Cookie", "__Host-session=" + session->session->cookie};
  EXPECT_EQ(post("/logout", "", {cookie}).status, 403);
  EXPECT_EQ(post("/logout", "", {cookie, {"Sec-Fetch-Site", "cross-site"}}).status, 403);
  EXPECT_TRUE(is_alive(session->session->cookie));
  const auto out = post("/logout", "", {cookie, {"Sec-Fetch-Site", "same-origin"}});
  EXPECT_EQ(out.status, 204);
  EXPECT_THAT(std::string(out.headers.find("Set-Cookie").value_or("")), HasSubstr("Max-Age=0"));
  EXPECT_FALSE(is_alive(session->session->cookie));
  EXPECT_EQ(post("/logout", "").status, 204);
}

TEST_P(SignInRoutesTest, ALinkLeadsToOurOwnPageOnly) {
  const auto ann = add_user("ann@example.com", false);
  const std::string path = "/email/verify/" + ann.id.to_string() + "/" + Notices::hash_of_email(ann.email);
  const auto location = [&](const std::string& target) {
    const auto response = http::testing::send(router_, Method::get, target);
    EXPECT_EQ(response.status, 303);
    return std::string(response.headers.find("Location").value_or(""));
  };
  const std::string expired = "https://auth.example/signin?email=expired";
  EXPECT_EQ(location(path), expired);
  EXPECT_EQ(location(path + "?expires=99999999999&signature=" + std::string(64, '0')), expired);
  EXPECT_EQ(location(path + "?redirect=https://evil.example&next=//evil.example"), expired);
  EXPECT_EQ(location("/email/verify/" + ann.id.to_string() + "/x%0d%0aSet-Cookie:%20a=b"), expired);
  const auto link = signer_.sign(path, clock_.now() + std::chrono::hours(24));
  EXPECT_EQ(location(link + "&redirect=https://evil.example"), expired);
  EXPECT_EQ(reload(ann).email_verified, false);
  EXPECT_EQ(location(link), "https://auth.example/signin?email=verified");
  EXPECT_EQ(reload(ann).email_verified, true);
}

TEST_P(SignInRoutesTest, FieldsThatAreNotAskedForAreRefused) {
  add_user("owner@example.com");
  for (const char* extra : {R"("status":"active")", R"("email_verified":true)", R"("allow_login":true)", R"("roles":["owner"])", R"("idp":"google")"}) {
    const auto response = post("/register", R"({"name":"A","email":"new@example.com","password":"Correct-horse-7","terms":true,)" + std::string(extra) + "}");
    EXPECT_GE(response.status, 400) << extra;
    EXPECT_LT(response.status, 500) << extra;
  }
  EXPECT_THAT(mails_.all(), IsEmpty());
}

TEST_P(SignInRoutesTest, PeopleSeeAndEndTheirSessionsAndChangeThemselves) {
  const auto ann = add_user("ann@example.com");
  const auto here = sign_in("ann@example.com"), there = sign_in("ann@example.com");
  auto principal = principal_of(ann, here->session->id);
  principal.scopes = {"job:view", "site:view"};
  authenticator_.add("ann", principal);
  EXPECT_THAT(http::testing::send(router_, Method::get, "/me", {.token = "ann"}).body, HasSubstr(R"("scopes":["job:view","site:view"],"mfa_missing":false)"));
  const auto list = http::testing::send(router_, Method::get, "/me/sessions", {.token = "ann"}).body;
  EXPECT_THAT(list, HasSubstr(R"("device":"Firefox on Windows")"));
  EXPECT_THAT(list, HasSubstr(here->session->id));
  EXPECT_EQ(http::testing::send(router_, Method::delete_, "/me/sessions/" + there->session->id, {.token = "ann"}).status, 204);
  EXPECT_FALSE(is_alive(there->session->cookie));
  EXPECT_EQ(http::testing::send(router_, Method::delete_, "/me/sessions/" + there->session->id, {.token = "ann"}).status, 404);

  const auto changed = http::testing::send(router_, Method::put, "/me", {.token = "ann", .body = R"({"name":"Ann Lee","timezone":"Europe/Berlin","email":"new@example.com","current_password":"Correct-horse-7"})"});
  EXPECT_EQ(changed.status, 200);
  EXPECT_THAT(changed.body, HasSubstr(R"("name":"Ann Lee")"));
  EXPECT_THAT(changed.body, HasSubstr(R"("pending_email":"new@example.com")"));
  EXPECT_EQ(http::testing::send(router_, Method::put, "/password", {.token = "ann", .body = R"({"current_password":"Correct-horse-7","password":"Battery-staple-8"})"}).status, 204);
  EXPECT_TRUE(is_alive(here->session->cookie));
  EXPECT_EQ(sign_in("ann@example.com", kOtherPassword)->kind, Step::Kind::signed_in);
}

TEST_P(SignInRoutesTest, AStepTakesExactlyOneProof) {
  const auto ann = add_user("ann@example.com");
  factors_.users.insert(ann.id);
  const auto first = post("/login", login_body("ann@example.com", kPassword));
  EXPECT_THAT(first.body, HasSubstr(R"("status":"second_factor")"));
  EXPECT_THAT(first.body, HasSubstr(R"("passkey_options":{"challenge":"abc"})"));
  EXPECT_FALSE(first.headers.contains("Set-Cookie"));
  const auto begin = first.body.find(R"("ticket":")") + 10;
  const auto ticket = first.body.substr(begin, 43);
  EXPECT_EQ(post("/login/mfa", R"({"ticket":")" + ticket + R"("})").status, 422);
  EXPECT_EQ(post("/login/mfa", R"({"ticket":")" + ticket + R"(","code":"123456","password":"x"})").status, 422);
  const auto done = post("/login/mfa", R"({"ticket":")" + ticket + R"(","code":"123456"})");
  EXPECT_EQ(done.status, 200);
  EXPECT_TRUE(done.headers.contains("Set-Cookie"));
}

}  // namespace
}  // namespace openstrat::sign_in
