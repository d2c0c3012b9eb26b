// Traps on the wire, in three versions.
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim/snmp/test_manager.hpp"
#include "sim/snmp/traps.hpp"

namespace openstrat::sim::snmp {
namespace {

/// A router whose traps come to this process instead of port 162.
class TrapsTest : public ::testing::Test {
 protected:
  TrapsTest() : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address), size) == 0) getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    RouterSpec spec = sim::testing::spec_of("7.20.8");
    spec.detours = std::make_shared<const std::vector<std::string>>(std::vector{"192.0.2.50:162:127.0.0.1:" + std::to_string(ntohs(address.sin_port))});
    device_ = std::make_unique<sim::testing::TestRouter>(spec);
    traps_ = std::make_unique<Traps>(device_->router, std::make_shared<KeyCache>());
  }
  ~TrapsTest() override { close(fd_); }

  void configure(const std::string& more) {
    device_->run("/snmp set enabled=yes trap-target=192.0.2.50 trap-generators=interfaces,start-trap trap-interfaces=all " + more);
  }
  std::string received() {
    char bytes[2048];
    const ssize_t size = recv(fd_, bytes, sizeof bytes, 0);
    return size <= 0 ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
  }

  int fd_;
  std::unique_ptr<sim::testing::TestRouter> device_;
  std::unique_ptr<Traps> traps_;
};

TEST_F(TrapsTest, InterfacesTellWhenTheyGoDownAndUp) {
  configure("trap-version=2");
  device_->run("/interface ethernet set ether3 disabled=yes");
  const std::string bytes = received();
  const auto down = read_community_message(bytes);
  ASSERT_TRUE(down);
  EXPECT_EQ(down->community, "public");
  ASSERT_EQ(down->pdu.variables.size(), 5U);
  EXPECT_EQ(testing::Manager::show(down->pdu.variables[1].value), "1.3.6.1.6.3.1.1.5.3");
  EXPECT_EQ(testing::Manager::show(down->pdu.variables[2].value), "3");
  device_->run("/interface ethernet set ether3 comment=x; /interface ethernet set ether3 disabled=no");
  const std::string again = received();
  const auto up = read_community_message(again);
  ASSERT_TRUE(up);
  EXPECT_EQ(testing::Manager::show(up->pdu.variables[1].value), "1.3.6.1.6.3.1.1.5.4");
  EXPECT_EQ(received(), "");
}

TEST_F(TrapsTest, TheLinkThatCarriesThemTellsOnlyThatItIsBack) {
  configure("trap-version=2");
  device_->router.set_link(false);
  EXPECT_EQ(received(), "");
  device_->router.set_link(true);
  const std::string bytes = received();
  const auto up = read_community_message(bytes);
  ASSERT_TRUE(up);
  EXPECT_EQ(testing::Manager::show(up->pdu.variables[1].value), "1.3.6.1.6.3.1.1.5.4");
}

TEST_F(TrapsTest, VersionOneHasAFormOfItsOwn) {
  configure("trap-version=1");
  device_->router.reboot("test");
  device_->pass(std::chrono::minutes(1));
  const std::string bytes = received();
  BerReader outer(bytes);
  BerReader message = outer.enter(kSequence);
  EXPECT_EQ(message.integer(0, 9), 0);
  EXPECT_EQ(message.contents(kOctets), "public");
  BerReader trap = message.enter(0xA4);
  EXPECT_EQ(to_text(trap.oid()), "1.3.6.1.4.1.14988.1");
  EXPECT_EQ(trap.contents(kIpAddress), std::string("\xc0\xa8\x58\x01", 4));
  EXPECT_EQ(trap.integer(0, 6), 0);
  EXPECT_TRUE(trap.ok());
}

TEST_F(TrapsTest, VersionThreeIsSecuredAsTheCommunityAsks) {
  configure("trap-version=3");
  device_->run("/snmp community set [find name=public] security=authorized authentication-password=first-password");
  device_->run("/interface ethernet set ether3 disabled=yes");
  const std::string bytes = received();
  const auto message = read_secure_message(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->user, "public");
  EXPECT_EQ(message->flags, kAuthenticated);
  KeyCache keys;
  EXPECT_TRUE(digest_matches(AuthProtocol::md5, keys.key(AuthProtocol::md5, "first-password", message->engine_id), bytes, message->authentication));
  EXPECT_EQ(read_scoped_pdu(message->data)->pdu.type, PduType::trap);
}

TEST_F(TrapsTest, NothingIsToldWithoutAGenerator) {
  configure("trap-version=2");
  device_->run("/snmp set trap-generators=\"\"; /interface ethernet set ether3 disabled=yes");
  EXPECT_EQ(received(), "");
}

}  // namespace
}  // namespace openstrat::sim::snmp
