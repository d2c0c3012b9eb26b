#include "db/sqlite_session.hpp"

#include "db/failures.hpp"

namespace openstrat::db {

Result<std::int64_t> SqliteSession::run(const Query& query, const Params& params, const std::function<Status(Row)>* visit) {
  if (failure_) return std::unexpected(*failure_);
  std::optional<Error> visitor_error;  // the visitor's own error is not a failed statement
  std::function<Status(Row)> watched;
  if (visit) {
    watched = [&](Row row) -> Status {
      Status status = (*visit)(std::move(row));
      if (!status) visitor_error = status.error();
      return status;
    };
  }
  auto done = connection_.run(query, params, visit ? &watched : nullptr);
  if (!done && !visitor_error) failure_ = done.error();
  return done;
}

Result<std::vector<Row>> SqliteSession::query(const Query& query, Params params) {
  std::vector<Row> rows;
  const std::function<Status(Row)> keep = [&rows](Row row) -> Status {
    rows.push_back(std::move(row));
    return {};
  };
  const auto done = run(query, params, &keep);
  if (!done) return std::unexpected(done.error());
  return rows;
}

Status SqliteSession::for_each(const Query& query, Params params, const std::function<Status(Row)>& visit) {
  const auto done = run(query, params, &visit);
  if (!done) return std::unexpected(done.error());
  return {};
}

Result<std::int64_t> SqliteSession::execute(const Query& query, Params params) { return run(query, params, nullptr); }

Result<std::int64_t> SqliteSession::execute_many(const Query& query, std::span<const Params> rows) {
  std::int64_t changed = 0;
  for (const auto& row : rows) {
    const auto done = run(query, row, nullptr);
    if (!done) return done;
    changed += *done;
  }
  return changed;
}

Status SqliteSession::nested(const std::function<Status(Session&)>& body) {
  if (failure_) return std::unexpected(*failure_);
  const auto actions_before = actions_.size();
  Status status = run_in_savepoint(connection_, *this, body);
  if (!status) {
    actions_.erase(actions_.begin() + static_cast<std::ptrdiff_t>(actions_before), actions_.end());
    if (connection_.in_transaction()) failure_.reset();  // the savepoint took the failure away, unless all is lost
  }
  return status;
}

Status run_in_savepoint(SqliteConnection& connection, SqliteSession& session, const std::function<Status(Session&)>& body) {
  if (auto begun = connection.control("SAVEPOINT s"); !begun) return begun;
  Status status = run_guarded(body, session);
  if (status && session.failure()) status = std::unexpected(*session.failure());
  if (!connection.in_transaction()) return status ? Status(fail(unavailable("the transaction was lost"))) : status;
  if (!status) {
    if (auto undone = connection.control("ROLLBACK TO s"); !undone) return undone;
    // A restore that failed leaves this set, and the closures behind it in the group want their foreign keys checked at once.
    if (auto reset = connection.control("PRAGMA defer_foreign_keys = OFF"); !reset) return reset;
  }
  if (auto released = connection.control("RELEASE s"); !released) return released;
  return status;
}

}  // namespace openstrat::db
