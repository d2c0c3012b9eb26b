#include "base/ids.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/rng.hpp"

namespace openstrat {
namespace {

using namespace std::chrono_literals;

/// Every byte the same: the fixed ends of formats that hold random bits.
class ConstantRng final : public Rng {
 public:
  explicit ConstantRng(std::uint8_t byte) : byte_(byte) {}
  void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, byte_); }

 private:
  std::uint8_t byte_;
};

Timestamp at(const char* text) {
  return parse_iso8601(text).value();
}

TEST(Uuid, RoundTripsAsText) {
  const auto uuid = Uuid::parse("01234567-89AB-cdef-0123-456789abcdef");
  ASSERT_TRUE(uuid);
  EXPECT_EQ(uuid->to_string(), "01234567-89ab-cdef-0123-456789abcdef");
  EXPECT_EQ(Uuid{}.to_string(), "00000000-0000-0000-0000-000000000000");
  EXPECT_TRUE(Uuid{}.is_nil());
  EXPECT_FALSE(uuid->is_nil());
}

TEST(Uuid, RejectsOtherForms) {
  for (const char* text : {"", "0123456789abcdef0123456789abcdef", "{01234567-89ab-cdef-0123-456789abcdef}",
                           "01234567-89ab-cdef-0123-456789abcdeg", "01234567-89ab-cdef-0123-456789abcde",
                           "0123456-789ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcdef "}) {
    EXPECT_FALSE(Uuid::parse(text)) << text;
  }
}

TEST(Uuid, Version4HasItsBits) {
  ConstantRng ones(0xFF);
  EXPECT_EQ(uuid_v4(ones).to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  ConstantRng zeros(0);
  EXPECT_EQ(uuid_v4(zeros).to_string(), "00000000-0000-4000-8000-000000000000");
}

TEST(Uuid, Version7HoldsTheTime) {
  ConstantRng ones(0xFF);
  // The example of RFC 9562 appendix A.6: 0x017F22E279B0 milliseconds.
  EXPECT_EQ(uuid_v7(from_unix_us(0x017F22E279B0 * 1000), ones).to_string(), "017f22e2-79b0-7000-bfff-ffffffffffff");
}

TEST(Uuid, Version7SortsByMicrosecond) {
  SeededRng rng(1);
  Uuid previous = uuid_v7(from_unix_us(1'770'105'600'000'000), rng);
  for (int us = 1; us < 3000; ++us) {
    const Uuid next = uuid_v7(from_unix_us(1'770'105'600'000'000 + us), rng);
    EXPECT_LT(previous, next);
    previous = next;
  }
}

TEST(Id, KindsDoNotMix) {
  static_assert(!std::is_convertible_v<SiteId, JobId>);
  static_assert(!std::is_convertible_v<Uuid, SiteId>);
  const auto id = SiteId::parse("01234567-89ab-cdef-0123-456789abcdef");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->to_string(), "01234567-89ab-cdef-0123-456789abcdef");
  EXPECT_FALSE(SiteId::parse("site"));
  EXPECT_EQ(std::hash<SiteId>{}(*id), std::hash<SiteId>{}(SiteId(id->value)));
}

TEST(Ksuid, HasTheReferenceLayout) {
  ConstantRng zeros(0);
  ConstantRng ones(0xFF);
  EXPECT_EQ(ksuid(at("2014-05-13T16:53:20Z"), zeros), "000000000000000000000000000");
  // The largest KSUID of the reference implementation.
  EXPECT_EQ(ksuid(at("2014-05-13T16:53:20Z") + std::chrono::seconds(0xFFFFFFFF), ones), "aWgEPTl1tmebfsQzFP4bxwgy80V");
}

TEST(Ksuid, SortsBySecond) {
  SeededRng rng(1);
  const Timestamp start = at("2026-02-03T08:00:00Z");
  std::string previous = ksuid(start, rng);
  for (int i = 1; i < 200; ++i) {
    const std::string next = ksuid(start + std::chrono::seconds(i), rng);
    EXPECT_EQ(next.size(), 27u);
    EXPECT_LT(previous, next);
    previous = next;
  }
}

TEST(Ulid, HasTheReferenceLayout) {
  ConstantRng zeros(0);
  ConstantRng ones(0xFF);
  EXPECT_EQ(ulid(from_unix_us(0), zeros), "00000000000000000000000000");
  // The time part of the specification's example, 1469918176385 ms.
  EXPECT_EQ(ulid(from_unix_us(1'469'918'176'385'000), zeros), "01ARYZ6S410000000000000000");
  EXPECT_EQ(ulid(from_unix_us(1'469'918'176'385'999), ones), "01ARYZ6S41ZZZZZZZZZZZZZZZZ");
}

TEST(RandomBase62, HasLengthAndAlphabet) {
  SeededRng rng(1);
  const std::string text = random_base62(20'000, rng);
  EXPECT_EQ(text.size(), 20'000u);
  EXPECT_EQ(std::set<char>(text.begin(), text.end()).size(), 62u);
  EXPECT_TRUE(std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) != 0; }));
  EXPECT_EQ(random_base62(0, rng), "");
}

TEST(RandomBase62, IsUnbiased) {
  SeededRng rng(7);
  std::array<int, 128> count{};
  for (const char c : random_base62(620'000, rng)) ++count[static_cast<unsigned char>(c)];
  // 10,000 expected, deviation 100: six of them.
  for (const char c : {'0', '7', '8', 'A', 'Z', 'a', 'z'})
    EXPECT_NEAR(count[static_cast<unsigned char>(c)], 10'000, 600);
}

TEST(Base62, RoundTripsUuids) {
  SeededRng rng(3);
  for (int i = 0; i < 2000; ++i) {
    Uuid uuid = uuid_v4(rng);
    for (int zeros = 0; zeros < i % 17; ++zeros) uuid.bytes[static_cast<std::size_t>(zeros)] = 0;  // leading zeros
    const std::string text = to_base62(uuid);
    EXPECT_LE(text.size(), 22u);
    EXPECT_EQ(uuid_from_base62(text), uuid) << text;
  }
}

TEST(Base62, KnowsTheEnds) {
  EXPECT_EQ(to_base62(Uuid{}), "0");
  EXPECT_EQ(uuid_from_base62("0"), Uuid{});
  EXPECT_EQ(to_base62(*Uuid::parse("00000000-0000-0000-0000-00000000003e")), "10");
  EXPECT_EQ(to_base62(*Uuid::parse("ffffffff-ffff-ffff-ffff-ffffffffffff")), "7n42DGM5Tflk9n8mt7Fhc7");
  EXPECT_FALSE(uuid_from_base62("7n42DGM5Tflk9n8mt7Fhc8")) << "2^128";
  EXPECT_FALSE(uuid_from_base62("zzzzzzzzzzzzzzzzzzzzzz"));
}

TEST(Base62, OneTextPerUuid) {
  for (const char* text : {"", "00", "010", "a-b", "a b", "é", "00000000000000000000010"}) {
    EXPECT_FALSE(uuid_from_base62(text)) << text;
  }
}

TEST(Rng, SeededRepeats) {
  SeededRng first(42);
  SeededRng second(42);
  SeededRng other(43);
  EXPECT_EQ(first.next_u64(), second.next_u64());
  EXPECT_NE(first.next_u64(), other.next_u64());
}

TEST(Rng, BelowKeepsItsBound) {
  SeededRng rng(5);
  std::array<int, 7> seen{};
  for (int i = 0; i < 7000; ++i) ++seen[rng.below(7)];
  for (const int count : seen) EXPECT_NEAR(count, 1000, 200);
  EXPECT_EQ(rng.below(1), 0u);
  EXPECT_LT(rng.below(~0ull), ~0ull);
}

TEST(Rng, SecureDiffers) {
  EXPECT_NE(uuid_v4(secure_rng()), uuid_v4(secure_rng()));
}

}  // namespace
}  // namespace openstrat
