#include "fleet/uptime.hpp"

#include "fleet/test_support.hpp"

namespace openstrat::fleet {
namespace {

using namespace std::chrono_literals;

const Timestamp kHour = parse_iso8601("2026-02-03T08:00:00Z").value();

TEST(UptimeOf, TheDocumentedExample) {
  const auto hour = uptime_of(kHour, 3600, 3600, 107, 30s);
  EXPECT_NEAR(hour.missed_percentage, 10.83, 0.01);
  EXPECT_NEAR(hour.minutes_down, 6.5, 0.01);
}

TEST(UptimeOf, StaysInsideItsBounds) {
  for (const double span : {0.0, 1.0, 29.0, 31.0, 1800.0, 3600.0})
    for (const double listening : {0.0, 15.0, 1800.0, 3615.0})
      for (const std::int64_t received : {0, 1, 60, 120, 100'000}) {
        const auto hour = uptime_of(kHour, span, listening, received, 30s);
        EXPECT_GE(hour.missed_percentage, 0);
        EXPECT_LE(hour.missed_percentage, 100);
        EXPECT_GE(hour.minutes_down, 0);
        EXPECT_LE(hour.minutes_down, std::min(span, 3600.0) / 60 + 0.001);
      }
}

TEST(UptimeOf, OurDowntimeAndASingleLateHeartbeatAreNobodys) {
  EXPECT_EQ(uptime_of(kHour, 3600, 0, 0, 30s).minutes_down, 0);
  EXPECT_EQ(uptime_of(kHour, 3600, 1800, 60, 30s).minutes_down, 0);
  EXPECT_EQ(uptime_of(kHour, 3600, 1800, 30, 30s).missed_percentage, 50);
  EXPECT_EQ(uptime_of(kHour, 3600, 1800, 30, 30s).minutes_down, 15);
  EXPECT_EQ(uptime_of(kHour, 3600, 3600, 119, 30s).minutes_down, 0);
  EXPECT_EQ(uptime_of(kHour, 3600, 3600, 0, 30s).minutes_down, 60);
}

class UptimeTest : public FleetTest {
 protected:
  /// Time passes, second by second as far as the pulse writer goes.
  void run_for(std::chrono::seconds time, const Site* beating) {
    for (std::chrono::seconds passed{0}; passed < time; passed += 30s) {
      world().clock.advance(30s);
      if (beating) {
        ASSERT_EQ(world().poll(world().token_of(*beating), "").status, 200);
      }
      ASSERT_TRUE(world().pulses.flush());
    }
  }
};
INSTANTIATE_EACH_ENGINE(UptimeTest);

TEST_P(UptimeTest, HoursFromTheAdoptionOn) {
  world().clock.set(kHour + 30min);
  ASSERT_TRUE(world().pulses.flush());
  const Site site = world().adopt();
  run_for(30min, &site);   // until 09:00
  run_for(30min, nullptr); // until 09:30
  run_for(30min, &site);   // until 10:00
  run_for(6min, &site);
  const auto hours = world().sites.uptime(world().tenant, site.id, 30s).value();
  ASSERT_EQ(hours.size(), 3u);
  EXPECT_EQ(hours[0].start, kHour);
  EXPECT_EQ(hours[0].minutes_down, 0);
  EXPECT_NEAR(hours[1].minutes_down, 30, 1);
  EXPECT_NEAR(hours[1].missed_percentage, 50, 1.5);
  EXPECT_EQ(hours[2].start, kHour + 2h);
  EXPECT_EQ(hours[2].minutes_down, 0) << "the current hour as far as it went";
  EXPECT_EQ(world().sites.uptime(world().other_tenant, site.id, 30s).error().code(), Errc::not_found);
}

TEST_P(UptimeTest, ADayAtMostAndNothingBeforeTheAdoption) {
  const auto created = world().sites.create(world().tenant, {.name = "planned"}).value();
  EXPECT_TRUE(world().sites.uptime(world().tenant, created.site.id, 30s).value().empty());
  const Site site = world().adopt();
  world().clock.advance(std::chrono::days(3));
  EXPECT_EQ(world().sites.uptime(world().tenant, site.id, 30s).value().size(), 23u) << "08:00 sharp: the current hour has not begun";
  world().clock.advance(1s);
  EXPECT_EQ(world().sites.uptime(world().tenant, site.id, 30s).value().size(), 24u);
}

}  // namespace
}  // namespace openstrat::fleet
