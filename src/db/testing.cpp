#include "db/testing.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <set>
#include <stdexcept>

#include "base/clock.hpp"
#include "base/crypto.hpp"

namespace openstrat::db {
namespace {

std::string postgres_url() {
  const char* url = std::getenv("OPENSTRAT_TEST_POSTGRES");
  if (!url || !*url)
    throw std::runtime_error("OPENSTRAT_TEST_POSTGRES is not set; export OPENSTRAT_TEST_POSTGRES=$(tests/postgres.sh start)");
  return url;
}

/// `postgresql://host/old?x=y` → `postgresql://host/NAME?x=y`
std::string with_database(const std::string& url, const std::string& name) {
  const auto authority = url.find("://") + 3;
  const auto query = std::min(url.find('?', authority), url.size());
  const auto path = std::min(url.find('/', authority), query);
  return url.substr(0, path) + "/" + name + url.substr(query);
}

/// A connection for CREATE DATABASE and DROP DATABASE, which no transaction may hold.
class Admin {
 public:
  Admin() : connection_(PQconnectdb(postgres_url().c_str()), PQfinish) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection_.get()));
    run("SET client_min_messages = warning");
  }
  std::string run(const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection_.get(), sql.c_str()), PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw std::runtime_error(sql + ": " + PQerrorMessage(connection_.get()));
    return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
  }

 private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

void migrate_url(const std::string& url, const std::vector<Migration>& migrations) {
  auto database = open({.url = url, .reader_connections = 1, .writer_connections = 1}, system_clock());
  if (!database) throw std::runtime_error(database.error().message());
  const auto done = migrate(**database, migrations);
  if (!done) throw std::runtime_error(done.error().message());
}

/// The name of a database that holds the migrated schema, made once for all test programs.
std::string template_for(const std::vector<Migration>& migrations) {
  std::string all;
  for (const auto& migration : migrations) (((all += migration.name) += '\n') += migration.sql) += '\n';
  const auto name = "template_" + crypto::hex(crypto::sha256(all)).substr(0, 24);
  static std::mutex mutex;
  static std::set<std::string> ready;
  const std::lock_guard lock(mutex);
  if (ready.contains(name)) return name;
  Admin admin;
  admin.run("SELECT pg_advisory_lock(7308326)");  // against other test programs; released with the connection
  if (admin.run("SELECT 1 FROM pg_database WHERE datname = '" + name + "'").empty()) {
    const auto half = name + "_new";
    admin.run("DROP DATABASE IF EXISTS " + half + " WITH (FORCE)");
    admin.run("CREATE DATABASE " + half + " TEMPLATE template0");
    migrate_url(with_database(postgres_url(), half), migrations);
    // Our connections are closed, but the server may still be ending their processes.
    admin.run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" + half + "'");
    admin.run("ALTER DATABASE " + half + " RENAME TO " + name);
  }
  ready.insert(name);
  return name;
}

std::string unique_name() {
  static std::atomic<int> counter{0};
  return "test_" + std::to_string(getpid()) + "_" + std::to_string(++counter);
}

}  // namespace

ScratchDatabase::ScratchDatabase(Database::Engine engine, const std::vector<Migration>& migrations) : engine_(engine) {
  if (engine == Database::Engine::sqlite) {
    std::string pattern = (std::filesystem::temp_directory_path() / "openstrat-test-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary directory");
    name_ = pattern;
    url_ = "sqlite:" + name_ + "/openstrat.db";
    if (!migrations.empty()) migrate_url(url_, migrations);
    return;
  }
  const auto origin = migrations.empty() ? std::string("template0") : template_for(migrations);
  name_ = unique_name();
  Admin admin;
  admin.run("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");  // of an earlier process with our id that was killed
  admin.run("CREATE DATABASE " + name_ + " TEMPLATE " + origin);
  url_ = with_database(postgres_url(), name_);
}

ScratchDatabase::~ScratchDatabase() {
  if (engine_ == Database::Engine::sqlite) {
    std::error_code ignored;
    std::filesystem::remove_all(name_, ignored);
    return;
  }
  try {
    Admin().run("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
  } catch (const std::exception& e) {
    ADD_FAILURE() << "the test database stays behind: " << e.what();
  }
}

std::unique_ptr<Database> EachEngineTest::make_database(std::vector<Migration> migrations) {
  Options options;
  if (GetParam() == Database::Engine::sqlite) {
    options.url = "sqlite::memory:";
  } else {
    scratch_.push_back(std::make_unique<ScratchDatabase>(GetParam(), migrations));
    options.url = scratch_.back()->url();
  }
  auto database = open(options, system_clock());
  if (!database) throw std::runtime_error(database.error().message());
  if (GetParam() == Database::Engine::sqlite) {
    const auto done = migrate(**database, std::move(migrations));
    if (!done) throw std::runtime_error(done.error().message());
  }
  return std::move(*database);
}

namespace {

/// Runs one statement in the database of `url`.
void run_in(const std::string& url, const std::string& sql) {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url.c_str()), PQfinish);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()), PQclear);
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
}

/// Keeps the rows that migrations inserted in schema `seed`.
constexpr const char* kKeepSeed =
    "DO $$ DECLARE t text; n bigint; BEGIN CREATE SCHEMA seed; "
    "FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP "
    "EXECUTE format('SELECT COUNT(*) FROM public.%I', t) INTO n; "
    "IF n > 0 THEN EXECUTE format('CREATE TABLE seed.%I AS TABLE public.%I', t, t); END IF; END LOOP; END $$";
/// Tables refer to each other in whatever order: foreign keys rest meanwhile.
constexpr const char* kBackToSeed =
    "DO $$ DECLARE t text; BEGIN PERFORM set_config('session_replication_role', 'replica', true); FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP "
    "EXECUTE format('DELETE FROM public.%I', t); "
    "IF to_regclass('seed.' || quote_ident(t)) IS NOT NULL THEN EXECUTE format('INSERT INTO public.%I SELECT * FROM seed.%I', t, t); END IF; "
    "END LOOP; END $$";

}  // namespace

std::unique_ptr<Database> EachEngineTest::make_reused_database(const std::vector<Migration>& migrations) {
  if (GetParam() == Database::Engine::sqlite) return make_database(migrations);
  static std::unique_ptr<ScratchDatabase> reused;
  if (reused) {
    run_in(reused->url(), kBackToSeed);
  } else {
    reused = std::make_unique<ScratchDatabase>(GetParam(), migrations);
    run_in(reused->url(), kKeepSeed);
  }
  auto database = open({.url = reused->url()}, system_clock());
  if (!database) throw std::runtime_error(database.error().message());
  return std::move(*database);
}

void EachEngineTest::TearDown() { scratch_.clear(); }

std::string describe_schema(Database& database) {
  static constexpr Query kDescribe{"db.describe_schema",
      "{{#sqlite}}SELECT m.type || ' ' || m.name || ' ' || coalesce(m.sql, '') FROM sqlite_master AS m"
      " WHERE m.name NOT LIKE 'sqlite^_%' ESCAPE '^' ORDER BY 1{{/sqlite}}"
      "{{#postgres}}SELECT * FROM ("
      "SELECT 'column ' || table_name || ' ' || ordinal_position || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' ||"
      " coalesce(column_default, '') || ' ' || is_identity AS line FROM information_schema.columns WHERE table_schema = current_schema()"
      " UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = current_schema()"
      " UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
      " WHERE connamespace = current_schema()::regnamespace) AS s ORDER BY line{{/postgres}}"};
  const auto rows = database.read([](Session& session) { return session.query(kDescribe); });
  if (!rows) throw std::runtime_error(rows.error().message());
  std::string out;
  for (const auto& row : *rows) (out += row.get<std::string>(0)) += '\n';
  return out;
}

void expect_migrations_are_sound(Database::Engine engine, const std::vector<Migration>& migrations) {
  const ScratchDatabase at_once(engine, migrations);
  const ScratchDatabase stepwise(engine, {});
  auto whole = open({.url = at_once.url()}, system_clock());
  auto steps = open({.url = stepwise.url()}, system_clock());
  ASSERT_TRUE(whole.has_value() && steps.has_value());
  std::vector<Migration> sorted = migrations;
  std::ranges::sort(sorted, {}, &Migration::number);
  for (std::size_t count = 1; count <= sorted.size(); ++count) {
    const auto applied = migrate(**steps, {sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(count)});
    ASSERT_TRUE(applied.has_value()) << applied.error().message();
    EXPECT_EQ(*applied, 1) << sorted[count - 1].name;
  }
  EXPECT_EQ(describe_schema(**whole), describe_schema(**steps));
  const auto again = migrate(**whole, migrations);
  ASSERT_TRUE(again.has_value()) << again.error().message();
  EXPECT_EQ(*again, 0);
}

}  // namespace openstrat::db
