#include "tasks/census.hpp"

#include <gmock/gmock.h>

#include "db/testing.hpp"
#include "tasks/schema.hpp"
#include "tasks/store.hpp"

namespace openstrat::tasks {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TaskCensusTest : public db::EachEngineTest {
 protected:
  void add(const std::string& id, const std::string& kind, Timestamp due) {
    ASSERT_TRUE(database_->write([&](db::Session& session) { return Store::insert(session, id, {.kind = kind, .payload = {}, .run_at = due, .unique_key = {}, .customer_id = {}}, due); }));
  }
  void bury(const std::string& kind) {
    ASSERT_TRUE(database_->write([&](db::Session& session) -> Status {
      const auto claimed = Store::claim(session, kind, 1, now_, now_ + 1min, "a");
      if (!claimed) return fail(claimed.error());
      const auto buried = Store::bury(session, claimed->front().task, now_, "no luck");
      return buried ? Status() : fail(buried.error());
    }));
  }
  std::vector<KindCensus> count() { return *database_->read([&](db::Session& session) { return census(session, now_); }); }

  const Timestamp now_ = from_unix_us(1'700'000'000'000'000);
  std::unique_ptr<db::Database> database_ = make_database(migrations());
};
INSTANTIATE_EACH_ENGINE(TaskCensusTest);

TEST_P(TaskCensusTest, NothingIsNothing) { EXPECT_THAT(count(), IsEmpty()); }

TEST_P(TaskCensusTest, CountsByKindAndState) {
  add("1", "mail", now_ - 10min);
  add("2", "mail", now_ - 5min);
  add("3", "mail", now_ + 1h);
  add("4", "purge", now_ - 1min);
  add("5", "gone", now_ - 1min);
  bury("gone");
  ASSERT_TRUE(database_->write([&](db::Session& session) { return Store::claim(session, "purge", 1, now_, now_ + 1min, "a"); }));
  const auto kinds = count();
  ASSERT_THAT(kinds, SizeIs(3));
  const auto &gone = kinds[0], &mail = kinds[1], &purge = kinds[2];
  EXPECT_EQ(std::tuple(gone.kind, gone.ready, gone.dead), std::tuple("gone", 0, 1));
  EXPECT_EQ(std::tuple(mail.kind, mail.ready, mail.later, mail.running, mail.dead), std::tuple("mail", 2, 1, 0, 0));
  EXPECT_EQ(mail.oldest_ready, now_ - 10min);
  EXPECT_EQ(std::tuple(purge.kind, purge.ready, purge.running), std::tuple("purge", 0, 1));
  EXPECT_EQ(purge.oldest_ready, std::nullopt);
}

}  // namespace
}  // namespace openstrat::tasks
