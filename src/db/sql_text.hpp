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

/// Statements of a script, separated by `;`, trimmed, empty ones dropped. Respects '…', "…", $tag$…$tag$, -- and /* */.
std::vector<std::string> split_statements(std::string_view script);

/// What is worth keeping prepared; DDL, SET and PRAGMA are not.
bool is_cacheable(std::string_view sql);

}  // namespace openstrat::db
