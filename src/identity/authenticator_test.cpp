#include "identity/authenticator.hpp"

#include <thread>

#include "db/database.hpp"
#include "http/router.hpp"
#include "identity/mfa_requirement_service.hpp"
#include "identity/test_fixture.hpp"

namespace openstrat::identity {
namespace {

using http::Auth;
using http::Principal;
using std::chrono::seconds;
using testing::Contains;
using testing::Not;

constexpr Auth kUserRoute = Auth::bearer | Auth::api_key;

class AuthenticatorTest : public IdentityTest {
 protected:
  AuthenticatorTest() {
    EXPECT_TRUE(process_.signing.rotate());
    user_ = add_user("ann@example.com");
    team_ = add_team(user_);
  }

  std::string token_for(const User& user) {
    const auto issued = process_.tokens.issue(user.id, std::nullopt, {});
    EXPECT_TRUE(issued) << issued.error().message();
    return issued->access_token;
  }
  KeyService::Created add_key(NewKey request = {.name = "ci"}) {
    auto created = process_.keys.create(Tenant{team_.id}, std::move(request));
    EXPECT_TRUE(created) << created.error().message();
    return *std::move(created);
  }
  Result<Principal> authenticate(const std::string& token, Auth accepted = kUserRoute) {
    return process_.authenticator.authenticate(with_bearer(token), accepted);
  }
  /// `401 token_invalid` of an answer, or "ok".
  static std::string verdict(const Result<Principal>& answer) {
    if (answer) return "ok";
    const char* status = answer.error().code() == Errc::unauthenticated ? "401 " : answer.error().code() == Errc::forbidden ? "403 " : "? ";
    return status + answer.error().reason();
  }
  std::string verdict(const std::string& token, Auth accepted = kUserRoute) { return verdict(authenticate(token, accepted)); }

  User user_;
  Team team_;
};
INSTANTIATE_EACH_ENGINE(AuthenticatorTest);

TEST_P(AuthenticatorTest, AnAccessTokenSaysWhoAndForWhichTeam) {
  const auto principal = authenticate(token_for(user_));
  ASSERT_TRUE(principal) << principal.error().message();
  EXPECT_EQ(principal->kind, Principal::Kind::user);
  EXPECT_EQ(principal->tenant.customer_id, team_.id);
  EXPECT_EQ(principal->user_id, user_.id);
  EXPECT_EQ(principal->subject, "user:" + user_.id.to_string());
  EXPECT_EQ(principal->display_name, "ann@example.com");
  EXPECT_TRUE(principal->session_id.starts_with("sess_"));
  EXPECT_TRUE(principal->may("site:view"));
  EXPECT_EQ(principal->scopes.size(), scopes_of(SystemRole::owner).size());
}

TEST_P(AuthenticatorTest, NoCredentialIsTokenMissing) {
  EXPECT_EQ(verdict(""), "401 token_missing");
  auto request = with_bearer("");
  request.headers.set("Authorization", "Bearer  ");
  EXPECT_EQ(verdict(process_.authenticator.authenticate(request, kUserRoute)), "401 token_missing");
  request.headers.set("Authorization", "Basic YTpi");
  EXPECT_EQ(verdict(process_.authenticator.authenticate(request, kUserRoute)), "401 token_invalid");
}

TEST_P(AuthenticatorTest, AGarbledAccessTokenIsInvalid) {
  const auto good = token_for(user_);
  const auto header_end = good.find('.');
  const auto payload_end = good.rfind('.');
  auto changed_payload = good;
  changed_payload[header_end + 20] = changed_payload[header_end + 20] == 'A' ? 'B' : 'A';
  auto changed_signature = good;
  changed_signature[payload_end + 20] = changed_signature[payload_end + 20] == 'A' ? 'B' : 'A';
  const auto unsigned_token = crypto::base64url(R"({"alg":"none","typ":"JWT"})") + good.substr(header_end, payload_end - header_end) + ".";
  const auto other_kid = crypto::base64url(R"({"alg":"RS256","kid":"none-such"})") + good.substr(header_end);
  const auto symmetric = crypto::base64url(R"({"alg":"HS256","kid":"x"})") + good.substr(header_end);
  for (const auto& token : {std::string("a.b.c"), std::string(".."), changed_payload, changed_signature, unsigned_token, other_kid, symmetric,
                            good.substr(0, good.size() - 4), good.substr(0, payload_end + 1), "x" + good, std::string(40'000, 'a') + ".b.c",
                            std::string("garbage"), std::string("\xff\xfe")})
    EXPECT_EQ(verdict(token), "401 token_invalid") << token.substr(0, 80);
}

TEST_P(AuthenticatorTest, AForeignAccessTokenIsInvalid) {
  auto other_database = make_database(migrations());
  Process foreign(*other_database, clock_, settings_, box_);
  ASSERT_TRUE(foreign.users.prepare() && foreign.signing.rotate());
  const auto stranger = foreign.users.create_user({.email = "ann@example.com"});
  EXPECT_EQ(verdict(foreign.tokens.issue(stranger->id, std::nullopt, {})->access_token), "401 token_invalid");

  auto other_issuer = settings_;
  other_issuer.issuer = "https://elsewhere.example";
  Process renamed(*database_, clock_, other_issuer, box_);
  const auto of_other_issuer = renamed.tokens.issue(user_.id, std::nullopt, {})->access_token;
  EXPECT_EQ(verdict(of_other_issuer), "401 token_invalid");
  const auto refused = authenticate(of_other_issuer);
  EXPECT_THAT(refused.error().message(), testing::AllOf(testing::HasSubstr("https://elsewhere.example"), testing::HasSubstr(settings_.issuer))) << "both are named";
  auto trusting = settings_;
  trusting.trusted_issuers = {"https://elsewhere.example"};
  Process migrated(*database_, clock_, trusting, box_);
  EXPECT_EQ(verdict(migrated.authenticator.authenticate(with_bearer(of_other_issuer), kUserRoute)), "ok");

  auto other_name = other_issuer;  // by default both follow from the name of the host
  other_name.audience = other_name.issuer;
  Process before(*database_, clock_, other_name, box_);
  const auto of_other_name = before.tokens.issue(user_.id, std::nullopt, {})->access_token;
  EXPECT_EQ(verdict(migrated.authenticator.authenticate(with_bearer(of_other_name), kUserRoute)), "ok");
  EXPECT_EQ(verdict(of_other_name), "401 token_invalid");

  auto other_audience = settings_;
  other_audience.audience = "https://other-api.example";
  Process elsewhere(*database_, clock_, other_audience, box_);
  EXPECT_EQ(verdict(elsewhere.tokens.issue(user_.id, std::nullopt, {})->access_token), "401 token_invalid");
}

TEST_P(AuthenticatorTest, AnAccessTokenExpiresAfterItsLifeAndTheLeeway) {
  const auto token = token_for(user_);
  clock_.advance(settings_.access_token_life + seconds(59));
  EXPECT_EQ(verdict(token), "ok");
  clock_.advance(seconds(1));
  EXPECT_EQ(verdict(token), "401 token_expired");
}

TEST_P(AuthenticatorTest, AnAccessTokenFromTheFutureIsInvalid) {
  const auto token = token_for(user_);
  clock_.advance(-seconds(60));
  EXPECT_EQ(verdict(token), "ok");
  clock_.advance(-seconds(1));
  EXPECT_EQ(verdict(token), "401 token_invalid");
}

TEST_P(AuthenticatorTest, ABlockedUserIsToldSo) {
  const auto token = token_for(user_);
  EXPECT_EQ(verdict(token), "ok");
  ASSERT_TRUE(process_.users.set_status(user_.id, UserStatus::blocked));
  EXPECT_EQ(verdict(token), "403 user_blocked");
  EXPECT_EQ(process_.tokens.issue(user_.id, std::nullopt, {}).error().reason(), "user_blocked");
  ASSERT_TRUE(process_.users.set_status(user_.id, UserStatus::deleted));
  EXPECT_EQ(verdict(token), "401 token_invalid");
}

/// One team demands a second factor.
class OneStrictTeam final : public MfaRequirement {
 public:
  explicit OneStrictTeam(TeamId team) : team_(team) {}
  bool is_missing(UserId, const Tenant& team, std::string_view) noexcept override { return team.customer_id == team_; }

 private:
  TeamId team_;
};

TEST_P(AuthenticatorTest, WhoLacksADemandedSecondFactorReachesOnlyWhatSetsItUp) {
  OneStrictTeam policy(team_.id);
  BearerAuthenticator strict({*database_, process_.cache, process_.tokens, nullptr, clock_, settings_, &policy});
  http::Router router({.clock = &clock_, .authenticator = &strict, .execute = [](auto work) { work(); return true; }});
  const auto nothing = [](http::Call&, http::NoFields) -> Result<http::NoContent> { return http::NoContent{}; };
  router.add<http::NoFields, http::NoContent>(http::Method::get, "/things",
      {.family = "test", .summary = "Things", .auth = kUserRoute, .scope = "-", .handle = nothing});
  router.add<http::NoFields, http::NoContent>(http::Method::get, "/factors",
      {.family = "test", .summary = "Factors", .auth = kUserRoute, .scope = "-", .without_mfa = true, .handle = nothing});
  const auto get = [&](const std::string& token, const std::string& path) {
    http::Response answer;
    router.handle(with_bearer(token, path), http::Responder([&](http::Response response) { answer = std::move(response); }));
    return std::pair(answer.status, answer.body.contains("mfa_required"));
  };
  const auto token = token_for(user_);
  EXPECT_EQ(get(token, "/things"), std::pair(403, true));
  EXPECT_EQ(get(token, "/factors"), std::pair(204, false));
  EXPECT_EQ(get(add_key().key, "/things"), std::pair(204, false)) << "keys belong to the team, not to a person";
  ASSERT_TRUE(database_->write([&](db::Session& session) { return process_.users.set_mfa_enabled(session, user_.id, true); }));
  EXPECT_EQ(get(token, "/things"), std::pair(204, false)) << "at once";
  EXPECT_TRUE(process_.users.find_user(user_.id)->mfa_enabled);
}

TEST_P(AuthenticatorTest, AnEndedSessionIsInvalid) {
  const auto issued = process_.tokens.issue(user_.id, std::nullopt, {});
  EXPECT_EQ(verdict(issued->access_token), "ok");
  ASSERT_TRUE(process_.tokens.revoke_session(issued->session_id));
  EXPECT_EQ(verdict(issued->access_token), "401 token_invalid");
}

TEST_P(AuthenticatorTest, AUserWithoutTeamHasNoTenant) {
  const auto token = token_for(add_user("bob@example.com"));
  const auto principal = authenticate(token);
  ASSERT_TRUE(principal);
  EXPECT_TRUE(principal->tenant.customer_id.value.is_nil());
  EXPECT_TRUE(principal->scopes.empty());
}

TEST_P(AuthenticatorTest, RightsFollowTheRolesNotTheToken) {
  const auto bob = add_user("bob@example.com");
  ASSERT_TRUE(process_.users.add_member(Tenant{team_.id}, bob.id, SystemRole::operator_));
  const auto token = token_for(bob);
  EXPECT_TRUE(authenticate(token)->may("job:create"));
  ASSERT_TRUE(process_.users.assign_role(Tenant{team_.id}, bob.id, SystemRole::viewer));
  ASSERT_TRUE(process_.users.remove_role(Tenant{team_.id}, bob.id, SystemRole::operator_));
  EXPECT_FALSE(authenticate(token)->may("job:create"));
  EXPECT_TRUE(authenticate(token)->may("site:view"));
  ASSERT_TRUE(process_.users.assign_role(Tenant{team_.id}, bob.id, SystemRole::administrator));
  EXPECT_FALSE(authenticate(token)->may("user:create")) << "the token never had it";
  ASSERT_TRUE(process_.users.remove_member(Tenant{team_.id}, bob.id));
  EXPECT_TRUE(authenticate(token)->tenant.customer_id.value.is_nil());
}

TEST_P(AuthenticatorTest, WhoRunsTheInstallationIsSoUntilItIsTakenBackAndByNoRole) {
  using Operator = UserService::Operator;
  const auto bob = add_user("bob@example.com");
  ASSERT_TRUE(process_.users.add_member(Tenant{team_.id}, bob.id, SystemRole::administrator));
  const auto token = token_for(bob);
  EXPECT_FALSE(authenticate(token)->is_operator);
  ASSERT_TRUE(process_.users.set_operator(bob.id, Operator::yes));
  EXPECT_TRUE(authenticate(token)->is_operator);
  EXPECT_FALSE(authenticate(add_key().key)->is_operator) << "a key is a team's";
  ASSERT_TRUE(process_.users.set_operator(bob.id, Operator::no));
  EXPECT_FALSE(authenticate(token)->is_operator);
}

TEST_P(AuthenticatorTest, ATokenIsIssuedForTeamsOfTheUserOnly) {
  const auto foreign = add_team(add_user("bob@example.com"), "Other");
  EXPECT_EQ(process_.tokens.issue(user_.id, foreign.id, {}).error().code(), Errc::not_found);
}

TEST_P(AuthenticatorTest, AnApiKeyActsForItsTeam) {
  const auto created = add_key();
  EXPECT_TRUE(created.key.starts_with(created.credential.id.to_string() + ":" + team_.id.to_string() + ":"));
  EXPECT_EQ(created.key.size(), 36u + 1 + 36 + 1 + 62);
  const auto principal = authenticate(created.key);
  ASSERT_TRUE(principal) << principal.error().message();
  EXPECT_EQ(principal->kind, Principal::Kind::api_key);
  EXPECT_EQ(principal->tenant.customer_id, team_.id);
  EXPECT_EQ(principal->secret_hash, crypto::hex(crypto::sha256(created.key.substr(74))));
  EXPECT_TRUE(principal->may("job:create"));
  EXPECT_FALSE(principal->may("user:view"));
}

TEST_P(AuthenticatorTest, EveryPrintedFormOfAKeyIsAccepted) {
  const auto vault = add_key({.name = "vault", .format = KeyFormat::wfk});
  const auto newer = add_key({.name = "newer", .format = KeyFormat::alto_sk});
  EXPECT_EQ(vault.key.size(), 44u);
  EXPECT_TRUE(vault.key.starts_with("wfk_"));
  EXPECT_EQ(newer.key.size(), 56u);
  EXPECT_TRUE(newer.key.starts_with("alto_sk_"));
  EXPECT_EQ(verdict(vault.key), "ok");
  EXPECT_EQ(verdict(newer.key), "ok");
  EXPECT_EQ(verdict("wfk_" + std::string(40, 'a')), "401 token_invalid");
  ASSERT_TRUE(process_.keys.revoke(Tenant{team_.id}, vault.credential.id));
  EXPECT_EQ(verdict(vault.key), "401 key_revoked");
}

TEST_P(AuthenticatorTest, AWrongApiKeyIsInvalid) {
  const auto created = add_key();
  const auto secret = created.key.substr(74);
  const auto id = created.credential.id.to_string();
  auto wrong_secret = created.key;
  wrong_secret.back() = wrong_secret.back() == 'a' ? 'b' : 'a';
  const auto other_team = add_team(add_user("bob@example.com"), "Other");
  for (const auto& key : {wrong_secret, created.key + "a", created.key.substr(0, 74), id + ":" + other_team.id.to_string() + ":" + secret,
                          uuid_v4(secure_rng()).to_string() + ":" + team_.id.to_string() + ":" + secret, id + "::" + secret, secret})
    EXPECT_EQ(verdict(key), "401 token_invalid") << key;
}

TEST_P(AuthenticatorTest, ARevokedKeyTellsOnlyItsHolder) {
  const auto created = add_key();
  EXPECT_EQ(verdict(created.key), "ok");
  ASSERT_TRUE(process_.keys.revoke(Tenant{team_.id}, created.credential.id));
  EXPECT_EQ(verdict(created.key), "401 key_revoked");
  EXPECT_EQ(verdict(created.key.substr(0, 74) + std::string(62, 'x')), "401 token_invalid");
}

TEST_P(AuthenticatorTest, AKeyExpiresToTheMicrosecond) {
  const auto created = add_key({.name = "ci", .expires_at = clock_.now() + std::chrono::days(2)});
  clock_.advance(std::chrono::days(2) - Duration(1));
  EXPECT_EQ(verdict(created.key), "ok");
  clock_.advance(Duration(1));
  EXPECT_EQ(verdict(created.key), "401 token_expired");
}

TEST_P(AuthenticatorTest, WhatAnotherProcessChangesCountsFromTheNextPollOn) {
  Process other(*database_, clock_, settings_, box_);
  ASSERT_TRUE(process_.cache.poll());
  const auto bob = add_user("bob@example.com");
  ASSERT_TRUE(process_.users.add_member(Tenant{team_.id}, bob.id, SystemRole::operator_));
  const auto created = add_key();
  const auto token = token_for(user_), bobs = token_for(bob);
  EXPECT_EQ(verdict(created.key), "ok");
  EXPECT_EQ(verdict(token), "ok");
  EXPECT_TRUE(authenticate(bobs)->may("job:create"));

  ASSERT_TRUE(other.keys.revoke(Tenant{team_.id}, created.credential.id));
  ASSERT_TRUE(other.users.remove_role(Tenant{team_.id}, bob.id, SystemRole::operator_));
  ASSERT_TRUE(other.sessions.revoke_all(user_.id, ""));
  EXPECT_EQ(verdict(created.key), "ok") << "no query a request";
  EXPECT_EQ(verdict(token), "ok");
  EXPECT_TRUE(authenticate(bobs)->may("job:create"));

  ASSERT_TRUE(process_.cache.poll());
  EXPECT_EQ(verdict(created.key), "401 key_revoked");
  EXPECT_EQ(verdict(token), "401 token_invalid");
  EXPECT_FALSE(authenticate(bobs)->may("job:create"));
}

TEST_P(AuthenticatorTest, ARoleThatChangesCountsForEverybodyWhoHoldsIt) {
  Process other(*database_, clock_, settings_, box_);
  ASSERT_TRUE(process_.cache.poll());
  const Actor owner{.tenant = Tenant{team_.id}, .user_id = user_.id, .scopes = all_scopes()};
  const auto role = process_.roles.create(owner, "NOC", {"job:create"}).value();
  const auto bob = add_user("bob@example.com");
  ASSERT_TRUE(process_.users.add_member(Tenant{team_.id}, bob.id, SystemRole::viewer));
  ASSERT_TRUE(process_.members.update(owner, bob.id, {.roles = {{{role.id, std::nullopt}}}}));
  const auto token = token_for(bob);
  EXPECT_TRUE(authenticate(token)->may("job:create"));
  ASSERT_TRUE(other.roles.update(owner, role.id, {.scopes = {{"site:view"}}}));
  ASSERT_TRUE(process_.cache.poll());
  EXPECT_FALSE(authenticate(token)->may("job:create"));
}

TEST_P(AuthenticatorTest, AnEndedSessionEndsForApplicationsToo) {
  const auto session = process_.tokens.issue(user_.id, std::nullopt, {})->session_id;
  EXPECT_FALSE((*process_.cache.session_in(session, team_.id))->revoked);
  ASSERT_TRUE(process_.sessions.revoke(user_.id, session));
  EXPECT_TRUE((*process_.cache.session_in(session, team_.id))->revoked);
}

TEST_P(AuthenticatorTest, WithoutTheFeedNothingIsBelievedLongerThanTenSeconds) {
  Process other(*database_, clock_, settings_, box_);
  const auto created = add_key();
  EXPECT_EQ(verdict(created.key), "ok");
  ASSERT_TRUE(other.keys.revoke(Tenant{team_.id}, created.credential.id));
  EXPECT_EQ(verdict(created.key), "ok");
  clock_.advance(CredentialCache::kTtl);
  EXPECT_EQ(verdict(created.key), "401 key_revoked");
}

TEST_P(AuthenticatorTest, WhoDidNotReadTheFeedForLongForgetsEverything) {
  Process other(*database_, clock_, settings_, box_);
  ASSERT_TRUE(process_.cache.poll());
  clock_.advance(std::chrono::hours(25));
  ASSERT_TRUE(other.cache.purge_changes());
  const auto created = add_key();
  EXPECT_EQ(verdict(created.key), "ok");
  ASSERT_TRUE(other.keys.revoke(Tenant{team_.id}, created.credential.id));
  ASSERT_TRUE(process_.cache.poll());
  EXPECT_EQ(verdict(created.key), "401 key_revoked");
}

TEST_P(AuthenticatorTest, AKeyThatWasUnknownIsFoundOnceCreated) {
  Process other(*database_, clock_, settings_, box_);
  const auto created = *other.keys.create(Tenant{team_.id}, {.name = "made elsewhere"});
  EXPECT_EQ(verdict(created.key), "ok");
}

TEST_P(AuthenticatorTest, TheLastUseOfAKeyIsWrittenOnceAMinute) {
  const auto created = add_key();
  const auto last_used = [&] {
    EXPECT_TRUE(database_->write([](db::Session&) -> Status { return {}; }));
    for (int i = 0; i < 2000; ++i) {  // write_async keeps no order on PostgreSQL
      const auto found = process_.keys.find(Tenant{team_.id}, created.credential.id)->last_used_at;
      if (found == clock_.now()) return found;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return process_.keys.find(Tenant{team_.id}, created.credential.id)->last_used_at;
  };
  EXPECT_EQ(verdict(created.key), "ok");
  const auto first_use = clock_.now();
  EXPECT_EQ(last_used(), first_use);
  clock_.advance(seconds(59));
  EXPECT_EQ(verdict(created.key), "ok");
  EXPECT_EQ(process_.keys.find(Tenant{team_.id}, created.credential.id)->last_used_at, first_use);
  clock_.advance(seconds(1));
  EXPECT_EQ(verdict(created.key), "ok");
  EXPECT_EQ(last_used(), clock_.now());
}

TEST_P(AuthenticatorTest, ARouteTakesOnlyItsKinds) {
  EXPECT_EQ(verdict(add_key().key, Auth::bearer), "401 token_invalid");
  EXPECT_EQ(verdict(token_for(user_), Auth::api_key), "401 token_invalid");
  EXPECT_EQ(verdict(OneDevice::kToken, kUserRoute), "401 token_invalid");
  EXPECT_EQ(verdict("gateway-token", kUserRoute), "401 token_invalid");
}

TEST_P(AuthenticatorTest, ADeviceTokenNamesItsSite) {
  const auto principal = authenticate(OneDevice::kToken, kUserRoute | Auth::device);
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->kind, Principal::Kind::device);
  EXPECT_EQ(principal->site_id, device_.site);
  EXPECT_EQ(principal->tenant.customer_id, device_.customer);
  EXPECT_EQ(verdict("AAECAwQFBgcICQoLDA0ODx", Auth::device), "401 token_invalid");
}

TEST_P(AuthenticatorTest, AnInternalTokenWorksFromItsNetworksAndForItsRoutes) {
  const auto call = [&](const char* remote, const char* path, const char* header, const char* value) {
    http::Request request;
    request.path = path;
    request.remote = *IpAddress::parse(remote);
    request.headers.set(header, value);
    return process_.authenticator.authenticate(request, Auth::internal);
  };
  const auto principal = call("10.1.2.3", "/internal/sites", "X-Bearer-Token", "gateway-token");
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->kind, Principal::Kind::internal);
  EXPECT_EQ(principal->subject, "service:gateway");
  EXPECT_EQ(verdict(call("127.0.0.1", "/internal", "Authorization", "Bearer gateway-token")), "ok");
  EXPECT_EQ(verdict(call("203.0.113.9", "/internal/sites", "X-Bearer-Token", "gateway-token")), "403 resource_blocked");
  EXPECT_EQ(verdict(call("203.0.113.9", "/internal/sites", "X-Bearer-Token", "wrong")), "401 token_invalid");
  EXPECT_EQ(verdict(call("127.0.0.1", "/internals", "X-Bearer-Token", "gateway-token")), "403 insufficient_role");
  EXPECT_EQ(verdict(call("127.0.0.1", "/internal", "X-Bearer-Token", "")), "401 token_missing");
}

TEST_P(AuthenticatorTest, OldTokensOutliveTheRotationOfTheSigningKey) {
  const auto old_token = token_for(user_);
  const auto old_kid = process_.signing.newest()->kid;
  clock_.advance(SigningKeys::kLife - Duration(1));
  ASSERT_TRUE(process_.signing.rotate());
  EXPECT_EQ(process_.signing.newest()->kid, old_kid);
  clock_.advance(Duration(1));
  const auto last_token = token_for(user_);
  ASSERT_TRUE(process_.signing.rotate());
  EXPECT_NE(process_.signing.newest()->kid, old_kid);
  EXPECT_EQ(verdict(last_token), "ok");
  EXPECT_EQ(verdict(old_token), "401 token_expired");
  const auto jwks = *process_.signing.jwks();
  EXPECT_TRUE(jwks.contains(old_kid) && jwks.contains(process_.signing.newest()->kid)) << jwks;

  clock_.advance(SigningKeys::kLife);
  ASSERT_TRUE(process_.signing.rotate());
  EXPECT_FALSE(process_.signing.jwks()->contains(old_kid));
  EXPECT_EQ(verdict(old_token), "401 token_invalid");
}

TEST_P(AuthenticatorTest, AKeyThatAnotherProcessMadeIsFound) {
  EXPECT_EQ(verdict(token_for(user_)), "ok");
  clock_.advance(SigningKeys::kLife);
  Process other(*database_, clock_, settings_, box_);
  ASSERT_TRUE(other.signing.rotate());
  EXPECT_EQ(verdict(other.tokens.issue(user_.id, std::nullopt, {})->access_token), "ok");
}

TEST_P(AuthenticatorTest, GeneralLimitsDependOnTheCaller) {
  const auto key = add_key();
  const auto of_key = general_rate_class(*authenticate(key.key), settings_);
  ASSERT_TRUE(of_key);
  EXPECT_EQ(of_key->key, "key:" + key.credential.id.to_string());
  EXPECT_EQ(of_key->per_minute, 60);
  EXPECT_EQ(general_rate_class(*authenticate(token_for(user_)), settings_)->per_minute, 600);
  EXPECT_FALSE(general_rate_class(Principal{}, settings_));
}

}  // namespace
}  // namespace openstrat::identity
