// Requests and answers over real sockets on the loopback interface.
#include "http/server.hpp"

#include <gmock/gmock.h>

#include <latch>
#include <mutex>
#include <thread>

#include "http/server_test_support.hpp"

namespace openstrat::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;
using testing::Client;
using testing::Reply;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: test\r\n\r\n";

/// Describes the request it got: method, path, query, body.
void echo(Request request, Responder respond) {
  Response response{.content_type = "text/plain"};
  response.headers.set("X-Remote", request.remote.to_string());
  response.headers.set("X-Tls", request.tls ? "yes" : "no");
  response.body = std::string(to_string(request.method)) + " " + request.path + " ?" + request.query + " [" + request.body + "]";
  respond(std::move(response));
}

class ServerTest : public ::testing::Test {
 protected:
  void start(RequestHandler handler = echo) {
    if (options_.listeners.empty()) options_.listeners = {{"plain", IpAddress::v4(0x7F000001), 0, false}};
    if (options_.io_threads == 0) options_.io_threads = 2;
    server_ = std::make_unique<Server>(options_, std::move(handler), system_clock());
    const auto started = server_->start();
    ASSERT_TRUE(started.has_value()) << started.error().message();
  }
  std::uint16_t port() const { return server_->ports().front(); }
  ListenerMetrics metrics() const { return server_->metrics().front(); }

  ServerOptions options_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  start();
  Client client(port());
  const Reply first = client.get("/sites/?page=2");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, "GET /sites ?page=2 []");
  EXPECT_TRUE(first.has("Content-Type: text/plain\r\n"));
  EXPECT_TRUE(first.has("Connection: keep-alive\r\n"));
  EXPECT_TRUE(first.has("X-Remote: 127.0.0.1\r\n"));
  EXPECT_EQ(client.ask("POST /b HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nxyz").body, "POST /b ? [xyz]");
  EXPECT_EQ(metrics().requests, 2u);
  EXPECT_EQ(metrics().connections_accepted, 1u);
  EXPECT_EQ(metrics().connections_open, 1u);
}

TEST_F(ServerTest, ConnectionCloseIsObeyed) {
  start();
  Client client(port());
  const Reply reply = client.ask("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.has("Connection: close\r\n"));
  EXPECT_TRUE(client.ended());
  Client old(port());
  EXPECT_TRUE(old.ask("GET / HTTP/1.0\r\n\r\n").has("Connection: close\r\n"));
  EXPECT_TRUE(old.ended());
}

TEST_F(ServerTest, RequestArrivingByteByByteIsOneRequest) {
  start();
  Client client(port());
  for (const char c : std::string_view("PUT /slow HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello")) client.send({&c, 1});
  EXPECT_EQ(client.reply().body, "PUT /slow ? [hello]");
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
  start();
  Client client(port());
  std::string all;
  for (int i = 0; i < 5000; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: test\r\n\r\n";
  std::thread sender([&] { client.send(all); });
  for (int i = 0; i < 5000; ++i) ASSERT_EQ(client.reply().body, "GET /" + std::to_string(i) + " ? []");
  sender.join();
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrderByForeignThreads) {
  std::mutex mutex;
  std::vector<std::jthread> threads;
  start([&](Request request, Responder respond) {
    const std::lock_guard lock(mutex);
    threads.emplace_back([request = std::move(request), respond = std::move(respond)]() mutable {
      echo(std::move(request), std::move(respond));
    });
  });
  Client client(port());
  std::string all;
  for (int i = 0; i < 50; ++i) all += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nab";
  client.send(all);
  for (int i = 0; i < 50; ++i) ASSERT_EQ(client.reply().body, "POST /" + std::to_string(i) + " ? [ab]");
}

TEST_F(ServerTest, HeadHasTheLengthButNoBody) {
  start();
  Client client(port());
  client.send("HEAD /a HTTP/1.1\r\nHost: test\r\n\r\n");
  const Reply head = client.reply(true);
  EXPECT_TRUE(head.has("Content-Length: 12\r\n"));
  EXPECT_EQ(client.get("/a").body, "GET /a ? []");  // nothing in between
}

TEST_F(ServerTest, StatusesWithoutBodyHaveNoLength) {
  start([](Request, Responder respond) { respond(Response{.status = 204, .body = "never sent"}); });
  Client client(port());
  const Reply reply = client.get("/");
  EXPECT_EQ(reply.status, 204);
  EXPECT_FALSE(reply.has("Content-Length"));
  EXPECT_EQ(client.get("/").status, 204);
}

TEST_F(ServerTest, ReadsChunkedBodies) {
  start();
  Client client(port());
  EXPECT_EQ(client.ask("POST /c HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "4\r\nWiki\r\n5;ext=1\r\npedia\r\n0\r\nTrailer: x\r\n\r\n").body,
            "POST /c ? [Wikipedia]");
  client.send("POST /c HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (const char c : std::string_view("3\r\nabc\r\n0\r\n\r\n")) client.send({&c, 1});
  EXPECT_EQ(client.reply().body, "POST /c ? [abc]");
}

TEST_F(ServerTest, ExpectContinueIsAnsweredBeforeTheBody) {
  start();
  Client client(port());
  const Reply go_on = client.ask("POST /u HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(go_on.status, 100);
  EXPECT_EQ(client.ask("data").body, "POST /u ? [data]");
}

TEST_F(ServerTest, LargeAnswersArriveWhole) {
  const auto large = std::make_shared<const std::string>(8 * 1024 * 1024, 'x');
  start([&](Request request, Responder respond) {
    Response response;
    if (request.path == "/shared") response.shared_body = large;
    if (request.path == "/own") response.body = *large;
    respond(std::move(response));
  });
  Client client(port());
  client.send("GET /shared HTTP/1.1\r\nHost: t\r\n\r\nGET /own HTTP/1.1\r\nHost: t\r\n\r\nGET /small HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(client.reply().body, *large);
  EXPECT_EQ(client.reply().body, *large);
  EXPECT_EQ(client.reply().status, 200);
}

TEST_F(ServerTest, RequestIdsAreTakenOrMade) {
  start([](Request request, Responder respond) { respond(Response{.body = request.request_id}); });
  Client client(port());
  const Reply given = client.ask("GET / HTTP/1.1\r\nHost: t\r\nX-Request-Id: abc-1\r\n\r\n");
  EXPECT_EQ(given.body, "abc-1");
  EXPECT_TRUE(given.has("X-Request-Id: abc-1\r\n"));
  EXPECT_THAT(client.get("/").body, MatchesRegex("req_[0-9A-Za-z]{27}"));
  EXPECT_THAT(client.ask("GET / HTTP/1.1\r\nHost: t\r\nX-Request-Id: a b\r\n\r\n").body, StartsWith("req_"));
  EXPECT_THAT(client.ask("GET / HTTP/1.1\r\nHost: t\r\nX-Request-Id: " + std::string(65, 'x') + "\r\n\r\n").body, StartsWith("req_"));
}

TEST_F(ServerTest, HandlersCannotSplitTheAnswer) {
  start([](Request, Responder respond) {
    Response response;
    response.headers.set("Location", "/a\r\nSet-Cookie: x=1");
    response.headers.set("Content-Length", "7");
    respond(std::move(response));
  });
  const Reply reply = Client(port()).get("/");
  EXPECT_TRUE(reply.has("Location: /a  Set-Cookie: x=1\r\n"));
  EXPECT_TRUE(reply.has("Content-Length: 0\r\n"));
}

struct Refusal {
  std::string request;
  int status;
  std::string code;
};

TEST_F(ServerTest, BadRequestsGetAnErrorBodyAndTheEndOfTheConnection) {
  options_.limits.header_bytes = 4096;
  options_.limits.body_bytes = 1000;
  options_.limits.body_limit = [](Method, std::string_view path) -> std::optional<std::size_t> {
    return path == "/upload" ? std::optional<std::size_t>(5000) : std::nullopt;
  };
  start();
  const std::vector<Refusal> refusals{
      {"nonsense\r\n\r\n", 400, "malformed_request"},
      {"GET / HTTP/2.0\r\n\r\n", 400, "malformed_request"},
      {"GET / HTTP/1.1\r\n\r\n", 400, "malformed_request"},  // no Host
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "malformed_request"},
      {"GET relative HTTP/1.1\r\nHost: t\r\n\r\n", 400, "malformed_request"},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "malformed_request"},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "malformed_request"},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "malformed_request"},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip\r\n\r\n", 501, "transfer_encoding_unsupported"},
      {"BREW / HTTP/1.1\r\nHost: t\r\n\r\n", 501, "method_not_implemented"},
      {"TRACE / HTTP/1.1\r\nHost: t\r\n\r\n", 405, "method_not_allowed"},
      {"GET /" + std::string(5000, 'x') + " HTTP/1.1\r\nHost: t\r\n\r\n", 431, "header_too_large"},
      {"GET / HTTP/1.1\r\nHost: t\r\nX: " + std::string(5000, 'x') + "\r\n\r\n", 431, "header_too_large"},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1001\r\n\r\n", 413, "payload_too_large"},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n", 413, "payload_too_large"},
      {"POST /upload HTTP/1.1\r\nHost: t\r\nContent-Length: 5001\r\n\r\n", 413, "payload_too_large"},
  };
  for (const Refusal& refusal : refusals) {
    SCOPED_TRACE(refusal.request.substr(0, 80));
    Client client(port());
    const Reply reply = client.ask(refusal.request);
    EXPECT_EQ(reply.status, refusal.status);
    EXPECT_TRUE(reply.has("Connection: close\r\n"));
    EXPECT_THAT(reply.body, HasSubstr("\"code\":\"" + refusal.code + "\""));
    EXPECT_THAT(reply.body, HasSubstr("\"request_id\":\"req_"));
    client.half_close();
    EXPECT_TRUE(client.ended());
  }
  EXPECT_EQ(metrics().request_errors, refusals.size());
  EXPECT_EQ(metrics().requests, 0u);
  Client uploader(port());
  EXPECT_EQ(uploader.ask("POST /upload HTTP/1.1\r\nHost: t\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'u')).status, 200);
}

TEST_F(ServerTest, TooManyHeaderFieldsAreRefused) {
  start();
  std::string request = "GET / HTTP/1.1\r\nHost: t\r\n";
  for (int i = 0; i < 100; ++i) request += "X: 1\r\n";
  EXPECT_EQ(Client(port()).ask(request + "\r\n").status, 431);
}

TEST_F(ServerTest, AnAnswerToAnUploadThatIsTooLargeArrivesThoughTheClientGoesOn) {
  start();
  Client client(port());
  client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999\r\n\r\n" + std::string(200'000, 'x'));
  EXPECT_EQ(client.reply().status, 413);
}

TEST_F(ServerTest, ErrorBodiesCanBeRenderedByTheCaller) {
  options_.error_body = [](int status, std::string_view code, std::string_view, std::string_view) {
    return std::to_string(status) + " " + std::string(code);
  };
  start();
  EXPECT_EQ(Client(port()).ask("nonsense\r\n\r\n").body, "400 malformed_request");
}

TEST_F(ServerTest, AForgottenResponderAnswers500) {
  start([](Request request, Responder) {
    if (request.path == "/throw") throw std::runtime_error("broken");
  });
  Client client(port());
  for (const auto* target : {"/forget", "/throw"}) {
    const Reply reply = client.get(target);
    EXPECT_EQ(reply.status, 500);
    EXPECT_THAT(reply.body, HasSubstr(R"("code":"internal_error")"));
  }
}

TEST_F(ServerTest, AnAnswerFromWithinAnotherRequestReachesItsOwnConnection) {
  options_.io_threads = 1;
  std::optional<Responder> waiting;
  start([&](Request request, Responder respond) {
    if (request.path == "/wait") {
      waiting.emplace(std::move(respond));
      return;
    }
    (*waiting)(Response{.body = "woken"});
    respond(Response{.body = "waker"});
  });
  Client first(port());
  Client second(port());
  first.send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n");
  while (metrics().requests < 1) std::this_thread::yield();
  EXPECT_EQ(second.get("/wake").body, "waker");
  EXPECT_EQ(first.reply().body, "woken");
}

TEST_F(ServerTest, ForwardedAddressesAreBelievedFromTrustedProxiesOnly) {
  const std::string request =
      "GET / HTTP/1.1\r\nHost: t\r\nX-Forwarded-For: 6.6.6.6, 198.51.100.7, 10.0.0.9\r\nX-Forwarded-Proto: https\r\n\r\n";
  start();
  EXPECT_TRUE(Client(port()).ask(request).has("X-Remote: 127.0.0.1\r\n"));
  options_.trusted_proxies = {*Cidr::parse("127.0.0.0/8"), *Cidr::parse("10.0.0.0/8")};
  start();
  const Reply reply = Client(port()).ask(request);
  EXPECT_TRUE(reply.has("X-Remote: 198.51.100.7\r\n"));
  EXPECT_TRUE(reply.has("X-Tls: yes\r\n"));
}

TEST_F(ServerTest, ServesIPv6) {
  options_.listeners = {{"six", *IpAddress::parse("::1"), 0, false}};
  start();
  EXPECT_TRUE(Client(port(), AF_INET6).get("/").has("X-Remote: ::1\r\n"));
}

TEST_F(ServerTest, AClientThatLeavesInMidBodyIsForgotten) {
  start();
  {
    Client client(port());
    client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\nhalf");
    while (metrics().connections_open == 0) std::this_thread::yield();
  }
  while (metrics().connections_open != 0) std::this_thread::yield();
  EXPECT_EQ(metrics().requests, 0u);
}

TEST_F(ServerTest, AClientThatLeavesBeforeTheAnswerIsForgotten) {
  std::latch asked(1);
  std::optional<Responder> waiting;
  start([&](Request, Responder respond) {
    waiting.emplace(std::move(respond));
    asked.count_down();
  });
  {
    Client client(port());
    client.send(kGet);
    asked.wait();
  }
  (*waiting)(Response{.body = "nobody there"});
  while (metrics().connections_open != 0) std::this_thread::yield();
}

TEST_F(ServerTest, AnsweringAfterTheServerIsGoneDoesNothing) {
  std::latch asked(1);
  std::optional<Responder> waiting;
  start([&](Request, Responder respond) {
    waiting.emplace(std::move(respond));
    asked.count_down();
  });
  Client client(port());
  client.send(kGet);
  asked.wait();
  server_.reset();
  (*waiting)(Response{});
  EXPECT_TRUE(client.ended());
}

TEST_F(ServerTest, AHalfClosedClientGetsItsAnswer) {
  start();
  Client client(port());
  client.send(kGet);
  client.half_close();
  EXPECT_EQ(client.reply().status, 200);
  EXPECT_TRUE(client.ended());
}

TEST_F(ServerTest, PortInUseIsAClearError) {
  start();
  const int taken = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  ASSERT_EQ(::bind(taken, reinterpret_cast<sockaddr*>(&at), size), 0);
  ASSERT_EQ(::listen(taken, 1), 0);
  ::getsockname(taken, reinterpret_cast<sockaddr*>(&at), &size);
  options_.listeners = {{"plain", IpAddress::v4(0x7F000001), ntohs(at.sin_port), false}};
  Server second(options_, echo, system_clock());
  const auto started = second.start();
  ::close(taken);
  ASSERT_FALSE(started.has_value());
  EXPECT_THAT(started.error().message(), HasSubstr("cannot listen on 127.0.0.1 port"));
}

TEST_F(ServerTest, TwoServersDoNotShareAPort) {
  start();
  options_.listeners = {{"plain", IpAddress::v4(0x7F000001), port(), false}};
  Server second(options_, echo, system_clock());
  const auto started = second.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_THAT(started.error().message(), HasSubstr("cannot listen on 127.0.0.1 port"));
}

TEST_F(ServerTest, TwoThousandConnectionsAtOnce) {
  start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 2000; ++i) clients.push_back(std::make_unique<Client>(port()));
  for (auto& client : clients) ASSERT_TRUE(client->send(kGet));
  for (auto& client : clients) ASSERT_EQ(client->reply().status, 200);
  for (auto& client : clients) ASSERT_TRUE(client->send(kGet));
  for (auto& client : clients) ASSERT_EQ(client->reply().status, 200);
  EXPECT_EQ(metrics().connections_open, 2000u);
}

}  // namespace
}  // namespace openstrat::http
