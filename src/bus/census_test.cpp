#include "bus/census.hpp"

#include <gmock/gmock.h>

#include "bus/outbox.hpp"
#include "bus/schema.hpp"
#include "db/testing.hpp"

namespace openstrat::bus {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class BusCensusTest : public db::EachEngineTest {
 protected:
  std::shared_ptr<const Event> event(int number, Timestamp at) {
    return std::make_shared<Event>(Event{.name = "job.done", .id = "evt_" + std::to_string(number), .occurred_at = at, .customer_id = {}, .site_id = {}, .resource_id = "r", .data = {}});
  }
  Census count() { return *database_->read([](db::Session& session) { return census(session); }); }

  const Timestamp now_ = from_unix_us(1'700'000'000'000'000);
  std::unique_ptr<db::Database> database_ = make_database(migrations());
};
INSTANTIATE_EACH_ENGINE(BusCensusTest);

TEST_P(BusCensusTest, WhoKeepsUpIsNotListed) {
  ASSERT_TRUE(database_->write([&](db::Session& session) { return Outbox::append(session, *event(1, now_)); }));
  EXPECT_EQ(count().outbox, 1);
  EXPECT_THAT(count().behind, IsEmpty());
}

TEST_P(BusCensusTest, CountsBacklogAndDeadBySubscriber) {
  const auto fill = [&](db::Session& session) -> Status {
    const std::vector<Leftover> left{{"search", event(1, now_ - 2min), 0}, {"search", event(2, now_ - 1min), 0}, {"tags", event(3, now_), 0}};
    if (auto settled = Outbox::settle(session, {}, left); !settled) return settled;
    const auto tags = Outbox::backlog(session, "tags", 1);
    if (!tags) return fail(tags.error());
    return Outbox::park(session, tags->front().position, "no luck", now_);
  };
  ASSERT_TRUE(database_->write(fill));
  const auto counted = count();
  EXPECT_EQ(counted.outbox, 0);
  ASSERT_THAT(counted.behind, SizeIs(2));
  EXPECT_EQ(std::tuple(counted.behind[0].subscriber, counted.behind[0].backlog, counted.behind[0].dead), std::tuple("search", 2, 0));
  EXPECT_EQ(counted.behind[0].oldest, now_ - 2min);
  EXPECT_EQ(std::tuple(counted.behind[1].subscriber, counted.behind[1].backlog, counted.behind[1].dead), std::tuple("tags", 0, 1));
}

}  // namespace
}  // namespace openstrat::bus
