// Forward-only schema changes. Each area ships schema/NNNN_name.sql files, embedded at build time; the composition root collects them.
#pragma once

#include <string_view>
#include <vector>

#include "db/database.hpp"

namespace openstrat::db {

/// Applied in the order of `number`, which is unique over all areas: 0100–0199 tasks and bus, 0200–0299 identity, 0300–0399 fleet,
/// 0400–0499 backups, 0500–0599 monitoring. A new file of an area takes its next free number.
struct Migration {
  int number;
  std::string_view name;  ///< `fleet/0300_sites`
  std::string_view sql;   ///< statements separated by `;`, the common subset and the words of Query
};

/// Applies what is missing, each in one transaction with its row in schema_version. A schema newer than this program: Errc::conflict.
Result<int> migrate(Database& database, std::vector<Migration> migrations);
/// What migrate() would apply; empty when up to date.
Result<std::vector<Migration>> pending(Database& database, std::vector<Migration> migrations);

}  // namespace openstrat::db
