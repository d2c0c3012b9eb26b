// The services of identity over a fresh database of each engine, with a clock that stands still.
#pragma once

#include <gmock/gmock.h>

#include "base/crypto.hpp"
#include "base/rng.hpp"
#include "base/secrets.hpp"
#include "db/testing.hpp"
#include "identity/account_service.hpp"
#include "identity/authenticator.hpp"
#include "identity/credential_cache.hpp"
#include "identity/key_service.hpp"
#include "identity/password_service.hpp"
#include "identity/schema.hpp"
#include "identity/session_activity.hpp"
#include "identity/session_keeper.hpp"
#include "identity/signing_keys.hpp"
#include "identity/token_service.hpp"
#include "identity/user_service.hpp"

namespace openstrat::identity {

inline constexpr const char* kPassword = "Correct-horse-7";

/// Generating a key takes a good part of a second, so all tests share one.
inline crypto::RsaKey shared_rsa_key() {
  static const auto key = crypto::RsaKey::generate();
  return key;
}

/// What one process of an installation has; two of them on one database are two processes.
struct Process {
  Process(db::Database& database, const Clock& clock, const Settings& settings, const SecretBox& box, DeviceTokenVerifier* devices = nullptr)
      : cache(database, clock),
        passwords({.cost = {.memory = 64 * 1024, .passes = 1}}, nullptr),
        accounts(cache, clock),
        users({database, cache, clock, secure_rng(), passwords}),
        keys({database, cache, clock, secure_rng(), settings}),
        signing({database, box, clock, secure_rng(), shared_rsa_key}),
        tokens({database, signing, cache, clock, secure_rng(), settings}),
        activity(database, clock),
        sessions({database, cache, activity, clock, secure_rng()}),
        authenticator({database, cache, tokens, devices, clock, settings, nullptr, &activity}) {}

  CredentialCache cache;
  PasswordService passwords;
  AccountService accounts;
  UserService users;
  KeyService keys;
  SigningKeys signing;
  TokenService tokens;
  SessionActivity activity;
  SessionKeeper sessions;
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
  IdentityTest() : database_(make_database(migrations())), process_(*database_, clock_, settings_, box_, &device_) {
    EXPECT_TRUE(process_.users.prepare());
  }

  static Settings make_settings() {
    Settings settings;
    settings.issuer = "https://auth.example";
    settings.audience = "https://api.example";
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
