// What tests of the fleet share: every service over a fresh database of each engine, wired as app does it, with a clock that
// stands still and a database that can be told to fail or to wait.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/guarded.hpp"
#include "base/metrics.hpp"
#include "base/rng.hpp"
#include "base/url_signer.hpp"
#include "bus/bus.hpp"
#include "bus/outbox.hpp"
#include "bus/schema.hpp"
#include "control_plane/schema.hpp"
#include "db/testing.hpp"
#include "fleet/adoption_log.hpp"
#include "fleet/adoption_service.hpp"
#include "fleet/device_token.hpp"
#include "fleet/heartbeat_service.hpp"
#include "fleet/job_lists.hpp"
#include "fleet/job_service.hpp"
#include "fleet/live_sites.hpp"
#include "fleet/offline_sweep.hpp"
#include "fleet/pulse_writer.hpp"
#include "fleet/runbook_service.hpp"
#include "fleet/schema.hpp"
#include "fleet/site_overview.hpp"
#include "fleet/site_removal.hpp"
#include "fleet/site_service.hpp"
#include "fleet/site_store.hpp"
#include "tasks/queue.hpp"
#include "tasks/schema.hpp"

namespace openstrat::fleet {

inline std::vector<db::Migration> all_migrations() {
  std::vector<db::Migration> all;
  for (const auto& area : {tasks::migrations(), bus::migrations(), control_plane::migrations(), migrations()})
    all.insert(all.end(), area.begin(), area.end());
  return all;
}

/// Repeatable and shared by threads.
class LockedRng final : public Rng {
 public:
  explicit LockedRng(std::uint64_t seed) : rng_(seed) {}
  void fill(std::span<std::uint8_t> out) override {
    const std::lock_guard lock(mutex_);
    rng_.fill(out);
  }

 private:
  std::mutex mutex_;
  SeededRng rng_;
};

/// A real database that counts transactions and can refuse or hold them.
class FaultyDatabase final : public db::Database {
 public:
  explicit FaultyDatabase(std::unique_ptr<db::Database> inner) : inner_(std::move(inner)) {}

  /// The next `count` write transactions find no database.
  void fail_writes(int count) { failing_ = count; }
  /// The `nth` write transaction from now on (1 = the next) finds no database.
  void fail_write_number(int nth) { skip_ = nth - 1, failing_ = 1; }
  std::int64_t transactions() const { return transactions_; }

  /// Keeps write_async() transactions back until release(), which waits for them.
  void hold() { holding_ = true; }
  void release() {
    holding_ = false;
    std::deque<Held> held;
    held_.lock()->swap(held);
    for (Held& one : held) {
      std::promise<void> ended;
      write_async(std::move(one.body), [&ended, done = std::move(one.done)](Status status) mutable {
        done(std::move(status));
        ended.set_value();
      });
      ended.get_future().wait();
    }
  }

  void write_async(std::move_only_function<Status(db::Session&)> body, std::move_only_function<void(Status)> done) override {
    if (holding_) return held_.lock()->push_back({std::move(body), std::move(done)});
    ++transactions_;
    if (refuse()) return done(gone());
    inner_->write_async(std::move(body), std::move(done));
  }
  Engine engine() const override { return inner_->engine(); }
  Status ping() override { return inner_->ping(); }
  Status check_integrity() override { return inner_->check_integrity(); }

 protected:
  Status run_transaction(Mode mode, std::function<Status(db::Session&)> body) override {
    ++transactions_;
    if (mode != Mode::read && refuse()) return gone();
    switch (mode) {
      case Mode::read: return inner_->read(body);
      case Mode::write: return inner_->write(body);
      case Mode::maintenance: return inner_->maintain(body);
    }
    std::unreachable();
  }

 private:
  struct Held {
    std::move_only_function<Status(db::Session&)> body;
    std::move_only_function<void(Status)> done;
  };
  static Status gone() { return fail(Errc::unavailable, "the database is away"); }
  bool refuse() {
    if (skip_ > 0 && skip_-- > 0) return false;
    return failing_ > 0 && failing_-- > 0;
  }

  std::unique_ptr<db::Database> inner_;
  std::atomic<int> skip_{0}, failing_{0};
  std::atomic<std::int64_t> transactions_{0};
  std::atomic<bool> holding_{false};
  Guarded<std::deque<Held>> held_;
};

class FakeFragments final : public BackupFragments {
 public:
  struct Asked { SiteId site; std::optional<JobId> job; Purpose purpose; };
  std::vector<Asked> asked;
  bool broken = false;

  Result<routeros::BackupParams> prepare(db::Session&, const Site& site, std::optional<JobId> job, Purpose purpose) override {
    if (broken) return fail(Errc::unavailable, "no upload can be granted");
    {
      const std::lock_guard lock(mutex_);
      asked.push_back({site.id, job, purpose});
    }
    return routeros::BackupParams{.unix_time = 1'770'105'600,
                                  .upload = routeros::SftpUpload{.host = "sftp.example.net", .user = site.id.to_string(), .password = "once"}};
  }

 private:
  std::mutex mutex_;  // hand-outs and adoptions run in parallel
};

class FakeWebhooks final : public Webhooks {
 public:
  struct Post { std::string url, json, key; };

  Status post(const std::string& url, const std::string& json, const std::string& key) override {
    const std::lock_guard lock(mutex_);
    posts_.push_back({url, json, key});
    changed_.notify_all();
    if (refusals_ > 0 && refusals_-- > 0) return fail(Errc::upstream, "webhook_refused", "answered 500");
    return {};
  }
  void refuse(int times) {
    const std::lock_guard lock(mutex_);
    refusals_ = times;
  }
  /// The posts, once there are `count` of them.
  std::vector<Post> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return posts_.size() >= count; });
    return posts_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Post> posts_;
  int refusals_ = 0;
};

class FakeQuota final : public SiteQuota {
 public:
  std::int64_t limit = 1'000'000;
  Status check(db::Session&, const Tenant&, std::int64_t sites) override {
    if (sites >= limit) return fail(Errc::conflict, "limit_reached", "The team has as many sites as it may have.");
    return {};
  }
};

/// What other areas would know, as a test says it.
class FakeFacets final : public SiteFacetSource {
 public:
  std::unordered_map<SiteId, SiteFacets> known;
  Attributes notes;
  Overview seen;

  Result<std::unordered_map<SiteId, SiteFacets>> of(db::Session&, const Tenant&, const std::vector<SiteId>& sites) override {
    std::unordered_map<SiteId, SiteFacets> found;
    for (const SiteId site : sites)
      if (const auto one = known.find(site); one != known.end()) found.insert(*one);
    return found;
  }
  Result<Attributes> metadata(db::Session&, const Tenant&, SiteId) override { return notes; }
  /// Those whose name contains the value.
  Result<SiteLimits::Condition> tagged(db::Session&, const Tenant&, const TagChoice& choice, std::string_view, std::string_view, int next) override {
    return SiteLimits::Condition{.sql = "s.name LIKE ?" + std::to_string(next), .values = {"%" + choice.value.value_or("") + "%"}};
  }
  /// Those whose name begins with "bad".
  SiteLimits::Condition faulty(std::string_view, std::string_view) override { return {.sql = "s.name LIKE 'bad%'", .values = {}}; }
  Result<Overview> overview(db::Session&, const Tenant&, Timestamp, int) override { return seen; }
};

/// The real bus, whose outbox is never emptied; keeps what was published.
class TappedBus final : public bus::Bus {
 public:
  explicit TappedBus(std::unique_ptr<bus::Bus> inner) : inner_(std::move(inner)) {
    inner_->subscribe("test", "*", [](const bus::Event&) -> Status { return {}; });  // events that nobody wants are not stored
  }
  void subscribe(std::string subscriber, std::string pattern, bus::Handler handler) override {
    handlers_.emplace_back(pattern, handler);
    inner_->subscribe(std::move(subscriber), std::move(pattern), std::move(handler));
  }
  Status append(db::Session& session, bus::Event event) override { return inner_->append(session, std::move(event)); }
  void publish(bus::Event event) override { published_.lock()->push_back(std::move(event)); }
  void start() override {}
  void stop() override {}
  std::vector<bus::Event> published() { return *published_.lock(); }
  /// Hands one event to those who subscribed to its name.
  Status deliver(const bus::Event& event) {
    for (const auto& [name, handler] : handlers_)
      if (name == event.name)
        if (auto done = handler(event); !done) return done;
    return {};
  }

 private:
  std::unique_ptr<bus::Bus> inner_;
  std::vector<std::pair<std::string, bus::Handler>> handlers_;
  Guarded<std::vector<bus::Event>> published_;
};

/// What a router reports. Fields that are empty are not sent.
struct Facts {
  std::string name = "edge-1", serial = "HF80A1B2C3D", version = "7.16.2 (stable)", uptime = "1d02:03:04";
  std::string body() const {
    std::string out;
    const auto add = [&](const char* key, const std::string& value) {
      if (!value.empty()) out += std::string(key) + "=" + value + ";";
    };
    add("name", name), add("serial-number", serial), add("version", version), add("uptime", uptime);
    return out + "architecture-name=arm64;board-name=RB5009UG+S+;cpu-load=7;free-memory=800000000;total-memory=1073741824;"
                 "free-hdd-space=900000000;total-hdd-space=1073741824;model=RB5009UG+S+;routerboard=true;software-id=ABCD-1234;"
                 "current-firmware=7.16.2;upgrade-firmware=7.18.2;factory-firmware=7.4.1";
  }
};

inline IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }

inline Settings test_settings() {
  Settings settings;
  settings.device_url = "https://device.example.net";
  settings.portal_url = "https://portal.example.net";
  return settings;
}

/// Everything of one process, built in the order of app's composition root.
struct World {
  explicit World(std::unique_ptr<db::Database> inner) : database(std::move(inner)) {}

  ManualClock clock{parse_iso8601("2026-02-03T08:00:00Z").value()};
  LockedRng rng{42};
  FaultyDatabase database;
  Settings settings = test_settings();
  metrics::Registry metrics;
  TappedBus bus{bus::make_in_process_bus(database, clock, rng, &metrics, {.node = "test"})};
  std::unique_ptr<tasks::Queue> tasks = tasks::make_queue(database, clock, rng, &metrics, {.node = "test", .poll = std::chrono::milliseconds(5)});
  UrlSigner signer{{crypto::Key32{1}}};
  LiveSites live;
  DeviceTokens tokens{{crypto::Key32{2}}};
  FakeFragments backups;
  FakeWebhooks webhooks;
  FakeQuota quota;
  FakeFacets facets;
  JobService jobs{{database, bus, *tasks, signer, webhooks, backups, live, clock, rng, settings}};
  JobLists job_lists{database, &facets};
  RunbookService runbooks{database, clock, rng, settings};
  AdoptionLog adoptions{{database, bus, clock, rng}};
  SiteRemoval removal{{database, bus, live, tokens, signer, clock, settings}};
  AdoptionService adoption{{database, bus, live, backups, quota, tokens, clock, rng, settings, adoptions}};
  SiteService sites{{database, bus, live, runbooks, quota, clock, rng, &facets}};
  SiteOverview overview{database, facets, clock};
  HeartbeatService heartbeats{{database, bus, live, jobs, removal, tokens, clock, settings, adoptions}};
  PulseWriter pulses{database, live, clock};
  OfflineSweep sweep{database, bus, live, clock, settings};

  const Tenant tenant{CustomerId(Uuid{{1}})}, other_tenant{CustomerId(Uuid{{2}})};

  AdoptionService::Request adoption_request(const Tenant& owner, const Facts& facts = {}, const char* from = "198.51.100.7") {
    const auto runbooks_of_owner = runbooks.list(owner).value();
    return {.token = RunbookService::token_text(runbooks_of_owner.front()), .body = facts.body(), .remote = ip(from), .request_id = "req_1"};
  }
  /// A router that was adopted through the team's runbook.
  Site adopt(const Tenant& owner, const Facts& facts = {}, const char* from = "198.51.100.7") {
    const auto script = adoption.adopt(adoption_request(owner, facts, from));
    EXPECT_TRUE(script) << script.error().message();
    const auto hash = routeros::hardware_hash(routeros::parse_heartbeat(facts.body()));
    return database.read([&](db::Session& session) { return site_store::find_by_hardware(session, owner, *hash); }).value().value();
  }
  Site adopt(const Facts& facts = {}) { return adopt(tenant, facts); }
  /// `count` routers with serial numbers of their own.
  std::vector<Site> adopt_many(int count) {
    std::vector<Site> many;
    for (int i = 0; i < count; ++i)
      many.push_back(adopt({.name = "edge-" + std::to_string(100 + i), .serial = "HF8" + std::to_string(1000 + i)}));
    return many;
  }
  Site row(SiteId id) {
    return database.read([&](db::Session& session) { return site_store::find_any(session, id); }).value().value();
  }
  std::string token_of(const Site& site) { return tokens.issue(site.id, site.token_version, clock.now()); }

  PollAnswer poll(std::string token, std::string body, const char* from = "198.51.100.7") {
    std::promise<PollAnswer> answered;
    heartbeats.poll({.token = std::move(token), .body = std::move(body), .remote = ip(from)},
                    [&](PollAnswer answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
  }
  PollAnswer poll(const Site& site, const Facts& facts = {}) { return poll(token_of(site), facts.body()); }
  /// Polls that make `site` quiet: nothing is left to say.
  void settle(const Site& site, const Facts& facts = {}) {
    EXPECT_EQ(poll(site, facts).status, 200);
  }

  NewJob job(std::string description = "set a name") { return {.description = std::move(description), .script = "/system identity set name=x", .created_by = "user:1"}; }
  Job create_job(const Site& site, NewJob request) {
    clock.advance(std::chrono::milliseconds(1));  // jobs of one instant have no order
    auto created = jobs.create(site.tenant(), site.id, std::move(request));
    EXPECT_TRUE(created) << created.error().message();
    return created.value().job;
  }
  Job create_job(const Site& site) { return create_job(site, job()); }
  Job find(const Job& job) { return jobs.find(Tenant{job.customer_id}, job.site_id, job.id).value(); }
  /// As a poll's transaction does it.
  std::optional<JobService::Handout> hand_out(const Site& site) {
    return database.write([&](db::Session& session) { return jobs.hand_out(session, row_in(session, site.id), false); }).value();
  }
  std::vector<std::string> kinds_of_events(const Job& job) {
    std::vector<std::string> kinds;
    const auto events = jobs.events(Tenant{job.customer_id}, job.id).value();
    for (const JobEvent& event : events) kinds.push_back(event.kind);
    return kinds;
  }

  /// What was appended to the bus so far, in order (the bus of tests is not started).
  std::vector<bus::Event> events(std::string_view pattern = "*") {
    std::vector<bus::Event> found;
    const auto stored = database.read([](db::Session& session) { return bus::Outbox::head(session, 2000); }).value();
    for (const auto& one : stored)
      if (pattern == "*" || one.event->name == pattern) found.push_back(*one.event);
    return found;
  }
  std::vector<std::string> event_names() {
    std::vector<std::string> names;
    const auto found = events();
    for (const auto& event : found) names.push_back(event.name);
    return names;
  }
  std::int64_t number(const char* sql) {
    const db::Query query{"test.number", sql};
    return database.read([&](db::Session& session) { return session.one(query, {}, "no row"); }).value().get<std::int64_t>(0);
  }

 private:
  static Site row_in(db::Session& session, SiteId id) { return site_store::find_any(session, id).value().value(); }
};

class FleetTest : public db::EachEngineTest {
 protected:
  FleetTest() : world_(std::make_unique<World>(make_reused_database(all_migrations()))) {}
  void TearDown() override {
    world_.reset();
    EachEngineTest::TearDown();
  }
  World& world() { return *world_; }

 private:
  std::unique_ptr<World> world_;
};

}  // namespace openstrat::fleet
