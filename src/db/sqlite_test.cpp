// What only a file on a disk can do: fill up, be shared with another process, keep its log short, be damaged.
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <latch>
#include <thread>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "db/testing.hpp"

namespace openstrat::db {
namespace {

namespace fs = std::filesystem;

const std::vector<Migration> kSchema{{1, "test/0001_item", "CREATE TABLE item (id TEXT PRIMARY KEY, bytes BYTEA)"}};
constexpr Query kInsert{"test.insert", "INSERT INTO item (id, bytes) VALUES (?1, ?2)"};
constexpr Query kCount{"test.count", "SELECT count(*) FROM item"};

class SqliteTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "openstrat-sqlite-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }
  std::unique_ptr<Database> open_here(metrics::Registry* registry = nullptr) {
    auto database = open({.url = "sqlite:" + file().string(), .write_timeout = std::chrono::milliseconds(5'000)}, system_clock(), registry);
    if (!database) throw std::runtime_error(database.error().message());
    return std::move(*database);
  }
  fs::path file() const { return directory_ / "openstrat.db"; }
  static Status insert(Database& database, const std::string& id, std::size_t bytes = 0) {
    const auto done = database.write([&](Session& session) { return session.execute(kInsert, params(id, Blob{std::string(bytes, 'x')})); });
    if (!done) return std::unexpected(done.error());
    return {};
  }
  static std::int64_t count(Database& database) {
    const auto row = database.read([](Session& session) { return session.one(kCount, {}, "no row"); });
    return row ? row->get<std::int64_t>(0) : -1;
  }
  fs::path directory_;
};

/// A small disk at `directory`: a tmpfs where we may mount one (a real ENOSPC), elsewhere a limit on file sizes (a write error).
class SmallDisk {
 public:
  explicit SmallDisk(const fs::path& directory) : directory_(directory) {
    mounted_ = mount("openstrat-test", directory.c_str(), "tmpfs", 0, "size=4m") == 0;
    if (mounted_) {
      std::ofstream(directory_ / "ballast") << std::string(2'000'000, 'x');
      return;
    }
    previous_handler_ = signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &previous_);
    const rlimit small{1'500'000, previous_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallDisk() {
    if (mounted_) umount2(directory_.c_str(), MNT_DETACH);
    else make_space();
  }
  void make_space() {
    if (mounted_) {
      fs::remove(directory_ / "ballast");
    } else {
      setrlimit(RLIMIT_FSIZE, &previous_);
      signal(SIGXFSZ, previous_handler_);
    }
  }

 private:
  fs::path directory_;
  bool mounted_ = false;
  rlimit previous_{};
  sighandler_t previous_handler_ = nullptr;
};

TEST_F(SqliteTest, AFullDiskIsUnavailableAndHealsWithoutRestart) {
  SmallDisk disk(directory_);
  {
    const auto database = open_here();
    ASSERT_TRUE(migrate(*database, kSchema).has_value());
    int stored = 0;
    Status status;
    while (stored < 1'000 && (status = insert(*database, std::to_string(stored), 50'000))) ++stored;
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code(), Errc::unavailable);
    EXPECT_EQ(status.error().reason(), "maintenance");
    EXPECT_TRUE(status.error().message().contains(file().string())) << status.error().message();
    EXPECT_EQ(count(*database), stored) << "reads go on";
    EXPECT_EQ(insert(*database, "still", 500'000).error().code(), Errc::unavailable);
    disk.make_space();
    ASSERT_TRUE(insert(*database, "again", 50'000).has_value());
    EXPECT_EQ(count(*database), stored + 1);
    EXPECT_TRUE(database->check_integrity().has_value());
  }
}

TEST_F(SqliteTest, EveryAcceptedRowOfAFullDiskIsThereAfterwards) {
  SmallDisk disk(directory_);
  int accepted = 0;
  {
    const auto database = open_here();
    ASSERT_TRUE(migrate(*database, kSchema).has_value());
    for (int i = 0; i < 200; ++i)
      if (insert(*database, std::to_string(i), 20'000)) ++accepted;
    disk.make_space();
  }
  const auto database = open_here();
  EXPECT_EQ(count(*database), accepted);
  EXPECT_GT(accepted, 10);
  EXPECT_LT(accepted, 200);
}

TEST_F(SqliteTest, AnotherProcessWritesTheSameFileMeanwhile) {
  const auto database = open_here();
  ASSERT_TRUE(migrate(*database, kSchema).has_value());
  // The other process is a real one: the sqlite3 handles of a fork would share our locks.
  const std::string program = fs::read_symlink("/proc/self/exe").string();
  const pid_t child = fork();
  if (child == 0) {
    setenv("OPENSTRAT_DB_TEST_FILE", file().c_str(), 1);
    execl(program.c_str(), program.c_str(), "--gtest_filter=SecondProcess.Writes", "--gtest_brief=1", nullptr);
    _exit(127);
  }
  ASSERT_GT(child, 0);
  int ours = 0;
  int code = 0;
  while (waitpid(child, &code, WNOHANG) == 0) {
    const Status status = insert(*database, "ours-" + std::to_string(ours));
    ASSERT_TRUE(status.has_value()) << status.error().message();
    ++ours;
  }
  EXPECT_TRUE(WIFEXITED(code) && WEXITSTATUS(code) == 0);
  EXPECT_EQ(count(*database), ours + 50);
}

/// The other half of the test above; by itself it writes into a database of its own.
TEST(SecondProcess, Writes) {
  const char* shared = std::getenv("OPENSTRAT_DB_TEST_FILE");
  const auto opened = open({.url = std::string("sqlite:") + (shared ? shared : ":memory:")}, system_clock());
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  ASSERT_TRUE(migrate(**opened, kSchema).has_value());
  for (int i = 0; i < 50; ++i) {
    const auto done = (*opened)->write([&](Session& session) { return session.execute(kInsert, params("theirs-" + std::to_string(i), Blob{})); });
    ASSERT_TRUE(done.has_value()) << done.error().message();
  }
}

TEST_F(SqliteTest, TheWriteAheadLogStaysShort) {
  const auto database = open_here();
  ASSERT_TRUE(migrate(*database, kSchema).has_value());
  std::jthread reader([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) count(*database);
  });
  for (int i = 0; i < 400; ++i) ASSERT_TRUE(insert(*database, std::to_string(i), 400'000).has_value());
  reader.request_stop();
  reader.join();
  EXPECT_LT(fs::file_size(file().string() + "-wal"), 80u << 20) << "of 160 MB written";
}

TEST_F(SqliteTest, GroupsAreCommittedTogetherAndCounted) {
  metrics::Registry registry;
  {
    const auto database = open_here(&registry);
    ASSERT_TRUE(migrate(*database, kSchema).has_value());
    constexpr int kCount = 1'000;
    std::latch release(1);
    std::latch done(kCount);
    for (int i = 0; i < kCount; ++i) {
      database->write_async(
          [&release, i](Session& session) -> Status {
            release.wait();  // all gather behind the first
            const auto stored = session.execute(kInsert, params(std::to_string(i), Blob{}));
            if (!stored) return std::unexpected(stored.error());
            return {};
          },
          [&done](Status) { done.count_down(); });
    }
    release.count_down();
    done.wait();
    EXPECT_EQ(count(*database), kCount);
  }
  EXPECT_EQ(registry.counter("openstrat_db_writes_total", "").value(), 1'001u);  // and the migration
  EXPECT_LE(registry.counter("openstrat_db_commits_total", "").value(), 6u);
}

TEST_F(SqliteTest, ADamagedFileIsUnavailableAndFoundByTheCheck) {
  {
    const auto database = open_here();
    ASSERT_TRUE(migrate(*database, kSchema).has_value());
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(insert(*database, std::to_string(i), 3'000).has_value());
  }
  {
    std::fstream damage(file(), std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(static_cast<std::streamoff>(fs::file_size(file()) / 2));
    damage << std::string(20'000, '\x55');
  }
  const auto database = open_here();
  EXPECT_FALSE(database->check_integrity().has_value());
}

TEST_F(SqliteTest, AWaitingWriterGivesUpInTime) {
  auto database = open({.url = "sqlite:" + file().string(), .write_timeout = std::chrono::milliseconds(100)}, system_clock());
  ASSERT_TRUE(database.has_value());
  std::latch started(1);
  std::latch release(1);
  std::jthread holder([&] {
    const Status held = (*database)->write([&](Session&) -> Status {
      started.count_down();
      release.wait();
      return {};
    });
    EXPECT_TRUE(held.has_value()) << "who has started is waited for";
  });
  started.wait();
  const Status late = (*database)->write([](Session&) -> Status { return {}; });
  EXPECT_EQ(late.error().code(), Errc::unavailable);
  release.count_down();
}

TEST_F(SqliteTest, WhatIsQueuedAtTheEndIsStillWritten) {
  std::atomic<int> committed{0};
  {
    const auto database = open_here();
    ASSERT_TRUE(migrate(*database, kSchema).has_value());
    for (int i = 0; i < 500; ++i)
      database->write_async(
          [i](Session& session) -> Status {
            const auto stored = session.execute(kInsert, params(std::to_string(i), Blob{}));
            if (!stored) return std::unexpected(stored.error());
            return {};
          },
          [&](Status status) { committed += status.has_value(); });
  }
  EXPECT_EQ(committed, 500);
  EXPECT_EQ(count(*open_here()), 500);
}

TEST(OpenDatabase, UrlsThatWeDoNotKnowAreInvalid) {
  for (const char* url : {"", "sqlite:", "mysql://localhost/x", "/var/lib/openstrat.db"})
    EXPECT_EQ(open({.url = url}, system_clock()).error().code(), Errc::invalid) << url;
  EXPECT_EQ(open({.url = "sqlite:/nonexistent/directory/openstrat.db"}, system_clock()).error().code(), Errc::unavailable);
}

}  // namespace
}  // namespace openstrat::db
