#include "monitoring/health_history.hpp"

#include "monitoring/test_support.hpp"

namespace openstrat::monitoring {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using http::Method;

class HealthTest : public MonitoringTest {
 protected:
  std::vector<HealthSample> read(std::chrono::seconds step = 60s) {
    return room_.health.read(world().tenant, {.from = world().clock.now() - std::chrono::days(30), .until = world().clock.now() + 1min, .step = step}).value();
  }
  void sample() {
    const auto done = room_.health.sample();
    ASSERT_TRUE(done) << done.error().message();
  }
  void mark_offline(const fleet::Site& site) {
    auto row = world().row(site.id);
    row.has_pulse = false;
    ASSERT_TRUE(world().database.write([&](db::Session& session) { return fleet::site_store::update(session, row); }));
  }

  Room room_{world()};
};
INSTANTIATE_EACH_ENGINE(HealthTest);

TEST_P(HealthTest, CountsEveryTeamOnceAMinute) {
  const auto sites = world().adopt_many(4);
  ASSERT_TRUE(world().sites.create(world().tenant, {.name = "planned"}));
  ASSERT_TRUE(world().removal.remove(world().tenant, sites[3].id, fleet::SiteRemoval::Force::no));
  mark_offline(sites[0]);
  add(world().tenant, sites[0].id, 1h);
  add(world().tenant, sites[0].id, 1h, 1min);
  add(world().other_tenant, std::nullopt, 1h);
  sample();
  world().clock.advance(10s);
  sample();  // the same minute
  const auto points = read();
  ASSERT_THAT(points, SizeIs(1));
  EXPECT_EQ(points[0].at, std::chrono::floor<std::chrono::minutes>(world().clock.now()));
  EXPECT_EQ(points[0].online, 2);
  EXPECT_EQ(points[0].offline, 1);
  EXPECT_EQ(points[0].pending, 1);
  EXPECT_EQ(points[0].open_faults, 1);
  const auto theirs = room_.health.read(world().other_tenant, {.from = world().clock.now() - 1h, .until = world().clock.now() + 1min, .step = 60s}).value();
  ASSERT_THAT(theirs, SizeIs(1)) << "open faults without sites";
  EXPECT_EQ(theirs[0].open_faults, 1);
  EXPECT_THAT(world().metrics.render(), HasSubstr("openstrat_faults_open 2"));
}

TEST_P(HealthTest, GapsAreGapsAndAStepIsItsWorstMinute) {
  const auto sites = world().adopt_many(3);
  sample();                      // 08:00
  world().clock.advance(1min);
  mark_offline(sites[0]);
  sample();                      // 08:01, the worst of its five minutes
  ASSERT_EQ(world().poll(sites[0], {.name = "edge-100", .serial = "HF81000"}).status, 200);
  world().clock.advance(1min);
  sample();                      // 08:02
  world().clock.advance(20min);  // the platform is down
  sample();                      // 08:22
  EXPECT_THAT(read(), SizeIs(4));
  const auto steps = read(300s);
  ASSERT_THAT(steps, SizeIs(2));
  EXPECT_EQ(steps[0].at, parse_iso8601("2026-02-03T08:00:00Z"));
  EXPECT_EQ(steps[0].offline, 1);
  EXPECT_EQ(steps[0].online, 2) << "of the same minute";
  EXPECT_EQ(steps[1].at, parse_iso8601("2026-02-03T08:20:00Z"));
  EXPECT_EQ(steps[1].online, 3);
}

TEST_P(HealthTest, OldMinutesGoAlongWithNewOnes) {
  world().adopt();
  sample();
  world().clock.advance(std::chrono::days(14));
  sample();
  EXPECT_THAT(read(), SizeIs(2)) << "fourteen days are kept";
  world().clock.advance(1min);
  sample();
  EXPECT_THAT(read(), SizeIs(2));
  EXPECT_EQ(read()[1].at, world().clock.now());
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM fleet_health"), 2);
}

TEST_P(HealthTest, ATeamThatIsGoneLeavesNothing) {
  world().adopt();
  add(world().other_tenant, std::nullopt, 1h);
  sample();
  ASSERT_TRUE(room_.health.forget_team(world().tenant.customer_id));
  EXPECT_THAT(read(), IsEmpty());
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM fleet_health"), 1);
}

TEST_P(HealthTest, AFailedLookIsAnError) {
  world().adopt();
  world().database.fail_writes(1);
  EXPECT_FALSE(room_.health.sample());
  EXPECT_THAT(read(), IsEmpty());
}

TEST_P(HealthTest, TheQueueLooksOnceAMinute) {
  world().adopt();
  room_.health.register_tasks(*world().tasks);
  world().clock.set(*parse_iso8601("2026-02-03T08:00:59Z"));
  world().tasks->start();
  for (int i = 0; i < 5000 && read().empty(); ++i) {
    world().clock.advance(1s);
    std::this_thread::sleep_for(2ms);
  }
  world().tasks->stop(5s);
  EXPECT_FALSE(read().empty());
}

TEST(HealthRange, FillsInWhatIsAbsent) {
  const Timestamp now = *parse_iso8601("2026-02-03T08:00:00Z");
  auto range = HealthHistory::range_of({}, {}, {}, now).value();
  EXPECT_EQ(range.from, now - 24h);
  EXPECT_EQ(range.until, now);
  EXPECT_EQ(range.step, 60s);
  EXPECT_EQ(HealthHistory::range_of(now - 24h * 3, {}, {}, now)->step, 300s);
  EXPECT_EQ(HealthHistory::range_of(now - 24h * 14, {}, {}, now)->step, 900s);
  EXPECT_EQ(HealthHistory::range_of(now - 24h * 40, {}, {}, now)->step, 3600s);
  EXPECT_EQ(HealthHistory::range_of(now - 24h * 400, {}, {}, now)->step, 24h);
  EXPECT_EQ(HealthHistory::range_of(now - 24h * 7, now, 60, now)->step, 60s) << "10,080 points";
  EXPECT_EQ(HealthHistory::range_of(now - 24h * 14, now, 60, now).error().fields().at(0).name, "step");
  EXPECT_EQ(HealthHistory::range_of({}, {}, 90, now).error().fields().at(0).name, "step");
  EXPECT_EQ(HealthHistory::range_of(now, now, {}, now).error().fields().at(0).name, "to");
}

TEST_P(HealthTest, OverHttp) {
  http::testing::FakeAuthenticator authenticator;
  authenticator.add("key", http::testing::api_key_with(world().tenant, {"site:view"}));
  authenticator.add("none", http::testing::api_key_with(world().tenant, {}));
  authenticator.add("other", http::testing::api_key_with(world().other_tenant, {"site:view"}));
  http::Router router(http::testing::in_memory_hooks(world().clock, authenticator));
  add_health_routes(router, room_.services());
  const auto get = [&](const std::string& path) { return http::testing::send(router, Method::get, path, {.token = "key"}); };
  world().clock.set(*parse_iso8601("2026-02-03T08:30:00Z"));
  ASSERT_TRUE(world().pulses.flush());
  const auto site = world().adopt();
  sample();
  world().clock.advance(1min);
  ASSERT_TRUE(world().pulses.flush());
  EXPECT_EQ(get("/metrics/dashboard/health").body,
            R"({"step_s":60,"points":[{"at":"2026-02-03T08:30:00.000000Z","online":1,"offline":0,"pending":0,"open_faults":0}]})");
  EXPECT_EQ(get("/metrics/dashboard/health?step=61").status, 422);

  for (int i = 0; i < 60; ++i) {  // an hour of silence, in which we listened
    world().clock.advance(30s);
    ASSERT_TRUE(world().pulses.flush());
  }
  const auto hours = get("/sites/" + site.pid + "/availability?hours=2160").body;
  EXPECT_THAT(hours, HasSubstr(R"([{"at":"2026-02-03T08:00:00.000000Z","missed_percent":)"));
  EXPECT_THAT(hours, HasSubstr(R"("listened_minutes":30)"));
  EXPECT_EQ(get("/sites/" + site.pid + "/availability?hours=2161").status, 422);
  EXPECT_THAT(http::testing::isolation_failures(router, {.token_without_scopes = "none", .token_with_all_scopes = "other",
                                                         .foreign_id = [&](const http::Endpoint&, std::string_view) { return std::optional(site.id.to_string()); }}),
              IsEmpty());
}

TEST_P(HealthTest, WhoSeesSomeSitesSeesNoSumOfAll) {
  const auto site = world().adopt();
  const Tenant limited{world().tenant.customer_id, std::make_shared<OnlySite>(site.id)};
  EXPECT_EQ(room_.health.read(limited, {.from = world().clock.now() - 1h, .until = world().clock.now(), .step = 60s}).error().code(), Errc::forbidden);
}

}  // namespace
}  // namespace openstrat::monitoring
