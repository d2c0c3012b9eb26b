#include "fleet/heartbeat_service.hpp"

#include "fleet/test_support.hpp"

namespace openstrat::fleet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string uptime_text(std::chrono::seconds uptime) { return std::to_string(uptime.count()) + "s"; }

class HeartbeatServiceTest : public FleetTest {
 protected:
  HeartbeatServiceTest() { world().clock.advance(std::chrono::seconds(1)); }

  /// The next heartbeat, `elapsed` later, of a router that ran on meanwhile.
  PollAnswer beat(std::chrono::seconds elapsed = std::chrono::seconds(30)) { return beat_with(elapsed, uptime_ + elapsed); }
  PollAnswer beat_with(std::chrono::seconds elapsed, std::chrono::seconds uptime) {
    world().clock.advance(elapsed);
    uptime_ = uptime;
    Facts facts = facts_;
    facts.uptime = uptime_text(uptime);
    return world().poll(token_, facts.body());
  }
  /// Marks the site offline as the sweep does.
  void fall_silent(std::chrono::seconds silence) {
    const Timestamp until = world().clock.now() + silence;
    while (world().clock.now() < until) {
      world().clock.advance(std::chrono::seconds(10));
      ASSERT_TRUE(world().sweep.run());
    }
  }
  void run_quietly(std::chrono::seconds time) {
    for (std::chrono::seconds passed{0}; passed < time; passed += std::chrono::seconds(30)) {
      ASSERT_EQ(beat().status, 200);
      ASSERT_TRUE(world().sweep.run());
    }
  }

  Facts facts_{.uptime = "100000s"};
  std::chrono::seconds uptime_{100'000};
  const Site site = world().adopt(facts_);
  const std::string token_ = world().token_of(site);
};
INSTANTIATE_EACH_ENGINE(HeartbeatServiceTest);

TEST_P(HeartbeatServiceTest, AQuietHeartbeatCostsNoTransaction) {
  ASSERT_EQ(beat().status, 200);
  const auto before = world().database.transactions();
  for (int i = 0; i < 8; ++i) {
    const auto answer = beat();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.script, "");
  }
  EXPECT_EQ(world().database.transactions(), before);
  EXPECT_EQ(world().live.pulse(site.id)->last_seen_at, world().clock.now());
  EXPECT_EQ(world().live.pulse(site.id)->uptime_seconds, uptime_.count());
  EXPECT_EQ(world().sites.find(world().tenant, site.id).value().pulse.last_seen_at, world().clock.now());
}

TEST_P(HeartbeatServiceTest, OnceInAWhileItLooksForWorkAnyway) {
  ASSERT_EQ(beat().status, 200);
  const auto before = world().database.transactions();
  run_quietly(std::chrono::seconds(331));
  EXPECT_EQ(world().database.transactions(), before + 1);
}

TEST_P(HeartbeatServiceTest, ChangedFactsAreKept) {
  ASSERT_EQ(beat().status, 200);
  facts_.name = "renamed";
  ASSERT_EQ(beat().status, 200);
  EXPECT_EQ(world().row(site.id).facts.identity, "renamed");
  EXPECT_EQ(world().row(site.id).name, site.name) << "the site's own name stays";
  const auto before = world().database.transactions();
  ASSERT_EQ(beat().status, 200);
  EXPECT_EQ(world().database.transactions(), before) << "once told is enough";
}

TEST_P(HeartbeatServiceTest, ANewVersionIsAnEvent) {
  ASSERT_EQ(beat().status, 200);
  facts_.version = "7.18.2 (stable)";
  ASSERT_EQ(beat().status, 200);
  const auto events = world().events("site.version_changed");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].data.text("from"), "7.16.2");
  EXPECT_EQ(events[0].data.text("to"), "7.18.2");
  EXPECT_EQ(world().row(site.id).facts.software_version, "7.18.2");
}

TEST_P(HeartbeatServiceTest, ANewAddressIsPublished) {
  ASSERT_EQ(beat().status, 200);
  EXPECT_THAT(world().bus.published(), IsEmpty());
  Facts facts = facts_;
  facts.uptime = uptime_text(uptime_);
  const auto before = world().database.transactions();
  EXPECT_EQ(world().poll(token_, facts.body(), "203.0.113.9").status, 200);
  EXPECT_EQ(world().database.transactions(), before);
  const auto published = world().bus.published();
  ASSERT_EQ(published.size(), 1u);
  EXPECT_EQ(published[0].name, "site.ip_changed");
  EXPECT_EQ(published[0].data.text("from"), "198.51.100.7");
  EXPECT_EQ(published[0].data.text("to"), "203.0.113.9");
  EXPECT_EQ(world().sites.find(world().tenant, site.id).value().pulse.last_seen_from, "203.0.113.9");
}

// ---------------------------------------------------------------- tokens

TEST_P(HeartbeatServiceTest, OnlyTheNewestTokenIsHeard) {
  EXPECT_EQ(world().poll("nonsense", facts_.body()).status, 401);
  EXPECT_EQ(world().poll("", facts_.body()).status, 401);
  EXPECT_EQ(world().poll(world().tokens.issue(SiteId(uuid_v4(world().rng)), 1, world().clock.now()), facts_.body()).status, 401) << "unknown site";
  world().adopt(facts_);  // raises the version
  EXPECT_EQ(world().poll(token_, facts_.body()).status, 401);
  EXPECT_EQ(world().poll(world().row(site.id), facts_).status, 200);
}

TEST_P(HeartbeatServiceTest, APurgedSiteGetsItsRouterCleaned) {
  ASSERT_TRUE(world().removal.remove(world().tenant, site.id, SiteRemoval::Force::yes));
  const auto answer = beat();
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.script, HasSubstr("openstrat-poll"));
  EXPECT_THAT(answer.script, Not(HasSubstr("/notify/delete")));
  EXPECT_EQ(world().poll(world().tokens.issue(site.id, site.token_version + 1, world().clock.now()), "").status, 401);
  EXPECT_EQ(world().live.online(), 0u);
}

TEST_P(HeartbeatServiceTest, TooManyPollsAreTurnedAway) {
  world().clock.set(std::chrono::ceil<std::chrono::minutes>(world().clock.now()));
  for (int i = 0; i < 60; ++i) ASSERT_EQ(beat(std::chrono::seconds(0)).status, 200) << i;
  EXPECT_EQ(beat(std::chrono::seconds(0)).status, 429);
  EXPECT_EQ(beat(std::chrono::seconds(60)).status, 200);
}

// ---------------------------------------------------------------- bodies

TEST_P(HeartbeatServiceTest, AGarbageBodyIsAHeartbeatToo) {
  ASSERT_EQ(beat().status, 200);
  for (const std::string& body : {std::string(), std::string("\xff\x00\x01;;;===", 10), std::string(20'000, ';'), std::string("uptime=never")}) {
    world().clock.advance(std::chrono::seconds(30));
    EXPECT_EQ(world().poll(token_, body).status, 200);
    EXPECT_EQ(world().live.pulse(site.id)->last_seen_at, world().clock.now());
  }
  EXPECT_EQ(world().row(site.id).facts.identity, "edge-1") << "facts stay";
  EXPECT_THAT(world().events("site.rebooted"), IsEmpty());
}

TEST_P(HeartbeatServiceTest, ACutBodyKeepsTheOtherFacts) {
  ASSERT_EQ(beat().status, 200);
  world().clock.advance(std::chrono::seconds(30));
  EXPECT_EQ(world().poll(token_, "name=edge-1;uptime=100060s;version=7.16.2 (stable)").status, 200);
  const Site row = world().row(site.id);
  EXPECT_EQ(row.facts.serial_number, "HF80A1B2C3D");
  EXPECT_EQ(row.facts.routerboard, true);
  EXPECT_THAT(row.facts.oem, HasSubstr("upgrade-firmware"));
}

// ---------------------------------------------------------------- transitions

TEST_P(HeartbeatServiceTest, ComingBackIsAnEvent) {
  run_quietly(std::chrono::seconds(360));
  const Timestamp last = world().clock.now();
  fall_silent(std::chrono::seconds(400));
  ASSERT_FALSE(world().row(site.id).has_pulse);
  ASSERT_EQ(beat_with(std::chrono::seconds(0), uptime_ + std::chrono::seconds(400)).status, 200);
  EXPECT_TRUE(world().row(site.id).has_pulse);
  EXPECT_FALSE(world().row(site.id).offline_since);
  const auto events = world().events("site.online");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].occurred_at, world().clock.now());
  EXPECT_EQ(events[0].data.flag("power_outage"), false);
  EXPECT_EQ(events[0].data.number("offline_since"), to_unix_us(last + std::chrono::seconds(30)));
  EXPECT_EQ(events[0].data.number("outage_s"), 370);
  EXPECT_THAT(world().events("site.rebooted"), IsEmpty());
  const auto before = world().database.transactions();
  ASSERT_EQ(beat().status, 200);
  EXPECT_EQ(world().database.transactions(), before) << "quiet again";
}

TEST_P(HeartbeatServiceTest, APowerOutageIsNoSecondDisturbance) {
  run_quietly(std::chrono::seconds(360));
  fall_silent(std::chrono::seconds(400));
  ASSERT_EQ(beat_with(std::chrono::seconds(0), std::chrono::seconds(45)).status, 200);
  ASSERT_EQ(world().events("site.online").size(), 1u);
  EXPECT_EQ(world().events("site.online")[0].data.flag("power_outage"), true);
  ASSERT_EQ(beat().status, 200);
  EXPECT_THAT(world().events("site.rebooted"), IsEmpty());
  EXPECT_EQ(world().row(site.id).booted_at, world().clock.now() - std::chrono::seconds(75));
}

TEST_P(HeartbeatServiceTest, ARebootIsAnEvent) {
  ASSERT_EQ(beat().status, 200);
  ASSERT_EQ(beat_with(std::chrono::seconds(60), std::chrono::seconds(20)).status, 200);
  const auto events = world().events("site.rebooted");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].data.number("uptime_s"), 20);
  EXPECT_EQ(world().row(site.id).booted_at, world().clock.now() - std::chrono::seconds(20));
  ASSERT_EQ(beat().status, 200);
  EXPECT_EQ(world().events("site.rebooted").size(), 1u);
}

TEST_P(HeartbeatServiceTest, ARebootShortlyAfterTheLastOneIsSeenToo) {
  ASSERT_EQ(beat_with(std::chrono::seconds(60), std::chrono::seconds(20)).status, 200);
  ASSERT_EQ(beat_with(std::chrono::seconds(60), std::chrono::seconds(25)).status, 200) << "more uptime than before, and yet booted after it";
  EXPECT_EQ(world().events("site.rebooted").size(), 2u);
}

TEST_P(HeartbeatServiceTest, ASlowConnectionIsNoReboot) {
  ASSERT_EQ(beat().status, 200);
  ASSERT_EQ(beat_with(std::chrono::seconds(90), uptime_ + std::chrono::seconds(30)).status, 200);
  ASSERT_EQ(beat_with(std::chrono::seconds(1), uptime_ - std::chrono::seconds(30)).status, 200) << "overtaken on its way";
  EXPECT_THAT(world().events("site.rebooted"), IsEmpty());
}

// ---------------------------------------------------------------- work

TEST_P(HeartbeatServiceTest, APollFetchesTheNextJob) {
  ASSERT_EQ(beat().status, 200);
  const Job job = world().create_job(site);
  const auto answer = beat();
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.script, HasSubstr(job.token));
  EXPECT_EQ(world().find(job).state, JobState::sent);
  EXPECT_EQ(beat().script, "") << "one at a time";
  ASSERT_TRUE(world().jobs.report(job.id, JobService::Report::done, std::nullopt));
  EXPECT_EQ(beat().script, "");
}

TEST_P(HeartbeatServiceTest, APollDuringATransactionIsAnsweredAtOnce) {
  ASSERT_EQ(beat().status, 200);
  const Job job = world().create_job(site);
  world().database.hold();
  std::promise<PollAnswer> first;
  Facts facts = facts_;
  facts.uptime = uptime_text(uptime_);
  world().heartbeats.poll({.token = token_, .body = facts.body(), .remote = ip("198.51.100.7")},
                          [&](PollAnswer answer) { first.set_value(std::move(answer)); });
  const auto second = world().poll(token_, facts.body());
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.script, "");
  world().database.release();
  EXPECT_THAT(first.get_future().get().script, HasSubstr(job.token));
}

TEST_P(HeartbeatServiceTest, AJobCreatedDuringATransactionIsFetchedByTheNextPoll) {
  ASSERT_EQ(beat().status, 200);
  const Job first = world().create_job(site);
  world().database.hold();
  std::promise<PollAnswer> answered;
  Facts facts = facts_;
  facts.uptime = uptime_text(uptime_);
  world().heartbeats.poll({.token = token_, .body = facts.body(), .remote = ip("198.51.100.7")},
                          [&](PollAnswer answer) { answered.set_value(std::move(answer)); });
  world().database.release();
  ASSERT_THAT(answered.get_future().get().script, HasSubstr(first.token));
  ASSERT_TRUE(world().jobs.report(first.id, JobService::Report::done, std::nullopt));

  ASSERT_EQ(beat().script, "");
  world().live.wake(site.id);
  world().database.hold();
  std::promise<PollAnswer> empty;
  world().heartbeats.poll({.token = token_, .body = facts.body(), .remote = ip("198.51.100.7")},
                          [&](PollAnswer answer) { empty.set_value(std::move(answer)); });
  // The poll has looked for work in its mind already; the job's wake-up must outlive that transaction.
  bool woken = true;
  world().live.with(site.id, [&](LiveSite& live) { woken = live.look_for_work; });
  EXPECT_FALSE(woken);
  world().live.wake(site.id);
  world().database.release();
  EXPECT_EQ(empty.get_future().get().script, "");
  const auto before = world().database.transactions();
  ASSERT_EQ(beat().status, 200);
  EXPECT_EQ(world().database.transactions(), before + 1) << "looks again";
}

TEST_P(HeartbeatServiceTest, ARebootSeenDuringATransactionIsNotForgotten) {
  ASSERT_EQ(beat().status, 200);
  world().live.wake(site.id);
  world().database.hold();
  std::promise<PollAnswer> first;
  Facts facts = facts_;
  facts.uptime = uptime_text(uptime_);
  world().heartbeats.poll({.token = token_, .body = facts.body(), .remote = ip("198.51.100.7")},
                          [&](PollAnswer answer) { first.set_value(std::move(answer)); });
  ASSERT_EQ(beat_with(std::chrono::seconds(40), std::chrono::seconds(5)).status, 200);
  world().database.release();
  ASSERT_EQ(first.get_future().get().status, 200);
  EXPECT_THAT(world().events("site.rebooted"), IsEmpty());
  ASSERT_EQ(beat().status, 200);
  EXPECT_EQ(world().events("site.rebooted").size(), 1u);
}

TEST_P(HeartbeatServiceTest, ALostDatabaseLosesNothing) {
  run_quietly(std::chrono::seconds(360));
  fall_silent(std::chrono::seconds(400));
  const Job job = world().create_job(site);
  facts_.version = "7.18.2 (stable)";
  world().database.fail_writes(2);
  EXPECT_EQ(beat_with(std::chrono::seconds(0), std::chrono::seconds(50)).status, 503);
  EXPECT_EQ(beat().status, 503);
  EXPECT_THAT(world().events("site.online"), IsEmpty());
  EXPECT_EQ(world().find(job).state, JobState::pending);
  const auto answer = beat();
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.script, HasSubstr(job.token));
  EXPECT_EQ(world().events("site.online").size(), 1u);
  EXPECT_EQ(world().events("site.online")[0].data.flag("power_outage"), true);
  EXPECT_EQ(world().events("site.version_changed").size(), 1u);
  EXPECT_EQ(world().row(site.id).booted_at, world().clock.now() - std::chrono::seconds(110));
}

TEST_P(HeartbeatServiceTest, ARebootSurvivesALostDatabase) {
  ASSERT_EQ(beat().status, 200);
  world().database.fail_writes(1);
  EXPECT_EQ(beat_with(std::chrono::seconds(60), std::chrono::seconds(20)).status, 503);
  EXPECT_EQ(beat().status, 200);
  EXPECT_EQ(world().events("site.rebooted").size(), 1u);
}

TEST_P(HeartbeatServiceTest, TheLiveTableFollowsTheRow) {
  ASSERT_EQ(beat().status, 200);
  world().live.with(site.id, [](LiveSite& live) { live.has_pulse = false; });  // as if two commits had been told in the wrong order
  ASSERT_EQ(beat().status, 200);
  const auto before = world().database.transactions();
  ASSERT_EQ(beat().status, 200);
  EXPECT_EQ(world().database.transactions(), before) << "not a transaction for every heartbeat, for ever";
  EXPECT_THAT(world().events("site.online"), IsEmpty());
}

TEST_P(HeartbeatServiceTest, ADeletingSiteGetsItsTeardownAndThenTheLastScript) {
  ASSERT_EQ(beat().status, 200);
  const Job of_user = world().create_job(site);
  ASSERT_TRUE(world().removal.remove(world().tenant, site.id, SiteRemoval::Force::no));
  EXPECT_EQ(beat().script, "") << "jobs of people wait";
  NewJob teardown = world().job();
  teardown.kind = "teardown";
  const Job last = world().create_job(site, teardown);
  EXPECT_THAT(beat().script, HasSubstr(last.token));
  ASSERT_TRUE(world().jobs.report(last.id, JobService::Report::done, std::nullopt));
  EXPECT_EQ(beat().script, "");
  world().clock.advance(world().settings.deletion_grace);
  const auto removal = beat();
  EXPECT_EQ(removal.status, 200);
  EXPECT_THAT(removal.script, HasSubstr("/notify/delete"));
  EXPECT_EQ(beat().script.empty(), false) << "until it has worked";
  EXPECT_EQ(world().find(of_user).state, JobState::pending);
}

}  // namespace
}  // namespace openstrat::fleet
