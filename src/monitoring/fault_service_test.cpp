#include "monitoring/fault_service.hpp"

#include "monitoring/site_faults.hpp"
#include "monitoring/test_support.hpp"

namespace openstrat::monitoring {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FaultServiceTest : public MonitoringTest {
 protected:
  FaultServiceTest() {
    faults_ = std::make_unique<FaultService>(world().database, world().bus, world().clock, world().rng);
    faults_->subscribe();
  }
  void TearDown() override {
    faults_.reset();
    MonitoringTest::TearDown();
  }
  FaultService& faults() { return *faults_; }

  /// What the bus does: every event that was appended since the last call, in order.
  void deliver() {
    const auto events = world().events();
    for (; delivered_ < events.size(); ++delivered_) {
      const auto done = world().bus.deliver(events[delivered_]);
      ASSERT_TRUE(done) << done.error().message();
    }
  }
  /// The site is silent until the sweep notices, and a little longer.
  void fall_silent() {
    for (int i = 0; i < 40; ++i) {
      world().clock.advance(10s);
      ASSERT_TRUE(world().sweep.run());
    }
    deliver();
  }
  std::vector<Fault> of(const fleet::Site& site) { return faults().newest_of_site(site.tenant(), site.id, 100).value(); }

  std::unique_ptr<FaultService> faults_;
  std::size_t delivered_ = 0;
};
INSTANTIATE_EACH_ENGINE(FaultServiceTest);

TEST_P(FaultServiceTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), migrations_with_fleet()); }

TEST_P(FaultServiceTest, AnOutageIsAFaultFromItsFirstMissedHeartbeatToTheNextOne) {
  const auto site = world().adopt({.uptime = "10d"});
  const Timestamp last = world().clock.now();
  fall_silent();
  auto found = of(site);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].message, "Site Offline: " + site.name);
  EXPECT_EQ(found[0].type, "site");
  EXPECT_EQ(found[0].kind, "offline");
  EXPECT_EQ(found[0].severity, Severity::critical);
  EXPECT_EQ(found[0].cause, "Unknown");
  EXPECT_EQ(found[0].created_at, last + 30s);
  EXPECT_EQ(found[0].resource_id, site.id.to_string());
  EXPECT_FALSE(found[0].resolved_at);
  EXPECT_EQ(world().events("fault.created").size(), 1u);

  ASSERT_EQ(world().poll(site, {.uptime = "10d00:10:00"}).status, 200);
  deliver();
  found = of(site);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].cause, "Disconnected");
  EXPECT_EQ(found[0].resolved_at, world().clock.now());
  const auto resolved = world().events("fault.resolved");
  ASSERT_EQ(resolved.size(), 1u);
  EXPECT_EQ(resolved[0].data.text("cause"), "Disconnected");
  EXPECT_EQ(resolved[0].data.text("pid"), found[0].pid);
}

TEST_P(FaultServiceTest, APowerCutIsTheCauseAndNotASecondFault) {
  const auto site = world().adopt({.uptime = "10d"});
  fall_silent();
  ASSERT_EQ(world().poll(site, {.uptime = "50s"}).status, 200);
  deliver();
  const auto found = of(site);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].cause, "Power Outage");
}

TEST_P(FaultServiceTest, ANewOutageIsANewFault) {
  const auto site = world().adopt({.uptime = "10d"});
  for (const char* uptime : {"10d00:07:00", "10d00:14:00"}) {
    fall_silent();
    ASSERT_EQ(world().poll(site, {.uptime = uptime}).status, 200);
    deliver();
  }
  EXPECT_THAT(of(site), SizeIs(2));
}

TEST_P(FaultServiceTest, ARebootIsAPointInTime) {
  const auto site = world().adopt({.uptime = "10d"});
  world().clock.advance(60s);
  ASSERT_EQ(world().poll(site, {.uptime = "20s"}).status, 200);
  deliver();
  const auto found = of(site);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].message, "Site Rebooted: " + site.name);
  EXPECT_EQ(found[0].severity, Severity::low);
  EXPECT_EQ(found[0].cause, "Rebooted");
  EXPECT_EQ(found[0].resolved_at, found[0].created_at);
  EXPECT_EQ(world().events("fault.created").size(), 1u);
  EXPECT_EQ(world().events("fault.resolved").size(), 1u);
}

TEST_P(FaultServiceTest, DeletingAndPlannedSitesHaveNone) {
  const auto site = world().adopt();
  const auto planned = world().sites.create(world().tenant, {.name = "planned"}).value().site;
  ASSERT_TRUE(world().removal.remove(world().tenant, site.id, fleet::SiteRemoval::Force::no));
  fall_silent();
  EXPECT_EQ(world().events("site.offline").size(), 1u);
  EXPECT_THAT(of(site), IsEmpty());
  EXPECT_THAT(of(planned), IsEmpty());
}

TEST_P(FaultServiceTest, ARepeatedDeliveryChangesNothing) {
  const auto site = world().adopt({.uptime = "10d"});
  fall_silent();
  ASSERT_EQ(world().poll(site, {.uptime = "10d00:10:00"}).status, 200);
  deliver();
  delivered_ = 0;
  deliver();
  const auto found = of(site);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_TRUE(found[0].resolved_at) << "the old site.offline must not open it again";
  EXPECT_EQ(world().events("fault.created").size(), 1u);
  EXPECT_EQ(world().events("fault.resolved").size(), 1u);
}

TEST_P(FaultServiceTest, AFailedDeliveryIsRepeatedWhole) {
  const auto site = world().adopt();
  for (int i = 0; i < 40; ++i) {
    world().clock.advance(10s);
    ASSERT_TRUE(world().sweep.run());
  }
  const auto offline = world().events("site.offline").at(0);
  world().database.fail_writes(1);
  EXPECT_FALSE(world().bus.deliver(offline));
  EXPECT_TRUE(world().bus.deliver(offline));
  EXPECT_THAT(of(site), SizeIs(1));
}

TEST_P(FaultServiceTest, FaultsGoWithTheirSite) {
  const auto site = world().adopt();
  fall_silent();
  ASSERT_THAT(of(site), SizeIs(1));
  ASSERT_TRUE(world().removal.remove(world().tenant, site.id, fleet::SiteRemoval::Force::yes));
  deliver();
  EXPECT_THAT(of(site), IsEmpty());
}

TEST_P(FaultServiceTest, AnotherTeamSeesNothing) {
  const auto site = world().adopt();
  fall_silent();
  EXPECT_THAT(faults().newest_of_site(world().other_tenant, site.id, 100).value(), IsEmpty());
}

TEST_P(FaultServiceTest, OldResolvedFaultsArePurged) {
  const auto silent = world().adopt({.serial = "S1", .uptime = "10d"});
  const auto back = world().adopt({.serial = "S2", .uptime = "10d"});
  fall_silent();
  ASSERT_EQ(world().poll(back, {.serial = "S2", .uptime = "10d00:10:00"}).status, 200);
  deliver();
  faults().register_tasks(*world().tasks, 425);
  ASSERT_TRUE(world().database.write([&](db::Session& session) { return world().tasks->enqueue(session, {.kind = "monitoring.purge_faults"}); }));
  world().clock.advance(std::chrono::days(426));
  world().tasks->start();
  for (int i = 0; i < 2000 && world().number("SELECT COUNT(*) FROM fault_event_seen") > 0; ++i) std::this_thread::sleep_for(1ms);
  world().tasks->stop(5s);
  EXPECT_THAT(of(back), IsEmpty());
  EXPECT_THAT(of(silent), SizeIs(1)) << "an open fault stays";
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM fault_event_seen"), 0);
}

// ---------------------------------------------------------------- routes

TEST_P(FaultServiceTest, TheDeveloperApiListsThem) {
  http::testing::FakeAuthenticator authenticator;
  authenticator.add("key", http::testing::api_key_with(world().tenant, {"fault:view"}));
  authenticator.add("none", http::testing::api_key_with(world().tenant, {}));
  authenticator.add("other", http::testing::api_key_with(world().other_tenant, {"fault:view"}));
  http::Router router(http::testing::in_memory_hooks(world().clock, authenticator));
  Room room(world());
  add_developer_routes(router, room.services());
  const auto site = world().adopt({.uptime = "10d"});
  fall_silent();
  const auto path = "/api/routers/" + site.id.to_string() + "/faults";
  auto response = http::testing::send(router, http::Method::get, path, {.token = "key"});
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr(R"("status":"success")"));
  EXPECT_THAT(response.body, HasSubstr(R"("severity":"critical")"));
  EXPECT_THAT(response.body, HasSubstr(R"("duration":null)"));
  ASSERT_EQ(world().poll(site, {.uptime = "10d00:10:00"}).status, 200);
  deliver();
  response = http::testing::send(router, http::Method::get, path, {.token = "key"});
  EXPECT_THAT(response.body, HasSubstr(R"("duration":"6 minutes")"));
  EXPECT_THAT(http::testing::isolation_failures(router, {.token_without_scopes = "none", .token_with_all_scopes = "other",
                                                         .foreign_id = [&](const http::Endpoint&, std::string_view) { return site.id.to_string(); }}),
              IsEmpty());
}

TEST_P(FaultServiceTest, ListsOfSitesKnowOpenFaults) {
  const auto silent = world().adopt({.name = "silent", .serial = "S1"}), fine = world().adopt({.name = "fine", .serial = "S2"});
  for (int i = 0; i < 40; ++i) {
    world().clock.advance(10s);
    world().settle(fine, {.name = "fine", .serial = "S2"});
    ASSERT_TRUE(world().sweep.run());
  }
  deliver();
  const auto& team = world().tenant;
  const auto looked = world().database.read([&](db::Session& session) -> Status {
    const auto counts = site_faults::open_counts(session, team, {silent.id, fine.id}).value();
    EXPECT_THAT(counts, ElementsAre(std::pair{silent.id, std::int64_t{1}}));
    EXPECT_THAT(site_faults::open_counts(session, world().other_tenant, {silent.id}).value(), IsEmpty());
    EXPECT_EQ(site_faults::open_total(session, team).value(), 1);
    EXPECT_THAT(site_faults::worst_open(session, team, 20).value(), IsEmpty()) << "that a site is offline is known without it";
    const auto faulty = site_faults::has_open("s.customer_id", "s.id");
    const std::string sql = "SELECT s.id FROM site s WHERE s.customer_id = ?1 AND " + faulty.sql;
    const auto rows = session.query(db::Query{"test.faulty", sql.c_str()}, db::params(team.customer_id)).value();
    EXPECT_THAT(rows, SizeIs(1));
    return {};
  });
  ASSERT_TRUE(looked);
}

}  // namespace
}  // namespace openstrat::monitoring
