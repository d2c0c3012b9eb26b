#include <stdlib.h>

#include <filesystem>

#include "base/url_signer.hpp"
#include "fleet/test_support.hpp"
#include "http/pagination.hpp"
#include "http/testing/in_memory.hpp"
#include "http/testing/isolation.hpp"
#include "site_files/content_type.hpp"
#include "site_files/file_service.hpp"
#include "site_files/routes.hpp"
#include "site_files/schema.hpp"
#include "storage/blob_vault.hpp"
#include "storage/disk_blob_store.hpp"

namespace openstrat::site_files {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kPng("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\6\0\0\0\37\25\xc4\x89", 33);
const std::string kHtml = "<!DOCTYPE html><html><script>alert(1)</script></html>";

TEST(ContentType, IsWhatTheBytesAre) {
  EXPECT_EQ(*sniff_type(kPng), "image/png");
  EXPECT_EQ(*sniff_type("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), "application/pdf");
  EXPECT_THAT(*sniff_type(kHtml), HasSubstr("text/html"));
  EXPECT_EQ(*sniff_type("hello\n"), "text/plain; charset=utf-8");
  EXPECT_EQ(*sniff_type(""), "application/x-empty");
}

TEST(ContentType, NamesLoseWhatIsDangerous) {
  EXPECT_EQ(clean_name("C:\\photos\\rack 1.png", "x"), "rack 1.png");
  EXPECT_EQ(clean_name("../../etc/passwd", "x"), "passwd");
  EXPECT_EQ(clean_name("a\r\nSet-Cookie: b\".png", "x"), "aSet-Cookie b.png");
  EXPECT_EQ(clean_name("...", "x"), "x");
  EXPECT_EQ(clean_name("", "note.md"), "note.md");
  EXPECT_EQ(clean_name("Schaltplan Büro.pdf", "x"), "Schaltplan Büro.pdf");
  EXPECT_EQ(clean_name(std::string(150, 'a') + std::string(100, '\xc3'), "x").size() <= 200, true);
}

std::vector<db::Migration> migrations_with_fleet() {
  auto all = fleet::all_migrations();
  const auto own = migrations();
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

class SiteFilesTest : public db::EachEngineTest {
 protected:
  SiteFilesTest() : world_(std::make_unique<fleet::World>(make_reused_database(migrations_with_fleet()))) {
    char pattern[] = "/tmp/openstrat-files-XXXXXX";
    directory_ = ::mkdtemp(pattern);
    blobs_ = storage::DiskBlobStore::open(directory_, world().clock).value();
    vault_ = std::make_unique<storage::BlobVault>("files", *blobs_, MasterKey(crypto::Key32{}));
    files_ = std::make_unique<FileService>(FileService::Dependencies{world().database, *vault_, world().clock, world().rng});
    files_->subscribe(world().bus);
    site_ = world().sites.create(team(), {.name = "Branch 7"}).value().site.id;
  }
  void TearDown() override {
    files_.reset(), vault_.reset(), blobs_.reset(), world_.reset();
    std::filesystem::remove_all(directory_);
    EachEngineTest::TearDown();
  }
  fleet::World& world() { return *world_; }
  const Tenant& team() { return world().tenant; }
  Result<File> put(Kind kind, std::string name, std::string_view bytes) {
    world().clock.advance(1ms);
    return files_->put(team(), site_, {.kind = kind, .name = std::move(name), .bytes = bytes, .created_by = "user:1"});
  }
  std::size_t blobs_on_disk() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_)) count += entry.is_regular_file();
    return count;
  }

  std::unique_ptr<fleet::World> world_;
  std::filesystem::path directory_;
  std::unique_ptr<storage::DiskBlobStore> blobs_;
  std::unique_ptr<storage::BlobVault> vault_;
  std::unique_ptr<FileService> files_;
  SiteId site_;
};
INSTANTIATE_EACH_ENGINE(SiteFilesTest);

TEST_P(SiteFilesTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), migrations_with_fleet()); }

TEST_P(SiteFilesTest, AFileComesBackAsItWas) {
  const auto file = put(Kind::media, "rack.png", kPng).value();
  EXPECT_EQ(file.content_type, "image/png");
  EXPECT_EQ(files_->bytes_of(files_->find(team(), site_, Kind::media, file.key).value()).value(), kPng);
  EXPECT_EQ(files_->find(team(), site_, Kind::document, file.key).error().code(), Errc::not_found) << "a photo is no document";
  EXPECT_EQ(files_->find(world().other_tenant, site_, Kind::media, file.key).error().code(), Errc::not_found);
}

TEST_P(SiteFilesTest, TheNewestComesFirstAndListsGoOn) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(put(Kind::note, "n" + std::to_string(i), "text"));
  const auto first = files_->list(team(), site_, Kind::note, std::nullopt, 3).value();
  const auto rest = files_->list(team(), site_, Kind::note, file_store::Position{first.back().created_at, first.back().key}, 3).value();
  std::vector<std::string> names;
  for (const auto& file : first) names.push_back(file.name);
  for (const auto& file : rest) names.push_back(file.name);
  EXPECT_THAT(names, ElementsAre("n4", "n3", "n2", "n1", "n0"));
}

TEST_P(SiteFilesTest, WrongFilesAreRefusedWithTheReason) {
  EXPECT_EQ(put(Kind::note, "n", "").error().fields().at(0).text, "must not be empty");
  EXPECT_EQ(put(Kind::note, "n", kPng).error().fields().at(0).text, "must be UTF-8 text");
  EXPECT_THAT(put(Kind::media, "photo.png", kHtml).error().fields().at(0).text, HasSubstr("this is text/html"));
  EXPECT_EQ(put(Kind::note, "n", std::string(FileService::kLargestNote + 1, 'x')).error().code(), Errc::too_large);
  EXPECT_EQ(blobs_on_disk(), 0u);
}

TEST_P(SiteFilesTest, ASiteHasAQuota) {
  const std::string large(FileService::kLargest, 'x');
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(put(Kind::document, "d", large));
  EXPECT_EQ(put(Kind::document, "one more", "x").error().reason(), "limit_reached");
  EXPECT_EQ(blobs_on_disk(), 2u) << "equal bytes lie there once";
}

TEST_P(SiteFilesTest, DeletedBytesAreCollectedADayLater) {
  const auto one = put(Kind::document, "a", "same bytes").value();
  const auto two = put(Kind::document, "b", "same bytes").value();
  ASSERT_TRUE(files_->remove(team(), site_, Kind::document, one.key));
  world().clock.advance(std::chrono::days(2));
  ASSERT_TRUE(files_->collect_orphans());
  EXPECT_EQ(files_->bytes_of(two).value(), "same bytes") << "the other file still needs them";
  ASSERT_TRUE(files_->remove(team(), site_, Kind::document, two.key));
  EXPECT_EQ(files_->remove(team(), site_, Kind::document, two.key).error().code(), Errc::not_found);
  ASSERT_TRUE(files_->collect_orphans());
  EXPECT_EQ(blobs_on_disk(), 0u);
}

TEST_P(SiteFilesTest, AFailedRowLeavesNoFile) {
  world().database.fail_writes(1);
  EXPECT_FALSE(put(Kind::note, "n", "text"));
  EXPECT_THAT(files_->list(team(), site_, Kind::note, std::nullopt, 10).value(), IsEmpty());
  world().clock.advance(std::chrono::days(2));
  ASSERT_TRUE(files_->collect_orphans());
  EXPECT_EQ(blobs_on_disk(), 0u);
}

TEST_P(SiteFilesTest, FilesGoWithTheirSite) {
  ASSERT_TRUE(put(Kind::note, "n", "text"));
  ASSERT_TRUE(world().removal.remove(team(), site_, fleet::SiteRemoval::Force::yes));
  const auto events = world().events();
  for (const auto& event : events) ASSERT_TRUE(world().bus.deliver(event));
  EXPECT_THAT(files_->list(team(), site_, Kind::note, std::nullopt, 10).value(), IsEmpty());
}

// ---------------------------------------------------------------- routes

class FileRoutesTest : public SiteFilesTest {
 protected:
  FileRoutesTest() {
    authenticator_.add("all", http::testing::user_with(team(), {"site:update", "site:view"}));
    authenticator_.add("other", http::testing::user_with(world().other_tenant, {"site:update", "site:view"}));
    authenticator_.add("none", http::testing::user_with(team(), {}));
    auto hooks = http::testing::in_memory_hooks(world().clock, authenticator_);
    hooks.verify_signature = [this](const http::Request& request) -> Status {
      if (world().signer.verify(request.path, request.query, world().clock.now()) == UrlSigner::Verdict::good) return {};
      return fail(Errc::forbidden, "signature_invalid", "no");
    };
    router_ = std::make_unique<http::Router>(std::move(hooks));
    add_routes(*router_, {*files_, world().sites, world().signer, cursors_});
  }
  http::Response send(http::Method method, const std::string& target, std::string body = {}, std::string type = "application/octet-stream") {
    return http::testing::send(*router_, method, target, {.token = "all", .body = std::move(body), .headers = {{"Content-Type", std::move(type)}}});
  }
  std::string path(const char* rest) const { return "/sites/" + site_.to_string() + rest; }
  static std::string text_of(const std::string& json, const std::string& field) {
    const auto start = json.find("\"" + field + "\":\"") + field.size() + 4;
    return json.substr(start, json.find('"', start) - start);
  }

  http::testing::FakeAuthenticator authenticator_;
  http::CursorSigner cursors_{crypto::Key32{3}};
  std::unique_ptr<http::Router> router_;
};
INSTANTIATE_EACH_ENGINE(FileRoutesTest);

TEST_P(FileRoutesTest, AFormIsAnUpload) {
  const std::string form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../r\xc3\xa4""ck.png\"\r\nContent-Type: text/html\r\n\r\n" + kPng + "\r\n--b--\r\n";
  const auto created = send(http::Method::post, path("/media"), form, "multipart/form-data; boundary=b");
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(text_of(created.body, "content_type"), "image/png");
  EXPECT_EQ(text_of(created.body, "name"), "r\xc3\xa4""ck.png");
  const auto link = text_of(created.body, "download_url");
  const auto target = link.substr(link.find("/site-files/"));
  auto download = http::testing::send(*router_, http::Method::get, target);
  ASSERT_EQ(download.status, 200) << download.body;
  EXPECT_EQ(download.body, kPng);
  EXPECT_EQ(download.headers.find("X-Content-Type-Options"), "nosniff");
  EXPECT_THAT(std::string(*download.headers.find("Content-Security-Policy")), HasSubstr("sandbox"));
  EXPECT_EQ(download.headers.find("Content-Disposition"), "inline; filename=\"r__ck.png\"; filename*=UTF-8''r%C3%A4ck.png");
  world().clock.advance(11min);
  EXPECT_EQ(http::testing::send(*router_, http::Method::get, target).status, 403) << "the link has expired";
  EXPECT_EQ(http::testing::send(*router_, http::Method::get, target.substr(0, target.find('?'))).status, 403);
}

TEST_P(FileRoutesTest, ANoteIsMarkdown) {
  const auto created = send(http::Method::post, path("/notes?name=access.md"), "# Keys\n\nAsk Ann.");
  ASSERT_EQ(created.status, 201) << created.body;
  const auto note = send(http::Method::get, path("/notes/") + text_of(created.body, "key"));
  EXPECT_EQ(note.body, "# Keys\n\nAsk Ann.");
  EXPECT_EQ(note.content_type, "text/markdown; charset=utf-8");
  EXPECT_THAT(std::string(*note.headers.find("Content-Disposition")), HasSubstr("attachment"));
  EXPECT_THAT(send(http::Method::get, "/metadata/" + site_.to_string() + "/notes").body, HasSubstr("access.md"));
  EXPECT_EQ(send(http::Method::delete_, path("/notes/") + text_of(created.body, "key")).status, 204);
  EXPECT_THAT(send(http::Method::get, path("/notes")).body, Not(HasSubstr("access.md")));
}

TEST_P(FileRoutesTest, UploadedPagesNeverRun) {
  const auto created = send(http::Method::post, path("/documents?name=page.html"), kHtml);
  ASSERT_EQ(created.status, 201) << created.body;
  const auto page = send(http::Method::get, path("/documents/") + text_of(created.body, "key"));
  EXPECT_THAT(std::string(*page.headers.find("Content-Disposition")), HasSubstr("attachment"));
  EXPECT_EQ(page.headers.find("Content-Security-Policy"), "default-src 'none'; sandbox");
}

TEST_P(FileRoutesTest, AFormWithoutFileNamesTheField) {
  const auto response = send(http::Method::post, path("/documents"), "--b\r\nContent-Disposition: form-data; name=other\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b");
  EXPECT_EQ(response.status, 422);
  EXPECT_THAT(response.body, HasSubstr(R"("file")"));
  EXPECT_EQ(send(http::Method::post, path("/documents"), "garbage", "multipart/form-data; boundary=b").status, 400);
}

TEST_P(FileRoutesTest, TeamsNeverMeet) {
  const auto note = put(Kind::note, "n", "text").value();
  const auto photo = put(Kind::media, "p", kPng).value();
  const auto document = put(Kind::document, "d", "bytes").value();
  const auto failures = http::testing::isolation_failures(*router_, {
      .token_without_scopes = "none", .token_with_all_scopes = "other",
      .foreign_id = [&](const http::Endpoint& endpoint, std::string_view name) -> std::optional<std::string> {
        if (name == "site") return site_.to_string();
        if (endpoint.path.contains("/notes/")) return note.key;
        if (endpoint.path.contains("/media/")) return photo.key;
        return document.key;
      }});
  EXPECT_THAT(failures, IsEmpty());
}

}  // namespace
}  // namespace openstrat::site_files
