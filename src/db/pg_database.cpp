#include "db/pg_database.hpp"

#include "base/log.hpp"
#include "db/failures.hpp"
#include "db/pg_transactions.hpp"

namespace openstrat::db {
namespace {

constexpr Query kTables{"db.tables",
    "SELECT quote_ident(c.relname) FROM pg_class AS c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1"};
constexpr Query kInvalidIndexes{"db.invalid_indexes",
    "SELECT c.relname FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid"
    " WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace LIMIT 1"};
constexpr Query kCollation{"db.collation", "SELECT datcollate FROM pg_database WHERE datname = current_database()"};
constexpr Query kNoTimeout{"db.no_statement_timeout", "SET LOCAL statement_timeout = 0"};

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(const Options& options, metrics::Registry* registry)
      : metrics_(registry), transactions_(options, outage_, metrics_, this), probe_(options.url, 1, kPingPatience, outage_),
        async_(transactions_, metrics_, this) {}

  void write_async(std::move_only_function<Status(Session&)> body, std::move_only_function<void(Status)> done) override {
    push_async(async_.queue(), std::move(body), std::move(done));
  }

  Engine engine() const override { return Engine::postgres; }

  /// On a connection of its own, so that a busy pool does not look like a dead server.
  Status ping() override {
    auto connection = probe_.borrow();
    if (!connection) return std::unexpected(connection.error());
    (*connection)->set_patience(kPingPatience);
    Status status = fail(unavailable("the database server does not answer"));
    if ((*connection)->send("SELECT 1") && (*connection)->end_batch()) {
      const PgResult result = (*connection)->next();
      if (result && PQresultStatus(result.get()) == PGRES_TUPLES_OK && (*connection)->finish_batch()) status = {};
    }
    if (!status) (*connection)->set_lost();
    probe_.give_back(std::move(*connection));
    return status;
  }

  Status check_integrity() override {
    return read([](Session& session) -> Status {
      if (auto unlimited = session.execute(kNoTimeout); !unlimited) return std::unexpected(unlimited.error());
      const auto broken = session.first(kInvalidIndexes);
      if (!broken) return std::unexpected(broken.error());
      if (*broken) return fail(Errc::internal, "database_damaged", "index " + (*broken)->get<std::string>(0) + " is not valid: REINDEX it");
      const auto tables = session.query(kTables);
      if (!tables) return std::unexpected(tables.error());
      for (const auto& table : *tables) {  // reads every page, which checks its checksum where the cluster has them
        const std::string sql = "SELECT count(t.*::text) FROM " + table.get<std::string>(0) + " AS t";
        if (auto counted = session.query(Query{"db.read_all", sql.c_str()}); !counted)
          return fail(Errc::internal, "database_damaged", "table " + table.get<std::string>(0) + " cannot be read: " + counted.error().message());
      }
      return {};
    });
  }

  /// Connects once, so that a wrong URL is told at start and not at the first request.
  Status check_server() {
    return read([](Session& session) -> Status {
      const auto row = session.one(kCollation, {}, "no database");
      if (!row) return std::unexpected(row.error());
      const auto collation = row->get<std::string>(0);
      if (collation != "C" && collation != "POSIX" && collation != "C.UTF-8")
        log::warning("the database does not sort text by bytes; create it with TEMPLATE template0 LC_COLLATE 'C'", {{"lc_collate", collation}});
      return {};
    });
  }

 private:
  static constexpr std::chrono::milliseconds kPingPatience{2'000};

  Status run_transaction(Mode mode, std::function<Status(Session&)> body) override {
    if (InsideTransaction::of(this)) return fail(InsideTransaction::error());
    switch (mode) {
      case Mode::read: return transactions_.run(PgSession::Kind::read, body);
      case Mode::write: return transactions_.run(PgSession::Kind::write, body);
      case Mode::maintenance: return transactions_.run(PgSession::Kind::maintenance, body);
    }
    std::unreachable();
  }

  PgOutage outage_;
  Metrics metrics_;
  PgTransactions transactions_;
  PgPool probe_;
  PgAsyncWriters async_;
};

}  // namespace

Result<std::unique_ptr<Database>> open_postgres(const Options& options, metrics::Registry* registry) {
  auto database = std::make_unique<PostgresDatabase>(options, registry);
  if (auto checked = database->check_server(); !checked) return std::unexpected(checked.error());
  return database;
}

}  // namespace openstrat::db
