#include "db/sql_text.hpp"

#include <gtest/gtest.h>

namespace openstrat::db {
namespace {

using Engine = Database::Engine;

TEST(SqlText, WordsDependOnTheEngine) {
  const char* sql = "SELECT id FROM t LIMIT 1 {{skip_locked}}";
  EXPECT_EQ(expand_words(sql, Engine::sqlite).value(), "SELECT id FROM t LIMIT 1 ");
  EXPECT_EQ(expand_words(sql, Engine::postgres).value(), "SELECT id FROM t LIMIT 1 FOR UPDATE SKIP LOCKED");
  EXPECT_EQ(expand_words("{{least}}(a, {{greatest}}(b, c))", Engine::sqlite).value(), "min(a, max(b, c))");
}

TEST(SqlText, BlocksAreForOneEngine) {
  const char* sql = "a{{#sqlite}} s {{least}}{{/sqlite}}{{#postgres}} p{{/postgres}} z";
  EXPECT_EQ(expand_words(sql, Engine::sqlite).value(), "a s min z");
  EXPECT_EQ(expand_words(sql, Engine::postgres).value(), "a p z");
}

TEST(SqlText, UnknownWordsAreErrors) {
  for (const char* sql : {"{{serail}}", "{{serial", "{{#mysql}}x{{/mysql}}", "{{#sqlite}}x"})
    EXPECT_EQ(expand_words(sql, Engine::sqlite).error().code(), Errc::internal) << sql;
}

TEST(SqlText, PlaceholdersOutsideOfQuotesAndComments) {
  EXPECT_EQ(to_dollar_placeholders("a = ?1 AND b = '?2 it''s' AND \"?3\" = ?12 -- ?4\n/* ?5 */ ?6"),
            "a = $1 AND b = '?2 it''s' AND \"?3\" = $12 -- ?4\n/* ?5 */ $6");
  EXPECT_EQ(placeholder_count("?1 '?9' ?3 ?2 -- ?7"), 3);
  EXPECT_EQ(placeholder_count("SELECT 1"), 0);
}

TEST(SqlText, ScriptsSplitAtSemicolonsThatEndStatements) {
  const auto statements = split_statements(
      "-- the sites; all of them\nCREATE TABLE a (x TEXT DEFAULT 'a;b''c;');\n"
      "SELECT $tag$ ; $tag$, $$;$$; /* ; */ INSERT INTO \"a;b\" VALUES (1)\n;;\n-- the end;\n");
  ASSERT_EQ(statements.size(), 3u);
  EXPECT_EQ(statements[0], "-- the sites; all of them\nCREATE TABLE a (x TEXT DEFAULT 'a;b''c;')");
  EXPECT_EQ(statements[1], "SELECT $tag$ ; $tag$, $$;$$");
  EXPECT_EQ(statements[2], "/* ; */ INSERT INTO \"a;b\" VALUES (1)");
}

TEST(SqlText, NullTestsOfNullParametersAreDecided) {
  const auto tests = resolve_null_tests("$1 IS NULL OR a = $1 AND $2 is\n not null AND '$1 IS NULL' AND $10 IS NULLABLE", {true, true});
  EXPECT_EQ(tests.sql, "TRUE OR a = $1 AND FALSE AND '$1 IS NULL' AND $10 IS NULLABLE");
  EXPECT_EQ(tests.replaced, (std::vector<bool>{true, true}));
  EXPECT_EQ(tests.used, (std::vector<bool>{true, false}));
  EXPECT_EQ(resolve_null_tests("$1 IS NULL", {false}).sql, "$1 IS NULL");
}

}  // namespace
}  // namespace openstrat::db
