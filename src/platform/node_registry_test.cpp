#include "platform/node_registry.hpp"

#include <gmock/gmock.h>

#include "db/database.hpp"
#include "db/testing.hpp"
#include "platform/schema.hpp"

namespace openstrat::platform {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class NodeRegistryTest : public db::EachEngineTest {
 protected:
  NodeRegistry node(const std::string& id, const std::string& version = "1.0.0") {
    return {*database_, clock_, {.id = id, .host = "gw", .version = version, .roles = {"api", "worker"}, .url = "https://a.example", .issuer = "https://auth.example",
                                 .started_at = clock_.now(), .seen_at = {}}};
  }
  std::vector<Node> list() { return *database_->read([](db::Session& session) { return NodeRegistry::list(session); }); }

  ManualClock clock_{from_unix_us(1'700'000'000'000'000)};
  std::unique_ptr<db::Database> database_ = make_database(migrations());
};
INSTANTIATE_EACH_ENGINE(NodeRegistryTest);

TEST_P(NodeRegistryTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), migrations()); }

TEST_P(NodeRegistryTest, EachNodeTellsWhatItIs) {
  auto b = node("b:/data"), a = node("a:/data");
  ASSERT_TRUE(b.beat());
  ASSERT_TRUE(a.beat());
  const auto nodes = list();
  ASSERT_THAT(nodes, SizeIs(2));
  EXPECT_EQ(nodes[0].id, "a:/data");
  EXPECT_EQ(nodes[0].host, "gw");
  EXPECT_EQ(nodes[0].version, "1.0.0");
  EXPECT_THAT(nodes[0].roles, ElementsAre("api", "worker"));
  EXPECT_EQ(nodes[0].url, "https://a.example");
  EXPECT_EQ(nodes[0].issuer, "https://auth.example");
  EXPECT_EQ(nodes[0].started_at, clock_.now());
  EXPECT_EQ(nodes[1].id, "b:/data");
}

TEST_P(NodeRegistryTest, ARestartIsTheSameNode) {
  ASSERT_TRUE(node("a:/data").beat());
  clock_.advance(1h);
  ASSERT_TRUE(node("a:/data", "1.1.0").beat());
  const auto nodes = list();
  ASSERT_THAT(nodes, SizeIs(1));
  EXPECT_EQ(nodes[0].version, "1.1.0");
  EXPECT_EQ(nodes[0].started_at, clock_.now());
}

TEST_P(NodeRegistryTest, WhoStopsIsGoneWhoDiesIsSeenToBeDead) {
  auto stopped = node("stopped"), died = node("died"), lives = node("lives");
  for (auto* one : {&stopped, &died, &lives}) ASSERT_TRUE(one->beat());
  ASSERT_TRUE(stopped.leave());
  clock_.advance(NodeRegistry::kAlive);
  ASSERT_TRUE(lives.beat());
  auto nodes = list();
  ASSERT_THAT(nodes, SizeIs(2));
  EXPECT_EQ(nodes[0].id, "died");
  EXPECT_FALSE(NodeRegistry::is_alive(nodes[0], clock_.now()));
  EXPECT_TRUE(NodeRegistry::is_alive(nodes[1], clock_.now()));
  clock_.advance(NodeRegistry::kRemembered);
  ASSERT_TRUE(lives.beat());
  EXPECT_THAT(list(), SizeIs(1));
}

}  // namespace
}  // namespace openstrat::platform
