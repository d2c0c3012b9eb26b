#include <gmock/gmock.h>

#include "base/rng.hpp"
#include "base/url_signer.hpp"
#include "bus/bus.hpp"
#include "bus/schema.hpp"
#include "db/testing.hpp"
#include "http/testing/in_memory.hpp"
#include "pages/template_files.hpp"
#include "short_links/link_keeper.hpp"
#include "short_links/link_store.hpp"
#include "short_links/routes.hpp"
#include "short_links/schema.hpp"
#include "short_links/template_files.hpp"
#include "templates/library.hpp"

namespace openstrat::short_links {
namespace {

using std::chrono::days;
using std::chrono::hours;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

crypto::Key32 key_of(std::uint8_t fill) {
  crypto::Key32 key;
  key.fill(fill);
  return key;
}

/// Begins again when it is told to: the codes repeat.
class RepeatableRng final : public Rng {
 public:
  void fill(std::span<std::uint8_t> out) override { rng_.fill(out); }
  void begin_again() { rng_ = SeededRng(1); }

 private:
  SeededRng rng_{1};
};

class ShortLinksTest : public db::EachEngineTest {
 protected:
  ShortLinksTest()
      : database_(make_reused_database(all_migrations())),
        links_(*database_, signer_, clock_, rng_, {.short_url = "https://go.example", .own_urls = {"https://api.example", "https://www.example/fleet"}, .direct_hosts = {"partner.example"}}) {}
  static std::vector<db::Migration> all_migrations() {
    auto all = bus::migrations();
    const auto own = migrations();
    all.insert(all.end(), own.begin(), own.end());
    return all;
  }
  void TearDown() override {
    database_.reset();
    EachEngineTest::TearDown();
  }

  std::string signed_url(std::string path = "/reports/7.pdf", std::optional<Timestamp> expires = std::nullopt) { return "https://api.example" + signer_.sign(path, expires); }
  Result<Link> shorten_for(CustomerId customer, std::string_view url) {
    return database_->write([&](db::Session& session) { return links_.shorten(session, url, days(7), customer, "user:ann"); });
  }
  link_store::StoredLink stored(const std::string& code) {
    return database_->read([&](db::Session& session) { return link_store::find(session, code); }).value().value();
  }
  void execute(const char* sql) {
    ASSERT_TRUE(database_->write([&](db::Session& session) { return session.execute({"test", sql}); })) << sql;
  }
  Errc why(const std::string& code) {
    const auto followed = links_.follow(code);
    return followed ? Errc::internal : followed.error().code();
  }

  ManualClock clock_{parse_iso8601("2026-02-03T08:00:00Z").value()};
  RepeatableRng rng_;
  UrlSigner signer_{{key_of(1)}};
  std::unique_ptr<db::Database> database_;
  LinkKeeper links_;
};
INSTANTIATE_EACH_ENGINE(ShortLinksTest);

TEST_P(ShortLinksTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), all_migrations()); }

TEST_P(ShortLinksTest, ALinkLeadsToItsTargetUntilItExpires) {
  const auto link = shorten_for(CustomerId(Uuid{{1}}), signed_url()).value();
  EXPECT_THAT(link.code, MatchesRegex("[0-9A-Za-z]{7}"));
  EXPECT_EQ(link.short_url, "https://go.example/" + link.code);
  EXPECT_EQ(link.expires_at, clock_.now() + days(7));
  const auto followed = links_.follow(link.code).value();
  EXPECT_EQ(followed.url, signed_url());
  EXPECT_FALSE(followed.asks_first);
  clock_.advance(days(7));
  EXPECT_EQ(links_.follow(link.code).error().reason(), "link_expired");
  for (const char* unknown : {"0000000", "", "short", "toolong1", "abc-def", "abc\xC3\xA4_d"}) EXPECT_EQ(why(unknown), Errc::not_found) << unknown;
}

TEST_P(ShortLinksTest, UpperAndLowerCaseDiffer) {
  const auto insert = [&](const char* code, std::string target) {
    ASSERT_TRUE(database_->write([&](db::Session& session) { return link_store::insert(session, {.code = code, .target = std::move(target), .is_external = true, .expires_at = clock_.now() + days(1)}); }));
  };
  insert("abcdefg", "https://one.example/");
  insert("ABCDEFG", "https://two.example/");
  EXPECT_EQ(links_.follow("abcdefg").value().url, "https://one.example/");
  EXPECT_EQ(links_.follow("ABCDEFG").value().url, "https://two.example/");
}

TEST_P(ShortLinksTest, OurOwnAddressesNeedOurSignature) {
  for (const std::string& bad : {std::string("https://api.example/reports/7.pdf"), std::string("https://API.example:443/sites"), std::string("https://www.example/fleet/sites"),
                                "https://api.example/reports/8.pdf" + signed_url().substr(signed_url().find('?')), signed_url() + "&as=admin", signed_url("/a", clock_.now() - hours(1))}) {
    const auto refused = shorten_for(CustomerId(Uuid{{1}}), bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().fields().at(0).name, "url") << bad;
  }
  const std::string behind_proxy = "https://www.example/fleet" + signer_.sign("/reports/7.pdf", std::nullopt);
  EXPECT_FALSE(links_.follow(shorten_for(CustomerId(Uuid{{1}}), behind_proxy).value().code).value().asks_first);
  EXPECT_TRUE(links_.follow(shorten_for(CustomerId(Uuid{{1}}), "https://www.example/elsewhere").value().code).value().asks_first) << "beside our part of a shared host";
}

TEST_P(ShortLinksTest, TheSignatureIsCheckedAtEveryClick) {
  const auto changed = links_.shorten(signed_url(), days(1), "").value(), stolen = links_.shorten(signed_url(), days(1), "").value(), broken = links_.shorten(signed_url(), days(1), "").value();
  const auto late = links_.shorten(signed_url("/reports/7.pdf", clock_.now() + hours(1)), days(1), "").value();
  const auto put = [&](const Link& link, const std::string& target, bool is_external) {
    execute(("UPDATE short_link SET target = '" + target + "', is_external = " + (is_external ? "TRUE" : "FALSE") + " WHERE code = '" + link.code + "'").c_str());
  };
  put(changed, "https://evil.example/", false);
  put(stolen, "https://api.example/reports/8.pdf", true);
  put(broken, "javascript:alert(1)", true);
  for (const Link& link : {changed, stolen, broken}) EXPECT_EQ(why(link.code), Errc::forbidden);
  EXPECT_TRUE(links_.follow(late.code));
  clock_.advance(hours(2));
  EXPECT_EQ(why(late.code), Errc::gone) << "the target itself has expired";
}

TEST_P(ShortLinksTest, ForeignSitesAreAskedAboutUnlessTheyAreTrusted) {
  const auto asks = [&](const char* url) { return links_.follow(links_.shorten(url, days(3), "").value().code).value().asks_first; };
  EXPECT_TRUE(asks("https://shop.example/a?b=c#d"));
  EXPECT_TRUE(asks("https://notpartner.example/"));
  EXPECT_TRUE(asks("http://[2001:db8::1]:8080/"));
  EXPECT_FALSE(asks("https://partner.example/"));
  EXPECT_FALSE(asks("https://wiki.Partner.example:8443/"));
}

TEST_P(ShortLinksTest, OnlyPlainWebAddressesAreTaken) {
  for (const std::string_view bad : {"javascript:alert(1)", "data:text/html,x", "ftp://shop.example/", "//shop.example/", "/reports/7", "https://", "https:///x", "https://user@shop.example/",
                                     "https://api.example@evil.example/", "https://api.example\\@evil.example/", "https://evil.example\\.api.example/", "https://shop.example/a b",
                                     "https://shop.example/\r\nSet-Cookie: a=b", " https://shop.example/", "https://shop.example/\x01", "https://shop%2eexample/", "https://b\xC3\xBC.example/",
                                     "https://shop.example:99999/", "https://shop.example:0/", "https://[v1.x]/", ""})
    EXPECT_EQ(links_.shorten(bad, days(7), "").error().code(), Errc::invalid) << bad;
  EXPECT_EQ(links_.shorten(std::string_view("https://shop.example/\0x", 23), days(7), "").error().code(), Errc::invalid);
  EXPECT_EQ(links_.shorten("https://shop.example/" + std::string(LinkKeeper::kLongest, 'a'), days(7), "").error().code(), Errc::invalid);
  EXPECT_EQ(links_.shorten("https://go.example/abcdefg", days(7), "").error().code(), Errc::invalid) << "no chains";
  EXPECT_EQ(links_.shorten("https://shop.example/", days(2), "").error().fields().at(0).name, "ttl_days");
}

TEST_P(ShortLinksTest, ATakenCodeIsNotUsedAgain) {
  const auto first = links_.shorten("https://one.example/", days(7), "").value();
  rng_.begin_again();
  const auto second = links_.shorten("https://two.example/", days(7), "").value();
  EXPECT_NE(first.code, second.code);
  EXPECT_EQ(links_.follow(first.code).value().url, "https://one.example/");
}

TEST_P(ShortLinksTest, ClicksAreWrittenBehind) {
  const auto link = links_.shorten("https://one.example/", days(7), "service:workflows").value();
  EXPECT_EQ(stored(link.code).created_by, "service:workflows");
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(links_.follow(link.code));
  EXPECT_EQ(stored(link.code).hits, 0);
  ASSERT_TRUE(links_.flush());
  ASSERT_TRUE(links_.flush()) << "nothing is left";
  EXPECT_EQ(stored(link.code).hits, 3);
  ASSERT_TRUE(links_.follow(link.code));
  execute("ALTER TABLE short_link RENAME TO short_link_away");
  EXPECT_FALSE(links_.flush());
  execute("ALTER TABLE short_link_away RENAME TO short_link");
  ASSERT_TRUE(links_.flush());
  EXPECT_EQ(stored(link.code).hits, 4) << "what could not be written is written later";
}

TEST_P(ShortLinksTest, ExpiredLinksAreForgottenLater) {
  const auto brief = links_.shorten("https://one.example/", days(1), "").value(), lasting = links_.shorten("https://two.example/", days(90), "").value();
  clock_.advance(days(30));
  ASSERT_TRUE(links_.purge());
  EXPECT_EQ(why(brief.code), Errc::gone);
  clock_.advance(days(2));
  ASSERT_TRUE(links_.purge());
  EXPECT_EQ(why(brief.code), Errc::not_found);
  EXPECT_TRUE(links_.follow(lasting.code));
}

TEST_P(ShortLinksTest, LinksGoWithTheirTeamOnly) {
  struct HandlerOnly final : bus::Bus {
    bus::Handler handler;
    void subscribe(std::string, std::string, bus::Handler h) override { handler = std::move(h); }
    Status append(db::Session&, bus::Event) override { return {}; }
    void publish(bus::Event) override {}
    void start() override {}
    void stop() override {}
  } bus;
  links_.subscribe(bus);
  const CustomerId team(Uuid{{1}}), other(Uuid{{2}});
  const auto ours = shorten_for(team, "https://one.example/").value(), theirs = shorten_for(other, "https://one.example/").value();
  const auto nobodys = links_.shorten("https://one.example/", days(7), "").value();
  ASSERT_TRUE(bus.handler({.name = "team.deleted", .customer_id = team}));
  EXPECT_EQ(why(ours.code), Errc::not_found);
  EXPECT_TRUE(links_.follow(theirs.code));
  EXPECT_TRUE(links_.follow(nobodys.code));
}

class ShortLinkRoutesTest : public ShortLinksTest {
 protected:
  ShortLinkRoutesTest() : router_(http::testing::in_memory_hooks(clock_, authenticator_)) {
    http::Principal workflows;
    workflows.kind = http::Principal::Kind::internal;
    workflows.subject = "service:workflows";
    authenticator_.add("service", workflows);
    authenticator_.add("user", http::testing::user_with(Tenant{CustomerId(Uuid{{1}})}, {}));
    authenticator_.add("key", http::testing::api_key_with(Tenant{CustomerId(Uuid{{1}})}, {}));
    const std::span<const templates::File> sets[] = {pages::template_files(), template_files()};
    library_ = std::make_unique<templates::Library>(templates::Library::load(sets).value());
    add_routes(router_, {.links = links_, .library = *library_, .brand = {.name = "Acme <b> Net"}, .rng = rng_});
  }
  http::Response click(const std::string& code, const char* accept = "*/*") { return http::testing::send(router_, http::Method::get, "/s/" + code, {.headers = {{"Accept", accept}}}); }
  http::Response browse(const std::string& code) { return click(code, "text/html,application/xhtml+xml"); }
  http::Response post(const char* token, std::string body) { return http::testing::send(router_, http::Method::post, "/short-links", {.token = token, .body = std::move(body)}); }

  http::testing::FakeAuthenticator authenticator_;
  http::Router router_;
  std::unique_ptr<templates::Library> library_;
};
INSTANTIATE_EACH_ENGINE(ShortLinkRoutesTest);

TEST_P(ShortLinkRoutesTest, ServicesMakeLinks) {
  const auto made = post("service", R"({"url":"https://shop.example/","ttl_days":3})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_THAT(made.body, MatchesRegex(R"x(\{"code":"[0-9A-Za-z]{7}","short_url":"https://go.example/[0-9A-Za-z]{7}","expires_at":"2026-02-06T08:00:00.000000Z"\})x"));
  EXPECT_EQ(stored(made.body.substr(9, 7)).created_by, "service:workflows");
  EXPECT_THAT(post("service", R"({"url":"https://shop.example/"})").body, HasSubstr("2026-05-04T")) << "90 days";
  EXPECT_EQ(post("service", R"({"url":"https://shop.example/","ttl_days":5})").status, 422);
  EXPECT_EQ(post("service", R"x({"url":"javascript:alert(1)"})x").status, 422);
  for (const char* token : {"user", "key", ""}) EXPECT_EQ(post(token, R"({"url":"https://shop.example/"})").status, 401) << token;
}

TEST_P(ShortLinkRoutesTest, AClickIsRedirected) {
  const auto link = links_.shorten(signed_url(), days(1), "").value();
  const auto response = browse(link.code);
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(response.headers.find("Location"), signed_url());
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
  EXPECT_EQ(response.headers.find("Referrer-Policy"), "no-referrer");
  EXPECT_EQ(response.body, "");
}

TEST_P(ShortLinkRoutesTest, PeopleAreAskedBeforeTheyLeave) {
  const auto link = links_.shorten("https://shop.example/?a=1&b='x'", days(1), "").value();
  const auto page = browse(link.code);
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.headers.find("Location"), std::nullopt);
  EXPECT_THAT(page.body, HasSubstr("<strong>shop.example</strong>"));
  EXPECT_THAT(page.body, HasSubstr("href=\"https://shop.example/?a=1&amp;b=&#39;x&#39;\""));
  EXPECT_EQ(click(link.code).headers.find("Location"), "https://shop.example/?a=1&b='x'") << "programs are not asked";
}

TEST_P(ShortLinkRoutesTest, ErrorsArePagesForPeopleAndJsonForPrograms) {
  const auto link = links_.shorten(signed_url(), days(1), "").value(), changed = links_.shorten(signed_url(), days(7), "").value();
  execute(("UPDATE short_link SET target = 'https://api.example/else' WHERE code = '" + changed.code + "'").c_str());
  clock_.advance(days(2));
  const struct { std::string code; int status; const char* words; } cases[] = {
      {"0000000", 404, "Unknown link"}, {"%3Cscript%3E", 404, "Unknown link"}, {link.code, 410, "Expired link"}, {changed.code, 403, "Invalid link"}};
  for (const auto& one : cases) {
    const auto page = browse(one.code);
    EXPECT_EQ(page.status, one.status) << one.code;
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
    EXPECT_THAT(page.body, HasSubstr(one.words));
    EXPECT_THAT(page.body, Not(HasSubstr("<b>"))) << "the brand's name is a text";
    EXPECT_THAT(page.body, Not(HasSubstr("<script")));
    EXPECT_EQ(page.headers.find("Cache-Control"), "no-store");
    const std::string policy(page.headers.find("Content-Security-Policy").value_or(""));
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    const auto plain = click(one.code);
    EXPECT_EQ(plain.status, one.status);
    EXPECT_EQ(plain.content_type, "application/json");
  }
}

}  // namespace
}  // namespace openstrat::short_links
