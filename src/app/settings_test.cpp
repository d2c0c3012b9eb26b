#include "app/settings.hpp"

#include <gmock/gmock.h>

namespace openstrat::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

mfa::Settings passkeys_of(const std::string& auth, const std::string& portal, const std::string& rp_id = "") {
  Config config;
  config.brand.name = "OpenStrat";
  config.auth.passkey_rp_id = rp_id;
  return mfa_settings(config, {.api = auth, .auth = auth, .portal = portal});
}

TEST(MfaSettings, PasskeysAreMadeForTheHostOfTheSignInPages) {
  const auto settings = passkeys_of("https://Auth.example.com:8444", "https://auth.example.com:8444/app");
  EXPECT_EQ(settings.rp_id, "auth.example.com");
  EXPECT_THAT(settings.origins, ElementsAre("https://auth.example.com:8444"));
  EXPECT_EQ(settings.security_link, "https://auth.example.com:8444/app/account/security");
}

TEST(MfaSettings, AParentDomainCoversThePortal) {
  const auto settings = passkeys_of("https://auth.example.com:443/", "https://portal.example.com/app", "Example.com");
  EXPECT_EQ(settings.rp_id, "example.com");
  EXPECT_THAT(settings.origins, ElementsAre("https://auth.example.com", "https://portal.example.com"));
  EXPECT_THAT(passkeys_of("https://auth.example.com", "https://portal.example.com").origins, ElementsAre("https://auth.example.com"));
}

TEST(MfaSettings, WithoutAHostNameThereAreNone) {
  for (const auto& settings : {passkeys_of("https://192.0.2.1:8444", "https://192.0.2.1:8444/app"), passkeys_of("https://[2001:db8::1]", "https://[2001:db8::1]/app"),
                               passkeys_of("https://auth.example.com", "https://auth.example.com/app", "example.org"),
                               passkeys_of("https://auth.example.com", "https://auth.example.com/app", "le.com")}) {
    EXPECT_EQ(settings.rp_id, "");
    EXPECT_THAT(settings.origins, IsEmpty());
  }
}

}  // namespace
}  // namespace openstrat::app
