#include "base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace openstrat::text {
namespace {

using testing::ElementsAre;
using namespace std::string_literals;

TEST(Text, Trim) {
  EXPECT_EQ(trim("  a b\r\n"), "a b");
  EXPECT_EQ(trim(" \t "), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Text, SplitKeepsEmptyParts) {
  EXPECT_THAT(split("a;;b;", ';'), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ';'), ElementsAre(""));
}

TEST(Text, IgnoringCaseIsAscii) {
  EXPECT_EQ(lower("RouterOS Ä"), "routeros Ä");
  EXPECT_TRUE(equal_ignoring_case("Bearer", "bEARER"));
  EXPECT_FALSE(equal_ignoring_case("Bearer", "Bearer "));
  EXPECT_TRUE(starts_with_ignoring_case("BEARER abc", "bearer "));
  EXPECT_FALSE(starts_with_ignoring_case("Bea", "bearer"));
}

TEST(Utf8, AcceptsWellFormed) {
  for (const char* text : {"", "plain", "Z\u00fcrich", "\u20ac", "\U0001F680", "\uD7FF\uE000", "\U0010FFFF"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
}

TEST(Utf8, RejectsIllFormed) {
  for (const char* text : {"\x80", "\xC3", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xE2\x82",
                           "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "Z\xFCrich", "\xC3("}) {
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
  }
}

TEST(CleanUtf8, KeepsUtf8) {
  EXPECT_EQ(to_clean_utf8("Z\u00fcrich \u20ac \U0001F680"), "Z\u00fcrich \u20ac \U0001F680");
}

TEST(CleanUtf8, ReadsOtherBytesAsWindows1252) {
  EXPECT_EQ(to_clean_utf8("Z\xFCrich"), "Z\u00fcrich");
  EXPECT_EQ(to_clean_utf8("\x80 \x93x\x94 \x9F"), "\u20ac \u201cx\u201d \u0178");
  EXPECT_EQ(to_clean_utf8("a\x81\x8D\x8F\x90\x9D\xFF"), "a\u00ff") << "unused codes are dropped";
}

TEST(CleanUtf8, DropsControlCharacters) {
  EXPECT_EQ(to_clean_utf8("a\0b\x1B[0m\x7F\r\n\tc"s), "ab[0mc");
  EXPECT_EQ(to_clean_utf8("a\0b\x1B\r\n\tc"s, true), "ab\r\n\tc");
  EXPECT_EQ(to_clean_utf8("a\u0085b"), "ab");
}

TEST(CleanUtf8, ResultIsAlwaysCleanUtf8) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string bytes{static_cast<char>(first), static_cast<char>(second)};
      const std::string clean = to_clean_utf8(bytes);
      ASSERT_TRUE(is_utf8(clean)) << first << ' ' << second;
      ASSERT_EQ(to_clean_utf8(clean), clean);
    }
  }
}

TEST(Utf8, LengthCountsCodePoints) {
  EXPECT_EQ(length_utf8("Z\u00fcrich"), 6u);
  EXPECT_EQ(length_utf8("\U0001F680"), 1u);
  EXPECT_EQ(length_utf8(""), 0u);
}

TEST(Parse, Int) {
  EXPECT_EQ(parse_int("42"), 42);
  EXPECT_EQ(parse_int("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  for (const char* text : {"", "+1", " 1", "1 ", "0x10", "1.0", "9223372036854775808", "one"}) {
    EXPECT_FALSE(parse_int(text)) << text;
  }
}

TEST(Parse, Double) {
  EXPECT_EQ(parse_double("1.5"), 1.5);
  EXPECT_EQ(parse_double("-2e3"), -2000.0);
  for (const char* text : {"", "nan", "inf", "1.5x", "1,5", " 1"}) EXPECT_FALSE(parse_double(text)) << text;
}

TEST(Parse, Bool) {
  for (const char* text : {"true", "TRUE", "1", "yes", "Yes"}) EXPECT_EQ(parse_bool(text), true) << text;
  for (const char* text : {"false", "False", "0", "no", "NO"}) EXPECT_EQ(parse_bool(text), false) << text;
  for (const char* text : {"", "on", "2", "y"}) EXPECT_FALSE(parse_bool(text)) << text;
}

TEST(HumanSize, OneDecimalBase1024) {
  EXPECT_EQ(human_size(0), "0.0B");
  EXPECT_EQ(human_size(3), "3.0B");
  EXPECT_EQ(human_size(1023), "1023.0B");
  EXPECT_EQ(human_size(1024), "1.0KB");
  EXPECT_EQ(human_size(12'595), "12.3KB");
  EXPECT_EQ(human_size(1024 * 1024 - 1), "1.0MB");
  EXPECT_EQ(human_size(5ull << 40), "5120.0GB");
}

TEST(Slug, IsReadable) {
  EXPECT_EQ(slug("Branch 7 (Berlin)"), "branch-7-berlin");
  EXPECT_EQ(slug("  --Z\u00fcrich / S\u00e3o Paulo  "), "zurich-sao-paulo");
  EXPECT_EQ(slug("\u0141\u00f3d\u017a \u0160koda"), "lodz-skoda");
  EXPECT_EQ(slug("\u6771\u4eac"), "");
  EXPECT_EQ(slug("Z\xFCrich"), "zurich");
  EXPECT_EQ(slug("a\tb\nc"), "a-b-c");
}

TEST(Closest, FindsTypos) {
  const std::vector<std::string_view> known{"serve", "demo", "admin", "backup", "restore", "migrate"};
  EXPECT_EQ(closest("sevre", known), "serve");
  EXPECT_EQ(closest("BACKUPS", known), "backup");
  EXPECT_EQ(closest("migrat", known), "migrate");
  EXPECT_EQ(closest("dmo", known), "demo");
  EXPECT_FALSE(closest("frobnicate", known));
  EXPECT_FALSE(closest("", known));
  EXPECT_FALSE(closest("serve", {}));
}

}  // namespace
}  // namespace openstrat::text
