#include "sim/behaviour/firewall.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/config/testing.hpp"

namespace openstrat::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A router with a LAN behind ether2 and the Internet behind ether1.
class FirewallTest : public ::testing::Test {
 protected:
  FirewallTest() : FirewallTest(testing::kV7) {}
  explicit FirewallTest(Version version) : router_(version) {
    run("/ip address add address=203.0.113.2/24 interface=ether1; /ip address add address=192.168.88.1/24 interface=ether2;"
        "/ip route add dst-address=0.0.0.0/0 gateway=203.0.113.1;"
        "/interface list add name=WAN; /interface list add name=LAN;"
        "/interface list member add list=WAN interface=ether1; /interface list member add list=LAN interface=ether2");
  }

  std::string run(std::string_view script) {
    const std::string result = router_.run(script);
    EXPECT_FALSE(result.starts_with("error")) << result << "\n" << script;
    return result;
  }
  Judgement send(Packet packet) {
    const Interfaces interfaces(router_.config, world_);
    const Routes routes(router_.config, interfaces, world_, {}, packet.v6());
    return judge({.config = router_.config, .interfaces = interfaces, .routes = routes, .world = world_, .rng = rng_, .wall = router_.facts.now(), .now = now_}, state_, std::move(packet));
  }
  static Packet packet(std::string in, std::string_view from, std::string_view to, int protocol = 6) {
    Packet packet{.in_interface = std::move(in), .protocol = protocol};
    const Endpoint source = *Endpoint::parse(from);
    const Endpoint destination = *Endpoint::parse(to);
    packet.source = source.address;
    packet.source_port = source.port;
    packet.destination = destination.address;
    packet.destination_port = destination.port;
    return packet;
  }
  static Packet answer(const Packet& packet, std::string in) {
    Packet back = packet;
    std::swap(back.source, back.destination);
    std::swap(back.source_port, back.destination_port);
    back.in_interface = std::move(in);
    back.out_interface.clear();
    back.tcp_flags = "syn,ack";
    return back;
  }
  Packet web() { return packet("ether2", "192.168.88.10:51000", "198.51.100.7:443"); }
  Packet knock(int port) { return packet("ether1", "198.51.100.9:40000", "203.0.113.2:" + std::to_string(port)); }

  testing::TestRouter router_;
  World world_;
  FirewallState state_;
  SeededRng rng_{7};
  Duration now_{0};
};

TEST_F(FirewallTest, WithoutRulesEverythingPassesAndRoutingDecides) {
  const Judgement out = send(web());
  EXPECT_EQ(out.fate, Fate::accepted);
  EXPECT_EQ(out.path, "forward");
  EXPECT_EQ(out.packet.out_interface, "ether1");
  EXPECT_EQ(out.route, "0.0.0.0/0 via 203.0.113.1%ether1 (table main)");
  EXPECT_EQ(send(knock(22)).path, "input");
  EXPECT_TRUE(out.trace.empty());
}

TEST_F(FirewallTest, StatesOfConnectionsAreTracked) {
  run("/ip firewall filter add chain=forward connection-state=established,related action=accept; /ip firewall filter add chain=forward in-interface-list=WAN action=drop");
  const Judgement out = send(web());
  EXPECT_EQ(out.connection_state, "new");
  const Judgement back = send(answer(out.packet, "ether1"));
  EXPECT_EQ(back.fate, Fate::accepted);
  EXPECT_EQ(back.connection_state, "established");
  const Judgement strange = send(packet("ether1", "198.51.100.8:443", "192.168.88.10:51000"));
  EXPECT_EQ(strange.fate, Fate::dropped);
  EXPECT_EQ(strange.reason, "filter *2 in forward");
}

TEST_F(FirewallTest, ChainsJumpAndReturn) {
  run("/ip firewall filter add chain=input action=jump jump-target=guard; /ip firewall filter add chain=input action=drop;"
      "/ip firewall filter add chain=guard protocol=udp action=return; /ip firewall filter add chain=guard dst-port=22 protocol=tcp src-address=198.51.100.0/24 action=accept");
  EXPECT_EQ(send(knock(22)).fate, Fate::accepted);
  const Judgement udp = send(packet("ether1", "198.51.100.9:1", "203.0.113.2:53", 17));
  EXPECT_EQ(udp.fate, Fate::dropped);
  ASSERT_EQ(udp.trace.size(), 3U);
  EXPECT_EQ(udp.trace[1].chain, "guard");
  EXPECT_EQ(udp.trace[1].action, "return");
}

TEST_F(FirewallTest, ChainsInACircleEnd) {
  run("/ip firewall filter add chain=input action=jump jump-target=a; /ip firewall filter add chain=a action=jump jump-target=a");
  EXPECT_EQ(send(knock(22)).fate, Fate::dropped);
}

TEST_F(FirewallTest, DestinationNatAndItsAnswers) {
  run("/ip firewall nat add chain=dstnat in-interface=ether1 protocol=tcp dst-port=8080 action=dst-nat to-addresses=192.168.88.10 to-ports=80;"
      "/ip firewall nat add chain=srcnat out-interface=ether1 action=masquerade;"
      "/ip firewall filter add chain=forward connection-nat-state=!dstnat connection-state=new in-interface=ether1 action=drop");
  const Judgement in = send(knock(8080));
  EXPECT_EQ(in.fate, Fate::accepted);
  EXPECT_EQ(in.packet.destination_text(), "192.168.88.10:80");
  EXPECT_EQ(in.packet.out_interface, "ether2");
  const Judgement back = send(answer(in.packet, "ether2"));
  EXPECT_EQ(back.connection_state, "established");
  EXPECT_EQ(back.packet.source_text(), "203.0.113.2:8080");
  EXPECT_EQ(back.packet.destination_text(), "198.51.100.9:40000");
}

TEST_F(FirewallTest, MasqueradeHidesTheLan) {
  run("/ip firewall nat add chain=srcnat out-interface-list=WAN action=masquerade");
  const Judgement out = send(web());
  EXPECT_EQ(out.packet.source_text(), "203.0.113.2:51000");
  const Judgement back = send(answer(out.packet, "ether1"));
  EXPECT_EQ(back.packet.destination_text(), "192.168.88.10:51000");
  EXPECT_EQ(back.packet.out_interface, "ether2");
}

TEST_F(FirewallTest, RedirectTakesToTheRouter) {
  run("/ip firewall nat add chain=dstnat protocol=udp dst-port=53 in-interface-list=LAN action=redirect to-ports=5353");
  const Judgement asked = send(packet("ether2", "192.168.88.10:4000", "8.8.8.8:53", 17));
  EXPECT_EQ(asked.path, "input");
  EXPECT_EQ(asked.packet.destination_text(), "192.168.88.1:5353");
}

TEST_F(FirewallTest, MarksLeadIntoAnotherTable) {
  run("/ip address add address=100.64.3.10/24 interface=ether3; /routing table add name=backup fib; /ip route add gateway=100.64.3.1 routing-table=backup;"
      "/ip firewall mangle add chain=prerouting src-address=192.168.88.10 action=mark-routing new-routing-mark=backup passthrough=no");
  EXPECT_EQ(send(web()).packet.out_interface, "ether3");
  EXPECT_EQ(send(packet("ether2", "192.168.88.11:1", "198.51.100.7:443")).packet.out_interface, "ether1");
}

TEST_F(FirewallTest, AddressListsGrowOnTheWay) {
  run("/ip firewall filter add chain=input protocol=tcp dst-port=22 action=add-src-to-address-list address-list=seen address-list-timeout=10m;"
      "/ip firewall filter add chain=input src-address-list=seen action=drop");
  const Judgement first = send(knock(22));
  EXPECT_EQ(first.fate, Fate::dropped);
  ASSERT_EQ(first.additions.size(), 1U);
  EXPECT_EQ(first.additions[0].address, "198.51.100.9");
  EXPECT_EQ(first.additions[0].timeout, std::chrono::minutes(10));
  EXPECT_EQ(send(knock(80)).fate, Fate::accepted);
  run("/ip firewall address-list add list=seen address=198.51.100.0-198.51.100.20");
  EXPECT_EQ(send(knock(80)).fate, Fate::dropped);
}

TEST_F(FirewallTest, LimitsFillUpAgainWithTime) {
  run("/ip firewall filter add chain=input protocol=icmp limit=1/1s,2:packet action=accept; /ip firewall filter add chain=input protocol=icmp action=drop");
  const auto ping = [&] { return send(packet("ether1", "198.51.100.9", "203.0.113.2", 1)).fate; };
  EXPECT_EQ(ping(), Fate::accepted);
  EXPECT_EQ(ping(), Fate::accepted);
  EXPECT_EQ(ping(), Fate::dropped);
  now_ += std::chrono::seconds(1);
  EXPECT_EQ(ping(), Fate::accepted);
  EXPECT_EQ(ping(), Fate::dropped);
}

TEST_F(FirewallTest, NthAndConnectionLimitCount) {
  run("/ip firewall filter add chain=input protocol=udp nth=3,1 action=drop; /ip firewall filter add chain=input protocol=tcp connection-limit=2,32 action=reject reject-with=tcp-reset");
  std::vector<Fate> fates;
  for (int i = 0; i < 4; ++i) fates.push_back(send(packet("ether1", "198.51.100.9:1", "203.0.113.2:" + std::to_string(100 + i), 17)).fate);
  EXPECT_THAT(fates, ElementsAre(Fate::dropped, Fate::accepted, Fate::accepted, Fate::dropped));
  EXPECT_EQ(send(knock(1)).fate, Fate::rejected) << "two UDP connections of the same source are there already";
  EXPECT_EQ(send(knock(1)).reject_with, "tcp-reset");
}

TEST_F(FirewallTest, FasttrackedConnectionsPassTheTablesBy) {
  run("/ip firewall filter add chain=forward connection-state=established action=fasttrack-connection; /ip firewall filter add chain=forward connection-state=established action=accept;"
      "/ip firewall filter add chain=forward protocol=tcp connection-state=new action=accept; /ip firewall filter add chain=forward action=drop");
  const Judgement first = send(web());
  EXPECT_FALSE(first.fasttracked);
  EXPECT_FALSE(send(answer(first.packet, "ether1")).fasttracked) << "the packet that makes it fast is seen once more";
  const Judgement later = send(web());
  EXPECT_TRUE(later.fasttracked);
  EXPECT_TRUE(later.trace.empty());
}

TEST_F(FirewallTest, RawComesFirstAndCanLeaveTrackingOut) {
  run("/ip firewall raw add chain=prerouting src-address=198.51.100.9 protocol=tcp dst-port=23 action=drop; /ip firewall raw add chain=prerouting protocol=udp action=notrack;"
      "/ip firewall filter add chain=input connection-state=untracked action=accept; /ip firewall filter add chain=input action=drop");
  EXPECT_THAT(send(knock(23)).reason, HasSubstr("raw *1"));
  const Judgement udp = send(packet("ether1", "198.51.100.9:1", "203.0.113.2:53", 17));
  EXPECT_EQ(udp.connection_state, "untracked");
  EXPECT_EQ(udp.fate, Fate::accepted);
}

TEST_F(FirewallTest, UnknownMattersAreSaidOnlyWhereTheyDecide) {
  run("/ip firewall filter add chain=input realm=7 dst-port=22 protocol=tcp action=drop");
  const Judgement open = send(knock(22));
  EXPECT_EQ(open.fate, Fate::accepted);
  EXPECT_FALSE(open.certain());
  EXPECT_THAT(open.not_modelled, ElementsAre("filter *1: realm=7"));
  EXPECT_TRUE(send(knock(80)).certain());
}

TEST_F(FirewallTest, ContentLayerSevenAndTlsHostsLookInside) {
  run("/ip firewall layer7-protocol add name=tube regexp=\"^.+(youtube).*\\$\"; /ip firewall filter add chain=forward layer7-protocol=tube action=drop;"
      "/ip firewall filter add chain=forward content=secret action=drop; /ip firewall filter add chain=forward tls-host=*.example.com protocol=tcp action=drop");
  Packet with = web();
  EXPECT_EQ(send(with).fate, Fate::accepted);
  with.payload = "GET www.YouTube.com";
  EXPECT_THAT(send(with).reason, HasSubstr("*1"));
  with.payload = "a secret";
  EXPECT_THAT(send(with).reason, HasSubstr("*2"));
  with.payload.clear();
  with.tls_host = "www.Example.com";
  EXPECT_THAT(send(with).reason, HasSubstr("*3"));
}

TEST_F(FirewallTest, LogLinesAreTheRouters) {
  run("/ip firewall filter add chain=input action=log log-prefix=KNOCK; /ip firewall nat add chain=srcnat out-interface=ether1 action=masquerade;"
      "/ip firewall filter add chain=forward action=passthrough log=yes");
  Packet in = knock(22);
  in.source_mac = "AA:BB:CC:DD:EE:FF";
  EXPECT_THAT(send(in).log, ElementsAre("KNOCK input: in:ether1 out:(unknown 0), connection-state:new src-mac aa:bb:cc:dd:ee:ff, proto TCP (SYN), 198.51.100.9:40000->203.0.113.2:22, len 60"));
  const Judgement out = send(web());
  EXPECT_THAT(out.log, ElementsAre("forward: in:ether2 out:ether1, connection-state:new proto TCP (SYN), 192.168.88.10:51000->198.51.100.7:443, len 60"));
  EXPECT_THAT(send(answer(out.packet, "ether1")).log,
              ElementsAre("forward: in:ether1 out:ether2, connection-state:established,snat proto TCP (SYN,ACK), 198.51.100.7:443->192.168.88.10:51000, "
                          "NAT (192.168.88.10:51000->203.0.113.2:51000)->198.51.100.7:443, len 60"));
  EXPECT_THAT(send(packet("ether1", "198.51.100.9", "203.0.113.2", 1)).log, ElementsAre(HasSubstr("proto ICMP (type 8, code 0), 198.51.100.9->203.0.113.2, len 60")));
}

class FirewallOfSixTest : public FirewallTest {
 protected:
  FirewallOfSixTest() : FirewallTest(testing::kV6) {}
};

TEST_F(FirewallOfSixTest, LogLinesKnowNoStates) {
  run("/ip firewall filter add chain=input action=log");
  EXPECT_THAT(send(knock(22)).log, ElementsAre("input: in:ether1 out:(unknown 0), proto TCP (SYN), 198.51.100.9:40000->203.0.113.2:22, len 60"));
}

TEST_F(FirewallTest, IPv6HasItsOwnTables) {
  run("/ipv6 address add address=2001:db8::1/64 interface=ether2; /ipv6 firewall filter add chain=input protocol=icmpv6 action=accept; /ipv6 firewall filter add chain=input action=drop");
  EXPECT_EQ(send(packet("ether2", "2001:db8::5", "2001:db8::1", 58)).fate, Fate::accepted);
  EXPECT_EQ(send(packet("ether2", "[2001:db8::5]:1", "[2001:db8::1]:22")).fate, Fate::dropped);
}

TEST_F(FirewallTest, TimeAndNegationAndPortsOfRanges) {
  run("/ip firewall filter add chain=input time=16h-17h,sat dst-port=1000-2000 protocol=tcp src-address=!198.51.100.0/25 action=drop");  // a Saturday, 16:20
  EXPECT_EQ(send(knock(1500)).fate, Fate::accepted);
  EXPECT_EQ(send(packet("ether1", "198.51.100.200:1", "203.0.113.2:1500")).fate, Fate::dropped);
  EXPECT_EQ(send(packet("ether1", "198.51.100.200:1", "203.0.113.2:2500")).fate, Fate::accepted);
}

TEST_F(FirewallTest, RulesCountWhatTheyMatch) {
  run("/ip firewall filter add chain=input dst-port=22 protocol=tcp action=accept");
  send(knock(22));
  send(knock(22));
  send(knock(23));
  const RuleCounter counter = state_.counters.at({"/ip/firewall/filter", 1});
  EXPECT_EQ(counter.packets, 2U);
  EXPECT_EQ(counter.bytes, 120U);
}

}  // namespace
}  // namespace openstrat::sim
