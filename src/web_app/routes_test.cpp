#include "web_app/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/rng.hpp"
#include "http/testing/in_memory.hpp"

namespace openstrat::web_app {
namespace {

using http::Method;
using http::Response;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::shared_ptr<const std::string> text(std::string value) { return std::make_shared<const std::string>(std::move(value)); }

/// What a build leaves behind, in small.
class FakeFiles final : public Files {
 public:
  std::shared_ptr<const File> find(std::string_view path) const override {
    const auto file = [&](std::string type, std::string content) {
      return std::make_shared<File>(File{.path = std::string(path), .content_type = std::move(type), .hash = "h", .identity = text(std::move(content))});
    };
    if (path == "index.html") return file("text/html; charset=utf-8", "<meta content=\"%CONFIG%\"><style nonce=\"%NONCE%\">100%</style>");
    if (path == "callback.html") return file("text/html; charset=utf-8", "callback %CONFIG%");
    if (path == "sw.js") return file("text/javascript; charset=utf-8", "worker");
    if (path == "manifest.webmanifest") return file("application/manifest+json", "{}");
    if (path == "assets/logo-1.png") return file("image/png", "PNG");
    if (path != "assets/index-1.js") return nullptr;
    auto script = file("text/javascript; charset=utf-8", "plain");
    script->gzip = text("gzip!");
    script->brotli = text("br!");
    return script;
  }
  bool is_constant() const override { return true; }
};

Settings settings() {
  return {.api = "https://api.example", .auth = "https://auth.example", .portal = "https://portal.example/app", .docs = "https://api.example/docs",
          .api_origin = "https://api.example", .auth_origin = "https://auth.example", .brand_name = "A \"b\" <c> & %NONCE%", .brand_color = "#123456",
          .brand_logo_url = "https://logo.example/l.svg", .logo_origin = "https://logo.example", .version = "1.2", .open_sign_up = true};
}

class WebAppTest : public ::testing::Test {
 protected:
  WebAppTest() : router_(http::testing::in_memory_hooks(clock_, authenticator_)) { add_routes(router_, std::make_shared<const FakeFiles>(), settings(), rng_); }

  Response get(std::string_view target, std::vector<std::pair<std::string, std::string>> headers = {}) {
    return http::testing::send(router_, Method::get, target, {.headers = std::move(headers)});
  }
  static std::string header(const Response& response, std::string_view name) { return std::string(response.headers.find(name).value_or("")); }

  ManualClock clock_{from_unix_us(0)};
  SeededRng rng_{1};
  http::testing::FakeAuthenticator authenticator_;
  http::Router router_;
};

TEST_F(WebAppTest, ThePageAnswersEveryPlaceInTheApplication) {
  for (const char* place : {"/app/", "/app/sites", "/app/sites/7/jobs?x=1.2", "/app/caf%C3%A9", "/app/assets", "/app/a/"}) {
    const auto page = get(place);
    EXPECT_EQ(page.status, 200) << place;
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8") << place;
    EXPECT_THAT(page.body, HasSubstr("<meta content=")) << place;
    EXPECT_EQ(header(page, "Cache-Control"), "no-cache") << place;
  }
  EXPECT_EQ(http::testing::send(router_, Method::head, "/app/sites").status, 200);
  EXPECT_EQ(http::testing::send(router_, Method::post, "/app/sites").status, 405);
}

TEST_F(WebAppTest, TheAddressWithoutASlashLeadsToTheOneWith) {
  const auto moved = get("/app?next=1");
  EXPECT_EQ(moved.status, 308);
  EXPECT_EQ(header(moved, "Location"), "/app/?next=1");
  EXPECT_EQ(header(get("/app"), "Location"), "/app/");
}

TEST_F(WebAppTest, PagesAreFilledInAndWhatIsFilledInIsNotReadAgain) {
  const auto page = get("/app/");
  EXPECT_THAT(page.body, HasSubstr("&quot;api&quot;:&quot;https://api.example&quot;"));
  EXPECT_THAT(page.body, HasSubstr("A \\&quot;b\\&quot; &lt;c&gt; &amp; %NONCE%"));
  EXPECT_THAT(page.body, HasSubstr("&quot;openSignUp&quot;:true"));
  EXPECT_THAT(page.body, HasSubstr("100%</style>"));
  EXPECT_THAT(page.body, Not(HasSubstr("%CONFIG%")));
  EXPECT_THAT(page.body, Not(HasSubstr("nonce=\"%")));
}

TEST_F(WebAppTest, ThePolicyIsStrictAndItsNonceCountsOnce) {
  const auto page = get("/app/");
  const std::string policy = header(page, "Content-Security-Policy");
  EXPECT_THAT(policy, StartsWith("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-"));
  EXPECT_THAT(policy, HasSubstr("; img-src 'self' data: blob: https://logo.example; "));
  EXPECT_THAT(policy, HasSubstr("; connect-src 'self' https://api.example https://auth.example; "));
  EXPECT_THAT(policy, HasSubstr("; frame-src 'self' https://auth.example; "));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  EXPECT_EQ(header(page, "X-Frame-Options"), "DENY");
  EXPECT_EQ(header(page, "X-Content-Type-Options"), "nosniff");
  const auto nonce = policy.substr(policy.find("nonce-") + 6, 22);
  EXPECT_THAT(page.body, HasSubstr("nonce=\"" + nonce + '"'));
  EXPECT_THAT(header(get("/app/"), "Content-Security-Policy"), Not(HasSubstr(nonce)));
}

TEST_F(WebAppTest, OnlyTheCallbackMayStandInAFrameOfOurs) {
  const auto callback = get("/app/callback?code=c.d&state=s");
  EXPECT_THAT(callback.body, StartsWith("callback {"));
  EXPECT_THAT(header(callback, "Content-Security-Policy"), HasSubstr("frame-ancestors 'self'"));
  EXPECT_EQ(header(callback, "X-Frame-Options"), "SAMEORIGIN");
}

TEST_F(WebAppTest, AssetsAreKeptForEverInTheFormThatFits) {
  const auto best = get("/app/assets/index-1.js", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(*best.shared_body, "br!");
  EXPECT_EQ(header(best, "Content-Encoding"), "br");
  EXPECT_EQ(header(best, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(best, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(best.content_type, "text/javascript; charset=utf-8");
  EXPECT_THAT(header(best, "Content-Security-Policy"), HasSubstr("connect-src 'self' https://api.example"));
  EXPECT_EQ(*get("/app/assets/index-1.js", {{"Accept-Encoding", "br;q=0.1, gzip"}}).shared_body, "gzip!");
  const auto plain = get("/app/assets/index-1.js");
  EXPECT_EQ(*plain.shared_body, "plain");
  EXPECT_EQ(header(plain, "Content-Encoding"), "");
  EXPECT_EQ(header(plain, "Vary"), "Accept-Encoding") << "for caches on the way";
  EXPECT_EQ(header(get("/app/assets/logo-1.png"), "Vary"), "");
}

TEST_F(WebAppTest, EachFormHasAnEntityTagOfItsOwn) {
  const auto best = get("/app/assets/index-1.js", {{"Accept-Encoding", "br"}});
  EXPECT_EQ(header(best, "ETag"), "\"h-br\"");
  const auto again = get("/app/assets/index-1.js", {{"Accept-Encoding", "br"}, {"If-None-Match", "\"x\", \"h-br\""}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.shared_body, nullptr);
  EXPECT_EQ(header(again, "ETag"), "\"h-br\"");
  EXPECT_EQ(header(again, "Vary"), "Accept-Encoding");
  EXPECT_EQ(get("/app/assets/index-1.js", {{"If-None-Match", "\"h-br\""}}).status, 200);
}

TEST_F(WebAppTest, AMissingFileIsNeverAPage) {
  for (const char* path : {"/app/assets/index-2.js", "/app/assets/a/b", "/app/assets/no-extension", "/app/favicon.ico", "/app/sites/logo.png", "/app/other.html"}) {
    const auto response = get(path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.content_type, "text/plain; charset=utf-8") << path;
    EXPECT_EQ(header(response, "Cache-Control"), "no-store") << path;
  }
}

TEST_F(WebAppTest, NobodyClimbsOutOfTheTree) {
  for (const char* path : {"/app/..", "/app/../etc/passwd", "/app/%2e%2e/etc/passwd", "/app/..%2f..%2fetc", "/app/assets/%2e%2e/index.html", "/app/.git/config", "/app/a%5c..%5cb",
                           "/app/a/./b", "/app/%2e", "/app/a%0ab"})
    EXPECT_EQ(get(path).status, 404) << path;
}

TEST_F(WebAppTest, TheServiceWorkerRulesTheWholeApplication) {
  const auto worker = get("/app/sw.js");
  EXPECT_EQ(header(worker, "Service-Worker-Allowed"), "/app/");
  EXPECT_EQ(header(worker, "Cache-Control"), "no-cache");
  EXPECT_THAT(header(worker, "Content-Security-Policy"), HasSubstr("connect-src 'self' https://api.example"));
  EXPECT_EQ(get("/app/manifest.webmanifest").content_type, "application/manifest+json");
}

TEST_F(WebAppTest, NothingOfItIsInTheDocumentOfTheApi) {
  for (const auto& endpoint : router_.endpoints()) EXPECT_FALSE(endpoint->is_documented) << endpoint->path;
}

TEST_F(WebAppTest, WithoutFilesThePagesSaySo) {
  http::Router router(http::testing::in_memory_hooks(clock_, authenticator_));
  add_routes(router, nullptr, settings(), rng_);
  for (const char* path : {"/app", "/app/", "/app/sites/1", "/app/assets/x.js"}) {
    const auto response = http::testing::send(router, Method::get, path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_THAT(response.body, HasSubstr("built without the web application")) << path;
  }
}

}  // namespace
}  // namespace openstrat::web_app
