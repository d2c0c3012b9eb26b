// What public scripts, which run on many routers, need of the language; and what a router was seen to answer.
#include <gtest/gtest.h>

#include "sim/lang/testing.hpp"

namespace openstrat::sim {
namespace {

/// The lines that `source` prints, or its error.
std::string printed(const std::string& source) {
  testing::RecordingHost host;
  Session session;
  const auto script = parse(source, {});
  if (!script) return script.error().to_string();
  const RunResult result = Interpreter(host, session).run(*script);
  std::string out;
  for (const std::string& line : host.output) out += (out.empty() ? "" : "\n") + line;
  return result.error ? out + "ERROR " + result.error->message : out;
}

std::string value(const std::string& expression) { return printed(":put " + expression); }
std::string type(const std::string& expression) { return printed(":put [:typeof " + expression + "]"); }

TEST(PublicScripts, TheExpressionThatParsedTextEndsWithIsItsValue) {
  EXPECT_EQ(value("[[:parse \"(\\\"\\\\41\\\")\"]]"), "A");
  EXPECT_EQ(printed(":global f [:parse \"(\\$1 * 2)\"]; :put [$f 21]"), "42");
  EXPECT_EQ(printed(":local f do={ :local a 1; ($a + 1) }; :put [$f]"), "2");
  EXPECT_EQ(printed(":local f do={ :local a 1; :set a 2 }; :put [:typeof [$f]]"), "nothing") << "a command at the end gives nothing";
}

TEST(PublicScripts, PickingNothingGivesNil) {
  EXPECT_EQ(type("[:pick \"abc\" 3 3]"), "nil");
  EXPECT_EQ(type("[:pick \"\" 0 0]"), "nil");
  EXPECT_EQ(type("[:pick \"abc\" 7]"), "nil");
}

TEST(PublicScripts, WhatIsNotThereAddsNothingToAnArray) {
  EXPECT_EQ(printed(":local r; :set r ($r, \"a\"); :set r ($r, [:pick \"x\" 1 1]); :set r ($r, \"b\"); :put \"$[:len $r] $[:tostr $r]\""), "2 a;b");
  EXPECT_EQ(value("[:len (({}), \"\")]"), "1");
}

TEST(PublicScripts, NumbersOfAListAreNumbers) {
  EXPECT_EQ(type("([:toarray \"10,2\"]->0)"), "num");
  EXPECT_EQ(value("(([:toarray \"10,2\"]->0) > ([:toarray \"10,2\"]->1))"), "true");
  EXPECT_EQ(type("([:toarray \"a,2\"]->0)"), "str");
}

TEST(PublicScripts, ZeroIsNotFalse) {
  EXPECT_EQ(value("(0 = false)"), "false");
  EXPECT_EQ(value("(1 = true)"), "false");
  EXPECT_EQ(value("(\"true\" = true)"), "true");
}

TEST(PublicScripts, AGlobalIsWrittenWithoutItsDeclaration) {
  testing::RecordingHost host;
  Session session;
  const auto run = [&](const char* source) { ASSERT_FALSE(Interpreter(host, session).run(*parse(source, {})).error) << source; };
  run(":global reply");
  ASSERT_NE(host.globals().find("reply"), nullptr) << "a declaration alone makes it";
  run(":do { :set $reply 3 }");
  EXPECT_EQ(host.globals().find("reply")->to_text(), "3");
  run(":set $other 3");
  EXPECT_EQ(host.globals().find("other"), nullptr);
}

TEST(PublicScripts, ANameThatNobodyDeclaredBelongsToTheFunction) {
  EXPECT_EQ(printed(":local f do={ :foreach v in=$1 do={ :set $s ($s . $v) }; :return $s }; :put [$f {1;2;3}]; :put [$f {4}]"), "123\n4");
  EXPECT_EQ(printed(":local f do={ :do { :set ($a->\"k\") 1 }; :return $a }; :put [:tostr [$f]]"), "k=1");
}

TEST(PublicScripts, ABackslashInBracketsIsACharacter) {
  EXPECT_EQ(value("(\"n\" ~ \"[\\\\bfnrt\\\"]\")"), "true");
  EXPECT_EQ(value("(\"\\\\\" ~ \"^[\\\\x]\\$\")"), "true");
  EXPECT_EQ(value("(\"]\" ~ \"^[]a]\\$\")"), "true");
  EXPECT_EQ(value("(\"a b\" ~ \"^[[:alpha:]]\\\\s\\\\w\\$\")"), "true");
  EXPECT_EQ(value("(\"-\" ~ \"^[[.-.]]\\$\")"), "true");
  EXPECT_EQ(value("(\"a.b\" ~ \"^a\\\\.b\\$\")"), "true");
  EXPECT_EQ(value("(\"x\" ~ \"[a\")"), "ERROR invalid regular expression");
}

TEST(SeenOnRouters, TypesOfWords) {
  for (const auto& [word, expected] : std::vector<std::pair<const char*, const char*>>{
           {"2.2", "ip"}, {"\"2.2\"", "str"}, {"00:00:02", "time"}, {"00:11:22:33:44:55", "str"}, {"(1 . 2)", "str"}, {"*1", "id"},
           {"[:toarray \"\"]", "array"}, {"([:toarray \"\"]->0)", "nothing"}, {"[:parse \":put hello\"]", "code"}, {"[:nothing]", "nil"}}) {
    EXPECT_EQ(type(word), expected) << word;
  }
  EXPECT_EQ(value("[:tostr 00:60:00]"), "01:00:00");
  EXPECT_EQ(value("[:tostr ((1,2,3) . \"a\")]"), "1a;2a;3a");
  EXPECT_EQ(printed(":put [:tobool \"yes\"]; :put [:tobool \"no\"]; :put [:tobool 0]; :put [:tobool 1]"), "true\nfalse\nfalse\ntrue");
  EXPECT_EQ(printed("{ :local x 1,2; :put \"$[:typeof $x]|$[:len $x]\" }"), "array|2");
  EXPECT_EQ(printed(":put ([:nothing] = 0); :put ([:nothing] > 0); :put ([:nothing] < 0)"), "false\nfalse\ntrue");
}

TEST(SeenOnRouters, MembersOfArrays) {
  const auto member = [](const std::string& word) { return printed("{ :local z {" + word + "}; :put [:typeof ($z->0)] }"); };
  for (const auto& [word, expected] : std::vector<std::pair<const char*, const char*>>{
           {"1.1", "ip"}, {"1::1", "ip6"}, {"1.1.1.1/24", "ip-prefix"}, {"2008:1::2/128", "ip6-prefix"}, {"123", "num"}, {"0x10", "num"}, {"1d", "time"},
           {"yes", "bool"}, {"\"abc\"", "str"}, {"abc", "nothing"}, {"00:11:22:33:44:55", "nothing"}, {"Yes", "nothing"}, {"0X10", "nothing"},
           {"15251w", "nothing"}, {"15250w", "time"}, {"106752d", "nothing"}, {"106751d", "time"}, {"9223372037s", "nothing"}, {"9223372036s", "time"},
           {"1.255", "ip"}, {"1.256", "time"}, {"3.14159", "time"}, {"1.1.255", "ip"}}) {
    EXPECT_EQ(member(word), expected) << word;
  }
  const std::string each = ":foreach k,v in=$z do={:put \"$k|$[:typeof $k]|$v|$[:typeof $v]\"} }";
  EXPECT_EQ(printed("{ :local z (a=1,b=2); " + each), "0|num|false|bool\n1|num|false|bool");
  EXPECT_EQ(printed("{ :local z {a=1}; " + each), "a|str|1|num");
  EXPECT_EQ(printed("{ :local z {1,2}; :put [:len $z] }"), "1");
}

}  // namespace
}  // namespace openstrat::sim
