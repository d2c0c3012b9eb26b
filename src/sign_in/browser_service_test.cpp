#include "sign_in/browser_service.hpp"

#include <gmock/gmock.h>

namespace openstrat::sign_in {
namespace {

using identity::BrowserSession;

/// Knows one cookie.
class OneSession final : public identity::SessionService {
 public:
  Result<Started> start(const identity::NewSession&, const identity::Origin&) override { return fail(Errc::internal, "not here"); }
  Result<std::optional<BrowserSession>> find(std::string_view cookie) override {
    return cookie == "right" ? std::optional<BrowserSession>(BrowserSession{.id = "sess_1"}) : std::optional<BrowserSession>{};
  }
  Result<std::vector<identity::SessionLine>> list(UserId) override { return std::vector<identity::SessionLine>{}; }
  Status revoke(UserId, std::string_view) override { return {}; }
  Status revoke_all(UserId, std::string_view) override { return {}; }
};

struct BrowserServiceTest : testing::Test {
  OneSession sessions;
  BrowserService secure{sessions, "https://Auth.Example:443/base"};
  BrowserService plain{sessions, "http://127.0.0.1:8080"};
};

TEST_F(BrowserServiceTest, TheCookieIsOfThisHostOnlyAndOutOfReachOfScripts) {
  EXPECT_EQ(secure.set_cookie("abc", std::nullopt), "__Host-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
  EXPECT_EQ(secure.set_cookie("abc", std::chrono::hours(1)), "__Host-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=3600");
  EXPECT_EQ(plain.set_cookie("abc", std::nullopt), "session=abc; Path=/; HttpOnly; SameSite=Lax");
  EXPECT_EQ(secure.clear_cookie(), "__Host-session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
}

TEST_F(BrowserServiceTest, FindsItsCookieAmongOthers) {
  EXPECT_EQ(plain.cookie_in("a=b; session=right; c=d"), "right");
  EXPECT_EQ(plain.cookie_in("session=right"), "right");
  EXPECT_EQ(plain.cookie_in("mysession=right; session2=x; session"), "");
  EXPECT_EQ(secure.cookie_in("session=right"), "");
  EXPECT_EQ(plain.cookie_in(std::nullopt), "");
  EXPECT_EQ((*plain.session({.cookie = "session=right"}))->id, "sess_1");
  EXPECT_FALSE(*plain.session({.cookie = "session=wrong"}));
  EXPECT_FALSE(*plain.session({}));
}

TEST_F(BrowserServiceTest, OnlyOurOwnPagesMayChangeSomething) {
  const auto allowed = [&](std::optional<std::string_view> site, std::optional<std::string_view> origin) {
    return secure.check_same_origin({.origin = origin, .sec_fetch_site = site}).has_value();
  };
  EXPECT_TRUE(allowed("same-origin", std::nullopt));
  EXPECT_TRUE(allowed(std::nullopt, "https://auth.example"));
  EXPECT_FALSE(allowed(std::nullopt, std::nullopt));
  for (const auto* site : {"cross-site", "same-site", "none", ""}) EXPECT_FALSE(allowed(site, "https://auth.example")) << site;
  for (const auto* origin : {"null", "http://auth.example", "https://auth.example.evil", "https://auth.example:8443", "https://evil/https://auth.example", ""})
    EXPECT_FALSE(allowed(std::nullopt, origin)) << origin;
  EXPECT_EQ(secure.session_for_change({.cookie = "__Host-session=right"}).error().reason(), "origin_invalid");
  EXPECT_TRUE(*secure.session_for_change({.cookie = "__Host-session=right", .sec_fetch_site = "same-origin"}));
  EXPECT_TRUE(secure.check_not_cross_site({})) << "a program";
  EXPECT_FALSE(secure.check_not_cross_site({.origin = "https://evil.example"}));
  EXPECT_TRUE(plain.check_same_origin({.origin = "http://127.0.0.1:8080"}));
}

TEST_F(BrowserServiceTest, KnowsPathsOfItsOwnHost) {
  for (const auto* good : {"/", "/app/", "/authorize?client_id=a&redirect_uri=https%3A%2F%2Fx", "/a//b"}) EXPECT_TRUE(BrowserService::is_own_path(good)) << good;
  for (const auto* bad : {"", "app", "//evil", "/\\evil", "\\\\evil", "https://evil", "/\t/evil", "/ok\r\nSet-Cookie: a=b", "javascript:alert(1)", "/a\\b"})
    EXPECT_FALSE(BrowserService::is_own_path(bad)) << bad;
}

}  // namespace
}  // namespace openstrat::sign_in
