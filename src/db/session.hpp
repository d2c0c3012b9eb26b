// One connection inside one transaction: the only thing a store function needs.
#pragma once

#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "db/value.hpp"

namespace openstrat::db {

/// A named statement. `sql` lives for ever (a constant); the name labels logs, metrics and the statement cache.
/// Placeholders are ?1, ?2, … on both engines. The common subset of SQLite 3.40 and PostgreSQL 15, plus these words:
///   {{serial}}       BIGINT PRIMARY KEY that numbers itself
///   {{skip_locked}}  FOR UPDATE SKIP LOCKED where the engine has row locks, nothing elsewhere
///   {{for_update}}   FOR UPDATE likewise
struct Query {
  const char* name;
  const char* sql;
};

class Session {
 public:
  virtual ~Session() = default;

  /// All rows. A store bounds its result with LIMIT.
  virtual Result<std::vector<Row>> query(const Query& query, Params params = {}) = 0;
  /// Number of rows changed. Unique and foreign key violations are Errc::conflict (reason: `already_exists` | `in_use`,
  /// message: the constraint's name); a full disk or lost database is Errc::unavailable.
  virtual Result<std::int64_t> execute(const Query& query, Params params = {}) = 0;
  /// The same statement for many parameter rows: prepared once, pipelined on PostgreSQL. Sum of rows changed.
  virtual Result<std::int64_t> execute_many(const Query& query, std::span<const Params> rows) = 0;

  /// Runs after the outermost transaction has committed (never after a roll-back), on the committing thread: keep it short.
  virtual void on_commit(std::move_only_function<void()> action) = 0;

  // Conveniences over query().
  Result<std::optional<Row>> first(const Query& query, Params params = {});
  /// not_found with `message` when there is no row.
  Result<Row> one(const Query& query, Params params, const char* message);
};

}  // namespace openstrat::db
