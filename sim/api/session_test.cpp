// The API through real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/api/challenge.hpp"
#include "sim/api/test_client.hpp"
#include "sim/device/network.hpp"

namespace openstrat::sim {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;
using ::testing::StartsWith;
using api::Words;
using testing::ApiClient;
using testing::Peer;
using testing::ServedRouter;
using std::chrono::seconds;

/// `*1F` of a `!done =ret=*1F`.
std::string ret_of(const std::vector<Words>& replies) {
  for (const std::string& word : replies.back()) {
    if (word.starts_with("=ret=")) return word.substr(5);
  }
  return {};
}

struct Logged {
  explicit Logged(std::string_view version = "7.20.8") : it(testing::api_services(), ServedRouter::spec(version)), client(it, "admin", "") {}
  std::vector<Words> talk(const Words& words) { return client.talk(words); }
  ServedRouter it;
  ApiClient client;
};

TEST(ApiLoginTest, PlainPasswords) {
  ServedRouter it(testing::api_services());
  ApiClient client(it);
  EXPECT_THAT(client.talk({"/login", "=name=admin", "=password=wrong", ".tag=9"}),
              ElementsAre(Words{"!trap", "=message=invalid user name or password (6)", ".tag=9"}, Words{"!done", ".tag=9"}));
  EXPECT_TRUE(it.logged("system,error,critical login failure for user admin from 127.0.0.1 via api"));
  EXPECT_THAT(client.log_in(), ElementsAre(Words{"!done"}));
  EXPECT_TRUE(it.logged("system,info,account user admin logged in from 127.0.0.1 via api"));
  EXPECT_THAT(client.talk({"/quit"}), ElementsAre(Words{"!fatal", "session terminated on request"}));
  EXPECT_TRUE(client.peer().is_closed());
  it.turn();
  EXPECT_TRUE(it.logged("user admin logged out from 127.0.0.1 via api"));
}

TEST(ApiLoginTest, NothingElseBefore) {
  ServedRouter it(testing::api_services());
  ApiClient client(it);
  EXPECT_THAT(client.talk({"/ip/address/print"}), ElementsAre(Words{"!fatal", "not logged in"}));
  EXPECT_TRUE(client.peer().is_closed());
}

TEST(ApiLoginTest, ChallengesAreForOldVersions) {
  ServedRouter old(testing::api_services(), ServedRouter::spec("6.42.12"));
  old.run("/user set admin password=secret");
  ApiClient client(old);
  const std::string challenge = ret_of(client.talk({"/login"}));
  ASSERT_EQ(challenge.size(), 32U);
  EXPECT_THAT(client.talk({"/login", "=name=admin", "=response=" + api::challenge_response("secret", challenge)}), ElementsAre(Words{"!done"}));
  EXPECT_THAT(client.talk({"/system/identity/print"}), Contains(Contains("=name=MikroTik")));
  ApiClient wrong(old);
  const std::string other = ret_of(wrong.talk({"/login"}));
  EXPECT_THAT(wrong.talk({"/login", "=name=admin", "=response=" + api::challenge_response("guess", other)}),
              ElementsAre(Words{"!trap", "=message=cannot log in"}, Words{"!done"}));

  ServedRouter now(testing::api_services());
  ApiClient late(now);
  const std::string unused = ret_of(late.talk({"/login"}));
  EXPECT_EQ(unused.size(), 32U);
  EXPECT_THAT(late.talk({"/login", "=name=admin", "=response=" + api::challenge_response("", unused)}), Contains(Contains("=message=invalid user name or password (6)")));
}

TEST(ApiLoginTest, OverTls) {
  ServedRouter it(testing::api_services());
  ApiClient client(it, "api-ssl");
  client.peer().start_tls("ADH:@SECLEVEL=0");
  ASSERT_TRUE(client.peer().shake_hands());
  EXPECT_THAT(client.log_in(), ElementsAre(Words{"!done"}));
  EXPECT_THAT(client.talk({"/system/identity/print"}), Contains(Contains("=name=MikroTik")));
}

TEST(ApiLoginTest, SomebodyMayEndTheSession) {
  Logged with;
  with.it.run("/user active remove [find]");
  EXPECT_TRUE(with.client.peer().is_closed());
}

TEST(ApiCommandTest, RowsAreAddedChangedFoundAndRemoved) {
  Logged with;
  const std::string id = ret_of(with.talk({"/ip/address/add", "=address=10.9.0.1/24", "=interface=ether2", "=comment=a=b"}));
  EXPECT_THAT(id, StartsWith("*"));
  EXPECT_THAT(with.talk({"/ip/address/print", "?.id=" + id}),
              ElementsAre(IsSupersetOf(Words{"!re", "=.id=" + id, "=address=10.9.0.1/24", "=network=10.9.0.0", "=interface=ether2", "=comment=a=b", "=disabled=false", "=dynamic=false"}), Words{"!done"}));
  EXPECT_THAT(with.talk({"/ip/address/set", "=.id=" + id, "=disabled=true", "=comment="}), ElementsAre(Words{"!done"}));
  EXPECT_THAT(with.talk({"/ip/address/getall", "=.proplist=disabled,comment", "?address=10.9.0.1/24"}), ElementsAre(Words{"!re", "=disabled=true"}, Words{"!done"}));
  EXPECT_EQ(ret_of(with.talk({"/ip/address/get", "=number=" + id, "=value-name=address"})), "10.9.0.1/24");
  EXPECT_EQ(ret_of(with.talk({"/ip/address/print", "=count-only="})), "3") << "with that of the DHCP client";
  EXPECT_THAT(with.talk({"/ip/address/remove", "=.id=" + id}), ElementsAre(Words{"!done"}));
  EXPECT_THAT(with.talk({"/ip/address/remove", "=.id=" + id}), ElementsAre(Words{"!trap", "=category=0", "=message=no such item"}, Words{"!done"}));
  EXPECT_THAT(with.talk({"/interface/set", "=numbers=ether2,ether3", "=comment=both"}), ElementsAre(Words{"!done"}));
  EXPECT_THAT(with.talk({"/interface/print", "=.proplist=name", "?comment=both"}), ElementsAre(Words{"!re", "=name=ether2"}, Words{"!re", "=name=ether3"}, Words{"!done"}));
}

TEST(ApiCommandTest, QueriesWorkOnAStack) {
  Logged with;
  EXPECT_THAT(with.talk({"/interface/print", "=.proplist=name", "?name=ether1", "?type=bridge", "?#|"}), SizeIs(3));
  EXPECT_THAT(with.talk({"/interface/print", "=.proplist=name", "?type=ether", "?name=ether1", "?#!&"}), SizeIs(5));
  EXPECT_THAT(with.talk({"/interface/print", "?type=nothing"}), ElementsAre(Words{"!empty"}, Words{"!done"}));
}

TEST(ApiCommandTest, EmptyIsSaidFrom718On) {
  Logged with("7.16.2");
  EXPECT_THAT(with.talk({"/interface/print", "?type=nothing", ".tag=1"}), ElementsAre(Words{"!done", ".tag=1"}));
}

TEST(ApiCommandTest, UnknownCommandsAndParameters) {
  Logged with;
  EXPECT_THAT(with.talk({"/ip/address/nonsense"}), ElementsAre(Words{"!trap", "=category=0", "=message=no such command"}, Words{"!done"}));
  EXPECT_THAT(with.talk({"/ip/nonsense/print"}),
              ElementsAre(Words{"!trap", "=category=0", "=message=no such command or directory (nonsense)"}, Words{"!trap", "=message=no such command prefix"}, Words{"!done"}));
  EXPECT_THAT(with.talk({"/ip/addr/print"}), Contains(Contains("=message=no such command prefix")));
  EXPECT_THAT(with.talk({"/foreach"}), Contains(Contains("=message=no such command")));
  EXPECT_THAT(with.talk({"ip"}), Contains(Contains("=message=no such command")));
  EXPECT_THAT(with.talk({"/"}), Contains(Contains("=message=no such command")));
  EXPECT_THAT(with.talk({"/ip/address/add", "=colour=red"}), ElementsAre(Words{"!trap", "=message=unknown parameter colour"}, Words{"!done"}));
  EXPECT_THAT(with.talk({"/ip/address/add", "=address=10.0.0.1/24", "=interface=ether99"}),
              ElementsAre(Words{"!trap", "=category=1", "=message=input does not match any value of interface"}, Words{"!done"}));
  Logged old("6.49.17");
  EXPECT_THAT(old.talk({"/ip/address/add", "=colour=red"}), Contains(Words{"!trap", "=message=unknown parameter"}));
  EXPECT_THAT(old.talk({"/execute", "=script=:put 1", "=as-string="}), Contains(Words{"!trap", "=message=unknown parameter"}));
}

TEST(ApiCommandTest, CommandsGoOnSideBySide) {
  Logged with;
  with.client.send({"/delay", "=delay-time=20s", ".tag=slow"});
  with.client.send({"/system/identity/print", ".tag=fast"});
  EXPECT_EQ(with.client.next(), (Words{"!re", "=name=MikroTik", ".tag=fast"}));
  EXPECT_EQ(with.client.next(), (Words{"!done", ".tag=fast"}));
  EXPECT_EQ(with.client.next(), (Words{"!done", ".tag=slow"}));
}

TEST(ApiCommandTest, ManyAtOnceAllGetTheirAnswer) {
  Logged with;
  for (int i = 0; i < 300; ++i) with.client.send({"/system/identity/print", ".tag=" + std::to_string(i)});
  for (int i = 0; i < 300; ++i) {
    EXPECT_THAT(with.client.next(), Contains("!re"));
    EXPECT_EQ(with.client.next(), (Words{"!done", ".tag=" + std::to_string(i)}));
  }
}

TEST(ApiCommandTest, CancelInterrupts) {
  Logged with;
  with.client.send({"/delay", "=delay-time=1d", ".tag=3"});
  with.it.turn();
  with.client.send({"/cancel", "=tag=3", ".tag=4"});
  EXPECT_EQ(with.client.next(), (Words{"!trap", "=category=2", "=message=interrupted", ".tag=3"}));
  EXPECT_EQ(with.client.next(), (Words{"!done", ".tag=3"}));
  EXPECT_EQ(with.client.next(), (Words{"!done", ".tag=4"}));
  for (int i = 0; i < 40; ++i) with.client.send({"/delay", "=delay-time=1d", ".tag=" + std::to_string(i)});
  with.it.turn();
  with.client.send({"/cancel", ".tag=all"});
  int interrupted = 0;
  while (true) {
    const Words words = with.client.next();
    ASSERT_FALSE(words.empty());
    if (words.back() == ".tag=all") break;
    interrupted += words.front() == "!trap" ? 1 : 0;
  }
  EXPECT_EQ(interrupted, 40);
  EXPECT_EQ(ret_of(with.talk({"/system/script/job/print", "=count-only="})), "1");
}

TEST(ApiListenTest, ChangesAreTold) {
  Logged with;
  with.client.send({"/interface/listen", ".tag=l"});
  with.it.run("/interface bridge add name=new");
  EXPECT_THAT(with.client.next(), IsSupersetOf(Words{"!re", "=name=new", "=type=bridge", ".tag=l"}));
  with.it.run("/interface set new comment=hello");
  EXPECT_THAT(with.client.next(), IsSupersetOf(Words{"=name=new", "=comment=hello"}));
  const std::string id = with.it.value("[/interface find name=new]");
  with.it.run("/interface bridge remove new");
  EXPECT_EQ(with.client.next(), (Words{"!re", "=.id=" + id, "=.dead=yes", ".tag=l"}));
  with.client.send({"/cancel", "=tag=l"});
  EXPECT_THAT(with.client.next(), Contains("=message=interrupted"));
  EXPECT_EQ(with.client.next(), (Words{"!done", ".tag=l"}));
  EXPECT_EQ(with.client.next(), Words{"!done"});
  with.it.run("/interface bridge add name=later");
  EXPECT_THAT(with.talk({"/system/identity/print"}), SizeIs(2));
}

TEST(ApiListenTest, FollowTellsWhatIsThereFirst) {
  Logged with;
  with.client.send({"/ip/pool/print", "=follow=", "=.proplist=name", ".tag=f"});
  EXPECT_EQ(with.client.next(), (Words{"!re", "=name=default-dhcp", ".tag=f"}));
  with.client.send({"/log/print", "=follow-only=", "=.proplist=message", "?message=ping from a script", ".tag=o"});
  with.it.turn();
  with.it.run(":log info \"something else\"; :log info \"ping from a script\"; /ip pool add name=two ranges=10.0.0.1");
  std::vector<Words> both{with.client.next(), with.client.next()};
  EXPECT_THAT(both, Contains(Words{"!re", "=message=ping from a script", ".tag=o"}));
  EXPECT_THAT(both, Contains(Words{"!re", "=name=two", ".tag=f"}));
}

TEST(ApiListenTest, IntervalsPrintAgain) {
  Logged with;
  with.client.send({"/system/identity/print", "=interval=1s", ".tag=i"});
  EXPECT_EQ(with.client.next(), (Words{"!re", "=name=MikroTik", "=.section=0", ".tag=i"}));
  EXPECT_EQ(with.client.next(), (Words{"!re", "=name=MikroTik", "=.section=1", ".tag=i"}));
  with.client.send({"/cancel"});
}

TEST(ApiActionTest, ScriptsRun) {
  Logged with;
  EXPECT_EQ(ret_of(with.talk({"/execute", "=script=:put 1\r\n:put [/system identity get name]", "=as-string="})), "1\r\nMikroTik\r\n");
  EXPECT_THAT(ret_of(with.talk({"/execute", "=script=:global ran yes"})), StartsWith("*"));
  with.it.turn();
  EXPECT_EQ(with.it.value("$ran"), "");
  EXPECT_THAT(with.talk({"/system/script/environment/print", "?name=ran"}), Contains(Contains("=value=true")));
  EXPECT_THAT(ret_of(with.talk({"/execute", "=script=/ip addres nonsense", "=as-string="})), HasSubstr("(line 1 column"));
  with.talk({"/file/add", "=name=a.rsc", "=contents=/system identity set name=imported"});
  EXPECT_THAT(with.talk({"/import", "=file-name=a.rsc"}), ElementsAre(Words{"!done"}));
  EXPECT_THAT(with.talk({"/system/identity/print"}), Contains(Contains("=name=imported")));
  with.talk({"/log/warning", "=message=by hand"});
  EXPECT_TRUE(with.it.logged("by hand"));
}

TEST(ApiActionTest, PingSaysEachPacket) {
  Logged with;
  const auto replies = with.talk({"/ping", "=address=10.0.0.1", "=count=3"});
  ASSERT_THAT(replies, SizeIs(4));
  EXPECT_THAT(replies[0], IsSupersetOf(Words{"!re", "=seq=0", "=host=10.0.0.1", "=sent=1", "=received=1", "=packet-loss=0"}));
  EXPECT_THAT(replies[2], IsSupersetOf(Words{"=seq=2", "=sent=3"}));
  with.it.router.set_link(false);
  EXPECT_THAT(with.talk({"/ping", "=address=10.0.0.1", "=count=1"}), ::testing::AnyOf(Contains(Contains("=status=no route to host")), SizeIs(1)));
}

TEST(ApiActionTest, TheTreeDescribesItself) {
  Logged with;
  const auto menu = with.talk({"/console/inspect", "=request=child", "=path=ip,address"});
  EXPECT_THAT(menu, Contains(Words{"!re", "=name=address", "=node-type=path", "=type=self"}));
  EXPECT_THAT(menu, Contains(Words{"!re", "=name=add", "=node-type=cmd", "=type=child"}));
  EXPECT_THAT(with.talk({"/console/inspect", "=request=child", "=path=ip,address,add"}), Contains(Words{"!re", "=name=interface", "=node-type=arg", "=type=child"}));
  EXPECT_THAT(with.talk({"/console/inspect", "=request=child", "=path="}), Contains(Words{"!re", "=name=ip", "=node-type=dir", "=type=child"}));
  EXPECT_THAT(with.talk({"/console/inspect", "=request=child", "=path=nonsense"}), ElementsAre(Words{"!done"}));
}

TEST(ApiActionTest, RebootsEndTheConnection) {
  Logged with;
  EXPECT_THAT(with.talk({"/system/reboot"}), ElementsAre(Words{"!done"}));
  EXPECT_TRUE(with.client.peer().is_closed());
  EXPECT_EQ(with.it.router.power(), Power::booting);
}

TEST(ApiPolicyTest, WhatThePersonMayNotIsRefused) {
  ServedRouter it(testing::api_services());
  it.run("/user add name=eye group=read password=x");
  ApiClient client(it, "eye", "x");
  EXPECT_THAT(client.talk({"/ip/address/print"}), SizeIs(3));
  EXPECT_THAT(client.talk({"/ip/address/add", "=address=10.0.0.1/24", "=interface=ether2"}), ElementsAre(Words{"!trap", "=message=not enough permissions (9)"}, Words{"!done"}));
  EXPECT_THAT(client.talk({"/execute", "=script=/system identity set name=x", "=as-string="}), Contains(Contains(HasSubstr("not enough permissions (9)"))));
  EXPECT_THAT(client.talk({"/user/print"}), ::testing::Not(Contains(Contains(HasSubstr("=password=")))));
}

TEST(ApiAbuseTest, HugeWordsAndGarbageEndTheConnection) {
  ServedRouter it(testing::api_services());
  Peer stranger(it, "api");
  stranger.send("\xE0\x7F\xFF\xFF");
  EXPECT_THAT(stranger.read(100), HasSubstr("not logged in"));
  Peer garbage(it, "api");
  garbage.send(std::string(5000, '\xFF'));
  EXPECT_TRUE(garbage.is_closed());
  Peer web(it, "api");
  web.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(200, '\0'));
  EXPECT_TRUE(web.is_closed());
  ApiClient user(it, "admin", "");
  user.peer().send("\xF0\x7F\xFF\xFF\xFF");
  EXPECT_TRUE(user.peer().is_closed());
}

TEST(ApiAbuseTest, WhoDoesNotLogInIsSentAway) {
  ServedRouter it(testing::api_services(), ServedRouter::spec(), 100'000);
  Peer silent(it, "api");
  it.pass(std::chrono::seconds(1));
  EXPECT_FALSE(it.router.log().lines().empty() && silent.is_closed());
}

TEST(ApiAbuseTest, AHundredConnections) {
  ServedRouter it(testing::api_services());
  it.run("/ip service set api max-sessions=100");
  std::vector<std::unique_ptr<ApiClient>> clients;
  for (int i = 0; i < 100; ++i) clients.push_back(std::make_unique<ApiClient>(it, "admin", ""));
  for (const auto& client : clients) EXPECT_THAT(client->talk({"/system/identity/print"}), SizeIs(2));
  EXPECT_EQ(it.value("[/user active print count-only]"), "100");
  EXPECT_TRUE(Peer(it, "api").is_closed());
  clients.clear();
  it.turn();
  EXPECT_EQ(it.value("[/user active print count-only]"), "0");
}

TEST(ApiAbuseTest, SlowReadersHoldNobodyUp) {
  ServedRouter it(testing::api_services());
  it.run(":for i from=1 to=3000 do={/ip firewall address-list add list=long address=(10.0.0.0 + $i) comment=\"some words that make the row longer\"}");
  ApiClient slow(it, "admin", "");
  for (int i = 0; i < 40; ++i) slow.send({"/ip/firewall/address-list/print"});
  it.turn();
  ApiClient other(it, "admin", "");
  EXPECT_THAT(other.talk({"/system/identity/print"}), SizeIs(2));
  std::size_t rows = 0;  // the commands have no tags: their rows come mixed
  for (int i = 0; i < 40; ++i) rows += slow.until_done().size() - 1;
  EXPECT_EQ(rows, 40U * 3000U);
}

TEST(ApiMonitorTest, GoesOnUntilItIsCancelledOrOnce) {
  Logged it;
  const auto once = it.talk({"/interface/ethernet/monitor", "=numbers=ether1,ether2", "=once="});
  ASSERT_THAT(once, SizeIs(3));
  EXPECT_THAT(once.front(), IsSupersetOf({"!re", "=name=ether1", "=status=link-ok", "=rate=1Gbps", "=full-duplex=true"}));
  it.client.send({"/tool/torch", "=interface=ether1", "=port=any", ".tag=t"});
  const Words row = it.client.next();
  EXPECT_THAT(row, IsSupersetOf({"!re", "=.section=0", "=ip-protocol=tcp", ".tag=t"}));
  it.client.send({"/cancel", "=tag=t"});
  Words last;
  for (int i = 0; i < 100 && last != Words{"!done", ".tag=t"}; ++i) last = it.client.next();
  EXPECT_EQ(last, (Words{"!done", ".tag=t"}));
}

TEST(ApiMonitorTest, ListenersHearOfOneLine) {
  Logged it;
  it.client.send({"/interface/listen", ".tag=l"});
  it.it.turn();
  it.it.router.network().set_line("ether2", [](Line& line) { line.up = false; });
  EXPECT_THAT(it.client.next(), IsSupersetOf({"!re", "=name=ether2", "=running=false", ".tag=l"}));
}

}  // namespace
}  // namespace openstrat::sim
