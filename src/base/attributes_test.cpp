#include "base/attributes.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace openstrat {
namespace {

TEST(Attributes, RoundTripKeepsOrderTypesAndBytes) {
  const Attributes before{{"name", std::string("Branch \"7\"\n\x01 \xC3\xA9")},
                          {"count", std::int64_t{-9007199254740993}},
                          {"ratio", 0.25},
                          {"on", true},
                          {"none", std::monostate{}}};
  EXPECT_EQ(before.to_json().find('\n'), std::string::npos);
  const auto after = Attributes::from_json(before.to_json());
  ASSERT_TRUE(after);
  EXPECT_EQ(after->entries(), before.entries());
}

TEST(Attributes, EmptyIsAnEmptyObject) {
  EXPECT_EQ(Attributes().to_json(), "{}");
  const auto parsed = Attributes::from_json(" {} ");
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->empty());
}

TEST(Attributes, SetReplacesInPlace) {
  Attributes values{{"a", std::int64_t{1}}, {"b", std::int64_t{2}}};
  values.set("a", std::string("x")).set("c", false);
  EXPECT_EQ(values.to_json(), R"({"a":"x","b":2,"c":false})");
}

TEST(Attributes, AccessorsAnswerOnlyTheirOwnType) {
  const Attributes values{{"text", std::string("5")}, {"number", std::int64_t{5}}, {"flag", true}};
  EXPECT_EQ(values.text("text"), "5");
  EXPECT_EQ(values.number("number"), 5);
  EXPECT_EQ(values.flag("flag"), true);
  EXPECT_FALSE(values.text("number"));
  EXPECT_FALSE(values.number("text"));
  EXPECT_FALSE(values.flag("number"));
  EXPECT_FALSE(values.text("absent"));
  EXPECT_EQ(values.find("absent"), nullptr);
}

TEST(Attributes, NumbersThatJsonCannotSayBecomeNull) {
  const Attributes values{{"nan", std::numeric_limits<double>::quiet_NaN()}, {"inf", std::numeric_limits<double>::infinity()}};
  EXPECT_EQ(values.to_json(), R"({"nan":null,"inf":null})");
}

TEST(Attributes, RefusesWhatIsNotAFlatObject) {
  EXPECT_EQ(Attributes::from_json("[1]").error().code(), Errc::malformed);
  EXPECT_EQ(Attributes::from_json("{\"a\":").error().code(), Errc::malformed);
  EXPECT_EQ(Attributes::from_json("").error().code(), Errc::malformed);
  EXPECT_EQ(Attributes::from_json(R"({"a":[[[[1]]]]})").error().code(), Errc::malformed);
  const auto nested = Attributes::from_json(R"({"ok":1,"bad":{"x":1}})");
  ASSERT_FALSE(nested);
  EXPECT_EQ(nested.error().code(), Errc::invalid);
  ASSERT_EQ(nested.error().fields().size(), 1u);
  EXPECT_EQ(nested.error().fields()[0].name, "bad");
  EXPECT_EQ(Attributes::from_json(R"({"big":18446744073709551615})").error().code(), Errc::invalid);
}

}  // namespace
}  // namespace openstrat
