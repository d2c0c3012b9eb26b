// The outgoing client against our own server.
#include "http/client.hpp"

#include <gmock/gmock.h>

#include <mutex>

#include "http/server.hpp"
#include "http/server_test_support.hpp"

namespace openstrat::http {
namespace {

using namespace std::chrono_literals;
using testing::TemporaryDirectory;

class HttpClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto files = ensure_self_signed(directory_.path(), {"localhost", "127.0.0.1"}, system_clock().now());
    ASSERT_TRUE(files.has_value());
    ServerOptions options;
    options.listeners = {{"plain", IpAddress::v4(0x7F000001), 0, false}, {"tls", IpAddress::v4(0x7F000001), 0, true}};
    options.io_threads = 1;
    options.certificates = {files->front()};
    options_.ca_bundle = files->front().certificate;
    options_.allow_cidrs = {*Cidr::parse("127.0.0.0/8")};
    server_ = std::make_unique<Server>(
        options, [this](Request request, Responder respond) { answer(std::move(request), std::move(respond)); }, system_clock());
    ASSERT_TRUE(server_->start().has_value());
  }

  void answer(Request request, Responder respond) {
    if (request.path == "/never") {
      const std::lock_guard lock(mutex_);
      return never_.push_back(std::move(respond));
    }
    Response response{.body = std::string(to_string(request.method)) + " " + request.body};
    response.headers.set("X-Got", std::string(request.headers.find("X-Sent").value_or("")));
    if (request.path == "/teapot") response.status = 418;
    if (request.path == "/moved") {
      response.status = 302;
      response.headers.set("Location", "/there");
    }
    respond(std::move(response));
  }

  ClientRequest to(std::string path) const {
    return {.url = "https://127.0.0.1:" + std::to_string(server_->ports()[1]) + std::move(path)};
  }
  std::string reason_of(const ClientRequest& request, ClientOptions options) const {
    const auto response = Client(std::move(options)).send(request);
    return response ? "status " + std::to_string(response->status) : response.error().reason();
  }

  TemporaryDirectory directory_;
  ClientOptions options_;
  std::mutex mutex_;
  std::vector<Responder> never_;
  std::unique_ptr<Server> server_;
};

TEST_F(HttpClientTest, SendsMethodHeadersAndBody) {
  ClientRequest request = to("/a");
  request.method = Method::patch;
  request.body = "payload";
  request.headers.set("X-Sent", "hello");
  const auto response = Client(options_).send(request);
  ASSERT_TRUE(response.has_value()) << response.error().message();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "PATCH payload");
  EXPECT_EQ(response->headers.find("x-got"), "hello");
}

TEST_F(HttpClientTest, EveryMethodArrives) {
  for (const Method method : {Method::get, Method::post, Method::put, Method::delete_, Method::options}) {
    ClientRequest request = to("/a");
    request.method = method;
    EXPECT_EQ(Client(options_).send(request)->body, std::string(to_string(method)) + " ");
  }
  ClientRequest head = to("/a");
  head.method = Method::head;
  EXPECT_EQ(Client(options_).send(head)->status, 200);
}

TEST_F(HttpClientTest, AnyStatusIsAnAnswerAndRedirectsAreNotFollowed) {
  EXPECT_EQ(Client(options_).send(to("/teapot"))->status, 418);
  const auto moved = Client(options_).send(to("/moved"));
  EXPECT_EQ(moved->status, 302);
  ClientRequest following = to("/moved");
  following.max_redirects = 1;
  EXPECT_EQ(Client(options_).send(following)->status, 200);
}

TEST_F(HttpClientTest, PrivateAddressesAreRefusedHoweverTheyAreSpelt) {
  const std::string port = ":" + std::to_string(server_->ports()[1]) + "/";
  for (const auto* host : {"127.0.0.1", "localhost", "2130706433", "0x7f.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::]",
                           "169.254.169.254", "10.0.0.1", "100.64.0.1", "[fe80::1]", "[fd00::1]"}) {
    SCOPED_TRACE(host);
    EXPECT_EQ(reason_of({.url = "https://" + std::string(host) + port}, {}), "ssrf_blocked");
  }
}

TEST_F(HttpClientTest, TheOperatorsOwnDestinationsAreNotGuarded) {
  ClientRequest request = to("/a");
  request.destination = Destination::any;
  ClientOptions options = options_;
  options.allow_cidrs.clear();
  EXPECT_EQ(reason_of(request, options), "status 200");
}

TEST_F(HttpClientTest, AllowedOnlyMeansNoPublicAddressEither) {
  ClientRequest request{.url = "http://1.1.1.1/", .destination = Destination::allowed_only, .scheme = Scheme::http_or_https};
  EXPECT_EQ(reason_of(request, options_), "ssrf_blocked");
  request.url = "http://127.0.0.1:" + std::to_string(server_->ports()[0]) + "/";
  EXPECT_EQ(reason_of(request, options_), "status 200");
}

TEST_F(HttpClientTest, PlainHttpAndOtherSchemesNeedPermission) {
  ClientRequest plain{.url = "http://127.0.0.1:" + std::to_string(server_->ports()[0]) + "/"};
  EXPECT_EQ(reason_of(plain, options_), "invalid_url");
  plain.scheme = Scheme::http_or_https;
  EXPECT_EQ(reason_of(plain, options_), "status 200");
  EXPECT_EQ(reason_of({.url = "file:///etc/passwd", .scheme = Scheme::http_or_https}, options_), "invalid_url");
}

TEST_F(HttpClientTest, AnUnknownCertificateIsRefused) {
  ClientOptions options = options_;
  options.ca_bundle.clear();
  EXPECT_EQ(reason_of(to("/a"), options), "tls_failed");
}

TEST_F(HttpClientTest, AnswersAreBoundInSizeAndTime) {
  ClientRequest small = to("/a");
  small.max_body = 2;
  EXPECT_EQ(reason_of(small, options_), "response_too_large");
  ClientRequest never = to("/never");
  never.timeout = 50ms;
  EXPECT_EQ(Client(options_).send(never).error().code(), Errc::timeout);
}

TEST_F(HttpClientTest, LineBreaksInHeadersAreRefused) {
  ClientRequest request = to("/a");
  request.headers.set("X-Sent", "a\r\nX-Other: b");
  EXPECT_EQ(Client(options_).send(request).error().code(), Errc::invalid);
}

}  // namespace
}  // namespace openstrat::http
