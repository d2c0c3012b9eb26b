#include "sim/device/fetch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/device/test_router.hpp"
#include "sim/device/test_server.hpp"

namespace openstrat::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HttpAnswer;
using testing::HttpRequest;
using testing::TestRouter;
using testing::TestServer;

HttpAnswer echo(const HttpRequest& request) {
  if (request.target == "/missing") return {.status = 404, .body = "no"};
  if (request.target == "/moved") return {.status = 302, .location = "/elsewhere"};
  if (request.target == "/big") return {.body = std::string(100'000, 'x')};
  if (request.target == "/from") return {.body = request.from};
  return {.body = request.method + " " + request.body};
}

class FetchTest : public ::testing::Test {
 protected:
  std::string fetch(TestRouter& it, std::string_view path, std::string_view more = "") {
    return it.value("([/tool fetch url=\"" + server_.url(path) + "\" output=user as-value " + std::string(more) + "]->\"data\")");
  }
  TestServer server_{echo};
};

TEST(FetchHeaders, CommasSeparateAndCanBeEscaped) {
  EXPECT_THAT(header_lines(Value::str("A: b,C: d\\,e")), ElementsAre("A: b", "C: d,e"));
  Array lines;
  lines.push(Value::str("A: b,c"));
  EXPECT_THAT(header_lines(Value::array(std::move(lines))), ElementsAre("A: b,c"));
  EXPECT_TRUE(header_lines(Value::str("A: b\r\nC: d")).empty());
}

TEST_F(FetchTest, MethodsAndBodies) {
  TestRouter it;
  EXPECT_EQ(fetch(it, "/"), "GET ");
  EXPECT_EQ(fetch(it, "/", "http-method=post http-data=hello"), "POST hello");
  EXPECT_EQ(fetch(it, "/", "http-method=delete"), "DELETE ");
  EXPECT_EQ(server_.requests().back().headers.at("user-agent"), "Mikrotik/7.20.8 Fetch");
  TestRouter v6("6.49.17");
  fetch(v6, "/");
  EXPECT_EQ(server_.requests().back().headers.at("user-agent"), "Mikrotik/6.x Fetch");
}

TEST_F(FetchTest, ResultIsAMap) {
  TestRouter it;
  const TestRouter::Ran ran = it.run(":foreach k,v in=[/tool fetch url=\"" + server_.url("/") + "\" output=user as-value] do={:put $k}");
  EXPECT_THAT(ran.output, ElementsAre("data", "downloaded", "duration", "status", "total"));
}

TEST_F(FetchTest, LongAnswersAreCutWithoutAnError) {
  TestRouter it;
  EXPECT_EQ(it.value("[:len ([/tool fetch url=\"" + server_.url("/big") + "\" output=user as-value]->\"data\")]"), "65536");
  it.run("/tool fetch url=\"" + server_.url("/big") + "\"");
  EXPECT_EQ(it.value("[/file get big size]"), "100000");
}

TEST_F(FetchTest, FailuresAreWordedByVersion) {
  TestRouter it;
  EXPECT_THAT(fetch(it, "/missing"), HasSubstr("failure: Fetch failed with status 404"));
  EXPECT_THAT(fetch(it, "/moved"), HasSubstr("status 302 (Location: \"/elsewhere\")"));
  EXPECT_TRUE(it.logged("fetch,info Download from 127.0.0.1 FAILED: Fetch failed with status 404"));
  TestRouter older("7.9.2");
  EXPECT_THAT(fetch(older, "/missing"), HasSubstr("failure: closing connection: <404 Something> 127.0.0.1:"));
  EXPECT_FALSE(older.logged("FAILED"));
  it.router.set_link(false);
  EXPECT_THAT(fetch(it, "/"), HasSubstr("failure: connection timeout"));
}

TEST_F(FetchTest, KeepsFilesOnlyWhenAsked) {
  TestRouter it;
  it.run("/tool fetch url=\"" + server_.url("/a.txt") + "\" keep-result=no");
  it.run("/tool fetch url=\"" + server_.url("/a.txt") + "\" output=none");
  EXPECT_TRUE(it.router.files().names().empty());
  it.run("/tool fetch url=\"" + server_.url("/a.txt") + "\" dst-path=b.txt");
  EXPECT_EQ(it.value("[/file get b.txt contents]"), "GET ");
}

TEST_F(FetchTest, NeedsItsPolicies) {
  TestRouter it;
  EXPECT_THAT(it.run("/tool fetch url=\"" + server_.url("/") + "\" output=user", Policies::parse("read,write")).error.value_or(""),
              HasSubstr("not enough permissions"));
  EXPECT_THAT(it.run("/tool fetch url=\"" + server_.url("/a") + "\"", Policies::parse("read,write,test")).error.value_or(""),
              HasSubstr("not enough permissions"));
  EXPECT_FALSE(it.run("/tool fetch url=\"" + server_.url("/") + "\" output=user", Policies::parse("read,write,test")).error.has_value());
}

TEST_F(FetchTest, RoutersCanHaveAddressesOfTheirOwn) {
  RouterSpec spec = testing::spec_of("7.20.8");
  spec.source_address = "127.1.2.3";
  TestRouter it(spec);
  EXPECT_EQ(fetch(it, "/from"), "127.1.2.3");
}

TEST_F(FetchTest, ConnectionsCanBeLedElsewhere) {
  RouterSpec spec = testing::spec_of("7.20.8");
  const std::string url = server_.url("/from");
  const std::string authority = url.substr(7, url.find('/', 7) - 7);
  spec.detours = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"192.0.2.1:8444:" + authority});
  TestRouter it(spec);
  EXPECT_FALSE(it.run("/tool fetch url=\"http://192.0.2.1:8444/from\" output=user").error.has_value());
}

TEST_F(FetchTest, CheckedCertificatesNeedAnAuthority) {
  TestRouter it;
  EXPECT_THAT(it.run("/tool fetch url=\"https://127.0.0.1:1/\" check-certificate=yes output=user").error.value_or(""),
              HasSubstr("failure: ssl: no trusted CA certificate found (6)"));
  EXPECT_THAT(it.run("/tool fetch url=\"https://127.0.0.1:1/\" output=user").error.value_or(""), HasSubstr("failure: connection refused"));
}

TEST_F(FetchTest, AKilledScriptLeavesNoTransferBehind) {
  TestRouter it;
  it.run(":execute \"/tool fetch url=\\\"" + server_.url("/") + "\\\" output=user\"");
  it.router.power_off();
  it.pass(std::chrono::seconds(1));
  EXPECT_EQ(it.services.transfers.active(), 0U);
  EXPECT_EQ(it.router.job_count(), 0U);
}

}  // namespace
}  // namespace openstrat::sim
