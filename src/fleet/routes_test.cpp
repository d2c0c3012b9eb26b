#include "fleet/routes.hpp"

#include "fleet/test_support.hpp"
#include "http/pagination.hpp"
#include "http/router.hpp"
#include "http/testing/in_memory.hpp"
#include "http/testing/isolation.hpp"

namespace openstrat::fleet {
namespace {

using http::Method;
using http::testing::Sending;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::vector<std::string> kScopes{"site:view", "site:update", "site:delete", "site:create", "job:view", "job:create", "job:delete", "cpf:view", "cpf:update"};

class RoutesTest : public FleetTest {
 protected:
  RoutesTest()
      : cursors_(crypto::Key32{3}),
        services_{world().sites, world().jobs, world().job_lists, world().runbooks, world().adoption, world().heartbeats, world().removal, world().overview, world().adoptions, cursors_, world().settings},
        router_(hooks()) {
    add_routes(router_, services_);
    auto user = http::testing::user_with(world().tenant, kScopes);
    user.user_id = UserId(Uuid{{9}});
    user.timezone = "Europe/Berlin";
    authenticator_.add("user", user);
    authenticator_.add("key", http::testing::api_key_with(world().tenant, kScopes));
    authenticator_.add("none", http::testing::user_with(world().tenant, {}));
    authenticator_.add("key-none", http::testing::api_key_with(world().tenant, {}));
    auto other = http::testing::user_with(world().other_tenant, kScopes);
    other.user_id = UserId(Uuid{{8}});
    authenticator_.add("other", other);
    authenticator_.add("other-key", http::testing::api_key_with(world().other_tenant, kScopes));
    http::Principal service;
    service.kind = http::Principal::Kind::internal;
    authenticator_.add("service", service);
  }

  http::Response get(const std::string& target, const char* token = "user") { return send(Method::get, target, {.token = token}); }
  http::Response send(Method method, const std::string& target, Sending sending = {.token = "user"}) {
    return http::testing::send(router_, method, target, sending);
  }
  /// A poll that is answered by a database thread.
  http::Response poll(const std::string& token, const std::string& body) {
    http::Request request;
    request.method = Method::post;
    request.target = request.path = "/poll";
    request.headers.set("Authorization", "Bearer " + token);
    request.body = body;
    std::promise<http::Response> answered;
    router_.handle(std::move(request), http::Responder([&](http::Response response) { answered.set_value(std::move(response)); }));
    return answered.get_future().get();
  }
  http::RouterHooks hooks() {
    auto hooks = http::testing::in_memory_hooks(world().clock, authenticator_);
    hooks.verify_signature = [this](const http::Request& request) -> Status {
      if (world().signer.verify(request.path, request.query, world().clock.now(), {"error", "part"}) == UrlSigner::Verdict::good) return {};
      return fail(Errc::forbidden, "signature_invalid", "The signature is not valid.");
    };
    return hooks;
  }
  Sending job_body(const std::string& key = "8c5d9b0e-1111-4222-8333-444455556666") {
    return {.token = "user", .body = R"({"script":"/system identity set name=x"})",
            .headers = {{"X-Idempotency-Key", key}, {"X-Description", "set a name"}}};
  }

  http::CursorSigner cursors_;
  http::testing::FakeAuthenticator authenticator_;
  Services services_;
  http::Router router_;
};
INSTANTIATE_EACH_ENGINE(RoutesTest);

// ---------------------------------------------------------------- sites

TEST_P(RoutesTest, ASiteIsShownForPeople) {
  const Site site = world().adopt();
  world().clock.advance(std::chrono::minutes(5));
  const auto response = get("/sites/" + site.id.to_string());
  ASSERT_EQ(response.status, 200);
  EXPECT_THAT(response.body, AllOf(HasSubstr(R"("uptime":"1 day, 2 hours, 8 minutes")"), HasSubstr(R"("last_seen":"5 minutes ago")"),
                                   HasSubstr(R"("state":"online")"), HasSubstr(R"("software_version":"7.16.2")"),
                                   HasSubstr(R"("last_seen_from":"198.51.100.7")"), HasSubstr(R"("address":null)"),
                                   HasSubstr(R"("scheduler_removal":null)")));
  EXPECT_THAT(response.body, Not(HasSubstr("bootstrap_command")));
  EXPECT_EQ(get("/site/" + site.pid).status, 200) << "alias and pid";
  EXPECT_EQ(get("/sites/8c5d9b0e-1111-4222-8333-444455556666").status, 404);
}

TEST_P(RoutesTest, APlannedSiteHasNoPast) {
  const auto created = send(Method::post, "/sites", {.token = "user", .body = R"({"name":"Branch 7"})"});
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_THAT(created.body, AllOf(HasSubstr("bootstrap_command"), HasSubstr(R"("state":"pending")"), HasSubstr(R"("uptime":null)"),
                                  HasSubstr(R"("last_seen":null)"), HasSubstr(R"("last_seen_from":null)")));
  EXPECT_EQ(created.headers.find("Cache-Control"), "no-store");
  EXPECT_EQ(send(Method::post, "/sites", {.token = "service", .body = R"({"name":"Branch 7"})"}).status, 422) << "whose?";
  EXPECT_EQ(send(Method::post, "/sites", {.token = "user", .body = R"({"name":"Branch 7","customer_id":"02000000-0000-0000-0000-000000000000"})"}).status, 422);
}

TEST_P(RoutesTest, ADeletionIsAccepted) {
  const Site site = world().adopt();
  const auto deleted = send(Method::delete_, "/sites/" + site.id.to_string());
  EXPECT_EQ(deleted.status, 202);
  EXPECT_THAT(deleted.body, AllOf(HasSubstr(R"("scheduler_removal":"in 1 day")"), HasSubstr(R"("state":"deleting")")));
  world().clock.advance(std::chrono::minutes(1));
  EXPECT_THAT(get("/sites/" + site.id.to_string()).body, HasSubstr(R"("scheduler_removal":"in 23 hours")"));
  EXPECT_EQ(send(Method::delete_, "/sites/" + site.id.to_string()).status, 409);
  EXPECT_EQ(send(Method::post, "/sites/" + site.id.to_string() + "/restore").status, 200);
  const auto forced = send(Method::delete_, "/sites/" + site.id.to_string(), {.token = "user", .headers = {{"X-Force-Delete", "true"}}});
  EXPECT_EQ(forced.status, 204);
  EXPECT_EQ(forced.body, "");
  EXPECT_EQ(get("/sites/" + site.id.to_string()).status, 404);
}

TEST_P(RoutesTest, AnUpdateLeavesOutAndClears) {
  const Site site = world().adopt();
  const auto path = "/sites/" + site.id.to_string();
  auto updated = send(Method::patch, path, {.token = "user", .body = R"({"address":"Main St 1","latitude":1.5})"});
  EXPECT_THAT(updated.body, AllOf(HasSubstr(R"("address":"Main St 1")"), HasSubstr(R"("lat":1.5)"), HasSubstr(site.name)));
  updated = send(Method::put, path, {.token = "user", .body = R"({"address":null})"});
  EXPECT_THAT(updated.body, AllOf(HasSubstr(R"("address":null)"), HasSubstr(R"("lat":1.5)")));
  updated = send(Method::put, path, {.token = "user", .body = R"({"timezone":"Mars/Olympus"})"});
  EXPECT_EQ(updated.status, 422);
  EXPECT_THAT(updated.body, HasSubstr("timezone"));
}

TEST_P(RoutesTest, ListsSayHowTheyGoOn) {
  for (const char* name : {"alpha", "bravo", "charlie"}) world().sites.create(world().tenant, {.name = name}).value();
  auto response = get("/sites");
  EXPECT_EQ(response.headers.find("X-Total-Count"), "3");
  EXPECT_FALSE(response.headers.contains("Link"));
  response = get("/sites?per_page=2&page=1");
  EXPECT_THAT(std::string(response.headers.find("Link").value()), AllOf(HasSubstr("page=2"), HasSubstr(R"(rel="next")")));
  EXPECT_THAT(response.body, Not(HasSubstr("charlie")));
  response = get("/sites?search=brav");
  EXPECT_THAT(response.body, AllOf(HasSubstr("bravo"), Not(HasSubstr("alpha"))));
  EXPECT_EQ(response.headers.find("X-Total-Count"), "1");
  EXPECT_EQ(get("/sites?cursor=forged").status, 400);
  EXPECT_EQ(get("/sites?sort=-created_at&cursor=x").status, 400);
  EXPECT_EQ(get("/sites?sort=colour").status, 422);
  EXPECT_EQ(get("/sites?status=pending").headers.find("X-Total-Count"), "3");
  EXPECT_EQ(get("/sites?status=nonsense").status, 422);
  EXPECT_THAT(get("/site-minimal").body, HasSubstr(R"("name":"alpha")"));
}

/// The path of a `Link: rel="next"`; empty without one.
std::string next_of(const http::Response& response) {
  const std::string link(response.headers.find("Link").value_or(""));
  const auto start = link.find("/sites?");
  return start == link.npos ? "" : link.substr(start, link.find('>') - start);
}

TEST_P(RoutesTest, ACursorWalksThroughEveryOrderBothWays) {
  for (const char* name : {"delta", "alpha", "echo", "bravo", "charlie"}) {
    world().clock.advance(std::chrono::seconds(1));
    world().sites.create(world().tenant, {.name = name}).value();
  }
  world().adopt({.name = "golf", .serial = "S1", .version = "7.9 (stable)"});
  world().adopt({.name = "foxtrot", .serial = "S2", .version = "7.16.2 (stable)"});
  for (const std::string order : {"name", "created_at", "last_seen_at", "state", "model", "version"}) {
    std::vector<std::string> forth, back;
    for (auto* walked : {&forth, &back}) {
      std::string target = "/sites?limit=2&sort=" + std::string(walked == &back ? "-" : "") + order;
      while (!target.empty()) {
        const auto response = get(target);
        ASSERT_EQ(response.status, 200) << target << response.body;
        EXPECT_EQ(response.headers.find("X-Total-Count"), "7");
        for (std::size_t at = response.body.find(R"("pid":")"); at != std::string::npos; at = response.body.find(R"("pid":")", at + 1))
          walked->push_back(response.body.substr(response.body.find(R"("name":")", at) + 8, 4));
        target = next_of(response);
      }
    }
    EXPECT_THAT(forth, ::testing::SizeIs(7)) << order;
    std::ranges::reverse(back);
    EXPECT_EQ(forth, back) << order;
    if (order == "version") {
      EXPECT_EQ(forth[5], "golf") << "7.9 is older than 7.16";
    }
  }
  const auto next = next_of(get("/sites?limit=2"));
  EXPECT_EQ(get(next + "&search=x").status, 400) << "of another list";
  EXPECT_EQ(get(next, "other").status, 400) << "of another team";
}

TEST_P(RoutesTest, RowsCarryWhatOtherAreasKnow) {
  const Site site = world().sites.create(world().tenant, {.name = "bad luck"}).value().site;
  world().sites.create(world().tenant, {.name = "fine"}).value();
  world().facets.known[site.id] = {.open_faults = 2, .last_backup_at = world().clock.now(), .tags = {{"tag_1", "region", "#112233", "EMEA"}}};
  const std::string expected = R"("open_faults":2,"last_backup_at":"2026-02-03T08:00:00.000000Z","tags":[{"tag_id":"tag_1","name":"region","colour":"#112233","value":"EMEA"}])";
  EXPECT_THAT(get("/sites").body, AllOf(HasSubstr(expected), HasSubstr(R"("open_faults":0,"last_backup_at":null,"tags":[])")));
  EXPECT_THAT(get("/sites?has_fault=true").body, AllOf(HasSubstr("bad luck"), Not(HasSubstr("fine"))));
  EXPECT_THAT(get("/sites?has_fault=false").body, AllOf(Not(HasSubstr("bad luck")), HasSubstr("fine")));
  EXPECT_THAT(get("/sites?tag=tag_1:luck").body, AllOf(HasSubstr("bad luck"), Not(HasSubstr("fine"))));
  EXPECT_EQ(get("/sites?tag=tag_1:luck").headers.find("X-Total-Count"), "1");
  EXPECT_EQ(get("/sites?tag=region").status, 422);
  EXPECT_EQ(get("/sites/ids?tag=tag_1:luck").body, "[\"" + site.id.to_string() + "\"]");
  world().facets.notes = {{"banner", "Keep out"}, {"circuit", "DSL-7"}};
  EXPECT_THAT(get("/api/routers/" + site.id.to_string() + "/metadata", "key").body,
              AllOf(HasSubstr(R"("value":"EMEA")"), HasSubstr(R"("banner":"Keep out")"), HasSubstr(R"("circuit":"DSL-7")")));
}

TEST_P(RoutesTest, ListsAreFilteredByModelVersionAndPolicy) {
  world().adopt({.name = "old", .serial = "S1", .version = "6.49.18 (long-term)"});
  const Site site = world().adopt({.name = "new", .serial = "S2", .version = "7.16.2 (stable)"});
  EXPECT_THAT(get("/sites?version=6.49.18").body, AllOf(HasSubstr("old - "), Not(HasSubstr("new - "))));
  EXPECT_THAT(get("/sites?version=6.49.18&version=7.16.2&model=RB5009UG%2BS%2B").body, AllOf(HasSubstr("old - "), HasSubstr("new - ")));
  EXPECT_EQ(get("/sites?model=hAP").body, "[]");
  EXPECT_EQ(get("/sites?policy_id=" + site.policy_id->to_string()).headers.find("X-Total-Count"), "2");
  EXPECT_EQ(get("/sites?policy_id=8c5d9b0e-1111-4222-8333-444455556666").body, "[]");
}

TEST_P(RoutesTest, TheSummaryCountsAndNamesWhatIsWrong) {
  world().sites.create(world().tenant, {.name = "planned"}).value();
  world().sites.create(world().other_tenant, {.name = "foreign"}).value();
  const Site silent = world().adopt({.name = "silent", .serial = "S1", .version = "7.9 (stable)"});
  const Site failing = world().adopt({.name = "failing", .serial = "S2", .version = "7.9 (stable)"});
  for (int i = 0; i < 8; ++i) {
    world().clock.advance(std::chrono::minutes(1));
    world().settle(failing, {.name = "failing", .serial = "S2", .version = "7.9 (stable)"});
    ASSERT_TRUE(world().sweep.run());
  }
  const Job job = world().create_job(failing);
  ASSERT_TRUE(world().hand_out(failing));
  ASSERT_TRUE(world().jobs.report(job.id, JobService::Report::fail, "no such item"));
  world().create_job(failing);
  world().facets.seen = {.open_faults = 1, .without_backup = 2, .concerns = {}};
  const auto answer = get("/sites/summary");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(answer.body, AllOf(HasSubstr(R"("total":3,"by_state":{"pending":1,"online":1,"offline":1,"deleting":0})"),
                                 HasSubstr(R"("versions":[{"version":"7.9","count":2}])"), HasSubstr(R"("without_backup_48h":2,"open_faults":1)"),
                                 HasSubstr(R"("jobs":{"pending":1,"running":0,"failed_24h":1})"), HasSubstr(R"("kind":"offline")"), HasSubstr("set a name: no such item")));
  EXPECT_LT(answer.body.find(R"("kind":"offline")"), answer.body.find(R"("kind":"job_failed")")) << "worst first";
  EXPECT_THAT(answer.body, HasSubstr(silent.name));
  EXPECT_THAT(get("/sites/summary", "other").body, HasSubstr(R"("total":1,)"));
  world().sites.create(world().tenant, {.name = "one more"}).value();
  EXPECT_THAT(get("/sites/summary").body, HasSubstr(R"("total":3,)")) << "a few seconds old";
  world().clock.advance(std::chrono::seconds(6));
  EXPECT_THAT(get("/sites/summary").body, HasSubstr(R"("total":4,)"));
}

TEST_P(RoutesTest, HoursAreInTheUsersTimeZone) {
  const Site site = world().adopt();
  world().clock.advance(std::chrono::minutes(10));
  const auto response = get("/site/mikrotik-stats/" + site.id.to_string());
  EXPECT_THAT(response.body, AllOf(HasSubstr(R"("time_formatted":"09:00")"), HasSubstr(R"("date_formatted":"03 Feb")")));
}

TEST_P(RoutesTest, VersionsNameAnUpgrade) {
  const Site site = world().adopt();
  for (const char* token : {"user", "service"}) {
    const auto response = get("/sites/" + site.id.to_string() + "/version", token);
    EXPECT_EQ(response.status, 200) << token;
    EXPECT_THAT(response.body, AllOf(HasSubstr(R"("upgrade_firmware":"7.18.2")"), HasSubstr(R"("firmware_upgrade_available":true)")));
  }
}

// ---------------------------------------------------------------- jobs

TEST_P(RoutesTest, AJobIsCreatedOnceAndShown) {
  const Site site = world().adopt();
  const auto path = "/site/" + site.id.to_string() + "/job";
  auto created = send(Method::post, path, job_body());
  ASSERT_EQ(created.status, 201) << created.body;
  const Job job = world().jobs.list(world().tenant, site.id, {}).value().jobs.at(0);
  EXPECT_THAT(created.body, AllOf(HasSubstr(R"("status":"pending")"), HasSubstr(R"("started_at":null)"), HasSubstr("filter={$.message=*" + job.token + "*}"),
                                  HasSubstr("streams=" + site.id.to_string())));
  EXPECT_EQ(send(Method::post, path, job_body()).status, 200) << "a repeated key";
  EXPECT_EQ(send(Method::post, path, {.token = "user", .body = R"({"script":"x"})"}).status, 422) << "no key, no description";
  const auto shown = get(path + "/" + job.id.to_string());
  EXPECT_THAT(shown.body, AllOf(HasSubstr(R"("kind":"created")"), HasSubstr(R"("context":{)")));
  const auto listed = get("/sites/" + site.id.to_string() + "/jobs?per_page=1");
  EXPECT_EQ(listed.headers.find("X-Total-Count"), "1");
  EXPECT_EQ(send(Method::post, path + "/" + job.id.to_string() + "/retry").status, 409);
  EXPECT_EQ(send(Method::delete_, path + "/" + job.id.to_string()).status, 204);
  EXPECT_EQ(get(path + "/" + job.id.to_string()).status, 404);
}

TEST_P(RoutesTest, ABatchIsCounted) {
  const Site site = world().adopt();
  const auto body = R"({"sites":[")" + site.pid + R"(","8c5d9b0e-1111-4222-8333-444455556666"],"description":"set a name","script":"x"})";
  const auto created = send(Method::post, "/jobs/batches", {.token = "user", .body = body});
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_THAT(created.body, AllOf(HasSubstr(R"("accepted":1)"), HasSubstr(R"("refused":1)"), HasSubstr("resource_missing")));
}

TEST_P(RoutesTest, TheDeveloperApiWrapsItsAnswers) {
  const Site site = world().adopt();
  const auto router = "/api/routers/" + site.id.to_string();
  const auto success = HasSubstr(R"("status":"success","data":)");
  for (const std::string& path : {std::string("/api/routers"), router + "/oem", router + "/metadata", router + "/metrics", router + "/jobs"}) {
    const auto response = get(path, "key");
    EXPECT_EQ(response.status, 200) << path << response.body;
    EXPECT_THAT(response.body, success) << path;
  }
  EXPECT_THAT(get(router + "/oem", "key").body, AllOf(HasSubstr(R"("manufacturer":"MikroTik")"), HasSubstr(R"("total_memory":1073741824)")));
  const auto queued = send(Method::post, "/api/asynchronous/" + site.id.to_string(),
                           {.token = "key", .body = R"({"description":"set a name","script":"x","notify_url":"https://example.net/hook"})"});
  EXPECT_EQ(queued.status, 200) << queued.body;
  EXPECT_THAT(queued.body, AllOf(success, HasSubstr("idempotency_key"), HasSubstr(R"("target":")" + site.id.to_string())));
  const auto too_long = R"({"description":"set a name","script":")" + std::string(2001, 'x') + "\"}";
  EXPECT_EQ(send(Method::post, "/api/asynchronous/" + site.id.to_string(), {.token = "key", .body = too_long}).status, 422);
  EXPECT_EQ(get("/api/routers", "user").status, 401) << "keys only";
}

// ---------------------------------------------------------------- internal

TEST_P(RoutesTest, OtherServicesAsk) {
  const Site site = world().adopt();
  const auto customer = world().tenant.customer_id.to_string();
  EXPECT_THAT(get("/internal/customers/" + customer + "/site-ids", "service").body, HasSubstr(site.id.to_string()));
  EXPECT_THAT(get("/internal/customers/" + customer + "/sites", "service").body, HasSubstr(site.name));
  EXPECT_THAT(get("/internal/sites/online", "service").body, HasSubstr(site.id.to_string()));
  const auto counts = send(Method::post, "/internal/customers/site-counts", {.token = "service", .body = R"({"customers":[")" + customer + "\"]}"});
  EXPECT_EQ(counts.body, "{\"" + customer + "\":1}");
  EXPECT_EQ(get("/internal/customers/" + customer + "/sites", "user").status, 401);
}

// ---------------------------------------------------------------- devices

TEST_P(RoutesTest, ARouterIsAdoptedAndPolls) {
  const auto token = RunbookService::token_text(world().runbooks.list(world().tenant).value().front());
  const auto bootstrap = send(Method::get, "/" + token, {});
  EXPECT_EQ(bootstrap.status, 200);
  EXPECT_EQ(bootstrap.headers.find("Cache-Control"), "no-store");
  EXPECT_TRUE(bootstrap.content_type.starts_with("text/plain"));
  EXPECT_EQ(send(Method::get, "/0123456789abcdefABCDEF", {}).status, 404);
  EXPECT_EQ(send(Method::post, "/adopt/" + token, {.body = Facts{}.body()}).status, 200);
  EXPECT_EQ(send(Method::post, "/adopt/" + token, {.body = "nothing"}).status, 422);
  const Site site = world().sites.list(world().tenant, {}).value().sites.at(0);
  const std::string device = world().token_of(site);

  world().settle(site);
  const auto quiet = send(Method::post, "/poll", {.token = device, .body = Facts{}.body()});
  EXPECT_EQ(quiet.status, 200) << "204 is a failed fetch on some routers";
  EXPECT_EQ(quiet.body, "");
  EXPECT_EQ(send(Method::post, "/poll", {.token = "x"}).status, 401);
  EXPECT_EQ(send(Method::post, "/poll", {}).status, 401);
  EXPECT_EQ(router_.body_limit(Method::post, "/poll"), 16u * 1024) << "the server answers 413 beyond";
  world().create_job(site);
  const auto busy = poll(device, Facts{}.body());
  EXPECT_THAT(busy.body, HasSubstr("status"));
  EXPECT_EQ(busy.headers.find("Cache-Control"), "no-store");
}

TEST_P(RoutesTest, ALostDatabaseAsksTheRouterToComeBack) {
  const Site site = world().adopt();
  world().database.fail_writes(1);
  const auto response = send(Method::post, "/poll", {.token = world().token_of(site), .body = Facts{}.body()});
  EXPECT_EQ(response.status, 503);
  EXPECT_TRUE(response.headers.contains("Retry-After"));
}

TEST_P(RoutesTest, ReportsNeedTheirSignature) {
  const Site site = world().adopt();
  const Job job = world().create_job(site);
  ASSERT_TRUE(world().hand_out(site));
  const auto path = "/job/" + job.id.to_string() + "/update?status=";
  EXPECT_EQ(send(Method::get, path + "done", {}).status, 403);
  EXPECT_EQ(send(Method::get, path + "done&signature=00", {}).status, 403);
  EXPECT_EQ(send(Method::get, world().signer.sign(path + "busy", std::nullopt), {}).status, 200);
  EXPECT_EQ(send(Method::post, world().signer.sign(path + "fail", std::nullopt) + "&error=disk%20full", {}).status, 200);
  EXPECT_EQ(world().find(job).failure_reason, "disk full");
  EXPECT_EQ(send(Method::get, world().signer.sign(path + "dance", std::nullopt), {}).status, 422);
  const auto unknown = "/job/8c5d9b0e-1111-4222-8333-444455556666/";
  EXPECT_EQ(send(Method::get, world().signer.sign(std::string(unknown) + "update?status=done", std::nullopt), {}).status, 404);
  EXPECT_EQ(send(Method::get, world().signer.sign(std::string(unknown) + "payload", std::nullopt), {}).status, 404);
  EXPECT_EQ(send(Method::get, "/job/" + job.id.to_string() + "/payload", {}).status, 403);
  EXPECT_THAT(send(Method::get, world().signer.sign("/job/" + job.id.to_string() + "/payload", std::nullopt), {}).body, HasSubstr(job.script));
}

TEST_P(RoutesTest, TheLastNotificationNeedsSignatureAndToken) {
  const Site site = world().adopt();
  const auto url = world().signer.sign("/notify/delete?site=" + site.id.to_string(), std::nullopt);
  const auto device = world().token_of(site);
  EXPECT_EQ(send(Method::get, url, {.token = device}).status, 409) << "nobody deletes it";
  ASSERT_TRUE(world().removal.remove(world().tenant, site.id, SiteRemoval::Force::no));
  EXPECT_EQ(send(Method::get, "/notify/delete?site=" + site.id.to_string(), {.token = device}).status, 403);
  EXPECT_EQ(send(Method::get, url, {.token = "x"}).status, 401);
  EXPECT_EQ(send(Method::post, url, {.token = device}).status, 200);
  EXPECT_EQ(send(Method::get, url, {.token = device}).status, 200) << "a repeat";
}

// ---------------------------------------------------------------- isolation

TEST_P(RoutesTest, NoRouteShowsAnotherTeamAnything) {
  const Site site = world().adopt();
  const Job job = world().create_job(site);
  const auto batch = world().jobs.create_batch(world().tenant, {site.id}, world().job()).value();
  const Runbook runbook = world().runbooks.list(world().tenant).value().front();
  const auto foreign = [&](const http::Endpoint&, std::string_view name) -> std::optional<std::string> {
    if (name == "site" || name == "router_id") return site.id.to_string();
    if (name == "job") return job.id.to_string();
    if (name == "batch") return batch.id.to_string();
    if (name == "runbook") return runbook.id.to_string();
    return std::nullopt;
  };
  const auto request = [&](const http::Endpoint& endpoint) -> std::optional<Sending> {
    if (endpoint.path == "/site/{site}/job" && endpoint.method == Method::post) return job_body();
    return std::nullopt;
  };
  // Routes for people take no keys and the other way round, so each kind of caller goes over the routes that take it.
  for (const bool keys : {false, true}) {
    auto failures = http::testing::isolation_failures(
        router_, {.token_without_scopes = keys ? "key-none" : "none", .token_with_all_scopes = keys ? "other-key" : "other",
                  .foreign_id = foreign, .request = request});
    std::erase_if(failures, [&](const std::string& line) { return line.find("got 401") != line.npos; });
    EXPECT_THAT(failures, IsEmpty());
  }
}

}  // namespace
}  // namespace openstrat::fleet
