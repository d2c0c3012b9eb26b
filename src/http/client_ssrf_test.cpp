// What a user can write into a URL field must not reach what only we can reach: every way around the address check that is known.
#include <arpa/inet.h>
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <netdb.h>

#include <atomic>
#include <map>
#include <mutex>

#include "http/client.hpp"
#include "http/server.hpp"

namespace {

/// Names that the tests make up, and the addresses they have: one a question, the last one stays.
struct MadeUpNames {
  std::mutex mutex;
  std::map<std::string, std::vector<std::string>> addresses;
};
MadeUpNames& made_up() {
  static MadeUpNames names;
  return names;
}

}  // namespace

/// Stands before the C library's: curl resolves names through it.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** result) {
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  std::string address;
  {
    const std::lock_guard lock(made_up().mutex);
    const auto found = made_up().addresses.find(name ? name : "");
    if (found != made_up().addresses.end()) {
      address = found->second.front();
      if (found->second.size() > 1) found->second.erase(found->second.begin());
    }
  }
  return real(address.empty() ? name : address.c_str(), service, hints, result);
}

namespace openstrat::http {
namespace {

class SsrfTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ServerOptions options;
    options.listeners = {{"plain", IpAddress::v4(0x7F000001), 0, false}};
    options.io_threads = 1;
    server_ = std::make_unique<Server>(options, [this](Request request, Responder respond) {
      ++reached_;
      Response response{.body = "secret"};
      if (request.path == "/moved") {
        response.status = 302;
        response.headers.set("Location", moved_to_);
      }
      respond(std::move(response));
    }, system_clock());
    ASSERT_TRUE(server_->start().has_value());
    const std::lock_guard lock(made_up().mutex);
    made_up().addresses.clear();
  }
  std::string port() const { return std::to_string(server_->ports()[0]); }
  static std::string outcome(const Client& client, const std::string& url, unsigned redirects = 0) {
    const auto answer = client.send({.url = url, .scheme = Scheme::http_or_https, .timeout = std::chrono::seconds(5), .max_redirects = redirects});
    return answer ? "answer " + std::to_string(answer->status) : answer.error().reason();
  }
  static void name(const std::string& name, std::vector<std::string> addresses) {
    const std::lock_guard lock(made_up().mutex);
    made_up().addresses[name] = std::move(addresses);
  }

  std::atomic<int> reached_{0};
  std::string moved_to_;
  std::unique_ptr<Server> server_;
  const Client guarded_{ClientOptions{}};
};

TEST_F(SsrfTest, NoSpellingOfAPrivateAddressIsReached) {
  const std::vector<std::string> hosts{
      "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.0.0.1.", "localhost", "0.0.0.0", "0",
      "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
      "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254", "[fd00:ec2::254]", "[fe80::1]", "[fc00::1]", "224.0.0.1", "255.255.255.255",
      "user@127.0.0.1", "203.0.113.7@127.0.0.1", "%31%32%37.0.0.1"};
  for (const auto& host : hosts) EXPECT_THAT(outcome(guarded_, "http://" + host + ":" + port() + "/"), testing::AnyOf("ssrf_blocked", "invalid_url", "dns_failed")) << host;
  EXPECT_EQ(reached_, 0);
}

TEST_F(SsrfTest, ANameIsJudgedByTheAddressThatIsConnectedTo) {
  name("inside.example", {"127.0.0.1"});
  name("metadata.example", {"169.254.169.254"});
  name("mapped.example", {"::ffff:127.0.0.1"});
  for (const char* host : {"inside.example", "metadata.example", "mapped.example"})
    EXPECT_EQ(outcome(guarded_, std::string("http://") + host + ":" + port() + "/"), "ssrf_blocked") << host;
  EXPECT_EQ(reached_, 0);
}

/// The name is harmless when somebody looks, and is ours when it is used: nobody looks twice here, so there is no second answer to give.
TEST_F(SsrfTest, ANameThatChangesItsAddressGainsNothing) {
  for (int first = 0; first < 2; ++first) {
    name("rebinding.example", first == 0 ? std::vector<std::string>{"127.0.0.1", "203.0.113.7"} : std::vector<std::string>{"203.0.113.7", "127.0.0.1"});
    for (int i = 0; i < 3; ++i) {
      const auto answer = guarded_.send({.url = "http://rebinding.example:" + port() + "/", .scheme = Scheme::http_or_https,
                                         .timeout = std::chrono::milliseconds(300), .connect_timeout = std::chrono::milliseconds(200)});
      EXPECT_FALSE(answer);
    }
  }
  EXPECT_EQ(reached_, 0);
}

TEST_F(SsrfTest, ARedirectIsGuardedLikeTheFirstRequest) {
  const Client client(ClientOptions{.allow_cidrs = {*Cidr::parse("127.0.0.1/32")}});  // the first hop is permitted
  name("inside.example", {"127.0.0.2"});
  for (const std::string target : {"http://127.0.0.2:", "http://2130706434:", "http://[::1]:", "http://169.254.169.254:", "http://inside.example:"}) {
    moved_to_ = target + port() + "/secret";
    EXPECT_EQ(outcome(client, "http://127.0.0.1:" + port() + "/moved", 5), "ssrf_blocked") << target;
  }
  EXPECT_EQ(reached_, 5) << "only the first hops";
  for (const std::string target : {"file:///etc/passwd", "gopher://127.0.0.1:6379/_", "ftp://127.0.0.1/", "dict://127.0.0.1:11211/"}) {
    moved_to_ = target;
    EXPECT_THAT(outcome(client, "http://127.0.0.1:" + port() + "/moved", 5), testing::Not(testing::StartsWith("answer 200"))) << target;
  }
  moved_to_ = "http://127.0.0.1:" + port() + "/moved";
  EXPECT_EQ(outcome(client, moved_to_, 3), "upstream_failed") << "round and round";
}

TEST_F(SsrfTest, OtherSchemesAreNoWayIn) {
  for (const std::string url : {"file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "ldap://127.0.0.1/", "//127.0.0.1/", "127.0.0.1", "javascript:1", ""})
    EXPECT_THAT(outcome(guarded_, url), testing::AnyOf("invalid_url", "ssrf_blocked", "upstream_failed", "dns_failed")) << url;
  EXPECT_EQ(reached_, 0);
}

}  // namespace
}  // namespace openstrat::http
