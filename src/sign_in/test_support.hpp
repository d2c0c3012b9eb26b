// Sign-in over a fresh database of each engine, with a clock that stands still and doubles of what other rooms implement.
#pragma once

#include <gmock/gmock.h>

#include <mutex>
#include <set>
#include <thread>

#include "base/crypto.hpp"
#include "base/rng.hpp"
#include "base/url_signer.hpp"
#include "db/testing.hpp"
#include "identity/account_service.hpp"
#include "identity/credential_cache.hpp"
#include "identity/password_service.hpp"
#include "identity/schema.hpp"
#include "identity/session_activity.hpp"
#include "identity/session_keeper.hpp"
#include "identity/user_service.hpp"
#include "mail/testing.hpp"
#include "protection/policy_service.hpp"
#include "sign_in/email_flow.hpp"
#include "sign_in/new_passwords.hpp"
#include "sign_in/notices.hpp"
#include "sign_in/password_flow.hpp"
#include "sign_in/profile_flow.hpp"
#include "sign_in/registration_flow.hpp"
#include "sign_in/schema.hpp"
#include "sign_in/sign_in_flow.hpp"

namespace openstrat::sign_in {

inline constexpr const char* kPassword = "Correct-horse-7";
inline constexpr const char* kOtherPassword = "Battery-staple-8";

/// Counts; blocks and asks for a challenge when told to.
class FakeGuard final : public Guard {
 public:
  Result<std::optional<std::string>> admit(const Attempt& attempt) override {
    if (blocked) return fail(Errc::rate_limited, "too_many_attempts", "Too many.");
    if (wants_proof && attempt.proof != "solved") return std::optional<std::string>(R"({"bits":18})");
    return std::optional<std::string>{};
  }
  void failed(const Attempt& attempt, std::optional<UserId>) noexcept override { ++failures, last_failed = attempt.email; }
  void succeeded(const Attempt&, UserId) noexcept override { failures = 0; }
  bool is_breached(std::string_view password) noexcept override { return breached.contains(std::string(password)); }
  Result<std::vector<std::string>> broken_rules(std::string_view password, std::string_view, std::optional<UserId>) override {
    if (password.contains("forbidden")) return std::vector<std::string>{"must not be forbidden"};
    return std::vector<std::string>{};
  }
  Status unblock(UserId) override { return ++unblocked, Status{}; }

  bool blocked = false, wants_proof = false;
  int failures = 0, unblocked = 0;
  std::string last_failed;
  std::set<std::string> breached;
};

/// "123456" is right, and so is a passkey that is called as its user.
class FakeFactors final : public SecondFactors {
 public:
  Result<std::vector<Factor>> factors_of(UserId user) override { return users.contains(user) ? std::vector{Factor::totp, Factor::passkey} : std::vector<Factor>{}; }
  Result<std::optional<Factor>> check_code(UserId user, std::string_view code) override {
    ++checks;
    return users.contains(user) && code == "123456" ? std::optional<Factor>(Factor::totp) : std::optional<Factor>{};
  }
  Result<std::string> passkey_options(std::optional<UserId>) override { return R"({"challenge":"abc"})"; }
  Result<PasskeyProof> check_passkey(std::string_view response) override {
    const auto user = UserId::parse(response.substr(0, 36));
    if (!user) return fail(Errc::unauthenticated, "passkey_invalid", "The signature is wrong.");
    return PasskeyProof{.user_id = *user, .user_verified = response.ends_with("verified")};
  }

  std::set<UserId> users;
  int checks = 0;
};

class FakePolicies final : public protection::PolicyService {
 public:
  Result<protection::SecurityPolicy> of_team(const Tenant&) override { return policy; }
  Result<protection::SecurityPolicy> of_user(UserId) override { return policy; }
  protection::SecurityPolicy policy;
};

class KeptAudit final : public audit::AuditLog {
 public:
  void record(audit::AuditEntry entry) noexcept override {
    const std::scoped_lock lock(mutex_);
    entries.push_back(std::move(entry));
  }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& entry : entries) out.push_back(entry.endpoint);
    return out;
  }
  std::vector<audit::AuditEntry> entries;

 private:
  std::mutex mutex_;
};

class OneInvitation final : public Invitations {
 public:
  Result<std::optional<std::string>> invited(std::string_view token) override {
    return token == "invitation" ? std::optional<std::string>("bob@example.com") : std::optional<std::string>{};
  }
};

inline std::vector<db::Migration> all_migrations() {
  auto all = identity::migrations();
  for (auto& one : migrations()) all.push_back(std::move(one));
  return all;
}

class SignInTest : public db::EachEngineTest {
 protected:
  SignInTest() : database_(make_reused_database(all_migrations())), parts_(std::make_unique<Parts>(*this)) { EXPECT_TRUE(parts_->users.prepare()); }

  struct Parts {
    explicit Parts(SignInTest& t)
        : cache(*t.database_, t.clock_), activity(*t.database_, t.clock_), accounts(cache, t.clock_),
          users({*t.database_, cache, t.clock_, secure_rng(), t.passwords_}),
          sessions({*t.database_, cache, activity, t.clock_, secure_rng()}),
          notices({t.mails_, t.audit_, t.signer_, t.clock_, t.settings_}),
          rules({*t.database_, accounts, t.passwords_, &t.guard_, &t.policies_}),
          email({*t.database_, accounts, t.passwords_, notices, &t.guard_, t.clock_, secure_rng()}),
          password({*t.database_, accounts, t.passwords_, rules, notices, &t.guard_, t.clock_, secure_rng()}),
          profile({*t.database_, accounts, notices, t.clock_}),
          sign_in({*t.database_, accounts, t.passwords_, sessions, email, rules, notices, &t.guard_, &t.factors_, &t.policies_, t.clock_, secure_rng()}),
          registration({*t.database_, accounts, users, t.passwords_, rules, notices, &t.guard_, &t.invitations_, t.clock_, secure_rng(), t.settings_}) {}
    identity::CredentialCache cache;
    identity::SessionActivity activity;
    identity::AccountService accounts;
    identity::UserService users;
    identity::SessionKeeper sessions;
    Notices notices;
    NewPasswords rules;
    EmailFlow email;
    PasswordFlow password;
    ProfileFlow profile;
    SignInFlow sign_in;
    RegistrationFlow registration;
  };

  Attempt from(std::string email, Attempt::Kind kind = Attempt::Kind::sign_in, const char* user_agent = "Mozilla Firefox/130 Windows") {
    return {.kind = kind, .email = std::move(email), .remote = *IpAddress::parse("203.0.113.9"), .user_agent = user_agent};
  }
  identity::User add_user(const std::string& email, bool verified = true) {
    auto user = parts_->users.create_user({.email = email, .password = kPassword, .email_verified = verified,
                                           .status = verified ? identity::UserStatus::active : identity::UserStatus::unverified});
    EXPECT_TRUE(user) << user.error().message();
    return *std::move(user);
  }
  identity::User reload(const identity::User& user) { return *parts_->users.find_user(user.id); }
  Result<Step> sign_in(const std::string& email, const std::string& password = kPassword) { return parts_->sign_in.with_password(from(email), password, false); }
  bool is_alive(const std::string& cookie) { return parts_->sessions.find(cookie)->has_value(); }
  static std::string reason(const auto& result) { return result ? "fine" : result.error().reason(); }
  /// `id/hash` and `token` of mailed links.
  static std::string last_segment(const std::string& link) { return link.substr(link.rfind('/') + 1, 40); }
  static std::string token_of(const std::string& link) { return link.substr(link.find("token=") + 6); }

  ManualClock clock_{*parse_iso8601("2026-02-03T08:00:00Z")};
  Settings settings_{.registration = Registration::open, .auth_url = "https://auth.example"};
  UrlSigner signer_{{crypto::Key32{7}}};
  identity::PasswordService passwords_{{.cost = {.memory = 64 * 1024, .passes = 1}}, nullptr};
  mail::KeptMails mails_{clock_};
  KeptAudit audit_;
  FakeGuard guard_;
  FakeFactors factors_;
  FakePolicies policies_;
  OneInvitation invitations_;
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace openstrat::sign_in
