// Every store test runs on both engines. PostgreSQL comes from OPENSTRAT_TEST_POSTGRES (set by the test script, or
// `export OPENSTRAT_TEST_POSTGRES=$(tests/postgres.sh start)`); each test gets a database of its own. Link openstrat_db_testing.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "db/migrations.hpp"

namespace openstrat::db {

/// An empty or migrated database that nobody else uses; dropped with the object. For tests that need a URL.
class ScratchDatabase {
 public:
  /// PostgreSQL: a copy of a template that is built once for each set of migrations. SQLite: a file, migrated.
  ScratchDatabase(Database::Engine engine, const std::vector<Migration>& migrations);
  ~ScratchDatabase();
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;
  const std::string& url() const { return url_; }

 private:
  std::string url_;
  std::string name_;  // of the PostgreSQL database, or the SQLite directory
  Database::Engine engine_;
};

class EachEngineTest : public ::testing::TestWithParam<Database::Engine> {
 protected:
  /// A fresh, migrated database of the engine under test (SQLite: without fsync).
  std::unique_ptr<Database> make_database(std::vector<Migration> migrations);
  /// The same for areas with many tests: PostgreSQL empties one database of this program instead of copying a template, which
  /// takes half a second. One at a time, and gone before the next.
  std::unique_ptr<Database> make_reused_database(const std::vector<Migration>& migrations);
  void TearDown() override;

 private:
  std::vector<std::unique_ptr<ScratchDatabase>> scratch_;
};

/// Whether applying `migrations` one by one, each in a transaction of its own, gives the schema that applying them at once gives,
/// and a second run changes nothing. Every area with a schema has a test that calls it on both engines.
void expect_migrations_are_sound(Database::Engine engine, const std::vector<Migration>& migrations);

/// Tables, columns and indexes as text, sorted: to compare schemas.
std::string describe_schema(Database& database);

/// Both engines; a missing PostgreSQL fails the tests (it is part of `make test`), it does not skip them.
#define INSTANTIATE_EACH_ENGINE(suite)                                                                                  \
  INSTANTIATE_TEST_SUITE_P(Engines, suite,                                                                              \
                           ::testing::Values(::openstrat::db::Database::Engine::sqlite,                                 \
                                             ::openstrat::db::Database::Engine::postgres),                              \
                           [](const auto& info) {                                                                      \
                             return info.param == ::openstrat::db::Database::Engine::sqlite ? "sqlite" : "postgres";    \
                           })

}  // namespace openstrat::db
