// A provider of others in memory, and the whole room over a fresh database: for the tests of this room.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "audit/audit_service.hpp"
#include "base/crypto.hpp"
#include "base/crypto_sign.hpp"
#include "base/metrics.hpp"
#include "base/rng.hpp"
#include "base/secrets.hpp"
#include "federation/account_linker.hpp"
#include "federation/federation_service.hpp"
#include "federation/pages.hpp"
#include "federation/provider_service.hpp"
#include "federation/routes.hpp"
#include "federation/schema.hpp"
#include "federation/template_files.hpp"
#include "http/testing/in_memory.hpp"
#include "http/url_text.hpp"
#include "identity/test_fixture.hpp"
#include "mail/testing.hpp"
#include "pages/template_files.hpp"
#include "templates/library.hpp"

namespace openstrat::federation {

/// Answers by URL (without its query) and remembers what was asked.
class FakeWeb final : public Web {
 public:
  using Answerer = std::function<Result<WebAnswer>(const WebRequest&)>;
  void on(std::string url, Answerer answerer) { answerers_[std::move(url)] = std::move(answerer); }
  void on(std::string url, std::string json, int status = 200) {
    on(std::move(url), [json = std::move(json), status](const WebRequest&) -> Result<WebAnswer> { return WebAnswer{status, json}; });
  }
  void remove(const std::string& url) { answerers_.erase(url); }

  Result<WebAnswer> send(const WebRequest& request) override {
    asked.push_back(request);
    const auto found = answerers_.find(request.url.substr(0, request.url.find('?')));
    if (found == answerers_.end()) return fail(Errc::upstream, "connection_failed", "Connection refused");
    return found->second(request);
  }
  int count(std::string_view url) const {
    return static_cast<int>(std::ranges::count_if(asked, [&](const WebRequest& one) { return one.url == url; }));
  }

  std::vector<WebRequest> asked;

 private:
  std::map<std::string, Answerer> answerers_;
};

/// The claims of an ID token as JSON text, and everything that a bad provider could change.
struct FakeIdToken {
  std::map<std::string, std::string> claims;  ///< values are JSON
  std::string header;                         ///< empty: RS256 with the current key
  bool is_signed = true;
  FakeIdToken& set(const std::string& name, const std::string& json) {
    claims[name] = json;
    return *this;
  }
  FakeIdToken& drop(const std::string& name) {
    claims.erase(name);
    return *this;
  }
};

/// An OpenID provider as documented: discovery, keys, tokens for a code.
class FakeProvider {
 public:
  FakeProvider(FakeWeb& web, const Clock& clock, std::string issuer, std::string discovered_at = "")
      : web_(web), clock_(clock), issuer_(std::move(issuer)) {
    if (discovered_at.empty()) discovered_at = issuer_;
    document = R"({"issuer":")" + issuer_ + R"(","authorization_endpoint":")" + discovered_at + R"(/authorize","token_endpoint":")" + discovered_at +
               R"(/token","jwks_uri":")" + discovered_at + R"(/keys","userinfo_endpoint":")" + discovered_at + R"(/userinfo"})";
    base = discovered_at;
    web_.on(base + "/.well-known/openid-configuration", [this](const WebRequest&) -> Result<WebAnswer> { return WebAnswer{200, document}; });
    web_.on(base + "/keys", [this](const WebRequest&) -> Result<WebAnswer> { return WebAnswer{200, keys()}; });
    web_.on(base + "/token", [this](const WebRequest& request) -> Result<WebAnswer> { return token(request); });
  }

  /// A new key under a new name; the old one is no longer published.
  void rotate() {
    static const auto second = crypto::RsaKey::generate();
    kid_ += "x";
    key_ = second;
  }
  /// What the person at the provider will have as ID token for the authorization request in `url`.
  FakeIdToken& sign_in(const std::string& url, const std::string& audience) {
    nonce_of(url);
    const auto now = to_unix_seconds(clock_.now());
    next = FakeIdToken{};
    next.set("iss", '"' + issuer_ + '"').set("aud", '"' + audience + '"').set("sub", R"("subject-1")").set("nonce", '"' + nonce_ + '"');
    next.set("exp", std::to_string(now + 300)).set("iat", std::to_string(now)).set("email", R"("ann@acme.example")").set("email_verified", "true");
    next.set("name", R"("Ann Bell")").set("at_hash", '"' + at_hash("at-1") + '"');
    return next;
  }
  static std::string at_hash(std::string_view access_token) {
    const auto digest = crypto::sha256(access_token);
    return crypto::base64url({reinterpret_cast<const char*>(digest.data()), 16});
  }

  std::string base;
  std::string document;
  FakeIdToken next;
  std::string challenge;  ///< of PKCE, from the authorization request

 private:
  void nonce_of(const std::string& url) {
    for (const auto& [name, value] : http::parse_query(url.substr(url.find('?') + 1))) {
      if (name == "nonce") nonce_ = value;
      if (name == "code_challenge") challenge = value;
    }
  }
  std::string keys() const {
    return R"({"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":")" + kid_ + R"(","n":")" + crypto::base64url(key_.modulus()) + R"(","e":"AQAB"}]})";
  }
  Result<WebAnswer> token(const WebRequest& request) {
    std::map<std::string, std::string> form;
    for (auto& [name, value] : http::parse_query(request.body)) form[name] = value;
    if (form["code"] != "code-1" || code_challenge(form["code_verifier"]) != challenge) return WebAnswer{400, R"({"error":"invalid_grant"})"};
    std::string payload = "{";
    for (const auto& [name, json] : next.claims) payload += (payload.size() > 1 ? ",\"" : "\"") + name + "\":" + json;
    const std::string header = next.header.empty() ? R"({"alg":"RS256","kid":")" + kid_ + "\"}" : next.header;
    std::string token = crypto::base64url(header) + "." + crypto::base64url(payload + "}");
    token += "." + (next.is_signed ? crypto::base64url(key_.sign_sha256(token)) : "");
    return WebAnswer{200, R"({"access_token":"at-1","token_type":"Bearer","id_token":")" + token + "\"}"};
  }

  FakeWeb& web_;
  const Clock& clock_;
  std::string issuer_;
  std::string kid_ = "k";
  std::string nonce_;
  crypto::RsaKey key_ = identity::shared_rsa_key();
};

class KeptAudit final : public audit::AuditLog {
 public:
  void record(audit::AuditEntry entry) noexcept override { all.push_back(std::move(entry)); }
  int count(std::string_view event) const {
    return static_cast<int>(std::ranges::count_if(all, [&](const auto& entry) { return entry.endpoint == event; }));
  }
  std::vector<audit::AuditEntry> all;
};

class NoFactors final : public sign_in::SecondFactors {
 public:
  Result<std::vector<sign_in::Factor>> factors_of(UserId) override { return factors; }
  Result<std::optional<sign_in::Factor>> check_code(UserId, std::string_view) override { return std::optional<sign_in::Factor>{}; }
  Result<std::string> passkey_options(std::optional<UserId>) override { return std::string("{}"); }
  Result<PasskeyProof> check_passkey(std::string_view) override { return fail(Errc::unauthenticated, "passkey_invalid", "none"); }
  std::vector<sign_in::Factor> factors;
};

/// Starts real sessions; the other steps are not of this room.
class DirectSignIn final : public sign_in::SignInService {
 public:
  explicit DirectSignIn(identity::SessionService& sessions) : sessions_(sessions) {}
  Result<sign_in::Step> with_provider(UserId user, std::vector<std::string> methods, bool remember, const sign_in::Attempt& attempt) override {
    last_methods = methods;
    last_email = attempt.email;
    if (next) return *next;
    const auto started = sessions_.start({.user_id = user, .methods = std::move(methods), .remember = remember}, {});
    if (!started) return fail(started.error());
    return sign_in::Step{.session = *started, .user_id = user};
  }
  Result<sign_in::Step> with_password(const sign_in::Attempt&, std::string_view, bool) override { return refused(); }
  Result<sign_in::Step> with_code(std::string_view, std::string_view, const sign_in::Attempt&) override { return refused(); }
  Result<sign_in::Step> with_new_password(std::string_view, std::string_view, const sign_in::Attempt&) override { return refused(); }
  Result<sign_in::Step> with_passkey(std::string_view, std::string_view, const sign_in::Attempt&) override { return refused(); }

  std::optional<sign_in::Step> next;  ///< instead of a session
  std::vector<std::string> last_methods;
  std::string last_email;

 private:
  static std::unexpected<Error> refused() { return fail(Errc::unauthenticated, "credentials_invalid", "not here"); }
  identity::SessionService& sessions_;
};

class FederationTest : public db::EachEngineTest {
 protected:
  static constexpr const char* kAuth = "https://auth.example.net";
  static constexpr const char* kIssuer = "https://sso.acme.example";

  FederationTest() {
    settings_.auth_url = kAuth;
    settings_.portal_url = "https://auth.example.net/app";
    settings_.brand_name = "OpenStrat";
    auto migrations = identity::migrations();
    for (auto& one : federation::migrations()) migrations.push_back(one);
    database_ = make_reused_database(migrations);
    process_ = std::make_unique<identity::Process>(*database_, clock_, identity_settings_, box_);
    EXPECT_TRUE(process_->users.prepare());
    accounts_ = std::make_unique<identity::AccountService>(process_->cache, clock_);
    provisioning_ = std::make_unique<identity::Provisioning>(process_->cache, clock_, secure_rng());
    sign_in_ = std::make_unique<DirectSignIn>(process_->sessions);
    providers_ = std::make_unique<ProviderService>(ProviderService::Dependencies{*database_, box_, process_->users, factors_, clock_, secure_rng(), settings_});
    linker_ = std::make_unique<AccountLinker>(AccountLinker::Dependencies{*database_, *providers_, *accounts_, *provisioning_, process_->users, mails_, audit_, notes_,
                                                                         clock_, secure_rng(), settings_});
    federation_ = std::make_unique<FederationService>(
        FederationService::Dependencies{*providers_, *linker_, *sign_in_, audit_, web_, notes_, metrics_, clock_, secure_rng(), settings_});
    auto library = templates::Library::load(std::vector<std::span<const templates::File>>{pages::template_files(), federation::template_files()});
    EXPECT_TRUE(library) << library.error().message();
    library_ = std::make_unique<templates::Library>(*std::move(library));
    pages_ = std::make_unique<Pages>(*library_, templates::Brand{}, secure_rng(), settings_);
    browser_ = std::make_unique<sign_in::BrowserService>(process_->sessions, kAuth);
    router_ = std::make_unique<http::Router>(http::testing::in_memory_hooks(clock_, authenticator_));
    const Services services{*providers_, *federation_, *linker_, *pages_, *browser_, settings_};
    add_provider_routes(*router_, services);
    add_identity_routes(*router_, services);
    add_sign_in_routes(*router_, services);
    owner_ = add_user("owner@acme.example");
    team_ = Tenant{process_->users.create_team(owner_.id, "Acme")->id};
  }

  identity::User add_user(const std::string& email, bool verified = true) {
    auto user = process_->users.create_user({.email = email, .email_verified = verified});
    EXPECT_TRUE(user) << user.error().message();
    return *std::move(user);
  }
  identity::User add_member(const std::string& email) {
    auto user = add_user(email);
    EXPECT_TRUE(process_->users.add_member(team_, user.id, identity::SystemRole::operator_));
    return user;
  }
  /// Gives the user a password without computing one.
  void set_password(UserId user) {
    const db::Query query{"test.password", "UPDATE users SET password_hash = 'x' WHERE id = ?1"};
    EXPECT_TRUE(database_->write([&](db::Session& session) { return session.execute(query, db::params(user)); }));
  }

  static ProviderSettings oidc(const std::string& name = "Acme SSO") {
    return {.type = ProviderType::oidc, .name = name, .client_id = "openstrat", .client_secret = "s3cret", .issuer = kIssuer,
            .allowed_domains = {"acme.example"}, .jit_provisioning = true};
  }
  Provider add_provider(ProviderSettings settings) {
    auto provider = providers_->create(team_, std::move(settings));
    EXPECT_TRUE(provider) << provider.error().message();
    return provider ? *std::move(provider) : Provider();
  }
  /// One of the configuration file.
  Provider add_instance_provider(ProviderSettings settings, const std::string& jit_team = "") {
    Provider provider{std::move(settings)};
    provider.id = "instance-" + std::to_string(settings_.providers.size() + 1);
    provider.jit_team = jit_team;
    settings_.providers.push_back(provider);
    return provider;
  }

  /// A browser: it keeps cookies.
  struct Browser {
    std::map<std::string, std::string> cookies;
    std::string header() const {
      std::string out;
      for (const auto& [name, value] : cookies) out += (out.empty() ? "" : "; ") + name + "=" + value;
      return out;
    }
  };
  http::Response go(Browser& browser, const std::string& target, http::Method method = http::Method::get, const std::string& form = "") {
    http::testing::Sending sending{.body = form};
    if (!browser.cookies.empty()) sending.headers.emplace_back("Cookie", browser.header());
    if (!form.empty()) sending.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    auto response = http::testing::send(*router_, method, target.starts_with(kAuth) ? target.substr(std::string(kAuth).size()) : target, sending);
    for (const auto& [name, value] : response.headers.entries()) {
      if (name != "Set-Cookie") continue;
      const auto equals = value.find('=');
      browser.cookies[value.substr(0, equals)] = value.substr(equals + 1, value.find(';') - equals - 1);
    }
    return response;
  }
  static std::string location(const http::Response& response) { return std::string(response.headers.find("Location").value_or("")); }
  /// Presses the button; where the provider is.
  std::string start(Browser& browser, const Provider& provider, const std::string& more = "") {
    const auto response = go(browser, "/login/provider/" + provider.id + more);
    EXPECT_EQ(response.status, 302) << response.body;
    return location(response);
  }
  static std::string state_of(const std::string& url) {
    for (const auto& [name, value] : http::parse_query(url.substr(url.find('?') + 1)))
      if (name == "state") return value;
    return {};
  }
  http::Response come_back(Browser& browser, const std::string& authorization_url, const std::string& more = "") {
    return go(browser, "/callback?code=code-1&state=" + state_of(authorization_url) + more);
  }
  bool is_signed_in(const Browser& browser) {
    const auto found = browser.cookies.find("__Host-session");
    if (found == browser.cookies.end()) return false;
    const auto session = process_->sessions.find(found->second);
    return session && *session;
  }
  std::optional<UserId> user_of(const Browser& browser) {
    const auto found = browser.cookies.find("__Host-session");
    if (found == browser.cookies.end()) return std::nullopt;
    const auto session = process_->sessions.find(found->second);
    return session && *session ? std::optional((*session)->user.id) : std::nullopt;
  }
  std::string bearer_of(const identity::User& user, const std::string& token = "tok") {
    http::Principal principal = http::testing::user_with(team_, {});
    principal.user_id = user.id;
    authenticator_.add(token, principal);
    return token;
  }

  ManualClock clock_{*parse_iso8601("2026-02-03T08:00:00Z")};
  identity::Settings identity_settings_;
  Settings settings_;
  SecretBox box_{"federation", MasterKey(crypto::Key32{1, 2, 3})};
  SealedNotes notes_{box_, clock_};
  FakeWeb web_;
  mail::KeptMails mails_;
  KeptAudit audit_;
  NoFactors factors_;
  metrics::Registry metrics_;
  http::testing::FakeAuthenticator authenticator_;
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<identity::Process> process_;
  std::unique_ptr<identity::AccountService> accounts_;
  std::unique_ptr<identity::Provisioning> provisioning_;
  std::unique_ptr<DirectSignIn> sign_in_;
  std::unique_ptr<ProviderService> providers_;
  std::unique_ptr<AccountLinker> linker_;
  std::unique_ptr<FederationService> federation_;
  std::unique_ptr<templates::Library> library_;
  std::unique_ptr<Pages> pages_;
  std::unique_ptr<sign_in::BrowserService> browser_;
  std::unique_ptr<http::Router> router_;
  identity::User owner_;
  Tenant team_;
};

}  // namespace openstrat::federation
