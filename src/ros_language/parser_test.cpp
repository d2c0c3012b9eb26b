// Verdicts: what is refused, with which words and where; what text becomes which command.
#include <gtest/gtest.h>

#include "ros_language/parser.hpp"
#include "ros_language/structure.hpp"
#include "ros_language/testing.hpp"

namespace openstrat::ros {
namespace {

std::expected<std::shared_ptr<const Script>, ParseError> parse_as(std::string source, Version version) {
  ParseOptions options;
  options.personality = Personality(version);
  options.menus = &testing::router_menus();
  return parse(std::move(source), options);
}

std::string verdict(std::string source, Version version = {7, 24, 0}) {
  const auto script = parse_as(std::move(source), version);
  return script ? "ok" : script.error().to_string();
}

/// Menu and name of every command, in order.
std::string commands(std::string source) {
  const auto script = parse_as(std::move(source), {7, 24, 0});
  if (!script) return script.error().to_string();
  std::string out;
  for (const Statement& statement : (*script)->body().statements) {
    if (statement.command == nullptr) continue;
    if (!out.empty()) out += ' ';
    out += std::string(statement.command->menu) + ":" + std::string(statement.command->name);
  }
  return out;
}

/// Value of the last argument of the last command, as text.
std::string last_value(std::string source) {
  const auto script = parse_as(std::move(source), {7, 24, 0});
  if (!script) return script.error().to_string();
  return (*script)->body().statements.back().command->arguments.back().value->value->to_text();
}

TEST(ParseError, NamesTheFirstErrorWithLineAndByteColumn) {
  EXPECT_EQ(verdict(":put 1\n:put (1"), "expected closing brace (line 2 column 8)");
  EXPECT_EQ(verdict(":put 1\n  \"text\""), "expected command name (line 2 column 3)");
  EXPECT_EQ(verdict(":local caf\xc3\xa9 1"), "expected end of command (line 1 column 11)");
  EXPECT_EQ(verdict(":local x($i->7)"), "expected end of command (line 1 column 9)");
  EXPECT_EQ(verdict(":put [:len \"a\"]."), "expected end of command (line 1 column 16)");
  EXPECT_EQ(verdict("ROSVER=7"), "expected command name (line 1 column 1)");
  EXPECT_EQ(verdict("/ip address> print"), "expected command name (line 1 column 12)");
  EXPECT_EQ(verdict(":put (1 + )"), "syntax error (line 1 column 11)");
  EXPECT_EQ(verdict(":put ()"), "syntax error (line 1 column 7)");
  EXPECT_EQ(verdict(":if (true) do={:put 1"), "expected closing brace (line 1 column 22)");
  EXPECT_EQ(verdict("{ :put 1"), "missing closing brace (line 1 column 9)");
  EXPECT_EQ(verdict("/ip address find where="), "missing value for where (line 1 column 24)");
  EXPECT_EQ(verdict("$f a=1 b = 2"), "syntax error (line 1 column 10)");
  EXPECT_EQ(verdict(":put ({1;2};{3})"), "syntax error (line 1 column 12)");
  EXPECT_EQ(verdict("/ip address set [find] disable"), "expected end of command (line 1 column 24)");
}

TEST(ParseError, UnknownCommandsAreLateFrom720On) {
  EXPECT_EQ(verdict("/interface poe print", {7, 24, 0}), "ok");
  EXPECT_EQ(verdict("/interface poe print", {7, 19, 6}), "bad command name poe (line 1 column 12)");
  EXPECT_EQ(verdict("/interface poe print", {6, 49, 0}), "bad command name poe (line 1 column 12)");
  const auto script = parse_as("/interface poe print", {7, 20, 8});
  EXPECT_EQ((*script)->body().statements[0].message, "bad command name poe (line 1 column 12)");
}

TEST(ParseError, UnknownParametersAreLateFrom723On) {
  EXPECT_EQ(verdict("/ip address add nosuch=1", {7, 22, 1}), "expected end of command (line 1 column 17)");
  const auto script = parse_as("/ip address add nosuch=1", {7, 23, 0});
  EXPECT_EQ((*script)->body().statements[0].message, "bad parameter nosuch (line 1 column 23)") << "behind the word";
}

TEST(ParseError, BehindAnUnknownCommandOnlyArgumentsMayStand) {
  EXPECT_EQ(verdict("/nosuch/print"), "syntax error (line 1 column 8)");
  EXPECT_EQ(verdict("/nosuch {"), "syntax error (line 1 column 9)");
  EXPECT_EQ(verdict("status: ok"), "syntax error (line 1 column 7)");
  EXPECT_EQ(verdict("nosuch a b=c $x [:len 1] d=\"e f\" g=$x"), "ok");
  EXPECT_EQ(verdict("nosuch a=\"b\\n\""), "syntax error (line 1 column 9)") << "a string there is of one piece";
  EXPECT_EQ(verdict("nosuch a=\"b $x\""), "syntax error (line 1 column 9)");
  EXPECT_EQ(verdict("nosuch a=\"$x/b\""), "syntax error (line 1 column 13)");
}

TEST(ParseError, AnArgumentIsGivenOnce) {
  EXPECT_EQ(verdict("/tool fetch url=x output=user y", {7, 22, 1}), "expected end of command (line 1 column 31)") << "the unnamed one has its value";
  EXPECT_EQ(verdict("/ip address add comment=a=b"), "syntax error (line 1 column 25)");
  EXPECT_EQ(verdict("/ip address add comment= b disabled=yes"), "ok");
  EXPECT_EQ(verdict("tostr: 1"), "expected end of command (line 1 column 6)");
  EXPECT_EQ(verdict("/ip address print comment={1}"), "expected end of command (line 1 column 19)");
}

TEST(ParseError, ScriptingCommandsHaveTheirVersion) {
  EXPECT_EQ(verdict(":onerror e in={} do={}", {7, 13, 0}), "ok");
  EXPECT_EQ(verdict(":onerror e in={} do={}", {7, 12, 0}), "bad command name onerror (line 1 column 2)");
  EXPECT_EQ(verdict(":put [:serialize to=json 1]", {6, 49, 0}), "bad command name serialize (line 1 column 8)");
  EXPECT_EQ(verdict(":break", {7, 21, 0}), "ok");  // late error
  EXPECT_EQ(verdict(":break", {7, 19, 0}), "bad command name break (line 1 column 2)");
}

TEST(ParseError, SetNeedsAVariableInSight) {
  EXPECT_EQ(verdict(":set x 1"), "syntax error (line 1 column 6)");
  EXPECT_EQ(verdict(":local x; :set x 1"), "ok");
  EXPECT_EQ(verdict(":put $x; :set x 1"), "ok");
  EXPECT_EQ(verdict(":if ($x) do={:set x 1}"), "syntax error (line 1 column 19)") << "read by the same statement";
  EXPECT_EQ(verdict("{:local x}; :set x 1"), "syntax error (line 1 column 18)");
  EXPECT_EQ(verdict(":foreach k,v in=$a do={:set v 1; :set k 2}"), "ok");
}

TEST(Lines, StatementsEndAtNewlineOrSemicolon) {
  EXPECT_EQ(commands(";;\n\n:put 1;;\r\n:put 2"), "/:put /:put");
  EXPECT_EQ(commands(":put (1 +\n 2)"), "/:put");
  EXPECT_EQ(last_value(":put \"a\nb\""), "a\nb");
  EXPECT_EQ(commands(""), "");
}

TEST(Lines, HashIsACommentOnlyAtStatementStart) {
  EXPECT_EQ(commands("# one\n  # two\n:put 1; # three\n"), "/:put");
  EXPECT_EQ(last_value("/ip address add comment=#tag"), "#tag");
  EXPECT_EQ(verdict(":put 1 # no"), "expected end of command (line 1 column 8)");
}

TEST(Lines, BackslashJoinsLines) {
  EXPECT_EQ(commands("/ip address \\\n    add address=1.2.3.4 \\\r\n    interface=ether1"), "/ip/address:add");
  EXPECT_EQ(last_value("/ip address add comment=\\\n    \"a b\""), "a b");
  EXPECT_EQ(last_value("/ip address add comment=\"one \\\n    two\""), "one two");
  EXPECT_EQ(last_value(":put \"a\\ b\""), "ab");
}

TEST(Escapes, EveryByteBehindABackslash) {
  const std::map<char, std::string> known = {{'"', "\""}, {'\\', "\\"}, {'n', "\n"}, {'r', "\r"}, {'t', "\t"},
                                             {'$', "$"},  {'_', " "},   {'a', "\a"}, {'b', "\b"}, {'f', "\f"},
                                             {'v', "\v"}, {'?', "?"}};
  const std::string hex = "0123456789ABCDEF";
  for (int byte = 1; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const std::string source = std::string(":put \"x\\") + c + "y\"";
    if (const auto escape = known.find(c); escape != known.end()) {
      EXPECT_EQ(last_value(source), "x" + escape->second + "y") << byte;
    } else if (c == ' ' || c == '\t') {
      EXPECT_EQ(last_value(source), "xy") << byte;
    } else if (c == '\n') {
      EXPECT_EQ(last_value(source), "xy");
    } else {
      EXPECT_EQ(verdict(source), "expected input value (line 1 column 9)") << byte;
    }
  }
  for (const char high : hex) {
    for (const char low : hex) {
      const std::string source = std::string(":put \"\\") + high + low + "\"";
      const auto byte = static_cast<char>(hex.find(high) * 16 + hex.find(low));
      EXPECT_EQ(last_value(source), std::string(1, byte)) << source;
    }
  }
  EXPECT_NE(verdict(":put \"\\1f\""), "ok");
}

TEST(Context, RulesOneToEight) {
  EXPECT_EQ(commands("/ip/address/print; /ip address print; /ip/ address print"), "/ip/address:print /ip/address:print /ip/address:print");
  EXPECT_EQ(commands("/ip address\n:put 1\nput 2\nprint"), "/:put /:put /ip/address:print");
  EXPECT_EQ(commands("/ip address\nlocal a 1\nfind"), "/:local /ip/address:find");
  EXPECT_EQ(commands("/ip firewall filter\n.. service-port print"), "/ip/firewall/service-port:print");
  EXPECT_EQ(commands("/ip address\nprint\n/ip route\nprint"), "/ip/address:print /ip/route:print");
}

std::string shape(std::string source) {
  const auto script = parse_as(std::move(source), {7, 24, 0});
  return script ? structure(**script) : script.error().to_string();
}

TEST(Context, BracketsStartInTheMenuOfTheirStatement) {
  EXPECT_EQ(shape("/ip route remove [find where comment=x]"),
            "(evl /ip/route/removenumbers=(evl (evl /ip/route/findwhere=(= $comment x))))");
  EXPECT_EQ(shape("/ip route remove [/ip address find]"), "(evl /ip/route/removenumbers=(evl (evl /ip/address/find)))");
  EXPECT_EQ(shape("/ip route\n:put [find]"), "/ip/route/;(evl /putmessage=(evl (evl /ip/route/find)))");
}

TEST(Context, BlocksInheritAndAMenuMayHaveABlock) {
  EXPECT_EQ(shape("/ip route\n:if (true) do={find}"), "/ip/route/;(evl /ifcondition=true;do=;(evl (evl /ip/route/find)))");
  EXPECT_EQ(shape("/interface/list/member { add list=a interface=b }"), "(evl (evl /interface/list/member/addinterface=b;list=a))");
  EXPECT_EQ(shape("/ip address; { /ip route; find }; find"), "/ip/address/;(evl /ip/route/ (evl /ip/route/find));(evl /ip/address/find)");
}

TEST(Context, NamesMayBeAbbreviated) {
  EXPECT_EQ(commands("/ip addr p"), "/ip/address:print");
  EXPECT_EQ(verdict("/ip f fil fi", {7, 19, 0}), "ok");
  EXPECT_EQ(verdict("/ip address x", {7, 19, 0}), "bad command name x (line 1 column 13)");
}

TEST(Blocks, RawTextIsKeptByteForByte) {
  const std::string text = " :put \\\"x\\\" ; # }\n {a} \xff ";
  EXPECT_EQ(last_value("/system script add name=a source={" + text + "}"), text);
  EXPECT_EQ(last_value("/system scheduler add name=a on-event={:put \"}\"}"), ":put \"}\"");
  EXPECT_EQ(verdict("/system script add name=a source={ this is (not a script }"), "ok");
}

TEST(Blocks, CodeIsParsedNow) {
  EXPECT_EQ(verdict(":do { this is (not a script }"), "syntax error (line 1 column 29)");
  EXPECT_EQ(verdict("/interface monitor-traffic ether1 once do={:put $\"rx-bits-per-second\"}"), "ok");
}

TEST(Blocks, BracesInExpressionsAreArrays) {
  EXPECT_EQ(shape(":local a {1;b=2;\"c d\"=3}"), "(evl /localname=$a;value=1;b=2;c d=3)");
  EXPECT_EQ(shape(":put ({})"), "(evl /putmessage=)");
  EXPECT_NE(verdict(":local a {}"), "ok");
  EXPECT_EQ(shape(":local a {1,2}"), "(evl /localname=$a;value=(, 1 2))");
  EXPECT_EQ(verdict(":local a {\n 1\n 2;\n \"x\"={3}\n \"y\"=4\n}"), "ok");
}

TEST(Where, BareWordsAreFieldsLeftAndTextRight) {
  EXPECT_EQ(shape("/ip address find comment~\"^x\" !disabled"), "(evl /ip/address/findwhere=(  (~ $comment ^x) (! $disabled)))");
  EXPECT_EQ(shape("/ip address find where (address=1.1.1.1/24 or interface=ether1-wan)"),
            "(evl /ip/address/findwhere=(or (= $address 1.1.1.1/24) (= $interface ether1-wan)))");
  EXPECT_EQ(shape("/ip address find where [:len $comment]>0"), "(evl /ip/address/findwhere=(> (evl (evl /lenvalue=$comment)) 0))");
  EXPECT_EQ(shape("/ip address print where .id=*1F"), "(evl /ip/address/printwhere=(= $.id *1F))");
}

TEST(Structure, KeepsTheEmptyStatementsOfARouter) {
  EXPECT_EQ(shape("# only a comment"), "/");
  EXPECT_EQ(shape(""), "");
  EXPECT_EQ(shape("# c\n:put 1"), "(evl /putmessage=1)");
  EXPECT_EQ(shape("# c\n\n:put 1"), "/;(evl /putmessage=1)");
  EXPECT_EQ(shape(":do {\n:put 1\n# c\n}"), "(evl /docommand=;(evl / (evl /putmessage=1)))");
  EXPECT_EQ(shape(":do {\n:put 1\n  # c\n }"), "(evl /docommand=;(evl / (evl /putmessage=1) /))") << "an indented comment belongs to what follows";
  EXPECT_EQ(shape(":put 1\n  # c\n\n# d\n:put 2"), "(evl /putmessage=1);/;(evl /putmessage=2)");
  EXPECT_EQ(shape(":put 1\n# c\n\n# d\n:put 2"), "(evl /putmessage=1);(evl /putmessage=2)");
  EXPECT_EQ(shape("/ip address; :put []"), "/ip/address/;(evl /putmessage=(evl /ip/address/))");
  EXPECT_EQ(shape(":do {}"), "(evl /docommand=;(evl /))");
}

TEST(Limits, DeepNestingIsAnErrorAndNoCrash) {
  for (const char* open : {"(", "[", "{", "(!", "(>", ":do {", ":put [:put (", "{{", "\"$(", "\"$[:put "}) {
    std::string source = ":put ";
    for (int i = 0; i < 100'000; ++i) source += open;
    EXPECT_NE(verdict(source), "ok") << open;
  }
}

}  // namespace
}  // namespace openstrat::ros
