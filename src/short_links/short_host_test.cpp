#include "short_links/short_host.hpp"

#include <gtest/gtest.h>

#include "http/message.hpp"

namespace openstrat::short_links {
namespace {

std::string led(const char* short_url, const char* host, const char* path) {
  http::Request request;
  request.headers.set("Host", host);
  request.path = path;
  ShortHost(short_url).lead(request);
  return request.path;
}

TEST(ShortHost, LeadsItsCodesToTheRoute) {
  EXPECT_EQ(led("https://go.example", "go.example", "/4fG7kQ2"), "/s/4fG7kQ2");
  EXPECT_EQ(led("https://go.example", "GO.example:443", "/4fG7kQ2"), "/s/4fG7kQ2");
  EXPECT_EQ(led("https://go.example:8443", "go.example:8443", "/4fG7kQ2"), "/s/4fG7kQ2");
  EXPECT_EQ(led("https://www.example/l", "www.example", "/l/4fG7kQ2"), "/s/4fG7kQ2");
  EXPECT_EQ(led("https://api.example/s", "api.example", "/s/4fG7kQ2"), "/s/4fG7kQ2");
}

TEST(ShortHost, LeavesEverythingElseAlone) {
  EXPECT_EQ(led("https://go.example", "api.example", "/metrics"), "/metrics");
  EXPECT_EQ(led("https://go.example", "go.example:8444", "/4fG7kQ2"), "/4fG7kQ2");
  EXPECT_EQ(led("https://go.example", "go.example", "/"), "/");
  EXPECT_EQ(led("https://go.example", "go.example", "/sites/4fG7kQ2"), "/sites/4fG7kQ2");
  EXPECT_EQ(led("https://www.example/l", "www.example", "/4fG7kQ2"), "/4fG7kQ2");
}

}  // namespace
}  // namespace openstrat::short_links
