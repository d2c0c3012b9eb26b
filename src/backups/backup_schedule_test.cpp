#include "backups/backup_schedule.hpp"

#include "backups/run_times.hpp"
#include "backups/site_backups.hpp"
#include "backups/store.hpp"
#include "backups/test_room.hpp"

namespace openstrat::backups {
namespace {

using namespace std::chrono_literals;

class BackupScheduleTest : public RoomTest {
 protected:
  SiteRecord record() {
    const auto found = database_->read([&](db::Session& s) { return store::find_record(s, tenant_, site_.id); });
    EXPECT_TRUE(found && *found);
    return **found;
  }
};
INSTANTIATE_EACH_ENGINE(BackupScheduleTest);

TEST_P(BackupScheduleTest, AnOnlineSiteIsAskedWhenItIsDue) {
  const auto due = record().next_due_at;
  ASSERT_TRUE(due);
  ASSERT_TRUE(room_->schedule.run_due());
  EXPECT_TRUE(bus_.events("backup.requested").empty());
  clock_.set(*due);
  ASSERT_TRUE(room_->schedule.run_due());
  ASSERT_EQ(bus_.events("backup.requested").size(), 1u);
  EXPECT_EQ(bus_.events("backup.requested")[0].data.text("cause"), "schedule");
  EXPECT_GT(*record().next_due_at, clock_.now());
  ASSERT_TRUE(room_->schedule.run_due());
  EXPECT_EQ(bus_.events("backup.requested").size(), 1u);
}

TEST_P(BackupScheduleTest, AnOfflineSiteCatchesUpAtItsReturn) {
  change_site([](fleet::Site& site) { site.has_pulse = false; });
  clock_.set(*record().next_due_at);
  ASSERT_TRUE(room_->schedule.run_due());
  EXPECT_TRUE(record().missed);
  EXPECT_TRUE(bus_.events("backup.requested").empty());
  change_site([](fleet::Site& site) { site.has_pulse = true; });
  const bus::Event online{.name = "site.online", .occurred_at = clock_.now(), .customer_id = tenant_.customer_id, .site_id = site_.id};
  bus_.deliver(online);
  bus_.deliver(online);
  EXPECT_EQ(bus_.events("backup.requested").size(), 1u);
  EXPECT_FALSE(record().missed);
}

TEST_P(BackupScheduleTest, AnOverdueSiteIsToldOnceUntilABackupArrives) {
  clock_.advance(49h);
  ASSERT_TRUE(room_->schedule.announce_overdue());
  ASSERT_TRUE(room_->schedule.announce_overdue());
  EXPECT_EQ(bus_.events("backup.overdue").size(), 1u);
  upload(sample_export());
  clock_.advance(49h);
  ASSERT_TRUE(room_->schedule.announce_overdue());
  EXPECT_EQ(bus_.events("backup.overdue").size(), 2u);
}

TEST_P(BackupScheduleTest, ListsOfSitesKnowTheLastBackup) {
  const auto look = [&](auto&& body) { return database_->read([&](db::Session& s) { return body(s); }).value(); };
  const std::vector<SiteId> sites{site_.id};
  EXPECT_TRUE(look([&](db::Session& s) { return site_backups::last_backups(s, tenant_, sites); }).empty());
  clock_.advance(49h);
  ASSERT_TRUE(room_->schedule.announce_overdue());
  EXPECT_EQ(look([&](db::Session& s) { return site_backups::count_without(s, tenant_, clock_.now() - 48h); }), 1);
  ASSERT_EQ(look([&](db::Session& s) { return site_backups::overdue(s, tenant_, 20); }).size(), 1u);
  upload(sample_export());
  EXPECT_EQ(look([&](db::Session& s) { return site_backups::last_backups(s, tenant_, sites); }).size(), 1u);
  EXPECT_EQ(look([&](db::Session& s) { return site_backups::count_without(s, tenant_, clock_.now() - 48h); }), 0);
  EXPECT_TRUE(look([&](db::Session& s) { return site_backups::overdue(s, tenant_, 20); }).empty());
  clock_.advance(49h);
  EXPECT_EQ(look([&](db::Session& s) { return site_backups::count_without(s, tenant_, clock_.now() - 48h); }), 1);
}

TEST_P(BackupScheduleTest, TwoLostUploadsLeadToHttp) {
  for (int i = 0; i < 2; ++i) {
    grant();
    clock_.advance(16min);
    ASSERT_TRUE(room_->schedule.note_lost_uploads());
  }
  EXPECT_EQ(bus_.events("backup.failed").size(), 2u);
  EXPECT_EQ(record().sftp_failures, 2);
  const auto params = database_->write(
      [&](db::Session& session) { return room_->fragments.prepare(session, site_, {}, fleet::BackupFragments::Purpose::adopt); });
  EXPECT_TRUE(std::holds_alternative<routeros::HttpUpload>(params->upload));
}

TEST_P(BackupScheduleTest, AFailedJobWithoutItsBackupIsAFailedBackup) {
  const JobId job(uuid_v4(secure_rng()));
  grant(job, fleet::BackupFragments::Purpose::job);
  const bus::Event failed{.name = "job.failed", .occurred_at = clock_.now(), .customer_id = tenant_.customer_id, .site_id = site_.id,
                          .resource_id = job.to_string(), .data = {{"kind", "user"}, {"failure_reason", "upload"}}};
  bus_.deliver(failed);
  bus_.deliver(failed);
  clock_.advance(16min);
  ASSERT_TRUE(room_->schedule.note_lost_uploads());
  EXPECT_EQ(bus_.events("backup.failed").size(), 1u);
  EXPECT_EQ(record().sftp_failures, 1);
}

TEST_P(BackupScheduleTest, TheRetentionRemovesRowsAndThenTheirTexts) {
  settings_.keep_newest = 1;
  const Backup old = upload(sample_export("10.0.0.1/24"));
  clock_.advance(24h * 400);
  const Backup recent = upload(sample_export("10.0.1.1/24"));
  ASSERT_TRUE(room_->schedule.purge_old());
  ASSERT_TRUE(room_->schedule.collect_orphans());
  const auto left = room_->backups.list(tenant_, site_.id, {}, 10);
  ASSERT_EQ(left->size(), 1u);
  EXPECT_EQ((*left)[0].id, recent.id);
  EXPECT_FALSE(room_->blobs->exists(tenant_.customer_id, old.blob_key).value());
  EXPECT_TRUE(room_->backups.text(recent));
}

TEST_P(BackupScheduleTest, ADeletedSiteLeavesNothing) {
  const Backup backup = upload(sample_export());
  const Grant late = grant();
  bus_.deliver({.name = "site.deleted", .occurred_at = clock_.now(), .customer_id = tenant_.customer_id, .site_id = site_.id});
  EXPECT_TRUE(room_->backups.list(tenant_, site_.id, {}, 10)->empty());
  EXPECT_EQ(room_->backups.accept(late, sample_export()).error().reason(), "grant_used");
  clock_.advance(25h);
  ASSERT_TRUE(room_->schedule.collect_orphans());
  EXPECT_FALSE(room_->blobs->exists(tenant_.customer_id, backup.blob_key).value());
}

TEST_P(BackupScheduleTest, ACustomersSettingReachesItsSites) {
  ASSERT_TRUE(room_->backups.change_settings(tenant_, std::nullopt, {.frequency = Frequency::off}));
  ASSERT_TRUE(room_->schedule.reschedule(tenant_.customer_id));
  EXPECT_FALSE(record().next_due_at);
}

// ---------------------------------------------------------------- pure

const Timestamp kEvening = from_unix_us(1'732'567'800'000'000);  // Monday 2024-11-25 20:50:00 UTC

TEST(NextRun, LiesInTheNightOfTheSiteAndIsStable) {
  std::set<std::string> minutes;
  for (int i = 0; i < 200; ++i) {
    const SiteId site(uuid_v4(secure_rng()));
    for (const char* zone : {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"}) {
      const auto run = next_run(site, Frequency::daily, zone, kEvening);
      ASSERT_TRUE(run);
      EXPECT_GT(*run, kEvening);
      EXPECT_LE(*run - kEvening, 24h);
      EXPECT_LT(format_in_zone(*run, zone, "%H:%M"), "05:00");
      EXPECT_EQ(next_run(site, Frequency::daily, zone, *run), *run + 24h);
      minutes.insert(format_in_zone(*run, zone, "%H:%M"));
    }
    const auto weekly = next_run(site, Frequency::weekly, "UTC", kEvening);
    EXPECT_EQ(next_run(site, Frequency::weekly, "UTC", *weekly), *weekly + 24h * 7);
    EXPECT_FALSE(next_run(site, Frequency::off, "UTC", kEvening));
  }
  EXPECT_GT(minutes.size(), 100u) << "the load is spread";
}

TEST(NextRun, KeepsTheLocalMinuteWhenTheClocksChange) {
  const SiteId site(uuid_v4(secure_rng()));
  const auto before = next_run(site, Frequency::daily, "Europe/Berlin", from_unix_us(1'729'890'000'000'000));  // 2024-10-25 21:00 UTC
  auto run = *before;
  for (int i = 0; i < 3; ++i) {
    run = *next_run(site, Frequency::daily, "Europe/Berlin", run);
    EXPECT_EQ(format_in_zone(run, "Europe/Berlin", "%H:%M"), format_in_zone(*before, "Europe/Berlin", "%H:%M"));
  }
}

TEST(Expired, KeepsAllThenOneAWeekThenNothingButTheNewest) {
  std::vector<Backup> daily;
  for (int day = 0; day < 500; ++day) daily.push_back({.file = FileName{to_unix_seconds(kEvening) - day * 86'400}});
  const BackupSettings settings;
  const auto gone = expired(daily, settings, 10, kEvening);
  std::set<FileName> left;
  for (const Backup& backup : daily) left.insert(backup.file);
  for (const FileName file : gone) left.erase(file);
  EXPECT_EQ(left.size(), 90u + (365u - 90u) / 7u);
  EXPECT_GE(left.begin()->unix_time, to_unix_seconds(kEvening) - 365 * 86'400);
  EXPECT_TRUE(left.contains(daily[0].file));
  // A second night removes nothing of what the first has kept, but what became too old.
  std::erase_if(daily, [&](const Backup& backup) { return !left.contains(backup.file); });
  EXPECT_TRUE(expired(daily, settings, 10, kEvening).empty());
  // The newest stay however old they are.
  EXPECT_EQ(expired({daily.begin(), daily.begin() + 10}, settings, 10, kEvening + 24h * 3000).size(), 0u);
}

TEST(Expired, BackupsBeforeAJobAreKeptForNinetyDays) {
  const std::int64_t now = to_unix_seconds(kEvening);
  const std::vector<Backup> backups = {{.file = FileName{now - 20 * 86'400}, .cause = Cause::job}, {.file = FileName{now - 21 * 86'400}},
                                       {.file = FileName{now - 95 * 86'400}, .cause = Cause::job}};
  const BackupSettings settings{.retention_days = 7, .keep_weekly_days = 0};
  const auto gone = expired(backups, settings, 0, kEvening);
  EXPECT_THAT(gone, ::testing::UnorderedElementsAre(backups[1].file, backups[2].file));
}

}  // namespace
}  // namespace openstrat::backups
