#include "http/dto.hpp"

#include <gtest/gtest.h>

namespace openstrat {
enum class Color { red, green };
struct HopView { std::string name; std::optional<int> ttl; };
struct TreeView { std::string label; std::vector<TreeView> children; };
struct Sample {
  Uuid id; std::string name; bool on = true; std::optional<Timestamp> seen; Color color{}; std::vector<HopView> hops;
  std::map<std::string, double> values; http::Json extra; Attributes attributes; std::optional<std::optional<std::string>> note;
  IpAddress address; std::uint16_t port = 7;
};
template <> struct http::EnumNames<Color> {
  static constexpr EnumName table[] = {{"red", Color::red}, {"green", Color::green}};
};
template <> struct http::Fields<HopView> {
  static constexpr auto table = http::fields<HopView>("Hop", http::body<&HopView::name>("name", "n").required(), http::body<&HopView::ttl>("ttl", "t").omit_null());
};
template <> struct http::Fields<TreeView> {
  static constexpr auto table = http::fields<TreeView>("Tree", http::body<&TreeView::label>("label", "n"), http::body<&TreeView::children>("children", "t"));
};
template <> struct http::Fields<Sample> {
  static constexpr auto table = http::fields<Sample>("Sample",
    http::body<&Sample::id>("id", "i"), http::body<&Sample::name>("name", "n").required().length(3, 5), http::body<&Sample::on>("on", ""),
    http::body<&Sample::seen>("seen", ""), http::body<&Sample::color>("color", ""), http::body<&Sample::hops>("hops", "").items(2),
    http::body<&Sample::values>("values", ""), http::body<&Sample::extra>("extra", ""), http::body<&Sample::attributes>("attributes", ""),
    http::body<&Sample::note>("note", ""), http::body<&Sample::address>("address", ""), http::body<&Sample::port>("port", "").range(1, 70000));
};
TEST(Dto, X) {
  auto r = http::from_json<Sample>(R"({"name":"abc","hops":[{"name":"x"}],"note":null,"extra":[1,2.5,{"a":"\u00e9"}]})");
  ASSERT_TRUE(r);
  EXPECT_TRUE(http::to_json(*r).starts_with(R"({"id":"00000000-0000-0000-0000-000000000000","name":"abc","on":true,"seen":null,)"));
  EXPECT_EQ(http::to_json(TreeView{"a", {{"b", {}}}}), R"({"label":"a","children":[{"label":"b","children":[]}]})");
}
}
