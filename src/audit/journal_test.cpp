#include "audit/journal.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <fstream>
#include <thread>

namespace openstrat::audit {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

class JournalTest : public ::testing::Test {
 protected:
  JournalTest() {
    std::string name = (fs::temp_directory_path() / "journal-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    reopen();
  }
  ~JournalTest() override {
    journal_.reset();
    fs::remove_all(directory_);
  }
  /// What a new process finds: the old one has gone without a word.
  void reopen(std::uint64_t segment = 200, std::uint64_t max = 10'000) {
    journal_.reset();
    journal_ = *Journal::open({.directory = directory_, .max_bytes = max, .segment_bytes = segment});
  }
  void append(const std::string& record) { ASSERT_TRUE(journal_->append(record)); }
  std::vector<std::string> take(std::size_t max = 100) {
    auto batch = journal_->peek(max);
    EXPECT_TRUE(batch) << batch.error().message();
    journal_->drop();
    return batch->records;
  }
  std::vector<std::string> take_all() {
    std::vector<std::string> all;
    for (auto some = take(); !some.empty(); some = take()) all.insert(all.end(), some.begin(), some.end());
    return all;
  }
  std::vector<fs::path> files() {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(directory_)) found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
  }

  fs::path directory_;
  std::unique_ptr<Journal> journal_;
};

TEST_F(JournalTest, GivesBackInOrderUntilDropped) {
  for (const auto* record : {"one", "two", "three"}) append(record);
  EXPECT_THAT(journal_->peek(2)->records, ElementsAre("one", "two"));
  EXPECT_THAT(journal_->peek(2)->records, ElementsAre("one", "two")) << "nobody dropped them";
  journal_->drop();
  EXPECT_THAT(take(), ElementsAre("three"));
  EXPECT_THAT(take(), IsEmpty());
  EXPECT_EQ(journal_->bytes(), 0u);
}

TEST_F(JournalTest, AnyBytesAreARecord) {
  const std::string odd("\n\0 7 abc\n\n", 10);
  append(odd);
  append("");
  EXPECT_THAT(take(), ElementsAre(odd, ""));
}

TEST_F(JournalTest, ACrashKeepsWhatWasNotDropped) {
  for (int i = 0; i < 50; ++i) append("record " + std::to_string(i));
  take(10);
  reopen();
  const auto batch = journal_->peek(100);
  EXPECT_TRUE(batch->repeated);
  const auto all = take_all();
  ASSERT_GE(all.size(), 40u) << "of the file that was being read, all may come again";
  EXPECT_EQ(all.back(), "record 49");
  append("new");
  EXPECT_FALSE(journal_->peek(1)->repeated);
}

TEST_F(JournalTest, FilesGoWhenTheyAreDone) {
  for (int i = 0; i < 50; ++i) append("record " + std::to_string(i));
  EXPECT_GT(files().size(), 5u);
  take_all();
  ASSERT_EQ(files().size(), 1u);
  EXPECT_EQ(fs::file_size(files()[0]), 0u);
  journal_.reset();
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(JournalTest, IsBounded) {
  reopen(200, 1000);
  int kept = 0;
  while (journal_->append("0123456789")) ++kept;
  EXPECT_GT(kept, 10);
  EXPECT_LE(journal_->bytes(), 1000u);
  take_all();
  EXPECT_TRUE(journal_->append("room again"));
}

TEST_F(JournalTest, ATornEndCostsOneRecord) {
  append("whole");
  append("torn");
  const auto file = files()[0];
  fs::resize_file(file, fs::file_size(file) - 3);
  reopen();
  EXPECT_THAT(take_all(), ElementsAre("whole"));
  EXPECT_EQ(journal_->damaged(), 1u);
}

TEST_F(JournalTest, DamageInTheMiddleCostsWhatItHit) {
  reopen(10'000);
  for (const auto* record : {"first", "second", "third"}) append(record);
  const auto file = files()[0];
  std::fstream(file, std::ios::in | std::ios::out).seekp(static_cast<std::streamoff>(fs::file_size(file) / 2)).put('#');
  reopen();
  EXPECT_THAT(take_all(), ElementsAre("first", "third"));
  EXPECT_EQ(journal_->damaged(), 1u);
}

TEST_F(JournalTest, AForeignFileStopsNothing) {
  std::ofstream(directory_ / "notes.txt") << "hello";
  std::ofstream(directory_ / "000000000000.journal") << "99999999999 0123456789abcdef\nnothing of the kind";
  reopen();
  append("fine");
  EXPECT_THAT(take_all(), ElementsAre("fine"));
}

TEST_F(JournalTest, ManyWritersLoseNothing) {
  reopen(2000, 10'000'000);
  std::vector<std::string> got;
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < 4; ++w)
      writers.emplace_back([&, w] {
        for (int i = 0; i < 500; ++i) EXPECT_TRUE(journal_->append(std::to_string(w) + ":" + std::to_string(i)));
      });
    while (got.size() < 2000) {
      for (auto& record : take(64)) got.push_back(std::move(record));
      std::this_thread::yield();
    }
  }
  std::vector<int> next(4, 0);
  for (const auto& record : got) {
    const auto writer = static_cast<std::size_t>(record[0] - '0');
    ASSERT_EQ(record, std::to_string(writer) + ":" + std::to_string(next[writer]++)) << "each writer's records stay in order";
  }
}

}  // namespace
}  // namespace openstrat::audit
