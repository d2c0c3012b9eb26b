#include "audit/routes.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "audit/log_service.hpp"
#include "audit/log_store.hpp"
#include "audit/schema.hpp"
#include "audit/verifier.hpp"
#include "base/rng.hpp"
#include "db/testing.hpp"
#include "http/pagination.hpp"
#include "http/testing/in_memory.hpp"
#include "http/testing/isolation.hpp"
#include "identity/schema.hpp"

namespace openstrat::audit {
namespace {

namespace json = boost::json;
using http::Method;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

std::vector<db::Migration> all_migrations() {
  auto all = identity::migrations();
  for (auto& migration : migrations()) all.push_back(std::move(migration));
  return all;
}

class AuditRoutesTest : public db::EachEngineTest {
 protected:
  AuditRoutesTest() : database_(make_reused_database(all_migrations())), log_(*database_, clock_), verifier_(*database_, clock_) {
    authenticator_.add("ours", http::testing::user_with(ours_, {"audit:view"}));
    authenticator_.add("theirs", http::testing::user_with(theirs_, {"audit:view"}));
    authenticator_.add("none", http::testing::user_with(ours_, {}));
    add_routes(router_, {log_, verifier_, cursors_, clock_});
  }

  /// One entry a second.
  std::string add(AuditEntry entry, std::optional<Tenant> tenant = std::nullopt) {
    entry.team_id = tenant.value_or(ours_).customer_id;
    clock_.advance(1s);
    entry.event_time = clock_.now();
    log_store::Row row{.log_id = "log_" + ksuid(clock_.now(), secure_rng()), .entry = std::move(entry), .ttl = 1'900'000'000};
    const auto added = database_->write([&](db::Session& session) { return log_store::append(session, std::span(&row, 1), log_store::Repeat::no); });
    EXPECT_TRUE(added) << added.error().message();
    return row.log_id;
  }
  http::Response get(const std::string& target, const std::string& token = "ours") {
    return http::testing::send(router_, Method::get, target, {.token = token});
  }
  json::object list(const std::string& query) {
    const auto answer = get("/audit-logs" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json::parse(answer.body).as_object();
  }
  static std::vector<std::string> endpoints(const json::object& page) {
    std::vector<std::string> found;
    for (const auto& row : page.at("data").as_array()) found.emplace_back(row.at("endpoint").as_string());
    return found;
  }

  ManualClock clock_{*parse_iso8601("2026-02-03T08:00:00Z")};
  const Tenant ours_{CustomerId(uuid_v4(secure_rng()))}, theirs_{CustomerId(uuid_v4(secure_rng()))};
  std::unique_ptr<db::Database> database_;
  LogService log_;
  Verifier verifier_;
  http::CursorSigner cursors_{crypto::Key32{1}};
  http::testing::FakeAuthenticator authenticator_;
  http::Router router_{http::testing::in_memory_hooks(clock_, authenticator_)};
};
INSTANTIATE_EACH_ENGINE(AuditRoutesTest);

TEST_P(AuditRoutesTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), all_migrations()); }

TEST_P(AuditRoutesTest, NewestFirstWithTheDocumentedShape) {
  const UserId ann(uuid_v4(secure_rng()));
  add({.endpoint = "site.adopted"});
  const auto id = add({.actor_kind = ActorKind::user, .user_id = ann, .name = "Ann", .method = "PUT", .endpoint = "/sites/1", .status_code = 422,
                       .request_payload = R"({"name":"x"})", .response_payload = R"({"message":)",
                       .note = change_note(R"({"name":"a","n":1})", R"({"name":"b","n":1})"), .request_id = "req_1"});
  const auto page = list("?limit=5");
  EXPECT_THAT(endpoints(page), ElementsAre("/sites/1", "site.adopted"));
  const auto& row = page.at("data").as_array()[0].as_object();
  EXPECT_EQ(row.at("log_id").as_string(), id);
  EXPECT_EQ(row.at("event_time").as_int64(), 1'770'105'602'000);
  EXPECT_EQ(row.at("occurred_at").as_string(), "2026-02-03T08:00:02.000000Z");
  EXPECT_EQ(row.at("status_code_type").as_string(), "4xx");
  EXPECT_EQ(row.at("request_payload").at("name").as_string(), "x");
  EXPECT_EQ(row.at("response_payload").as_string(), R"({"message":)") << "what was cut off is a text";
  EXPECT_EQ(json::serialize(row.at("changes")), R"({"before":{"name":"a"},"after":{"name":"b"}})");
  EXPECT_TRUE(row.at("note").is_null());
  EXPECT_EQ(json::serialize(page.at("pagination")), R"({"count":2,"limit":5,"cursor":null,"has_more":false})");
  EXPECT_EQ(json::serialize(page.at("filters")), R"({"sort":"desc"})");
  EXPECT_THAT(page.at("warnings").as_array(), IsEmpty());
  EXPECT_TRUE(page.at("context").as_object().contains("requesting_user_id"));
  EXPECT_EQ(page.at("query_info").at("scanned_count").as_int64(), 2);
}

TEST_P(AuditRoutesTest, EveryFilterPicks) {
  const UserId ann(uuid_v4(secure_rng()));
  add({.actor_kind = ActorKind::user, .user_id = ann, .email = "ann@example.com", .session_id = "sess_1", .method = "PUT", .endpoint = "/sites/100%",
       .ip_address = "192.0.2.7"});
  add({.actor_kind = ActorKind::api_key, .method = "DELETE", .endpoint = "/sites/1000", .status_code = 404, .note = "Gone Already"});
  add({.endpoint = "sign_in.failed", .status_code = 401});
  const std::map<std::string, std::vector<std::string>> expected{
      {"?http_verb=PUT", {"/sites/100%"}},
      {"?http_verb=!EVENT", {"/sites/1000", "/sites/100%"}},
      {"?status_code_type=4xx", {"sign_in.failed", "/sites/1000"}},
      {"?status_code=404", {"/sites/1000"}},
      {"?user_id=" + ann.to_string(), {"/sites/100%"}},
      {"?endpoint=/sites/100%25", {"/sites/100%"}},
      {"?endpoint=/sites/&sort=asc", {"/sites/100%", "/sites/1000"}},
      {"?ip_address=192.0.2.7", {"/sites/100%"}},
      {"?session_id=sess_1", {"/sites/100%"}},
      {"?actor_kind=api_key", {"/sites/1000"}},
      {"?start_date=2026-02-03T08:00:02Z", {"sign_in.failed", "/sites/1000"}},
      {"?end_date=2026-02-03T08:00:01Z", {"/sites/100%"}},
      {"?start_date=2026-02-03&end_date=2026-02-03", {"sign_in.failed", "/sites/1000", "/sites/100%"}},
      {"?end_date=2026-02-02", {}},
      {"?search_term=gone%20a", {"/sites/1000"}},
      {"?search_term=ANN@", {"/sites/100%"}},
  };
  for (const auto& [query, found] : expected) EXPECT_EQ(endpoints(list(query)), found) << query;
  EXPECT_THAT(json::serialize(list("?search_term=gone").at("warnings")), HasSubstr("may be incomplete"));
  EXPECT_EQ(json::serialize(list("?http_verb=!GET&status_code=404").at("filters")), R"({"http_verb":"!GET","status_code":404,"sort":"desc"})");
  for (const auto* wrong : {"?http_verb=put", "?status_code_type=6xx", "?limit=101", "?start_date=yesterday", "?sort=up", "?actor_kind=dog"})
    EXPECT_EQ(get(std::string("/audit-logs") + wrong).status, 422) << wrong;
}

TEST_P(AuditRoutesTest, PagesMeetWithoutGapOrRepeat) {
  for (int i = 0; i < 7; ++i) add({.endpoint = std::to_string(i)});
  for (const std::string filter : {"", "&http_verb=EVENT", "&sort=asc"}) {
    std::vector<std::string> seen;
    std::string cursor;
    do {
      const auto page = list("?limit=3" + filter + (cursor.empty() ? "" : "&cursor=" + cursor));
      for (const auto& endpoint : endpoints(page)) seen.push_back(endpoint);
      const auto& paging = page.at("pagination").as_object();
      EXPECT_EQ(paging.at("has_more").as_bool(), paging.at("cursor").is_string());
      cursor = paging.at("cursor").is_string() ? std::string(paging.at("cursor").as_string()) : "";
    } while (!cursor.empty());
    if (filter == "&sort=asc") std::ranges::reverse(seen);
    EXPECT_THAT(seen, ElementsAre("6", "5", "4", "3", "2", "1", "0")) << filter;
  }
}

TEST_P(AuditRoutesTest, ACursorBelongsToItsFiltersAndTeam) {
  for (int i = 0; i < 3; ++i) add({.endpoint = "x"});
  const std::string cursor(list("?limit=1").at("pagination").at("cursor").as_string());
  EXPECT_EQ(get("/audit-logs?limit=2&cursor=" + cursor).status, 200) << "another page size is fine";
  EXPECT_EQ(get("/audit-logs?http_verb=PUT&cursor=" + cursor).status, 400);
  EXPECT_EQ(get("/audit-logs?limit=1&cursor=" + cursor, "theirs").status, 400);
  EXPECT_EQ(get("/audit-logs?cursor=nonsense").status, 400);
}

TEST_P(AuditRoutesTest, ARareEntryIsFoundInBoundedSteps) {
  std::vector<log_store::Row> rows;
  for (int i = 0; i < 5000; ++i)
    rows.push_back({.log_id = "log_" + std::to_string(i), .entry = {.team_id = ours_.customer_id, .event_time = clock_.now() + Duration(i), .endpoint = i == 10 ? "rare" : "common"}});
  ASSERT_TRUE(database_->write([&](db::Session& session) { return log_store::append(session, rows, log_store::Repeat::no); }));
  const auto page = list("?endpoint=rare");
  EXPECT_THAT(endpoints(page), ElementsAre("rare"));
  EXPECT_EQ(page.at("query_info").at("scanned_count").as_int64(), 5000);
}

TEST_P(AuditRoutesTest, AnotherTeamSeesNothing) {
  const auto id = add({.endpoint = "ours"});
  add({.endpoint = "theirs"}, theirs_);
  EXPECT_THAT(endpoints(list("")), ElementsAre("ours"));
  EXPECT_EQ(get("/audit-logs/" + id).status, 200);
  EXPECT_THAT(http::testing::isolation_failures(
                  router_, {.token_without_scopes = "none", .token_with_all_scopes = "theirs",
                            .foreign_id = [&](const http::Endpoint&, std::string_view) { return std::optional(id); }}),
              IsEmpty());
}

TEST_P(AuditRoutesTest, ExportsLinesThatSpreadsheetsDoNotRun) {
  add({.actor_kind = ActorKind::user, .name = "=HYPERLINK(\"http://evil\")", .method = "POST", .endpoint = "/sites", .user_agent = "a,b\r\nc"});
  add({.name = "@SUM(1)", .endpoint = "site.adopted", .note = "-2+3"});
  add({.endpoint = "theirs"}, theirs_);
  const auto csv = get("/audit-logs/export?sort=asc");
  EXPECT_EQ(csv.content_type, "text/csv; charset=utf-8");
  EXPECT_EQ(csv.headers.find("Content-Disposition"), "attachment; filename=\"audit-log-2026-02-03.csv\"");
  EXPECT_THAT(csv.body, StartsWith("log_id,occurred_at,actor_kind,"));
  EXPECT_THAT(csv.body, HasSubstr(R"x(,"'=HYPERLINK(""http://evil"")",)x"));
  EXPECT_THAT(csv.body, HasSubstr(",\"a,b\r\nc\","));
  EXPECT_THAT(csv.body, HasSubstr(",'@SUM(1),"));
  EXPECT_THAT(csv.body, HasSubstr(",'-2+3,"));
  EXPECT_THAT(csv.body, Not(HasSubstr("theirs")));

  const auto lines = get("/audit-logs/export?format=ndjson&http_verb=POST");
  EXPECT_EQ(lines.content_type, "application/x-ndjson");
  EXPECT_EQ(json::parse(lines.body).at("user_agent").as_string(), "a,b\r\nc");
  EXPECT_EQ(get("/audit-logs/export?format=xlsx").status, 422);
}

TEST_P(AuditRoutesTest, ALargeExportComesWhole) {
  std::vector<log_store::Row> rows;
  for (int i = 0; i < 1234; ++i)
    rows.push_back({.log_id = "log_" + std::to_string(i), .entry = {.team_id = ours_.customer_id, .event_time = clock_.now(), .endpoint = "e"}});
  ASSERT_TRUE(database_->write([&](db::Session& session) { return log_store::append(session, rows, log_store::Repeat::no); }));
  const auto body = get("/audit-logs/export").body;
  EXPECT_EQ(std::ranges::count(body, '\n'), 1235);
}

TEST_P(AuditRoutesTest, VerifyNamesTheFirstBrokenEntry) {
  for (int i = 0; i < 3; ++i) add({.endpoint = "x"});
  auto answer = json::parse(get("/audit-logs/verify").body);
  EXPECT_EQ(answer.at("state").as_string(), "done");
  EXPECT_TRUE(answer.at("whole").as_bool());
  EXPECT_TRUE(answer.at("first_fault").is_null());
  EXPECT_EQ(answer.at("newest_seq").as_int64(), 3);
  const db::Query tamper{"test.tamper", "UPDATE audit_log SET note = 'innocent' WHERE seq = 2"};
  ASSERT_TRUE(database_->write([&](db::Session& session) { return session.execute(tamper); }));
  EXPECT_TRUE(json::parse(get("/audit-logs/verify").body).at("whole").as_bool()) << "a result serves for a minute";
  clock_.advance(1min);
  answer = json::parse(get("/audit-logs/verify").body);
  EXPECT_FALSE(answer.at("whole").as_bool());
  EXPECT_EQ(json::serialize(answer.at("first_fault")), R"({"seq":2,"problem":"entry 2 was changed"})");
}

TEST(ChangeNote, NamesWhatDiffersAndHidesSecrets) {
  EXPECT_EQ(change_note(R"({"name":"a","list":[1],"same":1})", R"({"name":"b","list":[1,2],"same":1})"),
            R"({"before":{"name":"a","list":[1]},"after":{"name":"b","list":[1,2]}})");
  EXPECT_EQ(change_note(R"({"password":"old"})", R"({"password":"new"})"), R"({"before":{"password":"***"},"after":{"password":"***"}})");
  EXPECT_EQ(change_note(R"({"a":{"api_key":"1"}})", R"({"a":{"api_key":"2"}})"),
            R"({"before":{"a":{"api_key":"***"}},"after":{"a":{"api_key":"***"}}})");
  EXPECT_EQ(change_note("", R"({"name":"new"})"), R"({"before":{},"after":{"name":"new"}})");
  EXPECT_EQ(change_note(R"({"name":"gone"})", ""), R"({"before":{"name":"gone"},"after":{}})");
  EXPECT_EQ(change_note(R"({"a":1})", R"({"a":1})"), "");
}

}  // namespace
}  // namespace openstrat::audit
