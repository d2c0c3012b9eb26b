#include "db/pg_session.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "db/failures.hpp"
#include "db/sql_text.hpp"

namespace openstrat::db {
namespace {

constexpr Oid kUnusedType = 25;  // TEXT: any type will do for a parameter that the text does not mention
constexpr std::size_t kPipelineDepth = 500;  // rows a batch of execute_many: bounds what libpq buffers

bool is_null(const Value& value) { return std::holds_alternative<std::monostate>(value); }

bool takes(const PgStatement::Variant& variant, const Params& params) {
  for (std::size_t i = 0; i < params.size(); ++i)
    if (!fits(params[i], variant.types[i]) || (variant.only_null[i] && !is_null(params[i]))) return false;
  return true;
}

bool succeeded(const PgResult& result) {
  const auto status = PQresultStatus(result.get());
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

}  // namespace

PgSession::PgSession(PgConnection& connection, Kind kind) : connection_(connection), kind_(kind) {
  switch (kind) {
    case Kind::read: pending_ = {"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}; break;  // one snapshot, as SQLite gives it
    case Kind::write: pending_ = {"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"}; break;
    case Kind::maintenance:
      pending_ = {"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", "SET LOCAL statement_timeout = 0", "SET LOCAL lock_timeout = '60s'"};
      break;
  }
  connection_.set_patience(kind == Kind::maintenance ? std::chrono::milliseconds::zero()
                                                     : PgConnection::kStatementTimeout + PgConnection::kLockTimeout);
}

std::unexpected<Error> PgSession::failed(PgFailure failure) {
  if (failure.retry == Retry::connection) connection_.set_lost();
  failure_ = failure.error;
  retry_ = failure.retry;
  return std::unexpected(std::move(failure.error));
}

std::unexpected<Error> PgSession::failed(const char* name, const PgResult& result) {
  const char* state = result ? PQresultErrorField(result.get(), PG_DIAG_SQLSTATE) : nullptr;
  if (!state || connection_.lost()) return failed(connection_lost());
  const char* message = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
  const char* constraint = PQresultErrorField(result.get(), PG_DIAG_CONSTRAINT_NAME);
  return failed(classify(name, state, message ? message : "", constraint ? constraint : "", kind_ == Kind::read));
}

bool PgSession::send_pending() {
  sent_pending_ = pending_.size();
  ++batches_;
  return std::ranges::all_of(pending_, [this](const char* sql) { return connection_.send(sql); });
}

Status PgSession::receive_pending() {
  const auto sent = std::exchange(pending_, {});
  Status status;
  for (const char* sql : sent) {
    const PgResult result = connection_.next();
    if (!result) return failed(connection_lost());
    if (status && !succeeded(result)) status = failed(sql, result);
  }
  return status;
}

Result<PgStatement*> PgSession::statement_for(const Query& query) {
  if (auto* known = connection_.statements().find(query.sql)) return known;
  const auto expanded = expand_words(query.sql, Database::Engine::postgres);
  if (!expanded) return failed({broken_statement(query.name, expanded.error().message()), Retry::no});
  PgStatement statement{to_dollar_placeholders(*expanded), placeholder_count(*expanded), {}};
  std::unique_ptr<PgStatement> evicted;
  auto& stored = connection_.statements().insert(query.sql, std::move(statement), &evicted);
  if (evicted) {
    for (const auto& variant : evicted->variants) connection_.send(("DEALLOCATE \"" + variant.name + "\"").c_str());
    if (!evicted->variants.empty() && connection_.end_batch()) {
      for (std::size_t i = 0; i < evicted->variants.size(); ++i) (void)connection_.next();
      connection_.finish_batch();
    }
  }
  return &stored;
}

/// The prepared form that takes these parameters; prepares one in a round trip of its own when there is none.
Result<const PgStatement::Variant*> PgSession::prepare(const Query& query, const Params& params) {
  auto statement = statement_for(query);
  if (!statement) return std::unexpected(statement.error());
  if (auto checked = check_params(query, params, (*statement)->placeholders); !checked) return failed({checked.error(), Retry::no});
  auto& variants = (*statement)->variants;
  for (const auto& variant : variants)
    if (takes(variant, params)) return &variant;
  auto made = prepare_variant(query, **statement, params);
  if (!made) return std::unexpected(made.error());
  variants.push_back(std::move(*made));
  return &variants.back();
}

Result<PgStatement::Variant> PgSession::prepare_variant(const Query& query, const PgStatement& statement, const Params& params) {
  std::vector<bool> nulls;
  for (const auto& value : params) nulls.push_back(is_null(value));
  NullTests text = resolve_null_tests(statement.sql, nulls);
  PgStatement::Variant variant{connection_.next_statement_name(query.name), {}, std::move(text.replaced)};
  for (std::size_t i = 0; i < params.size(); ++i) variant.types.push_back(text.used[i] ? type_of(params[i]) : kUnusedType);
  if (!send_pending() || !connection_.send_prepare(variant.name, text.sql, variant.types) ||
      !connection_.send_describe(variant.name) || !connection_.end_batch())
    return failed(connection_lost());
  Status status = receive_pending();
  const PgResult prepared = connection_.next();
  const PgResult described = connection_.next();
  if (status && !(prepared && succeeded(prepared))) status = failed(query.name, prepared);
  if (status && !(described && succeeded(described))) status = failed(query.name, described);
  if (!connection_.finish_batch() && status) status = failed(connection_lost());
  if (!status) return std::unexpected(status.error());
  for (std::size_t i = 0; i < variant.types.size(); ++i) variant.types[i] = PQparamtype(described.get(), static_cast<int>(i));
  return variant;
}

/// Sends the queued commands and the statement as one batch.
Status PgSession::send_statement(const Query& query, const Params& params) {
  if (failure_) return std::unexpected(*failure_);
  bool sent = false;
  if (is_cacheable(query.sql)) {
    const auto variant = prepare(query, params);
    if (!variant) return std::unexpected(variant.error());
    sent = send_pending() && connection_.send_execute(**variant, params);
  } else {
    const auto expanded = expand_words(query.sql, Database::Engine::postgres);
    if (!expanded) return failed({broken_statement(query.name, expanded.error().message()), Retry::no});
    if (auto checked = check_params(query, params, placeholder_count(*expanded)); !checked) return failed({checked.error(), Retry::no});
    sent = send_pending() && connection_.send_once(to_dollar_placeholders(*expanded), params);
  }
  if (!sent || !connection_.end_batch()) return failed(connection_lost());
  return {};
}

std::int64_t PgSession::changed_rows(const PGresult* result) const {
  if (std::strncmp(PQcmdStatus(const_cast<PGresult*>(result)), "SELECT", 6) == 0) return 0;
  const char* text = PQcmdTuples(const_cast<PGresult*>(result));
  std::int64_t changed = 0;
  std::from_chars(text, text + std::strlen(text), changed);
  return changed;
}

Result<PgSession::Answer> PgSession::receive(const Query& query) {
  Status status = receive_pending();
  if (connection_.lost()) return failed(connection_lost());
  PgResult result = connection_.next();
  const bool empty = result && PQresultStatus(result.get()) == PGRES_EMPTY_QUERY;  // its text was for the other engine
  if (status && !(result && (succeeded(result) || empty))) status = failed(query.name, result);
  if (!connection_.finish_batch() && status) status = failed(connection_lost());
  if (!status) return std::unexpected(status.error());
  const auto changed = changed_rows(result.get());
  return Answer{std::move(result), changed};
}

Result<PgSession::Answer> PgSession::run(const Query& query, const Params& params) {
  if (auto sent = send_statement(query, params); !sent) return std::unexpected(sent.error());
  return receive(query);
}

Result<std::vector<Row>> PgSession::query(const Query& query, Params params) {
  const auto answer = run(query, params);
  if (!answer) return std::unexpected(answer.error());
  const int count = PQntuples(answer->result.get());
  std::vector<Row> rows;
  rows.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) rows.push_back(decode_row(answer->result.get(), i));
  return rows;
}

Result<std::int64_t> PgSession::execute(const Query& query, Params params) {
  const auto answer = run(query, params);
  if (!answer) return std::unexpected(answer.error());
  return answer->changed;
}

Status PgSession::for_each(const Query& query, Params params, const std::function<Status(Row)>& visit) {
  if (auto sent = send_statement(query, params); !sent) return sent;
  Status status = receive_pending();
  if (connection_.lost()) return failed(connection_lost());
  Status visited;
  connection_.rows_one_by_one();
  while (true) {
    const PgResult row = connection_.next_row();
    if (connection_.lost()) return failed(query.name, row);
    for (int i = 0; i < PQntuples(row.get()) && visited; ++i) visited = visit(decode_row(row.get(), i));  // after an error: read and drop
    if (PQresultStatus(row.get()) == PGRES_SINGLE_TUPLE) continue;
    if (status && !succeeded(row)) status = failed(query.name, row);
    break;
  }
  if (!connection_.finish_batch() && status) status = failed(connection_lost());
  return status ? visited : status;
}

Result<std::int64_t> PgSession::execute_many(const Query& query, std::span<const Params> rows) {
  if (failure_) return std::unexpected(*failure_);
  std::int64_t changed = 0;
  while (!rows.empty()) {
    const auto chunk = rows.first(std::min(rows.size(), kPipelineDepth));
    rows = rows.subspan(chunk.size());
    // First what must be prepared (a round trip each), then all rows in one batch.
    for (const auto& row : chunk)
      if (const auto variant = prepare(query, row); !variant) return std::unexpected(variant.error());
    bool sent = send_pending();
    for (const auto& row : chunk) {
      const auto variant = prepare(query, row);
      sent = sent && variant && connection_.send_execute(**variant, row);
    }
    if (!sent || !connection_.end_batch()) return failed(connection_lost());
    Status status = receive_pending();
    for (std::size_t i = 0; i < chunk.size() && !connection_.lost(); ++i) {
      const PgResult result = connection_.next();
      if (status && !(result && succeeded(result))) status = failed(query.name, result);
      if (status) changed += changed_rows(result.get());
    }
    if (connection_.lost() || !connection_.finish_batch()) return status ? failed(connection_lost()) : std::unexpected(status.error());
    if (!status) return std::unexpected(status.error());
  }
  return changed;
}

Status PgSession::nested(const std::function<Status(Session&)>& body) {
  if (failure_) return std::unexpected(*failure_);
  const auto actions_before = static_cast<std::ptrdiff_t>(actions_.size());
  const auto pending_before = pending_.size();
  const auto batches_before = batches_;
  pending_.push_back("SAVEPOINT s");
  Status status = run_guarded(body, *this);
  if (status && failure_) status = std::unexpected(*failure_);
  const bool untouched = batches_ == batches_before;  // the savepoint was never sent
  if (untouched) {
    pending_.resize(pending_before);
  } else if (!connection_.lost()) {
    if (!status) pending_.push_back("ROLLBACK TO s");
    pending_.push_back("RELEASE s");
  }
  if (!status) {
    actions_.erase(actions_.begin() + actions_before, actions_.end());
    if (retry_ == Retry::no) failure_.reset();  // the savepoint takes the failure away, unless the whole transaction must be repeated
  }
  return status;
}

Status PgSession::commit() {
  if (failure_) {
    rollback();
    return std::unexpected(*failure_);
  }
  if (batches_ == 0) return {};  // no statement ever ran
  if (!send_pending() || !connection_.send("COMMIT") || !connection_.end_batch()) return failed(connection_lost());
  Status status = receive_pending();
  const PgResult result = connection_.next();
  if (status && result && succeeded(result) && connection_.finish_batch() && !connection_.lost()) {
    if (std::strcmp(PQcmdStatus(result.get()), "COMMIT") == 0) return {};
    return failed({unavailable("the transaction was rolled back"), Retry::no});
  }
  if (!connection_.lost() && result) {  // refused, for instance by a deferred constraint
    if (status) status = failed("COMMIT", result);
    if (connection_.finish_batch()) rollback();
    return status;
  }
  connection_.set_lost();
  if (kind_ == Kind::read) return failed(connection_lost());
  return failed({unavailable("the connection to the database server was lost while the change was committed; check whether it happened"),
                 Retry::unknown});
}

void PgSession::rollback() {
  pending_.clear();
  if (batches_ == 0 || connection_.lost()) return;
  if (!connection_.send("ROLLBACK") || !connection_.end_batch()) return;
  const PgResult result = connection_.next();
  if (!result || !succeeded(result) || !connection_.finish_batch()) connection_.set_lost();
}

}  // namespace openstrat::db
