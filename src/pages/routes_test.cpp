#include "pages/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "http/testing/in_memory.hpp"
#include "pages/template_files.hpp"
#include "sign_in/browser_service.hpp"
#include "templates/library.hpp"

namespace openstrat::pages {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// One signed-in browser: its cookie is `alive`.
class OneSession final : public identity::SessionService {
 public:
  Result<Started> start(const identity::NewSession&, const identity::Origin&) override { return fail(Errc::internal, "not here"); }
  Result<std::optional<identity::BrowserSession>> find(std::string_view cookie) override {
    if (cookie != "alive") return std::optional<identity::BrowserSession>{};
    identity::BrowserSession session{.id = "sess_1"};
    session.user.id = UserId(Uuid{{7}});
    session.user.name = "Ann <b>";
    session.user.email = "ann@example.com";
    return std::optional(session);
  }
  Result<std::vector<identity::SessionLine>> list(UserId) override { return std::vector<identity::SessionLine>{}; }
  Status revoke(UserId, std::string_view) override { return {}; }
  Status revoke_all(UserId, std::string_view) override { return {}; }
};

class PagesTest : public ::testing::Test {
 protected:
  PagesTest() : router_(http::testing::in_memory_hooks(clock_, authenticator_)) {
    const std::span<const templates::File> sets[] = {template_files()};
    library_ = std::make_unique<templates::Library>(templates::Library::load(sets).value());
    add_routes(router_, {.library = *library_, .brand = {.name = "Acme Net"}, .browsers = browsers_, .rng = rng_, .home = "https://portal.example/app/", .door = [this] { return Result<Door>(door_); },
                         .accept_invitation = [this](UserId user, std::string_view token) -> Status {
                           if (token != "good") return fail(Errc::gone, "link_expired", "The invitation has expired; ask for another one.");
                           accepted_by_ = user;
                           return {};
                         }});
  }
  http::Response get(const std::string& target, std::string cookie = {}) {
    return http::testing::send(router_, http::Method::get, target, {.headers = {{"Cookie", "session=" + cookie}}});
  }
  http::Response accept(const char* token, const char* cookie, const char* site = "same-origin") {
    return http::testing::send(router_, http::Method::post, "/signin/invitation",
                               {.body = std::string(R"({"token":")") + token + "\"}", .headers = {{"Cookie", std::string("session=") + cookie}, {"Sec-Fetch-Site", site}}});
  }

  ManualClock clock_{from_unix_us(0)};
  SeededRng rng_{1};
  http::testing::FakeAuthenticator authenticator_;
  OneSession sessions_;
  sign_in::BrowserService browsers_{sessions_, "http://auth.example"};
  std::unique_ptr<templates::Library> library_;
  http::Router router_;
  Door door_ = Door::invited;
  std::optional<UserId> accepted_by_;
};

TEST_F(PagesTest, ANewInstallationBeginsWithItsFirstAccount) {
  door_ = Door::first;
  const auto sign_in = get("/signin");
  EXPECT_EQ(sign_in.status, 303);
  EXPECT_EQ(sign_in.headers.find("Location"), "/signup");
  EXPECT_THAT(get("/signup").body, HasSubstr("Name of the team"));
}

TEST_F(PagesTest, AccountsAreOfferedToWhomTheyAreFor) {
  EXPECT_THAT(get("/signin").body, Not(HasSubstr("Create an account")));
  EXPECT_THAT(get("/signup").body, HasSubstr("by invitation"));
  EXPECT_THAT(get("/signup?invitation=abc").body, HasSubstr("data-invitation=\"abc\""));
  door_ = Door::everybody;
  EXPECT_THAT(get("/signin").body, HasSubstr("Create an account"));
  door_ = Door::nobody;
  EXPECT_THAT(get("/signup?invitation=abc").body, Not(HasSubstr("<form")));
}

TEST_F(PagesTest, NothingFromOutsideBecomesMarkup) {
  const auto page = get("/signin?login_hint=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&notice=%3Cb%3E&connection=%22x");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page.body, Not(HasSubstr("<b>")));
  EXPECT_THAT(get("/account", "alive").body, HasSubstr("Ann &lt;b&gt;"));
}

TEST_F(PagesTest, TheWayBackStaysOnThisHost) {
  EXPECT_THAT(get("/signin?return_to=/authorize%3Fa%3Db%26c%3Dd").body, HasSubstr("data-return-to=\"/authorize?a=b&amp;c=d\""));
  for (const char* target : {"https://evil.example/", "//evil.example", "/%5Cevil.example", "javascript:alert(1)", "/%09/evil.example"})
    EXPECT_THAT(get(std::string("/signin?return_to=") + target).body, HasSubstr("data-return-to=\"\"")) << target;
}

TEST_F(PagesTest, EveryPageHasAStrictPolicyOfItsOwn) {
  std::string nonces;
  for (const char* target : {"/signin", "/signup", "/password/forgot", "/password/reset?token=secret", "/invites/abc"}) {
    const auto page = get(target);
    EXPECT_EQ(page.status, 200) << target;
    const std::string policy(page.headers.find("Content-Security-Policy").value_or(""));
    EXPECT_THAT(policy, HasSubstr("default-src 'none'")) << target;
    EXPECT_THAT(policy, Not(HasSubstr("unsafe"))) << target;
    EXPECT_EQ(page.headers.find("Referrer-Policy"), "no-referrer") << "the address may hold a secret: " << target;
    EXPECT_EQ(page.headers.find("Cache-Control"), "no-store") << target;
    EXPECT_THAT(page.body, Not(HasSubstr("secret"))) << target;
    const auto nonce = policy.substr(policy.find("nonce-"), 28);
    EXPECT_THAT(nonces, Not(HasSubstr(nonce))) << "a nonce counts once";
    nonces += nonce;
  }
}

TEST_F(PagesTest, TheAccountPageIsForWhoIsSignedIn) {
  EXPECT_EQ(get("/").headers.find("Location"), "https://portal.example/app/");
  EXPECT_THAT(get("/signin").body, HasSubstr("data-home=\"https://portal.example/app/\""));
  EXPECT_EQ(get("/account").headers.find("Location"), "/signin?return_to=/account");
  EXPECT_THAT(get("/account", "alive").body, ::testing::AllOf(HasSubstr("ann@example.com"), HasSubstr("href=\"https://portal.example/app/\"")));
}

TEST_F(PagesTest, AnInvitationIsTakenByTheBrowsersOwnUser) {
  EXPECT_THAT(get("/invites/a%22b").body, HasSubstr("/signin?return_to=/invites/a%22b"));
  EXPECT_THAT(get("/invites/good", "alive").body, HasSubstr("Join the team"));
  EXPECT_EQ(accept("good", "dead").status, 401);
  EXPECT_EQ(accept("good", "alive", "cross-site").status, 403);
  EXPECT_FALSE(accepted_by_);
  EXPECT_EQ(accept("old", "alive").status, 410);
  EXPECT_EQ(accept("good", "alive").status, 204);
  EXPECT_EQ(accepted_by_, UserId(Uuid{{7}}));
}

TEST_F(PagesTest, TheColoursCanBeChosen) {
  const std::string page(get("/signin").body);
  EXPECT_THAT(page, HasSubstr("<p class=\"colours\" hidden>")) << "shown by the script only";
  EXPECT_LT(page.find("<script src=\"/assets/sign-in.js\"></script>"), page.find("<form")) << "before anything is drawn in the wrong ones";
}

TEST_F(PagesTest, TheScriptIsKeptAndCheckedAgain) {
  const auto script = get("/assets/sign-in.js");
  EXPECT_EQ(script.status, 200);
  const std::string etag(*script.headers.find("ETag"));
  EXPECT_EQ(http::testing::send(router_, http::Method::get, "/assets/sign-in.js", {.headers = {{"If-None-Match", etag}}}).status, 304);
}

}  // namespace
}  // namespace openstrat::pages
