#include "sim/config/export.hpp"

#include <gtest/gtest.h>

#include "sim/config/export_text.hpp"
#include "sim/config/testing.hpp"

namespace openstrat::sim {
namespace {

using testing::kV6;
using testing::kV7;
using testing::TestRouter;

std::string wrapped(std::string_view head, std::vector<ExportToken> tokens) {
  std::string out;
  append_export_line(out, head, tokens, true);
  return out;
}

TEST(ExportText, QuotesWhatIsNotPlain) {
  EXPECT_EQ(exported_value("a-b.c:d/e,f~!_@<>*%#"), "a-b.c:d/e,f~!_@<>*%#");
  EXPECT_EQ(exported_value(""), "\"\"");
  EXPECT_EQ(exported_value("base64="), "\"base64=\"");
  EXPECT_EQ(exported_value("a \"b\" \\ $c ?\r\n\t\x01\xC3"), "\"a \\\"b\\\" \\\\ \\$c \\?\\r\\n\\t\\01\\C3\"");
}

TEST(ExportText, ATokenMayReachColumn77) {
  const std::string fits(77 - 3 - 1 - 2, 'x');  // `add a=xxx`
  EXPECT_EQ(wrapped("add", {{"a", fits}}), "add a=" + fits + "\n");
  EXPECT_EQ(wrapped("add", {{"a", fits + "x"}}), "add a=\\\n    " + fits + "x\n");
}

TEST(ExportText, ANameThatDoesNotFitStartsTheNextLine) {
  const std::string long_value(70, 'x');
  EXPECT_EQ(wrapped("add", {{"a", std::string(67, 'x')}, {"b", "1"}}), "add a=" + std::string(67, 'x') + " b=1\n");
  EXPECT_EQ(wrapped("add", {{"a", std::string(68, 'x')}, {"b", "1"}}), "add a=" + std::string(68, 'x') + " b=\\\n    1\n");
  EXPECT_EQ(wrapped("add", {{"a", std::string(69, 'x')}, {"b", "1"}}), "add a=" + std::string(69, 'x') + " \\\n    b=1\n")
      << "` b=` would still need three columns, two are left";
}

TEST(ExportText, AValueMovesAsAWhole) {
  const std::string value(40, 'y');
  EXPECT_EQ(wrapped("add", {{"a", std::string(50, 'x')}, {"comment", value}}),
            "add a=" + std::string(50, 'x') + " comment=\\\n    " + value + "\n");
}

TEST(ExportText, LongValuesAreFilledToColumn78AndQuoted) {
  const std::string value(160, 'z');
  EXPECT_EQ(wrapped("add", {{"a", value}}),
            "add a=\"" + std::string(78 - 7, 'z') + "\\\n    " + std::string(74, 'z') + "\\\n    " + std::string(160 - 71 - 74, 'z') + "\"\n");
}

TEST(ExportText, EscapesAreNotSplitAndABlankAfterABreakIsMarked) {
  std::string value = std::string(71, 'z') + " tail" + std::string(80, 'z');
  const std::string text = wrapped("add", {{"a", value}});
  EXPECT_NE(text.find("z\\\n    \\_tail"), std::string::npos) << text;
  value = std::string(70, 'z') + "$" + std::string(80, 'q');
  EXPECT_NE(wrapped("add", {{"a", value}}).find("z\\\n    \\$q"), std::string::npos);
}

TEST(ExportText, EachScriptLineStartsAPhysicalLine) {
  EXPECT_EQ(wrapped("add", {{"name", "s"}, {"source", ":put 1\n:put 2"}}), "add name=s source=\":put 1\\\n    \\n:put 2\"\n");
}

TEST(Export, HeadersOfEachVersion) {
  TestRouter v6(kV6);
  EXPECT_TRUE(export_config(v6.config, v6.facts, {}).starts_with(
      "# nov/21/2026 16:20:00 by RouterOS 6.49.17\n# software id = SSXB-J5Q7\n#\n# model = RB750Gr3\n# serial number = CC210E592C82\n"));
  TestRouter v7(Version{7, 16, 2});
  EXPECT_TRUE(export_config(v7.config, v7.facts, {}).starts_with("# 2026-11-21 16:20:00 by RouterOS 7.16.2\n# software id = SSXB-J5Q7\n#\n"));
  TestRouter chr(kV7, "chr");
  EXPECT_EQ(export_config(chr.config, chr.facts, {}), "# 2026-11-21 16:20:00 by RouterOS 7.20.8\n# system id = SSXB-J5Q7\n#\n");
  TestRouter old_chr(kV6, "chr");
  EXPECT_EQ(export_config(old_chr.config, old_chr.facts, {}),
            "# nov/21/2026 16:20:00 by RouterOS 6.49.17\n# software id = \n#\n#\n#\n"
            "/interface wireless security-profiles\nset [ find default=yes ] supplicant-identity=MikroTik\n");
}

TEST(Export, OnlyWhatDiffersFromTheDefaults) {
  TestRouter router;
  EXPECT_EQ(router.exported(), "");
  router.run("/ip service set telnet disabled=yes; /ip service set www port=80");
  router.run("/interface ethernet set [ find default-name=ether1 ] name=WAN comment=\"to the ISP\"");
  router.run("/ip firewall filter add action=accept chain=input protocol=icmp log=no");
  router.run("/snmp community set [ find default=yes ] addresses=10.0.0.0/8");
  router.run("/system identity set name=r1");
  EXPECT_EQ(router.exported(),
            "/interface ethernet\n"
            "set [ find default-name=ether1 ] comment=\"to the ISP\" name=WAN\n"
            "/snmp community\n"
            "set [ find default=yes ] addresses=10.0.0.0/8\n"
            "/ip firewall filter\n"
            "add action=accept chain=input protocol=icmp\n"
            "/ip service\n"
            "set telnet disabled=yes\n"
            "/system identity\n"
            "set name=r1\n");
}

TEST(Export, SecretsAreHiddenAsTheMajorDoes) {
  const std::string secret = "/ppp secret add name=joe password=geheim";
  TestRouter v7;
  v7.run(secret);
  EXPECT_EQ(v7.exported().find("geheim"), std::string::npos);
  EXPECT_NE(v7.exported({.show_secrets = true}).find("password=geheim"), std::string::npos);
  v7.run("/export");
  EXPECT_EQ(v7.printed().find("geheim"), std::string::npos);
  v7.run("/export show-sensitive");
  EXPECT_NE(v7.printed().find("geheim"), std::string::npos);
  TestRouter v6(kV6);
  v6.run(secret);
  v6.run("/export");
  EXPECT_NE(v6.printed().find("geheim"), std::string::npos);
  v6.run("/export hide-sensitive");
  EXPECT_EQ(v6.printed().find("geheim"), std::string::npos);
  EXPECT_EQ(v6.run("/export show-sensitive"), "error: expected end of command (line 1 column 9)");
}

TEST(Export, FilesGetTheirSuffixAndMenusExportThemselves) {
  TestRouter router;
  router.run("/system identity set name=r1; /ip pool add name=p ranges=10.0.0.2-10.0.0.9; /export file=backup");
  ASSERT_TRUE(router.host.files.contains("backup.rsc"));
  EXPECT_NE(router.host.files["backup.rsc"].find("/ip pool\nadd name=p ranges=10.0.0.2-10.0.0.9\n"), std::string::npos);
  router.run("/ip pool export");
  EXPECT_EQ(router.printed().find("identity"), std::string::npos);
}

TEST(Export, TerseRepeatsTheMenu) {
  TestRouter router;
  router.run("/ip pool add name=p ranges=10.0.0.2-10.0.0.9 comment=\"" + std::string(120, 'c') + "\"");
  EXPECT_EQ(router.exported({.terse = true}), "/ip pool add comment=" + std::string(120, 'c') + " name=p ranges=10.0.0.2-10.0.0.9\n");
}

TEST(Export, FlagsAreBare) {
  TestRouter router;
  router.run("/routing table add name=t fib; /ip route add blackhole dst-address=10.0.0.0/8 disabled=no");
  EXPECT_EQ(router.exported(), "/routing table\nadd fib name=t\n/ip route\nadd blackhole disabled=no dst-address=10.0.0.0/8\n");
}

TEST(Export, ClientsThatStartDisabledSayWhenTheyAreNot) {
  TestRouter router;
  router.run("/interface l2tp-client add connect-to=192.0.2.1 user=u disabled=no name=l2; /interface l2tp-client add connect-to=192.0.2.2 user=u name=l3");
  EXPECT_EQ(router.exported(),
            "/interface l2tp-client\nadd connect-to=192.0.2.1 disabled=no name=l2 user=u\nadd connect-to=192.0.2.2 name=l3 user=u\n");
}

TEST(Export, RowsWaitForWhatTheyName) {
  TestRouter router(kV6, "hap-ac2");
  router.run("/interface wireless security-profiles add name=guest mode=dynamic-keys");
  router.run("/interface wireless set [ find default-name=wlan1 ] ssid=home");
  router.run("/interface wireless add master-interface=wlan1 name=wlan3 security-profile=guest; /interface vlan add interface=wlan3 name=v1 vlan-id=5");
  router.run("/ip hotspot user profile add name=free; /ip pool add name=p ranges=10.0.0.2-10.0.0.9; /ip hotspot user profile add address-pool=p name=paid");
  router.run("/ip ipsec mode-config add address-pool=p name=m; /ip dhcp-server add address-pool=p interface=ether1 name=d; /ip hotspot user profile add name=late");
  const std::string text = router.exported();
  const auto before = [&](std::string_view a, std::string_view b) { return text.find(a) != std::string::npos && text.find(a) < text.find(b); };
  EXPECT_TRUE(before("wlan1 ] ssid=home", "/interface wireless security-profiles\n")) << text;
  EXPECT_TRUE(before("name=guest", "name=wlan3")) << text;
  EXPECT_TRUE(before("name=wlan3", "/interface vlan\n")) << text;
  EXPECT_TRUE(before("add name=free\nadd name=late\n/ip pool\n", "/ip dhcp-server\n")) << text;
  EXPECT_TRUE(before("/ip dhcp-server\n", "/ip hotspot user profile\nadd address-pool=p name=paid\n/ip ipsec mode-config\nadd address-pool=p name=m\n")) << text;
  TestRouter second(kV6, "hap-ac2");
  EXPECT_FALSE(import_text(second.config, text, second.facts).error);
  EXPECT_EQ(second.exported(), text);
}

TEST(Export, VerboseNamesDefaultsAndUnsetProperties) {
  TestRouter router;
  router.run("/ip firewall nat add chain=srcnat action=masquerade");
  const std::string text = router.exported({.root = "/ip/firewall/nat", .verbose = true});
  EXPECT_NE(text.find("!src-address"), std::string::npos);
  EXPECT_NE(text.find(" log=no "), std::string::npos);
}

}  // namespace
}  // namespace openstrat::sim
