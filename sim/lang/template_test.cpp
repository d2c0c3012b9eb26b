// The scripts that the product leaves on routers parse and run unmodified on every personality it claims.
#include <gtest/gtest.h>

#include "sim/lang/testing.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kFacts = R"(:local hb ([:tostr [/system identity get]] . ";" . [:tostr [/system resource get]])
:foreach m in={"license";"routerboard"} do={
:do {
:local f [:parse (":return [/system " . $m . " get]")]
:if ([:typeof $f] = "code") do={:set hb ($hb . ";" . [:tostr [$f]])}
} on-error={}
}
)";

constexpr std::string_view kBootstrap = R"(:local r [/tool fetch url="https://HOST/adopt/TOKEN" http-method=post http-header-field="Content-Type: text/plain" http-data=$hb output=user as-value]
:local run [:parse ($r->"data")]
:if ([:typeof $run] != "code") do={:error "openstrat: the answer of the server is not a script"}
$run
)";

constexpr std::string_view kPoll = R"(:do {
FACTS
:local r [/tool fetch url="https://HOST/poll" http-method=post http-header-field="Authorization: Bearer DEVICETOKEN,Content-Type: text/plain" http-data=$hb output=user as-value]
:local d ($r->"data")
:if ([:len $d] > 0) do={:execute script=$d}
} on-error={:log debug "openstrat: poll failed"}
)";

constexpr std::string_view kInstall = R"(:do {/system scheduler remove [find name="openstrat-poll"]} on-error={}
/system scheduler add name="openstrat-poll" interval=30s start-time=startup policy=ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon on-event="POLLSCRIPT" comment="OpenStrat:core scheduler"
)";

constexpr std::string_view kWrapper = R"(:local jt "JOBTOKEN"
:local src "ESCAPED_PAYLOAD"
:local report "FAILURL"
:do {/tool fetch url="BUSYURL" keep-result=no} on-error={}
:do {
:local body [:parse $src]
:if ([:typeof $body] != "code") do={:error "payload does not parse"}
$body
:set report "DONEURL"
} on-error={}
:local tries 0
:while ($tries < 5) do={:do {/tool fetch url=$report keep-result=no; :set tries 5} on-error={:set tries ($tries + 1); :delay 5s}}
:log info ("openstrat: job " . $jt . " finished, remaining 1")
:if (1 > 0) do={:execute script=[/system scheduler get [find name="openstrat-poll"] on-event]}
)";

constexpr std::string_view kCommand =
    R"(/tool fetch url="https://HOST/TOKEN" dst-path=openstrat.rsc; :delay 2s; /import file-name=openstrat.rsc; /file remove openstrat.rsc)";

std::string replaced(std::string_view text, std::string_view what, std::string_view with) {
  std::string out(text);
  const auto at = out.find(what);
  return out.replace(at, what.size(), with);
}

class TemplateTest : public ::testing::TestWithParam<Version> {
 protected:
  TemplateTest() {
    session_.personality = Personality(GetParam());
    session_.menus = &testing::router_menus();
    host_.on("/system/identity/get", [](const CommandCall&) { return record({{"name", "branch"}}); });
    host_.on("/system/resource/get", [](const CommandCall&) { return record({{"version", "7.16.2 (stable)"}, {"board-name", "hAP"}}); });
  }

  static Value record(std::initializer_list<std::pair<const char*, const char*>> fields) {
    Array out;
    for (const auto& [name, value] : fields) out.set(name, Value::str(value));
    return Value::array(std::move(out));
  }

  /// The server's answer to every fetch.
  void answer(std::string data) {
    host_.on("/tool/fetch", [this, data](const CommandCall& call) {
      if (const CallArgument* sent = call.find("http-data")) sent_ = sent->value.to_text();
      urls_.push_back(call.find("url")->value.to_text());
      if (failing_ > 0 && failing_-- > 0) throw ScriptError("failure: connection timeout");
      return record({{"status", "finished"}, {"data", data.c_str()}});
    });
  }

  RunResult run(std::string source) {
    ParseOptions options;
    options.personality = session_.personality;
    options.menus = session_.menus;
    auto script = parse(std::move(source), options);
    if (!script) {
      ADD_FAILURE() << script.error().to_string();
      return {};
    }
    return Interpreter(host_, session_).run(*script);
  }

  testing::RecordingHost host_;
  Session session_;
  std::string sent_;
  std::vector<std::string> urls_;
  int failing_ = 0;
};

TEST_P(TemplateTest, BootstrapSendsFactsAndRunsTheAnswer) {
  answer(":put adopted");
  const RunResult result = run(std::string(kFacts) + std::string(kBootstrap));
  EXPECT_FALSE(result.error.has_value()) << result.error->to_string();
  EXPECT_EQ(sent_, "name=branch;board-name=hAP;version=7.16.2 (stable)");
  EXPECT_EQ(host_.output, std::vector<std::string>{"adopted"});
}

TEST_P(TemplateTest, BootstrapRefusesAnAnswerThatIsNoScript) {
  answer("<html>");
  EXPECT_TRUE(run(std::string(kFacts) + std::string(kBootstrap)).error.has_value());
}

TEST_P(TemplateTest, PollRunsTheAnswerInTheBackground) {
  answer(":put job");
  const std::string poll = replaced(kPoll, "FACTS\n", kFacts);
  EXPECT_FALSE(run(poll).error.has_value());
  EXPECT_EQ(host_.executed, std::vector<std::string>{":put job"});
  answer("");
  EXPECT_FALSE(run(poll).error.has_value());
  EXPECT_EQ(host_.executed.size(), 1U);
}

TEST_P(TemplateTest, PollLogsOneLineWhenTheServerIsAway) {
  answer("");
  failing_ = 1;
  EXPECT_FALSE(run(replaced(kPoll, "FACTS\n", kFacts)).error.has_value());
  EXPECT_EQ(host_.logged, std::vector<std::string>{"script,debug openstrat: poll failed"});
}

TEST_P(TemplateTest, InstallAddsTheScheduler) {
  EXPECT_FALSE(run(std::string(kInstall)).error.has_value());
  ASSERT_EQ(host_.calls.size(), 3U);
  EXPECT_EQ(host_.calls[2],
            "/system/scheduler/add name=openstrat-poll interval=30s start-time=startup "
            "policy=ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon on-event=POLLSCRIPT comment=OpenStrat:core scheduler");
}

TEST_P(TemplateTest, WrapperReportsDone) {
  answer("");
  host_.on("/system/scheduler/get", [](const CommandCall&) { return Value::str(":put poll"); });
  EXPECT_FALSE(run(replaced(kWrapper, "ESCAPED_PAYLOAD", ":put \\\"work\\\"")).error.has_value());
  EXPECT_EQ(urls_, (std::vector<std::string>{"BUSYURL", "DONEURL"}));
  EXPECT_EQ(host_.output, std::vector<std::string>{"work"});
  EXPECT_EQ(host_.executed, std::vector<std::string>{":put poll"});
}

TEST_P(TemplateTest, WrapperReportsFailureOfAWrongOrFailingPayload) {
  for (const char* payload : {":put (", ":error x", "/nosuch/menu/print"}) {
    urls_.clear();
    answer("");
    EXPECT_FALSE(run(replaced(kWrapper, "ESCAPED_PAYLOAD", payload)).error.has_value());
    EXPECT_EQ(urls_, (std::vector<std::string>{"BUSYURL", "FAILURL"})) << payload;
  }
}

TEST_P(TemplateTest, WrapperRetriesItsReport) {
  answer("");
  failing_ = 3;
  EXPECT_FALSE(run(std::string(kWrapper)).error.has_value());
  EXPECT_EQ(urls_.size(), 4U);
}

TEST_P(TemplateTest, TheBootstrapCommandParses) {
  EXPECT_FALSE(run(std::string(kCommand)).error.has_value());
  EXPECT_EQ(host_.calls.back(), "/file/remove numbers=openstrat.rsc");
}

INSTANTIATE_TEST_SUITE_P(Personalities, TemplateTest,
                         ::testing::Values(Version{6, 49, 17}, Version{7, 9, 2}, Version{7, 18, 2}, Version{7, 20, 8}, Version{7, 24, 0}),
                         [](const auto& info) {
                           std::string name = "v" + info.param.to_string();
                           for (char& c : name) if (c == '.') c = '_';
                           return name;
                         });

}  // namespace
}  // namespace openstrat::sim
