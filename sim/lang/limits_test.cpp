// Hostile scripts end with an error; the process does not notice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/lang/testing.hpp"

namespace openstrat::sim {
namespace {

class LimitsTest : public ::testing::Test {
 protected:
  std::string run(std::string source) {
    auto script = parse(std::move(source), {});
    if (!script) return script.error().to_string();
    const RunResult result = Interpreter(host_, session_).run(*script);
    steps_ = result.steps;
    return result.killed ? "killed" : result.error ? result.error->message : "ok";
  }
  testing::RecordingHost host_;
  Session session_;
  std::uint64_t steps_ = 0;
};

TEST_F(LimitsTest, EndlessLoopsStop) {
  session_.limits.steps = 100'000;
  for (const char* source : {":while (true) do={}", ":do {} while=(true)", ":for i from=0 to=9223372036854775807 do={}",
                             ":global f do={:global f; :while (true) do={:put 1}}; $f",
                             ":while (true) do={:do {:error x} on-error={}}"}) {
    EXPECT_EQ(run(source), "execution limit reached") << source;
    EXPECT_LE(steps_, 100'100U);
  }
  EXPECT_GT(host_.ticks, 100U);
}

TEST_F(LimitsTest, RecursionStops) {
  EXPECT_EQ(run(":global f do={:global f; $f}; $f"), "maximum call depth reached");
  session_.limits.call_depth = 1'000'000;
  EXPECT_EQ(run(":global f do={:global f; $f}; $f"), "maximum nesting reached");
  // Whether the parser or the interpreter is the first to find no room depends on the size of their frames.
  EXPECT_THAT(run(":global s \"\"; :global g do={:global s; [:parse \":global g; \\$g\"]}; [:parse \":global g; \\$g\"]"),
              ::testing::AnyOf("maximum nesting reached", ::testing::StartsWith("syntax error")));
}

TEST_F(LimitsTest, GrowingValuesStop) {
  EXPECT_EQ(run(":local s \"x\"; :while (true) do={:set s ($s . $s)}"), "value is too long");
  EXPECT_EQ(run(":local s \"x\"; :while (true) do={:set s \"$s$s\"}"), "value is too long");
  EXPECT_EQ(run(":local a {1}; :while (true) do={:set a ($a, $a)}"), "out of memory");
  EXPECT_EQ(run(":local a {1}; :while (true) do={:set a {$a; $a}}"), "out of memory");
  EXPECT_EQ(run(":local a ({}); :local i 0; :while (true) do={:set ($a->\"k$i\") $i; :set i ($i + 1)}"), "out of memory");
  EXPECT_EQ(run(":local a {1}; :while (true) do={:set a {\"x\"=$a}}"), "array is nested too deeply");
  EXPECT_EQ(run(":global a {1}; :while (true) do={:set ($a->\"x\") $a}"), "array is nested too deeply");
  EXPECT_EQ(run(":rndstr length=1000000000"), "value of length out of range");
}

TEST_F(LimitsTest, VariablesTogetherHaveALimit) {
  session_.limits.memory_bytes = 200'000;
  const std::string big = ":local s [:rndstr length=60000]; :local a $s; :local b $s; ";
  EXPECT_EQ(run(big), "ok");
  EXPECT_EQ(run(big + ":local c $s"), "out of memory");
  EXPECT_EQ(run(":for i from=1 to=100 do={:local s [:rndstr length=60000]}"), "ok");
  EXPECT_EQ(run(":for i from=1 to=100 do={:do {:local s [:rndstr length=60000]; :error x} on-error={}}"), "ok");
}

TEST_F(LimitsTest, MissingNamesAreErrors) {
  for (const char* source : {":global", ":local", ":set", ":for from=1 to=2 do={}", ":foreach in={1} do={}", ":onerror in={:error x} do={}"}) {
    EXPECT_TRUE(run(source).starts_with("missing value(s) of argument(s)")) << source;
  }
}

TEST_F(LimitsTest, AKilledScriptIsNotCaught) {
  class KillingHost final : public testing::RecordingHost {
   public:
    void delay(std::chrono::nanoseconds) override { throw ScriptKilled(); }
  } host;
  auto script = parse(":do {:delay 1s} on-error={:put caught}; :put after", {});
  const RunResult result = Interpreter(host, session_).run(*script);
  EXPECT_TRUE(result.killed);
  EXPECT_FALSE(result.error.has_value());
  EXPECT_TRUE(host.output.empty());
}

}  // namespace
}  // namespace openstrat::sim
