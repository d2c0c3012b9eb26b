#include <gmock/gmock.h>

#include <fstream>
#include <mutex>

#include "base/crypto.hpp"
#include "base/rng.hpp"
#include "http/client.hpp"
#include "http/server.hpp"
#include "protection/breach_filter.hpp"
#include "protection/breach_import.hpp"
#include "protection/breach_lookup.hpp"
#include "protection/fuse_filter.hpp"

namespace openstrat::protection {
namespace {

using testing::HasSubstr;

std::vector<std::uint64_t> random_keys(std::size_t count, std::uint64_t seed) {
  SeededRng rng(seed);
  std::vector<std::uint64_t> keys(count);
  for (auto& key : keys) key = rng.next_u64();
  return keys;
}

TEST(FuseFilter, FindsEveryKeyAndFewOthers) {
  SeededRng rng(1);
  for (const std::size_t size : {0u, 1u, 2u, 3u, 10u, 100u, 1000u, 50'000u}) {
    const auto keys = random_keys(size, 42 + size);
    const auto filter = build_fuse(keys, rng);
    ASSERT_TRUE(filter) << size << ": " << filter.error().message();
    const auto contains = [&](std::uint64_t key) { return fuse_contains(filter->seed, filter->shape, filter->fingerprints.data(), key); };
    for (const auto key : keys) ASSERT_TRUE(contains(key)) << size;
    int wrong = 0;
    for (const auto key : random_keys(200'000, 4711)) wrong += contains(key) ? 1 : 0;
    EXPECT_LE(wrong, 20) << size << ": about 3 are expected";
  }
}

TEST(FuseFilter, TakesEighteenBitsAKey) {
  EXPECT_LT(fuse_shape(1'000'000).array_length * 16.0 / 1e6, 18.6);
}

TEST(FuseFilter, RepeatedKeysAreAnErrorAndNoEndlessLoop) {
  SeededRng rng(1);
  EXPECT_FALSE(build_fuse({7, 7, 8}, rng));
}

class BreachTest : public ::testing::Test {
 protected:
  BreachTest() { std::filesystem::create_directories(directory_); }
  ~BreachTest() override { std::filesystem::remove_all(directory_); }

  static std::string hash_of(std::string_view password) {
    std::string text = crypto::hex(crypto::sha1(password));
    for (char& c : text) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
  }
  void write_list(const std::string& text) { std::ofstream(list_) << text; }
  Result<BreachImported> import(std::uint64_t shard_keys = 1'000'000) {
    return import_breached({.list = list_, .filter = settings_.breach_filter, .shard_keys = shard_keys}, clock_, secure_rng());
  }
  void advance() { clock_.advance(std::chrono::minutes(2)); }

  std::filesystem::path directory_ = std::filesystem::temp_directory_path() / ("breach_test_" + std::to_string(::getpid()));
  std::filesystem::path list_ = directory_ / "list.txt";
  ManualClock clock_{*parse_iso8601("2026-02-03T08:00:00Z")};
  Settings settings_{.breach_filter = directory_ / "breached.filter"};
  http::Client client_{http::ClientOptions{.allow_cidrs = {*Cidr::parse("127.0.0.1")}}};
  BreachLookup lookup_{client_, clock_, settings_};
};

TEST_F(BreachTest, AListInAnyOrderBecomesAFilter) {
  std::string list;
  for (int i = 0; i < 20'000; ++i) list += hash_of("password" + std::to_string(i)) + ":" + std::to_string(i + 1) + "\r\n";
  list += hash_of("password1") + ":5\n" + hash_of("padding") + ":0\n\n" + crypto::hex(crypto::sha1("plain")) + "\n";
  write_list(list);
  const auto imported = import(500);  // many parts, more keys in some than are buffered
  ASSERT_TRUE(imported) << imported.error().message();
  EXPECT_EQ(imported->passwords, 20'001u);
  EXPECT_EQ(imported->lines, 20'004u);
  EXPECT_EQ(imported->bytes, std::filesystem::file_size(settings_.breach_filter));
  const auto filter = BreachFilter::open(settings_.breach_filter);
  ASSERT_TRUE(filter);
  for (int i = 0; i < 20'000; ++i) ASSERT_TRUE((*filter)->contains(crypto::sha1("password" + std::to_string(i))));
  EXPECT_TRUE((*filter)->contains(crypto::sha1("plain")));
  int wrong = 0;
  for (int i = 0; i < 20'000; ++i) wrong += (*filter)->contains(crypto::sha1("good" + std::to_string(i))) ? 1 : 0;
  EXPECT_LE(wrong, 6);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 2) << "nothing else is left behind";
}

TEST_F(BreachTest, AnEmptyListIsAFilterThatKnowsNothing) {
  write_list("");
  ASSERT_TRUE(import());
  EXPECT_FALSE(lookup_.is_breached("Password-1"));
  EXPECT_NE(lookup_.filter(), nullptr);
}

TEST_F(BreachTest, AWrongLineIsNamedAndTheOldFilterStays) {
  write_list(hash_of("Password-1") + ":3\n");
  ASSERT_TRUE(import());
  write_list(hash_of("other") + ":3\n8846F7EAEE8FB117AD06BDD830B7586C:9\n");  // another kind of hash
  EXPECT_THAT(import().error().message(), HasSubstr("line 2"));
  write_list(std::string(1000, 'A') + "\n");
  EXPECT_THAT(import().error().message(), HasSubstr("line 1"));
  EXPECT_TRUE(lookup_.is_breached("Password-1"));
}

TEST_F(BreachTest, ADamagedFileIsRefused) {
  write_list(hash_of("Password-1") + ":3\n");
  ASSERT_TRUE(import());
  const auto size = std::filesystem::file_size(settings_.breach_filter);
  {
    std::fstream file(settings_.breach_filter, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(70);
    file.put('\x7F');
  }
  EXPECT_EQ(BreachFilter::open(settings_.breach_filter).error().code(), Errc::invalid);
  ASSERT_TRUE(import());
  std::filesystem::resize_file(settings_.breach_filter, size - 2);
  EXPECT_EQ(BreachFilter::open(settings_.breach_filter).error().code(), Errc::invalid);
  std::filesystem::resize_file(settings_.breach_filter, 10);
  EXPECT_EQ(BreachFilter::open(settings_.breach_filter).error().code(), Errc::invalid);
  EXPECT_FALSE(lookup_.is_breached("Password-1")) << "nobody can tell, so it counts as good";
}

TEST_F(BreachTest, ARunningServerNoticesANewFile) {
  EXPECT_FALSE(lookup_.is_breached("Password-1"));
  write_list(hash_of("Password-1") + ":3\n");
  ASSERT_TRUE(import());
  EXPECT_FALSE(lookup_.is_breached("Password-1"));
  advance();
  EXPECT_TRUE(lookup_.is_breached("Password-1"));
  EXPECT_FALSE(lookup_.is_breached("Password-2"));
}

/// A range-query service as the published ones are.
class RangeTest : public BreachTest {
 protected:
  RangeTest() {
    http::ServerOptions options;
    options.listeners = {{"plain", IpAddress::v4(0x7F000001), 0, false}};
    options.io_threads = 1;
    server_ = std::make_unique<http::Server>(options, [this](http::Request request, http::Responder respond) {
      const std::lock_guard lock(mutex_);
      asked_.push_back(request.path);
      padding_ = std::string(request.headers.find("Add-Padding").value_or(""));
      respond({.status = status_, .body = answer_});
    }, system_clock());
    EXPECT_TRUE(server_->start());
    settings_.breach_range_url = "http://127.0.0.1:" + std::to_string(server_->ports()[0]) + "/range";
  }

  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::string padding_, answer_;
  int status_ = 200;
  std::unique_ptr<http::Server> server_;
};

TEST_F(RangeTest, OnlyFiveCharactersLeaveTheHouse) {
  const std::string hash = hash_of("Password-1");
  answer_ = "0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n" + hash.substr(5) + ":17\r\n";
  EXPECT_TRUE(lookup_.is_breached("Password-1"));
  EXPECT_EQ(asked_, std::vector<std::string>{"/range/" + hash.substr(0, 5)});
  EXPECT_EQ(padding_, "true");
  EXPECT_FALSE(lookup_.is_breached("Password-2"));
}

TEST_F(RangeTest, PaddingIsNoBreach) {
  answer_ = hash_of("Password-1").substr(5) + ":0\r\n";
  EXPECT_FALSE(lookup_.is_breached("Password-1"));
}

TEST_F(RangeTest, WithoutAnAnswerThePasswordCountsAsGood) {
  status_ = 503;
  answer_ = hash_of("Password-1").substr(5) + ":17";
  EXPECT_FALSE(lookup_.is_breached("Password-1"));
  const http::Client guarded{http::ClientOptions{}};
  status_ = 200;
  BreachLookup refused(guarded, clock_, settings_);
  EXPECT_FALSE(refused.is_breached("Password-1")) << "a private address that outbound.allow_cidrs does not name";
  EXPECT_EQ(asked_.size(), 1u);
  EXPECT_TRUE(lookup_.is_breached("Password-1"));
}

}  // namespace
}  // namespace openstrat::protection
