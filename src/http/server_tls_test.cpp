// TLS listeners: what old and new routers negotiate, both certificates, reloading, resumption.
#include <gmock/gmock.h>

#include <filesystem>
#include <thread>

#include "http/server.hpp"
#include "http/server_test_support.hpp"

namespace openstrat::http {
namespace {

using namespace std::chrono_literals;
using testing::Client;
using testing::TemporaryDirectory;
using testing::TlsClient;
using testing::TlsClientOptions;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: test\r\n\r\n";

class ServerTlsTest : public ::testing::Test {
 protected:
  void start(RequestHandler handler = [](Request request, Responder respond) {
    respond(Response{.body = (request.tls ? "tls " : "plain ") + std::to_string(request.body.size())});
  }) {
    auto made = ensure_self_signed(directory_.path(), {"router.test", "127.0.0.1"}, system_clock().now());
    ASSERT_TRUE(made.has_value());
    files_ = *made;
    options_.certificates = files_;
    options_.listeners = {{"tls", IpAddress::v4(0x7F000001), 0, true}};
    options_.io_threads = 2;
    server_ = std::make_unique<Server>(options_, std::move(handler), system_clock());
    const auto started = server_->start();
    ASSERT_TRUE(started.has_value()) << started.error().message();
  }
  std::uint16_t port() const { return server_->ports().front(); }
  ListenerMetrics metrics() const { return server_->metrics().front(); }
  std::string key_type(const TlsClient& client) const { return inspect_certificate(client.certificate_pem())->key_type; }

  TemporaryDirectory directory_;
  std::vector<CertificateFiles> files_;
  ServerOptions options_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTlsTest, ServesTls13AndKeepsTheConnection) {
  start();
  TlsClient client(port());
  ASSERT_TRUE(client.secure());
  EXPECT_EQ(client.version(), "TLSv1.3");
  EXPECT_EQ(key_type(client), "P-256");
  EXPECT_EQ(client.ask(kGet).body, "tls 0");
  EXPECT_EQ(client.ask(kGet).body, "tls 0");
  EXPECT_EQ(metrics().handshakes, 1u);
}

TEST_F(ServerTlsTest, ServesWhatOldRoutersSpeak) {
  start();
  struct Case {
    const char* cipher;
    const char* key;
  };
  for (const Case& one : {Case{"ECDHE-RSA-AES128-GCM-SHA256", "RSA-2048"}, Case{"AES128-SHA", "RSA-2048"},
                          Case{"AES256-SHA", "RSA-2048"}, Case{"ECDHE-ECDSA-AES256-GCM-SHA384", "P-256"}}) {
    SCOPED_TRACE(one.cipher);
    TlsClient client(port(), {.version = TLS1_2_VERSION, .ciphers = one.cipher});
    ASSERT_TRUE(client.secure());
    EXPECT_EQ(client.cipher(), one.cipher);
    EXPECT_EQ(key_type(client), one.key);
    EXPECT_EQ(client.ask(kGet).body, "tls 0");
  }
}

TEST_F(ServerTlsTest, RefusesOlderProtocols) {
  start();
  TlsClient client(port(), {.version = TLS1_1_VERSION, .ciphers = "ALL:@SECLEVEL=0"});
  EXPECT_FALSE(client.secure());
  while (metrics().handshakes_failed == 0) std::this_thread::yield();
}

TEST_F(ServerTlsTest, SessionsAreResumedOnWhicheverThread) {
  start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient first(port(), {.version = version});
    ASSERT_EQ(first.ask(kGet).status, 200);
    for (int i = 0; i < 8; ++i) {
      SSL_SESSION* const session = first.session();
      TlsClient again(port(), {.version = version, .resume = session});
      EXPECT_TRUE(again.resumed());
      EXPECT_EQ(again.ask(kGet).status, 200);
      SSL_SESSION_free(session);
    }
  }
  EXPECT_EQ(metrics().handshakes_resumed, 16u);
}

TEST_F(ServerTlsTest, LargeBodiesPassBothWays) {
  options_.limits.body_bytes = 8 * 1024 * 1024;
  start([](Request request, Responder respond) { respond(Response{.body = std::move(request.body)}); });
  TlsClient client(port());
  const std::string body(5 * 1024 * 1024, 'y');
  std::thread sender([&] { client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body); });
  sender.join();
  EXPECT_EQ(client.reply().body, body);
  EXPECT_EQ(client.ask(kGet).status, 200);
}

TEST_F(ServerTlsTest, PipelinedRequestsInOneRecordAreAllAnswered) {
  start();
  TlsClient client(port());
  std::string all;
  for (int i = 0; i < 300; ++i) all += kGet;
  client.send(all);
  for (int i = 0; i < 300; ++i) ASSERT_EQ(client.reply().status, 200);
}

TEST_F(ServerTlsTest, CloseIsAnnounced) {
  start();
  TlsClient client(port());
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n").status, 200);
  EXPECT_TRUE(client.ended());
}

TEST_F(ServerTlsTest, ASilentClientLosesItsHandshake) {
  options_.timeouts.handshake = 40ms;
  start();
  Client client(port());
  EXPECT_TRUE(client.ended());
  while (metrics().handshakes_failed != 1) std::this_thread::yield();
}

TEST_F(ServerTlsTest, PlainHttpToATlsPortIsNotServed) {
  start();
  Client client(port());
  client.send(kGet);
  EXPECT_TRUE(client.ended());
}

TEST_F(ServerTlsTest, ChangedFilesAreServedWithoutRestart) {
  options_.certificate_check = 5ms;
  start();
  const std::string before = TlsClient(port()).certificate_pem();
  TlsClient open(port());
  for (const auto& files : files_) {
    std::filesystem::remove(files.certificate);
    std::filesystem::remove(files.key);
  }
  ASSERT_TRUE(ensure_self_signed(directory_.path(), {"new.test"}, system_clock().now()).has_value());
  while (TlsClient(port()).certificate_pem() == before) std::this_thread::yield();
  EXPECT_EQ(inspect_certificate(TlsClient(port()).certificate_pem())->names, std::vector<std::string>{"new.test"});
  EXPECT_EQ(open.ask(kGet).status, 200);  // lives on with the certificate it began with
}

TEST_F(ServerTlsTest, ABadFileLeavesTheOldCertificatesInUse) {
  options_.certificate_check = 1h;
  start();
  const std::string before = TlsClient(port()).certificate_pem();
  std::filesystem::copy_file(files_[1].key, files_[0].key, std::filesystem::copy_options::overwrite_existing);
  const auto reloaded = server_->reload_certificates();
  ASSERT_FALSE(reloaded.has_value());
  EXPECT_THAT(reloaded.error().message(), ::testing::HasSubstr("does not belong to"));
  EXPECT_EQ(TlsClient(port()).certificate_pem(), before);
}

TEST_F(ServerTlsTest, ATlsListenerWithoutCertificateDoesNotStart) {
  options_.listeners = {{"tls", IpAddress::v4(0x7F000001), 0, true}};
  Server server(options_, [](Request, Responder) {}, system_clock());
  EXPECT_FALSE(server.start().has_value());
}

}  // namespace
}  // namespace openstrat::http
