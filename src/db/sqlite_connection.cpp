#include "db/sqlite_connection.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "db/failures.hpp"
#include "db/sql_text.hpp"

namespace openstrat::db {
namespace {

constexpr std::chrono::seconds kLogInterval{1};  // a full disk fails every write: one line a second is enough

void bind(sqlite3_stmt* statement, int index, const Value& value) {
  struct Binder {
    sqlite3_stmt* statement;
    int index;
    void operator()(std::monostate) const { sqlite3_bind_null(statement, index); }
    void operator()(std::int64_t v) const { sqlite3_bind_int64(statement, index, v); }
    void operator()(double v) const { sqlite3_bind_double(statement, index, v); }
    void operator()(bool v) const { sqlite3_bind_int(statement, index, v ? 1 : 0); }
    // Static: the parameters outlive the execution, and the bindings are cleared after it.
    void operator()(const std::string& v) const { sqlite3_bind_text64(statement, index, v.data(), v.size(), SQLITE_STATIC, SQLITE_UTF8); }
    void operator()(const Blob& v) const { sqlite3_bind_blob64(statement, index, v.bytes.data(), v.bytes.size(), SQLITE_STATIC); }
  };
  std::visit(Binder{statement, index}, value);
}

Value column(sqlite3_stmt* statement, int index) {
  const auto bytes = [&](const void* data) {
    return data ? std::string(static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement, index))) : std::string();
  };
  switch (sqlite3_column_type(statement, index)) {
    case SQLITE_INTEGER: return static_cast<std::int64_t>(sqlite3_column_int64(statement, index));
    case SQLITE_FLOAT: return sqlite3_column_double(statement, index);
    case SQLITE_TEXT: return bytes(sqlite3_column_text(statement, index));
    case SQLITE_BLOB: return Blob{bytes(sqlite3_column_blob(statement, index))};
    default: return {};
  }
}

/// Statements return to the cache unbound and rewound, whatever happened.
class Rewind {
 public:
  explicit Rewind(sqlite3_stmt* statement) : statement_(statement) {}
  ~Rewind() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Rewind(const Rewind&) = delete;
  Rewind& operator=(const Rewind&) = delete;

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(Settings settings) {
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(std::move(settings)));
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (connection->settings_.role == Role::writer ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(connection->settings_.path.c_str(), &handle, flags, nullptr);
  connection->handle_.reset(handle);
  if (code != SQLITE_OK) return fail(connection->error_of("open", code));
  if (auto status = connection->configure(); !status) return std::unexpected(status.error());
  return connection;
}

Status SqliteConnection::configure() {
  sqlite3_extended_result_codes(handle_.get(), 1);
  set_busy_timeout(settings_.busy_timeout);
  // No mmap: a read error of the disk would be a SIGBUS instead of an error code. The page cache is bounded instead: 8 MiB for
  // the writer, 2 MiB for each reader, filled as needed. The writer checkpoints by itself (see SqliteWriter), hence autocheckpoint 0.
  const bool writer = settings_.role == Role::writer;
  const char* const pragmas[] = {
      writer ? "PRAGMA journal_mode = WAL" : "PRAGMA query_only = ON",
      settings_.durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF",
      "PRAGMA foreign_keys = ON",
      "PRAGMA case_sensitive_like = ON",  // as PostgreSQL has it
      "PRAGMA mmap_size = 0",
      "PRAGMA temp_store = MEMORY",
      writer ? "PRAGMA cache_size = -8192" : "PRAGMA cache_size = -2048",
      "PRAGMA journal_size_limit = 67108864",
      "PRAGMA wal_autocheckpoint = 0",
  };
  for (const char* pragma : pragmas)
    if (auto status = control(pragma); !status) return status;
  if (writer) {
    sqlite3_wal_hook(handle_.get(), [](void* self, sqlite3*, const char*, int pages) {
      static_cast<SqliteConnection*>(self)->wal_pages_ = pages;
      return SQLITE_OK;
    }, this);
  }
  return {};
}

Result<SqliteConnection::Statement> SqliteConnection::prepare(const Query& query) {
  const auto sql = expand_words(query.sql, Database::Engine::sqlite);
  if (!sql) return fail(broken_statement(query.name, sql.error().message()));
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql->data(), static_cast<int>(sql->size()), 0, &raw, &tail);
  Statement statement(raw);
  if (code != SQLITE_OK) return fail(error_of(query.name, code));
  if (!text::trim(tail).empty()) return fail(broken_statement(query.name, "holds more than one statement"));
  return statement;
}

Result<std::int64_t> SqliteConnection::run(const Query& query, const Params& params, const std::function<Status(Row)>* visit) {
  Statement temporary;
  sqlite3_stmt* statement = nullptr;
  if (auto* cached = statements_.find(query.sql)) {
    statement = cached->get();
  } else {
    auto prepared = prepare(query);
    if (!prepared) return std::unexpected(prepared.error());
    statement = prepared->get();
    if (is_cacheable(query.sql)) statements_.insert(query.sql, std::move(*prepared));
    else temporary = std::move(*prepared);
  }
  if (!statement) return 0;  // an empty statement: all its text was for the other engine
  if (auto status = check_params(query, params, sqlite3_bind_parameter_count(statement)); !status) return std::unexpected(status.error());
  const Rewind rewind(statement);
  for (std::size_t i = 0; i < params.size(); ++i) bind(statement, static_cast<int>(i) + 1, params[i]);
  return step_all(query, statement, visit);
}

Result<std::int64_t> SqliteConnection::step_all(const Query& query, sqlite3_stmt* statement, const std::function<Status(Row)>* visit) {
  const auto changes_before = sqlite3_total_changes64(handle_.get());
  while (true) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_ROW) return fail(error_of(query.name, code));
    if (!visit) continue;
    const int columns = sqlite3_column_count(statement);
    std::vector<Value> values;
    values.reserve(static_cast<std::size_t>(columns));
    for (int i = 0; i < columns; ++i) values.push_back(column(statement, i));
    if (auto status = (*visit)(Row(std::move(values))); !status) return std::unexpected(status.error());
  }
  // sqlite3_changes64() alone still holds the count of an earlier statement after a SELECT or CREATE.
  return sqlite3_total_changes64(handle_.get()) == changes_before ? 0 : sqlite3_changes64(handle_.get());
}

Status SqliteConnection::control(const char* sql) {
  const auto done = run(Query{sql, sql}, {}, nullptr);
  if (!done) return std::unexpected(done.error());
  return {};
}

bool SqliteConnection::checkpoint(int mode) {
  int left = 0;
  int moved = 0;
  const int code = sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, mode, &left, &moved);
  if (code != SQLITE_OK && code != SQLITE_BUSY)
    log::warning("the write-ahead log could not be moved into the database file", {{"error", sqlite3_errmsg(handle_.get())}});
  return code == SQLITE_OK && left == moved;
}

Error SqliteConnection::error_of(const char* name, int code) {
  const std::string detail = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
  const std::string disk = "the disk of " + settings_.path;
  const auto lost = [&](std::string message) {
    const auto now = system_clock().monotonic();
    const bool again = logged_at_ && now - *logged_at_ < kLogInterval;
    if (!again) {
      logged_at_ = now;
      log::error("database not available", {{"statement", name}, {"detail", detail}, {"file", settings_.path}, {"code", code}});
    }
    return unavailable(std::move(message));
  };
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT: return constraint_error(name, code);
    case SQLITE_FULL: return lost(disk + " is full; the service continues by itself when there is space again");
    case SQLITE_IOERR: must_reopen_ = true; return lost(disk + " reports an error");
    case SQLITE_CANTOPEN: must_reopen_ = true; return lost("the database " + settings_.path + " cannot be opened");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: must_reopen_ = true; return lost("the database " + settings_.path + " is damaged; restore a backup");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: return lost("another process holds the database " + settings_.path);
    case SQLITE_NOMEM: return lost("out of memory");
    case SQLITE_READONLY:
      if (settings_.role == Role::reader) return broken_statement(name, "a read transaction tried to write");
      must_reopen_ = true;
      return lost(disk + " is read-only");
    default: return broken_statement(name, detail);
  }
}

Error SqliteConnection::constraint_error(const char* name, int code) {
  const std::string_view detail = sqlite3_errmsg(handle_.get());
  const auto colon = detail.find(": ");
  const auto subject = colon == std::string_view::npos ? std::string_view() : detail.substr(colon + 2);
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return already_exists(unique_constraint_name(std::string(subject)));
    case SQLITE_CONSTRAINT_FOREIGNKEY:
    case SQLITE_CONSTRAINT_TRIGGER: return in_use("foreign key");  // RESTRICT reports as a trigger; SQLite does not say which key
    default: return broken_statement(name, detail);
  }
}

/// SQLite says `site.customer_id, site.name` (or `index 'x'`); PostgreSQL gives the constraint's name. Find the index with these columns.
std::string SqliteConnection::unique_constraint_name(std::string_view columns) {
  if (columns.starts_with("index '")) return std::string(columns.substr(7, columns.size() - 8));
  const std::string table(columns.substr(0, columns.find('.')));
  std::string joined;
  for (auto part : text::split(columns, ',')) {
    part = text::trim(part);
    if (!joined.empty()) joined += '_';
    joined += part.substr(part.find('.') + 1);
  }
  static constexpr Query kIndex{"db.unique_index",
      "SELECT il.name, il.origin FROM pragma_index_list(?1) AS il WHERE il.\"unique\" = 1 AND ?2 ="
      " (SELECT group_concat(name, '_') FROM (SELECT ii.name FROM pragma_index_info(il.name) AS ii ORDER BY ii.seqno))"};
  std::string found = table + "_pkey";  // an INTEGER PRIMARY KEY has no index
  const std::function<Status(Row)> visit = [&](Row row) -> Status {
    const auto origin = row.get<std::string>(1);
    if (origin == "c") found = row.get<std::string>(0);
    if (origin == "u") found = table + "_" + joined + "_key";
    return {};
  };
  const auto searched = run(kIndex, params(table, joined), &visit);
  return searched ? found : std::string(columns);
}

}  // namespace openstrat::db
