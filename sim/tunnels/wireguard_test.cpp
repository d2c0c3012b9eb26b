// What wireguard-go is told when a configuration changes, and what is read of its answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/tunnels/links.hpp"
#include "sim/tunnels/namespaces.hpp"
#include "sim/tunnels/wireguard_text.hpp"

namespace openstrat::sim {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

WireguardSettings with_peer(const std::string& key, WireguardPeer peer) {
  return {.private_key = "aa", .port = 13231, .mark = 7, .peers = {{key, std::move(peer)}}};
}

TEST(WireguardTextTest, ADeviceIsToldAllOnceAndThenWhatChanges) {
  const WireguardSettings first = with_peer("11", {.endpoint = "192.0.2.1:51820", .keepalive_s = 25, .allowed = {*Cidr::parse("10.0.0.0/8"), *Cidr::parse("::/0")}});
  EXPECT_EQ(wireguard_change({}, first),
            "set=1\nprivate_key=aa\nlisten_port=13231\nfwmark=7\npublic_key=11\npreshared_key=0000000000000000000000000000000000000000000000000000000000000000\n"
            "endpoint=192.0.2.1:51820\npersistent_keepalive_interval=25\nreplace_allowed_ips=true\nallowed_ip=10.0.0.0/8\nallowed_ip=::/0\n\n");
  EXPECT_EQ(wireguard_change(first, first), "set=1\n\n");
  WireguardSettings second = first;
  second.peers["22"] = {.allowed = {*Cidr::parse("10.1.2.3/24")}};
  EXPECT_THAT(wireguard_change(first, second), Not(HasSubstr("public_key=11")));
  EXPECT_THAT(wireguard_change(first, second), HasSubstr("public_key=22\n"));
  EXPECT_THAT(wireguard_change(first, second), HasSubstr("allowed_ip=10.1.2.0/24\n"));
  EXPECT_THAT(wireguard_change(second, first), HasSubstr("public_key=22\nremove=true\n"));
}

TEST(WireguardTextTest, AnEndpointIsTakenAway) {
  const std::string change = wireguard_change(with_peer("11", {.endpoint = "192.0.2.1:1"}), with_peer("11", {}));
  EXPECT_THAT(change, HasSubstr("public_key=11\nremove=true\npublic_key=11\npreshared_key="));
}

TEST(WireguardTextTest, AnswersAreRead) {
  const auto peers = read_wireguard_peers(
      "private_key=aa\nlisten_port=13231\npublic_key=11\nendpoint=[2001:db8::1]:51820\nlast_handshake_time_sec=1795336279\nlast_handshake_time_nsec=500000000\n"
      "rx_bytes=92\ntx_bytes=180\nallowed_ip=10.0.0.0/8\npublic_key=22\nlast_handshake_time_sec=0\nlast_handshake_time_nsec=0\nrx_bytes=x\nerrno=0\n");
  ASSERT_EQ(peers.size(), 2u);
  const PeerState& known = peers.at("11");
  EXPECT_EQ(known.endpoint, "2001:db8::1");
  EXPECT_EQ(known.port, 51820);
  EXPECT_EQ(known.carried.rx, 92u);
  EXPECT_EQ(known.carried.tx, 180u);
  ASSERT_TRUE(known.handshake.has_value());
  EXPECT_EQ(known.handshake->time_since_epoch(), std::chrono::microseconds(1'795'336'279'500'000));
  EXPECT_FALSE(peers.at("22").handshake.has_value());
  EXPECT_TRUE(peers.at("22").endpoint.empty());
  EXPECT_TRUE(read_wireguard_peers("rx_bytes=1\nendpoint=nonsense\n=\n").empty());
  EXPECT_EQ(wireguard_error("errno=0\n"), 0);
  EXPECT_EQ(wireguard_error("errno=-22\n"), -22);
  EXPECT_NE(wireguard_error("nonsense"), 0);
}

TEST(WireguardTextTest, KeysAreThoseOfRows) {
  EXPECT_EQ(wireguard_hex("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="), "0000000000000000000000000000000000000000000000000000000000000001");
  EXPECT_FALSE(wireguard_hex("AAAA").has_value());
  EXPECT_FALSE(wireguard_hex("").has_value());
}

TEST(LinkCommandsTest, OnlyWhatChangesIsSaid) {
  const LinksWanted none;
  const LinksWanted one{.devices = {{"wg1", {.alias = "to hq", .mtu = 1420, .addresses = {"10.9.0.2/24"}}}}, .routes = {{.destination = "10.20.0.0/16", .device = "wg1", .gateway = {}, .distance = 1}}};
  EXPECT_EQ(link_commands(none, one),
            "link set dev wg1 alias \"to hq\"\nlink set dev wg1 mtu 1420\nlink set dev wg1 up\naddr replace 10.9.0.2/24 dev wg1\n"
            "route replace 10.20.0.0/16 dev wg1 metric 1 table 28531\n");
  EXPECT_EQ(link_commands(one, one), "");
  EXPECT_EQ(link_commands(one, none), "") << "a device that is gone takes all with it";
  LinksWanted other = one;
  other.devices["wg1"].addresses = {"10.9.0.3/24"};
  other.routes.clear();
  EXPECT_EQ(link_commands(one, other), "route del 10.20.0.0/16 dev wg1 metric 1 table 28531\naddr del 10.9.0.2/24 dev wg1\naddr replace 10.9.0.3/24 dev wg1\n");
  LinksWanted hostile = one;
  hostile.devices["wg1"].alias = "x\"\nlink del wg1";
  EXPECT_THAT(link_commands(none, hostile), Not(HasSubstr("link del")));
}

TEST(NamespacesTest, PrefixesLeaveRoomForNumbers) {
  for (const char* fine : {"r", "lab", "a1b-", "router"}) EXPECT_TRUE(is_namespace_prefix(fine)) << fine;
  for (const char* wrong : {"", "r1", "1r", "Lab", "a/b", "-x", "much-too-long"}) EXPECT_FALSE(is_namespace_prefix(wrong)) << wrong;
}

}  // namespace
}  // namespace openstrat::sim
