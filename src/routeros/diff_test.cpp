#include "routeros/diff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>

namespace openstrat::routeros {
namespace {

using ::testing::HasSubstr;

/// Applies a unified diff to `from`: what a reader relies on.
std::string patched(const std::string& from, const std::string& diff) {
  std::vector<std::string> source, patch;
  const auto split = [](const std::string& text, std::vector<std::string>& out) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
      out.push_back(text.substr(at, end - at));
      at = end;
    }
  };
  split(from, source);
  split(diff, patch);
  std::string out;
  std::size_t at = 0;
  for (std::size_t i = 2; i < patch.size(); ++i) {
    const std::string& line = patch[i];
    if (line.starts_with("@@ -")) {
      std::size_t start = std::stoul(line.substr(4));
      if (line.substr(line.find(',') + 1).starts_with("0 ")) ++start;
      while (at + 1 < start) out += source.at(at++);
    } else if (line[0] == '\\') {
      out.pop_back();
    } else if (line[0] == '+') {
      out += line.substr(1);
    } else {
      EXPECT_EQ(source.at(at).substr(0, source[at].find('\n')), line.substr(1, line.size() - 2));
      if (line[0] == ' ') out += source[at];
      ++at;
    }
  }
  while (at < source.size()) out += source[at++];
  return out;
}

std::string numbered(int from, int to) {
  std::string out;
  for (int i = from; i <= to; ++i) out += "line " + std::to_string(i) + "\n";
  return out;
}

TEST(UnifiedDiff, HasTheUsualForm) {
  std::string changed = numbered(1, 20);
  changed.replace(changed.find("line 10\n"), 8, "line ten\nline ten and a half\n");
  EXPECT_EQ(unified_diff("1738301400.rsc", numbered(1, 20), "1738387800.rsc", changed),
            "--- 1738301400.rsc\n+++ 1738387800.rsc\n@@ -7,7 +7,8 @@\n line 7\n line 8\n line 9\n-line 10\n+line ten\n+line ten and a half\n line 11\n line 12\n line 13\n");
  EXPECT_EQ(unified_diff("a", "x\n", "b", "x\n"), "");
  EXPECT_EQ(unified_diff("a", "", "b", "x\n"), "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+x\n");
  EXPECT_EQ(unified_diff("a", "x\n", "b", ""), "--- a\n+++ b\n@@ -1,1 +0,0 @@\n-x\n");
  EXPECT_EQ(unified_diff("a", "x\ny", "b", "x\ny\n"), "--- a\n+++ b\n@@ -1,2 +1,2 @@\n x\n-y\n\\ No newline at end of file\n+y\n");
}

TEST(UnifiedDiff, AppliedToTheOldTextGivesTheNewOne) {
  std::mt19937_64 engine(3);
  for (int round = 0; round < 300; ++round) {
    std::string from, to;
    for (int i = 0, lines = static_cast<int>(engine() % 40); i < lines; ++i) {
      const std::string line = "add address=10.0.0." + std::to_string(engine() % 8) + "\n";
      if (engine() % 4) from += line;
      if (engine() % 4) to += line;
    }
    for (const std::size_t limit : {kMaxDiffEdits, std::size_t{0}}) {
      const std::string diff = unified_diff("a", from, "b", to, limit);
      if (from == to) EXPECT_EQ(diff, "");
      else EXPECT_EQ(patched(from, diff), to) << diff;
    }
  }
}

TEST(UnifiedDiff, GivesUpOnUnrelatedTexts) {
  const std::string from = "same\n" + numbered(1, 20) + "end\n", to = "same\n" + numbered(101, 110) + "end\n";
  const std::string diff = unified_diff("a", from, "b", to, 5);
  EXPECT_THAT(diff, HasSubstr("@@ -1,22 +1,12 @@\n same\n-line 1\n"));
  EXPECT_EQ(patched(from, diff), to);
  const std::string all = unified_diff("a", numbered(1, 3), "b", numbered(7, 9), 0);
  EXPECT_THAT(all, HasSubstr("@@ -1,3 +1,3 @@\n-line 1\n-line 2\n-line 3\n+line 7\n"));
}

TEST(UnifiedDiff, CostIsBounded) {
  std::mt19937_64 engine(5);
  const auto random_text = [&engine](std::size_t alphabet) {
    std::string out;
    for (int i = 0; i < 40'000; ++i) out += "add address=10.0." + std::to_string(engine() % alphabet) + " list=x\n";
    return out;
  };
  for (const std::size_t alphabet : {std::size_t{10}, std::size_t{1000}, std::size_t{100'000'000}}) {
    const std::string from = random_text(alphabet), to = random_text(alphabet);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_FALSE(unified_diff("a", from, "b", to).empty());
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10)) << alphabet;
  }
}

TEST(HighlightDiff, ClassesEachLine) {
  EXPECT_EQ(highlight_diff("--- a\n+++ b\n@@ -1,2 +1,2 @@\n <x>\n--- y\n+z\n"),
            "<pre class=\"rsc-diff\"><span class=\"file\">--- a</span>\n<span class=\"file\">+++ b</span>\n"
            "<span class=\"hunk\">@@ -1,2 +1,2 @@</span>\n<span class=\"ctx\"> &lt;x&gt;</span>\n"
            "<span class=\"del\">--- y</span>\n<span class=\"add\">+z</span>\n</pre>");
  EXPECT_EQ(highlight_diff(""), "<pre class=\"rsc-diff\"></pre>");
}

}  // namespace
}  // namespace openstrat::routeros
