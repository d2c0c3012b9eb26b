#include "apidocs/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/errors.hpp"
#include "http/testing/in_memory.hpp"

namespace openstrat::apidocs {
namespace {

using http::Method;
using http::testing::send;
using ::testing::HasSubstr;

class ApiDocsTest : public ::testing::Test {
 protected:
  ApiDocsTest() : router_(http::testing::in_memory_hooks(clock_, authenticator_)) {
    add_routes(router_, {"OpenStrat", "1.0", "", "https://api.example.com"});
    router_.add<http::NoFields, http::NoContent>(Method::get, "/later",
        {.family = "f", .summary = "Added later", .auth = http::Auth::public_,
         .handle = [](http::Call&, http::NoFields) -> Result<http::NoContent> { return http::NoContent{}; }});
  }
  http::Response get(std::string_view path, http::testing::Sending sending = {}) {
    return send(router_, Method::get, path, sending);
  }

  ManualClock clock_{from_unix_us(0)};
  http::testing::FakeAuthenticator authenticator_;
  http::Router router_;
};

TEST_F(ApiDocsTest, TheDocumentHoldsEveryRouteButTheseOwn) {
  const auto response = get("/openapi.json");
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_THAT(*response.shared_body, HasSubstr("\"/later\""));
  EXPECT_THAT(*response.shared_body, ::testing::Not(HasSubstr("\"/docs")));
}

TEST_F(ApiDocsTest, UnchangedDocumentsAreNotSentAgain) {
  const std::string etag(*get("/openapi.json").headers.find("ETag"));
  const auto again = get("/openapi.json", {.headers = {{"If-None-Match", etag}}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.shared_body, nullptr);
}

TEST_F(ApiDocsTest, ThePageAsksNobodyElse) {
  const auto page = get("/docs");
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(*page.shared_body, ::testing::Not(HasSubstr("https://")));
  EXPECT_THAT(std::string(*page.headers.find("Content-Security-Policy")), HasSubstr("default-src 'self'"));
  EXPECT_THAT(*get("/docs/reference.js").shared_body, HasSubstr("validatorUrl: null"));
}

TEST_F(ApiDocsTest, FilesComeCompressedToThoseWhoCan) {
  const auto plain = get("/docs/swagger-ui-bundle.js");
  const auto gzip = get("/docs/swagger-ui-bundle.js", {.headers = {{"Accept-Encoding", "br, gzip"}}});
  EXPECT_GT(plain.shared_body->size(), 1'000'000u);
  EXPECT_LT(gzip.shared_body->size(), plain.shared_body->size() / 2);
  EXPECT_EQ(gzip.headers.find("Content-Encoding"), "gzip");
  EXPECT_TRUE(gzip.shared_body->starts_with("\x1f\x8b"));
}

TEST_F(ApiDocsTest, EveryErrorCodeHasAPage) {
  for (const auto& doc : http::error_docs()) {
    const auto page = get("/docs/errors/" + std::string(doc.code));
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr(std::string(doc.code)));
  }
  const auto unknown = get("/docs/errors/%3Cscript%3E");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.body, ::testing::Not(HasSubstr("<script>")));
}

}  // namespace
}  // namespace openstrat::apidocs
