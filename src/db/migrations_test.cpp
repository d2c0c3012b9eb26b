#include <thread>

#include "base/clock.hpp"
#include "db/testing.hpp"

namespace openstrat::db {
namespace {

const Migration kFirst{100, "test/0100_first", "CREATE TABLE first (id TEXT PRIMARY KEY, note TEXT DEFAULT 'a;b');\nCREATE INDEX first_note ON first (note);\n"};
const Migration kSecond{200, "test/0200_second", "ALTER TABLE first ADD COLUMN number BIGINT; -- grows; slowly\nCREATE TABLE second (id {{serial}})"};
const Migration kBroken{300, "test/0300_broken", "CREATE TABLE third (id TEXT PRIMARY KEY); SELECT nonsense FROM nowhere;"};

class MigrationsTest : public EachEngineTest {};
INSTANTIATE_EACH_ENGINE(MigrationsTest);

TEST_P(MigrationsTest, AppliesWhatIsMissingInOrderOfNumber) {
  const auto database = make_database({kFirst});
  const auto before = pending(*database, {kSecond, kFirst});
  ASSERT_TRUE(before.has_value());
  ASSERT_EQ(before->size(), 1u);
  EXPECT_EQ(before->front().number, 200);
  EXPECT_EQ(migrate(*database, {kSecond, kFirst}).value_or(-1), 1);
  EXPECT_EQ(migrate(*database, {kSecond, kFirst}).value_or(-1), 0);
  EXPECT_TRUE(pending(*database, {kFirst, kSecond}).value().empty());
}

TEST_P(MigrationsTest, ASchemaNewerThanTheProgramIsRefused) {
  const auto database = make_database({kFirst, kSecond});
  EXPECT_EQ(migrate(*database, {kFirst}).error().code(), Errc::conflict);
  EXPECT_EQ(pending(*database, {kFirst}).error().reason(), "schema_too_new");
  Migration renamed = kSecond;
  renamed.name = "test/0200_other";
  EXPECT_EQ(migrate(*database, {kFirst, renamed}).error().code(), Errc::conflict);
}

TEST_P(MigrationsTest, AFailedMigrationLeavesNothingBehind) {
  const auto database = make_database({});
  const auto done = migrate(*database, {kFirst, kBroken});
  ASSERT_FALSE(done.has_value());
  EXPECT_TRUE(done.error().message().contains("test/0300_broken")) << done.error().message();
  EXPECT_EQ(pending(*database, {kFirst, kBroken}).value().size(), 1u);
  EXPECT_FALSE(describe_schema(*database).contains("third"));
}

TEST_P(MigrationsTest, TwoFilesWithOneNumberAreRefused) {
  const auto database = make_database({});
  Migration twin = kFirst;
  twin.name = "test/0100_twin";
  EXPECT_EQ(migrate(*database, {kFirst, twin}).error().code(), Errc::internal);
}

TEST_P(MigrationsTest, TwoServersThatStartAtOnceApplyEachOnce) {
  const ScratchDatabase scratch(GetParam(), {});
  std::atomic<int> applied{0};
  {
    std::vector<std::jthread> servers;
    for (int i = 0; i < 4; ++i) {
      servers.emplace_back([&] {
        const auto database = open({.url = scratch.url()}, system_clock());
        ASSERT_TRUE(database.has_value()) << database.error().message();
        const auto done = migrate(**database, {kFirst, kSecond});
        ASSERT_TRUE(done.has_value()) << done.error().message();
        applied += *done;
      });
    }
  }
  EXPECT_EQ(applied, 2);
}

TEST_P(MigrationsTest, OneByOneGivesWhatAllAtOnceGives) { expect_migrations_are_sound(GetParam(), {kFirst, kSecond}); }

}  // namespace
}  // namespace openstrat::db
