#include "fleet/site_removal.hpp"

#include "fleet/test_support.hpp"

namespace openstrat::fleet {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Force = SiteRemoval::Force;

class SiteRemovalTest : public FleetTest {
 protected:
  bool exists() { return world().sites.find(world().tenant, site.id).has_value(); }
  const Site site = world().adopt();
  const std::string token = world().token_of(site);
};
INSTANTIATE_EACH_ENGINE(SiteRemovalTest);

TEST_P(SiteRemovalTest, ADeletionStartsWithAGracePeriod) {
  const auto removed = world().removal.remove(world().tenant, site.id, Force::no).value();
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->state(), SiteState::deleting);
  EXPECT_EQ(removed->scheduler_removal_at, world().clock.now() + std::chrono::hours(24));
  const auto events = world().events("site.deleting");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].data.number("removal_at"), to_unix_us(world().clock.now() + std::chrono::hours(24)));
  EXPECT_EQ(world().removal.remove(world().tenant, site.id, Force::no).error().reason(), "site_deleting");
  EXPECT_TRUE(exists());
}

TEST_P(SiteRemovalTest, ADeletionCanBeCancelled) {
  EXPECT_EQ(world().removal.restore(world().tenant, site.id).error().code(), Errc::conflict);
  ASSERT_TRUE(world().removal.remove(world().tenant, site.id, Force::no));
  EXPECT_EQ(world().removal.restore(world().other_tenant, site.id).error().code(), Errc::not_found);
  const Site restored = world().removal.restore(world().tenant, site.id).value();
  EXPECT_EQ(restored.state(), SiteState::online);
  EXPECT_FALSE(restored.scheduler_removal_at);
  EXPECT_EQ(world().removal.notified(token, site.id.to_string()).error().code(), Errc::conflict) << "it stays";
  EXPECT_TRUE(exists());
}

TEST_P(SiteRemovalTest, TheNotificationPurges) {
  world().create_job(site);
  ASSERT_TRUE(world().removal.remove(world().tenant, site.id, Force::no));
  ASSERT_TRUE(world().jobs.create_batch(world().tenant, {site.id}, world().job()));
  ASSERT_TRUE(world().pulses.flush());
  ASSERT_TRUE(world().removal.notified(token, site.id.to_string()));
  EXPECT_FALSE(exists());
  for (const char* table : {"site", "site_pulse", "heartbeat_hour", "job", "job_event", "job_batch_item"})
    EXPECT_EQ(world().number((std::string("SELECT COUNT(*) FROM ") + table).c_str()), 0) << table;
  EXPECT_EQ(world().number("SELECT sites + adopted FROM site_count"), 0);
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM site_tombstone"), 1);
  EXPECT_EQ(world().events("site.deleted").size(), 1u);
  EXPECT_TRUE(world().removal.notified(token, site.id.to_string())) << "a repeat";
  EXPECT_EQ(world().events("site.deleted").size(), 1u);
}

TEST_P(SiteRemovalTest, OnlyTheCurrentTokenMayNotify) {
  ASSERT_TRUE(world().removal.remove(world().tenant, site.id, Force::no));
  const SiteId stranger(uuid_v4(world().rng));
  EXPECT_EQ(world().removal.notified("x", site.id.to_string()).error().code(), Errc::unauthenticated);
  EXPECT_EQ(world().removal.notified(world().tokens.issue(site.id, 2, world().clock.now()), site.id.to_string()).error().code(), Errc::unauthenticated);
  EXPECT_EQ(world().removal.notified(world().tokens.issue(stranger, 1, world().clock.now()), stranger.to_string()).error().code(), Errc::unauthenticated);
  EXPECT_TRUE(exists());
}

TEST_P(SiteRemovalTest, ForcedOrNeverAdoptedIsAtOnce) {
  ASSERT_TRUE(world().removal.remove(world().tenant, site.id, Force::no));
  EXPECT_FALSE(world().removal.remove(world().tenant, site.id, Force::yes).value()) << "also during the grace period";
  EXPECT_FALSE(exists());
  EXPECT_THAT(world().poll(token, "").script, HasSubstr("openstrat"));
  const auto planned = world().sites.create(world().tenant, {.name = "planned"}).value();
  EXPECT_FALSE(world().removal.remove(world().tenant, planned.site.id, Force::no).value());
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM site_tombstone"), 1) << "no router, no tombstone";
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM runbook WHERE site_id IS NOT NULL"), 0);
  EXPECT_EQ(world().removal.remove(world().other_tenant, site.id, Force::yes).error().code(), Errc::not_found);
}

TEST_P(SiteRemovalTest, TheLastScriptIsSigned) {
  const auto script = world().removal.removal_script(site, false);
  EXPECT_THAT(script, HasSubstr("/notify/delete"));
  EXPECT_THAT(script, HasSubstr(site.id.to_string()));
  EXPECT_THAT(script, HasSubstr("signature"));
}

TEST_P(SiteRemovalTest, ASiteThatNeverConfirmsIsPurgedAfterAWeek) {
  ASSERT_TRUE(world().removal.remove(world().tenant, site.id, Force::no));
  world().clock.advance(std::chrono::hours(24) + std::chrono::days(7));
  ASSERT_TRUE(world().removal.sweep());
  EXPECT_TRUE(exists());
  world().clock.advance(std::chrono::seconds(1));
  ASSERT_TRUE(world().removal.sweep());
  EXPECT_FALSE(exists());
  EXPECT_EQ(world().poll(token, "").status, 200) << "its router is cleaned when it returns";
  world().clock.advance(std::chrono::days(90));
  ASSERT_TRUE(world().removal.sweep());
  EXPECT_EQ(world().poll(token, "").status, 200);
  world().clock.advance(std::chrono::seconds(1));
  ASSERT_TRUE(world().removal.sweep());
  EXPECT_EQ(world().poll(token, "").status, 401) << "forgotten";
  EXPECT_EQ(world().live.size(), 0u);
}

TEST_P(SiteRemovalTest, AFailedPurgeLeavesEverything) {
  world().database.fail_writes(1);
  EXPECT_FALSE(world().removal.remove(world().tenant, site.id, Force::yes));
  EXPECT_TRUE(exists());
  EXPECT_EQ(world().poll(token, Facts{}.body()).status, 200);
  EXPECT_EQ(world().live.online(), 1u);
}

TEST_P(SiteRemovalTest, AnIdThatComesBackIsNotItsTombstone) {
  ASSERT_TRUE(world().removal.remove(world().tenant, site.id, Force::yes));
  EXPECT_EQ(world().sites.create(world().other_tenant, {.id = site.id, .name = "stolen"}).error().reason(), "already_exists");
  const auto created = world().sites.create(world().tenant, {.id = site.id, .name = "again"}).value();
  EXPECT_EQ(created.site.id, site.id);
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM site_tombstone"), 0) << "a restart would take it for the site";
  EXPECT_EQ(world().poll(token, "").status, 401) << "the token of the old life stays dead";
  EXPECT_EQ(world().row(site.id).token_version, site.token_version);
}

}  // namespace
}  // namespace openstrat::fleet
