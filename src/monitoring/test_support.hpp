// What tests of monitoring share: a fleet with faults of every sort.
#pragma once

#include "base/site_limits.hpp"
#include "db/session.hpp"
#include "fleet/test_support.hpp"
#include "http/pagination.hpp"
#include "http/testing/in_memory.hpp"
#include "http/testing/isolation.hpp"
#include "monitoring/fault_reader.hpp"
#include "monitoring/fault_service.hpp"
#include "monitoring/fault_store.hpp"
#include "monitoring/routes.hpp"
#include "monitoring/schema.hpp"

namespace openstrat::monitoring {

inline std::vector<db::Migration> migrations_with_fleet() {
  auto all = fleet::all_migrations();
  const auto own = migrations();
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

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
