#include "fleet/adoption_service.hpp"

#include <atomic>
#include <latch>
#include <set>
#include <thread>

#include "base/text.hpp"
#include "fleet/test_support.hpp"

namespace openstrat::fleet {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class AdoptionTest : public FleetTest {
 protected:
  /// The script that a router gets from the team's runbook.
  std::string adopt(const Facts& facts = {}, const char* from = "198.51.100.7", std::string device_token = "") {
    auto request = world().adoption_request(world().tenant, facts, from);
    request.device_token = std::move(device_token);
    const auto script = world().adoption.adopt(request);
    EXPECT_TRUE(script) << script.error().message();
    return script.value_or("");
  }
  std::int64_t sites() { return world().number("SELECT COUNT(*) FROM site"); }
};
INSTANTIATE_EACH_ENGINE(AdoptionTest);

const auto kInstalls = HasSubstr("/poll");

TEST_P(AdoptionTest, AFirstAdoptionMakesASite) {
  const Site site = world().adopt();
  EXPECT_EQ(site.name, "edge-1 - 3rd Feb 26");
  EXPECT_EQ(site.state(), SiteState::online);
  EXPECT_EQ(site.adopted_at, world().clock.now());
  EXPECT_EQ(site.token_version, 1);
  EXPECT_EQ(site.facts.serial_number, "HF80A1B2C3D");
  EXPECT_EQ(site.facts.software_version, "7.16.2");
  EXPECT_EQ(site.pulse.last_seen_from, "198.51.100.7");
  EXPECT_EQ(site.pid.size(), 32u);
  EXPECT_TRUE(site.pid.starts_with("site_"));
  const Runbook runbook = world().runbooks.list(world().tenant).value().front();
  EXPECT_EQ(site.runbook_id, runbook.id);
  EXPECT_EQ(site.policy_id, runbook.policy_id);
  EXPECT_THAT(world().event_names(), ElementsAre("site.created", "site.adopted", "adoption.step", "adoption.step"));
  EXPECT_EQ(world().events("site.adopted")[0].data.flag("first"), true);
  ASSERT_EQ(world().backups.asked.size(), 1u);
  EXPECT_EQ(world().backups.asked[0].purpose, BackupFragments::Purpose::adopt);
  EXPECT_EQ(world().sites.adopted_counts({world().tenant.customer_id}).value(), std::vector<std::int64_t>{1});
  EXPECT_EQ(world().poll(site).status, 200);
}

TEST_P(AdoptionTest, TheScriptTellsAndInstalls) {
  const auto script = adopt();
  const Site site = world().sites.list(world().tenant, {}).value().sites.at(0);
  EXPECT_THAT(script, HasSubstr("edge-1 - 3rd Feb 26"));
  EXPECT_THAT(script, HasSubstr("Default Policy"));
  EXPECT_THAT(script, HasSubstr("https://portal.example.net/deployments/" + site.id.to_string() + "/overview"));
  EXPECT_THAT(script, kInstalls);
  EXPECT_THAT(script, HasSubstr("sftp.example.net"));
}

TEST_P(AdoptionTest, NamesCarryTheDayInWords) {
  const std::vector<std::pair<const char*, const char*>> days{
      {"2026-02-01", "1st Feb 26"},  {"2026-02-02", "2nd Feb 26"},  {"2026-03-03", "3rd Mar 26"},  {"2026-04-04", "4th Apr 26"},
      {"2026-05-11", "11th May 26"}, {"2026-06-12", "12th Jun 26"}, {"2026-07-13", "13th Jul 26"}, {"2026-08-21", "21st Aug 26"},
      {"2026-09-22", "22nd Sep 26"}, {"2026-10-23", "23rd Oct 26"}, {"2026-12-30", "30th Dec 26"}, {"2026-12-31", "31st Dec 26"}};
  for (const auto& [day, text] : days) {
    world().clock.set(parse_iso8601(std::string(day) + "T23:59:59Z").value());
    EXPECT_EQ(world().adopt({.serial = std::string("S") + day}).name, std::string("edge-1 - ") + text);
  }
}

TEST_P(AdoptionTest, LongAndMissingIdentities) {
  std::string identity;
  for (int i = 0; i < 120; ++i) identity += "é";
  const Site site = world().adopt({.name = identity});
  EXPECT_LE(text::length_utf8(site.name), 100u);
  EXPECT_TRUE(site.name.ends_with("é - 3rd Feb 26"));
  EXPECT_EQ(world().adopt({.name = "", .serial = "HF80BBBB"}).name, "MikroTik - 3rd Feb 26");
}

TEST_P(AdoptionTest, UnknownTokensAndHardwareAreRefused) {
  auto request = world().adoption_request(world().tenant);
  for (const char* token : {"", "x", "0123456789abcdefABCDEF", "!!!"}) {
    request.token = token;
    EXPECT_EQ(world().adoption.adopt(request).error().code(), Errc::not_found) << token;
    EXPECT_EQ(world().adoption.bootstrap_script(token, ip("198.51.100.7"), false).error().code(), Errc::not_found) << token;
    request.body = "garbage";
    EXPECT_EQ(world().adoption.adopt(request).error().code(), Errc::not_found) << "the token decides first";
  }
  request = world().adoption_request(world().tenant);
  for (const char* body : {"", "name=edge;uptime=5m", "serial-number=;software-id="}) {
    request.body = body;
    EXPECT_EQ(world().adoption.adopt(request).error().code(), Errc::invalid) << body;
  }
  EXPECT_EQ(sites(), 0);
}

TEST_P(AdoptionTest, TheBootstrapScriptLeadsToTheAdoption) {
  const Runbook runbook = world().runbooks.list(world().tenant).value().front();
  const auto token = RunbookService::token_text(runbook);
  const auto script = world().adoption.bootstrap_script(token, ip("198.51.100.7"), false).value();
  EXPECT_THAT(script, HasSubstr("/adopt/" + token));
  EXPECT_GT(world().adoption.bootstrap_script(token, ip("198.51.100.7"), true).value().size(), script.size()) << "readable";
  EXPECT_THAT(world().runbooks.bootstrap_command(runbook), HasSubstr("https://device.example.net/" + token));
}

TEST_P(AdoptionTest, AFullTeamGetsAnExplanationAndNoRow) {
  world().quota.limit = 1;
  world().adopt();
  EXPECT_THAT(adopt({.serial = "HF80BBBB"}), Not(kInstalls));
  EXPECT_EQ(sites(), 1);
  EXPECT_EQ(world().events("site.created").size(), 1u);
  EXPECT_THAT(adopt(), kInstalls) << "what is a site already may come back";
  world().quota.limit = 2;
  EXPECT_THAT(adopt({.serial = "HF80BBBB"}), kInstalls);
}

// ---------------------------------------------------------------- taking over

TEST_P(AdoptionTest, AnOnlineSiteIsNotTakenOverByStrangers) {
  const Site site = world().adopt();
  EXPECT_THAT(adopt({}, "203.0.113.9"), Not(kInstalls));
  EXPECT_EQ(world().row(site.id).token_version, 1) << "its router goes on";
  EXPECT_THAT(adopt({}, "203.0.113.9", "forged"), Not(kInstalls));
  EXPECT_THAT(adopt({}, "203.0.113.9", world().tokens.issue(site.id, 7, world().clock.now())), Not(kInstalls)) << "not the current token";
  EXPECT_EQ(world().poll(site).status, 200);
}

TEST_P(AdoptionTest, TheCurrentTokenIsProof) {
  const Site site = world().adopt();
  EXPECT_THAT(adopt({}, "203.0.113.9", world().token_of(site)), kInstalls);
  EXPECT_EQ(world().row(site.id).token_version, 2);
  EXPECT_EQ(world().poll(site).status, 401) << "the old token is dead";
  EXPECT_EQ(sites(), 1);
}

TEST_P(AdoptionTest, TheLastAddressIsProof) {
  const Site site = world().adopt();
  ASSERT_EQ(world().poll(world().token_of(site), Facts{}.body(), "203.0.113.9").status, 200);
  EXPECT_THAT(adopt({}, "198.51.100.7"), Not(kInstalls)) << "an address of earlier";
  EXPECT_THAT(adopt({}, "203.0.113.9"), kInstalls) << "known to the live table only";
}

TEST_P(AdoptionTest, AnOperatorsWindowIsEnough) {
  const Site site = world().adopt();
  ASSERT_TRUE(world().sites.allow_takeover(world().tenant, site.id, std::chrono::minutes(30)));
  EXPECT_EQ(world().sites.allow_takeover(world().other_tenant, site.id, std::chrono::minutes(30)).error().code(), Errc::not_found);
  EXPECT_THAT(adopt({}, "203.0.113.9"), kInstalls);
  EXPECT_FALSE(world().row(site.id).takeover_until) << "once";
  ASSERT_TRUE(world().sites.allow_takeover(world().tenant, site.id, std::chrono::minutes(30)));
  world().clock.advance(std::chrono::minutes(30));
  EXPECT_THAT(adopt({}, "192.0.2.1"), Not(kInstalls)) << "too late";
}

TEST_P(AdoptionTest, AnOfflineSiteComesBackFromAnywhere) {
  const Site site = world().adopt();
  ASSERT_TRUE(world().database.write([&](db::Session& session) {
    Site row = site;
    row.has_pulse = false;
    row.offline_since = world().clock.now();
    return site_store::update(session, row);
  }));
  EXPECT_THAT(adopt({}, "203.0.113.9"), kInstalls);
  EXPECT_TRUE(world().row(site.id).has_pulse);
  EXPECT_FALSE(world().row(site.id).offline_since);
  EXPECT_THAT(world().event_names(), ElementsAre("site.created", "site.adopted", "adoption.step", "adoption.step", "site.adopted", "site.online",
                                               "adoption.step", "adoption.step"));
  EXPECT_EQ(world().sites.adopted_counts({world().tenant.customer_id}).value().at(0), 1);
}

TEST_P(AdoptionTest, AdoptionCancelsADeletion) {
  const Site site = world().adopt();
  ASSERT_TRUE(world().removal.remove(world().tenant, site.id, SiteRemoval::Force::no));
  EXPECT_THAT(adopt(), kInstalls);
  const Site row = world().row(site.id);
  EXPECT_EQ(row.state(), SiteState::online);
  EXPECT_FALSE(row.scheduler_removal_at);
  EXPECT_TRUE(world().jobs.create(world().tenant, site.id, world().job()));
}

TEST_P(AdoptionTest, AnotherTeamMayOwnTheSameHardware) {
  const Site mine = world().adopt();
  const Site theirs = world().adopt(world().other_tenant, {});
  EXPECT_NE(mine.id, theirs.id);
  EXPECT_EQ(theirs.customer_id, world().other_tenant.customer_id);
  EXPECT_EQ(world().poll(mine).status, 200) << "nobody is disturbed";
  EXPECT_EQ(world().poll(theirs).status, 200);
}

TEST_P(AdoptionTest, TheSameRouterFromManyThreadsIsOneSite) {
  constexpr int kThreads = 6;
  const auto request = world().adoption_request(world().tenant);
  std::latch start(kThreads);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([&] {
        start.arrive_and_wait();
        const auto script = world().adoption.adopt(request);
        EXPECT_TRUE(script) << script.error().message();
      });
  }
  EXPECT_EQ(sites(), 1);
  EXPECT_EQ(world().number("SELECT adopted FROM site_count"), 1);
  EXPECT_EQ(world().events("site.created").size(), 1u);
  EXPECT_EQ(world().number("SELECT token_version FROM site"), kThreads);
}

// ---------------------------------------------------------------- one-site tokens

std::string token_in(const std::string& bootstrap_command) {
  constexpr std::string_view kHost = "device.example.net/";
  const auto at = bootstrap_command.find(kHost) + kHost.size();
  return bootstrap_command.substr(at, bootstrap_command.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", at) - at);
}

TEST_P(AdoptionTest, AOneSiteCommandPastedByManyAtOnceIsUsedOnce) {
  constexpr int kThreads = 6;
  const auto created = world().sites.create(world().tenant, {.name = "Branch 7"}).value();
  const AdoptionService::Request request{.token = token_in(created.bootstrap_command), .body = Facts{}.body(), .remote = ip("198.51.100.7")};
  std::latch start(kThreads);
  std::atomic<int> adopted = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([&] {
        start.arrive_and_wait();
        const auto script = world().adoption.adopt(request);
        if (script) ++adopted;
        else EXPECT_EQ(script.error().code(), Errc::not_found) << script.error().message();
      });
  }
  EXPECT_EQ(adopted, 1);
  EXPECT_EQ(world().number("SELECT token_version FROM site"), 1);
}

TEST_P(AdoptionTest, AOneSiteCommandAdoptsIntoItsSiteOnce) {
  const auto created = world().sites.create(world().tenant, {.name = "Branch 7"}).value();
  EXPECT_EQ(created.site.state(), SiteState::pending);
  const std::string token = token_in(created.bootstrap_command);
  AdoptionService::Request request{.token = token, .body = Facts{}.body(), .remote = ip("198.51.100.7")};
  ASSERT_THAT(world().adoption.adopt(request).value(), kInstalls);
  const Site site = world().row(created.site.id);
  EXPECT_EQ(site.name, "Branch 7") << "keeps its name";
  EXPECT_EQ(site.state(), SiteState::online);
  EXPECT_EQ(site.facts.identity, "edge-1");
  EXPECT_EQ(world().number("SELECT adopted FROM site_count"), 1);
  EXPECT_EQ(world().number("SELECT sites FROM site_count"), 1);
  EXPECT_EQ(world().adoption.adopt(request).error().code(), Errc::not_found) << "used up";
  EXPECT_EQ(world().runbooks.list(world().tenant).value().size(), 1u) << "not in the list of runbooks";
}

TEST_P(AdoptionTest, AOneSiteCommandExpiresAndRefusesARouterOfAnotherSite) {
  const auto created = world().sites.create(world().tenant, {.name = "Branch 7"}).value();
  const auto text = [&](const Site& site) {
    return world().database.write([&](db::Session& session) { return world().runbooks.create_for_site_in(session, site); }).value();
  };
  const Runbook first = text(created.site);
  const Runbook second = text(created.site);
  AdoptionService::Request request{.token = RunbookService::token_text(first), .body = Facts{}.body(), .remote = ip("198.51.100.7")};
  EXPECT_EQ(world().adoption.adopt(request).error().code(), Errc::not_found) << "replaced";
  world().adopt();
  request.token = RunbookService::token_text(second);
  EXPECT_THAT(world().adoption.adopt(request).value(), Not(kInstalls)) << "this router is a site already";
  EXPECT_EQ(world().row(created.site.id).state(), SiteState::pending);
  world().clock.advance(std::chrono::days(7));
  EXPECT_EQ(world().adoption.adopt(request).error().code(), Errc::not_found) << "expired";
}

// ---------------------------------------------------------------- runbooks

TEST_P(AdoptionTest, ATeamHasOneDefaultRunbookHoweverManyAsk) {
  constexpr int kThreads = 6;
  std::latch start(kThreads);
  Guarded<std::set<RunbookId>> ids;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([&] {
        start.arrive_and_wait();
        const auto runbooks = world().runbooks.list(world().tenant);
        ASSERT_TRUE(runbooks);
        ids.lock()->insert(runbooks->front().id);
      });
  }
  EXPECT_EQ(ids.lock()->size(), 1u);
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM runbook"), 1);
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM control_policy"), 1);
}

TEST_P(AdoptionTest, RotationEndsTheOldToken) {
  const Runbook old = world().runbooks.list(world().tenant).value().front();
  EXPECT_EQ(world().runbooks.rotate(world().other_tenant, old.id).error().code(), Errc::not_found);
  EXPECT_EQ(world().runbooks.find(world().other_tenant, old.id).error().code(), Errc::not_found);
  const Runbook fresh = world().runbooks.rotate(world().tenant, old.id).value();
  EXPECT_NE(fresh.token, old.token);
  EXPECT_FALSE(world().adoption.bootstrap_script(RunbookService::token_text(old), ip("198.51.100.7"), false));
  EXPECT_TRUE(world().adoption.bootstrap_script(RunbookService::token_text(fresh), ip("198.51.100.7"), false));
}

TEST_P(AdoptionTest, FurtherRunbooksHaveNames) {
  EXPECT_EQ(world().runbooks.create(world().tenant, std::string(101, 'x')).error().code(), Errc::invalid);
  const Runbook named = world().runbooks.create(world().tenant, "Warehouse").value();
  EXPECT_EQ(named.name, "Warehouse");
  EXPECT_EQ(world().runbooks.create(world().tenant, "").value().name, "Default Policy");
  for (int i = 0; i < 50; ++i) {
    const auto length = RunbookService::token_text(world().runbooks.create(world().tenant, "n").value()).size();
    EXPECT_GE(length, 16u);
    EXPECT_LE(length, 22u);
  }
  EXPECT_THAT(world().runbooks.list(world().other_tenant).value(), ::testing::SizeIs(1)) << "its own default";
}

}  // namespace
}  // namespace openstrat::fleet
