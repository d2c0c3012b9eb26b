// The whole area over a real fleet, a recording bus and a temporary directory: for tests.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <memory>

#include "backups/backup_schedule.hpp"
#include "backups/backup_service.hpp"
#include "storage/blob_vault.hpp"
#include "storage/disk_blob_store.hpp"
#include "backups/grant_fragments.hpp"
#include "backups/http_uploads.hpp"
#include "backups/test_support.hpp"
#include "fleet/adoption_service.hpp"
#include "fleet/job_service.hpp"
#include "fleet/live_sites.hpp"
#include "fleet/runbook_service.hpp"
#include "fleet/site_service.hpp"
#include "tasks/queue.hpp"

namespace openstrat::backups {

class RoomTest : public db::EachEngineTest {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/openstrat-backups-XXXXXX";
    directory_ = ::mkdtemp(pattern);
    database_ = make_database(all_migrations());
    room_ = std::make_unique<Room>(*this);
    site_ = add_site(tenant_);
  }
  void TearDown() override {
    room_.reset();
    std::filesystem::remove_all(directory_);
    db::EachEngineTest::TearDown();
  }

  fleet::Site add_site(const Tenant& tenant) {
    fleet::Site site = sample_site(tenant.customer_id, clock_.now());
    const auto stored = database_->write([&](db::Session& session) { return fleet::site_store::insert(session, site); });
    EXPECT_TRUE(stored) << stored.error().message();
    bus_.deliver({.name = "site.adopted", .occurred_at = clock_.now(), .customer_id = site.customer_id, .site_id = site.id});
    return site;
  }
  /// Changes the row as the fleet would.
  template <class Change>
  void change_site(Change change) {
    const auto changed = database_->write([&](db::Session& session) -> Status {
      auto site = fleet::site_store::find_any(session, site_.id);
      if (!site || !*site) return fail(Errc::not_found, "no site");
      change(**site);
      site_ = **site;
      return fleet::site_store::update(session, **site);
    });
    ASSERT_TRUE(changed) << changed.error().message();
  }

  Grant grant(std::optional<JobId> job = {}, fleet::BackupFragments::Purpose purpose = fleet::BackupFragments::Purpose::adopt) {
    const auto params = database_->write([&](db::Session& session) { return room_->fragments.prepare(session, site_, job, purpose); });
    EXPECT_TRUE(params);
    const auto& upload = std::get<routeros::SftpUpload>(params->upload);
    return *room_->fragments.check(upload.user, upload.password).value();
  }
  Backup upload(const std::string& text) {
    const auto backup = room_->backups.accept(grant(), text);
    EXPECT_TRUE(backup) << backup.error().message();
    clock_.advance(std::chrono::hours(1));
    return *backup;
  }
  /// What the next poll of the site gets.
  std::optional<fleet::JobService::Handout> poll() {
    const auto handout = database_->write([&](db::Session& session) { return room_->jobs.hand_out(session, site_, false); });
    EXPECT_TRUE(handout) << handout.error().message();
    return *handout;
  }

  struct NoWebhooks final : fleet::Webhooks {
    Status post(const std::string&, const std::string&, const std::string&) override { return {}; }
  };
  struct NoQuota final : fleet::SiteQuota {
    Status check(db::Session&, const Tenant&, std::int64_t) override { return {}; }
  };

  ManualClock clock_{from_unix_us(1'732'567'800'000'000)};  // 2024-11-25 20:50:00 UTC
  UrlSigner signer_{{crypto::Key32{}}};
  RecordingBus bus_;
  Settings settings_{.device_url = "https://api.example.com", .sftp_host = "api.example.com"};
  fleet::Settings fleet_settings_{.device_url = "https://api.example.com"};
  Tenant tenant_{CustomerId(uuid_v4(secure_rng()))};
  std::filesystem::path directory_;
  std::unique_ptr<db::Database> database_;

  struct Room {
    explicit Room(RoomTest& t)
        : blobs(*storage::DiskBlobStore::open(t.directory_ / "blobs", t.clock_)), vault("backups", *blobs, MasterKey(crypto::Key32{})),
          queue(tasks::make_queue(*t.database_, t.clock_, secure_rng(), nullptr, {.node = "test"})),
          fragments({*t.database_, t.signer_, t.clock_, secure_rng(), t.settings_}),
          jobs({*t.database_, t.bus_, *queue, t.signer_, webhooks, fragments, live, t.clock_, secure_rng(), t.fleet_settings_}),
          runbooks(*t.database_, t.clock_, secure_rng(), t.fleet_settings_),
          sites({*t.database_, t.bus_, live, runbooks, quota, t.clock_, secure_rng()}),
          backups({*t.database_, t.bus_, *queue, jobs, vault, t.clock_, secure_rng(), t.settings_}),
          schedule({*t.database_, t.bus_, *queue, backups, sites, vault, t.clock_, t.settings_}), http_uploads(fragments, backups, t.clock_) {
      schedule.register_handlers();
    }
    std::unique_ptr<storage::DiskBlobStore> blobs;
    storage::BlobVault vault;
    std::unique_ptr<tasks::Queue> queue;
    NoWebhooks webhooks;
    NoQuota quota;
    fleet::LiveSites live;
    GrantFragments fragments;
    fleet::JobService jobs;
    fleet::RunbookService runbooks;
    fleet::SiteService sites;
    BackupService backups;
    BackupSchedule schedule;
    HttpUploads http_uploads;
  };
  std::unique_ptr<Room> room_;
  fleet::Site site_;
};

}  // namespace openstrat::backups
