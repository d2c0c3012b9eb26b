#include "protection/routes.hpp"

#include "http/pagination.hpp"
#include "http/testing/in_memory.hpp"
#include "http/testing/isolation.hpp"
#include "identity/session_service.hpp"
#include "protection/mfa_demand.hpp"
#include "protection/test_support.hpp"

namespace openstrat::protection {
namespace {

using http::Method;
using http::testing::send;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;

class ProtectionRoutesTest : public ProtectionTest {
 protected:
  ProtectionRoutesTest() : ann_(add_user("ann@example.com")), team_(add_team(ann_)), other_(add_team(add_user("eve@example.com"), "Other")) {
    add_routes(router_, {here_.policies, here_.allowed, here_.blocks, cursors_, "https://auth.example"});
    add_assets(router_);
    authenticator_.add("admin", http::testing::user_with(Tenant{team_.id}, {"team:update"}));
    authenticator_.add("other", http::testing::user_with(Tenant{other_.id}, {"team:update"}));
    authenticator_.add("none", http::testing::user_with(Tenant{other_.id}, {}));
  }
  /// Blocks an address for Ann; the id of the newest block.
  std::string block(const std::string& address) {
    for (int i = 0; i < 10; ++i) here_.guard.failed(attempt("ann@example.com", address), ann_.id);
    return here_.blocks.of_team(Tenant{team_.id}, {}, 1)->at(0).id.to_string();
  }
  std::string field(const http::Response& response, std::string_view name) {
    const auto at = response.body.find("\"" + std::string(name) + "\":\"");
    if (at == std::string::npos) return "";
    const auto begin = at + name.size() + 4;
    return response.body.substr(begin, response.body.find('"', begin) - begin);
  }

  http::CursorSigner cursors_{crypto::Key32{3}};
  http::testing::FakeAuthenticator authenticator_;
  http::Router router_{http::testing::in_memory_hooks(clock_, authenticator_)};
  identity::User ann_;
  identity::Team team_, other_;
};
INSTANTIATE_EACH_ENGINE(ProtectionRoutesTest);

TEST_P(ProtectionRoutesTest, OtherTeamsSeeNothing) {
  const std::string blocked = block("203.0.113.9");
  const auto trusted = here_.allowed.add(Tenant{team_.id}, *Cidr::parse("203.0.113.0/24"), "", {});
  EXPECT_THAT(http::testing::isolation_failures(router_, {.token_without_scopes = "none", .token_with_all_scopes = "other",
                  .foreign_id = [&](const http::Endpoint& endpoint, std::string_view) -> std::optional<std::string> {
                    if (endpoint.path.contains("blocks")) return blocked;
                    if (endpoint.path.contains("allowlist")) return trusted->id.to_string();
                    return std::nullopt;
                  }}),
              IsEmpty());
  EXPECT_THAT(send(router_, Method::get, "/security/blocks", {.token = "other"}).body, HasSubstr(R"("data":[])"));
  EXPECT_EQ(send(router_, Method::get, "/security/ip-allowlist", {.token = "other"}).body, "[]");
}

TEST_P(ProtectionRoutesTest, ThePolicyIsReplacedAndTheStrictestCounts) {
  EXPECT_EQ(send(router_, Method::get, "/security/policy", {.token = "admin"}).body,
            R"({"min_length":8,"max_age_days":0,"history":3,"require_mfa":false,"session_idle_minutes":null,"session_absolute_minutes":null})");
  const auto put = send(router_, Method::put, "/security/policy", {.token = "admin", .body = R"({"min_length":12,"require_mfa":true,"session_idle_minutes":60})"});
  EXPECT_EQ(put.status, 200) << put.body;
  EXPECT_TRUE(here_.policies.of_team(Tenant{team_.id})->require_mfa);
  clock_.advance(5s);
  EXPECT_EQ(there_.policies.of_user(ann_.id)->session_idle, std::chrono::minutes(60));

  ASSERT_TRUE(here_.users.add_member(Tenant{other_.id}, ann_.id, identity::SystemRole::viewer));
  send(router_, Method::put, "/security/policy", {.token = "other", .body = R"({"min_length":10,"max_age_days":90,"session_idle_minutes":30})"});
  EXPECT_EQ(*here_.policies.of_user(ann_.id),
            (SecurityPolicy{.min_length = 12, .max_age_days = 90, .require_mfa = true, .session_idle = std::chrono::minutes(30)}));
  EXPECT_EQ(send(router_, Method::put, "/security/policy", {.token = "admin", .body = R"({"min_length":7})"}).status, 422);
  EXPECT_EQ(send(router_, Method::put, "/security/policy", {.token = "admin", .body = R"({"history":1})"}).status, 422);
}

/// Sessions as identity lists them.
class ListedSessions final : public identity::SessionService {
 public:
  Result<Started> start(const identity::NewSession&, const identity::Origin&) override { return fail(Errc::internal, "not asked"); }
  Result<std::optional<identity::BrowserSession>> find(std::string_view) override { return fail(Errc::internal, "not asked"); }
  Result<std::vector<identity::SessionLine>> list(UserId) override { return lines; }
  Status revoke(UserId, std::string_view) override { return {}; }
  Status revoke_all(UserId, std::string_view) override { return {}; }
  std::vector<identity::SessionLine> lines{{.id = "sess_password", .methods = {"pwd"}}, {.id = "sess_provider", .methods = {"fed", "mfa"}}};
};

TEST_P(ProtectionRoutesTest, ATeamMayDemandASecondFactor) {
  ListedSessions sessions;
  MfaDemand demand({here_.policies, sessions, clock_});
  const Tenant team{team_.id};
  EXPECT_FALSE(demand.is_missing(ann_.id, team, "sess_password"));
  send(router_, Method::put, "/security/policy", {.token = "admin", .body = R"({"require_mfa":true})"});
  EXPECT_TRUE(demand.is_missing(ann_.id, team, "sess_password"));
  EXPECT_TRUE(demand.is_missing(ann_.id, team, "sess_unknown"));
  EXPECT_FALSE(demand.is_missing(ann_.id, team, "sess_provider")) << "its provider has seen one";
}

TEST_P(ProtectionRoutesTest, TrustedNetworksComeAndGo) {
  const auto added = send(router_, Method::post, "/security/ip-allowlist", {.token = "admin", .body = R"({"cidr":"203.0.113.7/24","note":"office"})"});
  EXPECT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(field(added, "cidr"), "203.0.113.0/24");
  EXPECT_EQ(send(router_, Method::post, "/security/ip-allowlist", {.token = "admin", .body = R"({"cidr":"203.0.113.9/24"})"}).status, 409);
  EXPECT_EQ(send(router_, Method::post, "/security/ip-allowlist", {.token = "admin", .body = R"({"cidr":"0.0.0.0/0"})"}).status, 422);
  EXPECT_EQ(send(router_, Method::delete_, "/security/ip-allowlist/" + field(added, "id"), {.token = "admin"}).status, 204);
  EXPECT_EQ(send(router_, Method::get, "/security/ip-allowlist", {.token = "admin"}).body, "[]");
}

TEST_P(ProtectionRoutesTest, BlocksAreListedAndLifted) {
  block("203.0.113.9");
  clock_.advance(1s);
  const std::string newest = block("203.0.113.10");
  const auto first = send(router_, Method::get, "/security/blocks?limit=1", {.token = "admin"});
  EXPECT_EQ(field(first, "id"), newest);
  EXPECT_EQ(field(first, "email"), "ann@example.com");
  EXPECT_THAT(first.body, HasSubstr(R"("has_more":true)"));
  const auto second = send(router_, Method::get, "/security/blocks?limit=1&cursor=" + field(first, "cursor"), {.token = "admin"});
  EXPECT_EQ(field(second, "address"), "203.0.113.9");
  EXPECT_THAT(second.body, HasSubstr(R"("has_more":false)"));
  EXPECT_EQ(send(router_, Method::get, "/security/blocks?cursor=" + field(first, "cursor"), {.token = "other"}).status, 400);

  EXPECT_EQ(send(router_, Method::delete_, "/security/blocks/" + newest, {.token = "admin"}).status, 204);
  EXPECT_TRUE(here_.guard.admit(attempt("ann@example.com", "203.0.113.10")));
  EXPECT_FALSE(here_.guard.admit(attempt("ann@example.com", "203.0.113.9")));
  EXPECT_EQ(send(router_, Method::delete_, "/security/blocks/" + newest, {.token = "admin"}).status, 404);
}

TEST_P(ProtectionRoutesTest, TheMailedLinkUnblocksAndLeadsToSignIn) {
  block("203.0.113.9");
  const std::string url = here_.blocks.unblock_link(ann_.id).url;
  const auto answer = send(router_, Method::get, url.substr(std::string("https://auth.example").size()));
  EXPECT_EQ(answer.status, 302) << answer.body;
  EXPECT_EQ(answer.headers.find("Location"), "https://auth.example/signin?notice=unblocked");
  EXPECT_TRUE(here_.guard.admit(attempt("ann@example.com")));
  EXPECT_EQ(send(router_, Method::get, "/unblock/nothing").status, 403);
  clock_.advance(24h);
  EXPECT_EQ(send(router_, Method::get, url.substr(std::string("https://auth.example").size())).status, 410);
}

TEST_P(ProtectionRoutesTest, PagesFindTheSolver) {
  const auto script = send(router_, Method::get, "/assets/proof-of-work.js");
  EXPECT_EQ(script.content_type, "text/javascript; charset=utf-8");
  EXPECT_THAT(*script.shared_body, HasSubstr("SHA-256"));
  EXPECT_EQ(send(router_, Method::get, "/assets/proof-of-work.js", {.headers = {{"If-None-Match", std::string(*script.headers.find("ETag"))}}}).status, 304);
}

}  // namespace
}  // namespace openstrat::protection
