// Scripting commands that turn values into values.
#include <gtest/gtest.h>

#include "sim/lang/testing.hpp"

namespace openstrat::sim {
namespace {

std::string put(const std::string& command) {
  testing::RecordingHost host;
  Session session;
  auto script = parse(":put [" + command + "]", {});
  if (!script) return script.error().to_string();
  const RunResult result = Interpreter(host, session).run(*script);
  if (result.error) return "ERROR " + result.error->message;
  return host.output.empty() ? "" : host.output.back();
}

using Cases = std::vector<std::pair<const char*, const char*>>;

void check(const Cases& cases) {
  for (const auto& [command, expected] : cases) EXPECT_EQ(put(command), expected) << command;
}

TEST(Builtin, LengthPickFind) {
  check({{":len \"abc\"", "3"}, {":len {1;2}", "2"}, {":len $none", "0"}, {":len 1234", "4"},
         {":pick \"abcdef\" 1", "b"}, {":pick \"abcdef\" 1 3", "bc"}, {":pick \"abcdef\" 4 99", "ef"}, {":pick \"abc\" 9", ""},
         {":pick {10;20;30} 1", "20"}, {":pick {10;20;30} 0 2", "10;20"}, {":pick \"abc\" 1 [:len \"abc\"]", "bc"},
         {":find \"abcabc\" \"b\"", "1"}, {":find \"abcabc\" \"b\" 1", "4"}, {":find \"abc\" \"a\" -1", "0"},
         {":find \"abc\" \"a\" 0", ""}, {":find {10;20;30} 20", "1"}, {":typeof [:find \"a\" \"z\"]", "nil"}});
}

TEST(Builtin, Conversions) {
  check({{":tonum \"12\"", "12"}, {":typeof [:tonum \"x\"]", "nil"}, {":tobool \"yes\"", "true"}, {":toip \"1.2.3.4\"", "1.2.3.4"},
         {":typeof [:toip \"x\"]", "nil"}, {":totime 90", "00:01:30"}, {":totime \"1h\"", "01:00:00"}, {":toid \"*1f\"", "*1F"},
         {":toarray \"a,b,c\"", "a;b;c"}, {":len [:toarray \"a,b,\"]", "3"}, {":len [:toarray \"\"]", "0"}, {":tostr {1;a=2}", "1;a=2"},
         {":tostr [:parse \":put 1\"]", "(code)"}, {":typeof [:tostr 5]", "str"}, {":tonsec 1s", "1000000000"},
         {":range 1 4", "1;2;3;4"}, {":toip6 \"1::2\"", "1::2"}});
}

TEST(Builtin, Json) {
  check({{":serialize to=json {\"a\"=1;\"b\"=\"x\";\"c\"=true}", "{\"a\":1,\"b\":\"x\",\"c\":true}"},
         {":serialize to=json {1;2;\"3\"}", "[1,2,3.000000]"},
         {":serialize to=json options=json.no-string-conversion {\"3\"}", "[\"3\"]"},
         {":serialize to=json ({})", "[]"},
         {":serialize to=json \"q\\\"\\n\"", "\"q\\\"\\n\""},
         {":serialize to=json [:nothing]", "null"},
         {":deserialize from=json \"{\\\"a\\\":[1,2,{\\\"b\\\":\\\"\\\\u00e4\\\"}]}\"", "a=1;2;b=\xc3\xa4"},
         {":typeof ([:deserialize from=json \"{\\\"a\\\":1.5}\"]->\"a\")", "str"},
         {":deserialize from=json \"{\"", "ERROR failure: malformed json"},
         {":serialize to=dsv delimiter=\";\" {{1;2};{3;4}}", "1;2\n3;4\n"},
         {":serialize to=json \"123.123\"", "123.123000"}, {":serialize to=json \"0000000000\"", "0.000000"}, {":serialize to=json 123.123", "\"123.0.0.123\""},
         {":serialize value=a,b,c to=json", "[\"a\",\"b\",\"c\"]"}, {":typeof ([:deserialize from=json \"{\\\"a\\\":\\\"1.2.3.4\\\"}\"]->\"a\")", "ip"},
         {":deserialize from=dsv options=dsv.plain \"a,b\\nc,d\"", "a;b;c;d"},
         {":serialize to=xml 1", "ERROR invalid value for argument to"}});
}

TEST(Builtin, DelimitedText) {
  const std::string columns = ":serialize to=dsv delimiter=\";\" value={a=(1,2,3);b=(4,5,6);c=(7,\"text\",9)}";
  check({{(columns + " order=(\"c\",\"a\",\"b\")").c_str(), "c;a;b\n7;1;4\ntext;2;5\n9;3;6\n"},
         {":serialize to=dsv value={a=(1,2);b=(3)}", "ERROR failure: array size mismatch"},
         {":serialize to=dsv options=dsv.ignore-size value={a=(1,2);b={3}}", "a,b\n1,3\n2,\n"},
         {":serialize to=dsv options=dsv.remap delimiter=\"#\" value=({{a=1;b=2};{a=3;c=4}})", "a#b#c\n1#2#\n3##4\n"},
         {":serialize to=dsv options=dsv.wrap-strings value=({{\"x\";1}})", "\"x\",1\n"},
         {":serialize to=dsv delimiter=\" \" value=({1;2;3})", "1 2 3\n"},
         {":tostr ([:deserialize from=dsv delimiter=\";\" value=\"a;b;c\\n1;findme;3\" options=dsv.plain]->1->1)", "findme"},
         {":tostr ([:deserialize from=dsv \"a;b;c\\n1;2;3\\n4;5;6\" delimiter=\";\" options=dsv.array]->1->\"b\")", "5"},
         {":deserialize from=dsv delimiter=\";\" \"a;b\\n1;2\\n3;4\"", "a=1;3;b=2;4"},
         {":serialize to=json [:deserialize \"test\\rte<!>st\\ntest\" delimiter=\"<!>\" from=dsv options=dsv.plain]", "[[\"test\"],[\"te\",\"st\"],[\"test\"]]"}});
  testing::RecordingHost host;
  Session session;
  ASSERT_FALSE(Interpreter(host, session).run(*parse(":serialize to=dsv {{1;2}} file-name=t.csv", {})).error);
  EXPECT_EQ(host.files["t.csv"], "1,2\n");
}

TEST(Builtin, Convert) {
  check({{":convert \"hello\" to=base64", "aGVsbG8="}, {":convert \"aGVsbG8=\" from=base64", "hello"},
         {":convert \"hi\" to=hex", "6869"}, {":convert \"6869\" from=hex to=byte-array", "104;105"},
         {":convert {104;105} from=byte-array", "hi"}, {":convert 258 from=num to=byte-array", "2;1"}, {":convert 258 from=num to=hex", "0102"},
         {":convert \"a b&\" to=url", "a%20b%26"}, {":convert \"a%20b\" from=url", "a b"}, {":convert \"Ab\" transform=uc", "AB"},
         {":convert \"foo\" to=base32", "MZXW6==="}, {":convert \"abc\" transform=rot13", "nop"},
         {":convert \"abc\" transform=reverse", "cba"}, {":convert \"abc\" transform=md5 to=hex", "900150983cd24fb0d6963f7d28e17f72"}, {":convert 001 to=hex", "31"},
         {":convert from=hex to=bit-array-lsb \"EF\"", "1;1;1;1;0;1;1;1"}, {":convert from=byte-array to=bit-array-msb {239}", "1;1;1;0;1;1;1;1"},
         {":convert from=bit-array-msb to=hex [:convert from=hex to=bit-array-msb \"a5\"]", "a5"}, {":convert \"Ab\" transform=none", "Ab"},
         {":convert \"zz\" from=hex", "ERROR failure: invalid input"}});
}

TEST(Builtin, Random) {
  EXPECT_EQ(put(":rndnum from=5 to=5"), "5");
  EXPECT_EQ(put(":rndstr length=20").size(), 20U);
  EXPECT_EQ(put(":rndstr from=\"ab\" length=8").find_first_not_of("ab"), std::string::npos);
  EXPECT_EQ(put(":rndnum from=9 to=1"), "ERROR value of to out of range");
}

}  // namespace
}  // namespace openstrat::sim
