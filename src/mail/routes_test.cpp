#include "mail/routes.hpp"

#include <gmock/gmock.h>

#include "base/secrets.hpp"
#include "db/testing.hpp"
#include "http/testing/in_memory.hpp"
#include "mail/schema.hpp"
#include "mail/template_files.hpp"

namespace openstrat::mail {
namespace {

using http::Method;
using ::testing::HasSubstr;
using ::testing::Not;

class MailboxRoutesTest : public db::EachEngineTest {
 protected:
  MailboxRoutesTest() : database_(make_reused_database(migrations())), router_(http::testing::in_memory_hooks(clock_, authenticator_)) {
    add_mailbox_routes(router_, {mailbox_, library_, settings_, rng_});
  }
  static templates::Library load() {
    const auto set = template_files();
    return std::move(*templates::Library::load({&set, 1}));
  }
  Uuid keep(const std::string& to, const std::string& subject) {
    const Uuid id = uuid_v7(clock_.now(), rng_);
    clock_.advance(std::chrono::seconds(1));
    EXPECT_TRUE(mailbox_.deliver({.message_id = id.to_string() + "@example.net", .from = "noreply@example.net", .to = to, .subject = subject,
                                  .text = "Hello <you>", .html = "<!doctype html><html><head></head><body>Hello</body></html>"}).has_value());
    return id;
  }
  http::Response get(std::string target, const char* remote = "127.0.0.1", std::vector<std::pair<std::string, std::string>> headers = {{"Host", "localhost:8444"}}) {
    http::Request request{.method = Method::get, .target = target, .path = target.substr(0, target.find('?')),
                          .query = target.contains('?') ? target.substr(target.find('?') + 1) : "", .remote = *IpAddress::parse(remote)};
    for (const auto& [name, value] : headers) request.headers.set(name, value);
    http::Response response;
    router_.handle(std::move(request), http::Responder([&](http::Response answer) { response = std::move(answer); }));
    return response;
  }

  ManualClock clock_{parse_iso8601("2026-02-03T08:00:00Z").value()};
  SeededRng rng_{1};
  SecretBox secrets_{"mail", MasterKey(crypto::Key32{7})};
  std::unique_ptr<db::Database> database_;
  CaptureMailbox mailbox_{*database_, secrets_, clock_};
  const templates::Library library_ = load();
  Settings settings_{.own_hosts = {"openstrat.example.net"}};
  http::testing::FakeAuthenticator authenticator_;
  http::Router router_;
};
INSTANTIATE_EACH_ENGINE(MailboxRoutesTest);

TEST_P(MailboxRoutesTest, PeopleReadMailsOnPages) {
  EXPECT_THAT(get("/internal/mailbox").body, HasSubstr("No mail yet."));
  const Uuid id = keep("ada@example.net", "Hi <b>there</b>");
  const auto list = get("/internal/mailbox");
  EXPECT_EQ(list.status, 200);
  EXPECT_THAT(list.body, HasSubstr("<a href=\"/internal/mailbox/" + id.to_string() + "\">Hi &lt;b&gt;there&lt;/b&gt;</a>"));
  EXPECT_EQ(list.headers.find("Cache-Control"), "no-store");
  EXPECT_THAT(std::string(*list.headers.find("Content-Security-Policy")), HasSubstr("default-src 'none'"));

  const auto one = get("/internal/mailbox/" + id.to_string());
  EXPECT_THAT(one.body, HasSubstr("<pre>Hello &lt;you&gt;</pre>"));
  EXPECT_THAT(one.body, HasSubstr("sandbox="));
  const auto html = get("/internal/mailbox/" + id.to_string() + "/html");
  EXPECT_THAT(html.body, HasSubstr("<base target=\"_blank\">"));
  EXPECT_THAT(std::string(*html.headers.find("Content-Security-Policy")), HasSubstr("sandbox"));
  EXPECT_EQ(get("/internal/mailbox/00000000-0000-4000-8000-000000000000").status, 404);
}

TEST_P(MailboxRoutesTest, TestsReadThemAsJson) {
  keep("ada@example.net", "one");
  keep("eve@example.net", "two");
  const auto all = get("/internal/mailbox/messages").body;
  EXPECT_LT(all.find("\"two\""), all.find("\"one\""));
  const auto to_ada = get("/internal/mailbox/messages?to=Ada@example.net").body;
  EXPECT_THAT(to_ada, HasSubstr("\"one\""));
  EXPECT_THAT(to_ada, Not(HasSubstr("\"two\"")));
}

TEST_P(MailboxRoutesTest, NobodyElseReadsThem) {
  const Uuid id = keep("ada@example.net", "secret");
  for (const std::string& path : {std::string("/internal/mailbox"), std::string("/internal/mailbox/messages"), "/internal/mailbox/" + id.to_string(),
                                  "/internal/mailbox/" + id.to_string() + "/html"}) {
    EXPECT_EQ(get(path, "10.0.0.7").status, 403) << path;
    EXPECT_EQ(get(path, "198.51.100.7").status, 403) << path;
    EXPECT_EQ(get(path, "127.0.0.1", {{"Host", "localhost"}, {"X-Forwarded-For", "198.51.100.7"}}).status, 403) << path;
    EXPECT_EQ(get(path, "127.0.0.1", {{"Host", "rebound.example"}}).status, 403) << path;
    EXPECT_EQ(get(path, "::1", {{"Host", "[::1]:8444"}}).status, 200) << path;
    EXPECT_EQ(get(path, "127.0.0.1", {{"Host", "openstrat.example.net"}}).status, 200) << path;
  }
  settings_.mailbox_allow = {*Cidr::parse("10.0.0.0/8")};
  EXPECT_EQ(get("/internal/mailbox", "10.0.0.7", {{"Host", "10.0.0.1:8444"}}).status, 200);
  EXPECT_EQ(get("/internal/mailbox", "192.168.0.7").status, 403);
}

TEST_P(MailboxRoutesTest, ThereIsNoneWhereMailsAreSent) {
  settings_.smtp.host = "mail.example.net";
  EXPECT_EQ(get("/internal/mailbox").status, 404);
  settings_.capture = true;
  EXPECT_EQ(get("/internal/mailbox").status, 200);
}

}  // namespace
}  // namespace openstrat::mail
