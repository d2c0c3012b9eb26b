// Which log entries go where, and the exact lines that leave a router.
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim/device/log_format.hpp"
#include "sim/device/test_router.hpp"

namespace openstrat::sim {
namespace {

using testing::TestRouter;

const LogOrigin kOrigin{"MikroTik", "hEX", "7.20.8 (stable)", "192.168.88.1"};
/// 2026-10-02 17:36:35.250
const Timestamp kTime = Timestamp(std::chrono::milliseconds(1'790'962'595'250));
const LogEntry kFailure{kTime, "system,error,critical", "login failure for user guest from 192.168.88.17 via ssh"};

RemoteStyle style(RemoteFormat format) {
  RemoteStyle style;
  style.format = format;
  return style;
}

TEST(LogFormat, PlainIsTopicsAndMessage) {
  EXPECT_EQ(remote_line(style(RemoteFormat::plain), kOrigin, kFailure), "system,error,critical login failure for user guest from 192.168.88.17 via ssh");
}

TEST(LogFormat, SyslogHasPriorityTimeAndIdentity) {
  RemoteStyle bsd = style(RemoteFormat::syslog);
  EXPECT_EQ(remote_line(bsd, kOrigin, kFailure), "<27>Oct  2 17:36:35 MikroTik system,error,critical login failure for user guest from 192.168.88.17 via ssh");
  EXPECT_EQ(remote_line(bsd, kOrigin, {kTime, "dhcp,info", "x"}), "<30>Oct  2 17:36:35 MikroTik dhcp,info x");
  EXPECT_EQ(remote_line(bsd, kOrigin, {kTime, "system,critical", "x"}).substr(0, 4), "<26>");
  EXPECT_EQ(remote_line(bsd, kOrigin, {kTime, "ssh,debug,packet", "x"}).substr(0, 4), "<31>");
  bsd.facility = facility_number("local3");
  bsd.severity = severity_number("alert");
  bsd.iso_time = true;
  bsd.utc_offset = std::chrono::minutes(-210);
  bsd.topics_in_syslog = false;
  EXPECT_EQ(remote_line(bsd, kOrigin, {kTime, "script,warning", "x"}), "<153>2026-10-02T17:36:35.250-0330 MikroTik x");
}

TEST(LogFormat, CefHasFieldsOfLogins) {
  EXPECT_EQ(remote_line(style(RemoteFormat::cef), kOrigin, kFailure),
            "Oct  2 17:36:35 MikroTik CEF:0|MikroTik|hEX|7.20.8 (stable)|10|system,error,critical|High|dvchost=MikroTik dvc=192.168.88.1 "
            "msg=login failure for user guest from 192.168.88.17 via ssh app=ssh duser=guest outcome=failure src=192.168.88.17\r\n");
  EXPECT_EQ(remote_line(style(RemoteFormat::cef), kOrigin, {kTime, "dhcp,info", "Router = a\\b\nc"}),
            "Oct  2 17:36:35 MikroTik CEF:0|MikroTik|hEX|7.20.8 (stable)|16|dhcp,info|Low|dvchost=MikroTik dvc=192.168.88.1 msg=Router \\= a\\\\b\\nc\r\n");
}

TEST(LogFormat, FilesHaveADateOfTheirOwn) { EXPECT_EQ(file_line({kTime, "script,info", "hello"}), "Oct/02/2026 17:36:35 script,info hello\n"); }

TEST(Logbook, RulesChooseByTopicsPrefixAndRegex) {
  TestRouter it;
  it.run("/system logging add topics=script,!warning action=memory prefix=s1; /system logging set [find where topics=info] disabled=yes");
  it.run(":log info one; :log warning two");
  EXPECT_TRUE(it.logged("script,info s1: one"));
  EXPECT_TRUE(it.logged("script,warning two"));
  it.run("/system logging add topics=debug regex=\"^keep\" action=memory; :log debug \"keep this\"; :log debug \"not this\"");
  EXPECT_TRUE(it.logged("keep this"));
  // The rule for `script` takes it as well: one action keeps an entry once.
  int copies = 0;
  for (const LogLine& line : it.router.log().lines()) copies += line.message.contains("keep this") ? 1 : 0;
  EXPECT_EQ(copies, 1);
}

TEST(Logbook, BuffersAreCountedByThemselves) {
  TestRouter it;
  it.run("/system logging action add name=small target=memory memory-lines=2; /system logging add topics=script action=small");
  it.run(":for i from=1 to=5 do={ :log info \"line $i\" }");
  EXPECT_EQ(it.value("[:len [/log find where buffer=small]]"), "2");
  EXPECT_EQ(it.value("[/log get [:pick [/log find where buffer=small] 0] message]"), "line 4");
  EXPECT_GE(std::stoi(it.value("[:len [/log find where buffer=memory]]")), 5);
  it.run("/system logging action set small memory-stop-on-full=yes; :log info late");
  EXPECT_EQ(it.value("[:len [/log find where buffer=small and message=late]]"), "0");
  it.run("/system logging action clear small");
  EXPECT_EQ(it.value("[:len [/log find where buffer=small]]"), "0");
  EXPECT_TRUE(it.run("/system logging action clear disk").error.value_or("").starts_with("failure: cleanup not supported on this target"));
}

TEST(Logbook, FilesTurnOver) {
  TestRouter it;
  it.run("/system logging action set disk disk-lines-per-file=2 disk-file-count=2; /system logging add topics=script action=disk");
  it.run(":for i from=1 to=5 do={ :log info \"line $i\" }");
  EXPECT_EQ(it.value("[/file get log.0.txt contents]"), "Nov/21/2026 16:20:00 script,info line 5\n");
  EXPECT_EQ(it.value("[/file get log.1.txt contents]"), "Nov/21/2026 16:20:00 script,info line 3\nNov/21/2026 16:20:00 script,info line 4\n");
  EXPECT_EQ(it.value("[:len [/file find name~\"^log\"]]"), "2");
}

/// Listens on loopback, by datagram or stream.
class Receiver {
 public:
  explicit Receiver(int type) : type_(type), fd_(socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address), size) == 0) getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~Receiver() {
    close(fd_);
    if (peer_ >= 0) close(peer_);
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  void start() { listen(fd_, 4); }
  std::string port() const { return std::to_string(port_); }
  /// What came so far, datagrams with a `|` behind each.
  std::string received() {
    if (type_ == SOCK_STREAM && peer_ < 0) peer_ = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    char bytes[4096];
    for (;;) {
      const ssize_t size = recv(type_ == SOCK_STREAM ? peer_ : fd_, bytes, sizeof bytes, 0);
      if (size <= 0) return text_;
      text_.append(bytes, static_cast<std::size_t>(size));
      if (type_ == SOCK_DGRAM) text_ += '|';
    }
  }

 private:
  int type_;
  int fd_;
  int peer_ = -1;
  std::uint16_t port_ = 0;
  std::string text_;
};

TEST(RemoteLog, FormatsAreNamedAsTheVersionNamesThem) {
  Receiver receiver(SOCK_DGRAM);
  TestRouter before("7.16.2");
  before.run("/system logging action set remote remote=127.0.0.1 remote-port=" + receiver.port() + " bsd-syslog=yes; /system logging add topics=script action=remote prefix=p");
  before.run(":log warning old");
  EXPECT_EQ(receiver.received(), "<28>Nov 21 16:20:00 MikroTik script,warning p: old|");
  TestRouter now("7.20.8");
  now.run("/system logging action set remote remote=127.0.0.1 remote-port=" + receiver.port() + " remote-log-format=cef; /system logging add topics=script action=remote");
  now.run(":log error new");
  EXPECT_TRUE(receiver.received().ends_with("|10|script,error|High|dvchost=MikroTik dvc=192.168.88.1 msg=new\r\n|")) << receiver.received();
  TestRouter latest("7.24");
  latest.run("/system logging action set remote remote=127.0.0.1 remote-port=" + receiver.port() + " remote-log-format=syslog; /system logging add topics=script action=remote");
  latest.run(":log error newest; /system logging action set remote add-topics-string=yes; :log error newest");
  EXPECT_TRUE(receiver.received().ends_with("<27>Nov 21 16:20:00 MikroTik newest|<27>Nov 21 16:20:00 MikroTik script,error newest|")) << receiver.received();
}

TEST(RemoteLog, NothingLeavesWithoutALink) {
  Receiver receiver(SOCK_DGRAM);
  TestRouter it;
  it.run("/system logging action set remote remote=127.0.0.1 remote-port=" + receiver.port() + "; /system logging add topics=info action=remote");
  it.router.set_link(false);
  it.run(":log info lost");
  it.router.set_link(true);
  EXPECT_EQ(receiver.received(), "interface,info ether1 link up (speed 1G, full duplex)|");
}

TEST(RemoteLog, APowerCutIsToldAfterwards) {
  Receiver receiver(SOCK_DGRAM);
  TestRouter it;
  it.run("/system logging action set remote remote=127.0.0.1 remote-port=" + receiver.port() + "; /system logging add topics=critical action=remote");
  it.router.power_off();
  EXPECT_EQ(receiver.received(), "");
  it.router.power_on();
  it.pass(std::chrono::minutes(1));
  EXPECT_EQ(receiver.received(), "system,error,critical router was rebooted without proper shutdown, probably power outage|");
}

TEST(RemoteLog, StreamsKeepWhatCannotBeSentYet) {
  Receiver receiver(SOCK_STREAM);  // nobody listens on the port yet
  Services services({.mode = TimeMode::real, .speed = 100, .start = testing::kStart});
  Router router(services, testing::spec_of("7.20.8"));
  router.power_on();
  const auto run = [&](std::string source) {
    bool done = false;
    JobRequest request;
    request.source = std::move(source);
    request.done = [&](const JobOutcome&) { done = true; };
    router.run(std::move(request));
    services.loop.run_until([&] { return done; }, std::chrono::minutes(10));
  };
  run("/system logging action set remote remote=127.0.0.1 remote-protocol=tcp remote-port=" + receiver.port() + "; /system logging add topics=script action=remote");
  run(":log info one; :log info two");
  receiver.start();
  services.loop.run_until([&] { return receiver.received().contains("two"); }, std::chrono::minutes(10));
  EXPECT_EQ(receiver.received(), "script,info onescript,info two");  // no delimiter: so it is on the wire
  run(":for i from=1 to=3000 do={ :log info \"many $i\" }");
  services.loop.run_until([&] { return receiver.received().contains("many 3000"); }, std::chrono::minutes(10));
  EXPECT_TRUE(receiver.received().contains("many 1script"));
}

}  // namespace
}  // namespace openstrat::sim
