#include "fleet/pulse_writer.hpp"

#include "fleet/test_support.hpp"

namespace openstrat::fleet {
namespace {

using namespace std::chrono_literals;

class PulseWriterTest : public FleetTest {
 protected:
  void beat(const Site& site, int count) {
    for (int i = 0; i < count; ++i) ASSERT_EQ(world().poll(world().token_of(site), "uptime=5m;cpu-load=3;free-memory=1000").status, 200);
  }
  std::int64_t received(const char* more = "") {
    return world().number((std::string("SELECT CAST(COALESCE(SUM(received), 0) AS BIGINT) FROM heartbeat_hour") + more).c_str());
  }
  std::int64_t listening() { return world().number("SELECT CAST(COALESCE(SUM(listening_seconds), 0) AS BIGINT) FROM platform_hour"); }
};
INSTANTIATE_EACH_ENGINE(PulseWriterTest);

TEST_P(PulseWriterTest, WritesWhatHeartbeatsCounted) {
  const Site site = world().adopt();
  beat(site, 3);
  world().clock.advance(1s);
  beat(site, 1);
  ASSERT_TRUE(world().pulses.flush());
  EXPECT_EQ(received(), 4);
  const Site row = world().row(site.id);
  EXPECT_EQ(row.pulse.last_seen_at, world().clock.now());
  EXPECT_EQ(row.pulse.last_seen_from, "198.51.100.7");
  EXPECT_EQ(row.pulse.uptime_seconds, 300);
  EXPECT_EQ(world().number("SELECT cpu_load FROM site_pulse"), 3);
  EXPECT_EQ(world().number("SELECT free_memory FROM site_pulse"), 1000);
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM site_pulse WHERE free_hdd_space IS NULL"), 1) << "not reported";
  const auto before = world().database.transactions();
  ASSERT_TRUE(world().pulses.flush());
  EXPECT_EQ(world().database.transactions(), before) << "nothing to write, nothing written";
}

TEST_P(PulseWriterTest, CountsAreExactWhateverFails) {
  const auto sites = world().adopt_many(3);
  for (const Site& site : sites) beat(site, 2);
  for (int nth = 1; nth <= 3; ++nth) {  // hours, pulses, listening
    world().clock.advance(11s);
    for (const Site& site : sites) beat(site, 1);
    world().database.fail_write_number(nth);
    EXPECT_FALSE(world().pulses.flush()) << nth;
    EXPECT_TRUE(world().pulses.flush()) << nth;
    EXPECT_EQ(received(), 3 * (2 + nth));
    EXPECT_EQ(world().row(sites[0].id).pulse.last_seen_at, world().clock.now()) << nth;
  }
  world().database.fail_writes(5);
  for (int i = 0; i < 5; ++i) {
    beat(sites[0], 1);
    EXPECT_FALSE(world().pulses.flush());
  }
  ASSERT_TRUE(world().pulses.flush());
  EXPECT_EQ(received(), 15 + 5);
}

TEST_P(PulseWriterTest, HoursAreKeptApart) {
  const Site site = world().adopt();
  world().clock.set(parse_iso8601("2026-02-03T08:59:59Z").value());
  beat(site, 2);
  world().clock.advance(1s);
  beat(site, 3);
  ASSERT_TRUE(world().pulses.flush());
  const auto hour = std::chrono::floor<std::chrono::hours>(world().clock.now()).time_since_epoch().count();
  EXPECT_EQ(received((" WHERE hour = " + std::to_string(hour - 1)).c_str()), 2);
  EXPECT_EQ(received((" WHERE hour = " + std::to_string(hour)).c_str()), 3);
}

TEST_P(PulseWriterTest, CountsHowLongThePlatformListened) {
  world().clock.set(parse_iso8601("2026-02-03T08:59:30Z").value());
  PulseWriter writer(world().database, world().live, world().clock);
  for (int i = 0; i < 95; ++i) {
    world().clock.advance(1s);
    ASSERT_TRUE(writer.flush());
  }
  EXPECT_EQ(listening(), 90) << "every 10 s";
  EXPECT_EQ(world().number("SELECT listening_seconds FROM platform_hour ORDER BY hour LIMIT 1"), 30);
  world().database.fail_writes(3);
  for (int i = 0; i < 15; ++i) {
    world().clock.advance(1s);
    (void)writer.flush().has_value();
  }
  EXPECT_EQ(listening(), 103) << "listening does not depend on the database; what failed came 3 s late";
}

TEST_P(PulseWriterTest, AHostThatStoodStillDidNotListen) {
  PulseWriter writer(world().database, world().live, world().clock);
  const auto run = [&](int seconds) {
    for (int i = 0; i < seconds; ++i) {
      world().clock.advance(1s);
      ASSERT_TRUE(writer.flush());
    }
  };
  run(15);
  world().clock.advance(2h);
  run(25);
  EXPECT_GE(listening(), 30);
  EXPECT_LE(listening(), 40);
}

TEST_P(PulseWriterTest, OldHoursAndOrphansArePurged) {
  const Site site = world().adopt();
  beat(site, 1);
  ASSERT_TRUE(world().pulses.flush());
  world().clock.advance(std::chrono::days(400));
  beat(site, 1);
  ASSERT_TRUE(world().pulses.flush());
  ASSERT_TRUE(world().pulses.purge(std::chrono::days(400)));
  EXPECT_EQ(received(), 2) << "not an hour too early";
  world().clock.advance(1h);
  ASSERT_TRUE(world().pulses.purge(std::chrono::days(400)));
  EXPECT_EQ(received(), 1);

  beat(site, 1);
  auto late = world().live.take_unwritten();  // taken before the purge, written after it
  ASSERT_TRUE(world().removal.remove(world().tenant, site.id, SiteRemoval::Force::yes));
  world().live.restore(std::move(late));
  ASSERT_TRUE(world().database.write([&](db::Session& s) { return site_store::write_pulse(s, site.id, {.last_seen_at = world().clock.now()}); }));
  ASSERT_TRUE(world().pulses.flush());
  ASSERT_TRUE(world().pulses.purge(std::chrono::days(400)));
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM site_pulse"), 0);
}

}  // namespace
}  // namespace openstrat::fleet
