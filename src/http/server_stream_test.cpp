// Bodies that are made while they are sent.
#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "http/server.hpp"
#include "http/server_test_support.hpp"

namespace openstrat::http {
namespace {

using namespace std::chrono_literals;
using testing::Client;

/// `count` pieces of `size` letters each, made on the thread that asks, or on another one.
class Letters final : public BodySource {
 public:
  Letters(int count, std::size_t size, bool elsewhere, std::atomic<int>& made) : left_(count), size_(size), elsewhere_(elsewhere), made_(made) {}

  void next(PieceTaker taker) override {
    auto make = [this, taker = std::move(taker)]() mutable {
      std::string piece = left_ > 0 ? std::string(size_, char('a' + left_ % 26)) : std::string();
      --left_;
      ++made_;
      taker(std::move(piece));
    };
    if (!elsewhere_) return make();
    thread_ = std::jthread(std::move(make));
  }

 private:
  int left_;
  const std::size_t size_;
  const bool elsewhere_;
  std::atomic<int>& made_;
  std::jthread thread_;
};

/// A source that stops in the middle.
class Breaking final : public BodySource {
 public:
  void next(PieceTaker taker) override {
    if (asked_++ == 0) taker("beginning");
  }

 private:
  int asked_ = 0;
};

/// Says nothing till it is told to end; tells when its connection has let it go.
class Quiet final : public BodySource {
 public:
  explicit Quiet(std::promise<void>& gone) : gone_(gone) {}
  ~Quiet() override { gone_.set_value(); }
  void next(PieceTaker taker) override {
    if (asked_++ == 0) return taker("hello");
    const std::scoped_lock lock(mutex_);
    if (ended_) return taker("");
    waiting_.emplace(std::move(taker));
  }
  bool is_endless() const override { return true; }
  /// From the test's thread, perhaps before the connection has asked for what follows "hello".
  void end() {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    if (waiting_) (*waiting_)("");
  }

 private:
  int asked_ = 0;
  std::mutex mutex_;
  bool ended_ = false;
  std::optional<PieceTaker> waiting_;
  std::promise<void>& gone_;
};

class ServerStreamTest : public ::testing::TestWithParam<bool> {
 protected:
  void start(int count, std::size_t size) {
    serve([this, count, size] { return std::make_shared<Letters>(count, size, GetParam(), made_); });
  }
  void serve(std::function<std::shared_ptr<BodySource>()> make) {
    options_.listeners = {{"plain", IpAddress::v4(0x7F000001), 0, false}};
    options_.io_threads = 1;
    options_.timeouts.progress_check = 200ms;
    server_ = std::make_unique<Server>(options_, [make](Request request, Responder respond) {
      if (request.path == "/plain") return respond(Response{.body = "ok"});
      respond(Response{.content_type = "text/plain", .stream = make()});
    }, system_clock());
    ASSERT_TRUE(server_->start().has_value());
  }
  std::uint16_t port() const { return server_->ports().front(); }

  std::atomic<int> made_ = 0;
  ServerOptions options_;
  std::unique_ptr<Server> server_;
};
INSTANTIATE_TEST_SUITE_P(Sources, ServerStreamTest, ::testing::Bool(), [](const auto& info) { return info.param ? "elsewhere" : "at_once"; });

TEST_P(ServerStreamTest, PiecesBecomeChunksAndTheConnectionGoesOn) {
  start(2, 3);
  Client client(port());
  client.send("GET /stream HTTP/1.1\r\nHost: t\r\n\r\nGET /plain HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto head = client.reply();
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.has("Transfer-Encoding: chunked\r\n"));
  EXPECT_FALSE(head.has("Content-Length"));
  EXPECT_EQ(client.take_until("0\r\n\r\n"), "3\r\nccc\r\n3\r\nbbb\r\n0\r\n\r\n");
  EXPECT_EQ(client.reply().body, "ok") << "the pipelined request is answered after the stream";
}

TEST_P(ServerStreamTest, LargePiecesArriveWhole) {
  start(3, 200'000);
  Client client(port());
  client.send("GET /stream HTTP/1.1\r\nHost: t\r\n\r\n");
  client.reply();
  const auto body = client.take_until("0\r\n\r\n");
  EXPECT_EQ(body.size(), 3 * (200'000 + 5 + 4) + 5u);
  EXPECT_THAT(body, ::testing::StartsWith("30d40\r\nddd"));
}

TEST_P(ServerStreamTest, AnOldClientReadsUntilTheEnd) {
  start(2, 3);
  Client client(port());
  client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto head = client.reply();
  EXPECT_FALSE(head.has("Transfer-Encoding"));
  EXPECT_TRUE(head.has("Connection: close"));
  EXPECT_EQ(client.take_until("bbb"), "cccbbb");
  EXPECT_TRUE(client.ended());
}

TEST_P(ServerStreamTest, HeadMakesNothing) {
  start(2, 3);
  Client client(port());
  client.send("HEAD /stream HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(client.reply(true).status, 200);
  EXPECT_EQ(client.get("/plain").body, "ok");
  EXPECT_EQ(made_, 0);
}

TEST_P(ServerStreamTest, AClientThatDoesNotReadHoldsUpTheMakingAndIsCut) {
  start(10'000, 64 * 1024);
  Client client(port());
  client.send("GET /stream HTTP/1.1\r\nHost: t\r\n\r\n");
  client.reply();
  while (server_->metrics().front().connections_open > 0) std::this_thread::sleep_for(5ms);
  EXPECT_LT(made_, 500) << "what the socket buffers hold, and not the 640 MB of the whole";
}

TEST_P(ServerStreamTest, WhatBreaksOffIsSeenAsIncomplete) {
  serve([] { return std::make_shared<Breaking>(); });
  Client client(port());
  client.send("GET /stream HTTP/1.1\r\nHost: t\r\n\r\n");
  client.reply();
  EXPECT_EQ(client.take_until("\r\n0\r\n\r\n"), "9\r\nbeginning\r\n") << "no last chunk";
}

TEST_P(ServerStreamTest, AnEndlessAnswerOutlivesEveryTimeLimitAndEndsWithItsClient) {
  options_.timeouts.header = options_.timeouts.idle = options_.timeouts.body = 100ms;
  std::promise<void> gone;
  serve([&] { return std::make_shared<Quiet>(gone); });
  auto left = gone.get_future();
  {
    Client client(port());
    client.send("GET /live HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_TRUE(client.take_until("hello").ends_with("hello"));
    EXPECT_EQ(left.wait_for(500ms), std::future_status::timeout);
  }
  EXPECT_EQ(left.wait_for(5s), std::future_status::ready);
}

TEST_P(ServerStreamTest, AfterAnEndlessAnswerTheConnectionTakesTheNextRequest) {
  std::promise<void> gone;
  std::shared_ptr<Quiet> source;
  serve([&] { return source = std::make_shared<Quiet>(gone); });
  Client client(port());
  client.send("GET /live HTTP/1.1\r\nHost: t\r\n\r\n");
  client.take_until("hello");
  source->end();
  EXPECT_TRUE(client.take_until("0\r\n\r\n").ends_with("0\r\n\r\n"));
  client.send("GET /plain HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(client.reply().body, "ok");
}

}  // namespace
}  // namespace openstrat::http
