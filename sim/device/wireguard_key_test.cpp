// Keys of WireGuard interfaces: real ones, made by the router, kept out of exports.
#include "sim/device/wireguard_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/device/network.hpp"
#include "sim/device/test_router.hpp"

namespace openstrat::sim {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::TestRouter;

TEST(WireguardKeyTest, PublicKeysAreThoseOfTheCurve) {
  EXPECT_EQ(wireguard_public_key("yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="), "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=");
  EXPECT_FALSE(wireguard_public_key("short").has_value());
  EXPECT_FALSE(wireguard_public_key("").has_value());
}

TEST(WireguardKeyTest, ARouterMakesItsOwn) {
  TestRouter it;
  it.run("/interface wireguard add name=a; /interface wireguard add name=b; /interface wireguard add name=c listen-port=51820 private-key=\"yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\"");
  const std::string key = it.value("[/interface wireguard get a private-key]");
  EXPECT_EQ(it.value("[/interface wireguard get a public-key]"), wireguard_public_key(key));
  EXPECT_NE(it.value("[/interface wireguard get b private-key]"), key);
  EXPECT_EQ(it.value("[/interface wireguard get c public-key]"), "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=");
  EXPECT_EQ(it.value("[/interface wireguard get b listen-port]"), "13232");
  EXPECT_THAT(it.router.export_text(true), HasSubstr(key));
  EXPECT_THAT(it.router.export_text(false), Not(HasSubstr(key)));
}

TEST(MonitorTest, TunnelClientsSayHowTheyAre) {
  TestRouter it;
  it.run("/interface ovpn-client add name=o connect-to=198.51.100.7 user=u disabled=no; /interface ovpn-client add name=off connect-to=198.51.100.7 user=u disabled=yes");
  EXPECT_EQ(it.value("([/interface ovpn-client monitor o once as-value]->\"status\")"), "connecting...");
  EXPECT_EQ(it.value("([/interface ovpn-client monitor off once as-value]->\"status\")"), "disabled");
  ASSERT_TRUE(it.router.network().set_tunnel("o", true, "10.1.1.2", "10.1.1.1"));
  EXPECT_EQ(it.value("([/interface ovpn-client monitor [find name=o] once as-value]->\"status\")"), "connected");
  EXPECT_EQ(it.value("([/interface ovpn-client monitor o once as-value]->\"remote-address\")"), "10.1.1.1");
  EXPECT_EQ(it.run("/interface ovpn-client monitor nobody once").error.value_or(""), "no such item (/interface/ovpn-client/monitor; line 1)");
}

}  // namespace
}  // namespace openstrat::sim
