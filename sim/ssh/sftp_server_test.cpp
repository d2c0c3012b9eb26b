#include "sim/ssh/sftp_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/device/test_router.hpp"
#include "sim/ssh/scp_server.hpp"
#include "sim/ssh/sftp_packet.hpp"

namespace openstrat::sim {
namespace {

using ::testing::HasSubstr;
using testing::TestRouter;

Login admin(Policies policies = Policies::all()) { return {.user = "admin", .group = "full", .policies = policies, .via = "ssh", .peer = "192.0.2.1"}; }

/// A client that sends one request and reads one answer.
struct SftpClient {
  explicit SftpClient(Policies policies = Policies::all())
      : server(it.router, admin(policies), {.write = [this](std::string_view bytes) { out += bytes; }, .backlog = [this] { return backlog; }, .finish = [this](int) { finished = true; }}) {}

  std::string ask(const std::string& packet) {
    out.clear();
    server.receive(PacketWriter().u32(static_cast<std::uint32_t>(packet.size())).take() + packet);
    return out.size() > 4 ? out.substr(4) : out;
  }
  void greet() { ask(PacketWriter().u8(1).u32(3).take()); }
  std::uint32_t status(const std::string& packet) {
    const std::string answer = ask(packet);
    PacketReader in(answer);
    if (in.u8() != 101) return 999;
    in.u32();
    return in.u32();
  }
  /// Empty: refused.
  std::string open(std::uint8_t type, std::string_view path, std::uint32_t flags) {
    PacketWriter request;
    request.u8(type).u32(7).string(path);
    if (type == 3) request.u32(flags).u32(0);
    const std::string answer = ask(request.take());
    PacketReader in(answer);
    if (in.u8() != 102) return {};
    in.u32();
    return std::string(in.string());
  }
  std::uint32_t put(std::string_view path, std::string_view contents) {
    const std::string handle = open(3, path, 2 | 8 | 16);
    if (handle.empty()) return 999;
    status(PacketWriter().u8(6).u32(8).string(handle).u64(0).string(contents).take());
    return status(PacketWriter().u8(4).u32(9).string(handle).take());
  }

  TestRouter it;
  std::string out;
  std::size_t backlog = 0;
  bool finished = false;
  SftpServer server;
};

constexpr std::uint32_t kRead = 1;

TEST(SftpServerTest, FilesGoInAndComeOut) {
  SftpClient client;
  client.greet();
  EXPECT_EQ(client.put("/hello.txt", "some text"), 0U);
  EXPECT_EQ(client.it.router.files().find("hello.txt")->contents, "some text");
  const std::string handle = client.open(3, "hello.txt", kRead);
  EXPECT_THAT(client.ask(PacketWriter().u8(5).u32(1).string(handle).u64(5).u32(100).take()), HasSubstr("text"));
  EXPECT_EQ(client.status(PacketWriter().u8(5).u32(1).string(handle).u64(9).u32(100).take()), 1U) << "end of file";
  EXPECT_EQ(client.status(PacketWriter().u8(4).u32(1).string(handle).take()), 0U);
}

TEST(SftpServerTest, NamesAreListedRenamedAndRemoved) {
  SftpClient client;
  client.greet();
  client.put("a.txt", "a");
  client.put("flash/b.txt", "b");
  const std::string root = client.open(11, "/", 0);
  const std::string names = client.ask(PacketWriter().u8(12).u32(1).string(root).take());
  EXPECT_THAT(names, HasSubstr("a.txt"));
  EXPECT_THAT(names, HasSubstr("flash"));
  EXPECT_EQ(client.status(PacketWriter().u8(12).u32(1).string(root).take()), 1U);
  EXPECT_EQ(client.status(PacketWriter().u8(18).u32(1).string("a.txt").string("flash/b.txt").take()), 4U) << "exists";
  EXPECT_EQ(client.status(PacketWriter().u8(18).u32(1).string("a.txt").string("c.txt").take()), 0U);
  EXPECT_EQ(client.status(PacketWriter().u8(13).u32(1).string("/c.txt").take()), 0U);
  EXPECT_EQ(client.status(PacketWriter().u8(13).u32(1).string("/c.txt").take()), 2U);
  EXPECT_THAT(client.ask(PacketWriter().u8(16).u32(1).string("./flash/../flash").take()), HasSubstr("/flash"));
}

TEST(SftpServerTest, DirectoriesAreMadeAndRemoved) {
  SftpClient client;
  client.greet();
  const auto make = [&](std::string_view path) { return client.status(PacketWriter().u8(14).u32(1).string(path).u32(0).take()); };
  const auto remove = [&](std::string_view path) { return client.status(PacketWriter().u8(15).u32(1).string(path).take()); };
  EXPECT_EQ(make("/scripts"), 0U);
  EXPECT_EQ(make("/scripts"), 4U) << "exists";
  EXPECT_EQ(client.put("scripts/a.rsc", "x"), 0U);
  EXPECT_TRUE(client.open(3, "scripts", 2 | 8 | 16).empty()) << "it is a directory";
  EXPECT_EQ(remove("/scripts"), 4U) << "something is in it";
  EXPECT_EQ(client.status(PacketWriter().u8(13).u32(1).string("/scripts/a.rsc").take()), 0U);
  EXPECT_EQ(remove("/scripts"), 0U);
  EXPECT_EQ(remove("/scripts"), 2U);
}

TEST(SftpServerTest, AFullDiskIsSaidAtTheEndAsWell) {
  SftpClient client;
  client.greet();
  const std::string handle = client.open(3, "big", 2 | 8 | 16);
  EXPECT_EQ(client.status(PacketWriter().u8(6).u32(8).string(handle).u64(1ULL << 40).string("x").take()), 4U);
  EXPECT_EQ(client.status(PacketWriter().u8(4).u32(9).string(handle).take()), 4U);
  EXPECT_EQ(client.it.router.files().find("big"), nullptr);
}

TEST(SftpServerTest, ThePolicyForFilesIsNeeded) {
  SftpClient client(Policies::parse("read,write,ssh"));
  client.greet();
  EXPECT_TRUE(client.open(3, "a.txt", 2 | 8 | 16).empty());
  EXPECT_EQ(client.status(PacketWriter().u8(13).u32(1).string("a.txt").take()), 3U);
}

TEST(SftpServerTest, UploadedScriptsRunByThemselves) {
  SftpClient client;
  client.greet();
  client.put("setup.auto.rsc", ":put hello\r\n/system identity set name=uploaded\r\n");
  client.it.pass(std::chrono::seconds(1));
  EXPECT_EQ(client.it.router.identity(), "uploaded");
  EXPECT_THAT(client.it.router.files().find("setup.auto.log")->contents, HasSubstr("hello"));
  client.put("bad.auto.rsc", "/nonsense/such\r\n");
  client.it.pass(std::chrono::seconds(1));
  EXPECT_THAT(client.it.router.files().find("bad.auto.log")->contents, HasSubstr("syntax error (line 1 column 10)"));
}

TEST(SftpServerTest, WhoDoesNotReadGetsNoMoreAnswers) {
  SftpClient client;
  client.greet();
  client.backlog = 1 << 20;
  EXPECT_EQ(client.ask(PacketWriter().u8(17).u32(1).string("/").take()), "");
  client.backlog = 0;
  client.server.drained();
  EXPECT_FALSE(client.out.empty());
}

TEST(SftpServerTest, WhatIsNoSftpEndsIt) {
  SftpClient longer;
  longer.server.receive("GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(longer.finished);
  SftpClient early;
  early.ask(PacketWriter().u8(17).u32(1).string("/").take());
  EXPECT_TRUE(early.finished) << "nothing before the greeting";
}

struct ScpClient {
  explicit ScpClient(std::string_view command)
      : server(it.router, admin(), command, {.write = [this](std::string_view bytes) { out += bytes; }, .backlog = [] { return 0; }, .finish = [this](int code) { status = code; }}) {}
  TestRouter it;
  std::string out;
  std::optional<int> status;
  ScpServer server;
};

TEST(ScpServerTest, TakesAFile) {
  ScpClient client("scp -t -- 'my file.txt'");
  client.server.start();
  client.server.receive("C0644 5 other.txt\nhel");
  client.server.receive(std::string_view("lo\0", 3));
  EXPECT_EQ(client.out, std::string(3, '\0'));
  client.server.input_ended();
  EXPECT_EQ(client.status, 0);
  EXPECT_EQ(client.it.router.files().find("my file.txt")->contents, "hello");
}

TEST(ScpServerTest, GivesAFile) {
  ScpClient client("scp -f a.rsc");
  ASSERT_TRUE(client.it.router.files().write("a.rsc", "/ip\r\n", testing::kStart));
  client.server.start();
  client.server.receive(std::string_view("\0\0\0", 3));
  EXPECT_EQ(client.out, std::string("C0644 5 a.rsc\n/ip\r\n") + '\0');
  EXPECT_EQ(client.status, 0);
}

TEST(ScpServerTest, RefusesInWords) {
  ScpClient absent("scp -f nothing");
  absent.server.start();
  EXPECT_EQ(absent.out, "\x01scp: nothing: No such file or directory\n");
  ScpClient huge("scp -t x");
  huge.server.start();
  huge.server.receive("C0644 99999999999 x\n");
  EXPECT_THAT(huge.out, HasSubstr("not enough disk space"));
  ScpClient garbage("scp -t x");
  garbage.server.start();
  garbage.server.receive("hello\n");
  EXPECT_EQ(garbage.status, 1);
}

}  // namespace
}  // namespace openstrat::sim
