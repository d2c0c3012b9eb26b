// Every store test runs on both engines. PostgreSQL comes from OPENSTRAT_TEST_POSTGRES (set by the test script); each test gets a database of its own.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "db/database.hpp"
#include "db/migrations.hpp"

namespace openstrat::db {

class EachEngineTest : public ::testing::TestWithParam<Database::Engine> {
 protected:
  /// A fresh, migrated database of the engine under test.
  std::unique_ptr<Database> make_database(std::vector<Migration> migrations);
  void TearDown() override;
};

/// Both engines; a missing PostgreSQL fails the tests (it is part of `make test`), it does not skip them.
#define INSTANTIATE_EACH_ENGINE(suite)                                                                                  \
  INSTANTIATE_TEST_SUITE_P(Engines, suite,                                                                              \
                           ::testing::Values(::openstrat::db::Database::Engine::sqlite,                                 \
                                             ::openstrat::db::Database::Engine::postgres),                              \
                           [](const auto& info) {                                                                      \
                             return info.param == ::openstrat::db::Database::Engine::sqlite ? "sqlite" : "postgres";    \
                           })

}  // namespace openstrat::db
