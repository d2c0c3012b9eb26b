// The audit writer while the database is away, the disk is full, or the process dies.
#include <gmock/gmock.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "audit/verifier.hpp"
#include "audit/writer.hpp"
#include "base/metrics.hpp"
#include "db/database.hpp"
#include "identity/test_fixture.hpp"

namespace openstrat::audit {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A database that can go away, before or just after a commit.
class FickleDatabase final : public db::Database {
 public:
  explicit FickleDatabase(db::Database& inner) : inner_(inner) {}
  void write_async(std::move_only_function<Status(db::Session&)> body, std::move_only_function<void(Status)> done) override {
    inner_.write_async(std::move(body), std::move(done));
  }
  Engine engine() const override { return inner_.engine(); }
  Status ping() override { return inner_.ping(); }
  Status check_integrity() override { return inner_.check_integrity(); }

  std::atomic<bool> away = false;
  std::atomic<int> lost_answers = 0;  ///< commits that are done and reported as failed
  std::atomic<int> attempts = 0;

 protected:
  Status run_transaction(Mode mode, std::function<Status(db::Session&)> body) override {
    ++attempts;
    if (away) return fail(Errc::unavailable, "away");
    if (mode == Mode::read) return inner_.read(std::move(body));
    auto status = inner_.write(std::move(body));
    if (status && lost_answers > 0) return --lost_answers, fail(Errc::unavailable, "nobody knows");
    return status;
  }

 private:
  db::Database& inner_;
};

constexpr db::Query kEndpoints{"test.endpoints", "SELECT endpoint FROM audit_log ORDER BY seq"};

class AuditSpillTest : public identity::IdentityTest {
 protected:
  AuditSpillTest() : fickle_(*database_) {
    std::string name = (fs::temp_directory_path() / "spill-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    start();
  }
  ~AuditSpillTest() override {
    writer_.reset();
    fs::remove_all(directory_);
  }
  void start(std::uint64_t bytes = 64ull * 1024 * 1024) {
    writer_ = std::make_unique<AuditWriter>(AuditWriter::Dependencies{fickle_, clock_, secure_rng(), metrics_, identity::user_name, 400,
                                                                      directory_ / "audit", bytes, 5ms});
    EXPECT_TRUE(writer_->start());
  }
  void record(int count) {
    for (int i = 0; i < count; ++i) writer_->record({.endpoint = std::to_string(recorded_++)});
  }
  /// Everything that was recorded is in the log once, in order, in one chain.
  void expect_complete() {
    writer_->stop(10s);
    const auto rows = *database_->read([](db::Session& session) { return session.query(kEndpoints); });
    ASSERT_EQ(static_cast<int>(rows.size()), recorded_);
    for (int i = 0; i < recorded_; ++i) ASSERT_EQ(rows[static_cast<std::size_t>(i)].get<std::string>(0), std::to_string(i));
    EXPECT_EQ(verify_chain(*database_)->problem, "");
    EXPECT_EQ(lost(), 0u);
  }
  std::uint64_t lost() { return metrics_.counter("openstrat_audit_lost_total", "Audit entries that could not be kept").value(); }

  metrics::Registry metrics_;
  FickleDatabase fickle_;
  fs::path directory_;
  std::unique_ptr<AuditWriter> writer_;
  int recorded_ = 0;
};
INSTANTIATE_EACH_ENGINE(AuditSpillTest);

TEST_P(AuditSpillTest, ADatabaseThatIsAwayLosesNothingHoweverMuchComes) {
  record(10);
  fickle_.away = true;
  record(3 * static_cast<int>(AuditWriter::kMemory));
  const int before = fickle_.attempts;
  while (fickle_.attempts < before + 3) std::this_thread::sleep_for(1ms);  // it is being tried
  fickle_.away = false;
  record(10);
  expect_complete();
}

TEST_P(AuditSpillTest, WhatWaitedAtADeathIsWrittenByTheNextProcess) {
  fickle_.away = true;
  record(1000);
  writer_->stop(0ms);  // the journal is left as a killed process leaves it
  fickle_.away = false;
  start();
  record(5);
  expect_complete();
}

TEST_P(AuditSpillTest, ADeathBetweenCommitAndJournalRepeatsNothing) {
  fickle_.away = true;
  record(600);
  fs::copy(directory_ / "audit", directory_ / "copy", fs::copy_options::recursive);
  fickle_.away = false;
  writer_->stop(10s);
  writer_.reset();
  fs::remove_all(directory_ / "audit");
  fs::rename(directory_ / "copy", directory_ / "audit");
  start();
  record(1);
  expect_complete();
}

TEST_P(AuditSpillTest, ALostAnswerToACommitRepeatsNothing) {
  fickle_.lost_answers = 2;
  record(700);
  expect_complete();
}

TEST_P(AuditSpillTest, AFullDiskIsBridgedByMemoryAndTheRestIsCounted) {
  writer_->stop(1s);
  start(20'000);
  fickle_.away = true;
  record(6000);
  EXPECT_GT(lost(), 0u);
  EXPECT_LT(lost(), 6000 - AuditWriter::kMemory);
  fickle_.away = false;
  writer_->stop(10s);
  const auto rows = *database_->read([](db::Session& session) { return session.query(kEndpoints); });
  EXPECT_EQ(rows.size() + lost(), 6000u);
  for (std::size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(rows[i].get<std::string>(0), std::to_string(i)) << "the oldest were kept, in order";
  EXPECT_EQ(verify_chain(*database_)->problem, "");
}

TEST_P(AuditSpillTest, AnEntryThatTheDatabaseRefusesTakesNoOtherWithIt) {
  const db::Query forbid{"test.forbid", "CREATE UNIQUE INDEX one_poison ON audit_log (endpoint) WHERE endpoint = 'poison'"};
  ASSERT_TRUE(database_->write([&](db::Session& session) { return session.execute(forbid); }));
  fickle_.away = true;
  for (const auto* endpoint : {"a", "poison", "b", "poison", "c"}) writer_->record({.endpoint = endpoint});
  fickle_.away = false;
  writer_->stop(10s);
  const auto rows = *database_->read([](db::Session& session) { return session.query(kEndpoints); });
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[3].get<std::string>(0), "c");
  EXPECT_EQ(lost(), 1u);
  EXPECT_EQ(verify_chain(*database_)->problem, "");
}

}  // namespace
}  // namespace openstrat::audit
