#include "routeros/escape.hpp"

#include <gtest/gtest.h>

#include <random>

#include "routeros/testing_text.hpp"

namespace openstrat::routeros {
namespace {

TEST(Escape, WritesEverySpecialByteAsBothMajorVersionsReadIt) {
  EXPECT_EQ(escape("plain text 123 {}[]();#'~"), "plain text 123 {}[]();#'~");
  EXPECT_EQ(escape("a\"b\\c$d?e"), "a\\\"b\\\\c\\$d\\?e");
  EXPECT_EQ(escape("1\n2\r3\t4"), "1\\n2\\r3\\t4");
  EXPECT_EQ(escape(std::string_view("\0\x07\x1b\x7f", 4)), "\\00\\07\\1B\\7F");
  EXPECT_EQ(escape("Zürich"), "Z\\C3\\BCrich");
  EXPECT_EQ(quote("a\"b"), "\"a\\\"b\"");
}

TEST(Escape, AnyBytesSurviveTheRoundTrip) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(testing::unescape(escape(all)), all);
  std::mt19937_64 engine(1);
  for (int round = 0; round < 500; ++round) {
    std::string bytes(engine() % 200, '\0');
    for (char& c : bytes) c = static_cast<char>(engine());
    const std::string escaped = escape(bytes);
    ASSERT_EQ(testing::unescape(escaped), bytes);
    ASSERT_EQ(testing::unescape(testing::unescape(escape(escaped))), bytes) << "a string inside a string";
    for (const char c : escaped) ASSERT_TRUE(c >= 0x20 && c < 0x7F);
  }
}

TEST(Duration, UsesTheUnitsOfRouterOs) {
  using namespace std::chrono_literals;
  EXPECT_EQ(duration(30s), "30s");
  EXPECT_EQ(duration(90s), "1m30s");
  EXPECT_EQ(duration(24h * 8 + 3600s), "1w1d1h");
  EXPECT_EQ(duration(0s), "0s");
  EXPECT_EQ(duration(-5s), "0s");
}

}  // namespace
}  // namespace openstrat::routeros
