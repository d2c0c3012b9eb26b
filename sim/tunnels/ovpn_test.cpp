// What openvpn is told of a row, and what is understood of what it says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/device/test_router.hpp"
#include "sim/tunnels/ovpn_message.hpp"
#include "sim/tunnels/ovpn_profile.hpp"

namespace openstrat::sim {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::TestRouter;

class OvpnProfileTest : public ::testing::Test {
 protected:
  Result<OvpnSettings> settings(const std::string& row, const std::string& authorities = {}, std::string_view version = "7.20.8") {
    it_ = std::make_unique<TestRouter>(version);
    const auto ran = it_->run("/interface ovpn-client add name=o user=bob password=secret " + row);
    EXPECT_FALSE(ran.error.has_value()) << ran.error.value_or("");
    const Config& config = it_->router.config();
    return ovpn_settings(Settings(config, config.find_named("/interface/ovpn-client", "o")), it_->router.version(), {.authorities = authorities});
  }
  std::string profile(const std::string& row, const std::string& authorities = {}, std::string_view version = "7.20.8") {
    const auto made = settings(row, authorities, version);
    EXPECT_TRUE(made.has_value());
    return made ? "\n" + ovpn_profile(*made, {.device = "tun1", .management = "/x/management", .fingerprint = {}}) : std::string();
  }
  std::unique_ptr<TestRouter> it_;
};

TEST_F(OvpnProfileTest, SaysWhatTheRowSays) {
  const std::string text = profile("connect-to=vpn.example.net port=443 protocol=udp cipher=aes256-gcm auth=sha256 tls-version=only-1.2");
  for (const char* line : {"\nremote vpn.example.net 443\n", "\nproto udp\n", "\ndev tun1\n", "\ndev-type tun\n", "\ncipher AES-256-GCM\n", "\ndata-ciphers AES-256-GCM\n", "\nauth SHA256\n",
                           "\ntls-version-min 1.2\n", "\nexplicit-exit-notify 1\n", "\nmanagement /x/management unix\n", "\nscript-security 0\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("route-nopull")));
  EXPECT_THAT(text, Not(HasSubstr("secret")));
  EXPECT_THAT(text, Not(HasSubstr("bob")));
}

TEST_F(OvpnProfileTest, Version6HasTcpAndOtherNames) {
  const std::string text = profile("connect-to=192.0.2.1 cipher=aes256", {}, "6.49.17");
  for (const char* line : {"\nproto tcp-client\n", "\ncipher AES-256-CBC\n", "\nauth SHA1\n", "\nroute-nopull\n"}) EXPECT_THAT(text, HasSubstr(line));
  EXPECT_THAT(profile("connect-to=192.0.2.1", {}, "6.49.17"), HasSubstr("\nproviders legacy default\n"));
  EXPECT_THAT(profile("connect-to=192.0.2.1 mode=ethernet"), HasSubstr("\ndev-type tap\n"));
}

TEST_F(OvpnProfileTest, VerifiesAgainstTheRoutersAuthorities) {
  EXPECT_THAT(profile("connect-to=192.0.2.1 verify-server-certificate=yes", "PEM"), HasSubstr("\n<ca>\nPEM\n</ca>\n"));
  EXPECT_THAT(profile("connect-to=192.0.2.1", "PEM"), Not(HasSubstr("PEM")));
  const auto none = settings("connect-to=192.0.2.1 verify-server-certificate=yes");
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().message(), "TLS failed: no trusted certificate authority");
}

TEST_F(OvpnProfileTest, AClientShowsItsCertificate) {
  EXPECT_THAT(profile("connect-to=192.0.2.1"), Not(HasSubstr("<key>")));
  const auto made = ovpn_settings(Settings(it_->router.config(), it_->router.config().find_named("/interface/ovpn-client", "o")), it_->router.version(), {.authorities = {}, .certificate = "CERT", .key = "KEY"});
  ASSERT_TRUE(made.has_value());
  EXPECT_THAT(ovpn_profile(*made, {.device = "tun1", .management = "/x", .fingerprint = {}}), HasSubstr("<cert>\nCERT\n</cert>\n<key>\nKEY\n</key>\n"));
}

TEST_F(OvpnProfileTest, NothingGetsInThatIsNoHost) {
  for (const char* host : {"\"a b\"", "\"x\\nup /bin/sh\"", "\"\"", "\"a#b\"", "\"a\\\"b\""}) EXPECT_FALSE(settings(std::string("connect-to=") + host).has_value()) << host;
  EXPECT_EQ(ovpn_quoted("a\"b\\c d"), "\"a\\\"b\\\\c d\"");
}

TEST_F(OvpnProfileTest, EncodingIsNamedAsOnARouter) {
  EXPECT_EQ(ovpn_encoding(*settings("connect-to=192.0.2.1 cipher=aes128-cbc auth=md5")), "AES-128-CBC/MD5");
  EXPECT_EQ(ovpn_encoding(*settings("connect-to=192.0.2.1 cipher=null auth=null")), "null/null");
}

TEST(OvpnMessageTest, SaysWhatHappened) {
  using Kind = OvpnMessage::Kind;
  EXPECT_EQ(read_ovpn_message(">HOLD:Waiting for hold release:10").kind, Kind::hold);
  EXPECT_EQ(read_ovpn_message(">PASSWORD:Need 'Auth' username/password").kind, Kind::needs_login);
  EXPECT_EQ(read_ovpn_message(">PASSWORD:Verification Failed: 'Auth'").kind, Kind::login_refused);
  const OvpnMessage state = read_ovpn_message(">STATE:1795336162,RECONNECTING,ping-restart,,,,,");
  EXPECT_EQ(state.kind, Kind::state);
  EXPECT_EQ(state.text, "RECONNECTING");
  EXPECT_EQ(state.detail, "ping-restart");
  const OvpnMessage traffic = read_ovpn_message(">BYTECOUNT:1861,1041");
  EXPECT_EQ(traffic.received, 1861u);
  EXPECT_EQ(traffic.sent, 1041u);
  EXPECT_EQ(read_ovpn_message(">FATAL:Cannot open TUN/TAP dev").text, "Cannot open TUN/TAP dev");
}

TEST(OvpnMessageTest, AddressesComeFromWhatTheServerPushes) {
  const OvpnMessage subnet = read_ovpn_message(">LOG:1795336279,,PUSH: Received control message: 'PUSH_REPLY,topology subnet,route-gateway 10.8.0.1,ifconfig 10.8.0.2 255.255.255.0,peer-id 0'");
  EXPECT_EQ(subnet.kind, OvpnMessage::Kind::addresses);
  EXPECT_EQ(subnet.text, "10.8.0.2/24");
  EXPECT_EQ(subnet.detail, "10.8.0.1");
  const OvpnMessage point = read_ovpn_message(">LOG:1,,PUSH: Received control message: 'PUSH_REPLY,route 10.8.0.1,ifconfig 10.8.0.6 10.8.0.5'");
  EXPECT_EQ(point.text, "10.8.0.6");
  EXPECT_EQ(point.detail, "10.8.0.5");
}

TEST(OvpnMessageTest, ACertificateIsLearnedAndNothingElse) {
  const std::string print = "2e:5d:e2:71:42:8f:1a:03:b1:4e:0c:0d:1b:29:9f:8e:63:a4:cd:d6:b5:a7:46:f1:6f:2e:20:dc:8c:f5:ae:8d";
  const std::string line = ">LOG:1,N,TLS Error: --tls-verify/--peer-fingerprint certificate hash verification failed. (got certificate fingerprint: ";
  EXPECT_EQ(read_ovpn_message(line + print + ")").text, print);
  EXPECT_EQ(read_ovpn_message(line + "up /bin/sh)").kind, OvpnMessage::Kind::nothing);
  for (const char* noise : {"", ">", ">LOG", ">LOG:", ">LOG:1", ">STATE:", ">BYTECOUNT:-1,x", "SUCCESS: hold release succeeded", ">PASSWORD:", ">X:Y"}) {
    const OvpnMessage message = read_ovpn_message(noise);
    EXPECT_TRUE(message.kind == OvpnMessage::Kind::nothing || message.text.empty()) << noise;
  }
}

}  // namespace
}  // namespace openstrat::sim
