#include "fleet/live_sites.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "base/rng.hpp"

namespace openstrat::fleet {
namespace {

using namespace std::chrono_literals;

const Timestamp kNow = parse_iso8601("2026-02-03T08:59:59Z").value();

Site some_site(int number = 1) {
  Site site;
  site.customer_id = CustomerId(Uuid{{1}});
  site.id.value.bytes[15] = static_cast<std::uint8_t>(number);
  site.number = SiteNumber{number};
  site.has_pulse = true;
  site.token_version = 1;
  site.pulse = {.last_seen_at = kNow, .last_seen_from = "198.51.100.7", .uptime_seconds = 60};
  return site;
}

void beat(LiveSites& live, const Site& site, Timestamp now) {
  live.with(site.id, [&](LiveSite& one) { live.count_heartbeat(site.id, one, now); });
}

std::int64_t total(const LiveSites::Unwritten& unwritten) {
  std::int64_t sum = 0;
  for (const HourCount& hour : unwritten.hours) sum += hour.received;
  return sum;
}

TEST(LiveSites, KnowsWhatWasPut) {
  LiveSites live;
  live.put(some_site());
  EXPECT_EQ(live.size(), 1u);
  EXPECT_EQ(live.online(), 1u);
  EXPECT_EQ(live.pulse(some_site().id)->last_seen_at, kNow);
  EXPECT_FALSE(live.pulse(some_site(2).id));
  EXPECT_FALSE(live.with(some_site(2).id, [](LiveSite&) {}));
  live.erase(some_site().id);
  EXPECT_EQ(live.size(), 0u);
}

class Ear final : public HeartbeatObserver {
 public:
  void heard(SiteId id, const LiveSite& site) override { beats.emplace_back(id, site.last_seen_at); }
  std::vector<std::pair<SiteId, Timestamp>> beats;
};

TEST(LiveSites, ToldOfHeartbeatsIsWhoWatches) {
  LiveSites live;
  Ear ear;
  live.observe(ear);
  live.put(some_site(1));
  live.put(some_site(2));
  beat(live, some_site(1), kNow + 1s);
  EXPECT_TRUE(live.watch(some_site(1).id, true));
  EXPECT_FALSE(live.watch(some_site(3).id, true)) << "not known yet";
  beat(live, some_site(1), kNow + 2s);
  beat(live, some_site(2), kNow + 2s);
  live.watch(some_site(1).id, false);
  beat(live, some_site(1), kNow + 3s);
  EXPECT_EQ(ear.beats, (std::vector{std::pair(some_site(1).id, kNow + 2s)}));
}

TEST(LiveSites, NeverMovesBack) {
  LiveSites live;
  Site site = some_site();
  site.revision = 5;
  live.put(site);
  beat(live, site, kNow + 30s);
  site.revision = 6;
  site.token_version = 2;
  live.put(site);
  EXPECT_EQ(live.pulse(site.id)->last_seen_at, kNow + 30s) << "the row's pulse is older";
  site.revision = 5;
  site.token_version = 1;
  site.has_pulse = false;
  live.put(site);
  live.put_pulse_state(site);
  live.with(site.id, [](LiveSite& one) {
    EXPECT_EQ(one.token_version, 2);
    EXPECT_TRUE(one.has_pulse);
  });
}

TEST(LiveSites, RefreshTakesTheFreshestPulse) {
  LiveSites live;
  live.put(some_site());
  beat(live, some_site(), kNow + 30s);
  std::vector<Site> rows{some_site(), some_site(2)};
  live.refresh(rows);
  EXPECT_EQ(rows[0].pulse.last_seen_at, kNow + 30s);
  EXPECT_EQ(rows[1].pulse.last_seen_at, kNow);
}

TEST(LiveSites, TombstonesAnswerButDoNotCount) {
  LiveSites live;
  live.put(some_site());
  live.put_tombstone(some_site().id, some_site().customer_id, 3);
  EXPECT_EQ(live.online(), 0u);
  live.wake(some_site().id);
  live.put_pulse_state(some_site());
  live.with(some_site().id, [](LiveSite& one) {
    EXPECT_TRUE(one.tombstone);
    EXPECT_FALSE(one.look_for_work);
    EXPECT_FALSE(one.has_pulse);
    EXPECT_EQ(one.token_version, 3);
  });
  EXPECT_TRUE(live.silence(kNow + 1h, kNow).silent.empty());
  live.erase(some_site().id);
  EXPECT_EQ(live.size(), 1u) << "only erase_tombstone() ends it";
  live.erase_tombstone(some_site().id);
  EXPECT_EQ(live.size(), 0u);
}

TEST(LiveSites, CountsSurviveHoursFailuresAndPurges) {
  LiveSites live;
  for (int i = 1; i <= 3; ++i) live.put(some_site(i));
  beat(live, some_site(1), kNow);
  beat(live, some_site(1), kNow + 1s);  // the next hour
  beat(live, some_site(2), kNow);
  auto unwritten = live.take_unwritten();
  EXPECT_EQ(total(unwritten), 3);
  EXPECT_EQ(unwritten.hours.size(), 3u);
  EXPECT_EQ(unwritten.sites.size(), 2u);
  beat(live, some_site(1), kNow + 2s);
  live.restore(std::move(unwritten));
  unwritten = live.take_unwritten();
  EXPECT_EQ(total(unwritten), 4);
  EXPECT_EQ(unwritten.sites.size(), 2u);
  EXPECT_EQ(total(live.take_unwritten()), 0);
  beat(live, some_site(3), kNow);
  live.put_tombstone(some_site(3).id, some_site(3).customer_id, 1);
  EXPECT_TRUE(live.take_unwritten().sites.empty());
}

TEST(LiveSites, SilenceTellsTheSilentFromTheBeating) {
  LiveSites live;
  for (int i = 1; i <= 3; ++i) live.put(some_site(i));
  Site offline = some_site(4);
  offline.has_pulse = false;
  live.put(offline);
  beat(live, some_site(1), kNow + 5min);
  const auto silence = live.silence(kNow + 1s, kNow + 4min);
  EXPECT_EQ(silence.online, 3u);
  EXPECT_EQ(silence.beating, 1u);
  EXPECT_EQ(silence.silent.size(), 2u);
}

TEST(LiveSites, NoHeartbeatIsLostBetweenThreads) {
  constexpr int kThreads = 4, kBeats = 2000;
  LiveSites live;
  for (int i = 0; i < 8; ++i) live.put(some_site(i));
  std::int64_t written = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&live] {
        for (int i = 0; i < kBeats; ++i) beat(live, some_site(i % 8), kNow);
      });
    for (int i = 0; i < 50; ++i) {
      auto taken = live.take_unwritten();
      if (i % 3 == 0) live.restore(std::move(taken));
      else written += total(taken);
    }
  }
  written += total(live.take_unwritten());
  EXPECT_EQ(written, kThreads * kBeats);
}

}  // namespace
}  // namespace openstrat::fleet
