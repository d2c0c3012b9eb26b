// Commits a second alone and in groups, rows a second. SQLite on the disk of the working directory with synchronous=FULL; PostgreSQL at
// OPENSTRAT_BENCH_POSTGRES, durable: OPENSTRAT_TEST_POSTGRES_FSYNC=on OPENSTRAT_TEST_POSTGRES_DIR=… tests/postgres.sh start
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <latch>
#include <memory>

#include "base/clock.hpp"
#include "db/database.hpp"

namespace openstrat::db {
namespace {

enum Engine { sqlite, postgres };
constexpr Query kUpsert{"bench.upsert", "INSERT INTO bench_item (id, number, note) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET number = excluded.number"};
constexpr Query kSelect{"bench.select", "SELECT id, number, note FROM bench_item WHERE id = ?1"};
constexpr Query kPage{"bench.page", "SELECT id, number, note FROM bench_item WHERE id > ?1 ORDER BY id LIMIT 100"};
constexpr int kRows = 100'000;

std::string id_of(std::int64_t i) { return "00000000-0000-7000-8000-" + std::to_string(100'000'000'000 + i); }

class Fixture {
 public:
  explicit Fixture(Engine engine) {
    std::string url = "sqlite:db_bench.tmp/bench.db";
    if (engine == postgres) {
      const char* configured = std::getenv("OPENSTRAT_BENCH_POSTGRES");
      if (!configured) return;
      url = configured;
    } else {
      std::filesystem::remove_all("db_bench.tmp");
      std::filesystem::create_directory("db_bench.tmp");
    }
    auto opened = open({.url = url}, system_clock());
    if (!opened) return;
    database_ = std::move(*opened);
    const Status ready = database_->maintain([](Session& session) -> Status {
      for (const char* sql : {"DROP TABLE IF EXISTS bench_item", "CREATE TABLE bench_item (id TEXT PRIMARY KEY, number BIGINT NOT NULL, note TEXT)"})
        if (auto done = session.execute(Query{"bench.ddl", sql}); !done) return std::unexpected(done.error());
      std::vector<Params> rows;
      for (std::int64_t i = 0; i < kRows; ++i) rows.push_back(params(id_of(i), i, "a note of some length for the row"));
      if (auto done = session.execute_many(kUpsert, rows); !done) return std::unexpected(done.error());
      return {};
    });
    if (!ready) database_.reset();
  }
  Database* database() { return database_.get(); }

 private:
  std::unique_ptr<Database> database_;
};

Database* database_of(Engine engine) {
  static Fixture fixtures[] = {Fixture(sqlite), Fixture(postgres)};
  return fixtures[engine].database();
}

Status upsert(Session& session, std::int64_t i) {
  const auto done = session.execute(kUpsert, params(id_of(i % kRows), i, "note"));
  if (!done) return std::unexpected(done.error());
  return {};
}

template <class F>
void run(benchmark::State& state, Engine engine, std::int64_t items, F&& body) {
  Database* database = database_of(engine);
  if (!database) return state.SkipWithError("no database");
  std::int64_t i = state.thread_index() * 7'919;
  for (auto _ : state) body(*database, i++);
  state.SetItemsProcessed(state.iterations() * items);
}

void Commit(benchmark::State& state, Engine engine) {
  run(state, engine, 1, [](Database& database, std::int64_t i) {
    benchmark::DoNotOptimize(database.write([i](Session& session) { return upsert(session, i * 31); }));
  });
}

void AsyncWrites(benchmark::State& state, Engine engine) {
  constexpr int kAtOnce = 2'048;
  run(state, engine, kAtOnce, [](Database& database, std::int64_t round) {
    std::latch done(kAtOnce);
    for (std::int64_t i = 0; i < kAtOnce; ++i)
      database.write_async([i, round](Session& session) { return upsert(session, round * kAtOnce + i); }, [&done](Status) { done.count_down(); });
    done.wait();
  });
}

void RowsInOneTransaction(benchmark::State& state, Engine engine) {
  constexpr int kBatch = 256;
  run(state, engine, kBatch, [](Database& database, std::int64_t round) {
    std::vector<Params> rows;
    for (std::int64_t i = 0; i < kBatch; ++i) rows.push_back(params(id_of((round * kBatch + i) % kRows), i, "note"));
    benchmark::DoNotOptimize(database.write([&](Session& session) { return session.execute_many(kUpsert, rows); }));
  });
}

void ReadOne(benchmark::State& state, Engine engine) {
  run(state, engine, 1, [](Database& database, std::int64_t i) {
    benchmark::DoNotOptimize(database.read([i](Session& session) { return session.first(kSelect, params(id_of(i * 31 % kRows))); }));
  });
}

void ReadPageOf100(benchmark::State& state, Engine engine) {
  run(state, engine, 100, [](Database& database, std::int64_t i) {
    benchmark::DoNotOptimize(database.read([i](Session& session) { return session.query(kPage, params(id_of(i * 31 % kRows))); }));
  });
}

#define BENCH_ENGINES(function, ...)                                       \
  BENCHMARK_CAPTURE(function, sqlite, sqlite)->UseRealTime() __VA_ARGS__;  \
  BENCHMARK_CAPTURE(function, postgres, postgres)->UseRealTime() __VA_ARGS__
BENCH_ENGINES(Commit, ->Threads(1)->Threads(16));
BENCH_ENGINES(AsyncWrites);
BENCH_ENGINES(RowsInOneTransaction);
BENCH_ENGINES(ReadOne, ->Threads(1)->Threads(2));
BENCH_ENGINES(ReadPageOf100);

}  // namespace
}  // namespace openstrat::db
