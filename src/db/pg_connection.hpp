// One connection to PostgreSQL, always in pipeline mode, never waiting without a limit. Used by one thread at a time.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <string>

#include "db/pg_values.hpp"
#include "db/session.hpp"
#include "db/statement_cache.hpp"

namespace openstrat::db {

using PgResult = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// One SQL text as this connection has it. A null parameter lets the server choose a type, so a text may be prepared more than once.
struct PgStatement {
  struct Variant {
    std::string name;
    std::vector<Oid> types;
    std::vector<bool> only_null;  ///< parameters that must be null: see resolve_null_tests()
  };
  std::string sql;  ///< with $1
  int placeholders = 0;
  std::vector<Variant> variants;
};

class PgConnection {
 public:
  static constexpr std::chrono::milliseconds kStatementTimeout{15'000};
  static constexpr std::chrono::milliseconds kLockTimeout{5'000};

  /// Errc::unavailable when the server does not answer within `patience`; `why` is for the log.
  static Result<std::unique_ptr<PgConnection>> open(const std::string& url, std::chrono::milliseconds patience, std::string& why);

  // Commands queue up; end_batch() sends them; next() gives one result a command, in order, then finish_batch().
  // False or null: the connection is lost.
  bool send(const char* sql);
  bool send_prepare(const std::string& name, const std::string& sql, const std::vector<Oid>& types);
  bool send_describe(const std::string& name);
  bool send_execute(const PgStatement::Variant& statement, std::span<const Value> params);
  bool send_once(const std::string& sql, std::span<const Value> params);  ///< not prepared
  bool end_batch();
  PgResult next();
  bool finish_batch();
  /// The command whose result is next gives its rows one by one: next_row() until it returns something else than PGRES_SINGLE_TUPLE.
  bool rows_one_by_one() { return PQsetSingleRowMode(handle_.get()) == 1; }
  PgResult next_row();

  bool lost() const { return lost_; }
  void set_lost() { lost_ = true; }
  /// Whether the server has closed an idle connection.
  bool is_stale() const;
  /// How long next() waits; zero: for ever (the kernel still notices a dead peer).
  void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }

  StatementCache<PgStatement>& statements() { return statements_; }
  std::string next_statement_name(const char* query_name);
  std::string last_error() const { return PQerrorMessage(handle_.get()); }

 private:
  explicit PgConnection(PGconn* handle) : handle_(handle, PQfinish) {}
  bool connect(std::chrono::milliseconds patience, std::string& why);
  bool configure();
  bool checked(int ok) { if (ok != 1) lost_ = true; return !lost_; }
  bool wait(short events, std::chrono::milliseconds limit);
  bool flush();
  PGresult* get();

  std::unique_ptr<PGconn, decltype(&PQfinish)> handle_;
  StatementCache<PgStatement> statements_;
  std::chrono::milliseconds patience_{};
  std::uint64_t statement_number_ = 0;
  bool lost_ = false;
};

}  // namespace openstrat::db
