// Google, Microsoft Entra and GitHub, answering as they document it.
#include "federation/test_support.hpp"

namespace openstrat::federation {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kTenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
constexpr const char* kOtherTenant = "11111111-2222-4333-8444-555555555555";
constexpr const char* kPersonal = "9188040d-6c67-4c5b-b112-36a304b66dad";

class ProviderKindsTest : public FederationTest {
 protected:
  static ProviderSettings of_type(ProviderType type, const std::string& directory = "") {
    return {.type = type, .name = "Work account", .client_id = "openstrat", .client_secret = "s3cret", .directory = directory,
            .allowed_domains = {"acme.example"}, .jit_provisioning = true};
  }
  std::string sign_in_with(FakeProvider& op, const Provider& provider, const std::function<void(FakeIdToken&)>& change) {
    Browser browser;
    const auto url = start(browser, provider);
    change(op.sign_in(url, "openstrat"));
    const auto back = come_back(browser, url);
    return is_signed_in(browser) ? "signed in" : back.body;
  }
  /// Entra's document for a directory: the issuer is a template for many tenants.
  FakeProvider entra(const std::string& directory, const std::string& tenant) {
    return FakeProvider(web_, clock_, "https://login.microsoftonline.com/" + tenant + "/v2.0", "https://login.microsoftonline.com/" + directory + "/v2.0");
  }
};
INSTANTIATE_EACH_ENGINE(ProviderKindsTest);

TEST_P(ProviderKindsTest, GoogleIsBelievedAboutItsOwnDomains) {
  FakeProvider google(web_, clock_, "https://accounts.google.com");
  const auto provider = add_provider(of_type(ProviderType::google));
  EXPECT_EQ(sign_in_with(google, provider, [](FakeIdToken& t) { t.set("hd", "\"acme.example\""); }), "signed in");
}

TEST_P(ProviderKindsTest, AForeignAddressAtGoogleIsAskedFirst) {
  FakeProvider google(web_, clock_, "https://accounts.google.com");
  const auto provider = add_provider(of_type(ProviderType::google));
  EXPECT_THAT(sign_in_with(google, provider, [](FakeIdToken&) {}), HasSubstr("Check your mail"));
  EXPECT_THAT(sign_in_with(google, provider, [](FakeIdToken& t) { t.set("hd", "\"acme.example\"").set("email_verified", "false"); }), HasSubstr("email_unverified"));
}

TEST_P(ProviderKindsTest, EntraOfOneTenant) {
  auto op = entra(kTenant, kTenant);
  const auto provider = add_instance_provider(of_type(ProviderType::azure, kTenant), "Acme");
  const auto tenant = std::string("\"") + kTenant + "\"";
  EXPECT_EQ(sign_in_with(op, provider, [&](FakeIdToken& t) { t.set("tid", tenant).drop("email_verified"); }), "signed in");
  const auto ann = process_->users.find_user("ann@acme.example");
  ASSERT_TRUE(ann);
  EXPECT_EQ(linker_->identities_of(ann->id)->at(0).subject, std::string(kTenant) + "/subject-1");
  EXPECT_EQ(ann->idp, "azure");
}

TEST_P(ProviderKindsTest, EntraOfOneTenantOfATeamAsksTheMailbox) {
  auto op = entra("acme.onmicrosoft.com", kTenant);
  const auto provider = add_provider(of_type(ProviderType::azure, "acme.onmicrosoft.com"));
  const auto tenant = std::string("\"") + kTenant + "\"";
  EXPECT_THAT(sign_in_with(op, provider, [&](FakeIdToken& t) { t.set("tid", tenant).drop("email_verified"); }), HasSubstr("Check your mail"));
  EXPECT_EQ(sign_in_with(op, provider, [&](FakeIdToken& t) { t.set("tid", tenant).set("xms_edov", "true"); }), "signed in");
}

TEST_P(ProviderKindsTest, EntraOfManyTenants) {
  auto op = entra("organizations", "{tenantid}");
  const auto provider = add_provider(of_type(ProviderType::azure, "organizations"));
  const auto of_tenant = [](const std::string& tenant, const char* edov) {
    return [tenant, edov](FakeIdToken& t) {
      t.set("iss", "\"https://login.microsoftonline.com/" + tenant + "/v2.0\"").set("tid", "\"" + tenant + "\"").set("xms_edov", edov);
    };
  };
  EXPECT_EQ(sign_in_with(op, provider, of_tenant(kTenant, "true")), "signed in");
  // A tenant can write any address into its directory.
  EXPECT_THAT(sign_in_with(op, provider, of_tenant(kOtherTenant, "false")), HasSubstr("email_unverified"));
  EXPECT_THAT(sign_in_with(op, provider, of_tenant(kPersonal, "true")), HasSubstr("not_invited"));
  const auto lying = [&](FakeIdToken& t) {
    of_tenant(kTenant, "true")(t);
    t.set("tid", std::string("\"") + kOtherTenant + "\"");
  };
  EXPECT_THAT(sign_in_with(op, provider, lying), HasSubstr("another issuer"));
  EXPECT_THAT(sign_in_with(op, provider, [](FakeIdToken& t) { t.set("tid", "\"../evil\""); }), HasSubstr("tid"));
}

TEST_P(ProviderKindsTest, EntraOfPersonalAccounts) {
  auto op = entra("consumers", "{tenantid}");
  const auto provider = add_provider(of_type(ProviderType::azure, "consumers"));
  EXPECT_THAT(sign_in_with(op, provider, [](FakeIdToken& t) { t.set("tid", std::string("\"") + kTenant + "\""); }), HasSubstr("not_invited"));
}

class GithubTest : public ProviderKindsTest {
 protected:
  void serve(const std::string& site, const std::string& api) {
    web_.on(site + "/login/oauth/access_token", [this](const WebRequest& request) -> Result<WebAnswer> {
      for (const auto& [name, value] : http::parse_query(request.body)) form_[name] = value;
      if (form_["code"] != "code-1") return WebAnswer{200, R"({"error":"bad_verification_code","error_description":"The code passed is incorrect or expired."})"};
      return WebAnswer{200, R"({"access_token":"gho_1","scope":"read:user,user:email","token_type":"bearer"})"};
    });
    web_.on(api + "/user", R"({"login":"annbell","id":583231,"name":"Ann Bell","email":"public@elsewhere.example","type":"User"})");
    web_.on(api + "/user/emails", [this](const WebRequest& request) -> Result<WebAnswer> {
      EXPECT_EQ(request.headers.at(0).second, "Bearer gho_1");
      return WebAnswer{200, emails_};
    });
  }
  std::map<std::string, std::string> form_;
  std::string emails_ = R"([{"email":"other@acme.example","verified":true,"primary":false,"visibility":null},
                           {"email":"ann@acme.example","verified":true,"primary":true,"visibility":"private"}])";
};
INSTANTIATE_EACH_ENGINE(GithubTest);

TEST_P(GithubTest, ThePrimaryVerifiedAddressCounts) {
  serve("https://github.com", "https://api.github.com");
  const auto provider = add_provider(of_type(ProviderType::github));
  Browser browser;
  const auto url = start(browser, provider);
  EXPECT_THAT(url, StartsWith("https://github.com/login/oauth/authorize?client_id=openstrat&redirect_uri="));
  EXPECT_THAT(url, HasSubstr("scope=read%3Auser%20user%3Aemail"));
  EXPECT_EQ(come_back(browser, url).status, 302);
  EXPECT_TRUE(is_signed_in(browser));
  EXPECT_EQ(code_challenge(form_["code_verifier"]), url.substr(url.find("code_challenge=") + 15, 43));
  const auto ann = process_->users.find_user("ann@acme.example");
  ASSERT_TRUE(ann);
  EXPECT_EQ(ann->idp, "github");
  EXPECT_EQ(linker_->identities_of(ann->id)->at(0).subject, "583231");
}

TEST_P(GithubTest, AnUnverifiedPrimaryAddressIsRefused) {
  serve("https://github.com", "https://api.github.com");
  emails_ = R"([{"email":"ann@acme.example","verified":false,"primary":true},{"email":"x@acme.example","verified":true,"primary":false}])";
  const auto provider = add_provider(of_type(ProviderType::github));
  Browser browser;
  EXPECT_THAT(come_back(browser, start(browser, provider)).body, HasSubstr("email_unverified"));
  emails_ = "[]";
  EXPECT_THAT(come_back(browser, start(browser, provider)).body, HasSubstr("email_missing"));
  emails_ = "oops";
  EXPECT_THAT(come_back(browser, start(browser, provider)).body, HasSubstr("garbled"));
}

TEST_P(GithubTest, ARefusedCodeIsTold) {
  serve("https://github.com", "https://api.github.com");
  const auto provider = add_provider(of_type(ProviderType::github));
  Browser browser;
  const auto url = start(browser, provider);
  const auto back = go(browser, "/callback?code=wrong&state=" + state_of(url));
  EXPECT_EQ(back.status, 502);
  EXPECT_THAT(back.body, HasSubstr("bad_verification_code"));
}

TEST_P(GithubTest, ATeamsOwnServerAsksTheMailbox) {
  serve("https://git.acme.example", "https://git.acme.example/api/v3");
  auto settings = of_type(ProviderType::github);
  settings.issuer = "https://git.acme.example/";
  const auto provider = add_provider(settings);
  Browser browser;
  EXPECT_THAT(come_back(browser, start(browser, provider)).body, HasSubstr("Check your mail"));
}

}  // namespace
}  // namespace openstrat::federation
