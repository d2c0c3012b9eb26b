#include "backups/backup_service.hpp"

#include "backups/store.hpp"
#include "backups/test_room.hpp"

namespace openstrat::backups {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class BackupServiceTest : public RoomTest {};
INSTANTIATE_EACH_ENGINE(BackupServiceTest);

TEST_P(BackupServiceTest, AnUploadBecomesABackup) {
  const Backup backup = upload(sample_export());
  EXPECT_EQ(backup.file.to_string(), "1732567800.rsc");
  EXPECT_EQ(backup.cause, Cause::adopt);
  EXPECT_EQ(backup.facts.routeros_version, "7.16.2");
  EXPECT_EQ(backup.facts.serial_number, "HG1234");
  EXPECT_FALSE(backup.unchanged);
  EXPECT_EQ(room_->backups.text(backup).value(), sample_export());
  ASSERT_EQ(room_->backups.list(tenant_, site_.id, {}, 10)->size(), 1u);
  const auto events = bus_.events("backup.created");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].data.text("filename"), "1732567800.rsc");
  EXPECT_TRUE(bus_.events("backup.config_changed").empty());
}

TEST_P(BackupServiceTest, ANewDateIsNoChangeAndTakesNoSpace) {
  const Backup first = upload(sample_export());
  const Backup second = upload(sample_export("192.168.88.1/24", "2026-11-22 03:00:00"));
  EXPECT_TRUE(second.unchanged);
  EXPECT_EQ(second.blob_key, first.blob_key);
  EXPECT_EQ(second.facts.exported_at, "2026-11-22 03:00:00");
  EXPECT_TRUE(bus_.events("backup.config_changed").empty());
}

TEST_P(BackupServiceTest, AChangeOutsideAJobIsAnEvent) {
  upload(sample_export());
  upload(sample_export("192.168.99.1/24"));
  ASSERT_EQ(bus_.events("backup.config_changed").size(), 1u);
  // A job of ours explains the next one.
  bus_.deliver({.name = "job.completed", .occurred_at = clock_.now(), .customer_id = tenant_.customer_id, .site_id = site_.id,
                .resource_id = uuid_v4(secure_rng()).to_string(), .data = {{"kind", "user"}}});
  upload(sample_export("192.168.77.1/24"));
  EXPECT_EQ(bus_.events("backup.config_changed").size(), 1u);
}

TEST_P(BackupServiceTest, AGrantIsGoodForOneBackup) {
  const Grant once = grant();
  EXPECT_TRUE(room_->backups.accept(once, sample_export()));
  EXPECT_EQ(room_->backups.accept(once, sample_export("10.0.0.1/8")).error().reason(), "grant_used");
  EXPECT_TRUE(bus_.events("backup.failed").empty());
  EXPECT_EQ(room_->backups.list(tenant_, site_.id, {}, 10)->size(), 1u);
}

TEST_P(BackupServiceTest, WhatIsNoExportIsRefusedAndTold) {
  const auto refused = [&](const std::string& text) { return room_->backups.accept(grant(), text).error().code(); };
  EXPECT_EQ(refused(""), Errc::invalid);
  EXPECT_EQ(refused("  \n"), Errc::invalid);
  EXPECT_EQ(refused(std::string("/ip address\0x", 13)), Errc::invalid);
  EXPECT_EQ(refused("<html>sign in to the hotel network</html>"), Errc::invalid);
  EXPECT_EQ(refused(std::string(kMaxUploadBytes + 1, '/')), Errc::too_large);
  EXPECT_EQ(bus_.events("backup.failed").size(), 5u);
  EXPECT_TRUE(room_->backups.list(tenant_, site_.id, {}, 10)->empty());
}

TEST_P(BackupServiceTest, AFullDiskLosesNothingAndWorksAgainAfterwards) {
  upload(sample_export());
  const auto temporary = directory_ / "blobs" / "tmp" / "1";
  std::filesystem::create_symlink("/dev/full", temporary);
  const Grant second = grant();
  EXPECT_EQ(room_->backups.accept(second, sample_export("10.0.0.1/24")).error().code(), Errc::unavailable);
  EXPECT_EQ(room_->backups.list(tenant_, site_.id, {}, 10)->size(), 1u);
  EXPECT_TRUE(room_->backups.accept(second, sample_export("10.0.0.1/24"))) << "the same grant, without a restart";
}

TEST_P(BackupServiceTest, OnDemandIsAJobWhoseBackupItNames) {
  const auto requested = room_->backups.request(site_, {.by = "user:1"});
  ASSERT_TRUE(requested) << requested.error().message();
  EXPECT_EQ(room_->backups.request(site_, {.by = "user:2"})->job, requested->job) << "an open job is reused";
  EXPECT_EQ(bus_.events("backup.requested").size(), 1u);

  const auto handout = poll();
  ASSERT_TRUE(handout);
  EXPECT_THAT(handout->script, HasSubstr("1732567800"));
  const Grant job_grant = grant(requested->job, fleet::BackupFragments::Purpose::backup);
  const auto backup = room_->backups.accept(job_grant, sample_export());
  ASSERT_TRUE(backup);
  EXPECT_EQ(backup->cause, Cause::manual);
  EXPECT_EQ(backup->requested_by, "user:1");
  EXPECT_EQ(room_->jobs.find(tenant_, site_.id, requested->job)->associated_backup, backup->storage_key());

  ASSERT_TRUE(room_->jobs.report(requested->job, fleet::JobService::Report::done, {}));
  EXPECT_EQ(room_->backups.request(site_, {.by = "user:1"})->job, requested->job) << "within a minute";
  clock_.advance(61s);
  EXPECT_NE(room_->backups.request(site_, {.by = "user:1"})->job, requested->job);
}

TEST_P(BackupServiceTest, SitesWithoutARouterTakeNoRequests) {
  fleet::Site pending = site_;
  pending.adopted_at.reset();
  EXPECT_EQ(room_->backups.request(pending, {}).error().reason(), "site_pending");
  fleet::Site deleting = site_;
  deleting.deleted_at = clock_.now();
  EXPECT_EQ(room_->backups.request(deleting, {}).error().reason(), "site_deleting");
}

TEST_P(BackupServiceTest, TheEleventhRequestOfAMinuteIsRefused) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(room_->backups.request(site_, {}));
  EXPECT_EQ(room_->backups.request(site_, {}).error().code(), Errc::rate_limited);
  clock_.advance(60s);
  EXPECT_TRUE(room_->backups.request(site_, {}));
}

TEST_P(BackupServiceTest, ADifferenceShowsThatASecretChangedButNotWhich) {
  const Backup before = upload(sample_export());
  std::string changed = sample_export();
  changed.replace(changed.find("hunter2"), 7, "letmein");
  const Backup after = upload(changed);
  const auto hidden = room_->backups.diff(tenant_, site_.id, before.file, after.file, Secrets::hidden);
  ASSERT_TRUE(hidden);
  EXPECT_THAT(*hidden, HasSubstr("--- " + before.file.to_string()));
  EXPECT_THAT(*hidden, HasSubstr("\n-"));
  EXPECT_THAT(*hidden, HasSubstr("password=****"));
  EXPECT_THAT(*hidden, Not(HasSubstr("hunter2")));
  EXPECT_THAT(*hidden, Not(HasSubstr("letmein")));
  EXPECT_THAT(room_->backups.diff(tenant_, site_.id, before.file, after.file, Secrets::shown).value(), HasSubstr("letmein"));
  EXPECT_EQ(room_->backups.diff(tenant_, site_.id, before.file, before.file, Secrets::hidden).value(), "");
  EXPECT_EQ(room_->backups.diff(tenant_, site_.id, before.file, FileName{123'456'789}, Secrets::hidden).error().code(), Errc::not_found);
}

TEST_P(BackupServiceTest, SubnetsAreThoseOfTheNewestBackup) {
  EXPECT_EQ(room_->backups.subnets(tenant_, site_.id).error().reason(), "no_backup");
  upload(sample_export());
  upload(sample_export("10.20.0.1/16"));
  const auto subnets = room_->backups.subnets(tenant_, site_.id);
  ASSERT_TRUE(subnets);
  ASSERT_EQ((*subnets)->size(), 1u);
  EXPECT_EQ((**subnets)[0].subnet.to_string(), "10.20.0.0/16");
}

TEST_P(BackupServiceTest, AnotherTenantSeesNothing) {
  const Backup backup = upload(sample_export());
  const Tenant other{CustomerId(uuid_v4(secure_rng()))};
  EXPECT_TRUE(room_->backups.list(other, site_.id, {}, 10)->empty());
  EXPECT_EQ(room_->backups.find(other, site_.id, backup.file).error().code(), Errc::not_found);
}

TEST_P(BackupServiceTest, SettingsOfASiteStandOverThoseOfItsCustomer) {
  ASSERT_TRUE(room_->backups.change_settings(tenant_, std::nullopt, {.frequency = Frequency::weekly, .retention_days = 30}));
  ASSERT_TRUE(room_->backups.change_settings(tenant_, site_.id, {.frequency = Frequency::off}));
  const auto site = room_->backups.settings(tenant_, site_.id);
  EXPECT_EQ(site->effective, (BackupSettings{.frequency = Frequency::off, .retention_days = 30, .keep_weekly_days = 365}));
  const auto record = database_->read([&](db::Session& s) { return store::find_record(s, tenant_, site_.id); });
  EXPECT_FALSE((*record)->next_due_at);
  EXPECT_FALSE((*record)->overdue_at);
}

TEST_P(BackupServiceTest, PiecesOverHttpMakeABackup) {
  ASSERT_TRUE(database_->write([&](db::Session& session) {
    return store::put_record(session, {.customer_id = tenant_.customer_id, .site_id = site_.id, .adopted_at = clock_.now(), .sftp_failures = 2});
  }));
  const auto params = database_->write(
      [&](db::Session& session) { return room_->fragments.prepare(session, site_, {}, fleet::BackupFragments::Purpose::adopt); });
  const std::string url = std::get<routeros::HttpUpload>(params->upload).url;
  const auto id = *GrantId::parse(url.substr(url.find("upload/") + 7, 36));
  const std::string text = sample_export();
  auto& uploads = room_->http_uploads;
  EXPECT_TRUE(uploads.take(id, 1, 3, text.substr(0, 50)));
  EXPECT_TRUE(uploads.take(id, 1, 3, text.substr(0, 50))) << "the router did not hear the answer";
  EXPECT_EQ(uploads.take(id, 3, 3, text.substr(100)).error().code(), Errc::conflict);
  EXPECT_TRUE(uploads.take(id, 2, 3, text.substr(50, 50)));
  EXPECT_TRUE(uploads.take(id, 3, 3, text.substr(100)));
  EXPECT_TRUE(uploads.take(id, 3, 3, text.substr(100)));
  const auto latest = room_->backups.latest(tenant_, site_.id);
  ASSERT_TRUE(latest && *latest);
  EXPECT_EQ(room_->backups.text(**latest).value(), text);
  EXPECT_EQ(uploads.take(GrantId(uuid_v4(secure_rng())), 1, 1, "x").error().code(), Errc::not_found);
  EXPECT_EQ(uploads.take(id, 0, 1, "x").error().code(), Errc::invalid);
}

}  // namespace
}  // namespace openstrat::backups
