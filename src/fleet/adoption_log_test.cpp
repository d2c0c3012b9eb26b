#include "fleet/adoption_log.hpp"

#include <algorithm>

#include "fleet/test_support.hpp"

namespace openstrat::fleet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class AdoptionLogTest : public FleetTest {
 protected:
  Runbook runbook() { return world().runbooks.list(world().tenant).value().front(); }
  std::string token() { return RunbookService::token_text(runbook()); }
  Result<std::string> fetch(const std::string& token, const char* from = "198.51.100.7") { return world().adoption.bootstrap_script(token, ip(from), false); }
  std::vector<AdoptionAttempt> attempts() { return world().adoptions.of_runbook(world().tenant, runbook().id, 1000).value(); }
  static std::vector<std::string> steps(const AdoptionAttempt& attempt) {
    std::vector<std::string> names;
    for (const auto& record : attempt.steps) names.push_back(std::string(to_string(record.step)) + (record.ok ? "" : ":" + record.reason.value_or("")));
    std::ranges::sort(names);
    return names;
  }
  std::vector<std::string> steps_of(const Site& site) {
    const auto attempt = world().adoptions.of_site(world().tenant, site.id).value();
    return attempt ? steps(*attempt) : std::vector<std::string>{};
  }
};
INSTANTIATE_EACH_ENGINE(AdoptionLogTest);

TEST_P(AdoptionLogTest, ARouterIsFollowedFromTheScriptToItsBackup) {
  world().adoptions.subscribe();
  ASSERT_TRUE(fetch(token()));
  world().clock.advance(std::chrono::seconds(3));
  const Site site = world().adopt();
  EXPECT_THAT(steps_of(site), ElementsAre("adopt_requested", "adopted", "script_fetched")) << "one attempt";
  world().clock.advance(std::chrono::seconds(30));
  world().settle(site);
  world().clock.advance(std::chrono::seconds(30));
  world().settle(site);
  EXPECT_THAT(steps_of(site), ElementsAre("adopt_requested", "adopted", "first_heartbeat", "identity", "script_fetched"));
  const bus::Event stored{.name = "backup.created", .occurred_at = world().clock.now(), .customer_id = site.customer_id, .site_id = site.id};
  ASSERT_TRUE(world().bus.deliver(stored));
  ASSERT_TRUE(world().bus.deliver(stored)) << "at least once";
  EXPECT_THAT(steps_of(site), ElementsAre("adopt_requested", "adopted", "first_backup", "first_heartbeat", "identity", "script_fetched"));
  const auto attempt = attempts().at(0);
  EXPECT_EQ(attempt.router, "edge-1");
  EXPECT_EQ(attempt.address, "198.51.100.7");
  const auto told = world().events("adoption.step");
  ASSERT_THAT(told, SizeIs(6));
  EXPECT_EQ(told.back().data.text("step"), "first_backup");
  EXPECT_EQ(told.back().site_id, site.id);
  EXPECT_THAT(world().adoptions.of_runbook(world().other_tenant, runbook().id, 10).value(), IsEmpty());
  EXPECT_FALSE(world().adoptions.of_site(world().other_tenant, site.id).value());
}

TEST_P(AdoptionLogTest, RefusalsSayWhy) {
  const Site site = world().adopt();
  world().clock.advance(std::chrono::seconds(1));
  EXPECT_TRUE(world().adoption.adopt(world().adoption_request(world().tenant, {}, "203.0.113.9")));
  auto refused = attempts().at(0);
  EXPECT_THAT(steps(refused), ElementsAre("adopt_requested", "refused:needs_takeover"));
  EXPECT_THAT(refused.steps.back().detail, HasSubstr(site.name));
  EXPECT_EQ(refused.site_id, site.id);

  world().quota.limit = 1;
  world().clock.advance(std::chrono::seconds(1));
  EXPECT_TRUE(world().adoption.adopt(world().adoption_request(world().tenant, {.name = "second", .serial = "S2"}, "203.0.113.10")));
  world().clock.advance(std::chrono::seconds(1));
  const auto both = attempts();
  refused = *std::ranges::find(both, "203.0.113.10", &AdoptionAttempt::address);
  EXPECT_THAT(steps(refused), ElementsAre("adopt_requested", "refused:site_limit"));
  EXPECT_THAT(world().events("adoption.step").back().data.text("reason").value(), "site_limit");
}

TEST_P(AdoptionLogTest, ACommandWorksOnceAndTellsSo) {
  const auto created = world().sites.create(world().tenant, {.name = "Branch 7"}).value();
  const auto runbook = world().runbooks.find_of_site(world().tenant, created.site.id).value().value();
  const auto token = RunbookService::token_text(runbook);
  auto request = world().adoption_request(world().tenant);
  request.token = token;
  ASSERT_TRUE(world().adoption.adopt(request));
  EXPECT_THAT(steps_of(created.site), ElementsAre("adopt_requested", "adopted"));
  world().clock.advance(std::chrono::seconds(1));
  request.body = Facts{.name = "other", .serial = "S9"}.body();
  EXPECT_EQ(world().adoption.adopt(request).error().code(), Errc::not_found);
  EXPECT_THAT(steps_of(created.site), ElementsAre("refused:token_used"));
}

TEST_P(AdoptionLogTest, AStrangerLeavesNoTrace) {
  for (const char* token : {"", "x", "0123456789abcdefABCDEF"}) {
    EXPECT_FALSE(world().adoption.bootstrap_script(token, ip("203.0.113.66"), false));
    auto request = world().adoption_request(world().tenant);
    request.token = token;
    EXPECT_FALSE(world().adoption.adopt(request));
  }
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM adoption_attempt"), 0);
  EXPECT_THAT(world().events("adoption.step"), IsEmpty());
}

TEST_P(AdoptionLogTest, WhoeverRepeatsHimselfFillsOneRow) {
  const auto stop = world().runbooks.update(world().tenant, runbook().id, std::nullopt, true);
  ASSERT_TRUE(stop);
  for (int i = 0; i < 30; ++i) {
    auto request = world().adoption_request(world().tenant);
    request.token = RunbookService::token_text(*stop);
    EXPECT_FALSE(world().adoption.adopt(request));
  }
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM adoption_attempt"), 1);
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM adoption_step"), 1);
  EXPECT_THAT(steps(attempts().at(0)), ElementsAre("refused:token_disabled"));
}

TEST_P(AdoptionLogTest, OldAttemptsMakeRoom) {
  const Runbook book = runbook();
  ASSERT_TRUE(world().database.write([&](db::Session& session) -> Status {
    for (int i = 0; i < AdoptionLog::kMostAttempts + 20; ++i) {
      world().clock.advance(std::chrono::milliseconds(1));
      const auto from = ip(("203.0." + std::to_string(i / 200) + "." + std::to_string(i % 200)).c_str());
      if (auto noted = world().adoptions.note_in(session, book, from, {.record = {.step = AdoptionStep::script_fetched}}); !noted) return noted;
    }
    return {};
  }));
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM adoption_attempt"), AdoptionLog::kMostAttempts);
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM adoption_step"), AdoptionLog::kMostAttempts);
  world().adoptions.subscribe();
  ASSERT_TRUE(world().bus.deliver({.name = "team.deleted", .occurred_at = world().clock.now(), .customer_id = world().tenant.customer_id}));
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM adoption_attempt"), 0);
}

TEST_P(AdoptionLogTest, ACommandIsRenewedForWhoWaitsOrIsGone) {
  const auto created = world().sites.create(world().tenant, {.name = "Branch 7"}).value();
  const auto first = world().runbooks.find_of_site(world().tenant, created.site.id).value().value();
  const auto second = world().runbooks.renew_for_site(world().tenant, created.site.id).value();
  EXPECT_NE(first.token, second.token);
  EXPECT_FALSE(world().adoption.bootstrap_script(RunbookService::token_text(first), ip("198.51.100.7"), false));
  EXPECT_EQ(world().runbooks.renew_for_site(world().other_tenant, created.site.id).error().code(), Errc::not_found);
  const Site online = world().adopt();
  EXPECT_EQ(world().runbooks.renew_for_site(world().tenant, online.id).error().reason(), "site_online");
}

}  // namespace
}  // namespace openstrat::fleet
