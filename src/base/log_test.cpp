#include "base/log.hpp"

#include <gtest/gtest.h>

namespace openstrat::log {
namespace {

const Timestamp kTime = parse_iso8601("2026-11-21T18:00:00Z").value();

std::string text(std::string_view message, Fields fields) {
  return format_line(Format::text, kTime, Level::info, message, fields);
}
std::string json(std::string_view message, Fields fields) {
  return format_line(Format::json, kTime, Level::warning, message, fields);
}

/// Puts level and format back and catches what is written meanwhile.
class LogTest : public testing::Test {
 protected:
  LogTest() { testing::internal::CaptureStderr(); }
  ~LogTest() override {
    if (!taken_) testing::internal::GetCapturedStderr();
    set_level(Level::info);
    set_format(Format::text);
  }
  std::string written() {
    taken_ = true;
    return testing::internal::GetCapturedStderr();
  }

 private:
  bool taken_ = false;
};

TEST(LogText, IsLogfmt) {
  EXPECT_EQ(text("job handed to router", {{"site", "s1"}, {"job", "j1"}}),
            "2026-11-21T18:00:00.000000Z INFO  job handed to router site=s1 job=j1");
  EXPECT_EQ(text("ready", {{"port", 8444}, {"tls", true}, {"seconds", 0.25}}),
            "2026-11-21T18:00:00.000000Z INFO  ready port=8444 tls=true seconds=0.25");
}

TEST(LogText, QuotesWhatNeedsIt) {
  EXPECT_EQ(text("m", {{"a", "x y"}, {"b", ""}, {"c", "say \"hi\""}, {"d", "k=v"}, {"e", "C:\\"}}),
            R"(2026-11-21T18:00:00.000000Z INFO  m a="x y" b="" c="say \"hi\"" d="k=v" e="C:\\")");
}

TEST(LogText, NoLineCanBeForged) {
  EXPECT_EQ(text("first\nsecond", {{"name", "x\r\n2026 ERROR forged"}, {"esc", "\x1B[31m"}}),
            R"(2026-11-21T18:00:00.000000Z INFO  first\nsecond name="x\r\n2026 ERROR forged" esc="\u001b[31m")");
}

TEST(LogJson, IsOneObject) {
  EXPECT_EQ(json("say \"hi\"", {{"site", "s1"}, {"count", 3}, {"ok", false}, {"ratio", 0.5}, {"empty", ""}}),
            R"({"time":"2026-11-21T18:00:00.000000Z","level":"warning","message":"say \"hi\"",)"
            R"("site":"s1","count":3,"ok":false,"ratio":0.5,"empty":""})");
}

TEST(LogJson, StaysValidWithHostileValues) {
  EXPECT_TRUE(json("m", {{"name", "Z\xFCrich\n"}}).ends_with("\"name\":\"Z\u00fcrich\\n\"}"));
  EXPECT_TRUE(json("m", {{"ratio", std::numeric_limits<double>::infinity()}}).ends_with(R"("ratio":"inf"})"));
}

TEST(LogField, OfError) {
  const Field field = of(Error(Errc::conflict, "job_already_started", "the job was already handed to the router"));
  EXPECT_EQ(field.name, "error");
  EXPECT_EQ(field.value, "job_already_started: the job was already handed to the router");
}

TEST(LogLevel, ParsesNames) {
  EXPECT_EQ(parse_level("debug"), Level::debug);
  EXPECT_EQ(parse_level("WARN"), Level::warning);
  EXPECT_EQ(parse_level("warning"), Level::warning);
  EXPECT_EQ(parse_level("off"), Level::off);
  EXPECT_FALSE(parse_level("loud"));
}

TEST_F(LogTest, WritesLinesToStderr) {
  info("first", {{"a", 1}});
  error("second");
  const std::string lines = written();
  EXPECT_NE(lines.find("Z INFO  first a=1\n"), std::string::npos) << lines;
  EXPECT_TRUE(lines.ends_with("Z ERROR second\n")) << lines;
}

TEST_F(LogTest, KeepsBracesAndPercentSigns) {
  info("100 % {} {0}");
  EXPECT_TRUE(written().ends_with("INFO  100 % {} {0}\n"));
}

TEST_F(LogTest, LevelFilters) {
  set_level(Level::warning);
  info("hidden");
  warning("shown");
  set_level(Level::off);
  error("hidden too");
  const std::string lines = written();
  EXPECT_TRUE(lines.ends_with("WARN  shown\n")) << lines;
  EXPECT_EQ(lines.find("hidden"), std::string::npos);
}

TEST_F(LogTest, FormatSwitches) {
  set_format(Format::json);
  info("m", {{"a", "b"}});
  const std::string lines = written();
  EXPECT_TRUE(lines.starts_with("{\"time\":\"")) << lines;
  EXPECT_TRUE(lines.ends_with(R"("level":"info","message":"m","a":"b"})"
                              "\n"))
      << lines;
}

}  // namespace
}  // namespace openstrat::log
