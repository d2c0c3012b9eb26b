#include "db/dump.hpp"

#include <sstream>

#include "db/testing.hpp"

namespace openstrat::db {
namespace {

using Engine = Database::Engine;

const std::vector<Migration> kSchema{
    {1, "test/0001_tree",
     "CREATE TABLE node (id TEXT PRIMARY KEY, parent_id TEXT REFERENCES node (id), flag BOOLEAN NOT NULL, ratio DOUBLE PRECISION, bytes BYTEA, at BIGINT);"
     "CREATE TABLE a_leaf (id {{serial}}, node_id TEXT NOT NULL REFERENCES node (id), note TEXT);"
     "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT); INSERT INTO setting (name, value) VALUES ('seeded', 'by the migration');"},
};
const Migration kLater{2, "test/0002_later", "ALTER TABLE setting ADD COLUMN more BIGINT NOT NULL DEFAULT 9"};

constexpr Query kNode{"test.node", "INSERT INTO node (id, parent_id, flag, ratio, bytes, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
constexpr Query kLeaf{"test.leaf", "INSERT INTO a_leaf (node_id, note) VALUES (?1, ?2)"};
constexpr Query kNodes{"test.nodes", "SELECT id, parent_id, flag, ratio, bytes, at FROM node ORDER BY id"};

class DumpTest : public EachEngineTest {
 protected:
  /// A database with rows that refer to each other against the order of the table, and a last serial number that was deleted.
  std::unique_ptr<Database> filled() {
    auto database = make_database(kSchema);
    const Status done = database->write([](Session& session) -> Status {
      std::vector<Params> nodes;
      nodes.push_back(params("z-root", std::nullopt, true, 0.5, Blob{std::string("\0\xff'", 3)}, 1));
      for (int i = 0; i < 3'000; ++i) nodes.push_back(params("n" + std::to_string(i), "z-root", i % 2 == 0, std::nullopt, std::nullopt, i));
      if (auto stored = session.execute_many(kNode, nodes); !stored) return std::unexpected(stored.error());
      for (const char* note : {"one", "two", "Grüße"})
        if (auto stored = session.execute(kLeaf, params("n1", note)); !stored) return std::unexpected(stored.error());
      if (auto gone = session.execute(Query{"test.delete", "DELETE FROM a_leaf WHERE id = 3"}); !gone) return std::unexpected(gone.error());
      if (auto gone = session.execute(Query{"test.unseed", "DELETE FROM setting"}); !gone) return std::unexpected(gone.error());
      return {};
    });
    EXPECT_TRUE(done.has_value());
    return database;
  }
  static std::string dump_of(Database& database) {
    std::ostringstream out;
    const auto summary = dump(database, out);
    EXPECT_TRUE(summary.has_value()) << summary.error().message();
    return out.str();
  }
};
INSTANTIATE_EACH_ENGINE(DumpTest);

std::string as_text(Database& database) {
  std::string out;
  const auto rows = database.read([](Session& session) { return session.query(kNodes); });
  for (const auto& row : *rows) {
    out += row.get<std::string>(0) + row.get<std::optional<std::string>>(1).value_or("-") + (row.get<bool>(2) ? "t" : "f");
    out += std::to_string(row.get<std::optional<double>>(3).value_or(-1)) + row.get<std::optional<Blob>>(4).value_or(Blob{"-"}).bytes;
    out += std::to_string(row.get<std::int64_t>(5)) + "\n";
  }
  return out;
}

TEST_P(DumpTest, EitherEngineTakesIt) {
  const auto source = filled();
  const std::string file = dump_of(*source);
  for (const Engine engine : {Engine::sqlite, Engine::postgres}) {
    const ScratchDatabase scratch(engine, {});
    auto target = open({.url = scratch.url()}, system_clock());
    ASSERT_TRUE(target.has_value());
    std::istringstream in(file);
    const auto restored = restore(**target, kSchema, in);
    ASSERT_TRUE(restored.has_value()) << restored.error().message();
    EXPECT_EQ(restored->rows(), 3'003);
    EXPECT_EQ(restored->schema_number, 1);
    EXPECT_EQ(as_text(**target), as_text(*source));
    const auto next = (*target)->write([](Session& session) {
      return session.one(Query{"test.next", "INSERT INTO a_leaf (node_id, note) VALUES ('n2', 'new') RETURNING id"}, {}, "none");
    });
    ASSERT_TRUE(next.has_value());
    EXPECT_EQ(next->get<int>(0), 4) << "a serial number was given twice";
    const auto settings = (*target)->read([](Session& session) { return session.query(Query{"test.settings", "SELECT name FROM setting"}); });
    EXPECT_TRUE(settings->empty()) << "what the migration put in and the user deleted came back";
    const auto orphan = (*target)->write([](Session& session) { return session.execute(kLeaf, params("nobody", "x")); });
    EXPECT_EQ(orphan.error().reason(), "in_use") << "foreign keys stayed suspended";
    EXPECT_EQ(migrate(**target, kSchema).value_or(-1), 0);
  }
}

TEST_P(DumpTest, ADumpOfAnOlderSchemaIsMigrated) {
  const std::string file = dump_of(*filled());
  const auto target = make_database({});
  std::istringstream in(file);
  auto longer = kSchema;
  longer.push_back(kLater);
  ASSERT_TRUE(restore(*target, longer, in).has_value());
  EXPECT_TRUE(pending(*target, longer).value().empty());
  const auto plain = make_database(longer);
  EXPECT_EQ(describe_schema(*target), describe_schema(*plain));
}

TEST_P(DumpTest, ADumpOfANewerSchemaIsRefused) {
  auto longer = kSchema;
  longer.push_back(kLater);
  const auto source = make_database(longer);
  std::istringstream in(dump_of(*source));
  const auto target = make_database({});
  EXPECT_EQ(restore(*target, kSchema, in).error().reason(), "schema_too_new");
  EXPECT_EQ(describe_schema(*target), describe_schema(*make_database({})));
}

TEST_P(DumpTest, RowsAreReplacedOnlyWhenTold) {
  const std::string file = dump_of(*filled());
  const auto target = make_database(kSchema);
  ASSERT_TRUE(target->write([](Session& session) { return session.execute(kNode, params("mine", std::nullopt, true, 1.0, std::nullopt, 1)); }).has_value());
  std::istringstream in(file);
  EXPECT_EQ(restore(*target, kSchema, in).error().reason(), "database_not_empty");
  EXPECT_TRUE(as_text(*target).starts_with("mine"));
  std::istringstream again(file);
  const auto replaced = restore(*target, kSchema, again, Existing::replace);
  ASSERT_TRUE(replaced.has_value()) << replaced.error().message();
  EXPECT_FALSE(as_text(*target).contains("mine"));
}

TEST_P(DumpTest, DamageIsFoundBeforeAnythingIsTouched) {
  const std::string file = dump_of(*filled());
  const auto target = make_database(kSchema);
  std::vector<std::string> damaged{file.substr(0, file.size() - 1), file.substr(0, file.size() / 2), file.substr(1), "", file};
  damaged.back()[file.size() / 2] ^= 1;
  for (const auto& bytes : damaged) {
    std::istringstream in(bytes);
    const auto restored = restore(*target, kSchema, in, Existing::replace);
    ASSERT_FALSE(restored.has_value());
    EXPECT_EQ(restored.error().reason(), "dump_damaged");
  }
  std::istringstream good(file);
  EXPECT_EQ(verify_dump(good).value().rows(), 3'003);
}

}  // namespace
}  // namespace openstrat::db
