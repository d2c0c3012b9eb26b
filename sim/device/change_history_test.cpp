// /undo, /redo, /system history.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/device/change_history.hpp"
#include "sim/device/safe_mode.hpp"
#include "sim/device/test_router.hpp"

namespace openstrat::sim {
namespace {

using ::testing::HasSubstr;
using testing::TestRouter;

struct Changed : TestRouter {
  explicit Changed(std::string_view version = "7.20.8") : TestRouter(version) {}
  void must(const std::string& script) {
    const Ran ran = run(script);
    ASSERT_FALSE(ran.error.has_value()) << *ran.error << "\n" << script;
  }
  std::string text() { return router.export_text(true); }
};

TEST(HistoryTest, EveryKindOfChangeIsTakenBackAndDoneAgain) {
  Changed it;
  it.must("/ip firewall filter; remove [find dynamic=no]; add chain=input action=accept comment=a; add chain=input action=drop comment=b; add chain=forward action=drop comment=c");
  it.must("/interface bridge add name=b7; /ip address add address=10.9.0.1/24 interface=b7 comment=home");
  for (const std::string change : {
           "/ip firewall filter add chain=input action=log comment=d place-before=[find comment=b]", "/ip firewall filter remove [find comment=a or comment=c]",
           "/ip firewall filter move [find comment=c] [find comment=a]", "/ip firewall filter move [find comment=a or comment=b]",
           "/ip firewall filter disable [find dynamic=no]", "/ip firewall filter set [find comment=b] action=reject !comment src-address=10.0.0.0/8",
           "/ip firewall filter comment [find comment=a] comment=other", "/interface bridge set b7 name=lan7", "/ip address set [find comment=home] address=10.8.0.1/23",
           "/system identity set name=renamed", "/interface bridge remove b7", "/ip service set telnet disabled=yes port=2323", "/user add name=eve group=read password=secret",
           "/system scheduler add name=tick interval=1m on-event=\":put 1\""}) {
    const std::string before = it.text();
    it.must(change);
    const std::string after = it.text();
    ASSERT_TRUE(before != after || change.starts_with("/user")) << change;
    it.must("/undo");
    EXPECT_EQ(it.text(), before) << change;
    it.must("/redo");
    EXPECT_EQ(it.text(), after) << change;
    it.must("/undo");
    EXPECT_EQ(it.text(), before) << change;
  }
}

TEST(HistoryTest, ManyChangesAreTakenBackOneByOne) {
  Changed it;
  const std::string before = it.text();
  it.must("/ip pool add name=p ranges=10.0.0.2-10.0.0.9; /ip dhcp-server add name=d address-pool=p interface=ether4; /ip pool set p name=q; /ip pool remove q");
  const std::string after = it.text();
  for (int i = 0; i < 4; ++i) it.must("undo");
  EXPECT_EQ(it.text(), before);
  for (int i = 0; i < 4; ++i) it.must("redo");
  EXPECT_EQ(it.text(), after);
  EXPECT_EQ(it.run("/redo").error.value_or(""), "failure: nothing to redo (/redo; line 1)");
  it.must("/undo; /system identity set name=x");
  EXPECT_TRUE(it.run("/redo").error.has_value()) << "another change: what was taken back is gone";
}

TEST(HistoryTest, TellsWhatWasDoneByWhom) {
  Changed it;
  it.must("/ip route add dst-address=10.1.0.0/16 gateway=10.0.0.1; /ip firewall filter add chain=input action=drop; /user add name=eve group=full password=pw; /undo");
  EXPECT_EQ(it.run("/system history print").output.front(), "Flags: U - UNDOABLE, R - REDOABLE");
  const std::string table = it.run("/system/history/print").text();
  EXPECT_THAT(table, HasSubstr("Columns: ACTION, BY, POLICY\n  ACTION                   BY     POLICY\nR user eve added           admin  write\nU filter rule added        admin  write\n"
                               "U route 10.1.0.0/16 added  admin  write\n"));
  const std::string detail = it.run("/system history print detail").text();
  EXPECT_THAT(detail, HasSubstr("redo=\"/ip firewall filter add action=drop chain=input\""));
  EXPECT_THAT(detail, HasSubstr("undo=\"/ip firewall filter remove *"));
  EXPECT_THAT(detail, ::testing::Not(HasSubstr("pw")));
  EXPECT_EQ(it.value("[/system history get [find action=\"filter rule added\"] undoable]"), "true");
  EXPECT_EQ(it.value("[:len [/system history find]]"), "3");
}

TEST(HistoryTest, KeepsAHundredAndForgetsThemWithTheNextBoot) {
  Changed it;
  it.must(":for i from=1 to=130 do={ /ip pool add name=(\"p\" . $i) ranges=10.0.0.1 }");
  EXPECT_EQ(it.value("[:len [/system history find]]"), "100");
  it.must(":for i from=1 to=100 do={ /undo }");
  EXPECT_EQ(it.value("[:len [/ip pool find name~\"^p\"]]"), "30");
  EXPECT_TRUE(it.run("/undo").error.has_value());
  it.must("/system identity set name=y");
  it.router.reboot("test");
  it.pass(std::chrono::minutes(1));
  EXPECT_TRUE(it.run("/undo").error.has_value());
}

TEST(HistoryTest, FewPoliciesUndoNothing) {
  Changed it;
  it.must("/system identity set name=y");
  EXPECT_THAT(it.run("/undo", Policies::parse("read,test")).error.value_or(""), HasSubstr("not enough permissions"));
}

TEST(HistoryTest, MoreThanItHoldsEndsSafeMode) {
  Changed it;
  SafeMode& safe = it.router.extension<SafeMode>();
  const int somebody = 0;
  safe.take(&somebody);
  it.must("/system identity set name=y");
  EXPECT_EQ(it.value("[/system history get 0 floating-undo]"), "error: no such item (/system/history/get; line 1)");
  EXPECT_EQ(it.value("[/system history get [find floating-undo=yes] action]"), "system identity changed");
  it.must(":for i from=1 to=120 do={ /ip pool add name=(\"p\" . $i) ranges=10.0.0.1 }");
  EXPECT_FALSE(safe.is_taken());
  safe.undo();
  EXPECT_EQ(it.value("[:len [/ip pool find name~\"^p\"]]"), "120");
}

}  // namespace
}  // namespace openstrat::sim
