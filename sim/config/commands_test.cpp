#include "sim/config/commands.hpp"

#include <gtest/gtest.h>

#include "sim/config/testing.hpp"

namespace openstrat::sim {
namespace {

using testing::kV6;
using testing::TestRouter;

TEST(Commands, AddReturnsTheIdAndGetReadsIt) {
  TestRouter router;
  EXPECT_EQ(router.run(":local id [/ip address add address=10.0.0.1/24 interface=ether1]; :return $id"), "*1");
  EXPECT_EQ(router.run(":return [/ip address get *1 network]"), "10.0.0.0");
  EXPECT_EQ(router.run(":return [/ip address get [find address=\"10.0.0.1/24\"] interface]"), "ether1");
  EXPECT_EQ(router.run(":return [:typeof [/ip address get *1 network]]"), "ip");
}

TEST(Commands, IdsAreNeverReused) {
  TestRouter router;
  router.run("/ip pool add name=a ranges=10.0.0.1-10.0.0.9; /ip pool remove a");
  EXPECT_EQ(router.run(":return [/ip pool add name=a ranges=10.0.0.1-10.0.0.9]"), "*2");
}

TEST(Commands, RequiredArgumentsAreNamedInTheirOrder) {
  TestRouter router;
  EXPECT_EQ(router.run("/ip firewall filter add action=accept"), "error: missing value(s) of argument(s) chain");
  EXPECT_EQ(router.run("/ip address add"), "error: missing value(s) of argument(s) address interface");
  EXPECT_EQ(router.run("/routing bgp connection add"), "error: missing value(s) of argument(s) name instance local.role");
  EXPECT_EQ(router.run("/interface wireguard peers add"), "error: missing value(s) of argument(s) interface allowed-address");
  EXPECT_EQ(router.run("/user add name=x group=read"), "error: missing value(s) of argument(s) password");
  EXPECT_EQ(TestRouter(kV6).run("/user add name=x group=read"), "");
  EXPECT_EQ(TestRouter(testing::kV7).run("/interface bridge add"), "");
}

TEST(Commands, ValuesAreChecked) {
  TestRouter router;
  EXPECT_EQ(router.run("/ip address add address=10.0.0.1/24 interface=nosuch"), "error: input does not match any value of interface");
  EXPECT_EQ(router.run("/ip address add address=10.0.0.999/24 interface=ether1"), "error: invalid value for argument address");
  EXPECT_EQ(router.run("/ip service set ssh port=70000"), "error: value of port out of range (1..65535)");
  EXPECT_EQ(router.run("/ip firewall nat add chain=srcnat action=bogus"), "error: input does not match any value of action");
  EXPECT_EQ(router.run("/ip address add address=10.0.0.1/24 interface=ether"),
            "error: ambiguous value of interface, more than one possible value matches input");
  EXPECT_EQ(router.run("/interface bridge add name=b disabled=true"), "error: input does not match any value of disabled");
  EXPECT_EQ(router.run("/interface bridge add name=b disabled=\"yes\""), "");
  EXPECT_EQ(router.run(":return [/interface bridge get b disabled]"), "true");
}

TEST(Commands, DuplicatesAreRefused) {
  TestRouter router;
  router.run("/ip firewall address-list add list=a address=10.0.0.0/8");
  EXPECT_EQ(router.run("/ip firewall address-list add list=a address=10.0.0.0-10.255.255.255"), "error: failure: already have such entry");
  EXPECT_EQ(router.run("/ip firewall address-list add list=b address=10.0.0.0/8"), "");
  router.run("/interface bridge add name=lan");
  EXPECT_EQ(router.run("/interface bridge add name=lan"), "error: failure: already have interface with such name");
}

TEST(Commands, AddressListsNormaliseAddresses) {
  TestRouter router;
  router.run("/ip firewall address-list add list=a address=1.2.3.4/32; /ip firewall address-list add list=a address=10.0.0.0-10.0.0.255");
  router.run("/ip firewall address-list add list=a address=10.0.0.1-10.0.0.9; /ip firewall address-list add list=a address=example.com");
  EXPECT_EQ(router.run(":local o \"\"; :foreach i in=[/ip firewall address-list find] do={:set o ($o . [/ip firewall address-list get $i address] . \" \")}; :return $o"),
            "1.2.3.4 10.0.0.0/24 10.0.0.1-10.0.0.9 example.com ");
}

TEST(Commands, ListsWithATimeoutAreDynamicAndNotExported) {
  TestRouter router;
  router.run("/ip firewall address-list add list=a address=1.2.3.4 timeout=1h");
  EXPECT_EQ(router.run(":return [/ip firewall address-list get *1 dynamic]"), "true");
  EXPECT_EQ(router.exported().find("address-list"), std::string::npos);
  EXPECT_EQ(router.run("/ip firewall address-list remove [find list=a]"), "") << "but may be removed";
}

TEST(Commands, FindFormsOfTheManual) {
  TestRouter router;
  router.run("/ip firewall filter add chain=input action=accept comment=one; /ip firewall filter add chain=input action=drop disabled=yes;"
             "/ip firewall filter add chain=forward action=drop comment=\"OpenStrat:x 1\"");
  const auto count = [&](const std::string& where) { return router.run(":return [:len [/ip firewall filter find " + where + "]]"); };
  EXPECT_EQ(count("chain=input"), "2");
  EXPECT_EQ(count("where chain=input"), "2");
  EXPECT_EQ(count("where chain=\"input\" action=drop"), "1");
  EXPECT_EQ(count("where chain!=\"input\""), "1");
  EXPECT_EQ(count("where comment~\"^OpenStrat:\""), "1");
  EXPECT_EQ(count("where disabled"), "1");
  EXPECT_EQ(count("where !disabled"), "2");
  EXPECT_EQ(count("where disabled=no"), "2");
  EXPECT_EQ(count("where comment"), "2");
  EXPECT_EQ(count("where (action=accept or disabled=yes)"), "2");
  EXPECT_EQ(count("where chain=nosuch"), "0");
  EXPECT_EQ(count(""), "3");
}

TEST(Commands, SetRemoveAndEnableTakeIdsNamesAndLists) {
  TestRouter router;
  router.run("/interface bridge add name=a; /interface bridge add name=b; /interface bridge add name=c");
  EXPECT_EQ(router.run("/interface bridge disable a,b"), "");
  EXPECT_EQ(router.run(":return [:len [/interface bridge find disabled]]"), "2");
  EXPECT_EQ(router.run("/interface bridge enable [find]"), "");
  EXPECT_EQ(router.run(":return [:len [/interface bridge find disabled]]"), "0");
  EXPECT_EQ(router.run("/interface bridge remove [find name=nosuch]"), "") << "an empty array is no error";
  EXPECT_EQ(router.run("/interface bridge remove nosuch"), "error: no such item");
  EXPECT_EQ(router.run("/interface bridge remove c; :return [/interface bridge print count-only]"), "2");
  EXPECT_EQ(router.run("/interface bridge remove 0"), "error: no such item") << "numbers only after a print";
  router.run("/interface bridge print");
  EXPECT_EQ(router.run("/interface bridge remove 0; :return [:len [/interface bridge find]]"), "1");
}

TEST(Commands, OrderedMenusKeepTheirOrder) {
  TestRouter router;
  router.run("/ip firewall filter\nadd chain=input comment=a\nadd chain=input comment=b\nadd chain=input comment=c place-before=*1");
  const std::string order = ":local o \"\"; :foreach i in=[/ip firewall filter find] do={:set o ($o . [/ip firewall filter get $i comment])}; :return $o";
  EXPECT_EQ(router.run(order), "cab");
  router.run("/ip firewall filter move [find comment=b] destination=[find comment=c]");
  EXPECT_EQ(router.run(order), "bca");
  router.run("/ip firewall filter move [find comment=b]");
  EXPECT_EQ(router.run(order), "cab");
}

TEST(Commands, SingletonsHaveNoRows) {
  TestRouter router;
  EXPECT_EQ(router.run(":return [/system identity get name]"), "MikroTik");
  router.run("/system identity set name=\"Branch 7\"");
  EXPECT_EQ(router.run(":return [/system identity get name]"), "Branch 7");
  EXPECT_EQ(router.run(":return [:tostr [/system identity get]]"), "name=Branch 7");
  EXPECT_EQ(router.run(":return [:len [/ip dns get servers]]"), "0");
  router.run("/ip dns set servers=1.1.1.1,8.8.8.8");
  EXPECT_EQ(router.run(":return [/ip dns get servers]"), "1.1.1.1;8.8.8.8");
}

TEST(Commands, FactsFillReadOnlyRecords) {
  TestRouter router;
  EXPECT_EQ(router.run(":return [:tostr [/system resource get]]"),
            "architecture-name=mmips;bad-blocks=0;board-name=hEX;version=7.20.8 (stable)");
  EXPECT_EQ(router.run(":return ([/system/resource/get]->\"version\")"), "7.20.8 (stable)");
  EXPECT_EQ(router.run(":return [/system routerboard get model]"), "RB750Gr3");
}

TEST(Commands, PrintAsValueIsAlwaysTwoDimensional) {
  TestRouter router;
  router.run("/ip pool add name=p ranges=10.0.0.1-10.0.0.9");
  EXPECT_EQ(router.run(":return [:len [/ip pool print as-value]]"), "1");
  EXPECT_EQ(router.run(":return ([/ip pool print as-value]->0->\"name\")"), "p");
  EXPECT_EQ(router.run(":return ([/ip pool print as-value]->0->\".id\")"), "*1");
  EXPECT_EQ(router.run(":return [/ip pool print count-only where name=q]"), "0");
}

TEST(Commands, NamesOfInterfacesAndPortsOfBridgesAreUnique) {
  TestRouter router;
  router.run("/interface bridge add name=lan; /interface bridge port add bridge=lan interface=ether2; /ip dhcp-client add interface=ether1");
  EXPECT_EQ(router.run("/interface vlan add name=lan interface=ether3 vlan-id=5"), "error: failure: already have interface with such name");
  EXPECT_EQ(router.run("/interface ethernet set ether4 name=lan"), "error: failure: already have interface with such name");
  EXPECT_EQ(router.run("/interface bridge port add bridge=lan interface=ether2"), "error: failure: device already added as bridge port");
  EXPECT_EQ(router.run("/ip dhcp-client add interface=ether1"), "error: failure: dhcp-client on that interface already exists");
  EXPECT_EQ(router.run("/ip address add address=10.0.0.1 interface=lan; :return [/ip address get *1 address]"), "10.0.0.1/32");
  EXPECT_NE(router.exported().find("add address=10.0.0.1 interface=lan network=10.0.0.1\n"), std::string::npos);
}

TEST(Commands, TablesAreThoseOfTheVersion) {
  const char* fill = "/ip address add address=10.0.0.1/24 interface=ether1 comment=uplink; /ip address add address=10.0.10.1/24 interface=ether2 disabled=yes; /ip address print";
  TestRouter v7;
  v7.run(fill);
  EXPECT_EQ(v7.printed(),
            "Flags: X - DISABLED\n"
            "Columns: ADDRESS, NETWORK, INTERFACE\n"
            "#   ADDRESS       NETWORK    INTERFACE\n"
            ";;; uplink\n"
            "0   10.0.0.1/24   10.0.0.0   ether1\n"
            "1 X 10.0.10.1/24  10.0.10.0  ether2\n");
  TestRouter v6(testing::kV6);
  v6.run(fill);
  EXPECT_EQ(v6.printed(),
            "Flags: X - disabled, I - invalid, D - dynamic \n"
            " #   ADDRESS      NETWORK   INTERFACE\n"
            " 0   ;;; uplink\n"
            "     10.0.0.1/24  10.0.0.0  ether1\n"
            " 1 X 10.0.10.1/24 10.0.10.0 ether2\n");
  v7.run("/ip address print detail where !disabled");
  EXPECT_EQ(v7.printed(),
            "Flags: X - disabled, I - invalid, D - dynamic, S - slave \n"
            " 0   ;;; uplink\n"
            "     address=10.0.0.1/24 network=10.0.0.0 interface=ether1 \n\n");
  v7.run("/ip address print terse");
  EXPECT_EQ(v7.printed(), " 0    comment=uplink address=10.0.0.1/24 network=10.0.0.0 interface=ether1\n 1 X  address=10.0.10.1/24 network=10.0.10.0 interface=ether2\n");
  v7.run("/ip firewall filter print");
  EXPECT_EQ(v7.printed(), "") << "nothing to show";
}

TEST(Commands, TerseAndDetailPrint) {
  TestRouter router;
  router.run("/interface bridge add name=lan comment=hello disabled=yes");
  router.run("/interface bridge print terse proplist=name,comment");
  EXPECT_EQ(router.printed(), " 0 X  name=lan comment=hello\n");
  router.run("/system identity print");
  EXPECT_EQ(router.printed(), "  name: MikroTik\n");
}

TEST(Commands, RenamingIsPassedOn) {
  TestRouter router;
  router.run("/ip address add address=10.0.0.1/24 interface=ether1; /interface list add name=WAN; /interface list member add list=WAN interface=ether1");
  router.run("/interface ethernet set [find default-name=ether1] name=uplink");
  EXPECT_EQ(router.run(":return [/ip address get *1 interface]"), "uplink");
  EXPECT_EQ(router.run(":return [/interface get uplink default-name]"), "ether1");
  router.run("/interface list set WAN name=OUT");
  EXPECT_EQ(router.run(":return [/interface list member get *1 list]"), "OUT");
}

TEST(Commands, InterfacesShareOneMenu) {
  TestRouter router;
  router.run("/interface bridge add name=lan; /interface wireguard add");
  EXPECT_EQ(router.run(":return [:len [/interface find]]"), "7");
  EXPECT_EQ(router.run(":return [/interface get lan type]"), "bridge");
  EXPECT_EQ(router.run(":return [/interface get wireguard1 type]"), "wg");
  EXPECT_EQ(router.run("/interface disable lan; :return [/interface bridge get lan disabled]"), "true");
  EXPECT_EQ(router.run("/interface set ether2 comment=x; :return [/interface ethernet get ether2 comment]"), "x");
}

TEST(Commands, UnsetTakesAPropertyAway) {
  TestRouter router;
  router.run("/ip firewall filter add chain=input src-address=10.0.0.0/8 comment=c");
  router.run("/ip firewall filter set *1 !src-address");
  EXPECT_EQ(router.run(":return [:typeof [/ip firewall filter get *1 src-address]]"), "nothing");
  router.run("/ip firewall filter set *1 src-address=10.1.0.0/16; /ip firewall filter unset *1 src-address");
  EXPECT_EQ(router.run(":return [:len [/ip firewall filter find where src-address]]"), "0");
}

TEST(Commands, DefaultRowsStay) {
  TestRouter router;
  EXPECT_EQ(router.run("/ppp profile remove default"), "error: failure: can not remove default item");
  EXPECT_EQ(router.run(":return [/ip service get api port]"), "8728");
  EXPECT_EQ(router.run("/ip service set [find name=api] disabled=yes; :return [/ip service get api disabled]"), "true");
  EXPECT_EQ(router.run("/ip service add name=x"), "error: bad command name add (line 1 column 13)");
}

TEST(Commands, CopyFrom) {
  TestRouter router;
  router.run("/ip firewall nat add chain=srcnat action=masquerade out-interface=ether1");
  router.run("/ip firewall nat add copy-from=*1 out-interface=ether2");
  EXPECT_EQ(router.run(":return [/ip firewall nat get *2 action]"), "masquerade");
  EXPECT_EQ(router.run(":return [/ip firewall nat get *2 out-interface]"), "ether2");
}

TEST(Commands, SchedulersKeepTheirTextByteForByte) {
  TestRouter router;
  router.run("/system scheduler add name=s interval=30 start-time=startup on-event={:put \"a\\n$b\"; :log info x}");
  EXPECT_EQ(router.run(":return [/system scheduler get s on-event]"), ":put \"a\\n$b\"; :log info x");
  EXPECT_EQ(router.run(":return [/system scheduler get s interval]"), "00:00:30");
  EXPECT_EQ(router.run(":return [/system scheduler get s owner]"), "admin");
}

}  // namespace
}  // namespace openstrat::sim
