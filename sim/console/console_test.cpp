#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/console/highlight.hpp"
#include "sim/console/testing_console.hpp"

namespace openstrat::sim {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using testing::TestConsole;

constexpr std::string_view kUp = "\x1b[A", kDown = "\x1b[B", kLeft = "\x1b[D", kHome = "\x1b[1~", kF1 = "\x1bOP";

TEST(ConsoleTest, GreetsAsTheVersionDoes) {
  TestConsole v7;
  EXPECT_THAT(v7.seen, HasSubstr("  MikroTik RouterOS 7.20.8 (c) 1999-"));
  EXPECT_THAT(v7.seen, HasSubstr("Press F1 for help"));
  EXPECT_THAT(v7.seen, EndsWith("\r\n[admin@MikroTik] > "));
  TestConsole v6("6.49.17");
  EXPECT_THAT(v6.seen, HasSubstr("command [?]     Gives help"));
  EXPECT_THAT(v6.seen, Not(HasSubstr("F1")));
}

TEST(ConsoleTest, RunsWhatIsTypedAndPromptsAgain) {
  TestConsole it;
  EXPECT_EQ(it.type(":put 5\r"), ":put 5\r\n5\r\n[admin@MikroTik] > ");
  EXPECT_EQ(it.type("/system identity set name=branch\r\n"), "/system identity set name=branch\r\n[admin@branch] > ");
  EXPECT_EQ(it.type("\r"), "\r\n[admin@branch] > ");
}

TEST(ConsoleTest, ErrorsHaveTheRoutersWordsAndNoPlace) {
  TestConsole it;
  EXPECT_THAT(it.type("/ip address remove 5\r"), HasSubstr("\r\nno such item\r\n"));
  EXPECT_THAT(it.type("foo\r"), HasSubstr("\r\nbad command name foo (line 1 column 1)\r\n"));
  EXPECT_THAT(it.type(":put (\r\x03"), HasSubstr("(... "));
}

TEST(ConsoleTest, MenusAreKept) {
  TestConsole it;
  EXPECT_THAT(it.type("/ip/address\r"), EndsWith("\r\n[admin@MikroTik] /ip/address> "));
  EXPECT_THAT(it.type("add address=10.0.0.1/24 interface=ether1\r"), EndsWith("[admin@MikroTik] /ip/address> "));
  EXPECT_THAT(it.type(":put [get [find address=\"10.0.0.1/24\"] network]\r"), HasSubstr("10.0.0.0"));
  EXPECT_THAT(it.type("..\r"), EndsWith("[admin@MikroTik] /ip> "));
  EXPECT_THAT(it.type("/\r"), EndsWith("[admin@MikroTik] > "));
  TestConsole v6("6.49.17");
  EXPECT_THAT(v6.type("ip address\r"), EndsWith("[admin@MikroTik] /ip address> "));
}

TEST(ConsoleTest, NumbersOfAPrintHoldForTheNextCommands) {
  TestConsole it;
  it.type("/ip pool\r");
  it.type("remove [find]\r");
  it.type("add name=one ranges=10.0.0.1; add name=two ranges=10.0.0.2\r");
  EXPECT_THAT(it.type("remove 1\r"), HasSubstr("no such item")) << "nothing was printed";
  EXPECT_THAT(it.type("print\r"), HasSubstr("1 two"));
  it.type("remove 0\r");
  EXPECT_THAT(it.type("set 5 name=x\r"), HasSubstr("no such item"));
  it.type("set 1 comment=hello\r");
  EXPECT_THAT(it.type(":put [get two comment]\r"), HasSubstr("\nhello\r\n"));
}

TEST(ConsoleTest, LinesAreEdited) {
  TestConsole it;
  EXPECT_THAT(it.type(std::string(":put 13") + std::string(kLeft) + "2\r"), HasSubstr("\n123\r\n"));
  EXPECT_THAT(it.type(std::string("xx:put 7") + std::string(kHome) + "\x1b[3~\x04\r"), HasSubstr("\n7\r\n"));
  EXPECT_THAT(it.type("rubbish\x15:put 8\r"), HasSubstr("\n8\r\n"));
  EXPECT_THAT(it.type(":put 9 rubbish\x17\x7f\r"), HasSubstr("\n9\r\n"));
  EXPECT_THAT(it.type(":put \"\xc3\xa4\xc3\xb6\x7f\"\r"), HasSubstr("\n\xc3\xa4\r\n"));
  it.type("nothing here\x01\x0b");
  EXPECT_EQ(it.type(":put 1\r"), ":put 1\r\n1\r\n[admin@MikroTik] > ");
}

TEST(ConsoleTest, HistoryGoesBackAndForth) {
  TestConsole it;
  it.type(":put first\r:put second\r");
  it.type("draft");
  it.type(std::string(kUp) + std::string(kUp));
  EXPECT_THAT(it.screen(), EndsWith("[admin@MikroTik] > :put first"));
  EXPECT_THAT(it.type(std::string(kDown) + "\r"), HasSubstr("\nsecond\r\n"));
}

TEST(ConsoleTest, LongLinesScrollSideways) {
  TestConsole it;
  it.console->resize(40, 24);
  it.type(":put \"" + std::string(60, 'a'));
  EXPECT_THAT(it.screen(), StartsWith("[admin@MikroTik] > <"));
  EXPECT_LE(it.screen().size(), 40U);
  it.type(std::string(kHome));
  EXPECT_THAT(it.screen(), StartsWith("[admin@MikroTik] > :put \"aaa"));
}

TEST(ConsoleTest, BracesGoOnOverLines) {
  TestConsole it;
  EXPECT_THAT(it.type(":if (true) do={\r"), EndsWith("\r\n{... "));
  EXPECT_THAT(it.type(":put \"a\r"), EndsWith("\r\n\"... "));
  EXPECT_THAT(it.type("b\"\r"), EndsWith("\r\n{... "));
  EXPECT_THAT(it.type("}\r"), HasSubstr("\na\r\nb\r\n[admin@MikroTik] > "));
  EXPECT_THAT(it.type("{\r"), EndsWith("{... "));
  EXPECT_THAT(it.type("\x03"), EndsWith("\r\n[admin@MikroTik] > "));
  EXPECT_THAT(it.type(":put \\\r"), EndsWith("\\... "));
  EXPECT_THAT(it.type("joined\r"), HasSubstr("\njoined\r\n"));
}

TEST(ConsoleTest, TabCompletesAndListsTheSecondTime) {
  TestConsole it;
  EXPECT_EQ(it.type("/ip/addr\t"), "/ip/address/");
  EXPECT_EQ(it.type("\x15/ip addr\t"), "\r[admin@MikroTik] > /ip address \x1b[K");
  it.type("\x15/interface bridge add na\t");
  EXPECT_THAT(it.screen(), EndsWith("/interface bridge add name="));
  it.type("\x15/ip dhcp\t");
  EXPECT_THAT(it.screen(), EndsWith("/ip dhcp-"));
  it.type("\t");
  EXPECT_THAT(it.screen(), HasSubstr("dhcp-client  dhcp-relay   dhcp-server\n[admin@MikroTik] > /ip dhcp-"));
  it.type("\x15/ip address add interface=ether\t\t");
  EXPECT_THAT(it.screen(), HasSubstr("ether1  ether2"));
}

TEST(ConsoleTest, HelpSaysWhatMayFollow) {
  TestConsole v7;
  v7.type("/ip address " + std::string(kF1));
  EXPECT_THAT(v7.screen(), HasSubstr("\nadd -- Create a new item\n"));
  EXPECT_THAT(v7.screen(), EndsWith("[admin@MikroTik] > /ip address "));
  EXPECT_THAT(v7.type("\x15:put \"what?\"\r"), HasSubstr("\nwhat?\r\n"));
  TestConsole v6("6.49.17");
  v6.type("/ip address ?");
  EXPECT_THAT(v6.screen(), HasSubstr("\nadd -- Create a new item\n"));
  EXPECT_THAT(v6.type("\x15:put \"what\\?\"\r"), HasSubstr("\nwhat?\r\n"));
}

TEST(ConsoleTest, AControlCInterruptsWhatRuns) {
  TestConsole it;
  it.type(":delay 1h; :put late\r:put next\r", std::chrono::seconds(1));
  EXPECT_EQ(it.type("\x03"), "interrupted\r\n[admin@MikroTik] > ");
  EXPECT_EQ(it.it.router.job_count(), 0U);
  it.type("half a line");
  EXPECT_EQ(it.type("\x03"), "\r\n[admin@MikroTik] > ");
}

TEST(ConsoleTest, WhatIsTypedAheadRunsLater) {
  TestConsole it;
  EXPECT_THAT(it.type(":delay 5s; :put one\r:put two\r", std::chrono::seconds(10)), HasSubstr("one\r\n[admin@MikroTik] > :put two\r\ntwo\r\n"));
}

TEST(ConsoleTest, LongPrintsComeInPages) {
  TestConsole it;
  it.type("/ip firewall address-list\r");
  it.type(":for i from=1 to=100 do={ add list=x address=(10.0.0.0 + $i) }\r");
  const std::string first = it.type("print\r");
  EXPECT_THAT(first, EndsWith("-- [Q quit|D dump|down]"));
  EXPECT_EQ(std::count(first.begin(), first.end(), '\n'), 24);
  EXPECT_THAT(it.type("\x1b[B"), EndsWith("-- [Q quit|D dump|down]"));
  EXPECT_EQ(std::count(it.seen.begin(), it.seen.end(), '\n'), 1);
  it.type(" ");
  EXPECT_EQ(std::count(it.seen.begin(), it.seen.end(), '\n'), 23);
  EXPECT_THAT(it.type("q"), EndsWith("[admin@MikroTik] /ip/firewall/address-list> "));
  EXPECT_THAT(it.type("print without-paging\r"), Not(HasSubstr("[Q quit")));
  it.type("print\r");
  EXPECT_THAT(it.type("d"), HasSubstr("10.0.0.100"));
}

TEST(ConsoleTest, RebootAsks) {
  TestConsole it;
  EXPECT_THAT(it.type("/system reboot\r"), EndsWith("\r\nReboot, yes? [y/N]: "));
  EXPECT_EQ(it.type("n"), "n\r\naction cancelled\r\n[admin@MikroTik] > ");
  it.type("/system reboot\r");
  EXPECT_THAT(it.type("\x03"), HasSubstr("interrupted\r\n[admin@MikroTik] > "));
  EXPECT_THAT(it.type("/system reboot\ry\r"), HasSubstr("system will reboot shortly\r\n"));
  it.it.pass(std::chrono::minutes(1));
  EXPECT_EQ(it.it.run("/system reboot").error, std::nullopt) << "scripts are not asked";
}

TEST(ConsoleTest, SafeModeTakesBackWhatALostSessionDid) {
  TestConsole it;
  it.type("/ip pool add name=before ranges=10.0.0.1\r");
  EXPECT_EQ(it.type("\x18"), "\r\n[Safe Mode taken]\r\n[admin@MikroTik] <SAFE> ");
  it.type("/ip pool add name=within ranges=10.0.0.2; set before ranges=10.0.0.9; /system scheduler add name=s interval=1s on-event=\":global n; :set n (\\$n + 1)\"\r");
  it.type("/file add name=kept.txt contents=x\r", std::chrono::seconds(5));
  it.console.reset();
  EXPECT_EQ(it.it.value("[:len [/ip pool find name=within]]"), "0");
  EXPECT_EQ(it.it.value("[/ip pool get before ranges]"), "10.0.0.1");
  EXPECT_EQ(it.it.value("[:len [/file find name=kept.txt]]"), "1");
  const std::string count = it.it.value("[:global n; :put $n]");
  it.it.pass(std::chrono::seconds(10));
  EXPECT_EQ(it.it.value("[:global n; :put $n]"), count) << "the scheduler knows";
}

TEST(ConsoleTest, SafeModeIsKeptByReleaseAndCanBeTakenOver) {
  TestConsole it;
  it.type("\x18/ip pool add name=kept ranges=10.0.0.1\r");
  EXPECT_EQ(it.type("\x18"), "\r\n[Safe Mode released]\r\n[admin@MikroTik] > ");
  it.type("\x18");
  std::string seen;
  const auto other = std::make_shared<Console>(it.it.router, ConsoleOptions{}, ConsoleLine{.write = [&](std::string_view bytes) { seen += bytes; }, .backlog = {}, .ended = {}});
  other->start();
  other->receive("\x18");
  EXPECT_THAT(seen, EndsWith("[u/r/d]: "));
  other->receive("r");
  EXPECT_THAT(seen, EndsWith("[Safe Mode taken]\r\n[admin@MikroTik] <SAFE> "));
  EXPECT_THAT(it.type("\r"), EndsWith("[admin@MikroTik] > ")) << "the first session has it no longer";
  it.console.reset();
  EXPECT_EQ(it.it.value("[:len [/ip pool find name=kept]]"), "1");
}

TEST(ConsoleTest, QuitKeepsWhatSafeModeGuardsControlDDoesNot) {
  for (const std::string_view end : {"/quit\r", "\x04"}) {
    TestConsole it;
    it.type("\x18/ip pool add name=p ranges=10.0.0.1\r");
    EXPECT_THAT(it.type("/system history print\r"), HasSubstr("Flags: F - FLOATING-UNDO"));
    it.type(end);
    EXPECT_EQ(it.it.value("[:len [/ip pool find name=p]]"), end.front() == '/' ? "1" : "0");
  }
}

TEST(ConsoleTest, QuitAndControlDEndTheSession) {
  TestConsole it;
  it.type("/quit\r");
  EXPECT_TRUE(it.ended);
  EXPECT_EQ(it.type(":put 1\r"), "");
  TestConsole other;
  other.type("\x04");
  EXPECT_TRUE(other.ended);
}

TEST(ConsoleTest, ScriptsWaitForWhoeverDoesNotRead) {
  TestConsole it;
  it.backlog = 1 << 20;
  it.type(":for i from=1 to=1000 do={ :put $i }\r", std::chrono::seconds(5));
  EXPECT_LT(it.seen.size(), 200U);
  EXPECT_EQ(it.it.router.job_count(), 1U);
  it.backlog = 0;
  it.console->drained();
  EXPECT_THAT(it.type(""), HasSubstr("1000\r\n"));
}

TEST(ConsoleTest, NothingIsLeftWhenSomebodyHangsUp) {
  TestConsole it;
  it.type(":delay 1h\r");
  it.console.reset();
  it.it.pass(std::chrono::seconds(1));
  EXPECT_EQ(it.it.router.job_count(), 0U);
}

TEST(HighlightTest, WordsHaveTheColourOfWhatTheyAre) {
  const TestConsole it;
  const auto coloured = [&](const std::string& text) { return tinted(text, 0, tints(text, it.it.router.session().personality, it.it.router.lookup(), DirId::root)); };
  EXPECT_EQ(coloured("/ip/address/add address=10.0.0.1/24"), "/\x1b[36mip\x1b[m/\x1b[36maddress\x1b[m/\x1b[35madd\x1b[m \x1b[32maddress\x1b[m=10.0.0.1/24");
  EXPECT_EQ(coloured("/ip addr"), "/\x1b[36mip\x1b[m \x1b[36maddr\x1b[m");
  EXPECT_EQ(coloured("nonsense"), "\x1b[31mnonsense\x1b[m");
  EXPECT_EQ(coloured(":put [/ip pool find]"), ":\x1b[35mput\x1b[m [/\x1b[36mip\x1b[m \x1b[36mpool\x1b[m \x1b[35mfind\x1b[m]");
}

}  // namespace
}  // namespace openstrat::sim
