// REST through real sockets, on the versions that differ.
#include "sim/rest/rest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "sim/access/test_peer.hpp"
#include "sim/rest/client_for_tests.hpp"
#include "sim/rest/service.hpp"

namespace openstrat::sim {
namespace {

using ::testing::HasSubstr;
using testing::RestClient;
using testing::ServedRouter;

constexpr std::string_view kNotFound = R"({"error":404,"message":"Not Found"})";

std::string detail(std::string_view text, int status = 400) { return error_answer(status, text).body; }

class RestTest : public ::testing::Test {
 protected:
  RestTest() : it(web_services(), ServedRouter::spec("7.20.8")), client(it) {}

  static ServiceTable web_services() {
    ServiceTable table;
    register_web(table);
    return table;
  }
  /// Status and body, as one text.
  std::string ask(std::string_view method, std::string_view path, std::string_view body = {}) { return client.ask(method, path, body).text(); }

  ServedRouter it;
  RestClient client;
};

std::string served(std::string_view version, std::string_view path) {
  ServiceTable table;
  register_web(table);
  ServedRouter it(std::move(table), ServedRouter::spec(version));
  return RestClient(it).ask("GET", path).text();
}

TEST(WebTest, EveryVersionHasALoginPage) {
  for (const std::string_view version : {"6.49.17", "7.9.2", "7.20.8"}) EXPECT_THAT(served(version, "/"), HasSubstr(std::string("RouterOS v") + std::string(version)));
  EXPECT_THAT(served("6.49.17", "/favicon.ico"), HasSubstr("404"));
}

TEST(WebTest, RestIsOfferedOnceTheVersionHasIt) {
  EXPECT_THAT(served("6.49.17", "/rest/system/identity"), testing::starts("404 <html>"));
  EXPECT_THAT(served("7.8.0", "/rest/system/identity"), testing::starts("404 <html>"));
  EXPECT_EQ(served("7.9.2", "/rest/system/identity"), R"(200 {"name":"MikroTik"})");
}

TEST(WebTest, HttpsHasRestSinceItsBeginning) {
  ServiceTable table;
  register_web(table);
  ServedRouter it(std::move(table), ServedRouter::spec("7.1.5"));
  it.run("/certificate add name=web common-name=router.example; /ip service set www-ssl certificate=web disabled=no");
  RestClient client(it, "www-ssl");
  EXPECT_EQ(client.ask("GET", "/rest/system/identity").text(), R"(200 {"name":"MikroTik"})");
  const auto made = client.ask("PUT", "/rest/ip/firewall/address-list", R"({"list":"a","address":"192.0.2.1"})");
  EXPECT_THAT(made.head, HasSubstr("Location: https://router.example/rest/ip/firewall/address-list/*"));
}

TEST_F(RestTest, RowsAreMadeChangedAndRemoved) {
  const auto made = client.ask("PUT", "/rest/ip/firewall/address-list", R"({"list":"blocked","address":"192.0.2.7/32","comment":"x","disabled":true})");
  EXPECT_EQ(made.status, 201);
  EXPECT_THAT(made.body, HasSubstr(R"("address":"192.0.2.7","comment":"x")"));
  EXPECT_THAT(made.body, HasSubstr(R"("disabled":"true")"));
  const std::string id = made.value(".id");
  ASSERT_FALSE(id.empty());
  const std::string path = "/rest/ip/firewall/address-list/" + id;
  EXPECT_THAT(made.head, HasSubstr("Location: http://router.example" + path));
  EXPECT_EQ(client.ask("GET", path).body, made.body);
  EXPECT_THAT(ask("PATCH", path, R"({"comment":null,"disabled":"no","list":"other"})"), HasSubstr(R"("list":"other")"));
  EXPECT_THAT(client.ask("GET", path).body, ::testing::Not(HasSubstr("comment")));
  EXPECT_EQ(ask("DELETE", path), "204 ");
  EXPECT_EQ(ask("DELETE", path), "404 " + std::string(kNotFound));
  EXPECT_EQ(ask("GET", path), "404 " + std::string(kNotFound));
  EXPECT_EQ(ask("PATCH", path, R"({"list":"z"})"), "404 " + std::string(kNotFound));
}

TEST_F(RestTest, NamesAreAsGoodAsIds) {
  EXPECT_EQ(client.ask("GET", "/rest/interface/ether1?.proplist=name,type").body, R"({"name":"ether1","type":"ether"})");
  EXPECT_EQ(ask("GET", "/rest/interface/nothing"), "400 " + detail("no such command or directory (nothing)"));
  EXPECT_EQ(ask("PUT", "/rest/system/script", R"({"name":"a script/1","source":":put 1"})").substr(0, 3), "201");
  EXPECT_THAT(ask("PATCH", "/rest/system/script/a%20script%2F1", R"({"name":"b","source":":put 2"})"), HasSubstr(R"("name":"b")"));
  EXPECT_EQ(ask("DELETE", "/rest/system/script/b"), "204 ");
  EXPECT_EQ(ask("DELETE", "/rest/system/script/b"), "400 " + detail("missing or invalid resource identifier"));
}

TEST_F(RestTest, AnEncodedAsteriskIsNone) {
  EXPECT_EQ(ask("GET", "/rest/ip/address/%2A1"), "400 " + detail("no such command prefix"));
  EXPECT_EQ(ask("DELETE", "/rest/ip/address/%2A1"), "400 " + detail("missing or invalid resource identifier"));
  EXPECT_EQ(ask("GET", "/rest/ip/firewall/filter/accept"), "400 " + detail("no such command prefix")) << "no names in this menu";
}

TEST_F(RestTest, AMenuWithoutRowsIsOneObject) {
  EXPECT_EQ(ask("GET", "/rest/system/identity"), R"(200 {"name":"MikroTik"})");
  EXPECT_EQ(ask("GET", "/rest/system/resource?.proplist=board-name,version"), R"x(200 {"board-name":"hEX","version":"7.20.8 (stable)"})x");
  EXPECT_EQ(ask("POST", "/rest/system/identity/set", R"({"name":"branch"})"), "200 []");
  EXPECT_EQ(ask("POST", "/rest/system/identity/print"), R"(200 [{"name":"branch"}])");
  EXPECT_EQ(ask("PATCH", "/rest/system/identity", R"({"name":"x"})"), "400 " + detail("missing or invalid resource identifier"));
}

TEST_F(RestTest, FiltersChooseRowsAndPropertiesAlwaysHaveTheId) {
  EXPECT_EQ(ask("GET", "/rest/interface?name=ether2&.proplist=name"), R"(200 [{".id":"*2","name":"ether2"}])");
  EXPECT_EQ(ask("GET", "/rest/interface?.id=*2&.proplist=name"), R"(200 [{".id":"*2","name":"ether2"}])");
  EXPECT_EQ(ask("GET", "/rest/interface?type=ether&disabled=yes"), "200 []");
  EXPECT_EQ(ask("GET", "/rest/interface?name=ether%32&disabled=false&.proplist=type"), R"(200 [{".id":"*2","type":"ether"}])");
}

TEST_F(RestTest, PrintTakesAQueryAndAListOfProperties) {
  EXPECT_EQ(ask("POST", "/rest/interface/print", R"({".proplist":["name"],".query":["name=ether1","name=ether3","#|"]})"), R"(200 [{"name":"ether1"},{"name":"ether3"}])");
  EXPECT_EQ(ask("POST", "/rest/interface/print", R"({".proplist":"name",".query":["type=ether","#!","name=bridge"]})"), R"(200 [{"name":"bridge"}])");
  EXPECT_EQ(ask("POST", "/rest/interface/print", R"({"count-only":"",".query":["type=ether"]})"), R"(200 {"ret":"5"})");
  EXPECT_EQ(ask("POST", "/rest/ip/pool/print", R"({".query":["name=nothing"]})"), "200 []");
}

TEST_F(RestTest, CommandsTakeTheirUnnamedArgumentAsIdOrNumbers) {
  for (const std::string_view name : {"a", "b", "c"}) ask("PUT", "/rest/ip/firewall/address-list", fmt::format("{{\"list\":\"{}\",\"address\":\"192.0.2.1\"}}", name));
  const auto lists = [&] { return ask("POST", "/rest/ip/firewall/address-list/print", R"({".proplist":"list,disabled"})"); };
  EXPECT_EQ(ask("POST", "/rest/ip/firewall/address-list/disable", R"({".id":"*1,*2"})"), "200 []");
  EXPECT_EQ(lists(), R"(200 [{"disabled":"true","list":"a"},{"disabled":"true","list":"b"},{"disabled":"false","list":"c"}])");
  EXPECT_EQ(ask("POST", "/rest/ip/firewall/address-list/remove", R"x({"numbers":"0"})x"), "200 []") << "a number is a position";
  EXPECT_EQ(ask("POST", "/rest/ip/firewall/address-list/remove", R"({".id":"*99"})"), "404 " + std::string(kNotFound));
  EXPECT_EQ(ask("POST", "/rest/ip/firewall/address-list/remove", "{}"), "400 " + detail("missing =.id="));
  EXPECT_EQ(ask("POST", "/rest/ip/firewall/address-list/add", R"({"list":"d","address":"192.0.2.9"})"), R"(200 {"ret":"*4"})");
}

TEST_F(RestTest, ErrorsAreTheRoutersOwn) {
  EXPECT_EQ(ask("PUT", "/rest/ip/address", R"({"address":"10.9.0.1/24"})"), "400 " + detail("missing =interface="));
  EXPECT_EQ(ask("PUT", "/rest/ip/address", R"({"address":"10.9.0.1/24","interface":"ether9"})"), "400 " + detail("input does not match any value of interface"));
  EXPECT_EQ(ask("PUT", "/rest/ip/address", R"({"adress":"10.9.0.1/24","interface":"ether1"})"), "400 " + detail("unknown parameter adress"));
  EXPECT_EQ(ask("GET", "/rest/ip/nothing"), "400 " + detail("no such command or directory (nothing)"));
  EXPECT_EQ(ask("GET", "/rest/ip"), "400 " + detail("no such command"));
  EXPECT_EQ(ask("GET", "/rest"), "400 " + detail("no such command"));
  EXPECT_EQ(ask("GET", "/rest/ip/address/print"), "400 " + detail("no such command"));
  EXPECT_EQ(ask("POST", "/rest/ip/address"), "400 " + detail("no such command"));
  EXPECT_EQ(ask("POST", "/rest/interface/remove", R"({".id":"ether1"})"), "400 " + detail("no such command or directory (remove)"));
  EXPECT_EQ(ask("DELETE", "/rest/interface/ether1"), "406 " + detail("no such command or directory (remove)", 406));
  EXPECT_EQ(ask("POST", "/rest/put", R"({"message":"x"})"), "400 " + detail("no such command or directory (put)")) << "scripting commands are not there";
  EXPECT_EQ(ask("PUT", "/rest/ip/pool", "{nonsense"), "400 " + detail("Failed to parse json"));
  EXPECT_EQ(client.ask("HEAD", "/rest/ip/pool").status, 501);
  EXPECT_EQ(client.ask("OPTIONS", "/rest/ip/pool").status, 503);
  EXPECT_EQ(client.ask("BREW", "/rest/ip/pool").status, 501);
}

TEST_F(RestTest, TheLogIsAMenuToo) {
  ask("POST", "/rest/log/info", R"({"message":"seen"})");
  EXPECT_THAT(ask("GET", "/rest/log?message=seen&.proplist=topics,message"), HasSubstr(R"("message":"seen","topics":"script,info")"));
}

TEST_F(RestTest, GetGivesOneText) {
  EXPECT_EQ(ask("POST", "/rest/system/identity/get", R"({"value-name":"name"})"), R"(200 {"ret":"MikroTik"})");
  EXPECT_EQ(ask("POST", "/rest/system/identity/get"), R"(200 {"ret":"name=MikroTik"})");
  EXPECT_THAT(ask("POST", "/rest/interface/get", R"({".id":"ether1"})"), testing::starts(R"(200 {"ret":".id=*1;)"));
}

TEST(WebTest, RestMayBeTurnedOff) {
  ServiceTable table;
  register_web(table);
  ServedRouter it(std::move(table), ServedRouter::spec("7.22.1"));
  it.run("/ip service webserver set rest-plain=no");
  EXPECT_EQ(RestClient(it).ask("GET", "/rest/system/identity").status, 403);
  EXPECT_EQ(RestClient(it).ask("GET", "/").status, 200);
  it.run("/ip service webserver set rest-plain=yes");
  EXPECT_EQ(RestClient(it).ask("GET", "/rest/system/identity").status, 200);
}

TEST_F(RestTest, ExecuteRunsScripts) {
  EXPECT_EQ(ask("POST", "/rest/execute", R"({"script":":put 1","as-string":""})"), "200 {\"ret\":\"1\\r\\n\"}");
  EXPECT_THAT(ask("POST", "/rest/execute", R"({"script":"/ip pool add name=nothing","as-string":""})"), testing::starts("200 {\"ret\":\"missing value(s)"));
  EXPECT_THAT(ask("POST", "/rest/execute", R"({"script":"/log info fromrest"})"), testing::starts("200 {\"ret\":\"*"));
  it.pass(std::chrono::seconds(1));
  EXPECT_TRUE(it.logged("fromrest"));
  EXPECT_EQ(ask("POST", "/rest/execute", "{}"), "400 " + detail("missing =script="));
  EXPECT_EQ(ask("POST", "/rest/log/warning", R"({"message":"careful"})"), "200 []");
  EXPECT_TRUE(it.logged("script,warning careful"));
}

TEST_F(RestTest, ScriptsAndImportsRun) {
  ask("PUT", "/rest/system/script", R"({"name":"s","source":"/system identity set name=by-script"})");
  EXPECT_EQ(ask("POST", "/rest/system/script/run", R"({".id":"s"})"), "200 []");
  EXPECT_EQ(it.value("[/system identity get name]"), "by-script");
  EXPECT_EQ(client.ask("PUT", "/rest/file", R"({"name":"x.rsc","contents":"/system identity set name=by-import"})").status, 201);
  EXPECT_EQ(ask("POST", "/rest/import", R"({"file-name":"x.rsc"})"), "200 []");
  EXPECT_EQ(it.value("[/system identity get name]"), "by-import");
  EXPECT_EQ(ask("POST", "/rest/export", R"({"file":"all"})"), "200 []");
  it.pass(std::chrono::seconds(2));  // an export is on the disk a moment later
  EXPECT_THAT(ask("POST", "/rest/file/read", R"({"file":"all.rsc","offset":"0","chunk-size":"32768"})"), HasSubstr("name=by-import"));
}

TEST_F(RestTest, NestedSettingsHaveDotsInTheirNames) {
  it.run("/routing bgp instance add name=i as=65000");
  const auto made = client.ask("PUT", "/rest/routing/bgp/connection", R"({"name":"peer","instance":"i","local.role":"ebgp","remote.address":"192.0.2.1","as":65000})");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.value("local.role"), "ebgp");
}

TEST_F(RestTest, BodiesNeedTheirTypeAndALimitedSize) {
  EXPECT_EQ(client.ask("PUT", "/rest/ip/pool", "{}", "Content-Type: text/plain\r\n").text(), "415 " + error_answer(415).body);
  EXPECT_EQ(client.ask("PUT", "/rest/ip/pool", "", "").status, 400) << "without a body there is nothing to be said of its type";
  EXPECT_EQ(ask("POST", "/rest/file/add", fmt::format("{{\"name\":\"x\",\"contents\":\"{}\"}}", std::string(70'000, 'x'))), "413 " + error_answer(413).body);
  EXPECT_TRUE(client.is_closed());
}

}  // namespace
}  // namespace openstrat::sim
