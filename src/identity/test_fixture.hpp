// The services of identity over a fresh database of each engine, with a clock that stands still.
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "base/crypto.hpp"
#include "base/rng.hpp"
#include "base/guarded.hpp"
#include "base/secrets.hpp"
#include "bus/bus.hpp"
#include "db/testing.hpp"
#include "identity/account_service.hpp"
#include "identity/authenticator.hpp"
#include "identity/credential_cache.hpp"
#include "identity/key_service.hpp"
#include "identity/member_service.hpp"
#include "identity/password_service.hpp"
#include "identity/role_service.hpp"
#include "identity/role_store.hpp"
#include "identity/schema.hpp"
#include "identity/session_activity.hpp"
#include "identity/session_keeper.hpp"
#include "identity/signing_keys.hpp"
#include "identity/site_visibility_service.hpp"
#include "identity/team_service.hpp"
#include "identity/token_service.hpp"
#include "identity/user_service.hpp"
#include "mail/testing.hpp"

namespace openstrat::identity {

inline constexpr const char* kPassword = "Correct-horse-7";

/// Generating a key takes a good part of a second, so all tests share one.
inline crypto::RsaKey shared_rsa_key() {
  static const auto key = crypto::RsaKey::generate();
  return key;
}

/// Sites are a number here.
class CountedSites final : public TeamSites {
 public:
  Result<std::int64_t> count(db::Session&, const Tenant& tenant) override { return sites[tenant.customer_id]; }
  Status remove_all(const Tenant& tenant) override {
    sites.erase(tenant.customer_id);
    return {};
  }
  std::map<TeamId, std::int64_t> sites;
};

/// The bus as far as identity needs it.
class KeptEvents final : public bus::Bus {
 public:
  void subscribe(std::string, std::string, bus::Handler) override {}
  Status append(db::Session& session, bus::Event event) override {
    session.on_commit([this, event = std::move(event)] { all.lock()->push_back(event); });
    return {};
  }
  void publish(bus::Event) override {}
  void start() override {}
  void stop() override {}
  std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const auto& event : *all.lock()) out.push_back(event.name + " " + event.resource_id);
    return out;
  }
  Guarded<std::vector<bus::Event>> all;
};

/// Sites whose tag is what their name begins with: `region=north` fits "north 1".
class TagsOfNames final : public SiteVisibility {
 public:
  SiteLimits::Condition condition(const std::vector<SiteSelection>& any_of, std::string_view, std::string_view, int) const override {
    std::string text;
    for (const auto& selection : any_of)
      for (const auto& [key, values] : selection)
        for (const auto& value : values) text += (text.empty() ? "" : " ") + key + "=" + value;
    return {text, {}};
  }
};

/// What one process of an installation has; two of them on one database are two processes.
struct Process {
  Process(db::Database& database, const Clock& clock, const Settings& settings, const SecretBox& box, DeviceTokenVerifier* devices = nullptr)
      : cache(database, clock, &visibility),
        passwords({.cost = {.memory = 64 * 1024, .passes = 1}}, nullptr),
        accounts(cache, clock),
        users({database, cache, clock, secure_rng(), passwords}),
        keys({database, cache, clock, secure_rng(), settings}),
        signing({database, box, clock, secure_rng(), shared_rsa_key}),
        tokens({database, signing, cache, clock, secure_rng(), settings}),
        activity(database, clock),
        sessions({database, cache, activity, clock, secure_rng()}),
        members({database, cache, events, mails, passwords, sessions, sites, clock, secure_rng(), settings}),
        roles({database, cache, clock, secure_rng()}),
        teams({database, cache, members, sites, events, mails, clock, secure_rng(), settings}),
        authenticator({database, cache, tokens, devices, clock, settings, nullptr, &activity}) {}

  TagsOfNames visibility;
  KeptEvents events;
  mail::KeptMails mails;
  CountedSites sites;
  CredentialCache cache;
  PasswordService passwords;
  AccountService accounts;
  UserService users;
  KeyService keys;
  SigningKeys signing;
  TokenService tokens;
  SessionActivity activity;
  SessionKeeper sessions;
  MemberService members;
  RoleService roles;
  TeamService teams;
  BearerAuthenticator authenticator;
};

/// One known router.
class OneDevice final : public DeviceTokenVerifier {
 public:
  static constexpr const char* kToken = "AAECAwQFBgcICQoLDA0ODw";
  Result<std::optional<Device>> verify(std::string_view token) override {
    if (token != kToken) return std::optional<Device>{};
    return std::optional<Device>(Device{.site_id = site, .customer_id = customer});
  }
  SiteId site{uuid_v4(secure_rng())};
  CustomerId customer{uuid_v4(secure_rng())};
};

class IdentityTest : public db::EachEngineTest {
 protected:
  IdentityTest() : database_(make_reused_database(migrations())), process_(*database_, clock_, settings_, box_, &device_) {
    EXPECT_TRUE(process_.users.prepare());
  }

  static Settings make_settings() {
    Settings settings;
    settings.issuer = "https://auth.example";
    settings.audience = "https://api.example";
    settings.portal = "https://app.example";
    settings.internal_tokens = {
        {.service = "gateway", .hash = crypto::hex(crypto::sha256("gateway-token")), .allow = {"/internal"}}};
    return settings;
  }

  /// A user without the cost of Argon2id.
  User add_user(const std::string& email) {
    auto user = process_.users.create_user({.email = email, .email_verified = true});
    EXPECT_TRUE(user) << user.error().message();
    return *std::move(user);
  }
  Team add_team(const User& owner, const std::string& name = "Acme") {
    auto team = process_.users.create_team(owner.id, name);
    EXPECT_TRUE(team) << team.error().message();
    return *std::move(team);
  }

  static http::Request with_bearer(const std::string& token, const std::string& path = "/sites") {
    http::Request request;
    request.path = path;
    request.remote = *IpAddress::parse("203.0.113.9");
    if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
    return request;
  }

  ManualClock clock_{*parse_iso8601("2026-02-03T08:00:00Z")};
  Settings settings_ = make_settings();
  SecretBox box_{"identity", MasterKey(crypto::Key32{1, 2, 3})};
  OneDevice device_;
  std::unique_ptr<db::Database> database_;
  Process process_;
};

}  // namespace openstrat::identity
