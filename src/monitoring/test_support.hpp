// What tests of monitoring share: a fleet with faults of every sort.
#pragma once

#include "base/site_limits.hpp"
#include "db/session.hpp"
#include "fleet/test_support.hpp"
#include "http/pagination.hpp"
#include "http/testing/in_memory.hpp"
#include "http/testing/isolation.hpp"
#include "identity/signer_service.hpp"
#include "monitoring/fault_reader.hpp"
#include "monitoring/fault_service.hpp"
#include "monitoring/fault_store.hpp"
#include "monitoring/health_history.hpp"
#include "monitoring/manual_faults.hpp"
#include "monitoring/routes.hpp"
#include "monitoring/schema.hpp"
#include "monitoring/share_service.hpp"
#include "short_links/link_service.hpp"

namespace openstrat::monitoring {

inline std::vector<db::Migration> migrations_with_fleet() {
  auto all = fleet::all_migrations();
  const auto own = migrations();
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

/// Tokens that anybody can read; `!` in front stands for the signature.
class FakeSigner final : public identity::SignerService {
 public:
  Result<std::string> sign(std::string_view claims) override { return "!" + crypto::base64url(claims); }
  Result<std::optional<std::string>> open(std::string_view token) override {
    if (!token.starts_with('!')) return std::optional<std::string>{};
    return crypto::unbase64url(token.substr(1));
  }
};

class FakeLinks final : public short_links::LinkService {
 public:
  struct Asked { std::string target; std::chrono::days life; };
  std::vector<Asked> asked;
  Result<short_links::Link> shorten(db::Session&, std::string_view target, std::chrono::days life, std::optional<CustomerId>, std::string_view) override {
    asked.push_back({std::string(target), life});
    return short_links::Link{.code = "abcdefg", .short_url = "https://go.example.net/abcdefg", .expires_at = {}};
  }
};

/// The services of this room over a fleet.
struct Room {
  explicit Room(fleet::World& w) : world(w) {}

  fleet::World& world;
  Settings settings{.api_url = "https://api.example.net"};
  http::CursorSigner cursors{crypto::Key32{3}};
  FakeSigner tokens;
  FakeLinks links;
  FaultService faults{world.database, world.bus, world.clock, world.rng};
  FaultReader reader{world.database, world.clock};
  ManualFaults manual{{world.database, world.bus, world.sites, world.clock, world.rng}};
  ShareService shares{{world.database, reader, tokens, links, world.signer, world.clock, world.rng, settings}};
  HealthHistory health{world.database, world.metrics, world.clock, settings};

  Services services() { return {faults, reader, manual, shares, health, world.sites, cursors, settings}; }
};

/// A caller who may see one site only.
class OnlySite final : public SiteLimits {
 public:
  explicit OnlySite(SiteId site) : site_(site) {}
  Condition condition(std::string_view, std::string_view site, int next) const override {
    return {"(" + std::string(site) + " = ?" + std::to_string(next) + ")", {site_.to_string()}};
  }

 private:
  const SiteId site_;
};

class MonitoringTest : public db::EachEngineTest {
 protected:
  MonitoringTest() : world_(std::make_unique<fleet::World>(make_reused_database(migrations_with_fleet()))) {}
  void TearDown() override {
    world_.reset();
    EachEngineTest::TearDown();
  }
  fleet::World& world() { return *world_; }

  /// A stored fault, `age` old; resolved after `lasted`, or open.
  Fault add(const Tenant& tenant, std::optional<SiteId> site, std::chrono::seconds age, std::optional<std::chrono::seconds> lasted = {}, Fault like = {}) {
    const Timestamp now = world().clock.now();
    like.customer_id = tenant.customer_id;
    like.created_at = now - age;
    like.id = FaultId(uuid_v7(like.created_at, world().rng));
    like.pid = "flt_" + ksuid(like.created_at, world().rng);
    like.site_id = site;
    if (like.type.empty()) like.type = "site";
    if (like.kind.empty()) like.kind = "offline-" + std::to_string(++serial_);  // so that more than one of a resource may be open
    if (like.message.empty()) like.message = "Site Offline: somewhere";
    if (like.cause.empty()) like.cause = lasted ? "Disconnected" : "Unknown";
    if (like.resource_id.empty()) like.resource_id = site ? site->to_string() : "thing-" + std::to_string(serial_);
    if (lasted) like.resolved_at = like.created_at + *lasted;
    const auto stored = world().database.write([&](db::Session& session) { return fault_store::open(session, like, now); });
    EXPECT_TRUE(stored && *stored);
    return like;
  }

  std::unique_ptr<fleet::World> world_;
  int serial_ = 0;
};

}  // namespace openstrat::monitoring
