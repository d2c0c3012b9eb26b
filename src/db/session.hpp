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

/// A named statement. The name labels logs, metrics and the statement cache (keyed by the text of `sql`, so text made at run
/// time is safe, only slower). Placeholders are ?1, ?2, … on both engines. The common subset of SQLite 3.40 and PostgreSQL 15, plus these words:
///   {{serial}}       BIGINT PRIMARY KEY that numbers itself and never reuses a number
///   {{skip_locked}}  FOR UPDATE SKIP LOCKED where the engine has row locks, nothing elsewhere
///   {{for_update}}   FOR UPDATE likewise
///   {{least}} {{greatest}}                   the scalar minimum and maximum: {{least}}(a, b); no argument may be NULL
///   {{#sqlite}} … {{/sqlite}} {{#postgres}} … {{/postgres}}   text for one engine only; for migrations, a last resort in stores
struct Query {
  const char* name;
  const char* sql;
};

/// After a statement has failed the transaction is lost on both engines: every further call gives the same error and nothing
/// commits. To go on after a conflict write ON CONFLICT …, or wrap the attempt in nested().
class Session {
 public:
  virtual ~Session() = default;

  /// All rows. A store bounds its result with LIMIT.
  virtual Result<std::vector<Row>> query(const Query& query, Params params = {}) = 0;
  /// Row by row, for results of any size. The callback must not use this session; an error from it ends the query.
  virtual Status for_each(const Query& query, Params params, const std::function<Status(Row)>& visit) = 0;
  /// Number of rows changed. Unique and foreign key violations are Errc::conflict (reason: `already_exists` | `in_use`,
  /// message: the constraint's name); a full disk or lost database is Errc::unavailable.
  virtual Result<std::int64_t> execute(const Query& query, Params params = {}) = 0;
  /// The same statement for many parameter rows: prepared once, pipelined on PostgreSQL. Sum of rows changed.
  virtual Result<std::int64_t> execute_many(const Query& query, std::span<const Params> rows) = 0;
  /// A savepoint: an error from `body` undoes what `body` did (and its on_commit actions) and is returned; the transaction lives on.
  virtual Status nested(const std::function<Status(Session&)>& body) = 0;

  /// Runs after the outermost transaction has committed (never after a roll-back), on the committing thread: keep it short.
  /// It may call write_async(), not read() or write().
  virtual void on_commit(std::move_only_function<void()> action) = 0;

  // Conveniences over query().
  Result<std::optional<Row>> first(const Query& query, Params params = {});
  /// not_found with `message` when there is no row.
  Result<Row> one(const Query& query, Params params, const char* message);
};

}  // namespace openstrat::db
