#include "http/security_headers.hpp"

#include <gmock/gmock.h>

#include "http/message.hpp"

namespace openstrat::http {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr AnswerTo kBrowser{.tls = true, .hsts = true};

Response with(const AnswerTo& to, std::string content_type) {
  Response response{.content_type = std::move(content_type)};
  add_security_headers(to, response);
  return response;
}
std::string header(const Response& response, std::string_view name) { return std::string(response.headers.find(name).value_or("")); }

TEST(SecurityHeaders, APageGetsNothingFromElsewhereAndNothingInline) {
  const auto page = with(kBrowser, "text/html; charset=utf-8");
  EXPECT_THAT(header(page, "Content-Security-Policy"), HasSubstr("default-src 'none'; script-src 'self'; style-src 'self'"));
  EXPECT_THAT(header(page, "Content-Security-Policy"), HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(header(page, "Content-Security-Policy"), Not(HasSubstr("unsafe")));
  EXPECT_EQ(header(page, "X-Frame-Options"), "DENY");
  EXPECT_EQ(header(page, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header(page, "Referrer-Policy"), "no-referrer");
  EXPECT_THAT(header(page, "Permissions-Policy"), HasSubstr("camera=()"));
  EXPECT_EQ(header(page, "Cache-Control"), "no-store");
}

TEST(SecurityHeaders, DataCannotActAsAPageAndIsNotKept) {
  const auto data = with(kBrowser, "application/json");
  EXPECT_EQ(header(data, "Content-Security-Policy"), "default-src 'none'; frame-ancestors 'none'");
  EXPECT_EQ(header(data, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header(data, "Cache-Control"), "no-store");
  EXPECT_FALSE(data.headers.contains("Permissions-Policy"));
}

TEST(SecurityHeaders, WhatAHandlerSaysStays) {
  Response response{.content_type = "text/html"};
  response.headers.set("Content-Security-Policy", "default-src 'self'");
  response.headers.set("Cache-Control", "public, max-age=3600");
  add_security_headers(kBrowser, response);
  EXPECT_EQ(header(response, "Content-Security-Policy"), "default-src 'self'");
  EXPECT_EQ(header(response, "Cache-Control"), "public, max-age=3600");
}

TEST(SecurityHeaders, WhatHasAnEtagMayBeAskedForAgain) {
  Response response{.content_type = "application/json"};
  response.headers.set("ETag", "\"x\"");
  add_security_headers(kBrowser, response);
  EXPECT_EQ(header(response, "Cache-Control"), "private, no-cache");
}

TEST(SecurityHeaders, OnlyTlsMayPromiseTls) {
  EXPECT_EQ(header(with(kBrowser, "text/html"), "Strict-Transport-Security"), "max-age=31536000");
  EXPECT_EQ(header(with({.tls = false, .hsts = true}, "text/html"), "Strict-Transport-Security"), "");
  EXPECT_EQ(header(with({.tls = true, .hsts = false}, "text/html"), "Strict-Transport-Security"), "");
}

TEST(SecurityHeaders, RoutersGetNoneOfIt) {
  EXPECT_TRUE(with({.tls = true, .hsts = true, .router = true}, "text/plain; charset=utf-8").headers.entries().empty());
  EXPECT_TRUE(with({.tls = true, .hsts = true, .router = true}, "").headers.entries().empty());
  EXPECT_TRUE(with({.router = true}, "text/html").headers.contains("Content-Security-Policy"));
  EXPECT_TRUE(with({}, "text/plain").headers.contains("X-Content-Type-Options"));
}

}  // namespace
}  // namespace openstrat::http
