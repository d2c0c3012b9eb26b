// Every service of the room over a fresh database of each engine, wired as app does it, with a clock that stands still.
#pragma once

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <vector>

#include "audit/audit_service.hpp"
#include "base/guarded.hpp"
#include "base/rng.hpp"
#include "base/secrets.hpp"
#include "db/testing.hpp"
#include "identity/credential_cache.hpp"
#include "identity/password_service.hpp"
#include "identity/schema.hpp"
#include "identity/session_service.hpp"
#include "identity/user_service.hpp"
#include "mail/testing.hpp"
#include "mfa/challenges.hpp"
#include "mfa/code_checker.hpp"
#include "mfa/code_service.hpp"
#include "mfa/factor_service.hpp"
#include "mfa/identity_proof.hpp"
#include "mfa/notices.hpp"
#include "mfa/passkey_service.hpp"
#include "mfa/schema.hpp"
#include "mfa/testing.hpp"
#include "mfa/totp.hpp"

namespace openstrat::mfa {

inline constexpr const char* kPassword = "Correct-horse-7";

class KeptAudit final : public audit::AuditLog {
 public:
  void record(audit::AuditEntry entry) noexcept override { entries_.lock()->push_back(std::move(entry)); }
  std::vector<audit::AuditEntry> all() const { return *entries_.lock(); }
  std::vector<std::string> events() const {
    std::vector<std::string> out;
    for (const auto& entry : all()) out.push_back(entry.endpoint);
    return out;
  }

 private:
  mutable Guarded<std::vector<audit::AuditEntry>> entries_;
};

/// Only what the proof of identity asks.
class OneSession final : public identity::SessionService {
 public:
  Result<Started> start(const identity::NewSession&, const identity::Origin&) override { return fail(Errc::internal, "not part of these tests"); }
  Result<std::optional<identity::BrowserSession>> find(std::string_view) override { return std::optional<identity::BrowserSession>{}; }
  Result<std::vector<identity::SessionLine>> list(UserId) override { return std::vector<identity::SessionLine>{line}; }
  Status revoke(UserId, std::string_view) override { return {}; }
  Status revoke_all(UserId, std::string_view) override { return {}; }
  identity::SessionLine line{.id = "sess_1"};
};

/// What one process of an installation has; two of them on one database are two processes.
struct Node {
  Node(db::Database& database, const Clock& clock, const SecretBox& box, KeptAudit& audit, mail::Mailer& mails, identity::SessionService& sessions,
       const Settings& settings)
      : cache(database, clock),
        passwords({.cost = {.memory = 64 * 1024, .passes = 1}}, nullptr),
        users({database, cache, clock, secure_rng(), passwords}),
        challenges(crypto::Key32{9}, clock, secure_rng()),
        notices({audit, mails, clock, settings}),
        checker({database, users, passwords, box, notices, clock}),
        proof({database, sessions, checker, clock}),
        codes({database, users, checker, proof, notices, clock, secure_rng(), settings}),
        passkeys({database, users, challenges, proof, notices, clock, secure_rng(), settings}),
        factors({database, users, checker, passkeys, notices, clock}) {}

  identity::CredentialCache cache;
  identity::PasswordService passwords;
  identity::UserService users;
  Challenges challenges;
  Notices notices;
  CodeChecker checker;
  IdentityProof proof;
  CodeService codes;
  PasskeyService passkeys;
  FactorService factors;
};

class MfaTest : public db::EachEngineTest {
 protected:
  MfaTest() : database_(make_reused_database(all_migrations())), node_(*database_, clock_, box_, audit_, mails_, sessions_, settings_) {
    EXPECT_TRUE(node_.users.prepare());
    sessions_.line.created_at = clock_.now();
  }

  static std::vector<db::Migration> all_migrations() {
    auto all = identity::migrations();
    for (const auto& migration : migrations()) all.push_back(migration);
    return all;
  }
  static Settings make_settings() {
    return {.brand = "OpenStrat", .rp_id = "auth.example", .origins = {"https://auth.example"}, .security_link = "https://auth.example/app/account/security"};
  }

  identity::User add_user(const std::string& email, std::optional<std::string> password = std::nullopt) {
    auto user = node_.users.create_user({.email = email, .password = std::move(password), .email_verified = true});
    EXPECT_TRUE(user) << user.error().message();
    return *std::move(user);
  }
  static Caller caller(const identity::User& user) {
    return {.user_id = user.id, .session_id = "sess_1", .ip = "203.0.113.9", .user_agent = "Firefox", .request_id = "req_1"};
  }
  /// What the app of this user shows now.
  std::string code_now(const std::string& secret, int steps = 0) const { return totp::code(secret, totp::step_at(clock_.now()) + steps); }
  void next_step() { clock_.advance(std::chrono::seconds(30)); }

  static std::string from_base32(std::string_view text) {
    std::string out;
    std::uint32_t buffer = 0;
    int bits = 0;
    for (const char c : text) {
      buffer = buffer << 5 | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
      if ((bits += 5) >= 8) out += static_cast<char>(buffer >> (bits -= 8) & 0xff);
    }
    return out;
  }
  struct App {
    std::string secret;  ///< bytes
    std::vector<std::string> recovery_codes;
  };
  /// Sets an authenticator app up; the code of this step counts again only in the next one.
  App add_app(const identity::User& user) {
    const auto started = node_.codes.start(caller(user), {});
    EXPECT_TRUE(started) << started.error().message();
    App app{.secret = from_base32(started->secret)};
    auto codes = node_.codes.confirm(caller(user), code_now(app.secret));
    EXPECT_TRUE(codes) << codes.error().message();
    app.recovery_codes = *std::move(codes);
    next_step();
    return app;
  }
  PasskeyService::Added add_passkey(const identity::User& user, testing::SoftPasskey& passkey, const Proof& proof = {}) {
    const auto options = node_.passkeys.creation_options(caller(user), proof);
    EXPECT_TRUE(options) << options.error().message();
    auto added = node_.passkeys.add(caller(user), "Laptop", passkey.create(*options));
    EXPECT_TRUE(added) << added.error().message();
    return *std::move(added);
  }
  /// `ok`, or the code word of the failure.
  template <class T>
  static std::string verdict(const Result<T>& result) {
    return result ? "ok" : result.error().reason();
  }

  ManualClock clock_{*parse_iso8601("2026-02-03T08:00:00Z")};
  SecretBox box_{"second factors", MasterKey(crypto::Key32{1, 2, 3})};
  Settings settings_ = make_settings();
  KeptAudit audit_;
  mail::KeptMails mails_;
  OneSession sessions_;
  std::unique_ptr<db::Database> database_;
  Node node_;
};

}  // namespace openstrat::mfa
