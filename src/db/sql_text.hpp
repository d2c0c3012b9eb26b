// SQL as text: the words of Query, placeholders, splitting a script. No engine is needed to test it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "db/database.hpp"

namespace openstrat::db {

/// Replaces the {{words}} (see Query). An unknown word is a programming error: Errc::internal that names it.
Result<std::string> expand_words(std::string_view sql, Database::Engine engine);

/// ?1 → $1 outside of quotes and comments.
std::string to_dollar_placeholders(std::string_view sql);

/// The highest N of ?N, outside of quotes and comments.
int placeholder_count(std::string_view sql);

/// PostgreSQL cannot find a type for a null in `$1 IS NULL OR column = $1`. We know that it is null: the test becomes TRUE
/// (`IS NOT NULL`: FALSE). `is_null` has one entry a parameter.
struct NullTests {
  std::string sql;
  std::vector<bool> replaced;  ///< parameters whose test was replaced: this text is right for nulls only
  std::vector<bool> used;      ///< parameters that the new text still has
};
NullTests resolve_null_tests(std::string_view dollar_sql, const std::vector<bool>& is_null);

/// Statements of a script, separated by `;`, trimmed, empty ones dropped. Respects '…', "…", $tag$…$tag$, -- and /* */.
std::vector<std::string> split_statements(std::string_view script);

/// What is worth keeping prepared; DDL, SET and PRAGMA are not.
bool is_cacheable(std::string_view sql);

}  // namespace openstrat::db
