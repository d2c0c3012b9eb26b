#include "backups/grant_fragments.hpp"

#include "backups/grant_store.hpp"
#include "backups/store.hpp"
#include "backups/test_support.hpp"

namespace openstrat::backups {
namespace {

using namespace std::chrono_literals;
using FleetPurpose = fleet::BackupFragments::Purpose;

class GrantFragmentsTest : public db::EachEngineTest {
 protected:
  void SetUp() override {
    database_ = make_database(all_migrations());
    settings_.device_url = "https://api.example.com";
    settings_.sftp_host = "api.example.com";
    fragments_ = std::make_unique<GrantFragments>(GrantFragments::Dependencies{*database_, signer_, clock_, secure_rng(), settings_});
  }
  Result<routeros::BackupParams> prepare(std::optional<JobId> job = {}, FleetPurpose purpose = FleetPurpose::adopt) {
    return database_->write([&](db::Session& session) { return fragments_->prepare(session, site_, job, purpose); });
  }

  ManualClock clock_{from_unix_us(1'732'567'800'000'000)};
  UrlSigner signer_{{crypto::Key32{}}};
  Settings settings_;
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<GrantFragments> fragments_;
  fleet::Site site_ = sample_site(CustomerId(uuid_v4(secure_rng())), clock_.now());
};
INSTANTIATE_EACH_ENGINE(GrantFragmentsTest);

TEST_P(GrantFragmentsTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), all_migrations()); }

TEST_P(GrantFragmentsTest, TheGrantedPasswordLogsInAsTheSiteUntilItRunsOut) {
  const auto params = prepare();
  ASSERT_TRUE(params) << params.error().message();
  EXPECT_EQ(params->unix_time, 1'732'567'800);
  EXPECT_FALSE(params->show_sensitive);
  const auto& upload = std::get<routeros::SftpUpload>(params->upload);
  EXPECT_EQ(upload.user, site_.id.to_string());
  EXPECT_EQ(upload.password.size(), 32u);

  const auto grant = fragments_->check(upload.user, upload.password);
  ASSERT_TRUE(grant && *grant);
  EXPECT_EQ((*grant)->file.to_string(), "1732567800.rsc");
  EXPECT_EQ((*grant)->purpose, Purpose::adopt);

  std::string wrong = upload.password;
  wrong[0] = wrong[0] == 'x' ? 'y' : 'x';
  EXPECT_FALSE(fragments_->check(upload.user, wrong).value());
  EXPECT_FALSE(fragments_->check(uuid_v4(secure_rng()).to_string(), upload.password).value());
  EXPECT_FALSE(fragments_->check("root", upload.password).value());
  clock_.advance(15min);
  EXPECT_FALSE(fragments_->check(upload.user, upload.password).value());
}

TEST_P(GrantFragmentsTest, TwoGrantsInOneSecondNameTwoFiles) {
  EXPECT_EQ(prepare()->unix_time, 1'732'567'800);
  EXPECT_EQ(prepare()->unix_time, 1'732'567'801);
  clock_.advance(1s);
  EXPECT_EQ(prepare()->unix_time, 1'732'567'802);
}

TEST_P(GrantFragmentsTest, AUsedGrantIsOver) {
  const auto params = prepare();
  const auto& upload = std::get<routeros::SftpUpload>(params->upload);
  const auto grant = fragments_->check(upload.user, upload.password);
  const auto use = [&] { return database_->write([&](db::Session& s) { return grant_store::mark_used(s, **grant, clock_.now()); }); };
  EXPECT_TRUE(use());
  EXPECT_EQ(use().error().reason(), "grant_used");
  EXPECT_FALSE(fragments_->check(upload.user, upload.password).value());
}

TEST_P(GrantFragmentsTest, AfterTwoFailedUploadsHttpIsUsedWhereTheRouterCan) {
  ASSERT_TRUE(database_->write([&](db::Session& session) {
    return store::put_record(session, {.customer_id = site_.customer_id, .site_id = site_.id, .adopted_at = clock_.now(), .sftp_failures = 2});
  }));
  const auto params = prepare();
  const auto* upload = std::get_if<routeros::HttpUpload>(&params->upload);
  ASSERT_NE(upload, nullptr);
  EXPECT_TRUE(upload->url.starts_with("https://api.example.com/backup-upload/"));
  const auto id = GrantId::parse(upload->url.substr(upload->url.find("upload/") + 7, 36));
  ASSERT_TRUE(id);
  EXPECT_EQ(fragments_->find_for_http(*id)->file.unix_time, params->unix_time);

  site_.facts.software_version = "6.49.17 (long-term)";
  EXPECT_TRUE(std::holds_alternative<routeros::SftpUpload>(prepare()->upload));
}

TEST_P(GrantFragmentsTest, SecretsAreExportedOnlyWhereTheSettingsSaySo) {
  const auto set = [&](std::optional<SiteId> site, std::optional<bool> show) {
    return database_->write([&](db::Session& s) { return store::put_overrides(s, site_.tenant(), site, {.show_sensitive = show}, clock_.now()); });
  };
  ASSERT_TRUE(set(std::nullopt, true));
  EXPECT_TRUE(prepare()->show_sensitive);
  ASSERT_TRUE(set(site_.id, false));
  EXPECT_FALSE(prepare()->show_sensitive);
}

TEST(CanUploadByHttp, From713On) {
  EXPECT_TRUE(can_upload_by_http("7.13"));
  EXPECT_TRUE(can_upload_by_http("7.20rc1"));
  EXPECT_TRUE(can_upload_by_http("8.0"));
  EXPECT_FALSE(can_upload_by_http("7.12.2"));
  EXPECT_FALSE(can_upload_by_http("6.49.17"));
  EXPECT_FALSE(can_upload_by_http("unknown"));
  EXPECT_FALSE(can_upload_by_http(std::nullopt));
}

}  // namespace
}  // namespace openstrat::backups
