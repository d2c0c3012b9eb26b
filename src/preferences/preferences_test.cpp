#include <gmock/gmock.h>

#include <map>

#include "base/rng.hpp"
#include "bus/bus.hpp"
#include "bus/schema.hpp"
#include "db/testing.hpp"
#include "http/testing/in_memory.hpp"
#include "http/testing/isolation.hpp"
#include "preferences/preference_service.hpp"
#include "preferences/routes.hpp"
#include "preferences/schema.hpp"

namespace openstrat::preferences {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PreferencesTest : public db::EachEngineTest {
 protected:
  PreferencesTest() : database_(make_reused_database(all_migrations())), service_(*database_, clock_) {}
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

  ManualClock clock_{parse_iso8601("2026-02-03T08:00:00Z").value()};
  std::unique_ptr<db::Database> database_;
  PreferenceService service_;
  const Tenant team_{CustomerId(Uuid{{1}})}, other_team_{CustomerId(Uuid{{2}})};
  const UserId ann_{Uuid{{3}}}, bob_{Uuid{{4}}};
};
INSTANTIATE_EACH_ENGINE(PreferencesTest);

TEST_P(PreferencesTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), all_migrations()); }

TEST_P(PreferencesTest, AValueBelongsToOneUserInOneTeam) {
  ASSERT_TRUE(service_.put(team_, ann_, "sites.columns", R"(["name"])", std::nullopt));
  EXPECT_EQ(service_.find(team_, ann_, "sites.columns").value().value, R"(["name"])");
  EXPECT_EQ(service_.find(team_, bob_, "sites.columns").error().code(), Errc::not_found);
  EXPECT_EQ(service_.find(other_team_, ann_, "sites.columns").error().code(), Errc::not_found);
  EXPECT_THAT(service_.list(team_, ann_).value(), SizeIs(1));
}

TEST_P(PreferencesTest, TwoTabsDoNotOverwriteEachOther) {
  const auto first = service_.put(team_, ann_, "view", "1", 0).value();
  EXPECT_EQ(service_.put(team_, ann_, "view", "2", 0).error().code(), Errc::precondition_failed) << "it is not new any more";
  EXPECT_EQ(service_.put(team_, ann_, "view", "2", first.revision).value().revision, 2);
  EXPECT_EQ(service_.put(team_, ann_, "view", "3", first.revision).error().code(), Errc::precondition_failed);
  EXPECT_EQ(service_.put(team_, ann_, "view", "4", std::nullopt).value().revision, 3) << "who does not ask, overwrites";
}

TEST_P(PreferencesTest, ThereAreLimits) {
  EXPECT_EQ(service_.put(team_, ann_, "large", std::string(PreferenceService::kLargest + 1, '1'), std::nullopt).error().code(), Errc::too_large);
  for (int i = 0; i < PreferenceService::kMost; ++i) ASSERT_TRUE(service_.put(team_, ann_, "n" + std::to_string(i), "1", std::nullopt));
  EXPECT_EQ(service_.put(team_, ann_, "one.more", "1", std::nullopt).error().reason(), "limit_reached");
  EXPECT_TRUE(service_.put(team_, ann_, "n7", "2", std::nullopt)) << "what is there can be changed";
}

TEST_P(PreferencesTest, ValuesGoWithTheirUserAndTeam) {
  struct HandlerOnly final : bus::Bus {
    std::map<std::string, bus::Handler> handlers;
    void subscribe(std::string, std::string event, bus::Handler handler) override { handlers[std::move(event)] = std::move(handler); }
    Status append(db::Session&, bus::Event) override { return {}; }
    void publish(bus::Event) override {}
    void start() override {}
    void stop() override {}
  } bus;
  service_.subscribe(bus);
  ASSERT_TRUE(service_.put(team_, ann_, "view", "1", std::nullopt));
  ASSERT_TRUE(service_.put(team_, bob_, "view", "1", std::nullopt));
  ASSERT_TRUE(bus.handlers["user.deleted"]({.name = "user.deleted", .resource_id = ann_.to_string()}));
  EXPECT_THAT(service_.list(team_, ann_).value(), IsEmpty());
  EXPECT_THAT(service_.list(team_, bob_).value(), SizeIs(1));
  ASSERT_TRUE(bus.handlers["team.deleted"]({.name = "team.deleted", .customer_id = team_.customer_id}));
  EXPECT_THAT(service_.list(team_, bob_).value(), IsEmpty());
}

TEST_P(PreferencesTest, Routes) {
  http::testing::FakeAuthenticator authenticator;
  auto ann = http::testing::user_with(team_, {});
  ann.user_id = ann_;
  authenticator.add("ann", ann);
  http::Router router(http::testing::in_memory_hooks(clock_, authenticator));
  add_routes(router, service_);
  const auto send = [&](http::Method method, const char* target, std::string body = {}, std::vector<std::pair<std::string, std::string>> headers = {}) {
    return http::testing::send(router, method, target, {.token = "ann", .body = std::move(body), .headers = std::move(headers)});
  };
  auto response = send(http::Method::put, "/me/settings/sites.view", R"({"tag":"x","dense":true})");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.headers.find("ETag"), "\"1\"");
  EXPECT_THAT(send(http::Method::get, "/me/settings/sites.view").body, HasSubstr(R"("value":{"tag":"x","dense":true})"));
  EXPECT_EQ(send(http::Method::put, "/me/settings/sites.view", "1", {{"If-Match", "\"7\""}}).status, 412);
  EXPECT_EQ(send(http::Method::put, "/me/settings/sites.view", "1", {{"If-Match", "\"1\""}}).status, 200);
  EXPECT_EQ(send(http::Method::put, "/me/settings/sites.view", "1", {{"If-Match", "soon"}}).status, 422);
  EXPECT_EQ(send(http::Method::put, "/me/settings/sites.view", "{broken").status, 400);
  EXPECT_THAT(send(http::Method::get, "/me/settings").body, HasSubstr("sites.view"));
  EXPECT_EQ(send(http::Method::delete_, "/me/settings/sites.view").status, 204);
  EXPECT_EQ(send(http::Method::delete_, "/me/settings/sites.view").status, 404);
  EXPECT_EQ(send(http::Method::get, "/me/settings/No%20Name").status, 404);
  EXPECT_EQ(http::testing::send(router, http::Method::get, "/me/settings").status, 401);
}

}  // namespace
}  // namespace openstrat::preferences
