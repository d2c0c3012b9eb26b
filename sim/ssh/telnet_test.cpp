#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "sim/access/test_peer.hpp"
#include "sim/ssh/door.hpp"
#include "sim/ssh/login_dialog.hpp"
#include "sim/ssh/services.hpp"
#include "sim/ssh/telnet_codec.hpp"

namespace openstrat::sim {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(TelnetCodecTest, CommandsAreTakenOutAndAnswered) {
  TelnetCodec codec;
  std::string replies;
  std::size_t wide = 0, high = 0;
  codec.reply = [&](std::string_view bytes) { replies += bytes; };
  codec.on_size = [&](std::size_t width, std::size_t height) {
    wide = width;
    high = height;
  };
  EXPECT_EQ(codec.decode("a\xff\xfd"), "a");
  EXPECT_EQ(codec.decode("\x01" "b\xff\xff\xff\xfb\x22" "c"), "b\xff" "c");
  EXPECT_EQ(replies, "\xff\xfe\x22") << "our echo is agreed, their line mode is not wanted";
  EXPECT_EQ(codec.decode(std::string_view("\xff\xfa\x1f\x00\x84\x00\x32\xff\xf0" "d", 10)), "d");
  EXPECT_EQ(wide, 132U);
  EXPECT_EQ(high, 50U);
  EXPECT_EQ(codec.decode("\xff\xf4"), "\x03");
  EXPECT_EQ(TelnetCodec::encode("x\xffy"), "x\xff\xffy");
}

TEST(LoginDialogTest, AsksUntilSomebodyIsIn) {
  std::string seen;
  bool gone = false;
  LoginDialog dialog({.write = [&](std::string_view text) { seen += text; },
                      .try_login = [](const std::string& name, const std::string& password) { return name == "admin" && password == "secret"; },
                      .give_up = [&] { gone = true; }});
  dialog.start("7.20.8 (stable)");
  EXPECT_EQ(seen, "\r\nMikroTik v7.20.8 (stable)\r\nLogin: ");
  dialog.receive("adx\x7fmin\rwrong\r");
  EXPECT_THAT(seen, EndsWith("adx\b \bmin\r\nPassword: \r\nLogin failed, incorrect username or password\r\n\r\nLogin: "));
  dialog.receive("admin\r\nsecret\r\n:put 1\r");
  EXPECT_TRUE(dialog.is_over());
  EXPECT_FALSE(gone);
  EXPECT_THAT(dialog.typed_ahead(), HasSubstr(":put 1\r"));
}

TEST(LoginDialogTest, LosesPatience) {
  bool gone = false;
  LoginDialog dialog({.write = [](std::string_view) {}, .try_login = [](const std::string&, const std::string&) { return false; }, .give_up = [&] { gone = true; }});
  for (int i = 0; i < LoginDialog::kMostFailures; ++i) dialog.receive("x\rx\r");
  EXPECT_TRUE(gone);
}

/// Somebody at a telnet client.
struct TelnetClient {
  static ServiceTable table() {
    ServiceTable services;
    register_telnet(services);
    register_ssh(services);
    return services;
  }
  TelnetClient() : served(table()), peer(served, "telnet") {}

  std::string until(std::string_view end) {
    std::string seen;
    while (!seen.ends_with(end)) {
      const std::string byte = peer.read(1);
      if (byte.empty()) return seen + "<nothing more>";
      seen += byte;
    }
    return seen;
  }

  testing::ServedRouter served;
  testing::Peer peer;
};

TEST(TelnetTest, LeadsToThePromptAndLogsIt) {
  TelnetClient it;
  it.served.run("/user set admin password=secret");
  EXPECT_THAT(it.until("Login: "), HasSubstr("\xff\xfd\x1f"));
  it.peer.send("admin+c100w\r\n");
  it.until("Password: ");
  it.peer.send("secret\r\n");
  EXPECT_THAT(it.until("[admin@MikroTik] > "), HasSubstr("MikroTik RouterOS 7.20.8"));
  it.peer.send(":put 42\r\n");
  EXPECT_EQ(it.until("[admin@MikroTik] > "), ":put 42\r\n42\r\n[admin@MikroTik] > ");
  EXPECT_TRUE(it.served.logged("user admin logged in from 127.0.0.1 via telnet"));
  EXPECT_EQ(it.served.value("[/user active print count-only]"), "1");
  it.peer.send("/quit\r\n");
  EXPECT_TRUE(it.peer.is_closed());
  it.served.pass(std::chrono::seconds(1));
  EXPECT_TRUE(it.served.logged("user admin logged out from 127.0.0.1 via telnet"));
}

TEST(TelnetTest, EndsWithItsRowAndWithThePower) {
  TelnetClient it;
  it.until("Login: ");
  it.peer.send("admin\r\n\r\n");
  it.until("[admin@MikroTik] > ");
  it.served.run("/user active remove [find via=telnet]");
  EXPECT_TRUE(it.peer.is_closed());
  testing::Peer other(it.served, "telnet");
  other.read(9);
  it.served.router.power_off();
  EXPECT_TRUE(other.is_closed());
}

TEST(DoorTest, WhoWaitsLongestGoesFirst) {
  TelnetClient it;
  std::vector<std::unique_ptr<testing::Peer>> idle;
  for (std::size_t i = 0; i < 2 * Door::kMostWaiting; ++i) {
    idle.push_back(std::make_unique<testing::Peer>(it.served, "telnet"));
    it.served.pass(std::chrono::seconds(1));
  }
  EXPECT_TRUE(it.peer.is_closed());
  EXPECT_TRUE(idle.front()->is_closed());
  EXPECT_EQ(idle.back()->read(9).size(), 9U);
}

TEST(DoorTest, WhoSaysNothingHasTwoMinutes) {
  Services services({.mode = TimeMode::jumping, .start = testing::kStart});
  const ServiceTable table = TelnetClient::table();
  Router router(services, testing::ServedRouter::spec());
  router.power_on();
  const auto ports = open_services(router, table);
  for (const std::string_view service : {"ssh", "telnet"}) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(ports->port(service).value_or(1));
    const UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    const auto is_open = [&] {
      char bytes[256];
      ssize_t size = 0;
      while ((size = recv(fd.get(), bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {}
      return size < 0 && errno == EAGAIN;
    };
    services.loop.run_for(std::chrono::seconds(115));
    EXPECT_TRUE(is_open()) << service;
    services.loop.run_for(std::chrono::seconds(10));
    EXPECT_FALSE(is_open()) << service;
  }
}

TEST(SshTest, GarbageIsNotAnswered) {
  TelnetClient it;
  testing::Peer garbage(it.served, "ssh");
  EXPECT_EQ(garbage.read(16), "SSH-2.0-ROSSSH\r\n");
  garbage.send(std::string(100'000, 'x'));
  EXPECT_TRUE(garbage.is_closed());
  testing::Peer silent(it.served, "ssh");
  silent.read(16);
  it.served.router.power_off();
  EXPECT_TRUE(silent.is_closed());
}

}  // namespace
}  // namespace openstrat::sim
