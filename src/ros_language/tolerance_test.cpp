// What public scripts write and routers take: each case is the least of one that was refused.
#include <gtest/gtest.h>

#include "ros_language/parser.hpp"
#include "ros_language/structure.hpp"
#include "ros_language/testing.hpp"

namespace openstrat::ros {
namespace {

/// The structure, or the error with its place.
std::string shape(std::string source, const MenuLookup& menus = testing::router_menus()) {
  ParseOptions options;
  options.menus = &menus;
  const auto script = parse(std::move(source), options);
  return script ? structure(**script) : script.error().to_string();
}

TEST(Tolerance, CommentsStandBetweenElementsOfAnArray) {
  const std::string lists = "(evl /globalname=$lists;value=block=cert=x)";
  EXPECT_EQ(shape(":global lists {\n#  \"allow\"={\n#    {url=1 };\n#  };\n  \"block\"={\n#  { url=\"a;\n    cert=\"x\" };\n  # end\n}"), lists);
  EXPECT_EQ(shape(":put ({1;\n # two }\n 3})"), "(evl /putmessage=1;3)");
  EXPECT_EQ(shape(":put ({1 # two\n})"), "syntax error (line 1 column 10)") << "only where an element may begin";
}

TEST(Tolerance, BlanksBehindABackslashStillJoinLines) {
  EXPECT_EQ(shape(":put (\"a\" . \\ \n  \"b\")"), "(evl /putmessage=(. a b))");
  EXPECT_EQ(shape("/ip address add address=1.1.1.1/24 \\\t \r\n  interface=ether1"), "(evl /ip/address/addaddress=1.1.1.1/24;interface=ether1)");
  EXPECT_EQ(shape(":put \\ 1"), "(evl /putmessage=1)");
}

TEST(Tolerance, ColonAndCommandMayStandApart) {
  EXPECT_EQ(shape(": put [: len \"ab\"]"), "(evl /putmessage=(evl (evl /lenvalue=ab)))");
  EXPECT_EQ(shape(":put 1\n: \n"), "expected command name (line 2 column 2)");
}

TEST(Tolerance, TextMayStandApartFromItsName) {
  EXPECT_EQ(shape("/ip address add comment= \"to wan\" interface=ether1"), "(evl /ip/address/addcomment=to wan;interface=ether1)");
}

TEST(Tolerance, ASingleSignIsAWordInWhere) {
  EXPECT_EQ(shape("/ip address find where (comment=a and interface=-) disabled"),
            "(evl /ip/address/findwhere=(  (and (= $comment a) (= $interface -)) $disabled))");
}

TEST(Tolerance, NamesOfArgumentsMayHaveASlash) {
  const testing::TestMenus menus("/radio/add rates rates-a/g");
  EXPECT_EQ(shape("/radio add rates-a/g=6Mbps rates=x", menus), "(evl /radio/addrates=x;rates-a/g=6Mbps)");
  EXPECT_EQ(shape("/radio add rates-a/b=6Mbps", menus), "expected end of command (line 1 column 12)");
}

}  // namespace
}  // namespace openstrat::ros
