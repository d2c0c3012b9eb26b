#include "monitoring/test_support.hpp"

namespace openstrat::monitoring {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using http::Method;

class FaultRoutesTest : public MonitoringTest {
 protected:
  FaultRoutesTest() {
    authenticator_.add("key", http::testing::api_key_with(world().tenant, {"fault:view"}));
    authenticator_.add("none", http::testing::api_key_with(world().tenant, {}));
    authenticator_.add("other", http::testing::api_key_with(world().other_tenant, {"fault:create", "fault:update", "fault:view"}));
    add_developer_routes(router_, room_.services());
    add_list_routes(router_, room_.services());
    add_fault_routes(router_, room_.services());
  }
  http::Response get(const std::string& path, std::vector<std::pair<std::string, std::string>> headers = {}, const std::string& token = "key") {
    return http::testing::send(router_, Method::get, path, {.token = token, .headers = std::move(headers)});
  }
  static int times(const std::string& text, const std::string& part) {
    int count = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
    return count;
  }

  Room room_{world()};
  http::testing::FakeAuthenticator authenticator_;
  http::Router router_{http::testing::in_memory_hooks(world().clock, authenticator_)};
};
INSTANTIATE_EACH_ENGINE(FaultRoutesTest);

TEST_P(FaultRoutesTest, TheFirstListsHaveTheirDocumentedForm) {
  const auto site = world().adopt({.name = "Durban DC"});
  const auto old = add(world().tenant, site.id, 2h, 1h);
  const auto open = add(world().tenant, site.id, 12min, {}, {.message = "Site Offline: Durban DC", .severity = Severity::critical});
  const auto all = get("/faults").body;
  EXPECT_THAT(all, HasSubstr(R"({"data":[{"id":")" + open.id.to_string() + R"(","message":"Site Offline: Durban DC","resolved_at":null,"created_at":"2026-02-03T07:48:00.000000Z",)"
                             R"("duration":"12 minutes","severity":"critical","type":"site","cause":"Unknown","site_id":")" + site.id.to_string() +
                             R"(","site_name":")" + site.name + R"(","resource_identifier":")" + site.id.to_string() + R"("})"));
  EXPECT_THAT(all, HasSubstr(R"("current_page":1,"per_page":50,"total":2,"hash":")"));
  EXPECT_THAT(all, HasSubstr(R"("duration":"1 hour")"));
  EXPECT_THAT(get("/faults/recent").body, Not(HasSubstr(old.id.to_string())));
  EXPECT_THAT(get("/faults/recent?status=resolved").body, HasSubstr(old.id.to_string()));
  EXPECT_THAT(get("/faults/site/" + site.id.to_string() + "?limit=1&page=2").body, HasSubstr(R"("current_page":2,"per_page":1,"total":2)"));
  EXPECT_THAT(get("/faults", {{"Accept-Version", "seed"}}).body, HasSubstr(R"("created_at":"2026-02-03 07:48:00")"));
  EXPECT_EQ(get("/faults?site=" + site.pid + "&severity=CRITICAL&type=site,wantunnel").status, 200);
  for (const char* wrong : {"status=odd", "limit=101", "severity=awful", "from=2026-02-03T08:00:00Z&to=2026-02-03T08:00:00Z"})
    EXPECT_EQ(get(std::string("/faults?") + wrong).status, 422) << wrong;
}

TEST_P(FaultRoutesTest, APollerIsToldThatNothingChanged) {
  const auto site = world().adopt();
  add(world().tenant, site.id, 1h);
  const auto first = get("/faults/recent");
  const auto tag = std::string(first.headers.find("ETag").value());
  EXPECT_EQ(get("/faults/recent", {{"If-None-Match", tag}}).status, 304);
  world().clock.advance(1min);
  EXPECT_EQ(get("/faults/recent", {{"If-None-Match", "W/" + tag}}).status, 304) << "a longer duration is no change";
  add(world().tenant, site.id, 1s);
  EXPECT_EQ(get("/faults/recent", {{"If-None-Match", tag}}).status, 200);
}

TEST_P(FaultRoutesTest, TheNewerListGoesOnByCursor) {
  const auto site = world().adopt();
  for (int i = 0; i < 5; ++i) add(world().tenant, site.id, std::chrono::minutes(i), 0s, {.severity = Severity::high});
  auto page = get("/fault?limit=3&severity=HIGH").body;
  EXPECT_EQ(times(page, R"("severity":"HIGH")"), 3);
  EXPECT_THAT(page, HasSubstr(R"("meta":{"count":3,"cursor":")"));
  EXPECT_THAT(page, HasSubstr(R"("has_more":true)"));
  EXPECT_THAT(page, Not(HasSubstr("comments")));
  const auto at = page.find(R"("cursor":")") + 10;
  const auto cursor = page.substr(at, page.find('"', at) - at);
  page = get("/fault?limit=3&severity=HIGH&cursor=" + cursor).body;
  EXPECT_EQ(times(page, R"("id":"flt_)"), 2);
  EXPECT_THAT(page, HasSubstr(R"("cursor":null,"has_more":false)"));
  EXPECT_EQ(get("/fault?limit=3&cursor=" + cursor).status, 400) << "made for another list";
}

TEST_P(FaultRoutesTest, OneFaultUnderAllOfItsNames) {
  const auto site = world().adopt();
  const auto fault = add(world().tenant, site.id, 90s, {}, {.severity = Severity::critical});
  for (const auto& name : {fault.pid, fault.pid.substr(4), fault.id.to_string()}) {
    const auto answer = get("/fault/" + name);
    EXPECT_EQ(answer.status, 200) << name;
    EXPECT_THAT(answer.body, HasSubstr(R"({"id":")" + fault.pid + R"(","uuid":")" + fault.id.to_string() + R"(","type":"site","severity":"CRITICAL")"));
    EXPECT_THAT(answer.body, HasSubstr(R"("status":"unresolved")"));
    EXPECT_THAT(answer.body, HasSubstr(R"("manual":false)"));
    EXPECT_THAT(answer.body, HasSubstr(R"("comments":[]})"));
    EXPECT_THAT(answer.body, HasSubstr(R"("duration":"1 minute")"));
  }
  EXPECT_EQ(get("/fault/flt_unknown").status, 404);
}

TEST_P(FaultRoutesTest, TheWorstTunnels) {
  const auto site = world().adopt();
  add(world().tenant, site.id, 1h, {}, {.type = "wantunnel", .resource_id = "t1", .message = "WAN Tunnel Offline: Fibre A"});
  for (const char* path : {"/faults/top_faults", "/fault/top_faults"})
    EXPECT_THAT(get(path).body, HasSubstr(R"([{"tunnel_name":"Fibre A","site_id":")" + site.id.to_string() + R"(","count":1,"resource_id":"t1","faults":[{"id":")"));
}

TEST_P(FaultRoutesTest, ASpreadsheetOfThem) {
  const auto site = world().adopt({.name = "Durban DC"});
  add(world().tenant, site.id, 2h, 1h, {.message = "=cmd|' /C calc'!A0", .severity = Severity::high, .cause = "a \"b\", c"});
  const auto open = add(world().tenant, site.id, 90s);
  const auto csv = get("/fault/export?site=" + site.id.to_string());
  EXPECT_EQ(csv.status, 200);
  EXPECT_EQ(csv.content_type, "text/csv; charset=utf-8");
  EXPECT_EQ(csv.headers.find("Content-Disposition"), "attachment; filename=\"faults-2026-02-03.csv\"");
  EXPECT_THAT(csv.body, ::testing::StartsWith("id,created_at,resolved_at,duration_s,status,severity,type,cause,message,site_id,site_name,resource_id,microservice_id\r\n" + open.pid +
                                              ",2026-02-03T07:58:30.000000Z,,90,unresolved,low,site,Unknown,Site Offline: somewhere,"));
  EXPECT_THAT(csv.body, HasSubstr(",3600,resolved,high,site,\"a \"\"b\"\", c\",'=cmd|' /C calc'!A0,"));
  EXPECT_EQ(times(get("/fault/export?status=resolved").body, "\r\n"), 2);
  EXPECT_EQ(times(get("/fault/export?from=2026-02-03T09:00:00Z").body, "\r\n"), 1) << "the head alone";
}

TEST_P(FaultRoutesTest, NobodyElseGetsIn) {
  const auto site = world().adopt();
  const auto fault = add(world().tenant, site.id, 1h);
  EXPECT_EQ(get("/fault?site=" + site.id.to_string(), {}, "other").status, 404);
  EXPECT_THAT(get("/faults", {}, "other").body, HasSubstr(R"("total":0)"));
  EXPECT_THAT(http::testing::isolation_failures(router_, {.token_without_scopes = "none", .token_with_all_scopes = "other",
                                                          .foreign_id = [&](const http::Endpoint&, std::string_view name) -> std::optional<std::string> {
                                                            if (name == "fault") return fault.pid;
                                                            return site.id.to_string();
                                                          }}),
              IsEmpty());
}

}  // namespace
}  // namespace openstrat::monitoring
