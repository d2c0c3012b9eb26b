// Services of a router through real sockets.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "sim/access/accounts.hpp"
#include "sim/access/stream.hpp"
#include "sim/access/test_peer.hpp"
#include "sim/device/births.hpp"

namespace openstrat::sim {
namespace {

using ::testing::HasSubstr;
using testing::Peer;
using testing::ServedRouter;
using std::chrono::seconds;

/// Answers each piece of input with itself, and `big` with a megabyte.
ServiceTable echo_services() {
  ServiceTable table;
  const auto serve = [](const std::shared_ptr<Stream>& stream) {
    Stream* const raw = stream.get();
    stream->on_bytes = [raw](std::string_view bytes) {
      if (bytes == "bye") {
        raw->write("farewell");
        return raw->close_after_write();
      }
      raw->write(bytes == "big" ? std::string(1 << 20, 'x') : std::string(bytes));
    };
    stream->start();
  };
  table.register_service("api", [serve](Router& router, Accepted accepted) { serve(Stream::plain(router, std::move(accepted))); });
  table.register_service("api-ssl", [serve](Router& router, Accepted accepted) {
    serve(Stream::tls(router, std::move(accepted), tls_context(router, "api-ssl")));
  });
  table.register_datagram({.name = "snmp", .port = 161, .menu = "/snmp",
                           .enabled = [](const Router& router) {
                             const Row* record = router.config().record("/snmp");
                             const std::string* enabled = record == nullptr ? nullptr : record->find("enabled");
                             return enabled != nullptr && *enabled == "yes";
                           },
                           .handler = [](Router&, const Datagram& datagram, const DatagramReply& reply) { reply("got " + std::string(datagram.bytes)); }});
  return table;
}

TEST(PortsTest, FollowsTheServiceMenu) {
  ServedRouter it(echo_services());
  ASSERT_TRUE(it.ports->port("api").has_value());
  EXPECT_FALSE(it.ports->port("www").has_value());
  it.run("/ip service disable api");
  EXPECT_FALSE(it.ports->port("api").has_value());
  it.run("/ip service enable api; /ip service set api port=9999");
  EXPECT_TRUE(it.ports->port("api").has_value());
  EXPECT_FALSE(it.ports->port("snmp").has_value());
  it.run("/snmp set enabled=yes");
  EXPECT_TRUE(it.ports->port("snmp").has_value());
}

TEST(PortsTest, ThereIsNoServiceWithoutPower) {
  ServedRouter it(echo_services());
  Peer peer(it, "api");
  it.router.power_off();
  EXPECT_FALSE(it.ports->port("api").has_value());
  EXPECT_TRUE(peer.is_closed());
  it.router.power_on();
  it.pass(seconds(40));
  EXPECT_TRUE(it.ports->port("api").has_value());
}

TEST(PortsTest, AddressesAreHeldToTheList) {
  ServedRouter it(echo_services());
  it.run("/ip service set api address=192.0.2.0/24");
  EXPECT_TRUE(Peer(it, "api").is_closed());
  it.run("/ip service set api address=192.0.2.0/24,127.0.0.0/8");
  Peer peer(it, "api");
  peer.send("hello");
  EXPECT_EQ(peer.read(5), "hello");
}

TEST(PortsTest, SessionsAreCounted) {
  ServedRouter it(echo_services());
  it.run("/ip service set api max-sessions=2");
  Peer first(it, "api");
  auto second = std::make_unique<Peer>(it, "api");
  second->send("x");
  EXPECT_EQ(second->read(1), "x");
  EXPECT_TRUE(Peer(it, "api").is_closed());
  second.reset();
  it.turn();
  Peer third(it, "api");
  third.send("x");
  EXPECT_EQ(third.read(1), "x");
}

TEST(PortsTest, OffsetsAreAddedToTheRoutersOwnNumbers) {
  RouterSpec spec = ServedRouter::spec();
  spec.listen = {.address = "127.0.0.1", .ports = ListenPlan::Ports::offset, .offset = 50'000};
  ServedRouter it(echo_services(), spec);
  const auto port = it.ports->port("api");
  if (port) EXPECT_EQ(*port, 58'728);
  else EXPECT_THAT(it.ports->failures(), ::testing::Contains(HasSubstr("api (port 8728)")));
}

TEST(PortsTest, DatagramsAreAnswered) {
  ServedRouter it(echo_services());
  it.run("/snmp set enabled=yes");
  Peer peer(it, "snmp", SOCK_DGRAM);
  peer.send("ask");
  EXPECT_EQ(peer.read(7), "got ask");
}

TEST(StreamTest, SlowReadersStopTheReading) {
  ServedRouter it(echo_services());
  Peer peer(it, "api");
  peer.send("big");
  EXPECT_EQ(peer.read(1 << 20).size(), 1U << 20);
  peer.send("bye");
  EXPECT_EQ(peer.read(8), "farewell");
  EXPECT_TRUE(peer.is_closed());
}

TEST(StreamTest, TlsIsAnonymousWithoutACertificate) {
  ServedRouter it(echo_services());
  Peer peer(it, "api-ssl");
  peer.start_tls("ADH:@SECLEVEL=0");
  ASSERT_TRUE(peer.shake_hands());
  peer.send("hello");
  EXPECT_EQ(peer.read(5), "hello");
  EXPECT_EQ(peer.certificate_name(), "");
  Peer usual(it, "api-ssl");
  usual.start_tls("DEFAULT");
  EXPECT_FALSE(usual.shake_hands());
}

TEST(StreamTest, TlsWithACertificateIsInItsName) {
  ServedRouter it(echo_services());
  it.run("/certificate add name=mine common-name=router.example; /ip service set api-ssl certificate=mine");
  Peer peer(it, "api-ssl");
  peer.start_tls("DEFAULT");
  ASSERT_TRUE(peer.shake_hands());
  EXPECT_EQ(peer.certificate_name(), "router.example");
  peer.send("big");
  EXPECT_EQ(peer.read(1 << 20).size(), 1U << 20);
  peer.send("bye");
  EXPECT_EQ(peer.read(8), "farewell");
}

TEST(StreamTest, TlsUsesTheCertificateThatWasSigned) {
  ServedRouter it(echo_services());
  it.run("/certificate add name=ca common-name=the-ca key-size=prime256v1; /certificate add name=own common-name=own.example key-size=prime256v1 key-usage=tls-server;"
         "/certificate sign ca; /certificate sign own ca=ca; /ip service set api-ssl certificate=own");
  Peer peer(it, "api-ssl");
  peer.start_tls("DEFAULT");
  ASSERT_TRUE(peer.shake_hands());
  EXPECT_EQ(peer.certificate_name(), "own.example");
  EXPECT_EQ(peer.issuer_name(), "the-ca");
}

TEST(StreamTest, GarbageInsteadOfTlsEndsTheConnection) {
  ServedRouter it(echo_services());
  Peer peer(it, "api-ssl");
  peer.send(std::string(600, '\xff'));
  EXPECT_TRUE(peer.is_closed());
}

class AccountsTest : public ::testing::Test {
 protected:
  ServedRouter it{ServiceTable()};
  Accounts accounts{it.router};
};

TEST_F(AccountsTest, TheDefaultUserHasNoPassword) {
  const auto login = accounts.login("admin", "", "api", "10.1.1.1");
  ASSERT_TRUE(login.has_value());
  EXPECT_EQ(login->group, "full");
  EXPECT_TRUE(login->policies.has(Policy::policy));
  EXPECT_TRUE(it.logged("system,info,account user admin logged in from 10.1.1.1 via api"));
  EXPECT_EQ(it.value("[/user active get [find] name]"), "admin");
  accounts.logout(*login);
  EXPECT_TRUE(it.logged("user admin logged out from 10.1.1.1 via api"));
  EXPECT_EQ(it.value("[/user active print count-only]"), "0");
}

TEST_F(AccountsTest, WrongPasswordsAreLogged) {
  const auto login = accounts.login("admin", "guess", "ssh", "10.1.1.2");
  ASSERT_FALSE(login.has_value());
  EXPECT_EQ(login.error().message(), "invalid user name or password (6)");
  EXPECT_TRUE(it.logged("system,error,critical login failure for user admin from 10.1.1.2 via ssh"));
}

TEST_F(AccountsTest, GroupsDecideWhichServiceLetsSomebodyIn) {
  it.run("/user group add name=shell policy=ssh,read; /user add name=ann group=shell password=secret");
  EXPECT_TRUE(accounts.login("ann", "secret", "ssh", "10.1.1.1").has_value());
  EXPECT_FALSE(accounts.login("ann", "secret", "api", "10.1.1.1").has_value());
  it.run("/user disable ann");
  EXPECT_FALSE(accounts.login("ann", "secret", "ssh", "10.1.1.1").has_value());
  it.run("/user enable ann; /user set ann address=10.2.0.0/16");
  EXPECT_FALSE(accounts.login("ann", "secret", "ssh", "10.1.1.1").has_value());
  EXPECT_TRUE(accounts.login("ann", "secret", "ssh", "10.2.1.1").has_value());
}

TEST_F(AccountsTest, PasswordsAreNeverShown) {
  it.run("/user add name=bob group=read password=Sesame7");
  EXPECT_THAT(it.run("/user print detail; /user print as-value; :put [/user get bob]; :put [/user find password=Sesame7]; /export show-sensitive; /user export"), ::testing::Not(HasSubstr("Sesame7")));
  EXPECT_TRUE(accounts.login("bob", "Sesame7", "api", "10.1.1.1").has_value());
}

TEST_F(AccountsTest, PeopleChangeTheirOwnPassword) {
  it.run("/user add name=bob group=write password=old");
  EXPECT_THAT(it.run_as("bob", "/password old-password=wrong new-password=new confirm-new-password=new"), HasSubstr("current password is incorrect"));
  EXPECT_EQ(it.run_as("bob", "/password old-password=old new-password=new confirm-new-password=new"), "");
  EXPECT_TRUE(accounts.login("bob", "new", "api", "10.1.1.1").has_value());
}

TEST_F(AccountsTest, PoliciesOfThePersonBindWhatRuns) {
  it.run("/user add name=eye group=read password=x");
  EXPECT_THAT(it.run_as("eye", "/ip address print"), HasSubstr("192.168.88.1"));
  EXPECT_THAT(it.run_as("eye", "/ip address add address=10.0.0.1/24 interface=ether2"), HasSubstr("not enough permissions (9)"));
  it.run("/user add name=hand group=write password=x");
  EXPECT_THAT(it.run_as("hand", "/user add name=z group=full password=x"), HasSubstr("not enough permissions (9)"));
  it.run_as("hand", "/system scheduler add name=s on-event=\"/user add name=root group=full password=x\" interval=1s start-time=startup policy=read,write,policy,test");
  EXPECT_EQ(it.value("[/system scheduler get s owner]"), "hand");
  it.pass(seconds(3));
  EXPECT_EQ(it.value("[:len [/user find name=root]]"), "0");
  it.run_as("hand", "/system script add name=t source=\":put 1\"");
  EXPECT_EQ(it.value("[/system script get t owner]"), "hand");
}

TEST_F(AccountsTest, SecretsAreForThoseWhoMaySeeThem) {
  it.run("/ppp secret add name=dial password=Sesame7; /user group add name=blind policy=read,write,test,api; /user add name=bob group=blind password=x");
  EXPECT_EQ(it.value("[/ppp secret get dial password]"), "Sesame7");
  const std::string seen = it.run_as("bob", ":put [/ppp secret get dial password]; /ppp secret print detail; :put [:len [/ppp secret find password=Sesame7]]; /export");
  EXPECT_THAT(seen, ::testing::StartsWith("*****\n"));
  EXPECT_THAT(seen, ::testing::Not(HasSubstr("Sesame7")));
}

TEST_F(AccountsTest, ScriptsMayDoWhatTheyAndTheirCallerMay) {
  it.run("/user group add name=narrow policy=read,test,api; /user add name=bob group=narrow password=x");
  it.run("/system script add name=strict policy=read source=\"/system identity set name=strict\"; /system script add name=plain policy=read,write source=\"/system identity set name=plain\"");
  it.run("/system script add name=free policy=read,write dont-require-permissions=yes source=\"/system identity set name=free\"");
  EXPECT_THAT(it.run("/system script run strict"), HasSubstr("not enough permissions (9)"));
  EXPECT_THAT(it.run_as("bob", "/system script run plain"), HasSubstr("not enough permissions (9)"));
  EXPECT_EQ(it.run("/system script run plain"), "");
  EXPECT_EQ(it.router.identity(), "plain");
  EXPECT_EQ(it.run_as("bob", "/system script run free"), "");
  EXPECT_EQ(it.router.identity(), "free");
}

TEST(ListenTest, EachRouterTakesAnAddress) {
  BirthPlan plan{.versions = {{7, 20, 8}}, .models = {find_model("chr")}, .listen = {.address = "127.77.0.0/16"}};
  EXPECT_EQ(birth(plan, 0).listen.address, "127.77.0.1");
  EXPECT_EQ(birth(plan, 300).listen.address, "127.77.1.45");
}

}  // namespace
}  // namespace openstrat::sim
