#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/device/test_router.hpp"

namespace openstrat::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TestRouter;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(RouterTest, DelaysPassInJumpsOfTime) {
  TestRouter it;
  const Duration before = it.services.loop.elapsed();
  EXPECT_FALSE(it.run(":delay 12h").error.has_value());
  EXPECT_EQ(it.services.loop.elapsed() - before, hours(12));
}

TEST(RouterTest, ScriptsRunSideBySide) {
  TestRouter it;
  it.run(":global order \"\"; :execute \":delay 2s; :global order; :set order (\\$order . \\\"b\\\")\"; :delay 1s; :set order ($order . \"a\"); :delay 2s");
  EXPECT_EQ(it.router.globals().find("order")->to_text(), "ab");
}

TEST(RouterTest, ExecuteAsStringWaitsForTheOutput) {
  TestRouter it;
  EXPECT_THAT(it.value("[:execute script=\":delay 5s; :put inner\" as-string]"), HasSubstr("inner"));
}

TEST(RouterTest, JobsCanBeSeenAndKilled) {
  TestRouter it;
  it.run(":execute \":delay 1h; :global late yes\"");
  it.pass(seconds(1));
  EXPECT_EQ(it.value("[/system script job print count-only]"), "2");
  it.run("/system script job remove [find type=command]");
  it.pass(hours(2));
  EXPECT_EQ(it.router.globals().find("late"), nullptr);
  EXPECT_EQ(it.router.job_count(), 0U);
}

TEST(RouterTest, ErrorsAreWordedAsTheVersionDoes) {
  TestRouter v7;
  EXPECT_EQ(v7.run("/ip address remove *99").error, "no such item (/ip/address/remove; line 1)");
  EXPECT_EQ(v7.run(":put (").error->substr(0, 8), "expected");
  TestRouter v6("6.49.17");
  EXPECT_EQ(v6.run("/ip address remove *99").error, "no such item");
}

TEST(RouterTest, RunawayScriptsDoNotStopOthers) {
  TestRouter it;
  it.run(":execute \":while (true) do={}\"");
  EXPECT_EQ(it.value("1"), "1");
  it.router.reboot("test");
  it.pass(minutes(2));
  EXPECT_EQ(it.router.job_count(), 0U);
}

TEST(RouterTest, DeepRecursionIsAnErrorOfTheScript) {
  TestRouter it;
  EXPECT_TRUE(it.run(":global f do={:global f; $f}; $f").error.has_value());
  it.run("/file add name=a.rsc contents=\"/import a.rsc\"");
  EXPECT_TRUE(it.run("/import a.rsc").error.has_value());
  EXPECT_EQ(it.value("1"), "1");
}

TEST(RouterTest, SchedulerRunsNamesAndSources) {
  TestRouter it;
  it.run("/system script add name=count source=\":global n; :set n (\\$n + 1)\"");
  it.run("/system scheduler add name=a interval=10s on-event=count start-time=startup");
  it.run("/system scheduler add name=b interval=1m on-event=\":global m; :set m (\\$m + 1)\" start-time=startup");
  it.pass(minutes(2) + seconds(1));
  EXPECT_EQ(it.router.globals().find("n")->to_text(), "12");
  EXPECT_EQ(it.router.globals().find("m")->to_text(), "2");
  EXPECT_EQ(it.value("[/system scheduler get a run-count]"), "12");
  it.run("/system scheduler disable a");
  it.pass(minutes(2));
  EXPECT_EQ(it.router.globals().find("n")->to_text(), "12");
}

TEST(RouterTest, StartupItemsWithoutAnIntervalRunThreeSecondsAfterBoot) {
  TestRouter it;
  it.run("/system scheduler add name=boot on-event=\":log warning booted\" start-time=startup");
  it.pass(minutes(5));
  EXPECT_FALSE(it.logged("booted"));
  it.router.reboot("test");
  it.pass(minutes(2));
  EXPECT_TRUE(it.logged("script,warning booted"));
}

TEST(RouterTest, ItemsWithATimeOfDayFollowTheClock) {
  TestRouter it;  // it is 16:20
  it.run("/system scheduler add name=daily interval=1d start-time=03:00:00 on-event=\":log warning night\"");
  it.pass(hours(10));
  EXPECT_FALSE(it.logged("night"));
  it.router.skew_clock(hours(1));  // a clock that jumps over the time skips the run
  it.pass(minutes(1));
  EXPECT_FALSE(it.logged("night"));
  it.pass(hours(24));
  EXPECT_TRUE(it.logged("night"));
  EXPECT_EQ(it.value("[/system clock get date]"), "2026-11-23");
}

TEST(RouterTest, OverlappingRunsAreBounded) {
  TestRouter it;
  it.run("/system scheduler add name=slow interval=1s on-event=\":delay 1d\" start-time=startup");
  it.pass(minutes(5));
  EXPECT_EQ(it.router.job_count(), Router::kMaxJobs);
  EXPECT_TRUE(it.logged("too many scripts"));
}

TEST(RouterTest, RebootLosesGlobalsRamFilesAndJobsButNotConfiguration) {
  TestRouter it("7.20.8", "hap-ac2");
  it.run(":global g 1; /ip address add address=10.0.0.1/24 interface=ether2; /file add name=ram.txt contents=x; /file add name=flash/kept.txt contents=y");
  it.run("/ip firewall address-list add list=l address=192.0.2.1 timeout=1h; :execute \":delay 1h\"");
  it.run("/system reboot");
  it.pass(seconds(3));
  EXPECT_EQ(it.router.power(), Power::booting);
  EXPECT_EQ(it.run(":put 1").error, "the router is not running");
  it.pass(minutes(1));
  EXPECT_EQ(it.router.power(), Power::on);
  EXPECT_LT(it.router.uptime(), minutes(1));
  EXPECT_EQ(it.router.globals().find("g"), nullptr);
  EXPECT_THAT(it.router.files().names(), ElementsAre("flash/kept.txt"));
  EXPECT_EQ(it.value("[/file get flash/kept.txt contents]"), "y");
  EXPECT_EQ(it.value("[:len [/ip address find address=\"10.0.0.1/24\"]]"), "1");
  EXPECT_EQ(it.value("[:len [/ip firewall address-list find]]"), "0");
  EXPECT_TRUE(it.logged("router rebooted by admin"));
}

TEST(RouterTest, UpgradeCarriesTheConfigurationOver) {
  TestRouter it("7.15.3");
  it.run("/ip address add address=10.0.0.1/24 interface=ether2 comment=kept; /system identity set name=edge; /file add name=flash/f.txt contents=y");
  EXPECT_EQ(it.value("([/system package update check-for-updates once as-value]->\"latest-version\")"), "7.24");
  it.run("/system package update install");
  it.pass(minutes(2));
  EXPECT_EQ(it.value("[/system resource get version]"), "7.24 (stable)");
  EXPECT_EQ(it.value("[/ip address get [find comment=kept] address]"), "10.0.0.1/24");
  EXPECT_EQ(it.value("[/system identity get name]"), "edge");
  EXPECT_EQ(it.value("[/file get flash/f.txt contents]"), "y");
}

TEST(RouterTest, PoliciesAreEnforcedAndInherited) {
  TestRouter it;
  const Policies reader = Policies::parse("read,test");
  EXPECT_EQ(it.run("/ip address add address=10.0.0.1/24 interface=ether2", reader).error, "not enough permissions (9) (/ip/address/add; line 1)");
  EXPECT_FALSE(it.run(":put [/system identity get name]", reader).error.has_value());
  it.run(":execute \"/system reboot\"", reader);
  it.pass(seconds(10));
  EXPECT_EQ(it.router.power(), Power::on);
  EXPECT_TRUE(it.logged("not enough permissions"));
}

TEST(RouterTest, FilesHaveLimits) {
  TestRouter it;
  it.run("/file add name=f.txt contents=abc");
  EXPECT_EQ(it.value("[/file get f.txt contents]"), "abc");
  EXPECT_EQ(it.value("[/file get f.txt size]"), "3");
  EXPECT_EQ(it.value("[/file get f.txt type]"), ".txt file");
  EXPECT_EQ(it.value("([/file read file=f.txt offset=1 chunk-size=2 as-value]->\"data\")"), "bc");
  EXPECT_THAT(it.run("/file read file=f.txt chunk-size=40000 as-value").error.value_or(""), HasSubstr("chunk-size out of range"));
  ASSERT_TRUE(it.router.files().write("big.txt", std::string(70'000, 'x'), it.router.clock()));
  EXPECT_EQ(it.value("[:len [/file get big.txt contents]]"), "0");
  EXPECT_FALSE(it.router.files().write("huge.bin", std::string(8 << 20, 'x'), it.router.clock()));
  it.run("/file remove f.txt");
  EXPECT_THAT(it.router.files().names(), ElementsAre("big.txt"));
  TestRouter old("6.49.17");
  old.run("/file print file=x; /file set x.txt contents=hello");
  EXPECT_EQ(old.value("[/file get x.txt contents]"), "hello");
}

TEST(RouterTest, ImportsRunAndReportAsTheVersionDoes) {
  TestRouter it;
  it.run("/file add name=ok.rsc contents=\":global done yes\"; /file add name=bad.rsc contents=\":put (\"");
  EXPECT_THAT(it.run("/import ok.rsc").output, ElementsAre("Opening script file ok.rsc", "Script file loaded and executed successfully"));
  EXPECT_THAT(it.run(":onerror e in={/import bad.rsc} do={:put caught}").output, ElementsAre("Opening script file bad.rsc", "caught"));
  TestRouter older("7.15.3");  // nothing catches a syntax error of an imported file there
  older.run("/file add name=bad.rsc contents=\":put (\"");
  const TestRouter::Ran ran = older.run(":do {/import bad.rsc} on-error={:put caught}; :put after");
  EXPECT_THAT(ran.output, ElementsAre("Opening script file bad.rsc"));
  EXPECT_TRUE(ran.error.has_value());
}

TEST(RouterTest, VerboseImportsGoLineByLine) {
  TestRouter it;
  const auto write = [&](std::string text) { ASSERT_TRUE(it.router.files().write("v.rsc", std::move(text), it.router.clock())); };
  write("# a comment\r\n/ip address\r\nadd address=10.0.0.1/24 \\\r\n    interface=ether1\r\n:if (true) do={\n  :put \"in { braces\"\n}\n");
  EXPECT_THAT(it.run("/import v.rsc verbose=yes").output,
              ElementsAre("#line 1", "# a comment", "#line 2", "/ip address", "#line 3", "add address=10.0.0.1/24 \\", "    interface=ether1",
                          "#line 5", ":if (true) do={", "  :put \"in { braces\"", "}", "in { braces", "Script file loaded and executed successfully"));
  write("/ip address\nadd address=10.0.0.2/24 interface=ether1\nadd address=10.0.0.3/24 interface=nosuch\nadd address=10.0.0.4/24 interface=ether1\n");
  const TestRouter::Ran failed = it.run("/import v.rsc verbose=yes");
  EXPECT_THAT(failed.error.value_or(""), ::testing::HasSubstr("input does not match any value of interface"));
  EXPECT_EQ(it.value("[:len [/ip address find where interface=ether1 !dynamic]]"), "2") << "what stands before the wrong line has run";
}

TEST(RouterTest, DryRunsNameEveryWrongLineAndChangeNothing) {
  TestRouter it("7.18.2");
  ASSERT_TRUE(it.router.files().write("d.rsc", "/ip address\nnosuch\nadd address=10.0.0.2/24 interface=ether1\n:put )\n", it.router.clock()));
  const std::vector<std::string> output = it.run("/import d.rsc verbose=yes dry-run").output;
  EXPECT_EQ(output.back(), "Found 2 errors in import file.");
  EXPECT_THAT(it.run("/import d.rsc verbose=yes from-line=3 dry-run").output.front(), "#line 3");
  EXPECT_EQ(it.value("[:len [/ip address find where address=\"10.0.0.2/24\"]]"), "0");
  EXPECT_TRUE(it.run("/import d.rsc dry-run").error.has_value());
}

TEST(RouterTest, ExportedFilesAppearAMomentLater) {
  TestRouter it;
  EXPECT_EQ(it.run("/export file=e; :put [:len [/file find name=e.rsc]]; :delay 2s; :put [:len [/file find name=e.rsc]]").output,
            (std::vector<std::string>{"0", "1"}));
}

TEST(RouterTest, AConditionCannotChangeWhatItWalksOver) {
  TestRouter it;
  EXPECT_TRUE(it.run("/ip address find where [/ip address remove [find]]").error.has_value());
  EXPECT_TRUE(it.run("/ip address find where [:delay 1s]").error.has_value());
}

TEST(RouterTest, LogCanBeReadByScripts) {
  TestRouter it;
  it.run(":log info one; :log error two; :log debug three");
  EXPECT_EQ(it.value("[/log get [find message=two] topics]"), "script,error");
  EXPECT_EQ(it.value("[:len [/log find where topics~\"script\"]]"), "2");  // debug is not logged by default
}

TEST(RouterTest, OnlyBoardsKnowTheirBoard) {
  TestRouter board("6.49.17");
  EXPECT_EQ(board.value("[/system routerboard get serial-number]"), "CC210E592C82");
  TestRouter cloud("6.49.17", "chr");
  EXPECT_TRUE(cloud.run("/system routerboard print").error.has_value());
  EXPECT_EQ(cloud.value("[/system license get system-id]"), "SSXB-J5Q7");
}

TEST(RouterTest, TheSameSeedLivesTheSameLife) {
  const auto life = [] {
    TestRouter it;
    it.pass(minutes(3));
    return it.value("[:rndnum from=1 to=1000000]") + it.value("[/system resource get]");
  };
  EXPECT_EQ(life(), life());
}

TEST(FileTest, DirectoriesHoldFiles) {
  TestRouter it("7.20.8", "rb4011");
  EXPECT_FALSE(it.run("/file add name=/scripts type=directory; /file add name=scripts/a.rsc contents=one; /file add name=scripts/deep/b.txt contents=two").error.has_value());
  EXPECT_THAT(it.run("/file add name=d type=folder").error.value_or(""), ::testing::HasSubstr("input does not match any value of type"));
  EXPECT_EQ(it.value("[/file get scripts type]"), "directory");
  EXPECT_EQ(it.value("[/file get scripts/deep type]"), "directory");
  EXPECT_EQ(it.value("[/file get scripts/a.rsc type]"), "script");
  EXPECT_EQ(it.value("[:len [/file find type=directory]]"), "2");
  EXPECT_EQ(it.value("[:typeof [/file get scripts size]]"), "nothing");
  EXPECT_THAT(it.run("/file print").text(), ::testing::HasSubstr("scripts "));
  it.run("/file set scripts name=other");
  EXPECT_EQ(it.value("[/file get other/deep/b.txt contents]"), "two");
  it.router.upgrade(it.router.version());
  it.router.reboot("test");
  it.pass(std::chrono::minutes(1));
  EXPECT_EQ(it.value("[/file get other/a.rsc contents]"), "one");
  const std::uint64_t used = it.router.files().used();
  it.run("/file remove other");
  EXPECT_EQ(it.value("[:len [/file find name~\"other\"]]"), "0");
  EXPECT_EQ(it.router.files().used(), used - 6);
}

}  // namespace
}  // namespace openstrat::sim
