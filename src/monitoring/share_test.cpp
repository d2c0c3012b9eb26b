#include "monitoring/share_service.hpp"

#include "monitoring/test_support.hpp"

namespace openstrat::monitoring {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using http::Method;

class ShareTest : public MonitoringTest {
 protected:
  ShareTest() {
    for (const auto& [token, scopes] : {std::pair{"viewer", std::vector<std::string>{"fault:view"}}, std::pair{"boss", std::vector<std::string>{"fault:create", "fault:update", "fault:view"}}})
      authenticator_.add(token, http::testing::user_with(world().tenant, scopes));
    auto internal = http::Principal{};
    internal.kind = http::Principal::Kind::internal;
    authenticator_.add("service", internal);
    add_share_routes(router_, room_.services());
  }
  http::Response call(Method method, const std::string& path, std::string body = "", const std::string& token = "boss") {
    return http::testing::send(router_, method, path, {.token = token, .body = std::move(body)});
  }
  std::string code(const std::string& token) {
    const auto opened = room_.shares.open(token);
    return opened ? "open" : opened.error().reason();
  }
  const Tenant& tenant() { return world().tenant; }

  Room room_{world()};
  http::testing::FakeAuthenticator authenticator_;
  http::Router router_{http::testing::in_memory_hooks(world().clock, authenticator_)};
};
INSTANTIATE_EACH_ENGINE(ShareTest);

TEST_P(ShareTest, ALinkShowsWhatLastsUntilItEnds) {
  const auto site = world().adopt();
  const auto open = add(tenant(), site.id, 1h);
  add(tenant(), site.id, 2h, 1h);
  add(world().other_tenant, std::nullopt, 1h);
  const auto made = room_.shares.create(tenant(), "ann", 60min).value();
  EXPECT_EQ(made.share.expires_at, world().clock.now() + 60min);
  const auto seen = room_.shares.open(made.token).value();
  ASSERT_THAT(seen, SizeIs(1));
  EXPECT_EQ(seen[0].fault.pid, open.pid);
  EXPECT_EQ(seen[0].site_name, site.name);
  world().clock.advance(59min);
  EXPECT_EQ(code(made.token), "open");
  world().clock.advance(1min);
  EXPECT_EQ(code(made.token), "token_expired");
}

TEST_P(ShareTest, OnlyOurLinksOpen) {
  const auto made = room_.shares.create(tenant(), "ann", 60min).value();
  EXPECT_EQ(code(made.token.substr(1)), "token_invalid") << "without the signature";
  const auto claims = *crypto::unbase64url(made.token.substr(1));
  const auto with = [&](const std::string& from, const std::string& to) {
    auto changed = claims;
    return room_.tokens.sign(changed.replace(changed.find(from), from.size(), to)).value();
  };
  EXPECT_EQ(code(with(claims, claims)), "open");
  EXPECT_EQ(code(with("fault_share", "access")), "token_invalid") << "an access token has the same signature";
  EXPECT_EQ(code(with("\"exp\"", "\"ex\"")), "token_invalid");
  EXPECT_EQ(code(with(tenant().customer_id.to_string(), world().other_tenant.customer_id.to_string())), "resource_missing");
  EXPECT_EQ(code(room_.tokens.sign("[1]").value()), "token_invalid");
}

TEST_P(ShareTest, ATakenBackLinkOpensNothing) {
  const auto made = room_.shares.create(tenant(), "ann", 60min).value();
  EXPECT_EQ(room_.shares.revoke(world().other_tenant, made.share.id).error().code(), Errc::not_found);
  EXPECT_EQ(code(made.token), "open");
  ASSERT_TRUE(room_.shares.revoke(tenant(), made.share.id));
  ASSERT_TRUE(room_.shares.revoke(tenant(), made.share.id)) << "once more does no harm";
  EXPECT_EQ(code(made.token), "resource_missing");
  EXPECT_EQ(room_.shares.list(tenant()).value().at(0).revoked_at, world().clock.now());
}

TEST_P(ShareTest, UseIsRememberedToTheMinute) {
  const auto made = room_.shares.create(tenant(), "ann", 60min).value();
  const auto used = [&] {
    EXPECT_EQ(code(made.token), "open");
    EXPECT_TRUE(world().database.write([](db::Session&) -> Status { return {}; }));  // SQLite: behind what was asked for before
    return room_.shares.list(tenant()).value().at(0).last_used_at;
  };
  const Timestamp first = world().clock.now();
  std::optional<Timestamp> seen;
  for (int i = 0; i < 2000 && !(seen = used()); ++i) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(seen, first);
  world().clock.advance(30s);
  EXPECT_EQ(used(), first);
}

TEST_P(ShareTest, WhoSeesSomeSitesSharesNothing) {
  const auto site = world().adopt();
  const Tenant limited{tenant().customer_id, std::make_shared<OnlySite>(site.id)};
  EXPECT_EQ(room_.shares.create(limited, "ann", 5min).error().code(), Errc::forbidden);
  EXPECT_EQ(room_.shares.list(limited).error().code(), Errc::forbidden);
}

TEST_P(ShareTest, ShortLinksLiveAsLongAndCarryOurSignature) {
  for (const auto& [life, days] : {std::pair{60min, 1}, std::pair{1441min, 3}, std::pair{43'200min, 30}}) {
    const auto made = room_.shares.create(tenant(), "ann", life).value();
    EXPECT_EQ(made.short_url, "https://go.example.net/abcdefg");
    EXPECT_EQ(room_.links.asked.back().life, std::chrono::days(days));
    EXPECT_THAT(room_.links.asked.back().target, StartsWith("https://api.example.net/faults/token/" + made.token + "?signature="));
  }
}

TEST_P(ShareTest, ATeamHasAHundredAtATime) {
  for (std::int64_t i = 0; i < ShareService::kMostLive; ++i) ASSERT_TRUE(room_.shares.create(tenant(), "ann", 5min));
  EXPECT_EQ(room_.shares.create(tenant(), "ann", 5min).error().reason(), "limit_reached");
  world().clock.advance(5min);
  EXPECT_TRUE(room_.shares.create(tenant(), "ann", 5min));
  world().clock.advance(31 * 24h);
  ASSERT_TRUE(room_.shares.purge());
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM fault_share"), 0);
}

// ---------------------------------------------------------------- routes

TEST_P(ShareTest, OverHttp) {
  const auto site = world().adopt();
  add(tenant(), site.id, 1h);
  const auto made = call(Method::post, "/faults/token", R"({"expire_after_minutes":60})", "viewer");
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_THAT(made.body, HasSubstr(R"("type":"jwt","expires_in_minutes":60,"expires_at":"2026-02-03T09:00:00.000000Z","short_link":"https://go.example.net/abcdefg")"));
  const auto at = made.body.find(R"("token":")") + 9;
  const auto token = made.body.substr(at, made.body.find('"', at) - at);
  for (const char* path : {"/faults/token/", "/fault/token/"}) {
    const auto shown = http::testing::send(router_, Method::get, path + token);
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(shown.headers.find("Cache-Control"), "no-store");
    EXPECT_THAT(shown.body, StartsWith(R"([{"id":")"));
    EXPECT_THAT(shown.body, HasSubstr(R"("site_name":")" + site.name + '"'));
  }
  EXPECT_EQ(http::testing::send(router_, Method::get, "/faults/token/nonsense").status, 401);
  EXPECT_EQ(call(Method::post, "/faults/token", R"({"expire_after_minutes":1441})", "viewer").status, 403);
  EXPECT_EQ(call(Method::post, "/fault/token", R"({"expire_after_minutes":1441})").status, 200);
  for (const char* wrong : {"0", "43201", "null"}) EXPECT_EQ(call(Method::post, "/faults/token", std::string(R"({"expire_after_minutes":)") + wrong + "}").status, 422) << wrong;
  const auto listed = call(Method::get, "/faults/tokens").body;
  EXPECT_THAT(listed, Not(HasSubstr(token)));
  const auto id = room_.shares.list(tenant()).value().back().id.to_string();
  EXPECT_EQ(call(Method::delete_, "/faults/tokens/" + id).status, 204);
  EXPECT_EQ(call(Method::delete_, "/faults/tokens/" + id, "", "viewer").status, 403);
}

TEST_P(ShareTest, InternalServicesAsk) {
  const auto site = world().adopt();
  const auto over = add(tenant(), site.id, 2h, 1h);
  const auto open = add(tenant(), site.id, 1min);
  for (const auto& answer : {call(Method::post, "/faults/internal/active", R"({"type":"site"})", "service"), call(Method::get, "/faults/internal/active?type=site", "", "service")}) {
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, StartsWith(R"([{"id":")" + open.id.to_string() + R"(","customer_id":")" + tenant().customer_id.to_string()));
  }
  const auto body = [&](const std::string& start, const std::string& end) {
    return R"({"site_id":")" + site.id.to_string() + R"(","type":"site","start":")" + start + R"(","end":")" + end + "\"}";
  };
  auto answer = call(Method::post, "/faults/internal/timeline", body("2026-02-03T00:00:00Z", "2026-02-03T07:30:00Z"), "service");
  EXPECT_EQ(answer.body, R"([{"id":")" + over.id.to_string() + R"(","type":"site","cause":"Disconnected","start":"2026-02-03T06:00:00.000000Z","end":"2026-02-03T07:00:00.000000Z"}])");
  EXPECT_EQ(call(Method::post, "/faults/internal/timeline", body("2026-02-03T08:00:00Z", "2026-02-03T07:30:00Z"), "service").status, 422);
  EXPECT_EQ(call(Method::get, "/faults/internal/active?type=site").status, 401) << "not for people";
  EXPECT_EQ(call(Method::post, "/faults/internal/active", "{}", "service").status, 422);
}

}  // namespace
}  // namespace openstrat::monitoring
