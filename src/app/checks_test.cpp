#include "app/checks.hpp"

#include <gmock/gmock.h>

#include "app/instance.hpp"
#include "db/testing.hpp"

namespace openstrat::app {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const Timestamp kNow = from_unix_us(1'700'000'000'000'000);

std::vector<std::string> lines(const Census& census) {
  Findings findings;
  check_census(census, kNow, findings);
  std::vector<std::string> all;
  for (const auto& finding : findings) {
    const char* word = finding.level == Finding::Level::error ? "error" : finding.level == Finding::Level::warning ? "warning" : finding.level == Finding::Level::note ? "note" : "good";
    all.push_back(std::string(word) + " " + finding.what + ": " + finding.text);
    EXPECT_TRUE(finding.level == Finding::Level::good || !finding.advice.empty()) << finding.text << " says not what to do";
  }
  return all;
}

platform::Node node(const std::string& id, std::vector<std::string> roles = {"api", "worker"}) {
  return {.id = id, .host = "gw", .version = "1.0.0", .roles = std::move(roles), .url = {}, .issuer = {}, .started_at = kNow - 1h, .seen_at = kNow - 5s};
}

Census healthy() {
  Census census;
  census.nodes = {node("a:/data")};
  census.users = 3, census.operators = 1;
  return census;
}

TEST(Checks, AHealthyInstallationHasNothingToMend) {
  const auto all = lines(healthy());
  EXPECT_THAT(all, Not(Contains(HasSubstr("warning"))));
  EXPECT_THAT(all, Contains("good nodes: one server is running"));
  EXPECT_THAT(all, Contains("good tasks: background work keeps up"));
}

TEST(Checks, TellsOfWorkThatWasGivenUpOrWaits) {
  Census census = healthy();
  census.tasks = {{.kind = "mail.send", .ready = 3, .dead = 2, .oldest_ready = kNow - 3h}, {.kind = "purge", .dead = 1, .oldest_ready = {}}};
  census.events.behind = {{.subscriber = "search", .backlog = 7, .dead = 0, .oldest = kNow - 10min}, {.subscriber = "tags", .backlog = 0, .dead = 4, .oldest = {}}};
  census.mails_failed = 5;
  const auto all = lines(census);
  EXPECT_THAT(all, Contains("warning tasks: 3 background tasks were given up: mail.send, purge"));
  EXPECT_THAT(all, Contains("warning tasks: background work has waited for 3 hours"));
  EXPECT_THAT(all, Contains("warning events: search is behind by 7 events, for 10 minutes"));
  EXPECT_THAT(all, Contains("warning events: tags refused 4 events too often"));
  EXPECT_THAT(all, Contains("warning mails: 5 mails were refused or given up"));
}

TEST(Checks, TellsOfNodesThatDiedDifferOrDoNotWork) {
  Census census = healthy();
  census.nodes = {node("a:/data", {"api"}), node("b:/data", {"device"}), node("c:/data")};
  census.nodes[1].version = "1.1.0";
  census.nodes[2].seen_at = kNow - 1h;
  const auto all = lines(census);
  EXPECT_THAT(all, Contains(HasSubstr("warning nodes: c:/data has not been seen since ")));
  EXPECT_THAT(all, Contains("warning nodes: different versions run: a:/data has 1.0.0, b:/data has 1.1.0"));
  EXPECT_THAT(all, Contains("error nodes: no running server has the role worker: background work is not done"));
  census.nodes.clear();
  EXPECT_THAT(lines(census), Contains("note nodes: no server is running"));
}

TEST(Checks, SomebodyShouldSeeTheSystemPage) {
  Census census = healthy();
  census.operators = 0;
  EXPECT_THAT(lines(census), Contains(HasSubstr("warning operators: nobody is an operator")));
  census.users = 0;
  EXPECT_THAT(lines(census), Not(Contains(HasSubstr("operators")))) << "an empty installation waits for its first account";
}

class CensusTest : public db::EachEngineTest {};
INSTANTIATE_EACH_ENGINE(CensusTest);

TEST_P(CensusTest, CountsTheWholeInstallation) {
  const auto database = make_database(all_migrations());
  Findings findings;
  EXPECT_TRUE(check_connection(*database, findings));
  check_integrity(*database, findings);
  EXPECT_EQ(findings.back().level, Finding::Level::good) << findings.back().text;
  const auto census = database->read([](db::Session& session) { return take_census(session, kNow); });
  ASSERT_TRUE(census) << census.error().message();
  EXPECT_EQ(census->users + census->operators + census->sites + census->adopted + census->mails_failed + census->mails_waiting + census->audit_entries, 0);
  EXPECT_TRUE(census->nodes.empty());
}

TEST_P(CensusTest, AnOldSchemaIsNotCounted) {
  const auto database = make_database({});
  Findings findings;
  EXPECT_FALSE(check_connection(*database, findings));
  EXPECT_EQ(findings.back().what, "schema");
}

}  // namespace
}  // namespace openstrat::app
