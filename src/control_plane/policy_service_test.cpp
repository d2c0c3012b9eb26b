#include "control_plane/policy_service.hpp"

#include <latch>
#include <set>
#include <thread>

#include "base/guarded.hpp"
#include "base/rng.hpp"
#include "control_plane/schema.hpp"
#include "db/testing.hpp"

namespace openstrat::control_plane {
namespace {

class PolicyServiceTest : public db::EachEngineTest {
 protected:
  PolicyServiceTest() : database_(make_database(migrations())) {}
  Result<Policy> ensure(const Tenant& tenant) {
    return database_->write([&](db::Session& session) { return ensure_default_policy(session, tenant, clock_, secure_rng()); });
  }

  ManualClock clock_{parse_iso8601("2026-02-03T08:00:00Z").value()};
  std::unique_ptr<db::Database> database_;
  const Tenant tenant_{CustomerId(Uuid{{1}})}, other_tenant_{CustomerId(Uuid{{2}})};
};
INSTANTIATE_EACH_ENGINE(PolicyServiceTest);

TEST_P(PolicyServiceTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), migrations()); }

TEST_P(PolicyServiceTest, EveryTeamHasOneDefault) {
  const auto first = ensure(tenant_).value();
  EXPECT_EQ(first.name, "Default Policy");
  EXPECT_EQ(ensure(tenant_).value().id, first.id);
  EXPECT_NE(ensure(other_tenant_).value().id, first.id);
}

TEST_P(PolicyServiceTest, AlsoWhenManyAskAtOnce) {
  constexpr int kThreads = 8;
  std::latch start(kThreads);
  Guarded<std::set<PolicyId>> ids;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([&] {
        start.arrive_and_wait();
        const auto policy = ensure(tenant_);
        ASSERT_TRUE(policy) << policy.error().message();
        ids.lock()->insert(policy->id);
      });
  }
  EXPECT_EQ(ids.lock()->size(), 1u);
}

}  // namespace
}  // namespace openstrat::control_plane
