// Neighbour discovery: the packet, who answers, and what routers know of each other.
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim/device/mndp.hpp"
#include "sim/device/test_router.hpp"

namespace openstrat::sim {
namespace {

struct Pair {
  Pair() : services({.mode = TimeMode::jumping, .start = testing::kStart}), one(services, named("one", 1)), two(services, named("two", 2)) {
    one.power_on();
    two.power_on();
  }
  static RouterSpec named(const std::string& identity, std::uint64_t seed) {
    RouterSpec spec = testing::spec_of("7.20.8");
    spec.identity = identity;
    spec.seed = seed;
    spec.source_address = "127.9.0." + std::to_string(seed);
    return spec;
  }
  Services services;
  Router one;
  Router two;
};

TEST(Mndp, ThePacketHasTheFieldsOfTheWire) {
  Pair routers;
  routers.services.loop.run_for(std::chrono::seconds(90));
  const std::string packet = mndp_packet(routers.one, 0x0102);
  EXPECT_EQ(packet.substr(0, 8), std::string("\0\0\x01\x02\0\x01\0\x06", 8));
  const auto has = [&](const std::string& field) { return packet.contains(field); };
  EXPECT_TRUE(has(std::string("\0\x05\0\x03one", 7)));
  EXPECT_TRUE(has(std::string("\0\x07\0\x0f", 4) + "7.20.8 (stable)"));
  EXPECT_TRUE(has(std::string("\0\x0a\0\x04\x5a\0\0\0", 8)));  // ninety seconds, low end first
  EXPECT_TRUE(has(std::string("\0\x0c\0\x08RB750Gr3", 12)));
  EXPECT_TRUE(has(std::string("\0\x11\0\x04\x7f\x09\0\x01", 8)));
}

TEST(Mndp, RoutersOfASegmentKnowEachOther) {
  Pair routers;
  const auto names = [&] {
    routers.one.refresh("/ip/neighbor");
    std::string all;
    for (const FoundRow& row : routers.one.config().rows("/ip/neighbor")) all += *row.row->find("identity") + " " + *row.row->find("address");
    return all;
  };
  EXPECT_EQ(names(), "");
  auto segment = Mndp::open(routers.services.loop, {&routers.one, &routers.two}, "127.0.0.1:0");
  ASSERT_TRUE(segment);
  EXPECT_EQ(names(), "two 127.9.0.2");
  routers.two.set_link(false);
  EXPECT_EQ(names(), "");
  routers.two.set_link(true);
  segment->reset();
  EXPECT_EQ(names(), "");
}

TEST(Mndp, WhoAsksIsAnsweredByEveryRouter) {
  Pair routers;
  auto segment = Mndp::open(routers.services.loop, {&routers.one, &routers.two}, "127.0.0.1:0");
  ASSERT_TRUE(segment);
  const int asker = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons((*segment)->port());
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto ask = [&](const std::string& bytes) {
    sendto(asker, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
    routers.services.loop.run_for(std::chrono::seconds(1));
    std::vector<std::string> answers;
    char buffer[2048];
    for (ssize_t size = recv(asker, buffer, sizeof buffer, 0); size > 0; size = recv(asker, buffer, sizeof buffer, 0)) answers.emplace_back(buffer, static_cast<std::size_t>(size));
    return answers;
  };
  const auto answers = ask(std::string(4, '\0'));
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_TRUE(answers[0].contains("one") && answers[1].contains("two"));
  EXPECT_EQ(ask(std::string(9, '\0')).size(), 2U);
  EXPECT_EQ(ask(answers[0]).size(), 0U);
  EXPECT_EQ(ask("garbage").size(), 0U);
  close(asker);
}

TEST(Mndp, NonsenseAddressesAreRefused) {
  Pair routers;
  for (const char* where : {"nowhere", "1.2.3.4:x", "127.0.0.1:70000", "::1", "192.0.2.77"}) EXPECT_FALSE(Mndp::open(routers.services.loop, {}, where)) << where;
}

TEST(Hardware, AddressesAreTheBoardsOwn) {
  testing::TestRouter it;
  const std::string first = it.value("[/interface ethernet get ether1 mac-address]");
  EXPECT_EQ(first.size(), 17U);
  EXPECT_NE(first, it.value("[/interface ethernet get ether2 mac-address]"));
  EXPECT_EQ(first, it.value("[/interface get ether1 mac-address]"));
}

}  // namespace
}  // namespace openstrat::sim
