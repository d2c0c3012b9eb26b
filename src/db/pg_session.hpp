// One transaction on a PostgreSQL connection.
#pragma once

#include "db/pg_connection.hpp"
#include "db/pg_errors.hpp"

namespace openstrat::db {

/// BEGIN, savepoints and their ends cost no round trip: they wait here and travel with the next statement.
class PgSession final : public Session {
 public:
  using Actions = std::vector<std::move_only_function<void()>>;
  enum class Kind { read, write, maintenance };
  PgSession(PgConnection& connection, Kind kind);

  Result<std::vector<Row>> query(const Query& query, Params params) override;
  Status for_each(const Query& query, Params params, const std::function<Status(Row)>& visit) override;
  Result<std::int64_t> execute(const Query& query, Params params) override;
  Result<std::int64_t> execute_many(const Query& query, std::span<const Params> rows) override;
  Status nested(const std::function<Status(Session&)>& body) override;
  void on_commit(std::move_only_function<void()> action) override { actions_.push_back(std::move(action)); }

  /// Ends the transaction. After a failed statement it rolls back and returns that failure.
  Status commit();
  void rollback();

  const std::optional<Error>& failure() const { return failure_; }
  Retry retry() const { return retry_; }
  Actions take_actions() { return std::exchange(actions_, {}); }

 private:
  struct Answer {
    PgResult result;
    std::int64_t changed;
  };
  Result<const PgStatement::Variant*> prepare(const Query& query, const Params& params);
  Result<PgStatement*> statement_for(const Query& query);
  Result<PgStatement::Variant> prepare_variant(const Query& query, const PgStatement& statement, const Params& params);
  Status send_statement(const Query& query, const Params& params);
  Result<Answer> run(const Query& query, const Params& params);
  /// The queued BEGIN, SAVEPOINT … as commands of the current batch, and their results.
  bool send_pending();
  Status receive_pending();
  std::int64_t changed_rows(const PGresult* result) const;
  std::unexpected<Error> failed(PgFailure failure);
  std::unexpected<Error> failed(const char* name, const PgResult& result);
  /// The result of a statement, or the failure; finishes the batch either way.
  Result<Answer> receive(const Query& query);

  PgConnection& connection_;
  const Kind kind_;
  std::vector<const char*> pending_;
  std::size_t sent_pending_ = 0;
  std::uint64_t batches_ = 0;
  std::optional<Error> failure_;
  Retry retry_ = Retry::no;
  Actions actions_;
};

}  // namespace openstrat::db
