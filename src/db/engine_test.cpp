// What every engine must do alike.
#include <atomic>
#include <latch>
#include <limits>
#include <thread>

#include "db/facts.hpp"
#include "db/testing.hpp"

namespace openstrat::db {
namespace {

const std::vector<Migration> kSchema{
    {1, "test/0001_kinds",
     "CREATE TABLE kind (id TEXT PRIMARY KEY, number BIGINT, small INTEGER, ratio DOUBLE PRECISION, flag BOOLEAN, bytes BYTEA, note TEXT);"},
    {2, "test/0002_parent",
     "CREATE TABLE parent (id TEXT PRIMARY KEY, name TEXT NOT NULL);\n"
     "CREATE UNIQUE INDEX parent_by_name ON parent (name);\n"
     "CREATE TABLE child (id {{serial}}, parent_id TEXT NOT NULL REFERENCES parent (id), label TEXT, UNIQUE (parent_id, label));"},
};

constexpr Query kInsertKind{"test.insert_kind",
    "INSERT INTO kind (id, number, small, ratio, flag, bytes, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Query kSelectKind{"test.select_kind", "SELECT number, small, ratio, flag, bytes, note FROM kind WHERE id = ?1"};
constexpr Query kInsertParent{"test.insert_parent", "INSERT INTO parent (id, name) VALUES (?1, ?2)"};
constexpr Query kInsertChild{"test.insert_child", "INSERT INTO child (parent_id, label) VALUES (?1, ?2)"};
constexpr Query kDeleteParent{"test.delete_parent", "DELETE FROM parent WHERE id = ?1"};
constexpr Query kCountParents{"test.count_parents", "SELECT count(*) FROM parent"};

class EngineTest : public EachEngineTest {
 protected:
  void SetUp() override { database_ = make_database(kSchema); }
  void TearDown() override {
    database_.reset();
    EachEngineTest::TearDown();
  }
  Result<std::int64_t> execute(const Query& query, Params params) {
    return database_->write([&](Session& session) { return session.execute(query, params); });
  }
  std::int64_t parents() {
    const auto row = database_->read([](Session& session) { return session.one(kCountParents, {}, "no row"); });
    return row ? row->get<std::int64_t>(0) : -1;
  }
  std::unique_ptr<Database> database_;
};
INSTANTIATE_EACH_ENGINE(EngineTest);

TEST_P(EngineTest, EveryKindOfValueComesBackAsItWent) {
  std::string all_bytes;
  for (int i = 0; i < 256; ++i) all_bytes += static_cast<char>(i);
  const std::string text = "Grüße, \"quoted\" 'and' \\slashed\n\t€𝄞";
  const auto big = std::numeric_limits<std::int64_t>::max();
  ASSERT_TRUE(execute(kInsertKind, params("a", big, 7, 0.1, true, Blob{all_bytes}, text)).has_value());
  ASSERT_TRUE(execute(kInsertKind, params("b", -big - 1, -7, -1e300, false, Blob{""}, "")).has_value());
  const auto a = database_->read([](Session& session) { return session.one(kSelectKind, params("a"), "missing"); });
  ASSERT_TRUE(a.has_value()) << a.error().message();
  EXPECT_EQ(a->get<std::int64_t>(0), big);
  EXPECT_EQ(a->get<int>(1), 7);
  EXPECT_EQ(a->get<double>(2), 0.1);
  EXPECT_TRUE(a->get<bool>(3));
  EXPECT_EQ(a->get<Blob>(4).bytes, all_bytes);
  EXPECT_EQ(a->get<std::string>(5), text);
  const auto b = database_->read([](Session& session) { return session.one(kSelectKind, params("b"), "missing"); });
  ASSERT_TRUE(b.has_value());
  EXPECT_EQ(b->get<std::int64_t>(0), -big - 1);
  EXPECT_EQ(b->get<double>(2), -1e300);
  EXPECT_FALSE(b->get<bool>(3));
  EXPECT_EQ(b->get<std::optional<Blob>>(4)->bytes, "");
  EXPECT_EQ(b->get<std::optional<std::string>>(5), "");
}

TEST_P(EngineTest, NullsInAnyPositionAndOrderNeedNoCasts) {
  const Value null;
  ASSERT_TRUE(execute(kInsertKind, {std::string("a"), null, null, null, null, null, null}).has_value());
  ASSERT_TRUE(execute(kInsertKind, params("b", 5, 6, 2.5, true, Blob{"x"}, "t")).has_value());
  ASSERT_TRUE(execute(kInsertKind, {std::string("c"), std::int64_t{5}, null, 3.5, null, Blob{"x"}, null}).has_value());
  const auto a = database_->read([](Session& session) { return session.one(kSelectKind, params("a"), "missing"); });
  ASSERT_TRUE(a.has_value());
  for (std::size_t i = 0; i < a->size(); ++i) EXPECT_TRUE(a->is_null(i)) << i;
  static constexpr Query kOptional{"test.optional", "SELECT id FROM kind WHERE (?1 IS NULL OR number = ?1) AND (?2 IS NULL OR note = ?2) ORDER BY id LIMIT ?3"};
  const auto any = database_->read([&](Session& session) { return session.query(kOptional, {null, null, std::int64_t{10}}); });
  ASSERT_TRUE(any.has_value()) << any.error().message();
  EXPECT_EQ(any->size(), 3u);
  const auto fives = database_->read([&](Session& session) { return session.query(kOptional, {std::int64_t{5}, null, std::int64_t{10}}); });
  ASSERT_TRUE(fives.has_value()) << fives.error().message();
  EXPECT_EQ(fives->size(), 2u);
  static constexpr Query kOnlyTested{"test.only_tested", "SELECT CASE WHEN ?1 IS NOT NULL THEN 1 ELSE 0 END, ?2 is  null"};
  const auto tested = database_->read([&](Session& session) { return session.one(kOnlyTested, {null, null}, "no row"); });
  ASSERT_TRUE(tested.has_value()) << tested.error().message();
  EXPECT_EQ(tested->get<int>(0), 0);
  EXPECT_TRUE(tested->get<bool>(1));
}

TEST_P(EngineTest, AggregatesReadAsNumbers) {
  ASSERT_TRUE(execute(kInsertKind, params("a", 5, 1, 1.5, true, Blob{}, "t")).has_value());
  ASSERT_TRUE(execute(kInsertKind, params("b", 6, 2, 2.0, true, Blob{}, "t")).has_value());
  static constexpr Query kSums{"test.sums", "SELECT sum(number), avg(number), count(*), max(small), {{greatest}}(sum(small), 100), count(*) > 1 FROM kind"};
  const auto row = database_->read([](Session& session) { return session.one(kSums, {}, "missing"); });
  ASSERT_TRUE(row.has_value()) << row.error().message();
  EXPECT_EQ(row->get<std::int64_t>(0), 11);
  EXPECT_EQ(row->get<double>(1), 5.5);
  EXPECT_EQ(row->get<int>(2), 2);
  EXPECT_EQ(row->get<int>(3), 2);
  EXPECT_EQ(row->get<int>(4), 100);
  EXPECT_TRUE(row->get<bool>(5));
}

TEST_P(EngineTest, TextThatOneEngineWouldRefuseIsInvalidOnBoth) {
  EXPECT_EQ(execute(kInsertParent, params("a", std::string("x\0y", 3))).error().code(), Errc::invalid);
  EXPECT_EQ(execute(kInsertParent, params("a", "\xff\xfe")).error().code(), Errc::invalid);
}

TEST_P(EngineTest, ConflictsNameTheConstraint) {
  ASSERT_TRUE(execute(kInsertParent, params("a", "x")).has_value());
  const auto key = execute(kInsertParent, params("a", "y"));
  ASSERT_FALSE(key.has_value());
  EXPECT_EQ(key.error().code(), Errc::conflict);
  EXPECT_EQ(key.error().reason(), "already_exists");
  EXPECT_EQ(key.error().message(), "parent_pkey");
  EXPECT_EQ(execute(kInsertParent, params("b", "x")).error().message(), "parent_by_name");
  ASSERT_TRUE(execute(kInsertChild, params("a", "one")).has_value());
  EXPECT_EQ(execute(kInsertChild, params("a", "one")).error().message(), "child_parent_id_label_key");
}

TEST_P(EngineTest, ForeignKeysAreInUse) {
  const auto orphan = execute(kInsertChild, params("nobody", "one"));
  ASSERT_FALSE(orphan.has_value());
  EXPECT_EQ(orphan.error().reason(), "in_use");
  ASSERT_TRUE(execute(kInsertParent, params("a", "x")).has_value());
  ASSERT_TRUE(execute(kInsertChild, params("a", "one")).has_value());
  const auto used = execute(kDeleteParent, params("a"));
  ASSERT_FALSE(used.has_value());
  EXPECT_EQ(used.error().code(), Errc::conflict);
  EXPECT_EQ(used.error().reason(), "in_use");
}

TEST_P(EngineTest, AnErrorFromTheClosureRollsBackAndRunsNoAction) {
  bool ran = false;
  const Status status = database_->write([&](Session& session) -> Status {
    session.on_commit([&] { ran = true; });
    if (auto done = session.execute(kInsertParent, params("a", "x")); !done) return std::unexpected(done.error());
    return fail(Errc::precondition_failed, "changed my mind");
  });
  EXPECT_EQ(status.error().code(), Errc::precondition_failed);
  EXPECT_EQ(parents(), 0);
  EXPECT_FALSE(ran);
}

TEST_P(EngineTest, AnExceptionRollsBackAndIsInternal) {
  const Status status = database_->write([&](Session& session) -> Status {
    if (auto done = session.execute(kInsertParent, params("a", "x")); !done) return std::unexpected(done.error());
    throw std::runtime_error("boom");
  });
  EXPECT_EQ(status.error().code(), Errc::internal);
  EXPECT_EQ(parents(), 0);
}

TEST_P(EngineTest, AFailedStatementLosesTheTransactionEvenWhenIgnored) {
  ASSERT_TRUE(execute(kInsertParent, params("a", "x")).has_value());
  const Status status = database_->write([&](Session& session) -> Status {
    if (auto done = session.execute(kInsertParent, params("b", "y")); !done) return std::unexpected(done.error());
    (void)session.execute(kInsertParent, params("a", "z"));
    EXPECT_FALSE(session.query(kCountParents).has_value());
    return {};
  });
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().reason(), "already_exists");
  EXPECT_EQ(parents(), 1);
}

TEST_P(EngineTest, NestedUndoesOnlyItself) {
  std::vector<int> order;
  const Status status = database_->write([&](Session& session) -> Status {
    order.clear();
    session.on_commit([&] { order.push_back(1); });
    if (auto done = session.execute(kInsertParent, params("a", "x")); !done) return std::unexpected(done.error());
    const Status inner = session.nested([&](Session& deeper) -> Status {
      deeper.on_commit([&] { order.push_back(2); });
      if (auto done = deeper.execute(kInsertParent, params("b", "y")); !done) return std::unexpected(done.error());
      if (auto done = deeper.execute(kInsertParent, params("a", "z")); !done) return std::unexpected(done.error());
      return {};
    });
    EXPECT_EQ(inner.error().reason(), "already_exists");
    session.on_commit([&] { order.push_back(3); });
    if (auto done = session.execute(kInsertParent, params("c", "z")); !done) return std::unexpected(done.error());
    return {};
  });
  ASSERT_TRUE(status.has_value()) << status.error().message();
  EXPECT_EQ(parents(), 2);
  EXPECT_EQ(order, (std::vector<int>{1, 3}));
}

TEST_P(EngineTest, WritingInAReadTransactionFails) {
  const auto done = database_->read([](Session& session) { return session.execute(kInsertParent, params("a", "x")); });
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code(), Errc::internal);
  EXPECT_EQ(parents(), 0);
}

TEST_P(EngineTest, ATransactionInsideATransactionIsRefusedInsteadOfWaitingForItself) {
  const Status status = database_->write([&](Session&) { return database_->read([](Session&) -> Status { return {}; }); });
  EXPECT_EQ(status.error().code(), Errc::internal);
}

TEST_P(EngineTest, AnActionMayQueueWorkButNotWaitForIt) {
  std::latch done(1);
  Status waited;
  const Status status = database_->write([&](Session& session) -> Status {
    session.on_commit([&] {
      waited = database_->read([](Session&) -> Status { return {}; });
      database_->write_async([](Session& later) -> Status {
        const auto stored = later.execute(kInsertParent, params("later", "later"));
        return stored ? Status() : Status(std::unexpected(stored.error()));
      }, [&](Status) { done.count_down(); });
    });
    return {};
  });
  ASSERT_TRUE(status.has_value());
  done.wait();
  EXPECT_FALSE(waited.has_value());
  EXPECT_EQ(parents(), 1);
}

TEST_P(EngineTest, OnlyChangesAreCounted) {
  static constexpr Query kRename{"test.rename", "UPDATE parent SET name = name || '!' WHERE id <> ?1"};
  ASSERT_TRUE(execute(kInsertParent, params("a", "x")).has_value());
  ASSERT_TRUE(execute(kInsertParent, params("b", "y")).has_value());
  const Status counted = database_->write([](Session& session) -> Status {
    EXPECT_EQ(session.execute(kRename, params("none")).value_or(-1), 2);
    EXPECT_EQ(session.execute(kCountParents).value_or(-1), 0);
    EXPECT_EQ(session.execute(Query{"test.ddl", "CREATE TABLE extra (id TEXT)"}).value_or(-1), 0);
    EXPECT_EQ(session.execute(kRename, params("a")).value_or(-1), 1);
    return {};
  });
  EXPECT_TRUE(counted.has_value());
}

TEST_P(EngineTest, AWrongNumberOfParametersIsInternal) {
  EXPECT_EQ(execute(kInsertParent, params("a")).error().code(), Errc::internal);
  EXPECT_EQ(execute(kInsertParent, params("a", "b", "c")).error().code(), Errc::internal);
}

TEST_P(EngineTest, ManyRowsInOneCall) {
  std::vector<Params> rows;
  for (int i = 0; i < 2'000; ++i) rows.push_back(params("p" + std::to_string(i), i % 3 == 0 ? Value{} : Value{std::int64_t{i}}, i, 1.0, true, Blob{"b"}, "n"));
  const auto done = database_->write([&](Session& session) { return session.execute_many(kInsertKind, rows); });
  ASSERT_TRUE(done.has_value()) << done.error().message();
  EXPECT_EQ(*done, 2'000);
  rows[1'999][0] = std::string("p5");
  const auto again = database_->write([&](Session& session) { return session.execute_many(kInsertKind, std::span(rows).subspan(1'999)); });
  EXPECT_EQ(again.error().reason(), "already_exists");
}

TEST_P(EngineTest, ForEachStopsWhenTheVisitorSaysSo) {
  std::vector<Params> rows;
  for (int i = 0; i < 1'000; ++i) rows.push_back(params("p" + std::to_string(i), "n" + std::to_string(i)));
  ASSERT_TRUE(database_->write([&](Session& session) { return session.execute_many(kInsertParent, rows); }).has_value());
  int seen = 0;
  static constexpr Query kAll{"test.all", "SELECT id FROM parent"};
  ASSERT_TRUE(database_->read([&](Session& session) { return session.for_each(kAll, {}, [&](Row) -> Status { ++seen; return {}; }); }).has_value());
  EXPECT_EQ(seen, 1'000);
  seen = 0;
  const Status stopped = database_->read([&](Session& session) -> Status {
    const Status inner = session.for_each(kAll, {}, [&](Row) -> Status {
      if (++seen == 10) return fail(Errc::too_large, "enough");
      return {};
    });
    EXPECT_EQ(inner.error().code(), Errc::too_large);
    const auto still = session.one(kCountParents, {}, "no row");  // the visitor's error is not a failed statement
    if (!still) return std::unexpected(still.error());
    return {};
  });
  EXPECT_TRUE(stopped.has_value()) << stopped.error().message();
  EXPECT_EQ(seen, 10);
}

TEST_P(EngineTest, ReturningAndUpsert) {
  static constexpr Query kUpsert{"test.upsert",
      "INSERT INTO parent (id, name) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id, name"};
  const auto first = database_->write([](Session& session) { return session.one(kUpsert, params("a", "x"), "missing"); });
  const auto second = database_->write([](Session& session) { return session.one(kUpsert, params("a", "y"), "missing"); });
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(second->get<std::string>(1), "y");
  EXPECT_EQ(parents(), 1);
}

TEST_P(EngineTest, SerialNumbersAreNotReused) {
  ASSERT_TRUE(execute(kInsertParent, params("a", "x")).has_value());
  static constexpr Query kAdd{"test.add_child", "INSERT INTO child (parent_id, label) VALUES (?1, ?2) RETURNING id"};
  static constexpr Query kClear{"test.clear_children", "DELETE FROM child"};
  const auto one = database_->write([](Session& session) { return session.one(kAdd, params("a", "1"), "missing"); });
  ASSERT_TRUE(execute(kClear, {}).has_value());
  const auto two = database_->write([](Session& session) { return session.one(kAdd, params("a", "1"), "missing"); });
  ASSERT_TRUE(one.has_value() && two.has_value());
  EXPECT_GT(two->get<std::int64_t>(0), one->get<std::int64_t>(0));
}

TEST_P(EngineTest, ManyThreadsWriteAndReadTheirOwnWrites) {
  constexpr int kThreads = 16;
  constexpr int kEach = 25;
  std::atomic<int> unseen{0};
  std::atomic<int> actions{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const std::string id = std::to_string(t) + "-" + std::to_string(i);
          const Status written = database_->write([&](Session& session) -> Status {
            session.on_commit([&] { ++actions; });
            if (auto done = session.execute(kInsertParent, params(id, id)); !done) return std::unexpected(done.error());
            return {};
          });
          const auto seen = database_->read([&](Session& session) {
            return session.first(Query{"test.find", "SELECT id FROM parent WHERE id = ?1"}, params(id));
          });
          if (!written || !seen || !*seen) ++unseen;
        }
      });
    }
  }
  EXPECT_EQ(unseen, 0);
  EXPECT_EQ(actions, kThreads * kEach);
  EXPECT_EQ(parents(), kThreads * kEach);
}

TEST_P(EngineTest, OneFailingClosureOfAGroupLeavesItsNeighboursAlone) {
  constexpr int kCount = 200;
  std::latch done(kCount);
  std::atomic<int> committed{0};
  std::atomic<int> conflicts{0};
  std::atomic<int> thrown{0};
  for (int i = 0; i < kCount; ++i) {
    database_->write_async(
        [i](Session& session) -> Status {
          const std::string id = i % 10 == 1 ? std::string("same") : std::to_string(i);
          if (auto written = session.execute(kInsertParent, params(id, id)); !written) return std::unexpected(written.error());
          if (i % 10 == 2) throw std::runtime_error("boom");
          return {};
        },
        [&](Status status) {
          if (status) ++committed;
          else if (status.error().code() == Errc::conflict) ++conflicts;
          else if (status.error().code() == Errc::internal) ++thrown;
          done.count_down();
        });
  }
  done.wait();
  EXPECT_EQ(conflicts, kCount / 10 - 1);
  EXPECT_EQ(thrown, kCount / 10);
  EXPECT_EQ(committed, kCount - conflicts - thrown);
  EXPECT_EQ(parents(), committed);
}

TEST_P(EngineTest, TheAsyncQueueIsBoundedAndNeverBlocks) {
  std::latch release(1);
  std::atomic<int> refused{0};
  std::atomic<int> committed{0};
  constexpr int kCount = 20'000;
  std::latch done(kCount);
  for (int i = 0; i < kCount; ++i) {
    database_->write_async([&](Session&) -> Status { release.wait(); return {}; }, [&](Status status) {
      if (status) ++committed;
      else if (status.error().code() == Errc::unavailable) ++refused;
      done.count_down();
    });
  }
  release.count_down();
  done.wait();
  EXPECT_GT(refused, 0);
  EXPECT_GT(committed, 1'000);
  EXPECT_EQ(refused + committed, kCount);
}

TEST_P(EngineTest, CachedStatementsFollowASchemaChange) {
  static constexpr Query kStar{"test.star", "SELECT p.* FROM parent AS p"};
  ASSERT_TRUE(execute(kInsertParent, params("a", "x")).has_value());
  const auto read_star = [&] { return database_->read([](Session& session) { return session.one(kStar, {}, "missing"); }); };
  const auto before = read_star();
  ASSERT_TRUE(before.has_value());
  EXPECT_EQ(before->size(), 2u);
  auto longer = kSchema;
  longer.push_back({3, "test/0003_more", "ALTER TABLE parent ADD COLUMN more BIGINT NOT NULL DEFAULT 4"});
  ASSERT_EQ(migrate(*database_, longer).value_or(-1), 1);
  const auto after = read_star();
  ASSERT_TRUE(after.has_value()) << after.error().message();
  EXPECT_EQ(after->size(), 3u);
  ASSERT_TRUE(execute(kInsertParent, params("b", "y")).has_value());
}

TEST_P(EngineTest, TellsVersionAndSizeAndLooksAtTables) {
  const auto told = database_->read([](Session& session) { return facts(session); });
  ASSERT_TRUE(told.has_value()) << told.error().message();
  EXPECT_TRUE(told->version.starts_with(GetParam() == Database::Engine::sqlite ? "3." : "1")) << told->version;
  EXPECT_GT(told->size_bytes, 4096);
  static constexpr Query kSeen{"test.seen", "{{#sqlite}}SELECT 1{{/sqlite}}{{#postgres}}SELECT CASE WHEN EXISTS (SELECT 1 FROM pg_stats "
                                            "WHERE schemaname = current_schema() AND tablename = 'parent') THEN 1 ELSE 0 END{{/postgres}}"};
  ASSERT_TRUE(execute(kInsertParent, params("a", "x")).has_value());
  const Status analyzed = database_->write([](Session& session) { return analyze(session, {"parent"}); });
  ASSERT_TRUE(analyzed.has_value()) << analyzed.error().message();
  EXPECT_EQ(database_->read([](Session& session) { return session.one(kSeen, {}, "missing"); })->get<int>(0), 1);
}

TEST_P(EngineTest, IntegrityAndPing) {
  EXPECT_TRUE(database_->ping().has_value());
  ASSERT_TRUE(execute(kInsertParent, params("a", "x")).has_value());
  const Status checked = database_->check_integrity();
  EXPECT_TRUE(checked.has_value()) << checked.error().message();
  EXPECT_EQ(database_->engine(), GetParam());
}

}  // namespace
}  // namespace openstrat::db
