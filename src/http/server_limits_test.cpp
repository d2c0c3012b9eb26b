// Deadlines, connection limits and stopping. Deadlines are shortened by options; tests wait for the server to act.
#include <gmock/gmock.h>

#include <latch>
#include <thread>

#include "http/server.hpp"
#include "http/server_test_support.hpp"

namespace openstrat::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::Client;
using testing::Reply;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: test\r\n\r\n";

class ServerLimitsTest : public ::testing::Test {
 protected:
  void start(RequestHandler handler = [](Request, Responder respond) { respond(Response{.body = "ok"}); }) {
    options_.listeners = {{"plain", IpAddress::v4(0x7F000001), 0, false}};
    options_.io_threads = 1;
    server_ = std::make_unique<Server>(options_, std::move(handler), system_clock());
    ASSERT_TRUE(server_->start().has_value());
  }
  std::uint16_t port() const { return server_->ports().front(); }
  ListenerMetrics metrics() const { return server_->metrics().front(); }

  ServerOptions options_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerLimitsTest, AnIdleConnectionIsClosed) {
  options_.timeouts.idle = 40ms;
  start();
  Client client(port());
  EXPECT_EQ(client.get("/").status, 200);
  EXPECT_TRUE(client.ended());
}

TEST_F(ServerLimitsTest, AConnectionThatNeverAsksIsClosedWithoutAWord) {
  options_.timeouts.header = 40ms;
  start();
  Client client(port());
  EXPECT_EQ(client.reply().status, 0);
  EXPECT_EQ(metrics().request_errors, 0u);
}

TEST_F(ServerLimitsTest, AHeaderThatTricklesGets408) {
  options_.timeouts.header = 60ms;
  start();
  Client client(port());
  client.send("GET / HTTP/1.1\r\nHost: t\r\nX: ");
  std::jthread trickle([&](const std::stop_token& stop) {  // never idle, never done
    while (!stop.stop_requested() && client.send("x")) std::this_thread::sleep_for(1ms);
  });
  const Reply reply = client.reply();
  trickle.request_stop();
  EXPECT_EQ(reply.status, 408);
  EXPECT_THAT(reply.body, HasSubstr("request_timeout"));
}

TEST_F(ServerLimitsTest, ABodyBelowTheMinimumRateGets408) {
  options_.timeouts.progress_check = 40ms;
  options_.timeouts.min_bytes_per_check = 1'000'000;
  start();
  Client client(port());
  EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc").status, 408);
}

TEST_F(ServerLimitsTest, ABodyThatTakesTooLongGets408HoweverSteady) {
  options_.timeouts.progress_check = 20ms;
  options_.timeouts.min_bytes_per_check = 0;
  options_.timeouts.body = 60ms;
  start();
  Client client(port());
  EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc").status, 408);
}

TEST_F(ServerLimitsTest, AClientThatDoesNotReadItsAnswerIsCut) {
  options_.timeouts.progress_check = 40ms;
  const auto large = std::make_shared<const std::string>(64 * 1024 * 1024, 'x');
  start([large](Request, Responder respond) { respond(Response{.shared_body = large}); });
  Client client(port());
  client.send(kGet);
  while (metrics().requests == 0 || metrics().connections_open != 0) std::this_thread::yield();
}

TEST_F(ServerLimitsTest, AtTheLimitTheLongestIdleConnectionGivesWay) {
  options_.limits.connections = 2;
  start();
  Client first(port());
  EXPECT_EQ(first.get("/").status, 200);
  Client second(port());
  EXPECT_EQ(second.get("/").status, 200);
  Client third(port());
  EXPECT_EQ(third.get("/").status, 200);
  EXPECT_TRUE(first.ended());
  EXPECT_EQ(second.get("/").status, 200);
  EXPECT_EQ(metrics().connections_open, 2u);
}

TEST_F(ServerLimitsTest, AtTheLimitWorkingConnectionsAreNotDisturbed) {
  options_.limits.connections = 1;
  std::optional<Responder> waiting;
  std::latch asked(1);
  start([&](Request, Responder respond) {
    waiting.emplace(std::move(respond));
    asked.count_down();
  });
  Client first(port());
  first.send(kGet);
  asked.wait();
  Client second(port());
  EXPECT_TRUE(second.ended());
  EXPECT_EQ(metrics().connections_refused, 1u);
  (*waiting)(Response{.body = "done"});
  EXPECT_EQ(first.reply().body, "done");
}

TEST_F(ServerLimitsTest, StoppingWaitsForTheRequestInFlight) {
  std::optional<Responder> waiting;
  std::latch asked(1);
  start([&](Request request, Responder respond) {
    if (request.path == "/quick") return respond(Response{});
    waiting.emplace(std::move(respond));
    asked.count_down();
  });
  Client idle(port());
  EXPECT_EQ(idle.get("/quick").status, 200);
  Client busy(port());
  busy.send(kGet);
  asked.wait();
  std::jthread stopping([&] { server_->stop(10s); });
  EXPECT_TRUE(idle.ended());  // at once
  EXPECT_FALSE(Client(port()).connected());
  (*waiting)(Response{.body = "finished"});
  const Reply reply = busy.reply();
  EXPECT_EQ(reply.body, "finished");
  EXPECT_TRUE(reply.has("Connection: close\r\n"));
}

TEST_F(ServerLimitsTest, StoppingCutsWhatOutlastsItsPatience) {
  std::optional<Responder> waiting;
  std::latch asked(1);
  start([&](Request, Responder respond) {
    waiting.emplace(std::move(respond));
    asked.count_down();
  });
  Client client(port());
  client.send(kGet);
  asked.wait();
  server_->stop(10ms);
  EXPECT_TRUE(client.ended());
  server_.reset();
}

}  // namespace
}  // namespace openstrat::http
