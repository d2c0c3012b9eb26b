#include "db/sqlite_database.hpp"

#include <atomic>
#include <cstdlib>
#include <filesystem>

#include "base/log.hpp"
#include "db/failures.hpp"
#include "db/sqlite_readers.hpp"
#include "db/sqlite_session.hpp"
#include "db/sqlite_writer.hpp"

namespace openstrat::db {
namespace {

constexpr std::string_view kMemory = ":memory:";

/// `sqlite::memory:` is a file in a temporary directory that goes with the database: several connections can share it.
class TemporaryDirectory {
 public:
  static Result<std::unique_ptr<TemporaryDirectory>> make() {
    std::string pattern = (std::filesystem::temp_directory_path() / "openstrat-db-XXXXXX").string();
    if (!mkdtemp(pattern.data())) return fail(unavailable("no temporary directory for sqlite::memory:"));
    return std::unique_ptr<TemporaryDirectory>(new TemporaryDirectory(pattern));
  }
  ~TemporaryDirectory() {
    std::error_code ignored;  // what stays behind is in the temporary directory
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  std::string file() const { return path_ + "/openstrat.db"; }

 private:
  explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::unique_ptr<TemporaryDirectory> temporary, std::unique_ptr<SqliteConnection> writer, const Options& options,
                 metrics::Registry* registry)
      : temporary_(std::move(temporary)), options_(options), metrics_(registry),
        readers_(reader_settings(writer->settings()), options.reader_connections, options.write_timeout),
        writer_(std::move(writer), metrics_, this) {}

  void write_async(std::move_only_function<Status(Session&)> body, std::move_only_function<void(Status)> done) override {
    push_async(writer_.queue(), std::move(body), std::move(done));
  }

  Engine engine() const override { return Engine::sqlite; }

  Status ping() override {
    return read([](Session& session) -> Status {
      const auto row = session.one(Query{"db.ping", "SELECT 1"}, {}, "no answer");
      if (!row) return std::unexpected(row.error());
      return {};
    });
  }

  Status check_integrity() override {
    return read([](Session& session) -> Status {
      const auto damage = session.query(Query{"db.integrity_check", "PRAGMA integrity_check(10)"});
      if (!damage) return std::unexpected(damage.error());
      if (damage->size() != 1 || damage->front().get<std::string>(0) != "ok")
        return fail(Errc::internal, "database_damaged", damage->empty() ? "no result" : damage->front().get<std::string>(0));
      const auto orphans = session.query(Query{"db.foreign_key_check", "SELECT \"table\", parent FROM pragma_foreign_key_check LIMIT 1"});
      if (!orphans) return std::unexpected(orphans.error());
      if (!orphans->empty())
        return fail(Errc::internal, "database_damaged",
                    "rows of " + orphans->front().get<std::string>(0) + " refer to missing rows of " + orphans->front().get<std::string>(1));
      return {};
    });
  }

 private:
  static SqliteConnection::Settings reader_settings(SqliteConnection::Settings settings) {
    settings.role = SqliteConnection::Role::reader;
    return settings;
  }

  Status run_transaction(Mode mode, std::function<Status(Session&)> body) override {
    if (InsideTransaction::of(this)) return fail(InsideTransaction::error());
    if (mode == Mode::read) return run_read(body);
    return push_and_wait(writer_.queue(), body, options_.write_timeout);
  }

  Status run_read(const std::function<Status(Session&)>& body) {
    auto connection = readers_.borrow();
    if (!connection) return std::unexpected(connection.error());
    SqliteSession session(**connection);
    Status status = (*connection)->control("BEGIN");
    if (status) {
      const InsideTransaction inside(this);
      status = run_guarded(body, session);
      if (status && session.failure()) status = std::unexpected(*session.failure());
      if ((*connection)->in_transaction()) {
        if (auto ended = (*connection)->control("ROLLBACK"); !ended && status) status = ended;
      }
    }
    readers_.give_back(std::move(*connection));
    if (status) {
      const InsideTransaction inside(this);
      for (auto& action : session.take_actions()) action();
    }
    return status;
  }

  std::unique_ptr<TemporaryDirectory> temporary_;
  const Options options_;
  Metrics metrics_;
  SqliteReaders readers_;
  SqliteWriter writer_;
};

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const Options& options, std::string_view path, metrics::Registry* registry) {
  std::unique_ptr<TemporaryDirectory> temporary;
  SqliteConnection::Settings settings{.path = std::string(path), .busy_timeout = options.write_timeout};
  if (path == kMemory) {
    auto made = TemporaryDirectory::make();
    if (!made) return std::unexpected(made.error());
    temporary = std::move(*made);
    settings.path = temporary->file();
    settings.durable = false;
  }
  auto writer = SqliteConnection::open(settings);
  if (!writer) return std::unexpected(writer.error());
  return std::make_unique<SqliteDatabase>(std::move(temporary), std::move(*writer), options, registry);
}

}  // namespace openstrat::db
