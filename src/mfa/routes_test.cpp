#include "mfa/routes.hpp"

#include "http/router.hpp"
#include "http/testing/in_memory.hpp"
#include "http/testing/isolation.hpp"
#include "mfa/test_support.hpp"

namespace openstrat::mfa {
namespace {

using http::Method;
using http::Response;
using testing::SoftPasskey;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class MfaRoutesTest : public MfaTest {
 protected:
  MfaRoutesTest() : ann_(add_user("ann@example.com")), team_(*node_.users.create_team(ann_.id, "Acme")) {
    add_routes(router_, node_.codes, node_.passkeys, node_.factors);
    add_token("ann", ann_, {team_.id}, {"user:update"});
  }
  void add_token(const std::string& token, const identity::User& user, const Tenant& tenant, std::vector<std::string> scopes) {
    auto principal = http::testing::user_with(tenant, std::move(scopes));
    principal.user_id = user.id;
    principal.session_id = "sess_1";
    authenticator_.add(token, principal);
  }
  Response send(Method method, const std::string& path, const std::string& body = "", const std::string& token = "ann") {
    return http::testing::send(router_, method, path, {.token = token, .body = body});
  }
  boost::json::value json(const Response& response) { return boost::json::parse(response.body); }

  http::testing::FakeAuthenticator authenticator_;
  http::Router router_{http::testing::in_memory_hooks(clock_, authenticator_)};
  identity::User ann_;
  identity::Team team_;
};
INSTANTIATE_EACH_ENGINE(MfaRoutesTest);

TEST_P(MfaRoutesTest, AnAppIsSetUpShownAndSwitchedOff) {
  const auto started = send(Method::post, "/oauth/2fa", "{}");
  ASSERT_EQ(started.status, 200) << started.body;
  EXPECT_EQ(started.headers.find("Cache-Control"), "no-store");
  EXPECT_THAT(started.body, HasSubstr("\"qr_svg\":\"<svg "));
  const std::string secret(json(started).at("secret").as_string());
  EXPECT_THAT(send(Method::get, "/oauth/2fa-secret-key").body, HasSubstr(secret));
  EXPECT_EQ(send(Method::post, "/oauth/2fa/confirm", R"({"code":"12345"})").status, 422);
  const auto confirmed = send(Method::post, "/oauth/2fa/confirm", R"({"code":")" + code_now(from_base32(secret)) + R"("})");
  ASSERT_EQ(confirmed.status, 200) << confirmed.body;
  EXPECT_EQ(json(confirmed).at("recovery_codes").as_array().size(), 10u);
  EXPECT_EQ(send(Method::get, "/oauth/2fa-secret-key").status, 404);
  EXPECT_THAT(send(Method::get, "/oauth/2fa-recovery-codes").body, HasSubstr(R"("remaining":10,"total":10)"));
  next_step();
  const auto renewed = send(Method::post, "/oauth/2fa-recovery-codes", R"({"code":")" + code_now(from_base32(secret)) + R"("})");
  EXPECT_EQ(renewed.status, 200) << renewed.body;
  const auto refused = send(Method::delete_, "/oauth/2fa", "{}");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("proof_required"));
  next_step();
  EXPECT_EQ(send(Method::delete_, "/oauth/2fa", R"({"code":")" + code_now(from_base32(secret)) + R"("})").status, 204);
}

TEST_P(MfaRoutesTest, APasskeyIsAddedListedRenamedAndDeleted) {
  SoftPasskey passkey;
  const auto options = send(Method::post, "/me/passkeys/options", "{}");
  ASSERT_EQ(options.status, 200) << options.body;
  const auto added = send(Method::post, "/me/passkeys", R"({"name":"Key","credential":)" + passkey.create(options.body) + "}");
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(json(added).at("recovery_codes").as_array().size(), 10u);
  const std::string id(json(added).at("passkey").at("id").as_string());
  const auto listed = send(Method::get, "/me/passkeys");
  EXPECT_THAT(listed.body, HasSubstr(R"("name":"Key","rp_id":"auth.example","usable":true,"algorithm":"ES256","transports":["internal","hybrid"],"discoverable":true,)"
                                     R"("backup_eligible":true,"backed_up":false,"aaguid":null)"));
  EXPECT_THAT(listed.body, Not(HasSubstr(crypto::base64url(passkey.credential_id))));
  EXPECT_THAT(send(Method::put, "/me/passkeys/" + id, R"({"name":"Other"})").body, HasSubstr(R"("name":"Other")"));
  EXPECT_EQ(send(Method::delete_, "/me/passkeys/" + id).status, 204);
  EXPECT_EQ(send(Method::get, "/me/passkeys").body, "[]");
}

TEST_P(MfaRoutesTest, AnAnswerThatDoesNotHoldIsAWrongField) {
  SoftPasskey passkey;
  passkey.origin = "https://evil.example";
  const auto options = send(Method::post, "/me/passkeys/options", "{}");
  for (const std::string& credential : {passkey.create(options.body), std::string("{}"), std::string("[]"), std::string("7")}) {
    const auto answer = send(Method::post, "/me/passkeys", R"({"credential":)" + credential + "}");
    EXPECT_EQ(answer.status, 422);
    EXPECT_THAT(answer.body, HasSubstr(R"("code":"passkey_invalid")"));
    EXPECT_THAT(answer.body, HasSubstr(R"("errors":{"credential":)"));
  }
  EXPECT_EQ(send(Method::post, "/me/passkeys", R"({"credential":{)").status, 400);
}

TEST_P(MfaRoutesTest, PasskeysOfOthersDoNotExist) {
  const auto bob = add_user("bob@example.com");
  add_token("bob", bob, {}, {});
  SoftPasskey passkey;
  const auto id = add_passkey(ann_, passkey).passkey.id.to_string();
  EXPECT_EQ(send(Method::get, "/me/passkeys", "", "bob").body, "[]");
  EXPECT_EQ(send(Method::put, "/me/passkeys/" + id, R"({"name":"x"})", "bob").status, 404);
  EXPECT_EQ(send(Method::delete_, "/me/passkeys/" + id, "", "bob").status, 404);
  EXPECT_THAT(*node_.passkeys.list(ann_.id), SizeIs(1));
}

TEST_P(MfaRoutesTest, OnlyTheOwnTeamIsReset) {
  const auto bob = add_user("bob@example.com"), eve = add_user("eve@example.com");
  const auto foreign = *node_.users.create_team(eve.id, "Elsewhere");
  add_token("eve", eve, {foreign.id}, {"user:update"});
  add_token("viewer", ann_, {team_.id}, {});
  ASSERT_TRUE(node_.users.add_member(Tenant{team_.id}, bob.id, identity::SystemRole::viewer));
  SoftPasskey passkey;
  add_passkey(bob, passkey);
  const auto path = "/users/" + bob.id.to_string() + "/reset-mfa";
  EXPECT_EQ(send(Method::post, path, "", "viewer").status, 403);
  EXPECT_EQ(send(Method::post, path, "", "eve").status, 404);
  EXPECT_EQ(send(Method::post, path).status, 204);
  EXPECT_THAT(*node_.factors.factors_of(bob.id), IsEmpty());
  EXPECT_EQ(send(Method::post, path).status, 204) << "again is fine";
}

TEST_P(MfaRoutesTest, EveryRouteKeepsTenantsApart) {
  const auto bob = add_user("bob@example.com");
  SoftPasskey passkey;
  const auto id = add_passkey(bob, passkey).passkey.id.to_string();
  add_token("none", ann_, {team_.id}, {});
  EXPECT_THAT(http::testing::isolation_failures(router_, {.token_without_scopes = "none", .token_with_all_scopes = "ann",
                  .foreign_id = [&](const http::Endpoint&, std::string_view name) { return std::optional(name == "user" ? bob.id.to_string() : id); }}),
              IsEmpty());
}

TEST_P(MfaRoutesTest, EverythingThatSetsAFactorUpAnswersWhileOneIsMissing) {
  for (const auto& endpoint : router_.endpoints()) EXPECT_EQ(endpoint->without_mfa, !endpoint->path.starts_with("/users")) << endpoint->path;
}

}  // namespace
}  // namespace openstrat::mfa
