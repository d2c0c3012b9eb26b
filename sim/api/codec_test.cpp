#include "sim/api/codec.hpp"

#include <gtest/gtest.h>

namespace openstrat::sim::api {
namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

std::string length(std::uint32_t value) {
  std::string text;
  append_length(text, value);
  return text;
}

TEST(CodecTest, LengthsAreAsShortAsTheyCanBe) {
  EXPECT_EQ(length(0), bytes({0}));
  EXPECT_EQ(length(0x7F), bytes({0x7F}));
  EXPECT_EQ(length(0x80), bytes({0x80, 0x80}));
  EXPECT_EQ(length(0x3FFF), bytes({0xBF, 0xFF}));
  EXPECT_EQ(length(0x4000), bytes({0xC0, 0x40, 0x00}));
  EXPECT_EQ(length(0x1FFFFF), bytes({0xDF, 0xFF, 0xFF}));
  EXPECT_EQ(length(0x200000), bytes({0xE0, 0x20, 0x00, 0x00}));
  EXPECT_EQ(length(0xFFFFFFF), bytes({0xEF, 0xFF, 0xFF, 0xFF}));
  EXPECT_EQ(length(0x10000000), bytes({0xF0, 0x10, 0x00, 0x00, 0x00}));
}

TEST(CodecTest, SentencesOfAllLengthsComeBack) {
  Decoder decoder({.word_bytes = 3 << 20, .sentence_bytes = 12 << 20, .words = 10});
  const Words words{"/a", std::string(0x7F, 'x'), std::string(0x80, 'y'), std::string(0x3FFF, 'z'), std::string(0x4000, 'u'), std::string(0x200000, 'v')};
  decoder.feed(encode(words));
  EXPECT_EQ(decoder.next(), words);
  EXPECT_EQ(decoder.next(), std::nullopt);
  EXPECT_FALSE(decoder.failed());
}

TEST(CodecTest, BytesMayComeOneByOne) {
  Decoder decoder(kUserLimits);
  const Words words{"/login", "=name=" + std::string(300, 'n')};
  std::optional<Words> got;
  for (const char c : encode(words) + encode({"/quit"})) {
    decoder.feed({&c, 1});
    if (auto next = decoder.next()) {
      if (got) EXPECT_EQ(*next, Words{"/quit"});
      else got = next;
    }
  }
  EXPECT_EQ(got, words);
}

TEST(CodecTest, EmptySentencesArePassedOver) {
  Decoder decoder(kUserLimits);
  decoder.feed(bytes({0, 0, 0}) + encode({"/quit"}) + bytes({0}));
  EXPECT_EQ(decoder.next(), Words{"/quit"});
  EXPECT_EQ(decoder.next(), std::nullopt);
}

TEST(CodecTest, LengthsMayBeLongerThanNeeded) {
  Decoder decoder(kUserLimits);
  decoder.feed(bytes({0xF0, 0, 0, 0, 2}) + "/a" + bytes({0x80, 0}));
  EXPECT_EQ(decoder.next(), Words{"/a"});
}

TEST(CodecTest, ReservedBytesAndTooMuchAreRefused) {
  for (const int first : {0xF8, 0xFC, 0xFF}) {
    Decoder decoder(kUserLimits);
    decoder.feed(bytes({first, 0, 0, 0, 0}));
    EXPECT_EQ(decoder.next(), std::nullopt);
    EXPECT_TRUE(decoder.failed());
  }
  Decoder long_word(kStrangerLimits);
  long_word.feed(bytes({0xF0, 0x7F, 0xFF, 0xFF, 0xFF}));
  EXPECT_EQ(long_word.next(), std::nullopt);
  EXPECT_TRUE(long_word.failed());
  Decoder long_sentence({.word_bytes = 10, .sentence_bytes = 15, .words = 10});
  long_sentence.feed(encode({"0123456789", "0123456789"}));
  EXPECT_EQ(long_sentence.next(), std::nullopt);
  EXPECT_TRUE(long_sentence.failed());
  Decoder many({.word_bytes = 10, .sentence_bytes = 100, .words = 2});
  many.feed(encode({"a", "b", "c"}));
  EXPECT_EQ(many.next(), std::nullopt);
  EXPECT_TRUE(many.failed());
}

}  // namespace
}  // namespace openstrat::sim::api
