#include "web_app/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>

#include "base/crypto.hpp"

namespace openstrat::web_app {
namespace {

using ::testing::HasSubstr;

std::string number(std::size_t value, int width) {
  std::string out;
  for (int i = 0; i < width; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}
std::string text(std::string_view value) { return number(value.size(), 2) + std::string(value); }
std::string digest(std::string_view bytes) {
  const auto raw = crypto::sha256(bytes);
  return {raw.begin(), raw.end()};
}

/// One file as the index tells of it; offsets count from the beginning of the contents unless `absolute`.
struct Entry {
  std::string path, type = "text/plain";
  std::vector<std::pair<std::size_t, std::size_t>> pieces{{0, 0}, {0, 0}, {0, 0}};
  bool is_absolute = false;
};

std::string seal(std::string rest) { return std::string("OSWEB\0\0\1", 8) + digest(rest) + rest; }

std::string pack(const std::vector<Entry>& entries, const std::string& contents, std::string after_index = {}) {
  std::size_t index_size = after_index.size();
  for (const auto& entry : entries) index_size += 4 + entry.path.size() + entry.type.size() + 32 + 24;
  std::string index;
  for (const auto& entry : entries) {
    index += text(entry.path) + text(entry.type) + digest(entry.path);
    for (const auto& [offset, length] : entry.pieces) index += number(offset + (length != 0 && !entry.is_absolute ? 48 + index_size : 0), 4) + number(length, 4);
  }
  return seal(number(entries.size(), 4) + number(index_size, 4) + index + after_index + contents);
}

std::string complaint(const std::string& bytes) {
  const auto read = Pack::read(bytes);
  return read ? "none" : read.error().message();
}

TEST(PackTest, HoldsEveryFormOfAFile) {
  const auto read = Pack::read(pack({{"a.js", "text/javascript", {{0, 5}, {5, 2}, {7, 1}}}, {"b/empty.txt"}}, "plaingzb"));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ((*read)->size(), 2u);
  const auto file = (*read)->find("a.js");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->content_type, "text/javascript");
  EXPECT_EQ(*file->identity, "plain");
  EXPECT_EQ(*file->gzip, "gz");
  EXPECT_EQ(*file->brotli, "b");
  EXPECT_EQ(file->hash, crypto::hex(crypto::sha256("a.js")).substr(0, 32));
  EXPECT_EQ(*(*read)->find("b/empty.txt")->identity, "");
  EXPECT_EQ((*read)->find("b/empty.txt")->gzip, nullptr);
  EXPECT_EQ((*read)->find("c"), nullptr);
  EXPECT_TRUE(Pack::read(pack({}, "")));
}

TEST(PackTest, ABrokenPackIsRefusedWhereverItIsCut) {
  const auto whole = pack({{"a.js", "text/javascript", {{0, 5}, {5, 2}, {7, 1}}}}, "plaingzb");
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_NE(complaint(whole.substr(0, size)), "none") << size;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto changed = whole;
    changed[at] ^= 0x10;
    EXPECT_NE(complaint(changed), "none") << at;
  }
}

TEST(PackTest, PiecesLieWithinTheContents) {
  EXPECT_THAT(complaint(pack({{"a", "text/plain", {{0, 9}, {0, 0}, {0, 0}}}}, "12345678")), HasSubstr("entry"));
  EXPECT_THAT(complaint(pack({{"a", "text/plain", {{9, 1}, {0, 0}, {0, 0}}}}, "12345678")), HasSubstr("entry"));
  EXPECT_THAT(complaint(pack({{"a", "text/plain", {{0, 40}, {0, 0}, {0, 0}}, true}}, "12345678")), HasSubstr("entry"));
  EXPECT_THAT(complaint(pack({{"a", "text/plain", {{0xffffffff, 0xffffffff}, {0, 0}, {0, 0}}, true}}, "12345678")), HasSubstr("entry"));
  EXPECT_THAT(complaint(pack({{"a", "text/plain", {{60, 0}, {0, 0}, {0, 0}}, true}}, "12345678")), HasSubstr("entry"));
}

TEST(PackTest, PathsArePlainSortedAndUnique) {
  for (const char* path : {"", "/a", "a/", "a//b", "..", "a/../b", ".git/config", "a\\b", "a\nb", "\xff"}) EXPECT_THAT(complaint(pack({{path}}, "")), HasSubstr("entry")) << path;
  EXPECT_THAT(complaint(pack({{"b"}, {"a"}}, "")), HasSubstr("not sorted"));
  EXPECT_THAT(complaint(pack({{"a"}, {"a"}}, "")), HasSubstr("not sorted"));
  EXPECT_THAT(complaint(pack({{"a", "text/html\r\nX: y"}}, "")), HasSubstr("entry"));
  EXPECT_THAT(complaint(pack({{"a", "html"}}, "")), HasSubstr("entry"));
}

TEST(PackTest, TheIndexIsExactlyItsEntries) {
  EXPECT_THAT(complaint(pack({{"a"}}, "", "more")), HasSubstr("more than its entries"));
  EXPECT_THAT(complaint(seal(number(0xffffffff, 4) + number(0, 4))), HasSubstr("entry"));
  EXPECT_THAT(complaint(seal(number(0, 4) + number(0xffffffff, 4))), HasSubstr("index is cut off"));
  EXPECT_THAT(complaint("PK"), HasSubstr("does not begin as a pack"));
}

class DirectoryTest : public ::testing::Test {
 protected:
  DirectoryTest() : root_(std::filesystem::temp_directory_path() / ("web-app-test-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(root_ / "dist/assets");
    write("dist/index.html", "one");
    write("dist/assets/a.js", "script");
    write("dist/notes.doc", "no type");
    write("secret.txt", "secret");
  }
  ~DirectoryTest() override { std::filesystem::remove_all(root_); }
  void write(const char* name, const char* content) { std::ofstream(root_ / name) << content; }

  const std::filesystem::path root_;
};

TEST_F(DirectoryTest, ReadsFilesAnewEachTime) {
  const Directory files(root_ / "dist");
  EXPECT_EQ(*files.find("index.html")->identity, "one");
  const auto before = files.find("index.html")->hash;
  write("dist/index.html", "two");
  EXPECT_EQ(*files.find("index.html")->identity, "two");
  EXPECT_NE(files.find("index.html")->hash, before);
  EXPECT_EQ(files.find("assets/a.js")->content_type, "text/javascript; charset=utf-8");
  EXPECT_FALSE(files.is_constant());
}

TEST_F(DirectoryTest, StaysInside) {
  const Directory files(root_ / "dist");
  for (const char* path : {"../secret.txt", "assets/../../secret.txt", "/etc/hostname.txt", "assets", "", "notes.doc", "absent.js"}) EXPECT_EQ(files.find(path), nullptr) << path;
}

}  // namespace
}  // namespace openstrat::web_app
