#include "base/net.hpp"

#include <gtest/gtest.h>

namespace openstrat {
namespace {

IpAddress ip(const char* text) {
  return IpAddress::parse(text).value();
}
Cidr cidr(const char* text) {
  return Cidr::parse(text).value();
}

TEST(IpAddress, ReadsAndWritesV4) {
  EXPECT_EQ(ip("192.168.88.1").to_string(), "192.168.88.1");
  EXPECT_EQ(ip("192.168.88.1").v4_value(), 0xC0A85801u);
  EXPECT_EQ(IpAddress::v4(0xC0A85801u), ip("192.168.88.1"));
  EXPECT_EQ(IpAddress(), ip("0.0.0.0"));
}

TEST(IpAddress, ReadsAndWritesV6) {
  EXPECT_EQ(ip("2001:DB8:0:0:0:0:0:1").to_string(), "2001:db8::1");
  EXPECT_EQ(ip("::").to_string(), "::");
  EXPECT_FALSE(ip("::1").is_v4());
}

TEST(IpAddress, MappedBecomesV4) {
  EXPECT_EQ(ip("::ffff:10.0.0.1"), ip("10.0.0.1"));
  EXPECT_EQ(ip("::ffff:a00:1"), ip("10.0.0.1"));
  EXPECT_EQ(IpAddress::from_bytes({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 1}), ip("10.0.0.1"));
}

TEST(IpAddress, RejectsOtherForms) {
  using namespace std::string_view_literals;
  for (const auto text : {""sv, "1.2.3"sv, "1.2.3.4.5"sv, "1.2.3.256"sv, "01.2.3.4"sv, "1.2.3.4 "sv, "0x7f.1"sv,
                          "2130706433"sv, "1::2::3"sv, "fe80::1%eth0"sv, "[::1]"sv, "1.2.3.4\0"sv, "localhost"sv,
                          "1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111:2222"sv}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(IpAddress, SortsV6BeforeV4AndByValue) {
  EXPECT_LT(ip("10.0.0.1"), ip("10.0.0.2"));
  EXPECT_LT(ip("9.255.255.255"), ip("10.0.0.0"));
  EXPECT_NE(ip("::1"), ip("0.0.0.1"));
}

TEST(IpAddress, LoopbackAndPrivate) {
  EXPECT_TRUE(ip("127.0.0.1").is_loopback());
  EXPECT_TRUE(ip("127.255.0.1").is_loopback());
  EXPECT_TRUE(ip("::1").is_loopback());
  EXPECT_FALSE(ip("128.0.0.1").is_loopback());
  for (const char* text : {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "100.127.255.255",
                           "169.254.1.1", "fc00::1", "fdff::1", "fe80::1", "febf::1"}) {
    EXPECT_TRUE(ip(text).is_private()) << text;
  }
  for (const char* text : {"172.32.0.1", "100.128.0.0", "100.63.255.255", "8.8.8.8", "2a00::1", "fec0::1"}) {
    EXPECT_FALSE(ip(text).is_private()) << text;
  }
}

TEST(IpAddress, GlobalIsThePublicInternetOnly) {
  for (const char* text : {"8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
                           "192.0.1.1", "198.17.255.255", "198.20.0.0", "223.255.255.255", "::ffff:8.8.8.8",
                           "2a00:1450::1", "2606:4700::1111", "2001:4860:4860::8888", "64:ff9b::8.8.8.8"}) {
    EXPECT_TRUE(ip(text).is_global()) << text;
  }
  for (const char* text : {"0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.1",
                           "100.64.0.0",
                           "100.100.1.1",
                           "100.127.255.255",
                           "127.0.0.1",
                           "169.254.169.254",
                           "172.16.0.0",
                           "172.31.255.255",
                           "192.0.0.1",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.1.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.1",
                           "203.0.113.9",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:127.0.0.1",
                           "::ffff:100.64.0.1",
                           "fe80::1",
                           "fc00::1",
                           "ff02::1",
                           "2001:db8::1",
                           "2002:7f00:1::",
                           "2001::1",
                           "3fff::1",
                           "64:ff9b::10.0.0.1",
                           "64:ff9b:1::1",
                           "100::1",
                           "::7f00:1",
                           "4000::1"}) {
    EXPECT_FALSE(ip(text).is_global()) << text;
  }
}

TEST(Cidr, ReadsAndWrites) {
  EXPECT_EQ(cidr("192.168.88.1/24").to_string(), "192.168.88.1/24");
  EXPECT_EQ(cidr("192.168.88.1/24").network().to_string(), "192.168.88.0/24");
  EXPECT_EQ(cidr("10.0.0.1").to_string(), "10.0.0.1/32");
  EXPECT_EQ(cidr("2001:db8::1").prefix_length(), 128);
  EXPECT_EQ(cidr("2001:db8:ffff::1/33").network().to_string(), "2001:db8:8000::/33");
  EXPECT_EQ(cidr("1.2.3.4/0").network().to_string(), "0.0.0.0/0");
  EXPECT_EQ(cidr("::ffff:10.1.2.3/104"), cidr("10.1.2.3/8"));
  EXPECT_EQ(cidr("::ffff:10.1.2.3"), cidr("10.1.2.3/32"));
}

TEST(Cidr, RejectsOtherForms) {
  for (const char* text : {"", "/24", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/24 ",
                           "::/129", "10.0.0.0/255.0.0.0", "10.0.0/8", "::ffff:10.0.0.0/8", "10.0.0.0/8/8"}) {
    EXPECT_FALSE(Cidr::parse(text)) << text;
  }
}

TEST(Cidr, Contains) {
  EXPECT_TRUE(cidr("192.168.88.1/24").contains(ip("192.168.88.254")));
  EXPECT_FALSE(cidr("192.168.88.1/24").contains(ip("192.168.89.0")));
  EXPECT_TRUE(cidr("100.64.0.0/10").contains(ip("100.127.255.255")));
  EXPECT_FALSE(cidr("100.64.0.0/10").contains(ip("100.128.0.0")));
  EXPECT_TRUE(cidr("0.0.0.0/0").contains(ip("203.0.113.1")));
  EXPECT_FALSE(cidr("0.0.0.0/0").contains(ip("2001:db8::1")));
  EXPECT_TRUE(cidr("10.0.0.1/32").contains(ip("10.0.0.1")));
  EXPECT_FALSE(cidr("10.0.0.1/32").contains(ip("10.0.0.0")));
  EXPECT_TRUE(cidr("2001:db8::/31").contains(ip("2001:db9::1")));
  EXPECT_FALSE(cidr("2001:db8::/32").contains(ip("2001:db9::1")));
  EXPECT_TRUE(cidr("::/0").contains(ip("::1")));
}

TEST(MacAddress, ReadsBothSeparators) {
  EXPECT_EQ(MacAddress::parse("d4:01:c3:0a:bb:ff")->to_string(), "D4:01:C3:0A:BB:FF");
  EXPECT_EQ(MacAddress::parse("D4-01-C3-0A-BB-FF"), MacAddress::parse("d4:01:c3:0a:bb:ff"));
  for (const char* text : {"", "d401c30abbff", "d4:01:c3:0a:bb", "d4:01:c3:0a:bb:fg", "d4:01-c3:0a:bb:ff",
                           "d4:01:c3:0a:bb:ff:00", "d4.01.c3.0a.bb.ff", "d4:1:c3:00a:bb:ff"}) {
    EXPECT_FALSE(MacAddress::parse(text)) << text;
  }
}

}  // namespace
}  // namespace openstrat
