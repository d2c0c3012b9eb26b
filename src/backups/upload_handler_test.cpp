// From a router's upload over real SFTP to the row: the parts together.
#include "backups/upload_handler.hpp"

#include <curl/curl.h>

#include <cstring>
#include <thread>

#include "backups/test_room.hpp"

namespace openstrat::backups {
namespace {

bool curl_upload(std::uint16_t port, const routeros::SftpUpload& login, std::int64_t unix_time, const std::string& text) {
  CURL* curl = curl_easy_init();
  std::string_view rest = text;
  const std::string url = "sftp://127.0.0.1:" + std::to_string(port) + "/" + std::to_string(unix_time) + ".rsc";
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_USERNAME, login.user.c_str());
  curl_easy_setopt(curl, CURLOPT_PASSWORD, login.password.c_str());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 120L);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_READDATA, &rest);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, +[](char* out, std::size_t size, std::size_t count, void* source) -> std::size_t {
    auto& text = *static_cast<std::string_view*>(source);
    const auto length = std::min(text.size(), size * count);
    std::memcpy(out, text.data(), length);
    text.remove_prefix(length);
    return length;
  });
  const CURLcode code = curl_easy_perform(curl);
  curl_easy_cleanup(curl);
  return code == CURLE_OK;
}

class UploadTest : public RoomTest {
 protected:
  void SetUp() override {
    RoomTest::SetUp();
    server_ = std::make_unique<SftpServer>(SftpOptions{.address = "127.0.0.1", .port = 0, .key_directory = directory_ / "ssh"},
                                           make_upload_handler(room_->fragments, room_->backups));
    const auto started = server_->start();
    ASSERT_TRUE(started) << started.error().message();
  }
  void TearDown() override {
    server_.reset();
    RoomTest::TearDown();
  }
  routeros::BackupParams prepare(const fleet::Site& site) {
    return *database_->write(
        [&](db::Session& session) { return room_->fragments.prepare(session, site, {}, fleet::BackupFragments::Purpose::adopt); });
  }
  std::unique_ptr<SftpServer> server_;
};
INSTANTIATE_EACH_ENGINE(UploadTest);

TEST_P(UploadTest, WhatARouterUploadsIsABackupBeforeItHearsOfSuccess) {
  const auto params = prepare(site_);
  const auto& login = std::get<routeros::SftpUpload>(params.upload);
  ASSERT_TRUE(curl_upload(server_->port(), login, params.unix_time, sample_export()));
  const auto latest = room_->backups.latest(tenant_, site_.id);
  ASSERT_TRUE(latest && *latest);
  EXPECT_EQ(room_->backups.text(**latest).value(), sample_export());
  EXPECT_FALSE(curl_upload(server_->port(), login, params.unix_time, sample_export())) << "the password is spent";
}

/// libcurl does not look at the answer to the close, OpenSSH does (sftp_server_test); so the platform itself must tell.
TEST_P(UploadTest, AnUploadThatIsNoExportIsTold) {
  const auto params = prepare(site_);
  curl_upload(server_->port(), std::get<routeros::SftpUpload>(params.upload), params.unix_time, "<html>");
  EXPECT_EQ(bus_.events("backup.failed").size(), 1u);
  EXPECT_TRUE(room_->backups.list(tenant_, site_.id, {}, 10)->empty());
}

TEST_P(UploadTest, AHundredSitesInOneMinute) {
  std::vector<std::pair<fleet::Site, routeros::BackupParams>> sites;
  for (int i = 0; i < 100; ++i) {
    const auto site = add_site(tenant_);
    sites.emplace_back(site, prepare(site));
  }
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> routers;
    for (const auto& [site, params] : sites)
      routers.emplace_back([&] {
        const std::string text = sample_export() + "# " + site.pid + "\n" + std::string(60'000, '#');
        good += curl_upload(server_->port(), std::get<routeros::SftpUpload>(params.upload), params.unix_time, text);
      });
  }
  EXPECT_EQ(good, 100);
  for (const auto& [site, params] : sites) EXPECT_EQ(room_->backups.list(tenant_, site.id, {}, 10)->size(), 1u);
}

}  // namespace
}  // namespace openstrat::backups
