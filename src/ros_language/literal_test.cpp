#include <gtest/gtest.h>

#include "ros_language/value.hpp"

namespace openstrat::ros {
namespace {

struct Case { const char* word; Type type; const char* text; };

TEST(Literal, BareWordsHaveTheTypeOfTheirForm) {
  constexpr Case kCases[] = {
      {"10", Type::num, "10"},
      {"-1", Type::num, "-1"},
      {"007", Type::num, "7"},
      {"0x1F", Type::num, "31"},
      {"0xab", Type::num, "171"},
      {"9223372036854775808", Type::num, "9223372036854775807"},
      {"true", Type::boolean, "true"},
      {"no", Type::boolean, "false"},
      {"1.2.3.4", Type::ip, "1.2.3.4"},
      {"1.1", Type::ip, "1.0.0.1"},
      {"2.1.1", Type::ip, "2.1.0.1"},
      {"1.256", Type::time, "00:00:01.256"},
      {"1.1.1.0/24", Type::ip_prefix, "1.1.1.0/24"},
      {"1::1", Type::ip6, "1::1"},
      {"2008::/64", Type::ip6_prefix, "2008::/64"},
      {"1w2d3h4m5s6ms", Type::time, "1w2d03:04:05.006"},
      {"1s1m", Type::time, "00:01:01"},
      {"9:00", Type::time, "09:00:00"},
      {"00:00:02.001", Type::time, "00:00:02.001"},
      {"1d00:00:00", Type::time, "1d00:00:00"},
      {"200ms", Type::time, "00:00:00.200"},
  };
  for (const Case& each : kCases) {
    const auto value = parse_literal(each.word);
    ASSERT_TRUE(value.has_value()) << each.word;
    EXPECT_EQ(type_name(value->type()), type_name(each.type)) << each.word;
    EXPECT_EQ(value->to_text(), each.text) << each.word;
  }
}

TEST(Literal, EverythingElseIsText) {
  for (const char* word : {"", "abc", "True", "0X1F", "1.1.1.0/33", "AA:BB:CC:DD:EE:FF", "1x", "*1F", "1.2.3.4.5",
                           "999999999999w", "-", ".", "1..2", "00:11:22:33:44:55", "0x"}) {
    EXPECT_FALSE(parse_literal(word).has_value()) << word;
  }
}

TEST(Literal, IdsAreReadWhereTheyAreAskedFor) {
  EXPECT_EQ(parse_id("*1F")->as_id(), 31U);
  EXPECT_FALSE(parse_id("1F").has_value());
  EXPECT_EQ(Value::id(31).to_text(), "*1F");
}

TEST(Literal, DurationsHaveAShortForm) {
  EXPECT_EQ(format_time_short(parse_literal("2d20h12m20s")->as_time_ns()), "2d20h12m20s");
  EXPECT_EQ(format_time_short(0), "0s");
  EXPECT_EQ(format_time(-1'000'000'000), "-00:00:01");
}

TEST(Array, KeepsUnkeyedFirstAndSortsKeys) {
  Array array;
  array.set("b", Value::num(2));
  array.push(Value::num(1));
  array.set("a", Value::str("x"));
  array.push(Value::num(0));
  EXPECT_EQ(Value::array(array).to_text(), "1;0;a=x;b=2");
  EXPECT_EQ(Value::array(array).to_quoted(), "{1; 0; a=\"x\"; b=2}");
  EXPECT_EQ(array.at(2)->to_text(), "x");
  EXPECT_EQ(array.find("c"), nullptr);
}

TEST(Array, ChangingOneHolderLeavesTheOther) {
  Array array;
  array.push(Value::num(1));
  const Value first = Value::array(array);
  Value second = first;
  second.mutable_array().push(Value::num(2));
  EXPECT_EQ(first.to_text(), "1");
  EXPECT_EQ(second.to_text(), "1;2");
}

TEST(Array, WeighsWhatItReaches) {
  Array inner;
  inner.push(Value::str(std::string(1000, 'x')));
  const Value shared = Value::array(inner);
  Array outer;
  for (int i = 0; i < 10; ++i) outer.push(shared);
  EXPECT_GT(outer.weight(), 10'000U);
  EXPECT_EQ(outer.depth(), 2);
}

}  // namespace
}  // namespace openstrat::ros
