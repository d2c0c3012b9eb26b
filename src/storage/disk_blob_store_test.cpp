#include "storage/disk_blob_store.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

#include "storage/blob_vault.hpp"
#include "base/rng.hpp"

namespace openstrat::storage {
namespace {

using namespace std::chrono_literals;

class BlobTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/openstrat-blobs-XXXXXX";
    root_ = ::mkdtemp(pattern);
    store_ = *DiskBlobStore::open(root_ / "deep" / "blobs", clock_);
    crypto::Key32 bytes{};
    bytes[0] = 7;
    vault_ = std::make_unique<BlobVault>("test", *store_, MasterKey(bytes));
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_))
      if (entry.is_regular_file()) found.push_back(entry.path());
    return found;
  }

  ManualClock clock_{from_unix_us(1'700'000'000'000'000)};
  std::filesystem::path root_;
  std::unique_ptr<DiskBlobStore> store_;
  std::unique_ptr<BlobVault> vault_;
  CustomerId one_{uuid_v4(secure_rng())}, two_{uuid_v4(secure_rng())};
};

TEST_F(BlobTest, ATextComesBackAndIsStoredOnceInsideACustomer) {
  const std::string text(100'000, 'x');
  const auto key = vault_->put(one_, text);
  ASSERT_TRUE(key);
  EXPECT_EQ(vault_->put(one_, text).value(), *key);
  EXPECT_EQ(vault_->get(one_, *key).value(), text);
  ASSERT_EQ(files().size(), 1u);
  EXPECT_LT(std::filesystem::file_size(files()[0]), 1000u) << "compressed";
}

TEST_F(BlobTest, CustomersShareNothing) {
  const auto first = vault_->put(one_, "/ip address");
  const auto second = vault_->put(two_, "/ip address");
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  EXPECT_EQ(files().size(), 2u);
  EXPECT_EQ(vault_->get(two_, *first).error().code(), Errc::not_found);
}

TEST_F(BlobTest, NoPlainTextLiesOnTheDisk) {
  ASSERT_TRUE(vault_->put(one_, "password=topsecret"));
  std::ifstream in(files().at(0), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(bytes.find("topsecret"), std::string::npos);
}

TEST_F(BlobTest, AChangedFileIsRefused) {
  const auto key = vault_->put(one_, "/ip address");
  ASSERT_TRUE(key);
  std::fstream file(files().at(0), std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(20);
  file.put('!');
  file.close();
  EXPECT_EQ(vault_->get(one_, *key).error().reason(), "data_damaged");
}

TEST_F(BlobTest, OnlyOldBlobsAreRemovedAndAPutStartsTheAgeAnew) {
  const auto key = vault_->put(one_, "old");
  ASSERT_TRUE(key);
  const auto count = [&] {
    int seen = 0;
    EXPECT_TRUE(store_->list(clock_.now() - 24h, [&](CustomerId, const std::string&) { return ++seen, Status{}; }));
    return seen;
  };
  EXPECT_EQ(count(), 0);
  clock_.advance(25h);
  EXPECT_EQ(count(), 1);
  ASSERT_TRUE(vault_->put(one_, "old"));
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(store_->remove(one_, *key, clock_.now() - 24h).value(), false);
  clock_.advance(25h);
  EXPECT_EQ(store_->remove(one_, *key, clock_.now() - 24h).value(), true);
  EXPECT_EQ(store_->exists(one_, *key).value(), false);
}

TEST_F(BlobTest, WhatAnEarlierProcessLeftHalfWrittenIsCleared) {
  std::ofstream(root_ / "deep" / "blobs" / "tmp" / "17") << "half";
  store_ = *DiskBlobStore::open(root_ / "deep" / "blobs", clock_);
  EXPECT_TRUE(files().empty());
}

/// /dev/full is the disk without space: opening succeeds, every write fails with ENOSPC.
TEST_F(BlobTest, AFullDiskIsUnavailableAndLeavesNothingBehind) {
  const auto kept = vault_->put(one_, "kept");
  ASSERT_TRUE(kept);
  const auto temporary = root_ / "deep" / "blobs" / "tmp" / "1";
  std::filesystem::create_symlink("/dev/full", temporary);
  EXPECT_EQ(vault_->put(one_, "lost").error().code(), Errc::unavailable);
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::symlink_status(temporary)));
  EXPECT_EQ(vault_->get(one_, *kept).value(), "kept");
  EXPECT_TRUE(vault_->put(one_, "lost")) << "works again without a restart";
}

}  // namespace
}  // namespace openstrat::storage
