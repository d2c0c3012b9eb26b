#include "app/endpoints.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace openstrat::app {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

Config config_listening_on(std::vector<std::string> addresses) {
  Config config;
  config.http.listen = std::move(addresses);
  return config;
}

PublicUrls urls_of(const Config& config) {
  const auto listeners = listeners_of(config);
  EXPECT_TRUE(listeners.has_value());
  return public_urls_of(config, *listeners);
}

TEST(Endpoints, ReadsAddressesWithAndWithoutTls) {
  const auto listeners = listeners_of(config_listening_on({"127.0.0.1:8444", "http://127.0.0.1:8080", "[::1]:8445", "localhost:8446"}));
  ASSERT_TRUE(listeners.has_value());
  ASSERT_EQ(listeners->size(), 4u);
  EXPECT_TRUE((*listeners)[0].tls);
  EXPECT_FALSE((*listeners)[1].tls);
  EXPECT_EQ((*listeners)[1].port, 8080);
  EXPECT_EQ((*listeners)[2].address.to_string(), "::1");
  EXPECT_EQ((*listeners)[3].address.to_string(), "127.0.0.1");
}

TEST(Endpoints, NamesTheAddressThatCannotBeRead) {
  for (const char* bad : {"8444", "127.0.0.1", "127.0.0.1:99999", "router.example:443", "127.0.0.1:port"}) {
    const auto listeners = listeners_of(config_listening_on({bad}));
    ASSERT_FALSE(listeners.has_value()) << bad;
    EXPECT_THAT(listeners.error().message(), HasSubstr("http.listen"));
    EXPECT_THAT(listeners.error().message(), HasSubstr(bad));
  }
  EXPECT_FALSE(listeners_of(config_listening_on({})).has_value());
}

TEST(Endpoints, ReplacesPortZeroByAPortThatUrlsCanName) {
  const Config config = config_listening_on({"127.0.0.1:0"});
  const auto listeners = listeners_of(config);
  ASSERT_TRUE(listeners.has_value());
  EXPECT_NE(listeners->front().port, 0);
  EXPECT_EQ(public_urls_of(config, *listeners).api, "https://127.0.0.1:" + std::to_string(listeners->front().port));
}

TEST(Endpoints, ShortLinksNeedAPlaceOfTheirOwn) {
  Config config = config_listening_on({"127.0.0.1:8444"});
  config.public_url.api = "https://fleet.example";
  EXPECT_EQ(urls_of(config).short_links, "https://fleet.example/s");
  for (const char* good : {"", "https://go.example", "https://fleet.example/l", "https://fleet.example:8443"}) {
    config.public_url.short_links = good;
    EXPECT_TRUE(check_short_url(urls_of(config))) << good;
  }
  for (const char* bad : {"https://fleet.example", "https://fleet.example/", "go.example"}) {
    config.public_url.short_links = bad;
    const auto checked = check_short_url(urls_of(config));
    ASSERT_FALSE(checked) << bad;
    EXPECT_THAT(checked.error().message(), HasSubstr("public_url.short"));
  }
}

TEST(Endpoints, DerivesUrlsFromTheTlsListener) {
  const PublicUrls urls = urls_of(config_listening_on({"http://127.0.0.1:8080", "127.0.0.1:8444"}));
  EXPECT_EQ(urls.api, "https://127.0.0.1:8444");
  EXPECT_EQ(urls.device, urls.api);
  EXPECT_EQ(urls.docs, "https://127.0.0.1:8444/docs");
  EXPECT_EQ(urls.portal, "https://127.0.0.1:8444/app");
  EXPECT_EQ(urls.host, "127.0.0.1");
  EXPECT_TRUE(urls.derived);
}

TEST(Endpoints, ConfiguredUrlsWinAndLoseTheirTrailingSlash) {
  Config config = config_listening_on({"0.0.0.0:8444"});
  config.public_url.api = "https://fleet.example/";
  config.public_url.device = "https://d.fleet.example:8443";
  const PublicUrls urls = urls_of(config);
  EXPECT_EQ(urls.api, "https://fleet.example");
  EXPECT_EQ(urls.auth, "https://fleet.example");
  EXPECT_EQ(urls.host, "d.fleet.example");
  EXPECT_FALSE(urls.derived);
  EXPECT_THAT(certificate_names(urls), Contains("d.fleet.example"));
  EXPECT_THAT(certificate_names(urls), Contains("fleet.example"));
}

TEST(Endpoints, KeepsAnIpv6HostReadable) {
  const PublicUrls urls = urls_of(config_listening_on({"[::1]:8444"}));
  EXPECT_EQ(urls.api, "https://[::1]:8444");
  EXPECT_EQ(urls.host, "::1");
}

}  // namespace
}  // namespace openstrat::app
