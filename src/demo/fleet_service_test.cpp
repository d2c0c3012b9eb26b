#include "demo/fleet_service.hpp"

#include <fstream>
#include <thread>

#include "demo/schema.hpp"
#include "demo/simulator.hpp"
#include "fleet/test_support.hpp"

namespace openstrat::demo {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<db::Migration> schema() {
  auto all = fleet::all_migrations();
  const auto own = migrations();
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

/// One node of an installation, with a program of ours in the place of the simulator.
struct Node {
  Node(fleet::World& w, const std::filesystem::path& directory, const std::string& name)
      : world(w), settings{.enabled = true, .program = (directory / "program").string(), .directory = directory, .node = name, .server_url = "https://gw.example:8444",
                           .detours = {"gw.example:8444:127.0.0.1:8444"}, .is_local = true},
        supervisor({w.database, w.runbooks,
                    [&w](const Tenant& tenant, SiteId site) -> Status {
                      const auto removed = w.removal.remove(tenant, site, fleet::SiteRemoval::Force::yes);
                      return removed ? Status() : fail(removed.error());
                    },
                    w.clock, settings}),
        fleets({w.database, w.live, w.sites, supervisor, w.clock, w.rng, settings,
                [this](db::Session& session, const Tenant&, int more) { return world.quota.check(session, Tenant{}, more - 1); }}) {}

  fleet::World& world;
  Settings settings;
  Supervisor supervisor;
  FleetService fleets;
};

class DemoTest : public db::EachEngineTest {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / ("openstrat-demo-" + std::to_string(::getpid()) + "-" + std::to_string(GetParam() == db::Database::Engine::sqlite));
    std::filesystem::create_directories(directory_);
    program("exec sleep 60");
    world_ = std::make_unique<fleet::World>(make_database(schema()));
    node_ = std::make_unique<Node>(*world_, directory_, "a:/data");
    node_->fleets.subscribe(world_->bus);
  }
  void TearDown() override {
    node_.reset(), world_.reset();
    std::filesystem::remove_all(directory_);
    db::EachEngineTest::TearDown();
  }
  void program(const std::string& body) {
    const auto file = directory_ / "program";
    std::ofstream(file) << "#!/bin/sh\necho \"$@\"\n" << body << "\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }
  FleetService& fleets() { return node_->fleets; }
  Tenant tenant() { return world_->tenant; }
  void tick() { ASSERT_TRUE(node_->supervisor.tick()); }
  std::string mark() { return (*world_->database.read([&](db::Session& session) { return fleet_store::find(session, tenant()); }))->mark; }
  /// A router of that serial number is adopted, and the event of it delivered.
  fleet::Site adopt(const std::string& serial) {
    const auto site = world_->adopt({.name = "edge-" + serial, .serial = serial});
    EXPECT_TRUE(world_->bus.deliver(world_->events("site.adopted").back()));
    return site;
  }
  template <class F>
  bool eventually(F condition) {
    for (int i = 0; i < 500; ++i, std::this_thread::sleep_for(10ms))
      if (condition()) return true;
    return false;
  }
  static std::string why(const Result<FleetView>& result) { return result ? "ok" : result.error().reason(); }

  std::filesystem::path directory_;
  std::unique_ptr<fleet::World> world_;
  std::unique_ptr<Node> node_;
};
INSTANTIATE_EACH_ENGINE(DemoTest);

TEST_P(DemoTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), migrations()); }

TEST_P(DemoTest, AWishIsCarriedOutAndTakenBack) {
  EXPECT_EQ(fleets().find(tenant())->state, FleetState::off);
  EXPECT_EQ(why(fleets().remove(tenant())), "resource_missing");
  ASSERT_EQ(why(fleets().start(tenant(), {.sites = 2})), "ok");
  tick();
  EXPECT_TRUE(node_->supervisor.state(tenant())->is_running);
  EXPECT_EQ(fleets().find(tenant())->state, FleetState::starting);
  adopt(mark() + "0000"), adopt(mark() + "0001");
  const auto view = *fleets().find(tenant());
  EXPECT_EQ(std::tuple(view.state, view.adopted, view.online, view.wish.sites), std::tuple(FleetState::running, 2, 2, 2));
  ASSERT_EQ(why(fleets().remove(tenant())), "ok");
  EXPECT_EQ(why(fleets().start(tenant(), {.sites = 2})), "demo_fleet_removing");
  tick();
  EXPECT_EQ(fleets().find(tenant())->state, FleetState::removing) << "news of an adoption may be on its way";
  world_->clock.advance(Supervisor::kLateNews);
  tick();
  EXPECT_EQ(fleets().find(tenant())->state, FleetState::off);
  EXPECT_THAT(world_->sites.list(tenant(), {})->sites, IsEmpty());
}

TEST_P(DemoTest, RealSitesAreNeverRemoved) {
  ASSERT_EQ(why(fleets().start(tenant(), {.sites = 1})), "ok");
  const auto real = adopt("HF80A1B2C3D"), other = adopt("SIMOTHER0001"), simulated = adopt(mark() + "0000");
  EXPECT_EQ(fleets().find(tenant())->adopted, 1);
  ASSERT_EQ(why(fleets().remove(tenant())), "ok");
  tick();
  std::vector<SiteId> left;
  const auto page = *world_->sites.list(tenant(), {});
  for (const auto& site : page.sites) left.push_back(site.id);
  EXPECT_THAT(left, testing::UnorderedElementsAre(real.id, other.id));
}

TEST_P(DemoTest, AnAdoptionThatIsHeardOfLateIsRemovedToo) {
  ASSERT_EQ(why(fleets().start(tenant(), {.sites = 1})), "ok");
  const auto site = world_->adopt({.name = "late", .serial = mark() + "0000"});
  ASSERT_EQ(why(fleets().remove(tenant())), "ok");
  tick();
  ASSERT_TRUE(world_->bus.deliver(world_->events("site.adopted").back()));
  world_->clock.advance(Supervisor::kLateNews);
  tick();
  EXPECT_THAT(world_->sites.list(tenant(), {})->sites, IsEmpty());
  EXPECT_EQ(fleets().find(tenant())->state, FleetState::off);
}

TEST_P(DemoTest, ASiteThatIsDeletedIsForgotten) {
  ASSERT_EQ(why(fleets().start(tenant(), {.sites = 1})), "ok");
  const auto site = adopt(mark() + "0000");
  ASSERT_TRUE(world_->removal.remove(tenant(), site.id, fleet::SiteRemoval::Force::yes));
  ASSERT_TRUE(world_->bus.deliver(world_->events("site.deleted").back()));
  EXPECT_EQ(fleets().find(tenant())->adopted, 0);
}

TEST_P(DemoTest, ADeletedTeamHasNoSimulator) {
  ASSERT_EQ(why(fleets().start(tenant(), {.sites = 1})), "ok");
  tick();
  ASSERT_TRUE(world_->bus.deliver({.name = "team.deleted", .id = "evt_1", .occurred_at = {}, .customer_id = tenant().customer_id, .site_id = {}, .resource_id = {}, .data = {}}));
  tick();
  EXPECT_FALSE(node_->supervisor.state(tenant())->is_running);
}

TEST_P(DemoTest, WishesAreBounded) {
  EXPECT_EQ(why(fleets().start(tenant(), {.routeros = "8.1"})), "validation_failed");
  for (const char* good : {"mixed", "7", "6.49", "7.20.8", "6.49,7.20.8"}) EXPECT_EQ(why(fleets().start(tenant(), {.sites = 100, .routeros = good})), "ok") << good;
  for (const char* bad : {"", "7.", "7,,6", "7 --json", "seven"}) EXPECT_EQ(why(fleets().start(tenant(), {.sites = 100, .routeros = bad})), "validation_failed") << bad;
  EXPECT_EQ(why(fleets().start(tenant(), {.sites = 99})), "demo_fleet_running");
  EXPECT_EQ(why(fleets().start(tenant(), {.sites = 99}, FleetService::Asker::operator_)), "ok");
  EXPECT_EQ(why(fleets().start(world_->other_tenant, {.sites = FleetService::kMostTogether - 98})), "limit_reached");
  EXPECT_EQ(why(fleets().start(world_->other_tenant, {.sites = FleetService::kMostTogether - 99})), "ok");
  world_->quota.limit = 100;
  EXPECT_EQ(why(fleets().start(tenant(), {.sites = 500})), "limit_reached");
}

TEST_P(DemoTest, SaysWhyThereIsNone) {
  node_->settings.program = "/nowhere/openstrat-sim";
  EXPECT_EQ(why(fleets().start(tenant(), {})), "demo_unavailable");
  EXPECT_THAT(fleets().find(tenant())->reason, HasSubstr("/nowhere/openstrat-sim"));
  node_->settings.enabled = false;
  EXPECT_EQ(why(fleets().start(tenant(), {})), "demo_disabled");
  EXPECT_FALSE(fleets().find(tenant())->available);
}

TEST_P(DemoTest, WhatEndsIsStartedAgainAndTold) {
  program("echo no server; exit 1");
  ASSERT_EQ(why(fleets().start(tenant(), {.sites = 2})), "ok");
  tick();
  ASSERT_TRUE(eventually([&] {
    EXPECT_TRUE(node_->supervisor.tick());
    return fleets().find(tenant())->restarts == 1;
  }));
  const auto view = *fleets().find(tenant());
  EXPECT_EQ(view.state, FleetState::restarting);
  EXPECT_EQ(view.message, "The simulator has ended: no server");
  program("exec sleep 60");
  tick();
  EXPECT_FALSE(node_->supervisor.state(tenant())->is_running) << "not at once";
  world_->clock.advance(1s);
  tick();
  EXPECT_TRUE(node_->supervisor.state(tenant())->is_running);
  world_->clock.advance(Supervisor::kSettled + 1s);
  tick();
  EXPECT_EQ(fleets().find(tenant())->message, "") << "long ago";
}

TEST_P(DemoTest, AnotherWishStartsItAnew) {
  ASSERT_EQ(why(fleets().start(tenant(), {.sites = 2})), "ok");
  tick();
  ASSERT_EQ(why(fleets().start(tenant(), {.sites = 3, .routeros = "7"})), "ok");
  tick(), tick();
  EXPECT_TRUE(node_->supervisor.state(tenant())->is_running);
  const auto log = node_->supervisor.log_file(tenant());
  ASSERT_TRUE(eventually([&] { return last_words(log).contains("--count 3 --routeros 7"); })) << last_words(log);
  EXPECT_EQ(node_->supervisor.state(tenant())->restarts, 0) << "nothing went wrong";
}

TEST_P(DemoTest, OneNodeOfManyRunsItAndAnotherTakesOver) {
  Node second(*world_, directory_, "b:/data");
  ASSERT_EQ(why(fleets().start(tenant(), {.sites = 1})), "ok");
  tick();
  ASSERT_TRUE(second.supervisor.tick());
  EXPECT_EQ(second.supervisor.state(tenant()), std::nullopt);
  world_->clock.advance(Supervisor::kLease / 2 + 1s);
  tick();  // prolongs
  world_->clock.advance(Supervisor::kLease / 2 + 1s);
  ASSERT_TRUE(second.supervisor.tick());
  EXPECT_EQ(second.supervisor.state(tenant()), std::nullopt);
  node_->supervisor.stop();
  ASSERT_TRUE(second.supervisor.tick());
  EXPECT_TRUE(second.supervisor.state(tenant())->is_running);
  tick();
  EXPECT_EQ(node_->supervisor.state(tenant()), std::nullopt);
}

TEST_P(DemoTest, TheDatabaseMayBeAwayForAWhile) {
  ASSERT_EQ(why(fleets().start(tenant(), {.sites = 1})), "ok");
  world_->database.fail_writes(1);
  EXPECT_FALSE(node_->supervisor.tick());
  tick();
  EXPECT_TRUE(node_->supervisor.state(tenant())->is_running);
}

TEST(SimulatorArguments, TellWhoWhereAndHow) {
  const Settings settings{.program = {}, .directory = {}, .node = {}, .server_url = "https://gw.example", .detours = {"gw.example:443:127.0.0.1:8444"}, .is_local = true};
  DemoFleet fleet{.customer_id = {}, .wish = {.sites = 7, .routeros = "6.49"}, .mark = "SIM2AB7K", .removing_since = {}, .leased_by = {}};
  const auto arguments = simulator_arguments(fleet, settings, "token");
  std::string line;
  for (const auto& argument : arguments) line += argument + " ";
  for (const char* part : {"--server https://gw.example ", "--runbook token ", "--count 7 ", "--routeros 6.49 ", "--life calm ", "--speed 1 ", "--serial-prefix SIM2AB7K ",
                           "--connect-to gw.example:443:127.0.0.1:8444 ", "--source-addresses 127."})
    EXPECT_THAT(line, HasSubstr(part));
  EXPECT_EQ(simulator_arguments(fleet, settings, "token"), arguments) << "the same routers after every start";
  fleet.mark = "SIM2AB7M";
  EXPECT_NE(simulator_arguments(fleet, settings, "token"), arguments);
  EXPECT_THAT(simulator_arguments(fleet, {.program = {}, .directory = {}, .node = {}, .server_url = "https://gw.example", .detours = {}}, "token"), Not(Contains("--source-addresses")));
}

}  // namespace
}  // namespace openstrat::demo
