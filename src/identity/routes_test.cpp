#include "identity/routes.hpp"

#include "http/router.hpp"
#include "audit/audit_service.hpp"
#include "audit/hook.hpp"
#include "identity/test_fixture.hpp"

namespace openstrat::identity {
namespace {

using http::Auth;
using http::Call;
using http::Method;
using http::NoContent;
using http::NoFields;
using http::Response;
using testing::HasSubstr;
using testing::IsEmpty;

class AuditEntries final : public audit::AuditLog {
 public:
  void record(audit::AuditEntry entry) noexcept override { all.push_back(std::move(entry)); }
  std::vector<audit::AuditEntry> all;
};

class IdentityRoutesTest : public IdentityTest {
 protected:
  IdentityRoutesTest() {
    EXPECT_TRUE(process_.signing.rotate());
    const Services services{process_.signing, process_.keys, process_.members, process_.roles, process_.teams};
    add_routes(router_, services);
    add_profile_route(router_, services, process_.sessions);
    const auto nothing = [](Call&, NoFields) -> Result<NoContent> { return NoContent{}; };
    router_.add<NoFields, NoContent>(Method::post, "/things", {.family = "test", .summary = "Make a thing",
                                     .auth = Auth::bearer | Auth::api_key, .scope = "site:create", .handle = nothing});
  }
  Response call(Method method, const std::string& path, const std::string& token = "") {
    auto request = with_bearer(token, path);
    request.method = method;
    request.request_id = "req_1";
    Response answer;
    router_.handle(std::move(request), http::Responder([&](Response response) { answer = std::move(response); }));
    return answer;
  }

  AuditEntries audit_;
  http::Router router_{{.clock = &clock_, .authenticator = &process_.authenticator,
                        .execute = [](auto work) { work(); return true; }, .audit = audit::audit_hook(audit_)}};
};
INSTANTIATE_EACH_ENGINE(IdentityRoutesTest);

TEST_P(IdentityRoutesTest, PublishesTheKeySet) {
  const auto answer = call(Method::get, "/.well-known/jwks.json");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.find("Cache-Control"), "public, max-age=3600");
  EXPECT_THAT(answer.body, HasSubstr(R"({"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":")"));
  EXPECT_THAT(answer.body, HasSubstr(R"("e":"AQAB")"));
}

TEST_P(IdentityRoutesTest, ListsEveryScopeToWhoeverIsSignedIn) {
  EXPECT_EQ(call(Method::get, "/scopes").status, 401);
  const auto token = process_.tokens.issue(add_user("ann@example.com").id, std::nullopt, {})->access_token;
  for (const auto* path : {"/scopes", "/permissions"}) {
    const auto answer = call(Method::get, path, token);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_THAT(answer.body, HasSubstr(R"({"scope":"site:view","description":"See sites","group":"fleet"})"));
  }
}

TEST_P(IdentityRoutesTest, TheProfileHasAllAboutTheCaller) {
  const auto ann = add_user("ann@example.com");
  const auto team = add_team(ann);
  const auto plain = process_.tokens.issue(ann.id, std::nullopt, {})->access_token;
  const auto profile = call(Method::get, "/oauth/userinfo", plain);
  EXPECT_EQ(profile.status, 200) << profile.body;
  for (const std::string& part : {std::string(R"("email":"ann@example.com")"), std::string(R"("mfa_verified":false)"), R"("teams":[{"id":")" + team.id.to_string()})
    EXPECT_THAT(profile.body, HasSubstr(part));
  const auto session = process_.sessions.start({.user_id = ann.id, .methods = {"pwd", "otp"}}, {});
  const auto factor = process_.tokens.issue_for({.session_id = session->id})->access_token;
  EXPECT_THAT(call(Method::get, "/oauth/userinfo", factor).body, HasSubstr(R"("mfa_verified":true)"));
  const auto stranger = process_.tokens.issue(add_user("bob@example.com").id, std::nullopt, {})->access_token;
  EXPECT_THAT(call(Method::get, "/oauth/userinfo", stranger).body, HasSubstr(R"("teams":[])"));
}

TEST_P(IdentityRoutesTest, AUserWithoutTeamGetsCustomerMissing) {
  const auto token = process_.tokens.issue(add_user("ann@example.com").id, std::nullopt, {})->access_token;
  const auto answer = call(Method::post, "/things", token);
  EXPECT_EQ(answer.status, 401);
  EXPECT_THAT(answer.body, HasSubstr("customer_missing"));
}

TEST_P(IdentityRoutesTest, AuthenticatedChangesAreAudited) {
  const auto user = add_user("ann@example.com");
  const auto team = add_team(user);
  const auto issued = process_.tokens.issue(user.id, std::nullopt, {});
  EXPECT_EQ(call(Method::post, "/things", issued->access_token).status, 204);
  ASSERT_EQ(audit_.all.size(), 1u);
  const auto& entry = audit_.all[0];
  EXPECT_EQ(entry.actor_kind, audit::ActorKind::user);
  EXPECT_EQ(entry.user_id, user.id);
  EXPECT_EQ(entry.email, "ann@example.com");
  EXPECT_EQ(entry.team_id, team.id);
  EXPECT_EQ(entry.session_id, issued->session_id);
  EXPECT_EQ(entry.method, "POST");
  EXPECT_EQ(entry.endpoint, "/things");
  EXPECT_EQ(entry.status_code, 204);
  EXPECT_EQ(entry.ip_address, "203.0.113.9");
  EXPECT_EQ(entry.request_id, "req_1");
  EXPECT_EQ(entry.response_payload, std::nullopt);
}

TEST_P(IdentityRoutesTest, ARefusedKeyIsAuditedWithTheAnswer) {
  const auto team = add_team(add_user("ann@example.com"));
  const auto key = process_.keys.create(Tenant{team.id}, {.name = "reader", .scopes = {{"site:view"}}});
  const auto answer = call(Method::post, "/things", key->key);
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.body, HasSubstr(R"("required_scope":"site:create")"));
  ASSERT_EQ(audit_.all.size(), 1u);
  EXPECT_EQ(audit_.all[0].actor_kind, audit::ActorKind::api_key);
  EXPECT_EQ(audit_.all[0].name, "reader");
  EXPECT_THAT(*audit_.all[0].response_payload, HasSubstr("scope_missing"));
}

TEST_P(IdentityRoutesTest, StrangersAndReadersLeaveNoTrace) {
  const auto token = process_.tokens.issue(add_user("ann@example.com").id, std::nullopt, {})->access_token;
  call(Method::get, "/scopes", token);
  call(Method::post, "/things");
  call(Method::post, "/things", "a.b.c");
  EXPECT_THAT(audit_.all, IsEmpty());
}

}  // namespace
}  // namespace openstrat::identity
