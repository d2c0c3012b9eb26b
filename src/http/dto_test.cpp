#include "http/dto.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace openstrat {
namespace {

enum class Color { red, green };

struct Hop {
  std::string name;
  std::optional<int> ttl;
};
struct Tree {
  std::string label;
  std::vector<Tree> children;
};
struct Sample {
  Uuid id;
  std::string name;
  bool on = true;
  std::optional<Timestamp> seen;
  Color color{};
  std::vector<Hop> hops;
  std::map<std::string, double> values;
  http::Json extra;
  Attributes attributes;
  std::optional<std::optional<std::string>> note;
  IpAddress address;
  Cidr network;
  std::uint16_t port = 7;
  std::vector<std::string> words;
  std::string url;
};
struct Open {
  int count = 0;
};

}  // namespace

template <>
struct http::EnumNames<Color> {
  static constexpr EnumName table[] = {{"red", Color::red}, {"green", Color::green}};
};
template <>
struct http::Fields<Hop> {
  static constexpr auto table = http::fields<Hop>("Hop", http::body<&Hop::name>("name", "name").required(),
                                                  http::body<&Hop::ttl>("ttl", "time to live").omit_null());
};
template <>
struct http::Fields<Tree> {
  static constexpr auto table = http::fields<Tree>("Tree", http::body<&Tree::label>("label", "label"),
                                                   http::body<&Tree::children>("children", "children"));
};
template <>
struct http::Fields<Sample> {
  static constexpr auto table = http::fields<Sample>(
      "Sample", http::body<&Sample::id>("id", "id"), http::body<&Sample::name>("name", "name").required().length(3, 5),
      http::body<&Sample::on>("on", "switch"), http::body<&Sample::seen>("seen", "time"),
      http::body<&Sample::color>("color", "colour"), http::body<&Sample::hops>("hops", "hops").items(2),
      http::body<&Sample::values>("values", "values"), http::body<&Sample::extra>("extra", "anything"),
      http::body<&Sample::attributes>("attributes", "attributes"), http::body<&Sample::note>("note", "note"),
      http::body<&Sample::address>("address", "address"), http::body<&Sample::network>("network", "network"),
      http::body<&Sample::port>("port", "port").range(1, 70000),
      http::body<&Sample::words>("words", "words").pattern("[a-z]+"),
      http::body<&Sample::url>("url", "URL").url_https());
};
template <>
struct http::Fields<Open> {
  static constexpr auto table = http::fields<Open>("Open", http::body<&Open::count>("count", "count")).open();
};

namespace {

using http::from_json;
using http::to_json;

/// `field: text` of everything that is wrong with the JSON.
std::vector<std::string> complaints(std::string_view json) {
  const auto value = from_json<Sample>(json);
  std::vector<std::string> out;
  if (value) return out;
  for (const auto& field : value.error().fields()) out.push_back(field.name + ": " + field.text);
  return out;
}

TEST(Dto, ReadsEveryKindOfMember) {
  const auto value = from_json<Sample>(
      R"({"id":"8C5D9B0E-1111-4222-8333-444455556666","name":"abc","on":false,"seen":"2026-02-03T10:00:00+02:00",
          "color":"green","hops":[{"name":"a","ttl":3},{"name":"b","ttl":null}],"values":{"x":1,"y":2.5},
          "extra":[1,2.5,{"k":"é"}],"attributes":{"n":5,"t":"x","z":null},"note":"hi","address":"192.0.2.1",
          "network":"10.0.0.0/8","port":8080,"words":["ab","c"],"url":"https://example.com/x"})");
  ASSERT_TRUE(value) << value.error().message();
  EXPECT_EQ(to_json(*value),
            R"({"id":"8c5d9b0e-1111-4222-8333-444455556666","name":"abc","on":false,"seen":"2026-02-03T08:00:00.000000Z",)"
            R"("color":"green","hops":[{"name":"a","ttl":3},{"name":"b"}],"values":{"x":1,"y":2.5},)"
            R"("extra":[1,2.5,{"k":"é"}],"attributes":{"n":5,"t":"x","z":null},"note":"hi","address":"192.0.2.1",)"
            R"("network":"10.0.0.0/8","port":8080,"words":["ab","c"],"url":"https://example.com/x"})");
}

TEST(Dto, DefaultsStayWhenFieldsAreAbsent) {
  const auto value = from_json<Sample>(R"({"name":"abc"})");
  ASSERT_TRUE(value);
  EXPECT_TRUE(value->on);
  EXPECT_EQ(value->port, 7);
}

TEST(Dto, TellsAbsentNullAndValueApart) {
  EXPECT_FALSE(from_json<Sample>(R"({"name":"abc"})")->note.has_value());
  const auto null = from_json<Sample>(R"({"name":"abc","note":null})");
  ASSERT_TRUE(null->note.has_value());
  EXPECT_FALSE(null->note->has_value());
  EXPECT_EQ(from_json<Sample>(R"({"name":"abc","note":"x"})")->note->value(), "x");
}

TEST(Dto, ReportsAllWrongFieldsWithTheirPaths) {
  EXPECT_THAT(
      complaints(R"({"name":"ab","on":"yes","hops":[{"name":"a"},{"ttl":"x"}],"port":0,"color":"blue","words":["A"],
                     "id":"1","seen":"noon","values":{"x":"y"},"url":"http://a/","attributes":{"a":[1]},"nmae":1})"),
      testing::UnorderedElementsAre(
          "name: must be between 3 and 5 characters long", "on: must be true or false", "hops[1].name: is required",
          "hops[1].ttl: must be a whole number", "port: must be a whole number between 1 and 70000",
          "color: must be one of red, green", "words[0]: must match [a-z]+", "id: must be a UUID",
          "seen: must be an ISO 8601 date and time with offset, such as 2026-02-03T08:00:00Z",
          "values.x: must be a number", "url: must be an https:// URL without user name",
          "attributes.a: must be a single value, not a list or an object",
          "nmae: is not a known field, did you mean \"name\"?"));
}

TEST(Dto, CountsCharactersNotBytes) {
  EXPECT_TRUE(complaints(R"({"name":"äöüßé"})").empty());
  EXPECT_FALSE(complaints(R"({"name":"äöüßéx"})").empty());
}

TEST(Dto, RefusesNumbersThatDoNotFit) {
  EXPECT_FALSE(complaints(R"({"name":"abc","port":66000})").empty());
  EXPECT_FALSE(complaints(R"({"name":"abc","port":1.5})").empty());
  EXPECT_TRUE(complaints(R"({"name":"abc","port":5.0})").empty());
}

TEST(Dto, ListsHaveLimits) {
  EXPECT_THAT(complaints(R"({"name":"abc","hops":[{"name":"a"},{"name":"b"},{"name":"c"}]})"),
              testing::ElementsAre("hops: must have at most 2 entries"));
}

TEST(Dto, AnOpenStructIgnoresUnknownFields) { EXPECT_TRUE(from_json<Open>(R"({"count":1,"other":2})")); }

TEST(Dto, TopLevelListsWork) {
  const auto hops = from_json<std::vector<Hop>>(R"([{"name":"a"}])");
  ASSERT_TRUE(hops);
  EXPECT_EQ(to_json(*hops), R"([{"name":"a"}])");
}

TEST(Dto, AStructMayHoldAListOfItself) {
  EXPECT_EQ(to_json(Tree{"a", {{"b", {}}}}), R"({"label":"a","children":[{"label":"b","children":[]}]})");
}

TEST(Dto, EscapesText) {
  EXPECT_EQ(to_json(std::string("a\"b\\c\n\t\x01 é")), "\"a\\\"b\\\\c\\n\\t\\u0001 é\"");
}

TEST(Dto, JsonThatIsNotStrictIsMalformed) {
  const auto message = [](std::string_view json) {
    const auto value = from_json<Sample>(json);
    return value ? std::string() : value.error().reason() + ": " + value.error().message();
  };
  EXPECT_THAT(message(R"({"name":"abc","name":"abd"})"), testing::HasSubstr("\"name\" occurs twice"));
  EXPECT_THAT(message(R"({"name":"a\u0000c"})"), testing::HasSubstr("NUL"));
  EXPECT_THAT(message("{\"name\":\"\xff\xff\xff\"}"), testing::StartsWith("malformed_json"));
  EXPECT_THAT(message("{\"name\":\"abc\"} x"), testing::StartsWith("malformed_json"));
  EXPECT_THAT(message("{\"name\":"), testing::StartsWith("malformed_json"));
  EXPECT_THAT(message(""), testing::StartsWith("malformed_json"));
  EXPECT_THAT(message(std::string(40, '[') + std::string(40, ']')), testing::HasSubstr("nested deeper than 32"));
}

TEST(Dto, EnumsHaveNames) {
  EXPECT_EQ(http::name_of(Color::green), "green");
  EXPECT_EQ(http::parse_enum<Color>("red"), Color::red);
  EXPECT_FALSE(http::parse_enum<Color>("blue"));
}

}  // namespace
}  // namespace openstrat
