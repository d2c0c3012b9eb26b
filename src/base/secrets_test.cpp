#include "base/secrets.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "base/ids.hpp"
#include "base/rng.hpp"

namespace openstrat {
namespace {

namespace fs = std::filesystem;

MasterKey master(std::uint8_t byte) {
  crypto::Key32 key;
  key.fill(byte);
  return MasterKey(key);
}

class MasterKeyTest : public testing::Test {
 protected:
  MasterKeyTest() : directory_(fs::temp_directory_path() / ("openstrat-" + random_base62(12, secure_rng()))) {
    fs::create_directory(directory_);
  }
  ~MasterKeyTest() override { fs::remove_all(directory_); }

  fs::path file() const { return directory_ / "master.key"; }
  void write(std::string_view content, fs::perms mode = fs::perms::owner_read | fs::perms::owner_write) const {
    std::ofstream(file(), std::ios::binary) << content;
    fs::permissions(file(), mode);
  }
  std::string load_error() const {
    const auto key = MasterKey::load(file());
    return key ? "loaded" : key.error().message();
  }

  fs::path directory_;
};

TEST_F(MasterKeyTest, IsCreatedOnceAndPrivate) {
  const auto created = MasterKey::load_or_create(file(), secure_rng());
  ASSERT_TRUE(created.has_value()) << created.error().message();
  struct stat info {};
  ASSERT_EQ(::stat(file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
  EXPECT_EQ(info.st_size, 32);
  EXPECT_EQ(MasterKey::load_or_create(file(), secure_rng())->bytes(), created->bytes());
  EXPECT_EQ(MasterKey::load(file())->bytes(), created->bytes());
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), fs::directory_iterator()), 1) << "a draft was left";
}

TEST_F(MasterKeyTest, ManyCreatorsAgree) {
  std::vector<crypto::Key32> keys(8);
  {
    std::vector<std::jthread> threads;
    for (auto& key : keys) {
      threads.emplace_back([this, &key] { key = MasterKey::load_or_create(file(), secure_rng()).value().bytes(); });
    }
  }
  for (const auto& key : keys) EXPECT_EQ(key, keys.front());
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), fs::directory_iterator()), 1) << "a draft was left";
}

TEST_F(MasterKeyTest, ReadOnlyFileIsFine) {
  write(std::string(32, 'k'), fs::perms::owner_read);
  EXPECT_EQ(load_error(), "loaded");
}

TEST_F(MasterKeyTest, RefusesWidePermissions) {
  for (const auto extra : {fs::perms::group_read, fs::perms::others_read, fs::perms::group_write}) {
    write(std::string(32, 'k'), fs::perms::owner_read | fs::perms::owner_write | extra);
    EXPECT_NE(load_error().find("chmod 600 " + file().string()), std::string::npos) << load_error();
  }
  EXPECT_FALSE(MasterKey::load_or_create(file(), secure_rng()).has_value());
}

TEST_F(MasterKeyTest, RefusesWrongLength) {
  for (const std::size_t length : {0, 31, 33}) {
    write(std::string(length, 'k'));
    EXPECT_NE(load_error().find("holds " + std::to_string(length) + " bytes"), std::string::npos) << load_error();
    EXPECT_FALSE(MasterKey::load_or_create(file(), secure_rng()).has_value()) << "never overwritten";
  }
}

TEST_F(MasterKeyTest, TellsWhyItCannotBeRead) {
  EXPECT_NE(load_error().find("cannot open: No such file"), std::string::npos) << load_error();
  fs::create_directory(file());
  EXPECT_NE(load_error().find("not a regular file"), std::string::npos) << load_error();
  const auto nowhere = MasterKey::load_or_create(directory_ / "absent" / "master.key", secure_rng());
  ASSERT_FALSE(nowhere.has_value());
  EXPECT_NE(nowhere.error().message().find("cannot create: No such file"), std::string::npos)
      << nowhere.error().message();
}

TEST_F(MasterKeyTest, DanglingLinkIsNotReplaced) {
  fs::create_symlink(directory_ / "absent", file());
  EXPECT_FALSE(MasterKey::load_or_create(file(), secure_rng()).has_value());
  EXPECT_TRUE(fs::is_symlink(file()));
}

TEST(SecretBox, OpensWhatItSealed) {
  const SecretBox box("vault", master(1));
  const std::string sealed = box.seal("s3cret", "vault_secret/7");
  EXPECT_EQ(box.open(sealed, "vault_secret/7"), "s3cret");
  EXPECT_EQ(box.open(box.seal("", ""), ""), "");
  EXPECT_EQ(sealed.find("s3cret"), std::string::npos);
  EXPECT_EQ(SecretBox("vault", master(1)).open(sealed, "vault_secret/7"), "s3cret") << "after a restart";
}

TEST(SecretBox, RefusesOtherPlacesPurposesKeysAndChanges) {
  const SecretBox box("vault", master(1));
  const std::string sealed = box.seal("s3cret", "vault_secret/7");
  EXPECT_FALSE(box.open(sealed, "vault_secret/8"));
  EXPECT_FALSE(SecretBox("tokens", master(1)).open(sealed, "vault_secret/7"));
  EXPECT_FALSE(SecretBox("vault", master(2)).open(sealed, "vault_secret/7"));
  EXPECT_FALSE(box.open("", "vault_secret/7"));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 0x40);
    EXPECT_FALSE(box.open(changed, "vault_secret/7")) << i;
    EXPECT_FALSE(box.open(sealed.substr(0, i), "vault_secret/7")) << i;
  }
}

TEST(SecretBox, Rotates) {
  const SecretBox before("vault", master(1));
  const std::string old_text = before.seal("old", "row");
  const std::vector<MasterKey> older{master(2), master(1)};
  const SecretBox after("vault", master(3), older);
  EXPECT_EQ(after.open(old_text, "row"), "old");
  EXPECT_FALSE(after.is_current(old_text));
  const std::string new_text = after.seal(*after.open(old_text, "row"), "row");
  EXPECT_TRUE(after.is_current(new_text));
  EXPECT_FALSE(before.open(new_text, "row")) << "the newest key seals";
  EXPECT_EQ(SecretBox("vault", master(3)).open(new_text, "row"), "old") << "old keys can go";
}

TEST(SecretBox, OpensThoughTwoKeysShareTheirNumber) {
  // Among 257 keys at least two have the same number.
  std::vector<MasterKey> many;
  std::vector<std::string> sealed;
  SeededRng rng(1);
  for (int i = 0; i < 257; ++i) {
    crypto::Key32 key;
    rng.fill(key);
    many.emplace_back(key);
    sealed.push_back(SecretBox("vault", many.back()).seal("text", "row"));
  }
  const SecretBox box("vault", master(1), many);
  for (const std::string& text : sealed) EXPECT_EQ(box.open(text, "row"), "text");
}

}  // namespace
}  // namespace openstrat
