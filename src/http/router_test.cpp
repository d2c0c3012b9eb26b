#include "http/router.hpp"

#include "http/route_metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/pagination.hpp"
#include "http/testing/in_memory.hpp"

namespace openstrat {
namespace {

struct CreateJob {
  Uuid site;
  std::string description;
  bool needs_ack = true;
  std::string script;
};
struct JobView {
  Uuid site;
  std::string text;
};
struct OneSite {
  Uuid site;
};
struct MaybeSite {
  std::optional<Uuid> site;
  std::string arp;
};
struct Patch {
  Uuid site;
  std::optional<std::optional<std::string>> note;
  std::string password;
};
struct Listing {
  http::PageQuery paging;
  std::vector<std::string> tags;
  std::optional<std::string> status;
};
struct TokenPath {
  std::string id;
};

}  // namespace

template <>
struct http::Fields<CreateJob> {
  static constexpr auto table = http::fields<CreateJob>(
      "CreateJob", http::path<&CreateJob::site>("site", "site"),
      http::header<&CreateJob::description>("X-Description", "description").required().length(3, 100),
      http::header<&CreateJob::needs_ack>("X-Needs-Ack", "acknowledge"),
      http::text_body<&CreateJob::script>("text/plain", "script").length(1, 20));
};
template <>
struct http::Fields<JobView> {
  static constexpr auto table = http::fields<JobView>("Job", http::body<&JobView::site>("site", "site"),
                                                      http::body<&JobView::text>("text", "text"));
};
template <>
struct http::Fields<OneSite> {
  static constexpr auto table = http::fields<OneSite>("OneSite", http::path<&OneSite::site>("site", "site"));
};
template <>
struct http::Fields<MaybeSite> {
  static constexpr auto table = http::fields<MaybeSite>("MaybeSite", http::path<&MaybeSite::site>("site", "site"),
                                                        http::path<&MaybeSite::arp>("arp", "entry"));
};
template <>
struct http::Fields<Patch> {
  static constexpr auto table =
      http::fields<Patch>("Patch", http::path<&Patch::site>("site", "site"), http::body<&Patch::note>("note", "note"),
                          http::body<&Patch::password>("pass", "password").secret());
};
template <>
struct http::Fields<Listing> {
  static constexpr auto table =
      http::fields<Listing>("Listing", http::include<&Listing::paging>(),
                            http::query<&Listing::tags>("tag", "tags").items(3),
                            http::query<&Listing::status>("status", "status").one_of("up|down"));
};
template <>
struct http::Fields<TokenPath> {
  static constexpr auto table = http::fields<TokenPath>("TokenPath", http::path<&TokenPath::id>("id", "id"));
};

namespace http {
namespace {

using http::testing::FakeAuthenticator;
using http::testing::in_memory_hooks;
using http::testing::send;
using http::testing::user_with;
using ::testing::HasSubstr;

constexpr std::string_view kSite = "8c5d9b0e-1111-4222-8333-444455556666";
constexpr Auth kUsers = Auth::bearer | Auth::api_key;

std::string site_path(std::string_view before, std::string_view after = "") {
  return std::string(before) + std::string(kSite) + std::string(after);
}

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() {
    authenticator_.add("all", user_with(tenant_, {"job:create", "site:view"}));
    authenticator_.add("none", user_with(tenant_, {}));
    authenticator_.add("teamless", user_with({}, {"site:view"}));
    authenticator_.add("key", testing::api_key_with(tenant_, {"job:create", "site:view"}));
    hooks_ = in_memory_hooks(clock_, authenticator_);
    hooks_.audit = [this](const AuditRecord& record) {
      audited_.push_back(std::to_string(record.status) + ' ' + std::string(record.path) + ' ' + record.payload);
    };
  }

  Router& router() {
    if (!router_) router_ = std::make_unique<Router>(hooks_);
    return *router_;
  }

  void add_job_route() {
    router().add<CreateJob, JobView>(Method::post, "/site/{site}/job",
        {.family = "jobs", .summary = "Create Site Job", .aliases = {"/sites/{site}/jobs", "PUT:/sites/{site}/job"},
         .auth = kUsers, .scope = "job:create", .status = 201,
         .handle = [](Call&, CreateJob request) -> Result<JobView> {
           return JobView{request.site, request.description + (request.needs_ack ? "+" : "-") + request.script};
         }});
  }

  /// A GET route that answers its own name.
  void add_named(std::string_view path, const char* name) {
    router().add<NoFields, Text>(Method::get, path,
        {.family = "f", .summary = name, .auth = Auth::public_, .handle = [name](Call&, NoFields) -> Result<Text> {
           return Text{"text/plain", name};
         }});
  }

  Response send_job(std::string_view token, std::string body = "/log", std::string description = "hey") {
    return send(router(), Method::post, site_path("/site/", "/job"),
                {.token = std::string(token), .body = std::move(body), .headers = {{"X-Description", std::move(description)}}});
  }

  ManualClock clock_{from_unix_us(1'770'000'000'000'000)};
  Tenant tenant_{CustomerId(*Uuid::parse("11111111-1111-4111-8111-111111111111"))};
  FakeAuthenticator authenticator_;
  RouterHooks hooks_;
  std::unique_ptr<Router> router_;
  std::vector<std::string> audited_;
};

TEST_F(RouterTest, DecodesCallsAndEncodes) {
  add_job_route();
  const auto response = send_job("all");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body, R"({"site":"8c5d9b0e-1111-4222-8333-444455556666","text":"hey+/log"})");
  EXPECT_EQ(response.headers.find("X-Request-Id"), "req_test");
}

TEST_F(RouterTest, CountsAnswersByOperationAndStatus) {
  add_job_route();
  add_named("/never", "Never Called");
  send_job("all");
  send_job("none");
  const std::string metrics = render_route_metrics(router());
  EXPECT_THAT(metrics, HasSubstr("openstrat_requests_total{operation=\"createSiteJob\",status=\"2xx\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("openstrat_requests_total{operation=\"createSiteJob\",status=\"4xx\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("openstrat_request_seconds_bucket{operation=\"createSiteJob\",le=\"+Inf\"} 2\n"));
  EXPECT_THAT(metrics, ::testing::Not(HasSubstr("neverCalled")));
}

TEST_F(RouterTest, AliasesAnswerLikeTheCanonicalPath) {
  add_job_route();
  const testing::Sending sending{.token = "all", .body = "x", .headers = {{"x-description", "hey"}, {"X-Needs-Ack", "0"}}};
  EXPECT_THAT(send(router(), Method::post, site_path("/sites/", "/jobs/"), sending).body, HasSubstr("hey-x"));
  EXPECT_EQ(send(router(), Method::put, site_path("/sites/", "/job"), sending).status, 201);
  EXPECT_EQ(send(router(), Method::put, site_path("/site/", "/job"), sending).status, 405);
}

TEST_F(RouterTest, ChecksInTheDocumentedOrder) {
  add_job_route();
  EXPECT_EQ(send(router(), Method::post, "/nowhere").status, 404);
  EXPECT_EQ(send(router(), Method::get, site_path("/site/", "/job")).status, 405);
  EXPECT_EQ(send_job("").status, 401);
  EXPECT_EQ(send_job("wrong").status, 401);
  EXPECT_EQ(send_job("teamless").status, 401);
  const auto forbidden = send_job("none", "", "x");  // also invalid, but that is not for strangers to know
  EXPECT_EQ(forbidden.status, 403);
  EXPECT_THAT(forbidden.body, HasSubstr(R"("code":"scope_missing")"));
  EXPECT_THAT(forbidden.body, HasSubstr(R"("required_scope":"job:create")"));
  EXPECT_EQ(send_job("all", "", "x").status, 422);
  EXPECT_EQ(send_job("key").status, 201);
}

TEST_F(RouterTest, AMalformedIdIsAnAbsentObject) {
  add_job_route();
  EXPECT_EQ(send(router(), Method::post, "/site/17/job", {.token = "all"}).status, 404);
  EXPECT_EQ(send(router(), Method::post, "/site/%zz/job", {.token = "all"}).status, 404);
}

TEST_F(RouterTest, ErrorsHaveTheDocumentedBody) {
  add_job_route();
  const auto response = send_job("all", std::string(21, 'x'), "ab");
  EXPECT_EQ(response.body,
            R"({"type":"invalid_request_error","code":"validation_failed",)"
            R"x("message":"X-Description must be between 3 and 100 characters long (and 1 more error)",)x"
            R"("doc_url":"https://api.example.com/docs/errors/validation_failed","request_id":"req_test",)"
            R"("errors":{"X-Description":["must be between 3 and 100 characters long"],)"
            R"("body":["must be between 1 and 20 characters long"]}})");
}

TEST_F(RouterTest, ALiteralBeatsAParameterAndTypesAreTried) {
  add_named("/sites/minimal", "literal");
  router().add<OneSite, Text>(Method::get, "/sites/{site}",
      {.family = "f", .summary = "site", .aliases = {"/{site:uuid}/note"}, .auth = Auth::public_,
       .handle = [](Call&, OneSite) -> Result<Text> { return Text{"text/plain", "parameter"}; }});
  router().add<TokenPath, Text>(Method::get, "/{id:runbook}",
      {.family = "f", .summary = "bootstrap", .auth = Auth::runbook,
       .handle = [](Call&, TokenPath request) -> Result<Text> { return Text{"text/plain", request.id}; }});
  EXPECT_EQ(send(router(), Method::get, "/sites/minimal").body, "literal");
  EXPECT_EQ(send(router(), Method::get, site_path("/sites/")).body, "parameter");
  EXPECT_EQ(send(router(), Method::get, site_path("/", "/note")).body, "parameter");
  EXPECT_EQ(send(router(), Method::get, "/0123456789abcdefGH").body, "0123456789abcdefGH");
  EXPECT_EQ(send(router(), Method::get, "/too-short").status, 404);
  EXPECT_EQ(send(router(), Method::get, "/Sites/minimal").status, 404);
  EXPECT_EQ(send(router(), Method::get, "/sites//minimal").status, 404);
}

TEST_F(RouterTest, SegmentsAreDecodedAndMayHaveSuffixes) {
  const auto echo = [](Call&, TokenPath request) -> Result<Text> { return Text{"text/plain", request.id}; };
  router().add<TokenPath, Text>(Method::get, "/scripts/{id}/raw",
      {.family = "f", .summary = "raw", .aliases = {"/scripts/{id}.rsc"}, .auth = Auth::public_, .handle = echo});
  router().add<TokenPath, Text>(Method::get, "/scripts/{id}",
      {.family = "f", .summary = "whole", .auth = Auth::public_, .handle = echo});
  EXPECT_EQ(send(router(), Method::get, "/scripts/a%2Fb%20c.rsc").body, "a/b c");
  EXPECT_EQ(send(router(), Method::get, "/scripts/a.txt").body, "a.txt");
  EXPECT_EQ(send(router(), Method::get, "/scripts/a%00b").status, 404);
}

TEST_F(RouterTest, AnAliasMayLackAnOptionalPathField) {
  router().add<MaybeSite, Text>(Method::get, "/arps/{site}/{arp}",
      {.family = "f", .summary = "entry", .aliases = {"/arps/{arp}"}, .auth = Auth::public_,
       .handle = [](Call&, MaybeSite request) -> Result<Text> {
         return Text{"text/plain", request.arp + (request.site ? "+" : "-")};
       }});
  EXPECT_EQ(send(router(), Method::get, "/arps/x").body, "x-");
  EXPECT_EQ(send(router(), Method::get, site_path("/arps/", "/x")).body, "x+");
}

TEST_F(RouterTest, HeadIsAnsweredByGetAndOthersByAllow) {
  add_named("/version", "version");
  EXPECT_EQ(send(router(), Method::head, "/version").status, 200);
  const auto response = send(router(), Method::delete_, "/version");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.find("Allow"), "GET, HEAD");
}

TEST_F(RouterTest, CorsIsForTheDashboardOnly) {
  hooks_.dashboard_origins = {"https://portal.example.com"};
  add_named("/version", "version");
  const auto preflight = send(router(), Method::options, "/version", {.headers = {{"Origin", "https://portal.example.com"}}});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.headers.find("Access-Control-Allow-Origin"), "https://portal.example.com");
  const auto stranger = send(router(), Method::get, "/version", {.headers = {{"Origin", "https://evil.example.com"}}});
  EXPECT_FALSE(stranger.headers.contains("Access-Control-Allow-Origin"));
  router().add_device(Method::get, "/stream", {.family = "f", .summary = "stream", .auth = Auth::public_, .handle = [](RawCall, Responder respond) { respond({}); }});
  EXPECT_EQ(send(router(), Method::get, "/stream", {.headers = {{"Origin", "https://portal.example.com"}}}).headers.find("Access-Control-Allow-Origin"), "https://portal.example.com");
  EXPECT_FALSE(send(router(), Method::get, "/stream").headers.contains("Access-Control-Allow-Origin"));
}

TEST_F(RouterTest, QueriesTakeListsPagesAndEmptyFilters) {
  router().add<Listing, Text>(Method::get, "/list",
      {.family = "f", .summary = "list", .auth = Auth::public_, .handle = [](Call& call, Listing request) -> Result<Text> {
         add_page_links(call, request.paging, 23, 10);
         std::string out = request.status.value_or("any");
         for (const auto& tag : request.tags) out += ' ' + tag;
         return Text{"text/plain", out};
       }});
  const auto page = send(router(), Method::get, "/list?tag=a&tag%5B%5D=b,c&status=&page=2&per_page=10");
  EXPECT_EQ(page.body, "any a b c");
  EXPECT_EQ(page.headers.find("X-Total-Count"), "23");
  EXPECT_THAT(std::string(*page.headers.find("Link")),
              HasSubstr("page=3&per_page=10>; rel=\"next\""));
  EXPECT_EQ(send(router(), Method::get, "/list?status=left").status, 422);
  EXPECT_EQ(send(router(), Method::get, "/list?per_page=101").status, 422);
  EXPECT_EQ(send(router(), Method::get, "/list?page=1&page=2").status, 422);
  EXPECT_EQ(send(router(), Method::get, "/list?tag=a,b,c,d").status, 422);
}

TEST_F(RouterTest, BodiesMustBeJsonOfTheRightType) {
  router().add<Patch, NoContent>(Method::patch, "/site/{site}",
      {.family = "f", .summary = "patch", .auth = kUsers, .scope = "site:view", .body_limit = 100,
       .handle = [](Call&, Patch) -> Result<NoContent> { return NoContent{}; }});
  const auto patch = [&](std::string body, std::string type) {
    return send(router(), Method::patch, site_path("/site/"),
                {.token = "all", .body = std::move(body), .headers = {{"Content-Type", std::move(type)}}});
  };
  EXPECT_EQ(patch(R"({"note":null})", "application/json; charset=utf-8").status, 204);
  EXPECT_EQ(patch("", "").status, 204);
  EXPECT_EQ(patch("{", "application/json").status, 400);
  EXPECT_EQ(patch("{}", "text/plain").status, 415);
  EXPECT_EQ(patch("{\"note\":\"" + std::string(100, 'x') + "\"}", "application/json").status, 413);
  EXPECT_EQ(router().body_limit(Method::patch, site_path("/site/")), 100u);
}

TEST_F(RouterTest, AuditMasksSecretsAndSkipsReads) {
  router().add<Patch, NoContent>(Method::patch, "/site/{site}",
      {.family = "f", .summary = "patch", .auth = kUsers, .scope = "site:view",
       .handle = [](Call&, Patch) -> Result<NoContent> { return NoContent{}; }});
  add_named("/version", "version");
  send(router(), Method::get, "/version");
  send(router(), Method::patch, site_path("/site/"), {.token = "all", .body = R"({"note":"n","pass":"hunter2"})"});
  send(router(), Method::patch, site_path("/site/"), {.token = "none", .body = R"({"api_token":["a"]})"});
  EXPECT_THAT(audited_, ::testing::ElementsAre(site_path("204 /site/", R"( {"note":"n","pass":"***"})"),
                                               site_path("403 /site/", R"( {"api_token":"***"})")));
}

TEST_F(RouterTest, AThrowingHandlerIsA500WithARequestId) {
  router().add<NoFields, NoContent>(Method::get, "/boom",
      {.family = "f", .summary = "boom", .auth = Auth::public_,
       .handle = [](Call&, NoFields) -> Result<NoContent> { throw std::runtime_error("secret detail"); }});
  const auto response = send(router(), Method::get, "/boom");
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, HasSubstr("req_test"));
  EXPECT_THAT(response.body, ::testing::Not(HasSubstr("secret detail")));
}

TEST_F(RouterTest, AFullQueueIs503WithRetryAfter) {
  hooks_.execute = [](std::move_only_function<void()>) { return false; };
  add_named("/version", "version");
  const auto response = send(router(), Method::get, "/version");
  EXPECT_EQ(response.status, 503);
  EXPECT_TRUE(response.headers.contains("Retry-After"));
}

TEST_F(RouterTest, RateLimitsSpeakInHeaders) {
  bool allowed = true;
  hooks_.rate_limit = [&](const Request&, const Endpoint&, const Principal*) {
    return RateDecision{.allowed = allowed, .limit = 60, .remaining = 5, .reset = std::chrono::seconds(9)};
  };
  add_named("/version", "version");
  EXPECT_EQ(send(router(), Method::get, "/version").headers.find("X-RateLimit-Remaining"), "5");
  allowed = false;
  const auto refused = send(router(), Method::get, "/version");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.find("Retry-After"), "9");
}

TEST_F(RouterTest, ASignedUrlStandsForACredential) {
  hooks_.verify_signature = [](const Request& request) -> Status {
    if (request.query == "signature=good") return {};
    return fail(Errc::forbidden, "signature_invalid", "the link is not valid");
  };
  router().add<NoFields, Text>(Method::get, "/report",
      {.family = "f", .summary = "report", .auth = Auth::bearer | Auth::signed_url, .scope = "site:view",
       .handle = [](Call& call, NoFields) -> Result<Text> { return Text{"text/plain", call.signature_verified ? "signed" : "user"}; }});
  EXPECT_EQ(send(router(), Method::get, "/report?signature=good").body, "signed");
  EXPECT_EQ(send(router(), Method::get, "/report?signature=bad").status, 403);
  EXPECT_EQ(send(router(), Method::get, "/report", {.token = "all"}).body, "user");
  EXPECT_EQ(send(router(), Method::get, "/report").status, 401);
}

TEST_F(RouterTest, DeviceRoutesGetRawCallsAndAnswerInText) {
  hooks_.execute = [](std::move_only_function<void()>) -> bool { throw std::logic_error("device routes need no worker"); };
  hooks_.verify_signature = [](const Request&) -> Status { return fail(Errc::gone, "link_expired", "too late"); };
  router().add_device(Method::post, "/poll",
      {.family = "f", .summary = "poll", .auth = Auth::device, .checks_own_auth = true,
       .handle = [](RawCall call, Responder respond) { respond({.content_type = "text/plain", .body = call.request.body}); }});
  router().add_device(Method::get, "/job/{job}/done",
      {.family = "f", .summary = "done", .auth = Auth::signed_url,
       .handle = [](RawCall, Responder respond) { respond({}); }});
  EXPECT_EQ(send(router(), Method::post, "/poll", {.body = "hi"}).body, "hi");
  const auto expired = send(router(), Method::get, "/job/x/done");
  EXPECT_EQ(expired.status, 410);
  EXPECT_EQ(expired.body, "# too late\n");
}

TEST_F(RouterTest, TheRestOfAPathIsTriedLast) {
  const auto add_page = [&](std::string_view path) {
    router().add_device(Method::get, path,
        {.family = "f", .summary = std::string(path), .auth = Auth::public_, .is_documented = false,
         .handle = [path = std::string(path)](RawCall call, Responder respond) { respond({.body = path + " " + std::string(call.path_value("rest"))}); }});
  };
  for (const auto* path : {"/app", "/app/{rest...}", "/app/assets/{rest...}", "/app/sites/{rest}/map", "/app/login"}) add_page(path);
  const auto at = [&](std::string_view path) { return send(router(), Method::get, path).body; };
  EXPECT_EQ(at("/app"), "/app ");
  EXPECT_EQ(at("/app/"), "/app ");
  EXPECT_EQ(at("/app/login"), "/app/login ");
  EXPECT_EQ(at("/app/login/again"), "/app/{rest...} login/again");
  EXPECT_EQ(at("/app/sites/7/map"), "/app/sites/{rest}/map 7");
  EXPECT_EQ(at("/app/sites/7/jobs"), "/app/{rest...} sites/7/jobs");
  EXPECT_EQ(at("/app/assets/a.js"), "/app/assets/{rest...} a.js");
  EXPECT_EQ(at("/app/assets"), "/app/{rest...} assets");
  EXPECT_EQ(at("/app/%2e%2e/a%20b"), "/app/{rest...} ../a b");
  EXPECT_EQ(send(router(), Method::post, "/app/anything").status, 405);
  EXPECT_EQ(send(router(), Method::get, "/apps/x").status, 404);
  EXPECT_EQ(send(router(), Method::get, "/app/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16").status, 200);
  EXPECT_EQ(send(router(), Method::get, "/app/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17").status, 404);
}

TEST_F(RouterTest, TheRestOfAPathStandsAloneAtTheEndAndUndocumented) {
  const auto add = [&](std::string_view path, bool is_documented) {
    router().add_device(Method::get, path, {.family = "f", .summary = "s", .auth = Auth::public_, .is_documented = is_documented, .handle = [](RawCall, Responder) {}});
  };
  EXPECT_DEATH(add("/a/{rest...}/b", false), "something follows the rest");
  EXPECT_DEATH(add("/a/x{rest...}", false), "no prefix, suffix or kind");
  EXPECT_DEATH(add("/a/{...}", false), "no prefix, suffix or kind");
  EXPECT_DEATH(add("/a/{rest...}", true), "OpenAPI document cannot tell");
}

TEST_F(RouterTest, CountsRequestsByStatusClass) {
  add_job_route();
  send_job("all");
  send_job("none");
  const auto& metrics = router().endpoints().front()->metrics;
  EXPECT_EQ(metrics.count(), 2u);
  EXPECT_EQ(metrics.by_status_class[1].load(), 1u);
  EXPECT_EQ(metrics.by_status_class[3].load(), 1u);
}

using RouterDeathTest = RouterTest;

TEST_F(RouterDeathTest, RefusesDeclarationsThatCannotWork) {
  const auto handle = [](Call&, NoFields) -> Result<NoContent> { return NoContent{}; };
  const auto add = [&](std::string_view path, Auth auth, std::string_view scope) {
    router().add<NoFields, NoContent>(Method::get, path,
        {.family = "f", .summary = "s", .auth = auth, .scope = scope, .handle = handle});
  };
  add("/taken", Auth::public_, "");
  EXPECT_DEATH(add("/taken", Auth::public_, ""), "already taken");
  EXPECT_DEATH(add("/a", Auth::none, ""), "no auth kind");
  EXPECT_DEATH(add("/a", Auth::bearer, ""), "no scope");
  EXPECT_DEATH(add("/a/{id}", Auth::public_, ""), "no path field \"id\"");
  EXPECT_DEATH(add("/0123456789abcdef", Auth::public_, ""), "looks like a runbook token");
  add("/b", Auth::bearer, "-");
}

}  // namespace
}  // namespace http
}  // namespace openstrat
