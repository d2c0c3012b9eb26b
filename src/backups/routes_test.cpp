#include "backups/routes.hpp"

#include "backups/test_room.hpp"
#include "http/router.hpp"
#include "http/testing/isolation.hpp"

namespace openstrat::backups {
namespace {

using http::Method;
using http::testing::send;
using http::testing::Sending;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class BackupRoutesTest : public RoomTest {
 protected:
  void SetUp() override {
    RoomTest::SetUp();
    auto user = http::testing::user_with(tenant_, {"backup:view", "backup:create"});
    user.timezone = "Africa/Johannesburg";
    authenticator_.add("user", user);
    authenticator_.add("admin", http::testing::user_with(tenant_, {"backup:view", "backup:create", "backup:update"}));
    authenticator_.add("key", http::testing::api_key_with(tenant_, {"backup:view"}));
    authenticator_.add("none", http::testing::user_with(tenant_, {}));
    authenticator_.add("stranger", http::testing::user_with({CustomerId(uuid_v4(secure_rng()))}, {"backup:view", "backup:create", "backup:update"}));
    http::Principal service;
    service.kind = http::Principal::Kind::internal;
    authenticator_.add("service", service);
    auto hooks = http::testing::in_memory_hooks(clock_, authenticator_);
    hooks.verify_signature = [this](const http::Request& request) -> Status {
      const auto verdict = signer_.verify(request.path, request.query, clock_.now(), {"part", "of"});
      return verdict == UrlSigner::Verdict::good ? Status{} : Status(fail(Errc::forbidden, "signature_invalid", "bad signature"));
    };
    hooks.audit = [this](const http::AuditRecord& record) { notes_.emplace_back(record.note); };
    router_ = std::make_unique<http::Router>(std::move(hooks));
    add_routes(*router_, {room_->backups, room_->fragments, room_->http_uploads, room_->sites, settings_});
  }
  http::Response get(const std::string& path, Sending sending = {.token = "user"}) { return send(*router_, Method::get, path, sending); }
  http::Response get_with(const std::string& path, const std::string& header, const std::string& token = "user") {
    return get(path, {.token = token, .headers = {{header, "true"}}});
  }
  std::string base() const { return "/backups/" + site_.id.to_string(); }

  http::testing::FakeAuthenticator authenticator_;
  std::vector<std::string> notes_;
  std::unique_ptr<http::Router> router_;
};
INSTANTIATE_EACH_ENGINE(BackupRoutesTest);

TEST_P(BackupRoutesTest, OtherTeamsAndMissingScopesSeeNothing) {
  upload(sample_export());
  const http::testing::IsolationCase fixture{
      .token_without_scopes = "none", .token_with_all_scopes = "stranger",
      .foreign_id = [&](const http::Endpoint&, std::string_view name) -> std::optional<std::string> {
        return name == "site" ? site_.id.to_string() : "1732567800.rsc";
      }};
  EXPECT_THAT(http::testing::isolation_failures(*router_, fixture), IsEmpty());
}

TEST_P(BackupRoutesTest, TheListIsLocalToTheCaller) {
  EXPECT_EQ(get(base()).body, "[]");
  upload(sample_export());
  const auto list = get(base() + "/");
  EXPECT_EQ(list.status, 200);
  EXPECT_THAT(list.body, HasSubstr(R"("filename":"1732567800.rsc")"));
  EXPECT_THAT(list.body, HasSubstr(R"("date":"2024-11-25","time":"22:50:00")"));
  EXPECT_THAT(get("/sites/" + site_.id.to_string() + "/backups", {.token = "key"}).body, HasSubstr(R"("time":"21:50:00")")) << "Berlin, the site's";
  EXPECT_EQ(get(base() + "?before=1732567800").body, "[]");
  EXPECT_EQ(get(base() + "?limit=501").status, 422);
}

TEST_P(BackupRoutesTest, AFileComesInFourForms) {
  upload(sample_export());
  const std::string file = base() + "/1732567800.rsc";
  const auto json = get(file);
  EXPECT_EQ(json.status, 200);
  EXPECT_THAT(json.body, HasSubstr(R"("routeros_version":"7.16.2")"));
  EXPECT_THAT(json.body, HasSubstr("password=****"));
  EXPECT_THAT(json.body, Not(HasSubstr("hunter2")));

  const auto download = get_with(file, "X-Download");
  EXPECT_EQ(download.content_type, "application/octet-stream");
  EXPECT_EQ(download.headers.find("Content-Disposition"), "attachment; filename=\"branch-7-berlin-1732567800.rsc\"");
  EXPECT_THAT(download.body, HasSubstr("password=****"));
  EXPECT_THAT(get_with(file, "x-view").content_type, HasSubstr("text/plain"));
  const auto highlighted = get_with(base() + "/latest", "x-highlight");
  EXPECT_THAT(highlighted.content_type, HasSubstr("text/html"));
  EXPECT_THAT(highlighted.body, HasSubstr("<pre class=\"rsc\">"));

  EXPECT_EQ(get(base() + "/1732567801.rsc").status, 404);
  EXPECT_EQ(get(base() + "/..%2F..%2Fetc").status, 422);
  EXPECT_THAT(notes_, ::testing::Contains(HasSubstr("downloaded " + site_.id.to_string() + "/1732567800.rsc")));
}

TEST_P(BackupRoutesTest, SecretsNeedTheScopeAndAreNoted) {
  upload(sample_export());
  EXPECT_EQ(get_with(base() + "/latest", "X-Reveal").status, 403);
  const auto shown = get_with(base() + "/latest", "X-Reveal", "admin");
  EXPECT_THAT(shown.body, HasSubstr("hunter2"));
  EXPECT_THAT(notes_, ::testing::Contains(HasSubstr("with its secrets")));
}

TEST_P(BackupRoutesTest, ADifferenceHasThePathsOfAllGenerations) {
  upload(sample_export());
  upload(sample_export("192.168.99.1/24"));
  for (const std::string& path : std::vector<std::string>{base() + "/1732567800.rsc/diff/latest", base() + "/1732567800.rsc/latest",
                                                          "/backup/" + site_.id.to_string() + "/1732567800.rsc/diff/latest",
                                                          "/sites/" + site_.id.to_string() + "/backups/1732567800.rsc/diff/latest"}) {
    const auto diff = get(path);
    EXPECT_EQ(diff.status, 200) << path;
    EXPECT_THAT(diff.body, HasSubstr("--- 1732567800.rsc\n+++ 1732571400.rsc\n@@ "));
    EXPECT_THAT(diff.body, HasSubstr("\n+"));
  }
  EXPECT_EQ(get(base() + "/latest/diff/latest").body, "");
  EXPECT_THAT(get_with(base() + "/1732567800.rsc/diff/latest", "x-highlight").body, HasSubstr("rsc-diff"));
}

TEST_P(BackupRoutesTest, SubnetsAlsoForServices) {
  EXPECT_EQ(get(base() + "/subnets").status, 404);
  upload(sample_export());
  for (const char* token : {"user", "service"})
    EXPECT_EQ(get(base() + "/subnets", {.token = token}).body,
              R"([{"subnet":"192.168.88.0/24","address":"192.168.88.1","interface":"bridge","comment":null}])");
}

TEST_P(BackupRoutesTest, ARequestIsAcceptedOnce) {
  const auto first = send(*router_, Method::post, base(), {.token = "user"});
  EXPECT_EQ(first.status, 202) << first.body;
  EXPECT_THAT(first.body, HasSubstr(R"("message":"Backup requested")"));
  const auto second = send(*router_, Method::post, "/backup/" + site_.id.to_string(), {.token = "user", .body = R"({"express":false})"});
  EXPECT_EQ(second.status, 202);
  EXPECT_EQ(second.body, first.body);
}

TEST_P(BackupRoutesTest, TheLatestOfManySitesEachWithItsStatus) {
  upload(sample_export());
  const auto empty = add_site(tenant_), foreign = add_site({CustomerId(uuid_v4(secure_rng()))});
  const std::string body = R"({"sites":[")" + site_.id.to_string() + R"(",")" + empty.id.to_string() + R"(",")" + foreign.id.to_string() + R"("]})";
  const auto answer = send(*router_, Method::post, "/api/backups/latest", {.token = "user", .body = body});
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr(R"("status":"ok","filename":"1732567800.rsc")"));
  EXPECT_THAT(answer.body, HasSubstr(R"("status":"no_backup")"));
  EXPECT_THAT(answer.body, HasSubstr(R"("status":"not_found")"));
  EXPECT_THAT(answer.body, HasSubstr(R"("total_sites":3,"successful":1,"errors":2)"));
  EXPECT_EQ(send(*router_, Method::post, "/backups/latest", {.token = "user", .body = R"({"sites":[]})"}).status, 422);
}

TEST_P(BackupRoutesTest, SettingsInheritUntilSet) {
  EXPECT_THAT(get(base() + "/settings").body, HasSubstr(R"("frequency":"daily","retention_days":90)"));
  const auto team = send(*router_, Method::put, "/backups/settings", {.token = "admin", .body = R"({"retention_days":30})"});
  EXPECT_EQ(team.status, 200) << team.body;
  const auto site = send(*router_, Method::put, base() + "/settings", {.token = "admin", .body = R"({"frequency":"weekly"})"});
  EXPECT_THAT(site.body, HasSubstr(R"("frequency":"weekly","retention_days":30)"));
  EXPECT_THAT(site.body, HasSubstr(R"("inherited":["retention_days","keep_weekly_days","show_sensitive"])"));
  const auto cleared = send(*router_, Method::put, base() + "/settings", {.token = "admin", .body = R"({"frequency":null})"});
  EXPECT_THAT(cleared.body, HasSubstr(R"("frequency":"daily")"));
  EXPECT_EQ(send(*router_, Method::put, base() + "/settings", {.token = "admin", .body = R"({"retention_days":0})"}).status, 422);
}

TEST_P(BackupRoutesTest, AGatewayAsksForALogin) {
  const auto params = database_->write(
      [&](db::Session& session) { return room_->fragments.prepare(session, site_, {}, fleet::BackupFragments::Purpose::adopt); });
  const auto& upload = std::get<routeros::SftpUpload>(params->upload);
  const std::string path = "/servers/s-12345abcdef/users/" + upload.user + "/config";
  const auto good = get(path, {.token = "service", .headers = {{"Password", upload.password}}});
  EXPECT_THAT(good.body, HasSubstr("\"HomeDirectory\":\"/openstrat-backups/" + upload.user + "\""));
  EXPECT_EQ(get(path, {.token = "service", .headers = {{"Password", "wrong"}}}).body, "{}");
  EXPECT_EQ(get(path, {.token = "service"}).body, "{}");
  EXPECT_EQ(get(path, {.token = "user", .headers = {{"Password", upload.password}}}).status, 401);
}

TEST_P(BackupRoutesTest, PiecesNeedASignedUrl) {
  for (int i = 0; i < 2; ++i) {
    grant();
    clock_.advance(std::chrono::minutes(16));
    ASSERT_TRUE(room_->schedule.note_lost_uploads());
  }
  const auto params = database_->write(
      [&](db::Session& session) { return room_->fragments.prepare(session, site_, {}, fleet::BackupFragments::Purpose::adopt); });
  const std::string url = std::get<routeros::HttpUpload>(params->upload).url.substr(settings_.device_url.size());
  const std::string text = sample_export();
  EXPECT_EQ(send(*router_, Method::post, url.substr(0, url.find('?')) + "?part=1&of=2", {.body = text}).status, 403);
  EXPECT_EQ(send(*router_, Method::post, url + "&part=1&of=2", {.body = text.substr(0, 40)}).status, 200);
  EXPECT_EQ(send(*router_, Method::post, url + "&part=2&of=2", {.body = text.substr(40)}).status, 200);
  EXPECT_THAT(get(base()).body, HasSubstr("\"trigger\":\"adopt\""));
}

}  // namespace
}  // namespace openstrat::backups
