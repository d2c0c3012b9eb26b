// The guard of one process, and of a second one on the same database, with what it tells the others kept for looking at.
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <thread>

#include "audit/audit_service.hpp"
#include "base/guarded.hpp"
#include "base/metrics.hpp"
#include "base/rng.hpp"
#include "bus/bus.hpp"
#include "db/testing.hpp"
#include "identity/credential_cache.hpp"
#include "identity/password_service.hpp"
#include "identity/schema.hpp"
#include "identity/user_service.hpp"
#include "mail/testing.hpp"
#include "protection/allow_list.hpp"
#include "protection/announcer.hpp"
#include "protection/attempt_memory.hpp"
#include "protection/blocks.hpp"
#include "protection/breach_service.hpp"
#include "protection/policies.hpp"
#include "protection/schema.hpp"
#include "protection/sign_in_guard.hpp"
#include "tasks/queue.hpp"

namespace openstrat::protection {

class KeptAudit final : public audit::AuditLog {
 public:
  void record(audit::AuditEntry entry) noexcept override { all.push_back(std::move(entry)); }
  std::vector<audit::AuditEntry> all;
};

class KeptEvents final : public bus::Bus {
 public:
  void subscribe(std::string, std::string, bus::Handler) override {}
  Status append(db::Session& session, bus::Event event) override {
    session.on_commit([this, event = std::move(event)]() mutable { all.push_back(std::move(event)); });
    return {};
  }
  void publish(bus::Event event) override { all.push_back(std::move(event)); }
  void start() override {}
  void stop() override {}
  std::vector<bus::Event> all;
};

/// Tasks wait until run() is called.
class HandQueue final : public tasks::Queue {
 public:
  void handle(std::string kind, tasks::Policy, tasks::Handler handler) override { handlers_[std::move(kind)] = std::move(handler); }
  void schedule(std::string, std::string, std::string, Attributes) override {}
  Status enqueue(db::Session& session, tasks::NewTask task) override {
    session.on_commit([this, task = std::move(task)] { waiting_.lock()->push_back(task); });
    return {};
  }
  Status cancel(db::Session&, std::string_view, std::string_view) override { return {}; }
  void start() override {}
  void stop(std::chrono::milliseconds) override {}
  Result<std::vector<DeadTask>> dead(int) override { return std::vector<DeadTask>(); }
  Status revive(std::string_view) override { return {}; }

  std::size_t waiting() { return waiting_.lock()->size(); }
  void run() {
    auto tasks = std::exchange(*waiting_.lock(), {});
    for (const auto& task : tasks) {
      const auto done = handlers_.at(task.kind)({.id = "task_" + std::to_string(++number_), .kind = task.kind, .payload = task.payload});
      EXPECT_TRUE(done) << done.error().message();
    }
  }

 private:
  std::map<std::string, tasks::Handler> handlers_;
  Guarded<std::vector<tasks::NewTask>> waiting_;
  int number_ = 0;
};

class ListedBreaches final : public BreachCheck {
 public:
  bool is_breached(std::string_view password) noexcept override { return password == "Password-1"; }
};

/// What one process of an installation has.
struct Process {
  Process(db::Database& d, const Clock& clock, const Settings& settings)
      : cache(d, clock), passwords({.cost = {.memory = 64 * 1024, .passes = 1}}, nullptr), users({d, cache, clock, secure_rng(), passwords}), memory(clock), policies({d, users, clock}), allowed({d, users, clock, secure_rng()}),
        blocks({d, memory, audit, clock, settings, crypto::Key32{7}}), announcer({d, bus, queue, mailer, audit, users, blocks, clock, settings}),
        guard({d, memory, allowed, announcer, blocks, breaches, policies, metrics, clock, secure_rng(), settings, crypto::Key32{8}, crypto::Key32{9}}) {
    announcer.register_tasks();
  }

  KeptAudit audit;
  KeptEvents bus;
  HandQueue queue;
  mail::KeptMails mailer;
  ListedBreaches breaches;
  metrics::Registry metrics;
  identity::CredentialCache cache;
  identity::PasswordService passwords;
  identity::UserService users;
  AttemptMemory memory;
  Policies policies;
  AllowList allowed;
  Blocks blocks;
  Announcer announcer;
  SignInGuard guard;
};

inline std::vector<db::Migration> test_migrations() {
  auto all = identity::migrations();
  for (const auto& migration : protection::migrations()) all.push_back(migration);
  std::ranges::sort(all, {}, &db::Migration::number);
  return all;
}

class ProtectionTest : public db::EachEngineTest {
 protected:
  ProtectionTest() : database_(make_reused_database(test_migrations())), here_(*database_, clock_, settings_), there_(*database_, clock_, settings_) {
    EXPECT_TRUE(here_.users.prepare());
  }

  static Settings make_settings() {
    Settings settings;
    settings.auth_url = "https://auth.example";
    settings.portal_url = "https://app.example";
    return settings;
  }

  identity::User add_user(const std::string& email) { return *here_.users.create_user({.email = email, .email_verified = true}); }
  identity::Team add_team(const identity::User& owner, const std::string& name = "Acme") { return *here_.users.create_team(owner.id, name); }

  /// A person at a browser, from a network that people sign in from.
  static sign_in::Attempt attempt(const std::string& email, const std::string& address = "203.0.113.9") {
    return {.email = email, .remote = *IpAddress::parse(address), .user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            .form_time = std::chrono::seconds(5)};
  }
  /// write_async() has no order; a write of our own after it has on SQLite, and PostgreSQL is waited for.
  template <class F>
  void eventually(F&& holds) {
    for (int i = 0; i < 2000 && !holds(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_TRUE(holds());
  }
  std::int64_t count(const char* sql) {
    return *database_->read([&](db::Session& session) -> Result<std::int64_t> {
      const auto row = session.one({"test.count", sql}, {}, "no row");
      if (!row) return fail(row.error());
      return row->get<std::int64_t>(0);
    });
  }
  /// Somebody has signed in from the network of 203.0.113.9, so that strangers from there are not suspicious by themselves.
  void know_the_network(const std::string& address = "203.0.113.9") {
    const auto before = count("SELECT COUNT(*) FROM login_attempts");
    here_.guard.succeeded(attempt("somebody@example.com", address), UserId(uuid_v4(secure_rng())));
    eventually([&] { return count("SELECT COUNT(*) FROM login_attempts") == before + 1; });
  }

  ManualClock clock_{*parse_iso8601("2026-02-03T08:00:00Z")};
  Settings settings_ = make_settings();
  std::unique_ptr<db::Database> database_;
  Process here_, there_;
};

}  // namespace openstrat::protection
