#include "scripts/script_check.hpp"

#include <gmock/gmock.h>

#include "scripts/known_versions.hpp"
#include "scripts/positions.hpp"

namespace openstrat::scripts {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr ros::Version kSix{6, 49, 17}, kSeven{7, 20, 8}, kOldSeven{7, 16, 2}, kNewest{7, 24, 0};

Verdict check(const std::string& script, ros::Version version = kSeven) { return check_script(script, {.version = version, .brand_prefix = "openstrat"}); }

std::vector<std::string> kinds(const std::string& script, ros::Version version = kSeven) {
  std::vector<std::string> out;
  for (const Finding& warning : check(script, version).warnings) out.push_back(std::to_string(warning.line) + ":" + std::to_string(warning.column) + " " + warning.kind);
  return out;
}

std::string hint(const std::string& script, ros::Version version) {
  const Verdict verdict = check(script, version);
  if (!verdict.errors.empty()) return verdict.errors[0].hint.value_or("-");
  return verdict.warnings.empty() ? "nothing" : verdict.warnings[0].hint.value_or("-");
}

TEST(ScriptCheck, ErrorsAreTheRouters) {
  const Verdict verdict = check("/ip address\nadd address=1.2.3.4/24 interface=ether1 )\n:put (1 + )\n");
  ASSERT_EQ(verdict.errors.size(), 2u);
  EXPECT_EQ(verdict.errors[0].message, "expected end of command");
  EXPECT_EQ(verdict.errors[0].line, 2u);
  EXPECT_EQ(verdict.errors[0].column, 41u);
  EXPECT_EQ(verdict.errors[1].line, 3u);
  EXPECT_TRUE(check(":put 1").accepted());
}

TEST(ScriptCheck, PlacesAreGivenForRoutersAndForEditors) {
  const Verdict verdict = check(":put \"Zürich 😀\"; :put (1 + )");
  ASSERT_EQ(verdict.errors.size(), 1u);
  EXPECT_EQ(verdict.errors[0].column, 32u) << "bytes";
  EXPECT_EQ(verdict.errors[0].from, 28u) << "UTF-16 code units";
}

TEST(ScriptCheck, TheSameTextOnOtherVersions) {
  const std::string script = ":onerror e in={/ip address print} do={:put $e}";
  EXPECT_TRUE(check(script, kSeven).accepted());
  EXPECT_FALSE(check(script, kSix).accepted());
  EXPECT_EQ(check("/ip dns adlist add url=x", kSix).errors.at(0).message, "bad command name adlist");
  EXPECT_EQ(kinds("/ip dns adlsit add url=x", kSeven), std::vector<std::string>{"1:9 unknown_command"});
}

TEST(ScriptCheck, UnknownWordsAreExplained) {
  EXPECT_EQ(hint(":onerror e in={:put 1} do={}", kSix), "from RouterOS 7.13 on");
  EXPECT_EQ(hint("/ip dns adlist print", {7, 14, 0}), "from RouterOS 7.15 on");
  EXPECT_EQ(hint("/ip route rule add", kSeven), "on RouterOS 7 /ip/route/rule is /routing/rule");
  EXPECT_EQ(hint("/routing rule add", kSix), "on RouterOS 6 /routing/rule is /ip/route/rule");
  EXPECT_EQ(hint("/ip adress print", kSeven), "did you mean address?");
  EXPECT_EQ(hint("/ip address add adress=1.1.1.1/24", kSeven), "did you mean address?");
  EXPECT_EQ(hint("/ip route add dst-address=0.0.0.0/0 type=blackhole", kSeven), "on RouterOS 7 it is the flag blackhole (without a value)");
  EXPECT_EQ(hint("/routing bgp connection add name=a router-id=1.1.1.1", kSeven), "since RouterOS 7.20 it belongs to /routing/bgp/instance");
  EXPECT_EQ(hint("/i print", kSeven), "the beginning of if, import, interface, iot");
}

TEST(ScriptCheck, UnknownWordsThatFailLateAreWarnings) {
  const Verdict verdict = check("/ip adress print\n/ip address add adress=1.1.1.1/24", kNewest);
  EXPECT_TRUE(verdict.accepted());
  ASSERT_EQ(verdict.warnings.size(), 2u);
  EXPECT_EQ(verdict.warnings[0].kind, "unknown_command");
  EXPECT_EQ(verdict.warnings[1].kind, "unknown_parameter");
  EXPECT_EQ(verdict.warnings[1].to - verdict.warnings[1].from, 6u);
}

TEST(ScriptCheck, CommandsThatCostTheRouter) {
  EXPECT_THAT(kinds("/system reset-configuration no-defaults=yes"), ElementsAre("1:1 dangerous"));
  EXPECT_THAT(kinds(":if (true) do={\n  /system shutdown\n}"), ElementsAre("2:3 dangerous"));
  EXPECT_THAT(kinds("/system reboot"), ElementsAre("1:1 dangerous"));
  EXPECT_THAT(kinds("# after the upgrade\n/system reboot"), IsEmpty());
  EXPECT_THAT(kinds("/system reboot; # after the upgrade"), IsEmpty());
  EXPECT_THAT(kinds("/system package update install"), ElementsAre("1:1 dangerous"));
}

TEST(ScriptCheck, WhatMeetsEveryRow) {
  EXPECT_THAT(kinds("/interface disable [find]"), ElementsAre("1:1 dangerous"));
  EXPECT_THAT(kinds("/interface set [find] disabled=yes"), ElementsAre("1:1 dangerous"));
  EXPECT_THAT(kinds("/ip address\nremove [ find ]"), ElementsAre("2:1 dangerous"));
  EXPECT_THAT(kinds("/user remove [find]"), ElementsAre("1:1 dangerous"));
  EXPECT_THAT(kinds("/ip address remove [find where interface=ether1]"), IsEmpty());
  EXPECT_THAT(kinds("/ip address remove [find comment=x]"), IsEmpty());
  EXPECT_THAT(kinds("/ip firewall connection remove [find]"), IsEmpty());
  EXPECT_THAT(kinds("/interface enable [find]"), IsEmpty());
}

TEST(ScriptCheck, WhatThePlatformKeepsOnTheRouter) {
  EXPECT_THAT(kinds("/system scheduler remove [find name=\"openstrat-poll\"]"), ElementsAre("1:1 dangerous"));
  EXPECT_THAT(kinds("/system scheduler disable openstrat-poll"), ElementsAre("1:1 dangerous"));
  EXPECT_THAT(kinds("/user set openstrat-api disabled=yes"), ElementsAre("1:1 dangerous"));
  EXPECT_THAT(kinds("/system scheduler remove [find name=\"mine\"]"), IsEmpty());
}

TEST(ScriptCheck, RulesThatLockTheManagementOut) {
  EXPECT_THAT(kinds("/ip firewall filter add chain=input action=drop"), ElementsAre("1:1 dangerous"));
  EXPECT_THAT(kinds("/ip firewall filter add chain=input action=drop in-interface-list=WAN"), IsEmpty());
  EXPECT_THAT(kinds("/ip firewall filter add chain=forward action=drop"), IsEmpty());
  EXPECT_THAT(kinds("/ip firewall filter add chain=input action=drop disabled=yes"), IsEmpty());
}

TEST(ScriptCheck, VariablesThatDoNotMeanWhatTheySeemTo) {
  EXPECT_THAT(kinds(":local name lan; /ip address remove [find where comment=$nmae]"), ElementsAre("1:57 undeclared_variable"));
  EXPECT_THAT(kinds(":local interface ether1; /ip address remove [find where interface=$interface]"), ElementsAre("1:67 shadowed_variable"));
}

TEST(ScriptCheck, ABraceTooManyHidesTheRest) {
  EXPECT_THAT(kinds(":put 1\n}\n:put 2"), ElementsAre("2:1 ignored_rest"));
  EXPECT_THAT(kinds(":put 1\n}\n"), IsEmpty());
}

TEST(ScriptCheck, ScriptsInsideScripts) {
  EXPECT_THAT(kinds("/system script add name=a source={\n  :put (1 + )\n}"), ElementsAre("2:13 embedded_script"));
  EXPECT_THAT(kinds("/system scheduler add name=a on-event=\"/ip address print )\""), ElementsAre("1:39 embedded_script"));
  EXPECT_THAT(kinds("/system scheduler add name=a on-event=my-script", kSix), IsEmpty());
  EXPECT_THAT(kinds(":execute script={:put (1 + )}"), ElementsAre("1:28 embedded_script"));
}

TEST(ScriptCheck, HostileTextsAnswerInTime) {
  for (const std::string_view piece : {"{", "[", "(", "({", "$[", "({$", "({\"$", "\"$[", ":if (", "x\n", "x y=\n", ":put (\n", "$a ", ":do {", "/ip address print where ", "a,"}) {
    std::string script = piece == "a," ? ":put (" : "";
    while (script.size() + piece.size() <= kLongestScript) script += piece;
    for (const ros::Version version : {kSix, kNewest}) {
      const Verdict verdict = check(script, version);
      EXPECT_LE(verdict.errors.size(), 20u);
      EXPECT_LE(verdict.warnings.size(), 200u);
    }
  }
}

TEST(KnownVersions, AsRoutersAndPeopleWriteThem) {
  EXPECT_EQ(parse_version("7.16.2 (stable)"), (ros::Version{7, 16, 2}));
  EXPECT_EQ(parse_version("7.24rc4"), (ros::Version{7, 24, 0}));
  EXPECT_EQ(parse_version("v6.49.17"), (ros::Version{6, 49, 17}));
  EXPECT_EQ(parse_version("6"), (ros::Version{6, 49, 0}));
  EXPECT_EQ(parse_version("7"), newest_version());
  EXPECT_EQ(newest_version(), (ros::Version{7, 24, 0}));
  for (const std::string_view wrong : {"", "5.26", "8.0", "7.", "7.x", "seven", "7.20; drop", "7.99999999999"}) EXPECT_FALSE(parse_version(wrong)) << wrong;
  EXPECT_EQ(offered_versions().front(), newest_version());
  EXPECT_EQ(offered_versions().back(), (ros::Version{6, 49, 0}));
}

TEST(KnownVersions, PatchesMostlyBehaveAlike) {
  EXPECT_EQ(same_behaviour({7, 16, 2}), same_behaviour({7, 16, 1}));
  EXPECT_EQ(same_behaviour({6, 49, 17}), same_behaviour({6, 48, 0}));
  EXPECT_NE(same_behaviour({7, 19, 0}), same_behaviour({7, 20, 0}));
  EXPECT_NE(same_behaviour({7, 0, 0}), same_behaviour({6, 49, 17}));
}

TEST(Positions, BothWays) {
  const std::string text = "aü😀b\xff";
  Positions positions(text);
  EXPECT_EQ(positions.units(3), 2u);
  EXPECT_EQ(positions.units(7), 4u);
  EXPECT_EQ(positions.units(9), 6u);
  EXPECT_EQ(positions.bytes(2), 3u);
  EXPECT_EQ(positions.bytes(4), 7u);
  EXPECT_EQ(positions.bytes(100), 9u);
  EXPECT_EQ(positions.units(1), 1u);
}

}  // namespace
}  // namespace openstrat::scripts
