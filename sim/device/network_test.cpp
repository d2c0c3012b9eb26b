// What a configuration makes a router do: failover, hooks, time-outs, names.
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/device/control_network.hpp"
#include "sim/device/network.hpp"
#include "sim/device/test_router.hpp"

namespace openstrat::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TestRouter;
using std::chrono::minutes;
using std::chrono::seconds;

/// Two lines to the Internet: DHCP on ether1 (192.168.1.0/24), a fixed address on ether2.
struct TwoLines : TestRouter {
  explicit TwoLines(std::string_view version = "7.20.8") : TestRouter(bare(version)) {
    must("/ip dhcp-client add interface=ether1 disabled=no; /ip address add address=203.0.113.2/24 interface=ether2; /ip address add address=10.0.0.1/24 interface=ether3");
    pass(seconds(2));
  }
  static RouterSpec bare(std::string_view version) {
    RouterSpec spec = testing::spec_of(version);
    spec.defaults = DefaultConfiguration::none;
    return spec;
  }
  void must(const std::string& script) {
    const Ran ran = run(script);
    ASSERT_FALSE(ran.error.has_value()) << *ran.error << "\n" << script;
  }
  void line(const std::string& name, bool up) {
    router.network().set_line(name, [up](Line& line) { line.up = up; });
  }
  std::string way(std::string_view to) { return router.network().routes().find({.destination = *IpAddress::parse(to)}).why; }
  boost::json::object control(std::string_view text) {
    const boost::json::object request = boost::json::parse(text).as_object();
    auto answer = answer_network(router, std::string_view(request.at("do").as_string()), request);
    if (!answer) return {{"error", "unknown"}};
    return *answer ? std::move(**answer) : boost::json::object{{"error", answer->error().message()}};
  }
};

TEST(RoutingTest, TheBackupTakesOverWhenThePortGoesDown) {
  TwoLines it;
  it.must("/ip route add dst-address=0.0.0.0/0 gateway=203.0.113.1 distance=2 comment=backup");
  EXPECT_EQ(it.way("8.8.8.8"), "0.0.0.0/0 via 192.168.1.1%ether1 (table main)");
  EXPECT_EQ(it.value("[/ip route get [find comment=backup] active]"), "false");
  EXPECT_EQ(it.value("[/ip route get [find dynamic dst-address=0.0.0.0/0] immediate-gw]"), "192.168.1.1%ether1");
  it.line("ether1", false);
  EXPECT_EQ(it.value("[/ip route get [find comment=backup] active]"), "true");
  EXPECT_EQ(it.value("[:len [/ip route find dst-address=0.0.0.0/0]]"), "1");
  EXPECT_EQ(it.value("[/ping 8.8.8.8 count=3]"), "3");
  it.must("/interface disable ether2");
  EXPECT_EQ(it.value("[/ping 8.8.8.8 count=2]"), "0");
}

TEST(InterfaceTest, WatchersOfRowsAreToldWhenALineGoesUpOrDown) {
  TwoLines it;
  std::vector<std::string> seen;
  const auto watch = it.router.watch_rows("/interface", [&](RowId row, Change change) {
    const FoundRow found = it.router.config().find("/interface", row);
    const auto running = it.router.facts().fact(found.menu, row, "running");
    seen.push_back(*found.row->find("name") + (change == Change::changed && running && running->as_bool() ? " runs" : " rests"));
  });
  it.line("ether2", false);
  it.line("ether2", false);
  it.line("ether2", true);
  EXPECT_THAT(seen, ElementsAre("ether2 rests", "ether2 runs"));
}

TEST(RoutingTest, RecursiveRoutesFollowTheirCheckedHost) {
  for (const char* version : {"6.49.17", "7.20.8"}) {
    TwoLines it(version);
    const std::string scope = it.router.version() >= Version{7, 0, 0} ? "11" : "10";
    it.must("/ip dhcp-client set [find] add-default-route=no; /ip route add dst-address=9.9.9.9/32 gateway=192.168.1.1 scope=10;"
            "/ip route add dst-address=0.0.0.0/0 gateway=9.9.9.9 target-scope=" + scope + " check-gateway=ping distance=1 comment=primary;"
            "/ip route add dst-address=0.0.0.0/0 gateway=203.0.113.1 distance=2");
    EXPECT_THAT(it.way("8.8.8.8"), HasSubstr("192.168.1.1%ether1")) << version;
    it.control(R"({"do":"interface","name":"ether1","internet":false})");
    it.pass(seconds(31));
    EXPECT_EQ(it.value("[/ip route get [find comment=primary] active]"), "false") << version;
    EXPECT_THAT(it.way("8.8.8.8"), HasSubstr("203.0.113.1%ether2")) << version;
    it.control(R"({"do":"interface","name":"ether1","internet":true})");
    it.pass(seconds(21));
    EXPECT_THAT(it.way("8.8.8.8"), HasSubstr("192.168.1.1%ether1")) << version;
  }
}

TEST(RoutingTest, SixWritesGatewayStatus) {
  TwoLines it("6.49.17");
  it.must("/ip route add dst-address=0.0.0.0/0 gateway=203.0.113.1 distance=2 comment=backup; /ip route add dst-address=172.16.0.0/12 gateway=10.9.9.9 comment=lost");
  EXPECT_EQ(it.value("[/ip route get [find comment=backup] gateway-status]"), "203.0.113.1 reachable via  ether2");
  EXPECT_EQ(it.value("[/ip route get [find comment=lost] active]"), "false") << "no gateway is found through a default route";
  EXPECT_EQ(it.value("[/ip route get [find comment=lost] gateway-status]"), "10.9.9.9 unreachable");
}

TEST(RoutingTest, PingGoesByTablesAndTellsTimes) {
  TwoLines it;
  it.must("/routing table add name=second fib; /ip route add gateway=203.0.113.1 routing-table=second");
  it.control(R"({"do":"interface","name":"ether2","latency_ms":40})");
  it.control(R"({"do":"interface","name":"ether1","internet":false})");
  EXPECT_EQ(it.value("[/ping 8.8.8.8 count=2]"), "0");
  EXPECT_EQ(it.value("[/ping 8.8.8.8 count=2 vrf=second]"), "2");
  EXPECT_EQ(it.value("[/ping 8.8.8.8 count=2 interface=ether2]"), "0") << "main has no route through ether2";
  it.must(":global rows [/ping 8.8.8.8 count=4 vrf=second as-value]; :global last ($rows->3)");
  const Value* last = it.router.globals().find("last");
  ASSERT_NE(last, nullptr);
  EXPECT_EQ(last->as_array().find("received")->as_num(), 4);
  EXPECT_EQ(last->as_array().find("packet-loss")->as_num(), 0);
  EXPECT_GE(last->as_array().find("min-rtt")->as_time_ns(), 40'000'000);
  const TestRouter::Ran printed = it.run("/ping 8.8.8.8 count=1 vrf=second");
  EXPECT_THAT(printed.text(), HasSubstr("sent=1 received=1 packet-loss=0% min-rtt=4"));
  it.control(R"({"do":"interface","name":"ether2","loss_percent":100})");
  EXPECT_EQ(it.value("[/ping 8.8.8.8 count=2 vrf=second]"), "0");
}

TEST(HookTest, DhcpClientsTellTheirScript) {
  TwoLines it;
  it.must("/ip route add dst-address=0.0.0.0/1 gateway=1.1.1.1 comment=mine;"
          "/ip dhcp-client set [find interface=ether1] script=\":if (\\$bound=1) do={/ip route set [find comment=mine] gateway=(\\$\\\"gateway-address\\\" . \\\"%\\\" . \\$interface)} else={/log info lost}\"");
  it.line("ether1", false);
  it.pass(seconds(1));
  EXPECT_TRUE(it.logged("script,info lost"));
  EXPECT_EQ(it.value("[/ip dhcp-client get [find interface=ether1] status]"), "searching...");
  it.line("ether1", true);
  it.pass(seconds(1));
  EXPECT_EQ(it.value("[/ip route get [find comment=mine] gateway]"), "192.168.1.1%ether1");
  it.control(R"({"do":"dhcp-client","interface":"ether1","address":"198.51.100.20/24","gateway":"198.51.100.254"})");
  it.pass(seconds(1));
  EXPECT_EQ(it.value("[/ip route get [find comment=mine] gateway]"), "198.51.100.254%ether1");
  EXPECT_EQ(it.value("[:len [/ip address find dynamic address=\"198.51.100.20/24\"]]"), "1");
}

TEST(HookTest, NetwatchRunsItsScriptsOnChange) {
  TwoLines it;
  it.must("/tool netwatch add host=9.9.9.9 interval=10s up-script=\"/log info (\\\"up \\\" . \\$host)\" down-script=\"/log info (\\\"down \\\" . \\$status)\"");
  EXPECT_EQ(it.value("[/tool netwatch get 0 status]").substr(0, 5), "error") << "numbers need a print";
  EXPECT_EQ(it.value("[/tool netwatch get [find] status]"), "unknown");
  it.pass(minutes(6));
  EXPECT_EQ(it.value("[/tool netwatch get [find] status]"), "up");
  EXPECT_TRUE(it.logged("up 9.9.9.9"));
  it.control(R"({"do":"host","address":"9.9.9.9","up":false})");
  it.pass(seconds(11));
  EXPECT_TRUE(it.logged("down down"));
  EXPECT_TRUE(it.logged("netwatch,info event down [ type: simple, host: 9.9.9.9 ]"));
}

TEST(HookTest, NetwatchTypesLookAtWhatTheySay) {
  TwoLines it;
  it.must("/tool netwatch add host=9.9.9.9 type=http-get comment=web; /tool netwatch add host=9.9.9.9 type=tcp-conn port=25 comment=mail;"
          "/tool netwatch add host=9.9.9.9 type=icmp thr-avg=5ms comment=slow; /tool netwatch add host=example.test type=dns comment=name");
  it.control(R"({"do":"host","address":"9.9.9.9","http_status":503,"closed_ports":[25]})");
  it.control(R"({"do":"name","name":"example.test","address":"192.0.2.1"})");
  it.must("/ip dns set servers=1.1.1.1");
  it.pass(minutes(6));
  for (const auto& [comment, status] : {std::pair("web", "down"), {"mail", "down"}, {"slow", "down"}, {"name", "up"}}) {
    EXPECT_EQ(it.value(std::string("[/tool netwatch get [find comment=") + comment + "] status]"), status) << comment;
  }
}

/// The failover of the product: pin route, tunnel, split routes that the tunnel's hooks enable.
TEST(HookTest, TunnelsFollowTheirLineAndSwitchRoutes) {
  for (const char* version : {"6.49.17", "7.20.8"}) {
    TwoLines it(version);
    it.must("/ip route add dst-address=198.51.100.7/32 gateway=192.168.1.1%ether1 comment=pin;"
            "/ip route add dst-address=0.0.0.0/1 gateway=192.168.1.1%ether1 disabled=yes comment=\"t default\";"
            "/ip route add dst-address=128.0.0.0/1 gateway=192.168.1.1%ether1 disabled=yes comment=\"t default\";"
            "/ip route add dst-address=0.0.0.0/0 gateway=203.0.113.1 distance=9;"
            "/ip dhcp-client set [find] add-default-route=no;"
            "/ppp profile add name=t on-up=\"/ip route enable [find where comment=\\\"t default\\\"]\" on-down=\"/ip route disable [find where comment=\\\"t default\\\"]\";"
            "/interface ovpn-client add name=wan1 connect-to=198.51.100.7 port=443 user=u password=p profile=t disabled=no");
    EXPECT_EQ(it.value("[/interface get wan1 running]"), "false");
    it.control(R"({"do":"vpn","up":true})");
    it.pass(seconds(5));
    EXPECT_EQ(it.value("[/interface ovpn-client get wan1 running]"), "true") << version;
    EXPECT_EQ(it.value("[:len [/ip route find comment=\"t default\" disabled=no]]"), "2");
    EXPECT_THAT(it.way("8.8.8.8"), HasSubstr("%ether1"));
    it.control(R"({"do":"interface","name":"ether1","internet":false})");
    it.pass(seconds(15));
    EXPECT_EQ(it.value("[:len [/ip route find comment=\"t default\" disabled=no]]"), "0") << version;
    EXPECT_THAT(it.way("8.8.8.8"), HasSubstr("%ether2"));
    it.control(R"({"do":"interface","name":"ether1","internet":true})");
    it.pass(seconds(30));
    EXPECT_EQ(it.value("[:len [/ip route find comment=\"t default\" disabled=no]]"), "2") << version;
  }
}

TEST(HookTest, PppUsersComeAndGo) {
  TwoLines it;
  it.must("/ip pool add name=vpn ranges=10.8.0.10-10.8.0.20; /ppp profile add name=road local-address=10.8.0.1 remote-address=vpn on-up=\"/log info (\\\"hello \\\" . \\$user . \\\" \\\" . \\$\\\"remote-address\\\")\" on-down=\"/log info bye\";"
          "/ppp secret add name=bob password=x profile=road service=l2tp");
  EXPECT_TRUE(it.control(R"({"do":"ppp","user":"bob","service":"l2tp","caller":"192.0.2.9","password":"wrong"})").contains("error"));
  const auto connected = it.control(R"({"do":"ppp","user":"bob","service":"l2tp","caller":"192.0.2.9","password":"x"})");
  EXPECT_EQ(connected.at("remote"), "10.8.0.10");
  it.pass(seconds(1));
  EXPECT_TRUE(it.logged("hello bob 10.8.0.10"));
  EXPECT_EQ(it.value("[/ppp active get [find name=bob] address]"), "10.8.0.10");
  it.must("/ppp active remove [find name=bob]");
  it.pass(seconds(1));
  EXPECT_TRUE(it.logged("bye"));
}

TEST(HookTest, LeasesRunTheLeaseScript) {
  TestRouter it;  // the vendor's configuration has a DHCP server
  it.run("/ip dhcp-server set [find name=defconf] lease-script=\"/log info (\\$leaseBound . \\\" \\\" . \\$leaseActIP . \\\" \\\" . \\$\\\"lease-hostname\\\")\"");
  const auto address = it.router.network().lease({.mac = "02:00:00:00:00:01", .host_name = "phone"});
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(*address, "192.168.88.10");
  it.pass(seconds(1));
  EXPECT_TRUE(it.logged("1 192.168.88.10 phone"));
  EXPECT_TRUE(it.logged("defconf assigned 192.168.88.10 for 02:00:00:00:00:01 phone"));
  EXPECT_EQ(it.value("[/ip dhcp-server lease get [find address=192.168.88.10] status]"), "bound");
  ASSERT_TRUE(it.router.network().lease({.mac = "02:00:00:00:00:01", .bound = false}).has_value());
  it.pass(seconds(1));
  EXPECT_TRUE(it.logged("0 192.168.88.10"));
}

TEST(HookTest, AReleasedClientAsksAgainAndALeaseStays) {
  TwoLines it;
  it.must("/ip dhcp-client set [find] script=\":global seen; :set seen (\\$seen . \\$bound)\"; /ip dhcp-client release [find interface=ether1]");
  it.pass(seconds(2));
  EXPECT_EQ(it.value("[/ip dhcp-client get [find interface=ether1] status]"), "bound");
  EXPECT_TRUE(it.logged("dhcp-client on ether1 lost IP address"));
  it.must("/ip pool add name=p ranges=10.0.0.10-10.0.0.20; /ip dhcp-server add name=d interface=ether3 address-pool=p disabled=no");
  ASSERT_TRUE(it.router.network().lease({.server = "d", .mac = "02:00:00:00:00:01", .address = {}, .host_name = {}}).has_value());
  EXPECT_EQ(it.value("[/ip dhcp-server lease get [find mac-address=02:00:00:00:00:01] dynamic]"), "true");
  it.must("/ip dhcp-server lease make-static [find mac-address=02:00:00:00:00:01]");
  EXPECT_THAT(it.router.export_text(false), HasSubstr("mac-address=02:00:00:00:00:01"));
  EXPECT_THAT(it.run("/ip dhcp-server lease make-static [find]").error.value_or(""), HasSubstr("can not make static"));
}

TEST(TimeoutTest, ListEntriesCountDownAndGo) {
  TestRouter it;
  it.run("/ip firewall address-list add list=l address=1.1.1.1 timeout=1m; /ip firewall address-list add list=l address=2.2.2.2");
  it.pass(seconds(20));
  EXPECT_EQ(it.value("[/ip firewall address-list get [find address=1.1.1.1] timeout]"), "00:00:40");
  EXPECT_FALSE(it.router.export_text(true).contains("1.1.1.1"));
  it.pass(seconds(41));
  EXPECT_EQ(it.value("[:len [/ip firewall address-list find list=l]]"), "1");
}

TEST(PacketTest, CountersListsAndLogsStay) {
  TestRouter it;
  it.run("/ip firewall filter add chain=input protocol=tcp dst-port=22 action=add-src-to-address-list address-list=knockers address-list-timeout=30s log=yes place-before=[:pick [find dynamic=no] 0] comment=ssh");
  Packet packet{.in_interface = "ether1", .source = *IpAddress::parse("198.51.100.9"), .destination = *IpAddress::parse("192.168.1.11"), .source_port = 4000, .destination_port = 22};
  const Judgement judgement = it.router.network().send(packet);
  EXPECT_EQ(judgement.fate, Fate::dropped);
  EXPECT_THAT(judgement.reason, HasSubstr("in input"));
  EXPECT_EQ(it.value("[/ip firewall filter get [find comment=ssh] packets]"), "1");
  EXPECT_THAT(it.run("/ip firewall filter print stats where comment=ssh").text(), HasSubstr("PACKETS"));
  EXPECT_TRUE(it.logged("firewall,info input: in:ether1 out:(unknown 0), connection-state:new"));
  EXPECT_EQ(it.value("[/ip firewall address-list get [find list=knockers] address]"), "198.51.100.9");
  it.run("/ip firewall filter reset-counters [find comment=ssh]");
  EXPECT_EQ(it.value("[/ip firewall filter get [find comment=ssh] packets]"), "0");
  it.pass(seconds(31));
  EXPECT_EQ(it.value("[:len [/ip firewall address-list find list=knockers]]"), "0");
  EXPECT_EQ(it.value("[:len [/ip firewall filter find dynamic]]"), "1") << "the dummy rule of fasttrack";
}

TEST(PacketTest, TheControlSocketAnswersInJson) {
  TwoLines it;
  it.must("/ip firewall filter add chain=input in-interface=ether1 action=drop comment=closed");
  const auto answer = it.control(R"({"do":"packet","in":"ether1","src":"198.51.100.9:4000","dst":"192.168.1.11:22"})");
  EXPECT_EQ(answer.at("verdict"), "dropped");
  EXPECT_EQ(answer.at("trace").at(0).at("comment"), "closed");
  EXPECT_TRUE(it.control(R"({"do":"packet","in":"ether1","src":"198.51.100.9:4000"})").contains("error"));
  EXPECT_TRUE(it.control(R"({"do":"packet","src":"1.1.1.1","dst":"2.2.2.2","colour":"red"})").contains("error"));
}

TEST(HotspotTest, ClientsAreHeldUntilTheyLogIn) {
  TwoLines it;
  it.must("/ip hotspot user add name=guest password=secret; /ip hotspot add name=hs1 interface=ether3 disabled=no; /ip hotspot user profile set default on-login=\"/log info (\\\"welcome \\\" . \\$user)\";"
          "/ip hotspot walled-garden add dst-host=*.example.com action=allow; /ip hotspot profile set default login-by=http-chap,http-pap");
  EXPECT_EQ(it.control(R"({"do":"hotspot","url":"http://www.example.com/x","client":"10.0.0.5"})").at("answer"), "open");
  EXPECT_EQ(it.control(R"({"do":"hotspot","url":"http://other.test/","client":"10.0.0.5"})").at("answer"), "login");
  Packet web{.in_interface = "ether3", .source = *IpAddress::parse("10.0.0.5"), .destination = *IpAddress::parse("198.51.100.7"), .source_port = 4000, .destination_port = 80, .hotspot = "from-client"};
  EXPECT_EQ(it.router.network().send(web, true).packet.destination_text(), "10.0.0.1:64874");
  EXPECT_EQ(it.control(R"({"do":"hotspot","user":"guest","password":"wrong","client":"10.0.0.5"})").at("error"), "invalid username or password");
  // md5("7" "secret" "abc")
  const auto login = it.control(R"({"do":"hotspot","user":"guest","chap_id":"7","chap_challenge":"abc","password":"c220f87949f327bb7c2601b267e7511a","client":"10.0.0.5"})");
  EXPECT_EQ(login.at("login_by"), "http-chap");
  EXPECT_EQ(login.at("accepted"), true);
  EXPECT_EQ(it.control(R"({"do":"hotspot","user":"guest","password":"secret","client":"10.0.0.6"})").at("error"), "no more sessions are allowed for user guest");
  it.control(R"({"do":"hotspot","logout":"guest"})");
  EXPECT_EQ(it.control(R"({"do":"hotspot","user":"guest","password":"secret","client":"10.0.0.5"})").at("accepted"), true);
  it.pass(seconds(1));
  EXPECT_TRUE(it.logged("welcome guest"));
  EXPECT_EQ(it.control(R"({"do":"hotspot","url":"http://other.test/","client":"10.0.0.5"})").at("answer"), "open");
  EXPECT_EQ(it.value("[/ip hotspot active get [find user=guest] address]"), "10.0.0.5");
  it.must("/ip hotspot active remove [find user=guest]");
  EXPECT_EQ(it.control(R"({"do":"hotspot","url":"http://other.test/","client":"10.0.0.5"})").at("answer"), "login");
}

TEST(NamesTest, StaticEntriesFirstThenTheWorld) {
  TwoLines it;
  it.must("/ip dns set servers=1.1.1.1 allow-remote-requests=yes; /ip dns static add name=printer.lan address=10.0.0.9; /ip dns static add name=bad.test type=NXDOMAIN match-subdomain=yes;"
          "/ip dns static add name=www.lan type=CNAME cname=printer.lan; /ip dns static add regexp=\"^ads[0-9]+\\\\.\" address=0.0.0.0; /ip dns static add name=corp.test type=FWD forward-to=10.0.0.53 match-subdomain=yes");
  it.control(R"({"do":"name","name":"example.test","address":"192.0.2.1"})");
  it.control(R"({"do":"name","name":"db.corp.test","address":"10.9.9.9"})");
  const auto ask = [&](const char* name) { return it.router.network().resolve({.name = name}); };
  EXPECT_THAT(ask("printer.lan").data, ElementsAre("10.0.0.9"));
  EXPECT_THAT(ask("WWW.lan").data, ElementsAre("10.0.0.9"));
  EXPECT_EQ(ask("x.bad.test").status, NameStatus::no_such_name);
  EXPECT_THAT(ask("ads7.x").data, ElementsAre("0.0.0.0"));
  EXPECT_THAT(ask("db.corp.test").why, HasSubstr("forwarded to 10.0.0.53"));
  EXPECT_EQ(ask("example.test").why, "servers 1.1.1.1");
  EXPECT_EQ(ask("example.test").why, "cache");
  EXPECT_EQ(it.value("[/ip dns cache get [find name=example.test] data]"), "192.0.2.1");
  it.must("/ip dns cache flush");
  EXPECT_EQ(ask("example.test").why, "servers 1.1.1.1");
}

TEST(NamesTest, RedirectedQuestionsAreAnsweredHere) {
  TwoLines it;
  it.must("/ip dns set servers=1.1.1.1 allow-remote-requests=yes; /ip dns static add name=example.test address=10.0.0.9; /ip firewall nat add chain=dstnat protocol=udp dst-port=53 in-interface=ether3 action=redirect to-ports=53 comment=dns");
  it.control(R"({"do":"name","name":"example.test","address":"192.0.2.1"})");
  const char* question = R"({"do":"resolve","name":"example.test","client":"10.0.0.5","server":"8.8.8.8"})";
  EXPECT_EQ(it.control(question).at("answered_by"), "this router");
  EXPECT_EQ(it.control(question).at("data").at(0), "10.0.0.9");
  it.must("/ip firewall nat disable [find comment=dns]");
  EXPECT_EQ(it.control(question).at("answered_by"), "8.8.8.8");
  EXPECT_EQ(it.control(question).at("data").at(0), "192.0.2.1");
  it.must("/ip firewall filter add chain=forward protocol=udp dst-port=53 action=drop");
  EXPECT_EQ(it.control(question).at("status"), "no-answer");
}

TEST(ClockTest, ZonesShiftTheClock) {
  TestRouter it;
  it.run("/system clock set time-zone-name=Europe/Berlin");
  EXPECT_EQ(it.value("[/system clock get time]").substr(0, 5), "17:20");
  EXPECT_EQ(it.value("[/system clock get gmt-offset]"), "+01:00");
  it.run("/system clock set time=03:00:00 date=2026-07-01");
  EXPECT_EQ(it.value("[/system clock get time]").substr(0, 5), "03:00");
  EXPECT_EQ(it.value("[/system clock get date]"), "2026-07-01");
}

TEST(DeviceModeTest, HomeForbidsFetchAndSchedulers) {
  TestRouter it;
  it.run("/system scheduler add name=tick interval=10s on-event=\"/log info tick\"");
  it.router.set_device_mode({{"mode", "home"}});
  EXPECT_THAT(*it.run("/tool fetch url=http://192.0.2.1/ output=none").error, HasSubstr("not allowed by device-mode"));
  EXPECT_THAT(*it.run("/system scheduler add name=b").error, HasSubstr("not allowed by device-mode"));
  it.pass(minutes(1));
  EXPECT_FALSE(it.logged("tick"));
  EXPECT_EQ(it.value("[/system device-mode get mode]"), "home");
  it.run(":execute \"/system device-mode update mode=enterprise\"");
  it.pass(seconds(1));
  it.router.power_off();
  it.router.power_on();
  it.pass(minutes(1));
  EXPECT_EQ(it.value("[/system device-mode get mode]"), "enterprise");
}

TEST(TrafficTest, CountersNeverFall) {
  TestRouter it;
  const auto read = [&] { return std::stoll(it.value("[/interface get ether1 rx-byte]")); };
  long long before = read();
  for (int i = 0; i < 30; ++i) {
    it.pass(minutes(50));
    const long long now = read();
    EXPECT_GT(now, before);
    before = now;
  }
  EXPECT_GT(std::stoll(it.value("([/interface monitor-traffic ether1 once as-value]->\"rx-bits-per-second\")")), 0);
}

}  // namespace
}  // namespace openstrat::sim
