#include "fleet/offline_sweep.hpp"

#include "fleet/test_support.hpp"

namespace openstrat::fleet {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

class OfflineSweepTest : public FleetTest {
 protected:
  /// Sweeps every 10 s; the sites in `beating` poll every 30 s meanwhile.
  void run_for(std::chrono::seconds time, const std::vector<Site>& beating = {}) {
    const Timestamp until = world().clock.now() + time;
    while (world().clock.now() < until) {
      world().clock.advance(10s);
      if (++tick_ % 3 == 0) {
        for (const Site& site : beating) ASSERT_EQ(world().poll(world().token_of(site), "").status, 200);
      }
      const auto swept = world().sweep.run();
      ASSERT_TRUE(swept) << swept.error().message();
    }
  }
  std::size_t offline_events() { return world().events("site.offline").size(); }

  int tick_ = 0;
};
INSTANTIATE_EACH_ENGINE(OfflineSweepTest);

TEST_P(OfflineSweepTest, TenMissedHeartbeatsAreOffline) {
  const Site site = world().adopt();
  run_for(360s, {site});
  const Timestamp last = world().live.pulse(site.id)->last_seen_at.value();
  run_for(std::chrono::floor<std::chrono::seconds>(last + 300s - world().clock.now()));
  EXPECT_TRUE(world().row(site.id).has_pulse) << "300 s are allowed";
  run_for(10s);
  const Site row = world().row(site.id);
  EXPECT_FALSE(row.has_pulse);
  EXPECT_EQ(row.state(), SiteState::offline);
  EXPECT_EQ(row.offline_since, last + 30s) << "from the first missed heartbeat";
  const auto events = world().events("site.offline");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].occurred_at, last + 30s);
  EXPECT_EQ(events[0].data.text("name"), site.name);
  EXPECT_EQ(events[0].data.flag("deleting"), false);
  run_for(60s);
  EXPECT_EQ(offline_events(), 1u) << "once";
  EXPECT_EQ(world().live.online(), 0u);
}

TEST_P(OfflineSweepTest, OurOwnStartIsNobodysFault) {
  const Site site = world().adopt();
  world().clock.advance(1h);
  World& w = world();
  OfflineSweep restarted(w.database, w.bus, w.live, w.clock, w.settings);
  for (int passed = 0; passed < 330; passed += 10) {
    ASSERT_TRUE(restarted.run());
    w.clock.advance(10s);
  }
  EXPECT_TRUE(w.row(site.id).has_pulse);
  ASSERT_TRUE(restarted.run());
  EXPECT_FALSE(w.row(site.id).has_pulse);
}

TEST_P(OfflineSweepTest, AStalledHostStartsTheWindowAnew) {
  const Site site = world().adopt();
  run_for(360s, {site});
  world().clock.advance(20min);
  ASSERT_TRUE(world().sweep.run());
  EXPECT_TRUE(world().row(site.id).has_pulse);
  run_for(320s);
  EXPECT_TRUE(world().row(site.id).has_pulse);
  run_for(20s);
  EXPECT_FALSE(world().row(site.id).has_pulse);
}

TEST_P(OfflineSweepTest, MostOfTheFleetAtOnceIsOurOwnNetwork) {
  const auto sites = world().adopt_many(24);
  run_for(360s, sites);
  run_for(20min);
  EXPECT_THAT(world().events("site.offline"), IsEmpty());
  EXPECT_TRUE(world().sweep.held_back());
  run_for(60s, sites);
  EXPECT_FALSE(world().sweep.held_back()) << "all are back";
  EXPECT_THAT(world().events("site.offline"), IsEmpty());
  run_for(10min);
  EXPECT_TRUE(world().sweep.held_back());
  EXPECT_THAT(world().events("site.offline"), IsEmpty()) << "the second time is judged like the first";
}

TEST_P(OfflineSweepTest, AMajorityThatStaysAwayWhileTheRestBeatsIsGone) {
  const auto sites = world().adopt_many(24);
  const std::vector<Site> rest(sites.begin(), sites.begin() + 6);
  run_for(360s, sites);
  run_for(14min, rest);
  EXPECT_EQ(offline_events(), 0u);
  run_for(8min, rest);
  EXPECT_EQ(offline_events(), 18u);
  EXPECT_FALSE(world().sweep.held_back());
}

TEST_P(OfflineSweepTest, AHandfulMayFailTogether) {
  const auto sites = world().adopt_many(4);
  run_for(360s, sites);
  run_for(320s);
  EXPECT_EQ(offline_events(), 4u);
}

TEST_P(OfflineSweepTest, AHeartbeatDuringTheSweepCounts) {
  const Site site = world().adopt();
  run_for(360s, {site});
  run_for(290s);
  world().clock.advance(30s);
  // As if it came between the look at the live table and the transaction: silence() below is what run() saw.
  const auto silence = world().live.silence(world().clock.now() - 300s, world().clock.now() - 60s);
  ASSERT_EQ(silence.silent.size(), 1u);
  ASSERT_EQ(world().poll(world().token_of(site), "").status, 200);
  ASSERT_TRUE(world().sweep.run());
  EXPECT_TRUE(world().row(site.id).has_pulse);
}

TEST_P(OfflineSweepTest, ADeletingSiteIsMarkedAsSuch) {
  const Site site = world().adopt();
  run_for(360s, {site});
  ASSERT_TRUE(world().removal.remove(world().tenant, site.id, SiteRemoval::Force::no));
  run_for(320s);
  ASSERT_EQ(offline_events(), 1u);
  EXPECT_EQ(world().events("site.offline")[0].data.flag("deleting"), true);
}

TEST_P(OfflineSweepTest, ALostDatabaseIsTriedAgain) {
  const Site site = world().adopt();
  run_for(360s, {site});
  run_for(290s);
  world().database.fail_writes(1);
  world().clock.advance(30s);
  EXPECT_FALSE(world().sweep.run());
  EXPECT_EQ(world().live.online(), 1u);
  run_for(10s);
  EXPECT_FALSE(world().row(site.id).has_pulse);
  EXPECT_EQ(world().live.online(), 0u);
}

TEST_P(OfflineSweepTest, TheLiveTableFollowsTheRow) {
  const Site site = world().adopt();
  run_for(360s, {site});
  run_for(320s);
  ASSERT_EQ(offline_events(), 1u);
  world().live.with(site.id, [](LiveSite& live) { live.has_pulse = true; });  // as if two commits had been told in the wrong order
  run_for(10s);
  EXPECT_EQ(world().live.online(), 0u);
  EXPECT_EQ(offline_events(), 1u);
}

}  // namespace
}  // namespace openstrat::fleet
