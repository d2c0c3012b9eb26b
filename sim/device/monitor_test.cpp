// Commands that show something again and again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/device/network.hpp"
#include "sim/device/test_router.hpp"

namespace openstrat::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TestRouter;

TEST(MonitorCommandTest, EthernetSaysWhatIsAtThePort) {
  TestRouter it;
  EXPECT_THAT(it.run("/interface ethernet monitor ether1 once").text(), HasSubstr("                      name: ether1\n                    status: link-ok\n          auto-negotiation: done\n"
                                                                                  "                      rate: 1Gbps\n               full-duplex: yes\n"));
  it.router.network().set_line("ether2", [](Line& line) { line.up = false; });
  EXPECT_THAT(it.run("/interface ethernet monitor ether1,ether2 once").text(), HasSubstr("status: link-ok          no-link\n"));
  EXPECT_EQ(it.value("([/interface ethernet monitor ether2 once as-value]->\"status\")"), "no-link");
  EXPECT_EQ(it.value("[:len [/interface ethernet monitor [find] once as-value]]"), "5");
  EXPECT_EQ(it.run("/interface ethernet monitor ether2 once do={:put (\"is \" . $status)}").text(), "is no-link\n");
  EXPECT_THAT(it.run("/interface ethernet monitor ether9 once").error.value_or(""), HasSubstr("no such item"));
  EXPECT_THAT(it.run("/interface ethernet monitor once").error.value_or(""), HasSubstr("missing value(s) of argument(s) numbers"));
}

TEST(MonitorCommandTest, FramesComeUntilTheDurationIsOver) {
  TestRouter it;
  EXPECT_EQ(it.run("/interface monitor-traffic ether1 duration=3s do={:put $name}").output.size(), 4U);
  EXPECT_EQ(it.run("/interface monitor-traffic ether1 duration=3s interval=500ms do={:put $name}").output.size(), 7U);
  EXPECT_EQ(it.value("([/interface monitor-traffic ether1 duration=2s as-value]->\"name\")"), "ether1");
  const std::string first = it.run("/interface monitor-traffic ether1,ether2 once").text();
  EXPECT_THAT(first, HasSubstr("                      name: ether1"));
  EXPECT_THAT(first, HasSubstr("bps "));
  it.run("/system resource monitor once file=load; /system resource monitor once file=load append");
  EXPECT_EQ(it.value("[:len [/file get load.txt contents]]"), "176");
  EXPECT_GT(std::stoi(it.value("([/system resource monitor once as-value]->\"free-memory\")")), 1000);
}

TEST(MonitorCommandTest, TunnelsBridgesAndRadios) {
  TestRouter it("7.12.2", "hap-ac2");
  it.run("/interface pppoe-client add name=isp interface=ether1 user=u password=p disabled=no");
  EXPECT_EQ(it.value("([/interface pppoe-client monitor isp once as-value]->\"status\")"), "connecting...");
  EXPECT_THAT(it.run("/interface bridge monitor bridge once").text(), HasSubstr("state: enabled\n"));
  it.run("/interface wireless disable wlan1");
  EXPECT_EQ(it.value("([/interface wireless monitor wlan1 once as-value]->\"status\")"), "disabled");
  it.run("/interface wireless set wlan1 disabled=no mode=ap-bridge");
  EXPECT_EQ(it.value("([/interface wireless monitor wlan1 once as-value]->\"status\")"), "running-ap");
  EXPECT_EQ(it.value("([/interface bridge port monitor 0 once as-value]->\"status\")"), "in-bridge");
}

TEST(MonitorCommandTest, TorchShowsTheSameFlowsForTheSameSeed) {
  TestRouter it, same;
  const std::string command = "/tool torch ether1 src-address=0.0.0.0/0 dst-address=0.0.0.0/0 port=any duration=1s";
  const auto ran = it.run(command);
  ASSERT_FALSE(ran.error.has_value()) << *ran.error;
  EXPECT_EQ(ran.output, same.run(command).output);
  EXPECT_THAT(ran.text(), HasSubstr("Columns: IP-PROTOCOL, SRC-ADDRESS, SRC-PORT, DST-ADDRESS, DST-PORT, TX, RX, TX-PACKETS, RX-PACKETS\n"));
  EXPECT_EQ(it.value("[:len [/tool torch ether1 port=443 duration=1s as-value]]"), "3");
  EXPECT_EQ(it.value("[:len [/tool torch ether1 duration=1s as-value]]"), "1");
  EXPECT_THAT(it.run("/tool torch nowhere").error.value_or(""), HasSubstr("input does not match any value of interface"));
  EXPECT_EQ(it.value("([:pick [/tool sniffer quick interface=ether1 ip-protocol=udp port=53 duration=1s as-value] 0]->\"protocol\")"), "ip:udp");
}

TEST(PrintTest, IntervalAndFollowGoOnUntilSomebodyEndsThem) {
  TestRouter it;
  std::vector<std::string> seen;
  JobRequest request;
  request.source = "/log print follow-only where topics~\"script\"";
  request.output = [&](std::string_view line) { seen.emplace_back(line); };
  const auto job = it.router.run(std::move(request));
  it.run("/log info one; /system identity set name=x; :log warning two");
  it.pass(std::chrono::milliseconds(10));
  EXPECT_THAT(seen, ElementsAre(HasSubstr("script,info one"), HasSubstr("script,warning two")));
  it.router.kill(*job);
  it.run("/log info three");
  EXPECT_EQ(seen.size(), 2U);
  int prints = 0;
  JobRequest again;
  again.source = "/ip pool print count-only interval=1s";
  again.output = [&](std::string_view) { ++prints; };
  const auto second = it.router.run(std::move(again));
  it.pass(std::chrono::milliseconds(3500));
  EXPECT_EQ(prints, 4);
  it.router.kill(*second);
  it.pass(std::chrono::seconds(1));
  EXPECT_EQ(it.router.job_count(), 0U);
  EXPECT_EQ(it.value("[:len [/log print as-value follow where message=\"one\"]]"), "1") << "a value is whatever there is now";
}

}  // namespace
}  // namespace openstrat::sim
