// What an editor is told: every error, with the router's first; doubtful words and variables; what may stand at the cursor.
#include "ros_language/diagnose.hpp"

#include <gmock/gmock.h>

#include "ros_language/testing.hpp"

namespace openstrat::ros {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ParseOptions options_of(Version version) {
  ParseOptions options;
  options.personality = Personality(version);
  options.menus = &testing::router_menus();
  return options;
}

Diagnosis diagnosed(std::string text, Version version = {7, 24, 0}, std::size_t most = 20) {
  return diagnose(std::move(text), options_of(version), most);
}

std::vector<std::string> errors(const std::string& text, Version version = {7, 24, 0}, std::size_t most = 20) {
  const Diagnosis found = diagnosed(text, version, most);
  std::vector<std::string> out;
  for (const NotedError& error : found.notes.errors) {
    const LineColumn at = found.script->where(error.range.offset);
    out.push_back(std::to_string(at.line) + ":" + std::to_string(at.column) + " " + error.message);
  }
  return out;
}

TEST(Diagnose, TheFirstErrorIsTheRouters) {
  for (const std::string text : {":put (1 + )\n:put )", "/ip address add address=1.1.1.1/24 )\n:put (", ":if (true) do={\n:put \"a\n}", "{{{", ":put [", "/ip route\n}", "$f a=1 b = 2",
                                 ":local x {}\n:local", "\\", ":put \"\\z\"", "/ip address print where=\n/x y ("}) {
    for (const Version version : {Version{6, 49, 0}, Version{7, 18, 0}, Version{7, 20, 8}, Version{7, 24, 0}}) {
      const auto plain = parse(text, options_of(version));
      const Diagnosis found = diagnosed(text, version);
      ASSERT_EQ(found.notes.errors.empty(), plain.has_value()) << text;
      if (plain) continue;
      EXPECT_EQ(found.notes.errors[0].message, plain.error().message) << text;
      EXPECT_EQ(found.notes.errors[0].range.offset, plain.error().offset) << text;
    }
  }
}

TEST(Diagnose, GoesOnAtTheNextStatement) {
  EXPECT_THAT(errors(":put (1 + )\n:put 2\n:put (3 + )"), ElementsAre("1:11 syntax error", "3:11 syntax error"));
  EXPECT_THAT(errors(":if (true) do={\n  :put (1 + )\n  :put (2 + ); :put 3\n}\n:put )"),
              ElementsAre("2:13 syntax error", "3:13 syntax error", "5:6 expected end of command"));
  EXPECT_THAT(errors("/nosuch add x=1\n/ip nosuch\n:put 1", {6, 49, 0}), ElementsAre("1:2 bad command name nosuch", "2:5 bad command name nosuch"));
}

TEST(Diagnose, ABracketThatIsNeverClosedHidesNoMoreThanItMust) {
  EXPECT_THAT(errors(":put (1 + \n/ip address add address=1.1.1.1/24 )\n:put 1"), ElementsAre("2:1 syntax error", "2:36 expected end of command"));
  EXPECT_THAT(errors(":do {\n:put 1\n"), ElementsAre("3:1 expected closing brace"));
  EXPECT_THAT(errors(":put \"abc\n:put (\n"), ElementsAre("3:1 expected closing brace"));
}

TEST(Diagnose, StopsAtTheLimit) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += ":put (1 + )\n";
  EXPECT_EQ(errors(text, {7, 24, 0}, 5).size(), 5u);
}

TEST(Diagnose, WhatCouldBeReadIsInTheTree) {
  const Diagnosis found = diagnosed(":put 1\n:put (\n/ip address print\n:do {\n:put 2\n");
  EXPECT_EQ(found.script->body().statements.size(), 3u);
  EXPECT_EQ(found.script->body().statements[1].command->name, "print");
}

TEST(Diagnose, UnknownWordsAreNotedWhetherTheyRefuseTheTextOrNot) {
  for (const Version version : {Version{6, 49, 0}, Version{7, 20, 8}, Version{7, 24, 0}}) {
    const Diagnosis found = diagnosed("/ip adress add\n/ip address add adress=1 interface=e", version);
    ASSERT_EQ(found.notes.unknown.size(), 2u);
    EXPECT_EQ(found.notes.unknown[0].range.offset, 4u);
    EXPECT_EQ(found.notes.unknown[0].range.length, 6u);
    EXPECT_EQ(found.notes.unknown[0].command, CommandId::none);
    EXPECT_NE(found.notes.unknown[1].command, CommandId::none);
  }
}

std::vector<std::string> doubts(const std::string& text) {
  const Diagnosis found = diagnosed(text);
  EXPECT_THAT(found.notes.errors, IsEmpty()) << text;
  std::vector<std::string> out;
  for (const NotedVariable& variable : found.notes.variables)
    out.push_back((variable.doubt == NotedVariable::Doubt::shadowed ? "shadowed " : "undeclared ") + std::string(variable.name));
  return out;
}

TEST(Diagnose, VariablesThatNothingDeclares) {
  EXPECT_THAT(doubts(":local name 1; :put $name; :put $nmae; :put $nmae"), ElementsAre("undeclared nmae"));
  EXPECT_THAT(doubts(":put \"$a $(1 + $b)\""), ElementsAre("undeclared a", "undeclared b"));
  EXPECT_THAT(doubts(":foreach k,v in={1;2} do={:put $k; :put $v}; :put $v"), ElementsAre("undeclared v"));
  EXPECT_THAT(doubts(":local f do={:put $1; :put $some}; $f some=1"), IsEmpty()) << "a function's caller names them";
  EXPECT_THAT(doubts("/interface monitor-traffic ether1 once do={:put $\"rx-bits-per-second\"}"), IsEmpty());
}

TEST(Diagnose, AVariableThatIsReadAsAField) {
  EXPECT_THAT(doubts(":local comment x; /ip address remove [find where comment=$comment]"), ElementsAre("shadowed comment"));
  EXPECT_THAT(doubts(":local c x; /ip address remove [find where comment=$c]"), IsEmpty());
  EXPECT_THAT(doubts("/ip address print where [:len $comment]>0 and $comment~\"x\""), IsEmpty());
}

TEST(Diagnose, ABraceTooManyEndsTheReading) {
  EXPECT_EQ(diagnosed(":put 1\n}\n:put 2").notes.stopped_at, 7u);
  EXPECT_FALSE(diagnosed("{:put 1}").notes.stopped_at);
}

std::string places(std::string text) {
  const Diagnosis found = complete(std::move(text), options_of({7, 24, 0}));
  std::string out;
  for (const Place& place : found.notes.places) {
    static constexpr std::string_view kNames[] = {"command", "argument", "value", "property", "field_value", "variable"};
    if (!out.empty()) out += ' ';
    out += kNames[static_cast<std::size_t>(place.kind)];
    out += '@' + std::to_string(place.from);
    if (place.kind == Place::Kind::command) out += testing::router_menus().path(place.dir);
    if (!place.argument.empty()) out += '=' + std::string(place.argument);
  }
  return out;
}

TEST(Complete, KnowsWhatIsBeingWritten) {
  EXPECT_EQ(places(""), "command@0/");
  EXPECT_EQ(places("/ip addr"), "command@4/ip");
  EXPECT_EQ(places("/ip address "), "command@12/ip/address");
  EXPECT_EQ(places("/ip address\nad"), "command@12/ip/address");
  EXPECT_EQ(places("/ip address add "), "argument@16");
  EXPECT_EQ(places("/ip address add addr"), "argument@16");
  EXPECT_EQ(places("/ip address add disabled=y"), "value@25=disabled");
  EXPECT_EQ(places("/ip address remove [fi"), "command@20/ip/address");
  EXPECT_EQ(places("/ip address remove [find na"), "argument@25 property@25");
  EXPECT_EQ(places("/ip address print where disabled=n"), "field_value@33=disabled");
  EXPECT_EQ(places(":local a 1; :put \"x $a"), "variable@21");
  EXPECT_EQ(places("# a comm"), "");
  EXPECT_EQ(places(":put 1; # a comm"), "");
  EXPECT_EQ(places("# done\n"), "command@7/");
}

TEST(Complete, ErrorsBeforeTheCursorDoNotMatter) {
  EXPECT_EQ(places(":put (1 + )\n:if (true) do={\n  :put )\n  /ip addr"), "command@43/ip");
}

TEST(Complete, VariablesInSight) {
  const Diagnosis found = complete(":global g; :local a 1; {:local b 2}; :foreach i in={1} do={:local c 1; :put $", options_of({7, 24, 0}));
  EXPECT_THAT(found.notes.in_sight, ElementsAre("g", "a", "i", "c"));
}

TEST(Limits, NestingThatIsReadTwiceWouldNeverEnd) {
  std::string text = ":put ";
  for (int i = 0; i < 200; ++i) text += "({\"$";
  EXPECT_FALSE(parse(text, options_of({7, 24, 0})));
  std::string variables = ":put ";
  for (int i = 0; i < 200; ++i) variables += "({$";
  EXPECT_FALSE(parse(variables, options_of({7, 24, 0})));
}

}  // namespace
}  // namespace openstrat::ros
