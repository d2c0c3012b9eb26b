// The provider over real identity services and a fresh database of each engine, with a clock that stands still.
#pragma once

#include <gmock/gmock.h>

#include "audit/audit_service.hpp"
#include "base/jose.hpp"
#include "base/metrics.hpp"
#include "bus/bus.hpp"
#include "http/testing/in_memory.hpp"
#include "http/url_text.hpp"
#include "identity/test_fixture.hpp"
#include "oidc/parameters.hpp"
#include "oidc/provider.hpp"
#include "oidc/schema.hpp"
#include "oidc/template_files.hpp"
#include "sign_in/browser_service.hpp"
#include "templates/library.hpp"

namespace openstrat::oidc {

class RecordedEvents final : public bus::Bus {
 public:
  void subscribe(std::string, std::string, bus::Handler) override {}
  Status append(db::Session& session, bus::Event event) override {
    session.on_commit([this, event] { all.push_back(event); });
    return {};
  }
  void publish(bus::Event event) override { all.push_back(std::move(event)); }
  void start() override {}
  void stop() override {}
  std::vector<bus::Event> all;
};

class RecordedAudit final : public audit::AuditLog {
 public:
  void record(audit::AuditEntry entry) noexcept override { all.push_back(std::move(entry)); }
  std::vector<audit::AuditEntry> all;
};

inline std::vector<db::Migration> migrations_with_identity() {
  auto all = identity::migrations();
  for (auto& one : migrations()) all.push_back(std::move(one));
  return all;
}

inline const templates::Library& page_templates() {
  static const auto library = [] {
    const std::span<const templates::File> sets[] = {template_files()};
    return templates::Library::load(sets);
  }();
  if (!library) throw std::runtime_error(library.error().message());
  return *library;
}

/// One process of the installation; two on one database are two nodes.
struct Node {
  Node(db::Database& database, const Clock& clock, const identity::Settings& identity_settings, const SecretBox& box, const Settings& settings)
      : identity(database, clock, identity_settings, box),
        provider({database, bus, identity.users, identity.tokens, identity.sessions, identity.signing, audit, page_templates(), {}, metrics, clock,
                  secure_rng(), settings}),
        browsers(identity.sessions, settings.issuer),
        authenticator({.database = database, .cache = identity.cache, .tokens = identity.tokens, .devices = nullptr, .clock = clock,
                       .settings = identity_settings, .clients = &provider.grants}),
        router(http::testing::in_memory_hooks(clock, authenticator)) {
    add_routes(router, {provider, browsers, authenticator});
  }

  metrics::Registry metrics;
  RecordedEvents bus;
  RecordedAudit audit;
  identity::Process identity;
  Provider provider;
  sign_in::BrowserService browsers;
  identity::BearerAuthenticator authenticator;
  http::Router router;
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

class OidcTest : public db::EachEngineTest {
 protected:
  static constexpr const char* kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";    // RFC 7636, appendix B
  static constexpr const char* kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  static constexpr const char* kIssuer = "https://auth.example";
  static constexpr const char* kCallback = "https://app.example/callback";

  OidcTest() : database_(make_reused_database(migrations_with_identity())), node_(std::make_unique<Node>(*database_, clock_, identity_settings_, box_, settings_)) {
    EXPECT_TRUE(node().identity.users.prepare());
    EXPECT_TRUE(node().identity.signing.rotate());
    ann_ = add_user("ann@example.com", "Ann Miller");
    acme_ = add_team(ann_, "Acme");
    cookie_ = sign_in(ann_);
  }
  void TearDown() override {
    node_.reset(), database_.reset();
    EachEngineTest::TearDown();
  }

  Node& node() { return *node_; }
  identity::User add_user(const std::string& email, const std::string& name = "") {
    return node().identity.users.create_user({.email = email, .name = name, .email_verified = true}).value();
  }
  identity::Team add_team(const identity::User& owner, const std::string& name) { return node().identity.users.create_team(owner.id, name).value(); }
  std::string sign_in(const identity::User& user, std::vector<std::string> methods = {"pwd"}) {
    return node().identity.sessions.start({.user_id = user.id, .methods = std::move(methods)}, {}).value().cookie;
  }

  ClientDraft draft(AuthMethod method = AuthMethod::client_secret_basic) {
    ClientDraft out{.name = "Dashboards", .auth_method = method, .jwks = {}, .redirect_uris = {kCallback}, .logout_uris = {"https://app.example/bye"},
                    .grants = {GrantType::authorization_code, GrantType::refresh_token}, .scopes = {}, .homepage = {}};
    if (method != AuthMethod::none) out.grants.push_back(GrantType::client_credentials);
    return out;
  }
  Registrar everything() {
    return {.user_id = ann_.id, .scopes = identity::scopes_of(identity::SystemRole::owner)};
  }
  ClientService::Created register_client(const ClientDraft& draft) {
    auto made = node().provider.clients.create(Tenant{acme_.id}, draft, everything());
    EXPECT_TRUE(made) << made.error().message();
    return *std::move(made);
  }

  // ---- HTTP ----
  http::Response get(const std::string& target, const std::string& cookie = "") {
    http::testing::Sending sending;
    if (!cookie.empty()) sending.headers.emplace_back("Cookie", "__Host-session=" + cookie);
    return http::testing::send(node().router, http::Method::get, target, sending);
  }
  http::Response post_form(const std::string& target, const Pairs& form, Pairs headers = {}) {
    http::testing::Sending sending{.body = encode_query(form), .headers = std::move(headers)};
    sending.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    return http::testing::send(node().router, http::Method::post, target, sending);
  }
  Pairs from_our_page(const std::string& cookie) { return {{"Cookie", "__Host-session=" + cookie}, {"Sec-Fetch-Site", "same-origin"}}; }

  static Pairs request_of(const std::string& client_id, Pairs changed = {}) {
    Pairs all{{"response_type", "code"}, {"client_id", client_id}, {"redirect_uri", kCallback}, {"scope", "openid profile email offline_access"},
              {"state", "xyz"}, {"nonce", "n-1"}, {"code_challenge", kChallenge}, {"code_challenge_method", "S256"}};
    for (auto& [name, value] : changed) {
      const auto found = std::ranges::find(all, name, &Pairs::value_type::first);
      if (found != all.end()) found->second = value;
      else all.emplace_back(name, value);
    }
    std::erase_if(all, [](const auto& pair) { return pair.second.empty(); });
    return all;
  }
  static std::string authorize_target(const std::string& client_id, Pairs changed = {}) {
    return "/authorize?" + encode_query(request_of(client_id, std::move(changed)));
  }
  static std::string location(const http::Response& response) { return std::string(response.headers.find("Location").value_or("")); }
  /// A parameter of the URI that the browser is sent to.
  static std::string sent(const http::Response& response, std::string_view name) {
    const std::string uri = location(response);
    for (const auto& [key, value] : http::parse_query(std::string_view(uri).substr(std::min(uri.find('?') + 1, uri.size()))))
      if (key == name) return value;
    return "";
  }
  static std::string hidden_field(const std::string& html, const std::string& name) {
    const std::string mark = "name=\"" + name + "\" value=\"";
    const auto at = html.find(mark);
    if (at == std::string::npos) return "";
    return html.substr(at + mark.size(), html.find('"', at + mark.size()) - at - mark.size());
  }
  /// Allowed by `cookie`'s person, on the consent page if there is one.
  std::string get_code(const std::string& client_id, const std::string& cookie, Pairs changed = {}) {
    auto response = get(authorize_target(client_id, std::move(changed)), cookie);
    if (response.status == 200)
      response = post_form("/authorize/consent", {{"ticket", hidden_field(response.body, "ticket")}, {"decision", "allow"}}, from_our_page(cookie));
    EXPECT_EQ(response.status, 303) << response.body;
    EXPECT_EQ(sent(response, "error"), "") << location(response);
    return sent(response, "code");
  }
  static jose::Claims json(const http::Response& response) {
    auto parsed = jose::Claims::parse(response.body);
    EXPECT_TRUE(parsed) << response.body;
    return parsed ? *parsed : *jose::Claims::parse("{}");
  }
  static std::string field(const http::Response& response, std::string_view name) { return json(response).text(name).value_or(""); }
  static Pairs basic(const ClientService::Created& made) {
    return {{"Authorization", "Basic " + crypto::base64(made.client.id + ":" + made.secret.value_or(""))}};
  }
  http::Response redeem(const std::string& code, const Pairs& headers, Pairs extra = {}) {
    Pairs form{{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", kCallback}, {"code_verifier", kVerifier}};
    form.insert(form.end(), extra.begin(), extra.end());
    return post_form("/oauth/token", form, headers);
  }
  http::Response refresh(const std::string& token, const Pairs& headers, Pairs extra = {}) {
    Pairs form{{"grant_type", "refresh_token"}, {"refresh_token", token}};
    form.insert(form.end(), extra.begin(), extra.end());
    return post_form("/oauth/token", form, headers);
  }
  http::Response userinfo(const std::string& token) {
    return http::testing::send(node().router, http::Method::get, "/userinfo", {.token = token});
  }
  static jose::Claims claims_of(const std::string& token) { return jose::parse_token(token).value().claims; }

  ManualClock clock_{*parse_iso8601("2026-02-03T08:00:00Z")};
  identity::Settings identity_settings_ = [] {
    identity::Settings settings;
    settings.issuer = kIssuer;
    settings.audience = "https://api.example";
    return settings;
  }();
  Settings settings_ = [] {
    Settings settings;
    settings.issuer = kIssuer;
    settings.portal = "https://portal.example/app";
    settings.form_key = {1, 2, 3};
    return settings;
  }();
  SecretBox box_{"identity", MasterKey(crypto::Key32{1, 2, 3})};
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<Node> node_;
  identity::User ann_;
  identity::Team acme_;
  std::string cookie_;
};

}  // namespace openstrat::oidc
