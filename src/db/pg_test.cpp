// What only a server can do: go away, come back, deadlock. The outage tests run a PostgreSQL of their own.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <latch>
#include <thread>

#include "base/clock.hpp"
#include "db/testing.hpp"

namespace openstrat::db {
namespace {

namespace fs = std::filesystem;

const std::vector<Migration> kSchema{{1, "test/0001_item", "CREATE TABLE item (id TEXT PRIMARY KEY, number BIGINT NOT NULL)"}};
constexpr Query kInsert{"test.insert", "INSERT INTO item (id, number) VALUES (?1, ?2)"};
constexpr Query kCount{"test.count", "SELECT count(*) FROM item"};
constexpr Query kBump{"test.bump", "UPDATE item SET number = number + 1 WHERE id = ?1"};
constexpr Query kHangUp{"test.hang_up", "SELECT pg_terminate_backend(pg_backend_pid())"};

Status insert(Database& database, const std::string& id) {
  const auto done = database.write([&](Session& session) { return session.execute(kInsert, params(id, 0)); });
  if (!done) return std::unexpected(done.error());
  return {};
}
std::int64_t count(Database& database) {
  const auto row = database.read([](Session& session) { return session.one(kCount, {}, "no row"); });
  return row ? row->get<std::int64_t>(0) : -1;
}

class PostgresTest : public ::testing::Test {
 protected:
  ScratchDatabase scratch_{Database::Engine::postgres, kSchema};
  std::unique_ptr<Database> database_ = std::move(open({.url = scratch_.url()}, system_clock()).value());
};

TEST_F(PostgresTest, AConnectionLostBeforeCommitRunsTheClosureAgain) {
  int runs = 0;
  int actions = 0;
  const Status status = database_->write([&](Session& session) -> Status {
    session.on_commit([&] { ++actions; });
    if (auto done = session.execute(kInsert, params("a", 1)); !done) return std::unexpected(done.error());
    if (++runs == 1) {
      if (auto cut = session.query(kHangUp); !cut) return std::unexpected(cut.error());
    }
    return {};
  });
  EXPECT_TRUE(status.has_value()) << status.error().message();
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(actions, 1);
  EXPECT_EQ(count(*database_), 1);
}

TEST_F(PostgresTest, ADeadlockIsRepeated) {
  ASSERT_TRUE(insert(*database_, "x").has_value());
  ASSERT_TRUE(insert(*database_, "y").has_value());
  std::latch both_hold_one(2);
  std::atomic<int> runs{0};
  const auto cross = [&](const char* first, const char* second) {
    bool first_run = true;
    const Status status = database_->write([&](Session& session) -> Status {
      ++runs;
      if (auto done = session.execute(kBump, params(first)); !done) return std::unexpected(done.error());
      if (std::exchange(first_run, false)) both_hold_one.arrive_and_wait();
      if (auto done = session.execute(kBump, params(second)); !done) return std::unexpected(done.error());
      return {};
    });
    EXPECT_TRUE(status.has_value()) << status.error().message();
  };
  {
    std::jthread one([&] { cross("x", "y"); });
    std::jthread two([&] { cross("y", "x"); });
  }
  EXPECT_EQ(runs, 3);
  const auto sum = database_->read([](Session& session) { return session.one(Query{"test.sum", "SELECT sum(number) FROM item"}, {}, "no row"); });
  EXPECT_EQ(sum->get<int>(0), 4);
}

TEST_F(PostgresTest, AGroupWhoseConnectionIsLostRunsOneByOne) {
  constexpr int kCount = 64;
  std::latch release(1);
  std::latch done(kCount);
  std::atomic<bool> cut{false};
  std::atomic<int> committed{0};
  for (int i = 0; i < kCount; ++i) {
    database_->write_async(
        [&, i](Session& session) -> Status {
          release.wait();
          if (auto stored = session.execute(kInsert, params(std::to_string(i), 0)); !stored) return std::unexpected(stored.error());
          if (i == 20 && !cut.exchange(true)) {
            if (auto hung = session.query(kHangUp); !hung) return std::unexpected(hung.error());
          }
          return {};
        },
        [&](Status status) {
          committed += status.has_value();
          done.count_down();
        });
  }
  release.count_down();
  done.wait();
  EXPECT_EQ(committed, kCount);
  EXPECT_EQ(count(*database_), kCount);
}

TEST_F(PostgresTest, StatementsOutOfTheCacheAreForgottenByTheServerToo) {
  const Status status = database_->write([](Session& session) -> Status {
    for (int i = 0; i < 700; ++i) {
      const std::string sql = "SELECT ?1, " + std::to_string(i);
      if (auto row = session.query(Query{"test.made_at_run_time", sql.c_str()}, params(i)); !row) return std::unexpected(row.error());
    }
    const auto kept = session.one(Query{"test.kept", "SELECT count(*) FROM pg_prepared_statements"}, {}, "no row");
    if (!kept) return std::unexpected(kept.error());
    EXPECT_LE(kept->get<int>(0), 301);
    return {};
  });
  EXPECT_TRUE(status.has_value()) << status.error().message();
}

/// A server of our own, to be stopped and started.
class PrivateServer {
 public:
  PrivateServer() {
    std::string pattern = (fs::temp_directory_path() / "openstrat-pg-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary directory");
    directory_ = pattern;
    start();
    std::ifstream(directory_ / "url") >> url_;
  }
  ~PrivateServer() {
    run("stop");
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }
  void start() { run("start"); }
  void stop() { run("stop"); }
  void crash() { run("crash"); }
  const std::string& url() const { return url_; }

 private:
  void run(const std::string& verb) {
    const std::string command = "OPENSTRAT_TEST_POSTGRES_DIR='" + directory_.string() + "' '" OPENSTRAT_SOURCE_DIR "/tests/postgres.sh' " + verb +
                                " > '" + (directory_ / "url.new").string() + "'";
    if (std::system(command.c_str()) != 0) throw std::runtime_error(command + " failed");
    if (verb == "start") fs::rename(directory_ / "url.new", directory_ / "url");
  }
  fs::path directory_;
  std::string url_;
};

template <class F>
std::chrono::microseconds time_of(F&& body) {
  const auto start = system_clock().monotonic();
  body();
  return system_clock().monotonic() - start;
}

TEST(PostgresOutage, CallsFailSoonAndTheServerIsFoundAgain) {
  using namespace std::chrono_literals;
  PrivateServer server;
  const auto opened = open({.url = server.url()}, system_clock());
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  Database& database = **opened;
  ASSERT_TRUE(migrate(database, kSchema).has_value());
  int number = 0;
  std::atomic<int> async_ended{0};
  for (const bool crash : {false, true}) {
    ASSERT_TRUE(insert(database, std::to_string(number++)).has_value());
    crash ? server.crash() : server.stop();
    Status status;
    EXPECT_LT(time_of([&] { status = insert(database, "lost"); }), 6s);
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code(), Errc::unavailable);
    EXPECT_LT(time_of([&] { EXPECT_EQ(count(database), -1); }), 6s);
    EXPECT_LT(time_of([&] { EXPECT_FALSE(database.ping().has_value()); }), 3s);
    EXPECT_LT(time_of([&] { EXPECT_FALSE(insert(database, "lost").has_value()); }), 1s) << "a known outage is told at once";
    database.write_async([](Session& session) -> Status { return session.query(kCount).has_value() ? Status() : fail(Errc::internal, "no"); },
                         [&](Status ended) { async_ended += !ended.has_value(); });
    server.start();
    const auto recovery = time_of([&] {
      const auto give_up = system_clock().monotonic() + 10s;
      while (!insert(database, std::to_string(number)) && system_clock().monotonic() < give_up) std::this_thread::yield();
    });
    EXPECT_LT(recovery, 3s);
    EXPECT_EQ(count(database), ++number);
    EXPECT_TRUE(database.ping().has_value());
  }
}

TEST(PostgresOutage, AWrongAddressIsToldAtOpen) {
  const auto opened = open({.url = "postgresql://127.0.0.1:1/nowhere"}, system_clock());
  EXPECT_EQ(opened.error().code(), Errc::unavailable);
}

}  // namespace
}  // namespace openstrat::db
