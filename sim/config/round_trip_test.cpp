#include <gtest/gtest.h>

#include <algorithm>

#include "base/clock.hpp"
#include "sim/config/testing.hpp"

namespace openstrat::sim {
namespace {

using testing::kV6;
using testing::kV7;
using testing::TestRouter;

constexpr const char* kFillUp = R"rsc(
/interface bridge add name=lan comment="with \"quotes\" and \$dollar"
/interface bridge port add bridge=lan interface=ether3
/interface vlan add interface=lan name=guest vlan-id=20
/interface list add name=WAN
/interface list member add interface=ether1 list=WAN
/ip address add address=10.1.0.1/24 interface=lan comment="a rather long comment that has to be wrapped since it goes far beyond column seventy-eight of the line"
/ip pool add name=guests ranges=10.1.20.10-10.1.20.99,10.1.20.120-10.1.20.130
/ip dhcp-server add name=d1 interface=guest address-pool=guests disabled=no
/ip dhcp-server network add address=10.1.20.0/24 gateway=10.1.20.1 dns-server=1.1.1.1,8.8.8.8
/ip dns set servers=9.9.9.9,149.112.112.112 allow-remote-requests=yes
/ip firewall filter add chain=input action=drop in-interface-list=!WAN connection-state=invalid,new log=yes log-prefix="x y"
/ip firewall nat add chain=srcnat action=masquerade out-interface-list=WAN
/ip firewall address-list add list=blocked address=10.0.0.0/8 comment=?what?
/ip service set telnet disabled=yes
/ip service set ssh port=2222 address=10.0.0.0/8,192.168.0.0/16
/ppp profile set default local-address=10.9.0.1
/ppp secret add name=joe password="p w=1" service=l2tp
/snmp set enabled=yes contact="noc@example.com"
/system identity set name="Branch 7 (Berlin)"
/system logging add topics=info,!dhcp action=remote
/system logging action set remote remote=192.0.2.9
/system scheduler add name=s interval=30s start-time=startup on-event=":local a 1\r\n:if (\$a = 1) do={:put \"yes\"}\n\n:log info \"this line is long enough to be broken by the export, somewhere in the middle of it\""
/system script add name=t source={
:foreach i in=[/interface find] do={
  :put [/interface get $i name]
}
}
/tool netwatch add host=192.0.2.1 interval=15s up-script=":log info up" down-script=""
/user group add name=api-only policy=api,read
)rsc";

class RoundTrip : public ::testing::TestWithParam<Version> {};

TEST_P(RoundTrip, ExportImportExportIsTheSameBytes) {
  TestRouter first(GetParam());
  ASSERT_EQ(first.run(kFillUp), "");
  const ExportOptions all{.show_secrets = true};
  const std::string text = export_config(first.config, first.facts, all);
  ASSERT_GT(std::count(text.begin(), text.end(), '\n'), 50);
  for (const bool crlf : {false, true}) {
    TestRouter second(GetParam());
    ExportOptions options = all;
    options.crlf = crlf;
    const ImportResult imported = import_text(second.config, export_config(first.config, first.facts, options), second.facts);
    ASSERT_FALSE(imported.error) << *imported.error << " in line " << imported.line << "\n" << text;
    EXPECT_EQ(export_config(second.config, second.facts, all), text);
  }
  TestRouter terse(GetParam());
  const ImportResult imported = import_text(terse.config, export_config(first.config, first.facts, {.terse = true, .show_secrets = true}), terse.facts);
  ASSERT_FALSE(imported.error) << *imported.error << " in line " << imported.line;
  EXPECT_EQ(export_config(terse.config, terse.facts, all), text);
}

TEST_P(RoundTrip, FactoryConfigurationsToo) {
  for (const Model& model : models()) {
    TestRouter first(GetParam(), model.key, DefaultConfiguration::factory);
    const std::string text = export_config(first.config, first.facts, {});
    TestRouter second(GetParam(), model.key, DefaultConfiguration::none);
    const ImportResult imported = import_text(second.config, text, second.facts);
    ASSERT_FALSE(imported.error) << model.key << ": " << *imported.error << " in line " << imported.line << "\n" << text;
    EXPECT_EQ(export_config(second.config, second.facts, {}), text);
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, RoundTrip,
                         ::testing::Values(Version{6, 49, 17}, Version{7, 9, 2}, Version{7, 15, 3}, Version{7, 20, 8}, Version{7, 24, 0}),
                         [](const auto& parameter) {
                           std::string name = "V" + parameter.param.to_string();
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

constexpr const char* kForeignExport = R"rsc(# jan/02/1970 00:00:00 by RouterOS 6.44.6
# software id = ABCD-EFGH
#
/interface frobnicator
add color=blue comment="nobody knows this menu" size="1 0"
add color=red
/interface frobnicator settings
set mode=fast
/ip address
add address=10.0.0.1/24 interface=sfp9 network=10.0.0.0 wobble=yes
/zebra
add name="quoted value"
)rsc";

TEST(Opaque, UnknownMenusAndPropertiesAreKept) {
  TestRouter router(kV6, "rb750gr3", DefaultConfiguration::none, true);
  const ImportResult imported = import_text(router.config, kForeignExport, router.facts);
  ASSERT_FALSE(imported.error) << *imported.error << " in line " << imported.line;
  const std::string text = router.exported();
  EXPECT_NE(text.find("/interface frobnicator\nadd color=blue comment=\"nobody knows this menu\" size=\"1 0\"\nadd color=red\n"), std::string::npos) << text;
  EXPECT_NE(text.find("/interface frobnicator settings\nset mode=fast\n"), std::string::npos) << text;
  EXPECT_NE(text.find("interface=sfp9"), std::string::npos);
  TestRouter second(kV6, "rb750gr3", DefaultConfiguration::none, true);
  ASSERT_FALSE(import_text(second.config, text, second.facts).error);
  EXPECT_EQ(second.exported(), text);
  EXPECT_EQ(router.run(":return [:len [/interface frobnicator find]]"), "2");
  EXPECT_EQ(router.run(":return [:len [/interface frobnicator find where color=red]]"), "1");
}

TEST(Opaque, WhatAnExportSetsOnAnotherRouterIsKept) {
  const std::string foreign =
      "/interface ethernet\nset [ find default-name=ether8 ] comment=\"not here\" name=ether1\nset [ find default-name=ether1 ] name=ether2\n"
      "/interface frobnicator\nset 0 color=red\nset wlan9 band=\"\" disabled=no\n"
      "/interface wireless\nset [ find default-name=wlan7 ] band=2ghz-b/g/n disabled=no ssid=MikroTik\n"
      "/routing bgp connection\nadd as=65000 local.role=ebgp name=up remote.address=192.0.2.1/32 .as=65001 templates=default\n"
      "/interface gadget\nset [ find ] size=1\n/ppp profile\nset *FFFFFFFE local-address=10.0.0.1\n";
  const auto version = Version{7, 15, 3};
  TestRouter router(version, "rb750gr3", DefaultConfiguration::none, true);
  const ImportResult imported = import_text(router.config, foreign, router.facts);
  ASSERT_FALSE(imported.error) << *imported.error << " in line " << imported.line;
  const std::string text = router.exported();
  for (const char* line : {"set [ find default-name=ether8 ] comment=\"not here\" name=ether1\n", "set [ find default-name=ether1 ] name=ether2\n",
                           "set 0 color=red\n", "set [ find ] size=1\n", "set wlan9 band=\"\" disabled=no\n",
                           "set [ find default-name=wlan7 ] band=2ghz-b/g/n disabled=no ssid=MikroTik\n", "remote.address=192.0.2.1/32 .as=65001",
                           "set *FFFFFFFE local-address=10.0.0.1\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
  TestRouter second(version, "rb750gr3", DefaultConfiguration::none, true);
  ASSERT_FALSE(import_text(second.config, text, second.facts).error);
  EXPECT_EQ(second.exported(), text);
}

TEST(Opaque, StrictRoutersRefuseThem) {
  TestRouter v6(kV6);
  const std::string before = v6.exported();
  EXPECT_TRUE(import_text(v6.config, kForeignExport, v6.facts).error);
  EXPECT_EQ(v6.exported(), before) << "before 7.20 nothing of a wrong text is run";
}

TEST(Opaque, LenientImportGoesOnAndNamesTheLines) {
  TestRouter router(kV7);
  const std::vector<std::string> failures = import_leniently(router.config,
                                                             "/ip address\nadd address=10.0.0.1/24 interface=ether9\nadd address=10.0.0.1/24 \\\n"
                                                             "    interface=ether1\n/system identity\nset name=ok\n",
                                                             router.facts);
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0], "line 2: input does not match any value of interface");
  EXPECT_EQ(router.run(":return [:len [/ip address find]]"), "1");
}

TEST(Memory, IdleRoutersShareTheirTables) {
  const Config first = new_config(*find_model("hap-ac2"), kV7, DefaultConfiguration::factory);
  EXPECT_LT(first.own_bytes(), 8u * 1024);
  TestRouter router(kV7, "hap-ac2", DefaultConfiguration::factory);
  router.run("/system identity set name=r1; /system scheduler add name=openstrat-poll on-event=\"" + std::string(2000, 'x') + "\"");
  EXPECT_LT(router.config.own_bytes(), 16u * 1024);
}

TEST(Import, DamagedTextsAreRefusedOrRunButNeverCrash) {
  SeededRng rng(42);
  const std::string whole = kFillUp;
  for (int round = 0; round < 200; ++round) {
    std::string text = whole.substr(rng.below(whole.size() / 2), 200 + rng.below(1500));
    for (std::uint64_t i = rng.below(6); i > 0 && !text.empty(); --i) {
      const std::size_t at = rng.below(text.size());
      if (rng.below(2) == 0) text[at] = static_cast<char>(rng.below(256));
      else text.erase(at, rng.below(8));
    }
    TestRouter router(round % 2 == 0 ? kV6 : kV7, "rb750gr3", DefaultConfiguration::factory, round % 3 == 0);
    import_text(router.config, text, router.facts);
    import_leniently(router.config, text, router.facts);
    EXPECT_FALSE(export_config(router.config, router.facts, {.verbose = round % 5 == 0}).empty()) << "seed 42, round " << round;
  }
}

TEST(Import, FiftyThousandAddressesAreQuickAndSmall) {
  std::string text = "/ip firewall address-list\n";
  for (int i = 0; i < 50'000; ++i) {
    text += "add address=10." + std::to_string(i / 65536) + "." + std::to_string(i / 256 % 256) + "." + std::to_string(i % 256) + " list=blocked\n";
  }
  TestRouter router;
  const auto begin = system_clock().monotonic();
  const ImportResult imported = import_text(router.config, std::move(text), router.facts);
  const auto took = system_clock().monotonic() - begin;
  ASSERT_FALSE(imported.error) << *imported.error;
  EXPECT_EQ(router.config.table("/ip/firewall/address-list")->rows().size(), 50'000u);
  EXPECT_LT(router.config.own_bytes(), 40u << 20);
  RecordProperty("milliseconds", static_cast<int>(took / std::chrono::milliseconds(1)));
  EXPECT_LT(took, std::chrono::seconds(20)) << "the bar is 3 s in a release build";
  EXPECT_EQ(router.run("/ip firewall address-list remove [find list=blocked]; :return [:len [/ip firewall address-list find]]"), "0");
}

}  // namespace
}  // namespace openstrat::sim
