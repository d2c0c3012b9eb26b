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
  EXPECT_EQ(shape(":global lists {\n#  \"allow\"={\n#    {url=1 };\n#  };\n  \"block\"={\n#  { url=\"a;\n    cert=\"x\" };\n# end\n}"), lists);
  EXPECT_EQ(shape("/ip address add address=1.2.3.4/32 comment=\\\n    #tag"), "(evl /ip/address/addaddress=1.2.3.4/32;comment=#tag)") << "as exports wrap it";
  EXPECT_EQ(shape("/ip address add address=1.2.3.4/32 \\\n# a note\n comment=x"), "(evl /ip/address/addaddress=1.2.3.4/32;comment=x)");
  for (const char* source : {":put {1 # two\n}", ":local z {#test}", ":local z {1;#test}", ":local z {a=1;#b=2}", ":local z (1,#test)", ":local z {do={ # c\n:put 1}}",
                             ":local z { { # c\n:put 1}}", ":local x 2 #", ":put 2 # blah", ":if (true) do={:put x} # c\n:put y", ":local z {[:put {#test}]}"}) {
    EXPECT_NE(shape(source).find("(line 1 column "), std::string::npos) << source << ": only at the start of a line";
  }
  EXPECT_EQ(shape(":if (1 = 2 \\ # bad"), "syntax error (line 1 column 14)");
  EXPECT_EQ(shape(":put #test"), "(evl /putmessage=#test)");
}

TEST(Tolerance, BlanksBehindABackslashStillJoinLines) {
  EXPECT_EQ(shape(":put (\"a\" . \\ \n  \"b\")"), "(evl /putmessage=(. a b))");
  EXPECT_EQ(shape("/ip address add address=1.1.1.1/24 \\\t \r\n  interface=ether1"), "(evl /ip/address/addaddress=1.1.1.1/24;interface=ether1)");
  EXPECT_EQ(shape(":put \\ 1"), "(evl /putmessage=1)");
}

TEST(Tolerance, ArraysHaveOneSeparatorBetweenElements) {
  for (const char* source : {":local z {;}", ":local z {;1}", ":local z {1;;2}", ":local z (1;2)", ":local z (1,)", ":local z {(1,)}", ":local z {*1}", ":local z {+1}", ":put ({;})"}) {
    EXPECT_NE(shape(source).find("syntax error"), std::string::npos) << source;
  }
  EXPECT_EQ(shape(":put {1;}"), "(evl /putmessage=1)");
  EXPECT_EQ(shape(":put {1\n\n2}"), "(evl /putmessage=1;2)");
}

TEST(Tolerance, ArgumentsOfMenusAreNoArraysInBraces) {
  EXPECT_EQ(shape("/ip address add comment={1;2}"), "syntax error (line 1 column 25)");
  EXPECT_EQ(shape("/ip address add comment=(1,2)"), "(evl /ip/address/addcomment=(, 1 2))");
  EXPECT_EQ(shape(":log info message={1;2}"), "syntax error (line 1 column 19)");
  EXPECT_EQ(shape(":for i from={(1,2)} to=2 do={}"), "(evl /forcounter=$i;do=;(evl /);from=(, 1 2);to=2)");
  EXPECT_EQ(shape(":grep script={(1,2)}"), "(evl /grepscript=(1,2))") << "text, not a value";
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
