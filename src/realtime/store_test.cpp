// Tickets and the relay, on both engines.
#include "base/crypto.hpp"
#include "base/rng.hpp"
#include "base/secrets.hpp"
#include "db/testing.hpp"
#include "realtime/relay.hpp"
#include "realtime/schema.hpp"
#include "realtime/test_support.hpp"
#include "realtime/ticket_keeper.hpp"

namespace openstrat::realtime {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RealtimeStoreTest : public db::EachEngineTest {
 protected:
  void SetUp() override { database = make_reused_database(migrations()); }
  std::unique_ptr<db::Database> database;
  ManualClock clock{from_unix_us(1'770'000'000'000'000)};
  SecretBox box{"realtime", MasterKey(crypto::Key32{})};
};
INSTANTIATE_EACH_ENGINE(RealtimeStoreTest);

TEST_P(RealtimeStoreTest, Migrations) { db::expect_migrations_are_sound(GetParam(), migrations()); }

TEST_P(RealtimeStoreTest, ATicketOpensOnce) {
  TicketKeeper keeper(*database, box, clock, secure_rng());
  const auto ticket = keeper.issue(customer_number(1), "Bearer secret").value();
  EXPECT_EQ(ticket.expires_at, clock.now() + 30s);
  EXPECT_EQ(keeper.redeem(ticket.ticket).value(), "Bearer secret");
  EXPECT_EQ(keeper.redeem(ticket.ticket).error().reason(), "ticket_invalid");
}

TEST_P(RealtimeStoreTest, ATicketDiesAfterThirtySeconds) {
  TicketKeeper keeper(*database, box, clock, secure_rng());
  const auto ticket = keeper.issue(customer_number(1), "Bearer secret").value();
  clock.advance(30s);
  EXPECT_EQ(keeper.redeem(ticket.ticket).error().code(), Errc::unauthenticated);
}

TEST_P(RealtimeStoreTest, WhatIsNoTicketOpensNothing) {
  TicketKeeper keeper(*database, box, clock, secure_rng());
  for (const std::string& text : {std::string(), std::string("rt_"), "rt_" + std::string(32, 'a'), std::string(1000, 'x'), std::string("Bearer secret")})
    EXPECT_EQ(keeper.redeem(text).error().reason(), "ticket_invalid");
}

TEST_P(RealtimeStoreTest, TheDatabaseHoldsNoCredential) {
  TicketKeeper keeper(*database, box, clock, secure_rng());
  const auto ticket = keeper.issue(customer_number(1), "Bearer secret").value();
  const auto rows = database->read([](db::Session& session) { return session.query({"test.tickets", "SELECT hash, sealed FROM realtime_ticket"}); }).value();
  ASSERT_EQ(rows.size(), 1u);
  for (std::size_t column : {0, 1}) {
    EXPECT_EQ(rows[0].get<std::string>(column).find("secret"), std::string::npos);
    EXPECT_EQ(rows[0].get<std::string>(column).find(ticket.ticket), std::string::npos);
  }
}

/// A node: its relay and its hub.
struct Node {
  Node(db::Database& database, const Clock& clock) : relay(database, clock, secure_rng()), world({}, "unset", &relay) { world.hub.go_on_from(relay.prepare().value()); }
  void round() {
    ASSERT_TRUE(relay.round(world.hub).has_value());
    world.hub.round();
  }
  void post(int customer, std::string name) { relay.post({.customer_id = customer_number(customer), .topic = Topic::sites, .name = std::move(name), .data = "{}"}); }
  Relay relay;
  HubWorld world;
};

TEST_P(RealtimeStoreTest, WhatOneNodeHearsTheOtherTells) {
  Node here(*database, clock), there(*database, clock);
  Reader local(here.world.open(here.world.viewer(1))), remote(there.world.open(there.world.viewer(1)));
  local.take(), remote.take();
  here.post(1, "first");
  here.post(2, "foreign");
  here.post(1, "second");
  here.round(), there.round();
  EXPECT_THAT(local.take(), HasSubstr("event: second"));
  const std::string text = remote.take();
  EXPECT_THAT(text, HasSubstr("event: first"));
  EXPECT_EQ(text.find("foreign"), std::string::npos);
  EXPECT_EQ(local.last_id(), remote.last_id());
}

TEST_P(RealtimeStoreTest, AnyNodeGoesOnWhereAnotherEnded) {
  Node here(*database, clock);
  std::string last;
  {
    Reader reader(here.world.open(here.world.viewer(1)));
    here.post(1, "first");
    here.round();
    last = reader.last_id();
  }
  here.post(1, "second");
  here.post(2, "foreign");
  here.round();
  Node fresh(*database, clock);  // has never had a viewer, or has just been started
  Reader again(fresh.world.open(fresh.world.viewer(1), last));
  const std::string text = again.take();
  EXPECT_THAT(text, HasSubstr("event: second"));
  EXPECT_EQ(text.find("event: first"), std::string::npos);
  EXPECT_EQ(text.find("foreign"), std::string::npos);
  EXPECT_EQ(text.find("reset"), std::string::npos);
}

TEST_P(RealtimeStoreTest, WhatWasPurgedBeginsAnew) {
  Node here(*database, clock);
  std::string last;
  {
    Reader reader(here.world.open(here.world.viewer(1)));
    last = reader.last_id();
  }
  here.post(1, "first");
  here.round();
  clock.advance(11min);
  ASSERT_TRUE(here.relay.purge().has_value());
  Node fresh(*database, clock);
  Reader again(fresh.world.open(fresh.world.viewer(1), last));
  EXPECT_THAT(again.take(), HasSubstr("event: reset"));
}

TEST_P(RealtimeStoreTest, ANodeThatSleptThroughThePurgeBeginsAnew) {
  Node here(*database, clock), sleeper(*database, clock);
  Reader reader(sleeper.world.open(sleeper.world.viewer(1)));
  reader.take();
  here.post(1, "first");
  here.round();
  clock.advance(11min);
  ASSERT_TRUE(here.relay.purge().has_value());
  here.post(1, "second");
  here.round(), sleeper.round();
  EXPECT_THAT(reader.take(), HasSubstr("event: reset"));
}

TEST_P(RealtimeStoreTest, HeartbeatsThatAnotherNodeHeardAreToldOnce) {
  std::vector<SiteId> asked;
  Relay relay(*database, clock, secure_rng(), [&](const std::vector<SiteId>& sites) -> Result<std::vector<Relay::Beat>> {
    asked = sites;
    return std::vector<Relay::Beat>{{site_number(1), customer_number(1), clock.now()}};
  });
  HubWorld world;
  Viewer viewer = world.viewer(1);
  viewer.watched = {site_number(1)};
  Reader reader(world.open(viewer));
  reader.take();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(relay.listen(world.hub).has_value());
    world.hub.round();
    world.clock.advance(2s);
  }
  EXPECT_THAT(asked, ::testing::ElementsAre(site_number(1)));
  const std::string text = reader.take();
  EXPECT_NE(text.find("site.pulse"), std::string::npos);
  EXPECT_EQ(text.find("site.pulse"), text.rfind("site.pulse"));
}

TEST_P(RealtimeStoreTest, WhatWasGivenUpBeginsAnewEverywhere) {
  Node here(*database, clock), there(*database, clock);
  Reader remote(there.world.open(there.world.viewer(1)));
  remote.take();
  for (std::size_t i = 0; i <= Relay::kMostWaiting; ++i) here.post(2, "x");
  here.round(), there.round();
  EXPECT_THAT(remote.take(), HasSubstr("event: reset"));
}

}  // namespace
}  // namespace openstrat::realtime
