#include "sim/lang/interpreter.hpp"

#include <gtest/gtest.h>

#include "sim/lang/parse_cache.hpp"
#include "sim/lang/testing.hpp"

namespace openstrat::sim {
namespace {

class InterpreterTest : public ::testing::Test {
 protected:
  InterpreterTest() { session_.menus = &testing::router_menus(); }

  /// Runs and gives what `:put` wrote, lines joined by `|`; `ERROR text` at the end if it failed.
  std::string run(std::string source, std::span<const NamedValue> variables = {}) {
    ParseOptions options;
    options.personality = session_.personality;
    options.menus = session_.menus;
    auto script = parse(std::move(source), options);
    if (!script) return script.error().to_string();
    host_.output.clear();
    result_ = Interpreter(host_, session_).run(*script, variables);
    std::string out;
    for (const std::string& line : host_.output) out += (out.empty() ? "" : "|") + line;
    if (result_.error) out += (out.empty() ? "ERROR " : "|ERROR ") + result_.error->message;
    return out;
  }
  std::string value(const std::string& expression) { return run(":put (" + expression + ")"); }
  std::string type(const std::string& expression) { return run(":put [:typeof " + expression + "]"); }

  testing::RecordingHost host_;
  Session session_;
  RunResult result_;
};

TEST_F(InterpreterTest, TypesOfValues) {
  const std::pair<const char*, const char*> cases[] = {
      {"10", "num"}, {"\"1\"", "str"}, {"abc", "str"}, {"1.2.3.4", "ip"}, {"1.0.0.0/8", "ip-prefix"}, {"1::1", "ip6"},
      {"1::/64", "ip6-prefix"}, {"1d", "time"}, {"yes", "bool"}, {"*1F", "id"}, {"{1;2}", "array"}, {"({abc})", "array"},
      {"[:nothing]", "nil"}, {"[:find \"a\" \"b\"]", "nil"}, {"$undefined", "nothing"}, {"[:parse \":put 1\"]", "code"},
      {"(>[:put 1])", "op"}, {"AA:BB:CC:DD:EE:FF", "str"}, {"[:toarray \"\"]", "array"}, {"({1;2}->5)", "nothing"},
      {"\"$x\"", "str"}, {"({abc}->0)", "nothing"}};
  for (const auto& [source, expected] : cases) EXPECT_EQ(type(source), expected) << source;
}

TEST_F(InterpreterTest, Arithmetic) {
  const std::pair<const char*, const char*> cases[] = {
      {"1 + 2 * 3", "7"}, {"7 / 2", "3"}, {"7 % 4", "3"}, {"\"a\" . 1 + 2", "a3"}, {"1.1.1.1 + 255", "1.1.2.0"},
      {"1.1.1.10 - 1.1.1.1", "9"}, {"255.255.255.0 & 1.2.3.4", "1.2.3.0"}, {"~255.255.255.0", "0.0.0.255"},
      {"1h + 30m", "01:30:00"}, {"10s * 3", "00:00:30"}, {"\"5\" + 1", "6"}, {"$none + 1", "1"}, {"1 << 4", "16"},
      {"5 ^ 3", "6"}, {"-(2 + 3)", "-5"}, {"10.0.0.1 in 10.0.0.0/8", "true"}, {"11.0.0.1 in 10.0.0.0/8", "false"},
      {"2 in (1,2)", "true"}, {"\"abc\" ~ \"^a.c\\$\"", "true"}, {"1 = \"1\"", "true"}, {"\"b\" > \"a\"", "true"},
      {"[:nothing] < 0", "true"}, {"any [:nothing]", "false"}, {"any 1", "true"}, {"\"a\" . (1,2)", "a1;a2"},
      {"{1,2}->0", "1;2"}, {"(1,2,3)->1", "2"}, {"$none = \"\"", "true"}, {"!true", "false"}};
  for (const auto& [source, expected] : cases) EXPECT_EQ(value(source), expected) << source;
  EXPECT_EQ(value("1 / 0"), "ERROR divide by zero");
  EXPECT_EQ(value("1.1.1.1 + 1.1.1.1"), "ERROR cannot add ip and ip");
  EXPECT_EQ(value("-9223372036854775807 - 1"), "-9223372036854775808");
  EXPECT_EQ(value("(-9223372036854775807 - 1) / -1"), "-9223372036854775808");
}

TEST_F(InterpreterTest, Interpolation) {
  EXPECT_EQ(run(":local a 5; :put \"x${a}\""), "syntax error (line 1 column 21)");
  EXPECT_EQ(run(":local a 5; :put \"<$a> $($a+1) $[:len \"abc\"] \\$a\""), "<5> 6 3 $a");
  EXPECT_EQ(run(":put \"$[:pick \"0123\" 1]\""), "1");
  EXPECT_EQ(run(":local \"my-var\" 7; :put $\"my-var\"; :put \"$\"my-var\"\""), "7|7");
  EXPECT_EQ(run(":put \"$[:put \"in $(\"deep\" . 1)\"]\""), "in deep1|in deep1");
}

TEST_F(InterpreterTest, Scopes) {
  EXPECT_EQ(run("{:local a 1; {:local a 2; :put $a}; :put $a}; :put [:typeof $a]"), "2|1|nothing");
  EXPECT_EQ(run(":local a 1; :if (true) do={:set a 2}; :put $a"), "2");
  EXPECT_EQ(run(":global g 5; :local f do={:return $g}; :put [:typeof [$f]]"), "nothing");
  EXPECT_EQ(run(":global g 5; :local f do={:global g; :set g ($g + 1); :return $g}; :put [$f]; :put $g"), "6|6");
  EXPECT_EQ(run(":put $g"), "");
  EXPECT_EQ(run(":global g; :put $g"), "6");
  EXPECT_EQ(run(":global g; :set g; :put [:typeof $g]"), "nothing");
  EXPECT_EQ(run(":local f do={:global g; :set g 9; :return $g}; :put [$f g=1]; :global g; :put [:typeof $g]"), "9|nothing");
}

TEST_F(InterpreterTest, Functions) {
  EXPECT_EQ(run(":global f do={:put \"$0 $1 $2 $k\"}; $f a \"b c\" k=v"), "$f a b c v");
  EXPECT_EQ(run(":local f do={:return ($1 + $2)}; :put [$f 2 3]; :put ([$f 1 1] * 10)"), "5|20");
  EXPECT_EQ(run(":local f do={:put in}; :put [:typeof [$f]]"), "in|nothing");
  EXPECT_EQ(run(":local f [:parse \":return (\\$1 * 2)\"]; :put [$f 21]"), "42");
  EXPECT_EQ(run(":put [[:parse \":return 7\"]]"), "7");
  EXPECT_EQ(run(":local f do={:return ($1 . $b)}; :put ($f <%% {0;1;b=2})"), "12");
  EXPECT_EQ(run(":local o (>[:return 3]); :put [$o]"), "3");
  EXPECT_EQ(run(":global fact do={:global fact; :if ($1 < 2) do={:return 1}; :return ($1 * [$fact ($1 - 1)])}; :put [$fact 10]"), "3628800");
  EXPECT_EQ(run(":local f do={:foreach i in={1;2;3} do={:if ($i = 2) do={:return $i}}; :return 9}; :put [$f]"), "2");
  EXPECT_EQ(run(":local x 5; $x; $undefined a b; :put ok"), "ok");
}

TEST_F(InterpreterTest, Loops) {
  EXPECT_EQ(run(":for i from=1 to=3 do={:put $i}"), "1|2|3");
  EXPECT_EQ(run(":for i from=3 to=1 do={:put $i}"), "3|2|1");
  EXPECT_EQ(run(":for i from=0 to=10 step=5 do={:put $i}"), "0|5|10");
  EXPECT_EQ(run(":foreach v in={3;b=2;1;a=9} do={:put $v}"), "3|1|9|2");
  EXPECT_EQ(run(":foreach k,v in={3;b=2} do={:put \"$k=$v\"}"), "0=3|b=2");
  EXPECT_EQ(run(":foreach v in=[:toarray \"a,b\"] do={:put $v}"), "a|b");
  EXPECT_EQ(run(":local i 0; :while ($i < 3) do={:set i ($i + 1)}; :put $i"), "3");
  EXPECT_EQ(run(":local i 0; :do {:set i ($i + 1)} while=($i < 3); :put $i"), "3");
  EXPECT_EQ(run(":for i from=1 to=9 do={:if ($i = 3) do={:break}; :if ($i = 1) do={:continue}; :put $i}"), "2");
  EXPECT_EQ(run(":foreach i in=[:nothing] do={:put $i}; :put end"), "end");
}

TEST_F(InterpreterTest, Errors) {
  EXPECT_EQ(run(":put 1; :error \"stop here\"; :put 2"), "1|ERROR stop here");
  EXPECT_EQ(run(":do {:error x; :put no} on-error={:put caught}; :put after"), "caught|after");
  EXPECT_EQ(run(":put [:onerror e in={:error \"why\"} do={:put \"e=$e\"}]"), "e=why|true");
  EXPECT_EQ(run(":put [:onerror e in={:put fine} do={:put no}]"), "fine|false");
  EXPECT_EQ(run(":do {:do {:error a} on-error={:error b}} on-error={:put outer}"), "outer");
  EXPECT_EQ(run(":local n 0; :retry command={:set n ($n + 1); :if ($n < 3) do={:error x}} delay=1s max=5; :put $n"), "3");
  EXPECT_EQ(run(":retry command={:error again} delay=1s max=2 on-error={:put gave-up}"), "gave-up");
  EXPECT_EQ(run(":local f do={:local a 1; :error deep}; :do {$f} on-error={}; :put [:typeof $a]"), "nothing");
  EXPECT_EQ(run(":if (\"abc\") do={}"), "ERROR conditional not boolean");
  run(":put 1\n\n/ip address remove 5");
  host_.on("/ip/address/remove", [](const CommandCall&) -> Value { throw ScriptError("no such item"); });
  run(":put 1\n\n  /ip address remove *5");
  ASSERT_TRUE(result_.error.has_value());
  EXPECT_EQ(result_.error->to_string(), "no such item (/ip/address/remove; line 3)");
  EXPECT_EQ(result_.error->position.column, 3U);
}

TEST_F(InterpreterTest, LateErrorsFailWhenReached) {
  EXPECT_EQ(run(":put 1; /interface poe print; :put 2"), "1|ERROR bad command name poe (line 1 column 20)");
  EXPECT_EQ(run(":do {/interface poe print} on-error={:put caught}"), "caught");
  EXPECT_EQ(run(":if (false) do={nosuch command}; :put fine"), "fine");
  session_.personality = Personality({7, 18, 2});
  EXPECT_EQ(run(":put 1; /interface poe print"), "bad command name poe (line 1 column 20)");
}

TEST_F(InterpreterTest, ElementAssignment) {
  EXPECT_EQ(run(":local a ({}); :set ($a->\"k\") 1; :set ($a->\"m\"->\"n\") 2; :put $a; :put ($a->\"m\"->\"n\")"), "k=1;m=n=2|2");
  EXPECT_EQ(run(":local a {1;2;3}; :set ($a->1) 9; :put $a"), "1;9;3");
  EXPECT_EQ(run(":global ga ({}); :set ($ga->\"x\") 1; :put [:len $ga]; :put ($ga->\"x\")"), "1|1");
  EXPECT_EQ(run(":local a {1;2}; :local b $a; :set ($b->0) 5; :put $a; :put $b"), "1;2|5;2");
  EXPECT_EQ(run(":local a; :set ($a->\"new\") 1; :put $a"), "new=1");
}

TEST_F(InterpreterTest, ParseGivesCodeOrAnError) {
  EXPECT_EQ(run(":do {:local f [:parse \":put (\"]; :put [:typeof $f]} on-error={:put refused}"), "refused");
  session_.personality.parse_raises = false;
  EXPECT_EQ(run(":local f [:parse \":put (\"]; :put [:typeof $f]; :put $f"), "str|expected closing brace (line 1 column 7)");
  EXPECT_EQ(run(":local f [:parse \"/nosuch get\"]; :put [:typeof $f]; :do {$f} on-error={:put late}"), "code|late");
}

TEST_F(InterpreterTest, HostCommandsGetEvaluatedArguments) {
  run(":local a 1.2.3.4; /ip address add address=\"$a/24\" interface=ether1 disabled=no; /ip route add dst-address=0.0.0.0/0 blackhole");
  EXPECT_EQ(host_.calls, (std::vector<std::string>{"/ip/address/add address=1.2.3.4/24 interface=ether1 disabled=no",
                                                   "/ip/route/add dst-address=0.0.0.0/0 blackhole"}));
  host_.on("/ip/address/add", [](const CommandCall& call) {
    EXPECT_TRUE(call.wants_value);
    EXPECT_EQ(call.find("comment")->value.to_text(), "007");
    return Value::id(10);
  });
  EXPECT_EQ(run(":put [/ip address add comment=007]"), "*A");
}

TEST_F(InterpreterTest, WhereTestsRows) {
  const testing::MapRow lan({{"name", Value::str("lan")}, {"disabled", Value::boolean(false)}, {"address", Value::str("10.0.0.1/24")}});
  const testing::MapRow wan({{"name", Value::str("wan")}, {"disabled", Value::boolean(true)}, {"comment", Value::str("up link")}});
  host_.on("/ip/address/find", [&](const CommandCall& call) {
    Array out;
    const RowView* rows[] = {&lan, &wan};
    for (std::uint64_t i = 0; i < 2; ++i) {
      if (call.where == nullptr || call.where->matches(*rows[i])) out.push(Value::id(i + 1));
    }
    return Value::array(std::move(out));
  });
  const std::pair<const char*, const char*> cases[] = {
      {"", "*1;*2"}, {"name=lan", "*1"}, {"where name=\"wan\"", "*2"}, {"disabled", "*2"}, {"!disabled", "*1"},
      {"disabled=yes", "*2"}, {"comment~\"^up\"", "*2"}, {"name=lan disabled", ""}, {"where (name=lan or disabled)", "*1;*2"},
      {"comment=\"\"", "*1"}, {"comment", "*2"}, {"[:len $comment]>0", "*2"}, {"name!=lan", "*2"},
      {"address=10.0.0.1/24", ""}, {"address=\"10.0.0.1/24\"", "*1"}};
  for (const auto& [test, expected] : cases) {
    EXPECT_EQ(run(std::string(":put [/ip address find ") + test + "]"), expected) << test;
  }
  EXPECT_EQ(run(":local wanted wan; :put [/ip address find where name=$wanted]"), "*2");
  EXPECT_EQ(run(":local name wan; :put [:len [/ip address find where name=$name]]"), "2");
}

TEST_F(InterpreterTest, MonitorBlocksSeeTheirVariables) {
  host_.on("/interface/monitor-traffic", [](const CommandCall& call) {
    const NamedValue fields[] = {{"rx-bits-per-second", Value::num(512)}};
    return call.runner->run_code(call.find("do")->value, fields);
  });
  EXPECT_EQ(run("/interface monitor-traffic ether1 once do={:put $\"rx-bits-per-second\"}"), "512");
}

TEST_F(InterpreterTest, EventVariablesAreVisible) {
  const NamedValue fields[] = {{"bound", Value::str("1")}, {"gateway-address", Value::ip(Ip4{0x0a000001})}};
  EXPECT_EQ(run(":if ($bound = 1) do={:put $\"gateway-address\"}", fields), "10.0.0.1");
}

TEST_F(InterpreterTest, HostServices) {
  EXPECT_EQ(run(":put [:execute {:put 1}]; :put [:execute script=\":put 2\" as-string]"), "*1|output of :put 2");
  EXPECT_EQ(host_.executed[0], ":put 1");
  EXPECT_EQ(run(":put [:resolve one.example]"), "1.1.1.1");
  EXPECT_EQ(run(":do {:put [:resolve none.example]} on-error={:put none}"), "none");
  run(":log info (\"a\" . 1); :log error bad; /log/warning message=\"w\"");
  EXPECT_EQ(host_.logged, (std::vector<std::string>{"script,info a1", "script,error bad", "script,warning w"}));
  EXPECT_EQ(run(":put [:time {:delay 5s; :delay 2}]"), "00:00:07");
  EXPECT_EQ(run(":global zz \"a\"; :environment print"), "zz=\"a\"");
}

TEST_F(InterpreterTest, ParsedTextsAreShared) {
  ParseCache cache;
  session_.cache = &cache;
  EXPECT_EQ(run(":for i from=1 to=5 do={[:parse \":put x\"]}"), "x|x|x|x|x");
  EXPECT_EQ(cache.stats().misses, 1U);
  EXPECT_EQ(cache.stats().hits, 4U);
  ParseCache small(4096);
  ParseOptions options;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(small.get(":put " + std::to_string(i), options).has_value());
  EXPECT_LE(small.stats().bytes, 4096U);
}

}  // namespace
}  // namespace openstrat::sim
