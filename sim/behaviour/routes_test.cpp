#include "sim/behaviour/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/behaviour/packet_request.hpp"
#include "sim/behaviour/traffic.hpp"
#include "sim/config/testing.hpp"

namespace openstrat::sim {
namespace {

using ::testing::HasSubstr;

struct Pictured {
  explicit Pictured(Version version = testing::kV7) : router(version) {
    run("/ip address add address=203.0.113.2/24 interface=ether1; /ip address add address=198.51.100.2/24 interface=ether2");
  }
  void run(std::string_view script) {
    const std::string result = router.run(script);
    EXPECT_FALSE(result.starts_with("error")) << result << "\n" << script;
  }
  std::string way(std::string_view to, RouteQuery query = {.destination = IpAddress::v4(0)}) {
    const Interfaces interfaces(router.config, world);
    query.destination = *IpAddress::parse(to);
    return Routes(router.config, interfaces, world, dead).find(query).why;
  }
  testing::TestRouter router;
  World world;
  DeadGateways dead;
};

TEST(RoutesTest, LongestPrefixThenDistance) {
  Pictured it;
  it.run("/ip route add gateway=203.0.113.1 distance=5; /ip route add gateway=198.51.100.1 distance=2; /ip route add dst-address=10.0.0.0/8 gateway=203.0.113.9");
  EXPECT_THAT(it.way("8.8.8.8"), HasSubstr("198.51.100.1%ether2"));
  EXPECT_THAT(it.way("10.1.1.1"), HasSubstr("203.0.113.9%ether1"));
  EXPECT_EQ(it.way("203.0.113.7"), "203.0.113.0/24 via ether1 (table main)");
}

TEST(RoutesTest, BlackholesSwallowInBothMajors) {
  Pictured seven;
  seven.run("/ip route add dst-address=10.0.0.0/8 blackhole");
  EXPECT_EQ(seven.way("10.1.1.1"), "10.0.0.0/8 blackhole (table main)");
  Pictured six(testing::kV6);
  six.run("/ip route add dst-address=10.0.0.0/8 type=blackhole");
  EXPECT_EQ(six.way("10.1.1.1"), "10.0.0.0/8 blackhole (table main)");
}

TEST(RoutesTest, EqualRoutesShareByFlow) {
  Pictured it;
  it.run("/ip route add gateway=203.0.113.1; /ip route add gateway=198.51.100.1");
  int first = 0;
  for (int i = 1; i <= 100; ++i) {
    const std::string why = it.way("8.8." + std::to_string(i) + ".8", {.destination = IpAddress::v4(0), .source = *IpAddress::parse("10.0.0.5")});
    first += why.contains("ether1") ? 1 : 0;
  }
  EXPECT_GT(first, 20);
  EXPECT_LT(first, 80);
}

TEST(RoutesTest, RulesAndMarksChooseTables) {
  Pictured it;
  it.run("/routing table add name=two fib; /ip route add gateway=203.0.113.1; /ip route add gateway=198.51.100.1 routing-table=two;"
         "/routing rule add src-address=10.0.0.0/24 action=lookup table=two; /routing rule add dst-address=192.0.2.0/24 action=unreachable");
  EXPECT_THAT(it.way("8.8.8.8"), HasSubstr("ether1"));
  EXPECT_THAT(it.way("8.8.8.8", {.destination = IpAddress::v4(0), .source = *IpAddress::parse("10.0.0.5")}), HasSubstr("ether2"));
  EXPECT_THAT(it.way("8.8.8.8", {.destination = IpAddress::v4(0), .mark = "two"}), HasSubstr("(table two)"));
  EXPECT_EQ(it.way("192.0.2.5"), "routing rule: unreachable");
  Pictured six(testing::kV6);
  six.run("/ip route add gateway=203.0.113.1; /ip route add gateway=198.51.100.1 routing-mark=two; /ip route rule add src-address=10.0.0.0/24 table=two");
  EXPECT_THAT(six.way("8.8.8.8", {.destination = IpAddress::v4(0), .source = *IpAddress::parse("10.0.0.5")}), HasSubstr("ether2"));
}

TEST(RoutesTest, DeadGatewaysCountOnlyWhereTheyAreChecked) {
  Pictured it;
  it.run("/ip route add gateway=203.0.113.1 check-gateway=ping; /ip route add dst-address=10.0.0.0/8 gateway=203.0.113.1; /ip route add gateway=198.51.100.1 distance=2");
  it.dead.insert("203.0.113.1");
  EXPECT_THAT(it.way("8.8.8.8"), HasSubstr("ether2"));
  EXPECT_THAT(it.way("10.1.1.1"), HasSubstr("ether1"));
}

TEST(InterfacesTest, BridgesRunWithTheirPortsAndVlansWithTheirParents) {
  Pictured it;
  it.run("/interface bridge add name=lan; /interface bridge port add bridge=lan interface=ether3; /interface bridge port add bridge=lan interface=ether4; /interface vlan add name=v10 vlan-id=10 interface=lan");
  const auto running = [&](const char* name) { return Interfaces(it.router.config, it.world).running(name); };
  EXPECT_TRUE(running("lan") && running("v10"));
  it.world.lines["ether3"].up = false;
  EXPECT_TRUE(running("lan"));
  it.world.lines["ether4"].up = false;
  EXPECT_FALSE(running("lan") || running("v10"));
}

TEST(PacketWordsTest, WrongOnesAreNamed) {
  EXPECT_TRUE(read_packet({{"src", "1.1.1.1:5"}, {"dst", "2.2.2.2:80"}, {"protocol", "udp"}, {"icmp", "3:1"}}).has_value());
  EXPECT_THAT(read_packet({{"src", "1.1.1.1"}}).error().message(), HasSubstr("src and dst"));
  EXPECT_THAT(read_packet({{"src", "1.1.1.1"}, {"dst", "::1"}}).error().message(), HasSubstr("families"));
  EXPECT_THAT(read_packet({{"src", "1.1.1.1"}, {"dst", "2.2.2.2"}, {"ttl", "x"}}).error().message(), HasSubstr("ttl"));
}

}  // namespace
}  // namespace openstrat::sim
