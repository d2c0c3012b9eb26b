// Who may, whose turn it is, and what clients may do to a connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/access/test_peer.hpp"
#include "sim/rest/body.hpp"
#include "sim/rest/client_for_tests.hpp"
#include "sim/rest/http.hpp"
#include "sim/rest/service.hpp"

namespace openstrat::sim {
namespace {

using ::testing::HasSubstr;
using testing::RestClient;
using testing::ServedRouter;

ServiceTable web_services() {
  ServiceTable table;
  register_web(table);
  return table;
}

int count_logged(const ServedRouter& it, std::string_view part) {
  int count = 0;
  for (const LogLine& line : it.router.log().lines()) count += line.message.contains(part) ? 1 : 0;
  return count;
}

class RestSessionsTest : public ::testing::Test {
 protected:
  /// A user whose group has these policies.
  void add_user(const std::string& name, const std::string& policies) {
    it.run(fmt::format("/user group add name={0} policy={1}; /user add name={0} group={0} password=secret", name, policies));
  }
  RestClient client_of(const std::string& user, const std::string& password = "secret") {
    return RestClient(it, "www", user, password);
  }

  ServedRouter it{web_services()};
};

TEST_F(RestSessionsTest, WrongPasswordsAreRefusedAndLogged) {
  RestClient client(it);
  client.log_in_as("admin", "wrong");
  const auto reply = client.ask("GET", "/rest/system/identity");
  EXPECT_EQ(reply.text(), R"(401 {"error":401,"message":"Unauthorized"})");
  EXPECT_THAT(reply.head, HasSubstr("WWW-Authenticate: Basic"));
  EXPECT_TRUE(it.logged("system,error,critical login failure for user admin from 127.0.0.1 via rest-api"));
  client.log_in_as("admin", "");
  EXPECT_EQ(client.ask("GET", "/rest/system/identity").status, 200) << "the connection goes on";
}

TEST_F(RestSessionsTest, NoCredentialsAreNoFailure) {
  RestClient client(it);
  client.send_raw("GET /rest/system/identity HTTP/1.1\r\nHost: x\r\n\r\nGET /rest HTTP/1.1\r\nAuthorization: Basic !!!\r\n\r\nGET /rest HTTP/1.1\r\nAuthorization: Bearer x\r\n\r\n");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.read().status, 401);
  EXPECT_FALSE(it.logged("login failure"));
}

TEST(RestLoginTest, OneLoginServesManyRequestsForTenMinutes) {
  ServedRouter it(web_services(), ServedRouter::spec(), 2000);
  const std::string entered = "user admin logged in from 127.0.0.1 via rest-api";
  RestClient client(it);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.ask("GET", "/rest/system/identity").status, 200);
  EXPECT_EQ(RestClient(it).ask("GET", "/rest/system/identity").status, 200);
  EXPECT_EQ(count_logged(it, entered), 1);
  it.pass(std::chrono::minutes(11));
  EXPECT_EQ(count_logged(it, "user admin logged out from 127.0.0.1 via rest-api"), 1);
  EXPECT_EQ(RestClient(it).ask("GET", "/rest/system/identity").status, 200);
  EXPECT_EQ(count_logged(it, entered), 2);
}

TEST_F(RestSessionsTest, PoliciesDecide) {
  add_user("reader", "read,api,rest-api");
  add_user("halfway", "read,rest-api");
  add_user("stranger", "read,api,ssh");
  RestClient reader = client_of("reader");
  EXPECT_EQ(reader.ask("GET", "/rest/system/identity").status, 200);
  EXPECT_EQ(reader.ask("POST", "/rest/system/identity/set", R"({"name":"x"})").text(), "500 " + error_answer(500, "not enough permissions (9)").body);
  EXPECT_EQ(reader.ask("PATCH", "/rest/interface/ether1", R"({"comment":"x"})").text(), "400 " + error_answer(400, "missing or invalid resource identifier").body);
  EXPECT_EQ(reader.ask("PUT", "/rest/ip/pool", R"({"name":"x","ranges":"10.0.0.1"})").status, 500);
  EXPECT_EQ(client_of("halfway").ask("GET", "/rest/system/identity").text(), "500 " + error_answer(500, "std failure: not allowed (9)").body);
  EXPECT_TRUE(it.logged("login failure for user halfway via api"));
  EXPECT_EQ(client_of("stranger").ask("GET", "/rest/system/identity").status, 401);
}

TEST_F(RestSessionsTest, ChangesOfAUserAreFeltAtOnce) {
  add_user("robot", "read,write,api,rest-api");
  RestClient robot = client_of("robot");
  EXPECT_EQ(robot.ask("GET", "/rest/system/identity").status, 200);
  it.run("/user set robot password=other");
  EXPECT_EQ(robot.ask("GET", "/rest/system/identity").status, 401);
  robot.log_in_as("robot", "other");
  EXPECT_EQ(robot.ask("GET", "/rest/system/identity").status, 200);
  it.run("/user set robot address=192.0.2.0/24");
  EXPECT_EQ(robot.ask("GET", "/rest/system/identity").status, 401);
}

TEST_F(RestSessionsTest, WhoRunsItIsKnown) {
  add_user("robot", "read,write,policy,test,ftp,reboot,password,sniff,sensitive,romon,api,rest-api");
  EXPECT_EQ(client_of("robot").ask("PUT", "/rest/system/script", R"({"name":"s","source":""})").value("owner"), "robot");
}

TEST_F(RestSessionsTest, ACommandHasAMinute) {
  RestClient client(it);
  const std::string closed = "400 " + error_answer(400, "Session closed").body;
  EXPECT_EQ(client.ask("POST", "/rest/delay", R"({"delay-time":"30s"})").text(), "200 []");
  EXPECT_EQ(client.ask("POST", "/rest/delay", R"({"delay-time":"2m"})").text(), closed);
  EXPECT_EQ(client.ask("POST", "/rest/interface/ethernet/monitor", R"({"numbers":"ether1"})").text(), closed);
  EXPECT_EQ(it.router.job_count(), 0U);
  EXPECT_EQ(client.ask("GET", "/rest/system/identity").status, 200);
}

TEST_F(RestSessionsTest, RequestsOfOneUserWaitForEachOther) {
  add_user("other", "read,write,api,rest-api");
  RestClient slow(it);
  RestClient waiting(it);
  RestClient other = client_of("other");
  slow.send("POST", "/rest/delay", R"({"delay-time":"2m"})");
  it.pass(std::chrono::seconds(2));
  waiting.send("GET", "/rest/system/identity");
  EXPECT_EQ(other.ask("GET", "/rest/system/identity").status, 200);
  EXPECT_THAT(slow.read().body, HasSubstr("Session closed"));
  const auto reply = waiting.read();
  EXPECT_EQ(reply.status, 200) << reply.body;
}

TEST_F(RestSessionsTest, AClientThatGoesAwayHarmsNobody) {
  { RestClient(it).send("POST", "/rest/delay", R"({"delay-time":"20s"})"); }
  it.pass(std::chrono::seconds(1));
  EXPECT_EQ(RestClient(it).ask("GET", "/rest/system/identity").status, 200);
}

TEST_F(RestSessionsTest, PowerLossEndsEverything) {
  RestClient client(it);
  client.send("POST", "/rest/delay", R"({"delay-time":"20s"})");
  it.pass(std::chrono::seconds(1));
  it.router.power_off();
  EXPECT_TRUE(client.is_closed());
  it.router.power_on();
  it.pass(std::chrono::seconds(40));
  EXPECT_EQ(RestClient(it).ask("GET", "/rest/system/identity").status, 200);
}

TEST_F(RestSessionsTest, ManyRequestsAtOnceAreAnsweredInTheirOrder) {
  RestClient client(it);
  for (int i = 0; i < 300; ++i) client.send("GET", i % 2 == 0 ? "/rest/system/identity" : "/");
  for (int i = 0; i < 300; ++i) {
    const auto reply = client.read();
    ASSERT_EQ(reply.status, 200);
    ASSERT_EQ(reply.body.starts_with("{"), i % 2 == 0) << i;
  }
}

TEST_F(RestSessionsTest, NonsenseIsAnsweredAndHungUp) {
  for (const std::string& bytes : {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 nonsense\r\n\r\n", 30), std::string("GET / HTTP/9.9\r\n\r\n"), std::string("GET /\x01 HTTP/1.1\r\n\r\n")}) {
    RestClient client(it);
    client.send_raw(bytes);
    EXPECT_EQ(client.read().status, 400);
    EXPECT_TRUE(client.is_closed());
  }
  RestClient endless(it);
  endless.send_raw("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'x'));
  EXPECT_EQ(endless.read().status, 431);
}

TEST_F(RestSessionsTest, ExpectIsMet) {
  RestClient client(it);
  client.send_raw("POST /rest/system/identity/set HTTP/1.1\r\nAuthorization: Basic YWRtaW46\r\nContent-Type: application/json\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read().head, "HTTP/1.1 100 Continue\r\n\r\n");
  client.send_raw("{\"name\":\"y\"}");
  EXPECT_EQ(client.read().text(), "200 []");
}

}  // namespace
}  // namespace openstrat::sim
