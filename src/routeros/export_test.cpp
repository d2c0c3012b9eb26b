#include "routeros/export.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace openstrat::routeros {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kV6 =
    "# nov/21/2026 16:20:00 by RouterOS 6.49.17\n"
    "# software id = SSXB-J5Q7\n"
    "#\n"
    "# model = RB750Gr3\n"
    "# serial number = CC210E592C82\n"
    "/interface bridge\n"
    "add admin-mac=74:4D:28:00:00:01 auto-mac=no comment=defconf name=bridge\n"
    "/interface ethernet\n"
    "set [ find default-name=ether1 ] comment=\"WAN: \\\"fibre\\\"\" name=ether1-wan\n"
    "/ip address\n"
    "add address=192.168.88.1/24 comment=defconf interface=bridge network=\\\n"
    "    192.168.88.0\n"
    "add address=10.20.0.1 interface=vlan20 netmask=255.255.0.0 network=10.20.0.0\n"
    "add address=172.16.9.1/30 interface=ptp network=172.16.9.0\n"
    "add address=172.16.9.5/31 interface=ptp31 network=172.16.9.4\n"
    "add address=10.9.9.9 interface=loop network=10.9.9.9\n"
    "add address=203.0.113.5/24 interface=ether1-wan network=203.0.113.0\n"
    "add address=100.64.3.4/24 interface=openstrat-mgmt network=100.64.3.0\n"
    "add address=192.168.50.1/24 disabled=yes interface=old network=192.168.50.0\n"
    "add address=192.168.88.2/24 interface=bridge network=192.168.88.0\n"
    "/ip dhcp-client\n"
    "# DHCP client can not run on slave interface!\n"
    "add comment=defconf disabled=no interface=ether1-wan\n"
    "/ppp secret\n"
    "add name=alice password=\"hunter 2\" service=l2tp\n"
    "/system scheduler\n"
    "add comment=\"OpenStrat:core scheduler\" interval=30s name=openstrat-poll on-event=\":do {\\r\\\n"
    "    \\n:local r [/tool fetch url=\\\"https://h/poll\\\" http-header-field=\\\"Authoriz\\\n"
    "    ation: Bearer AaBbCcDdEeFfGg_0123-456789,Content-Type: text/plain\\\" http-dat\\\n"
    "    a=\\$hb]\\r\\\n"
    "    \\n}\" policy=read,write start-time=startup\n"
    "/system identity\n"
    "set name=HQ\n"
    "/ip route\n"
    "add blackhole !check-gateway distance=1 dst-address=10.0.0.0/8\n";

const Entry* find_entry(const Export& parsed, std::string_view menu, std::size_t skip = 0) {
  for (const Entry& entry : parsed.entries) {
    if (entry.menu == menu && skip-- == 0) return &entry;
  }
  return nullptr;
}

TEST(ExportHeader, ReadsBothDateForms) {
  const ExportHeader v6 = parse_export_header(kV6);
  EXPECT_EQ(v6.exported_at, "2026-11-21 16:20:00");
  EXPECT_EQ(v6.routeros_version, "6.49.17");
  EXPECT_EQ(v6.software_id, "SSXB-J5Q7");
  EXPECT_EQ(v6.model, "RB750Gr3");
  EXPECT_EQ(v6.serial_number, "CC210E592C82");
  const ExportHeader v7 = parse_export_header("\xEF\xBB\xBF# 2026-11-21 16:20:00 by RouterOS 7.20.8\r\n# system id = l4OTU4Vy46B\r\n#\r\n/ip address\r\n# model = no\r\n");
  EXPECT_EQ(v7.exported_at, "2026-11-21 16:20:00");
  EXPECT_EQ(v7.routeros_version, "7.20.8");
  EXPECT_EQ(v7.system_id, "l4OTU4Vy46B");
  EXPECT_EQ(v7.model, "");
  const ExportHeader redacted = parse_export_header("# ____-__-__ __:__:__ by RouterOS 7.16.2\n# software id = \n");
  EXPECT_EQ(redacted.exported_at, "");
  EXPECT_EQ(redacted.routeros_version, "7.16.2");
  EXPECT_EQ(parse_export_header("").routeros_version, "");
}

TEST(ParseExport, ReadsSectionsAndWrappedLines) {
  const Export parsed = parse_export(kV6);
  const Entry* address = find_entry(parsed, "/ip/address");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->command, "add");
  EXPECT_EQ(address->line, 11u);
  EXPECT_EQ(*address->value("network"), "192.168.88.0");
  EXPECT_EQ(address->value("nothing"), nullptr);
  const Entry* ether = find_entry(parsed, "/interface/ethernet");
  ASSERT_TRUE(ether);
  EXPECT_EQ(ether->find, "default-name=ether1");
  EXPECT_EQ(*ether->value("comment"), "WAN: \"fibre\"");
  const Entry* scheduler = find_entry(parsed, "/system/scheduler");
  ASSERT_TRUE(scheduler);
  EXPECT_EQ(*scheduler->value("on-event"),
            ":do {\r\n:local r [/tool fetch url=\"https://h/poll\" http-header-field=\"Authorization: Bearer "
            "AaBbCcDdEeFfGg_0123-456789,Content-Type: text/plain\" http-data=$hb]\r\n}");
  EXPECT_EQ(*scheduler->value("start-time"), "startup");
  const Entry* route = find_entry(parsed, "/ip/route");
  ASSERT_TRUE(route);
  EXPECT_TRUE(route->properties[0].flag);
  EXPECT_EQ(route->properties[0].name, "blackhole");
  EXPECT_EQ(route->properties[1].name, "!check-gateway");
}

TEST(ParseExport, ReadsOneLineTerseAndHandEditedForms) {
  const Export parsed = parse_export(
      "/ip firewall address-list add list=a address=1.1.1.1\r\n"
      "/ip/dns/set servers=\"1.1.1.1\"\r\n"
      "/ip service\r\n"
      "set telnet disabled=yes; set ftp address=10.0.0.0/8\r\n"
      "/system/script add name=x source={:put \"a}b\"; :put 2}\r\n"
      "/interface\nset 0 name=\n"
      "/tool fetch url=\"http://x/\"\n");
  ASSERT_EQ(parsed.entries.size(), 7u);
  EXPECT_EQ(parsed.entries[0].menu, "/ip/firewall/address-list");
  EXPECT_EQ(*parsed.entries[0].value("list"), "a");
  EXPECT_EQ(parsed.entries[1].menu, "/ip/dns");
  EXPECT_EQ(parsed.entries[1].command, "set");
  EXPECT_EQ(*parsed.entries[1].value("servers"), "1.1.1.1");
  EXPECT_EQ(parsed.entries[2].menu, "/ip/service");
  EXPECT_EQ(parsed.entries[2].properties[0].value, "telnet");
  EXPECT_EQ(*parsed.entries[3].value("address"), "10.0.0.0/8");
  EXPECT_EQ(*parsed.entries[4].value("source"), "{:put \"a}b\"; :put 2}");
  EXPECT_EQ(parsed.entries[5].properties[0].value, "0");
  EXPECT_EQ(*parsed.entries[5].value("name"), "");
  EXPECT_EQ(parsed.entries[6].menu, "/tool");
  EXPECT_EQ(parsed.entries[6].command, "fetch");
}

TEST(ParseExport, AnOddFileIsReadAsFarAsPossible) {
  EXPECT_TRUE(parse_export("").entries.empty());
  EXPECT_TRUE(parse_export("\n\n# only comments\n").entries.empty());
  parse_export("add \"unterminated");
  parse_export("/ip address\nadd address=[ [ [ {( \"");
  parse_export(std::string_view("\0\xff\\\n\\\r\n=;=]})", 12));
  EXPECT_EQ(parse_export("/ip address\nadd address=10.0.0.1/24 ]\nadd address=10.0.1.1/24\n").entries.size(), 2u);
}

TEST(ParseExport, HasLimits) {
  std::string many = "/ip address\n";
  for (int i = 0; i < 100; ++i) many += "add address=10.0.0.1/24\n";
  const Export cut = parse_export(many, {.max_bytes = 1 << 20, .max_entries = 10, .max_properties = 5});
  EXPECT_EQ(cut.entries.size(), 10u);
  EXPECT_TRUE(cut.truncated);
  EXPECT_TRUE(parse_export(many, {.max_bytes = 100, .max_entries = 100, .max_properties = 5}).truncated);
  EXPECT_FALSE(parse_export(many).truncated);
  std::string wide = "/ip address\nadd";
  for (int i = 0; i < 100'000; ++i) wide += " a=b";
  const Export one = parse_export(wide + "\nadd address=10.0.0.1/24\n");
  EXPECT_TRUE(one.truncated);
  EXPECT_EQ(one.entries.size(), 2u);
  EXPECT_EQ(one.entries[0].properties.size(), 1000u);
  ExportLimits few;
  few.max_total_properties = 3;
  EXPECT_EQ(parse_export(many, few).entries.size(), 4u);
  EXPECT_TRUE(parse_export(many, few).truncated);
}

TEST(Subnets, AreThePrivateNetworksOfTheSite) {
  std::vector<std::string> found;
  for (const Subnet& subnet : discover_subnets(parse_export(kV6))) found.push_back(subnet.subnet.to_string() + " " + subnet.address.to_string() + " " + subnet.interface);
  EXPECT_THAT(found, ElementsAre("10.20.0.0/16 10.20.0.1 vlan20", "172.16.9.0/30 172.16.9.1 ptp", "192.168.88.0/24 192.168.88.1 bridge"));
  const auto subnets = discover_subnets(parse_export(kV6));
  EXPECT_EQ(subnets[2].comment, "defconf");
  EXPECT_EQ(subnets[0].comment, std::nullopt);
}

TEST(Subnets, OneLineStyleAndNonsense) {
  const auto subnets = discover_subnets(parse_export(
      "/ip address add address=10.1.2.3/24 interface=\"a b\"\n/ip address add address=nonsense interface=x\n"
      "/ip address add interface=x\n/ip address add address=10.0.0.1 netmask=255.0.255.0\n/ip address add address=fd00::1/64\n"));
  ASSERT_EQ(subnets.size(), 1u);
  EXPECT_EQ(subnets[0].interface, "a b");
}

TEST(Normalise, WrappingHeadersAndLineEndsDoNotMatter) {
  const std::string wrapped = "# nov/21/2026 16:20:00 by RouterOS 6.49.17\r\n# model = X\r\n#\r\n/ip address\r\nadd address=192.168.88.1/24 network=\\\r\n    192.168.88.0\r\n"
                              "add comment=\"one two\\\r\n    \\_three\" \\\r\n    disabled=no\r\n# remark of the device\r\nadd address=1.1.1.1\r\n";
  const std::string plain = "# 2026-12-01 00:00:00 by RouterOS 7.16\n/ip address\nadd address=192.168.88.1/24 network=192.168.88.0\n"
                            "add comment=\"one two three\" disabled=no\n# remark of the device\nadd address=1.1.1.1\n";
  EXPECT_EQ(normalise_export(wrapped, {}), normalise_export(plain, {}));
  EXPECT_EQ(normalise_export(plain, {}), plain.substr(plain.find('\n') + 1));
  EXPECT_EQ(normalise_export("", {}), "");
}

TEST(Normalise, ReadoptionIsNoChangeOfTheConfiguration) {
  std::string other = kV6;
  const auto replace = [&other](std::string_view from, std::string_view to) { other.replace(other.find(from), from.size(), to); };
  replace("AaBbCcDdEeFfGg_0123-456789", "ZzYyXxWw");
  EXPECT_EQ(normalise_export(kV6, {}), normalise_export(other, {}));
  EXPECT_THAT(normalise_export(kV6, {}), HasSubstr("Bearer ****,Content-Type"));
  replace("hunter 2", "hunter 3");
  EXPECT_NE(normalise_export(kV6, {}), normalise_export(other, {})) << "a customer's secret is configuration";
  const std::string a = "/snmp community\nadd addresses=100.64.0.1/32 name=openstratAbC\n/user\nadd comment=\"OpenStrat:core api\" name=x password=one\n";
  const std::string b = "/snmp community\nadd addresses=100.64.0.1/32 name=openstratXyZ\n/user\nadd comment=\"OpenStrat:core api\" name=x password=two\n";
  EXPECT_EQ(normalise_export(a, {}), normalise_export(b, {}));
  EXPECT_NE(normalise_export(a, {.prefix = "acme", .comment = "Acme:"}), normalise_export(b, {.prefix = "acme", .comment = "Acme:"}));
}

TEST(Redact, HidesSecretsAndKeepsEveryOtherByte) {
  const std::string redacted = redact_export(kV6, {});
  std::string expected = kV6;
  const auto replace = [&expected](std::string_view from, std::string_view to) { expected.replace(expected.find(from), from.size(), to); };
  replace("hunter 2", "****");
  replace("AaBbCcDdEeFfGg_0123-456789", "****");
  EXPECT_EQ(redacted, expected);
  EXPECT_EQ(redact_export(redacted, {}), redacted) << "twice is once";
}

TEST(Redact, KnowsTheSecretProperties) {
  for (const std::string line : {
           "/ppp secret\nadd name=a password=SECRET profile=default\n",
           "/radius\nadd address=10.0.0.1 secret=\"SECRET\" service=ppp\n",
           "/interface wireguard\nadd name=wg private-key=\"SECRET=\"\n",
           "/interface wireguard peers\nadd preshared-key=\\\n    \"SECRET=\" public-key=\"x=\"\n",
           "/interface wireless security-profiles\nset [ find default=yes ] wpa2-pre-shared-key=SECRET\n",
           "/interface wifi\nadd security.passphrase=SECRET .mode=ap\n",
           "/interface l2tp-client\nadd ipsec-secret=SECRET use-ipsec=yes user=u\n",
           "/snmp community\nadd authentication-password=SECRET encryption-password=SECRET name=x\n",
           "/system ntp key\nadd key=SECRET key-id=1\n",
           "/routing ospf interface-template\nadd auth-key=SECRET\n",
           "/routing bgp connection\nadd tcp-md5-key=SECRET name=x\n",
           "/system script\nadd name=x source=\"/tool fetch url=\\\"https://u:SECRET@h/x\\\"\"\n",
           "/system script\nadd name=x source=\"/ppp secret add name=y password=\\\"SECRET\\\"\"\n",
           "/system script\nadd name=x source=\":local password \\\"SECRET\\\"\"\n",
           "/system script\nadd name=x source=\":execute \\\"/radius add secret=\\\\\\\"SECRET\\\\\\\"\\\"\"\n",
           "/system script\nadd name=x source=\"/tool fetch url=\\\"https://api.telegram.org/bot123456789:SECRET_SECRET/send\\\"\"\n",
           "/tool fetch url=\"https://h/x\\?a=b&access_token=SECRET&c=d\"\n",
           "/system scheduler\nadd on-event=\"/tool fetch http-header-field=\\\"X-Api-Key: SECRET,A: b\\\"\"\n",
           "/ip hotspot user\nadd name=x password=\"SEC\\\n    RET\" comment=\"y\"\n",
       }) {
    const std::string redacted = redact_export(line, {});
    EXPECT_THAT(redacted, Not(HasSubstr("SECRET"))) << line;
    EXPECT_THAT(redacted, Not(HasSubstr("RET\""))) << line;
    EXPECT_THAT(redacted, HasSubstr("****")) << line;
  }
}

TEST(Redact, LeavesTheRestAlone) {
  for (const std::string line : {
           "/ip dhcp-server option\nadd code=66 name=tftp value=\"'10.0.0.1'\"\n",
           "/ip firewall filter\nadd action=accept chain=input comment=\"basic configuration: password policy\" dst-port=22\n",
           "/user group\nset read policy=local,password,web,!ftp\n",
           "/system script\nadd name=x source=\":local password \\$1; /ppp secret add password=\\$password\"\n",
           "/ppp secret\nadd name=x password=\"\"\n",
           "/container envs\nadd key=HOME name=x value=/root\n",
       }) {
    EXPECT_EQ(redact_export(line, {}), line);
  }
}

TEST(Redact, OddEscapesDoNotShiftWhatIsHidden) {
  EXPECT_EQ(redact_export("/x\nadd source=\"secret=\\4 keep\" a=b\n", {}), "/x\nadd source=\"secret=**** keep\" a=b\n");
  EXPECT_EQ(redact_export("/x\nadd source=\"secret=\\41\\\n    B keep\"\n", {}), "/x\nadd source=\"secret=**** keep\"\n");
  EXPECT_EQ(redact_export("/x\nadd source=\"secret=AB\\\n    ; keep\"\n", {}), "/x\nadd source=\"secret=****\\\n    ; keep\"\n");
}

TEST(Redact, ASecretAfterAVeryLongStatementIsStillHidden) {
  std::string text = "/ip address\nadd";
  for (int i = 0; i < 50'000; ++i) text += " a=b";
  text += " password=SECRET\n[ [ [ (\nset secret=SECRET\n";
  EXPECT_THAT(redact_export(text, {}), Not(HasSubstr("SECRET")));
}

TEST(Highlight, MarksAndEscapes) {
  EXPECT_EQ(highlight_export("# <note>\n/ip address\nadd address=10.0.0.1/24 comment=\"a&b\" interface=lan\nset [ find default-name=ether1 ] mtu=1500\n"),
            "<pre class=\"rsc\"><span class=\"c\"># &lt;note&gt;</span>\n"
            "<span class=\"p\">/ip</span> <span class=\"p\">address</span>\n"
            "<span class=\"k\">add</span> <span class=\"a\">address</span>=<span class=\"n\">10.0.0.1/24</span> "
            "<span class=\"a\">comment</span>=<span class=\"s\">&quot;a&amp;b&quot;</span> <span class=\"a\">interface</span>=<span class=\"v\">lan</span>\n"
            "<span class=\"k\">set</span> <span class=\"i\">[ find default-name=ether1 ]</span> <span class=\"a\">mtu</span>=<span class=\"n\">1500</span>\n</pre>");
  EXPECT_EQ(highlight_export(""), "<pre class=\"rsc\"></pre>");
}

/// What a reader sees when the tags are taken away.
std::string visible(std::string html) {
  std::string out;
  for (std::size_t i = 0; i < html.size(); ++i) {
    if (html[i] == '<') { i = html.find('>', i); continue; }
    if (html[i] != '&') { out += html[i]; continue; }
    const std::size_t end = html.find(';', i);
    const std::string name = html.substr(i, end - i + 1);
    out += name == "&amp;" ? '&' : name == "&lt;" ? '<' : name == "&gt;" ? '>' : name == "&quot;" ? '"' : '\'';
    i = end;
  }
  return out;
}

TEST(Highlight, AVeryLongTextIsShownPlain) {
  const std::string text(kMaxHighlightBytes + 1, '<');
  EXPECT_EQ(highlight_export(text).size(), 4 * text.size() + std::string("<pre class=\"rsc\"></pre>").size());
}

TEST(Highlight, ShowsEveryByteOfTheFile) { EXPECT_EQ(visible(highlight_export(kV6)), kV6); }

TEST(ExportCost, GrowsWithTheSize) {
  std::string text = "/ip firewall address-list\n";
  for (int i = 0; i < 50'000; ++i) text += "add address=10." + std::to_string(i / 256) + "." + std::to_string(i % 256) + ".0/24 comment=\"customer number " + std::to_string(i) + "\" list=allowed\n";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(parse_export(text).entries.size(), 50'000u);
  EXPECT_EQ(redact_export(text, {}), text);
  EXPECT_EQ(normalise_export(text, {}), text);
  const auto spent = std::chrono::steady_clock::now() - start;
  EXPECT_LT(spent, std::chrono::seconds(10)) << "a bound against quadratic behaviour only";
  // Brackets and quotes that never close
  for (const char* unit : {"[", "\"\\", "(\"", "a=\\\n", "#", "\\\n ", "{;", "[ find ", "://a:b", "\\\"=", "bearer aaaaaa://x:y ", "token: abcd"}) {
    std::string odd;
    while (odd.size() < 300'000) odd += unit;
    redact_export(odd, {});
    normalise_export(odd, {});
    highlight_export(odd);
    parse_export(odd);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

}  // namespace
}  // namespace openstrat::routeros
