#include "federation/provider_service.hpp"

#include "federation/provider_store.hpp"
#include "federation/test_support.hpp"
#include "http/testing/isolation.hpp"

namespace openstrat::federation {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ProviderServiceTest : public FederationTest {
 protected:
  std::vector<std::string> wrong_fields(ProviderSettings settings) {
    const auto made = providers_->create(team_, std::move(settings));
    std::vector<std::string> out;
    if (made) return out;
    for (const auto& field : made.error().fields()) out.push_back(field.name);
    return out;
  }
  ProviderId id_of(const Provider& provider) { return *ProviderId::parse(provider.id); }
};
INSTANTIATE_EACH_ENGINE(ProviderServiceTest);

TEST_P(ProviderServiceTest, MigrationsAreSound) {
  auto migrations = identity::migrations();
  for (auto& one : federation::migrations()) migrations.push_back(one);
  db::expect_migrations_are_sound(GetParam(), migrations);
}

TEST_P(ProviderServiceTest, TheSecretIsSealedAndNeverShown) {
  const auto provider = add_provider(oidc());
  EXPECT_EQ(providers_->find(team_, id_of(provider))->client_secret, "s3cret");
  const auto row = database_->read([&](db::Session& session) { return store::find(session, team_, id_of(provider)); });
  ASSERT_TRUE(row->sealed_secret);
  EXPECT_THAT(*row->sealed_secret, Not(HasSubstr("s3cret")));
  authenticator_.add("admin", http::testing::user_with(team_, {"integration:view"}));
  for (const auto& path : {std::string("/identity-providers"), "/identity-providers/" + provider.id}) {
    const auto answer = http::testing::send(*router_, http::Method::get, path, {.token = "admin"});
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, Not(HasSubstr("s3cret")));
    EXPECT_THAT(answer.body, HasSubstr(R"("has_client_secret":true)"));
    EXPECT_THAT(answer.body, HasSubstr(R"("callback_url":"https://auth.example.net/callback")"));
  }
}

TEST_P(ProviderServiceTest, AChangeKeepsTheSecretThatItLeavesOut) {
  const auto provider = add_provider(oidc());
  auto settings = oidc("Renamed");
  settings.client_secret.clear();
  settings.allowed_domains = {" Acme.EXAMPLE ", "acme.example", "b.example"};
  const auto changed = providers_->change(team_, id_of(provider), settings);
  ASSERT_TRUE(changed) << changed.error().message();
  const auto found = providers_->find(team_, id_of(provider));
  EXPECT_EQ(found->name, "Renamed");
  EXPECT_EQ(found->client_secret, "s3cret");
  EXPECT_EQ(found->revision, 2);
  EXPECT_THAT(found->allowed_domains, ElementsAre("acme.example", "b.example"));
  settings.type = ProviderType::github;
  EXPECT_EQ(providers_->change(team_, id_of(provider), settings).error().fields().at(0).name, "type");
}

TEST_P(ProviderServiceTest, WrongFieldsAreNamed) {
  EXPECT_THAT(wrong_fields({.type = ProviderType::oidc}), ElementsAre("name", "client_id", "issuer"));
  EXPECT_THAT(wrong_fields({.type = ProviderType::google, .name = "G", .client_id = "c"}), ElementsAre("client_secret"));
  EXPECT_THAT(wrong_fields({.type = ProviderType::azure, .name = "A", .client_id = "c", .client_secret = "s", .directory = "a/../b"}), ElementsAre("tenant"));
  auto settings = oidc();
  settings.allowed_domains.clear();
  EXPECT_THAT(wrong_fields(settings), ElementsAre("allowed_domains"));
  settings.allowed_domains = {"gmail.com"};
  EXPECT_THAT(wrong_fields(settings), ElementsAre("allowed_domains"));
  settings = oidc();
  settings.token_url = "https://sso.acme.example/token";
  EXPECT_THAT(wrong_fields(settings), ElementsAre("authorize_url"));
  settings = oidc();
  settings.name = "two\nlines";
  EXPECT_THAT(wrong_fields(settings), ElementsAre("name"));
}

TEST_P(ProviderServiceTest, UrlsDoNotLeadInside) {
  for (const auto* url : {"http://sso.acme.example", "https://127.0.0.1", "https://127.1", "https://[::1]:8443/", "https://[::ffff:10.0.0.1]", "https://10.1.2.3/x",
                          "https://100.64.0.1", "https://0.0.0.0", "https://user@sso.acme.example", "ftp://sso.acme.example", "https://", "sso.acme.example",
                          "https://sso.acme.example/?a=b", "https://sso.acme.example/#f", "HTTPS://sso.acme.example", "https://sso.acme.example\r\nHost: x"}) {
    auto settings = oidc();
    settings.issuer = url;
    // 127.1 is a name to the parser; the address it leads to is refused when the connection is made.
    if (std::string_view(url) == "https://127.1") continue;
    EXPECT_THAT(wrong_fields(settings), ElementsAre("issuer")) << url;
  }
  settings_.allow_cidrs = {*Cidr::parse("10.0.0.0/8")};
  auto settings = oidc();
  settings.issuer = "http://10.1.2.3:8080/realm";
  EXPECT_THAT(wrong_fields(settings), IsEmpty());
  settings.issuer = "http://192.168.1.1";
  EXPECT_THAT(wrong_fields(settings), ElementsAre("issuer"));
  settings.issuer = "http://198.51.100.1";
  EXPECT_THAT(wrong_fields(settings), ElementsAre("issuer"));
}

TEST_P(ProviderServiceTest, SamlIsRefusedInWords) {
  authenticator_.add("admin", http::testing::user_with(team_, {"integration:create"}));
  const auto answer = http::testing::send(*router_, http::Method::post, "/identity-providers",
                                          {.token = "admin", .body = R"({"type":"saml2","name":"x","client_id":"y"})"});
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.body, HasSubstr("SAML 2.0 is not supported"));
}

TEST_P(ProviderServiceTest, AnotherTeamSeesNothing) {
  const auto provider = add_provider(oidc());
  const Tenant other{process_->users.create_team(owner_.id, "Other")->id};
  EXPECT_THAT(*providers_->list(other), IsEmpty());
  EXPECT_EQ(providers_->find(other, id_of(provider)).error().code(), Errc::not_found);
  EXPECT_EQ(providers_->change(other, id_of(provider), oidc()).error().code(), Errc::not_found);
  EXPECT_EQ(providers_->remove(other, id_of(provider)).error().code(), Errc::not_found);
}

TEST_P(ProviderServiceTest, ATeamHasAtMostTwenty) {
  for (int i = 0; i < ProviderService::kMostOfATeam; ++i) add_provider(oidc());
  EXPECT_EQ(providers_->create(team_, oidc()).error().reason(), "limit_reached");
}

TEST_P(ProviderServiceTest, TheOwnerIsNotLockedOut) {
  const auto provider = add_provider(oidc());
  const auto spare = add_provider(oidc("Spare"));
  const auto link = [&](const Provider& to) {
    EXPECT_TRUE(linker_->link(to, {.issuer = kIssuer, .subject = "owner", .email = owner_.email}, owner_.id, {}));
  };
  link(provider);
  auto off = oidc();
  off.enabled = false;
  EXPECT_EQ(providers_->remove(team_, id_of(provider)).error().reason(), "last_provider");
  EXPECT_EQ(providers_->change(team_, id_of(provider), off).error().reason(), "last_provider");
  EXPECT_TRUE(providers_->remove(team_, id_of(add_provider(oidc("Unused")))));

  link(spare);
  EXPECT_TRUE(providers_->change(team_, id_of(provider), off));
  EXPECT_EQ(providers_->remove(team_, id_of(spare)).error().reason(), "last_provider");
  factors_.factors = {sign_in::Factor::totp};
  EXPECT_EQ(providers_->remove(team_, id_of(spare)).error().reason(), "last_provider");
  factors_.factors = {sign_in::Factor::passkey};
  EXPECT_TRUE(providers_->change(team_, id_of(spare), off));
  factors_.factors.clear();
  set_password(owner_.id);
  EXPECT_TRUE(providers_->remove(team_, id_of(spare)));
}

TEST_P(ProviderServiceTest, RemovingAProviderRemovesItsLinks) {
  const auto provider = add_provider(oidc());
  const auto ann = add_member("ann@acme.example");
  ASSERT_TRUE(linker_->link(provider, {.issuer = kIssuer, .subject = "s", .email = ann.email}, ann.id, {}));
  ASSERT_TRUE(providers_->remove(team_, id_of(provider)));
  EXPECT_THAT(*linker_->identities_of(ann.id), IsEmpty());
}

TEST_P(ProviderServiceTest, NothingIsLeftOfADeletedTeamOrUser) {
  const auto provider = add_provider(oidc());
  const auto ann = add_member("ann@acme.example");
  const auto bob = add_member("bob@acme.example");
  ASSERT_TRUE(linker_->link(provider, {.issuer = kIssuer, .subject = "a", .email = ann.email}, ann.id, {}));
  ASSERT_TRUE(linker_->link(provider, {.issuer = kIssuer, .subject = "b", .email = bob.email}, bob.id, {}));
  ASSERT_TRUE(linker_->forget_user(ann.id));
  EXPECT_THAT(*linker_->identities_of(ann.id), IsEmpty());
  EXPECT_THAT(*linker_->identities_of(bob.id), SizeIs(1));
  ASSERT_TRUE(providers_->forget_team(team_));
  EXPECT_THAT(*providers_->list(team_), IsEmpty());
  EXPECT_THAT(*linker_->identities_of(bob.id), IsEmpty());
  EXPECT_THAT(*providers_->buttons("ann@acme.example"), IsEmpty());
}

TEST_P(ProviderServiceTest, ButtonsDependOnTheDomainOnly) {
  add_instance_provider(oidc("Everybody"));
  add_provider(oidc("Acme SSO"));
  auto hidden = oidc("Off");
  hidden.enabled = false;
  add_provider(hidden);
  auto foreign = oidc("Phisher");  // the team's owner has no address there
  foreign.allowed_domains = {"bank.example"};
  add_provider(foreign);
  add_member("ann@acme.example");
  const auto names = [&](std::string_view email) {
    std::vector<std::string> out;
    const auto buttons = providers_->buttons(email);
    for (const auto& button : *buttons) out.push_back(button.name + "/" + button.team_name);
    return out;
  };
  EXPECT_THAT(names(""), ElementsAre("Everybody/"));
  EXPECT_THAT(names("ann@acme.example"), ElementsAre("Everybody/", "Acme SSO/Acme"));
  EXPECT_THAT(names("nobody@ACME.example"), ElementsAre("Everybody/", "Acme SSO/Acme"));
  EXPECT_THAT(names("x@bank.example"), ElementsAre("Everybody/"));
  EXPECT_THAT(names("acme.example"), ElementsAre("Everybody/"));
  const auto answer = http::testing::send(*router_, http::Method::get, "/login/providers?email=ann%40acme.example");
  EXPECT_THAT(answer.body, HasSubstr(R"("name":"Acme SSO","team":"Acme","url":"https://auth.example.net/login/provider/)"));
}

TEST_P(ProviderServiceTest, RoutesAreIsolated) {
  const auto provider = add_provider(oidc());
  const Tenant other{process_->users.create_team(owner_.id, "Other")->id};
  auto stranger = http::testing::user_with(other, {"integration:create", "integration:delete", "integration:update", "integration:view"});
  stranger.user_id = add_user("stranger@elsewhere.example").id;
  auto nobody = http::testing::user_with(other, {});
  nobody.user_id = stranger.user_id;
  authenticator_.add("all", stranger);
  authenticator_.add("none", nobody);
  const auto ann = add_member("ann@acme.example");
  ASSERT_TRUE(linker_->link(provider, {.issuer = kIssuer, .subject = "s", .email = ann.email}, ann.id, {}));
  const auto identity = linker_->identities_of(ann.id)->at(0).id.to_string();
  const http::testing::IsolationCase fixture{
      .token_without_scopes = "none", .token_with_all_scopes = "all",
      .foreign_id = [&](const http::Endpoint& endpoint, std::string_view) -> std::optional<std::string> {
        if (endpoint.path.starts_with("/me/")) return identity;
        return endpoint.path.starts_with("/login/") ? std::nullopt : std::optional(provider.id);
      },
      .request = [&](const http::Endpoint& endpoint) -> std::optional<http::testing::Sending> {
        if (!endpoint.path.starts_with("/identity-providers") || endpoint.path.ends_with("/test")) return std::nullopt;
        if (endpoint.method != http::Method::post && endpoint.method != http::Method::put) return std::nullopt;
        return http::testing::Sending{.body = R"({"type":"oidc","name":"n","client_id":"c","issuer":"https://sso.example.com"})"};
      }};
  EXPECT_THAT(http::testing::isolation_failures(*router_, fixture), IsEmpty());
}

}  // namespace
}  // namespace openstrat::federation
