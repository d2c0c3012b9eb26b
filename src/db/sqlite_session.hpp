// A Session on a SQLite connection whose transaction somebody else has begun and will end.
#pragma once

#include "db/sqlite_connection.hpp"

namespace openstrat::db {

class SqliteSession final : public Session {
 public:
  using Actions = std::vector<std::move_only_function<void()>>;
  explicit SqliteSession(SqliteConnection& connection) : connection_(connection) {}

  Result<std::vector<Row>> query(const Query& query, Params params) override;
  Status for_each(const Query& query, Params params, const std::function<Status(Row)>& visit) override;
  Result<std::int64_t> execute(const Query& query, Params params) override;
  Result<std::int64_t> execute_many(const Query& query, std::span<const Params> rows) override;
  Status nested(const std::function<Status(Session&)>& body) override;
  void on_commit(std::move_only_function<void()> action) override { actions_.push_back(std::move(action)); }

  /// The first statement that failed, if any: then nothing of this transaction may be committed.
  const std::optional<Error>& failure() const { return failure_; }
  Actions take_actions() { return std::move(actions_); }

 private:
  Result<std::int64_t> run(const Query& query, const Params& params, const std::function<Status(Row)>* visit);

  SqliteConnection& connection_;
  std::optional<Error> failure_;
  Actions actions_;
};

/// Runs `body` inside a savepoint of the connection's transaction; an error undoes it. Shared by nested() and group commit.
Status run_in_savepoint(SqliteConnection& connection, SqliteSession& session, const std::function<Status(Session&)>& body);

}  // namespace openstrat::db
