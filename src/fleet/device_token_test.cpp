#include "fleet/device_token.hpp"

#include <gtest/gtest.h>

#include "base/rng.hpp"

namespace openstrat::fleet {
namespace {

crypto::Key32 key_of(std::uint8_t byte) {
  crypto::Key32 key;
  key.fill(byte);
  return key;
}
const Timestamp kNow = from_unix_us(1'700'000'000'123'456);

TEST(DeviceTokens, OpensWhatItIssued) {
  const DeviceTokens tokens({key_of(1)});
  const SiteId site(uuid_v4(secure_rng()));
  for (int i = 0; i < 50; ++i) {  // every token has a nonce of its own
    const auto claims = tokens.open(tokens.issue(site, 7, kNow));
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->site_id, site);
    EXPECT_EQ(claims->version, 7);
    EXPECT_EQ(claims->issued_at, kNow);
  }
}

TEST(DeviceTokens, OpensTokensOfOlderKeys) {
  const SiteId site(uuid_v4(secure_rng()));
  const std::string old = DeviceTokens({key_of(1)}).issue(site, 1, kNow);
  EXPECT_TRUE(DeviceTokens({key_of(1), key_of(2)}).open(old));
  EXPECT_FALSE(DeviceTokens({key_of(2)}).open(old));
}

TEST(DeviceTokens, RefusesEveryChangedCharacter) {
  const DeviceTokens tokens({key_of(1)});
  const std::string good = tokens.issue(SiteId(uuid_v4(secure_rng())), 1, kNow);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens.open(bad)) << i;
    for (const char c : {'=', '+', '/', ' ', '\0', '\xFF'}) {
      bad[i] = c;
      EXPECT_FALSE(tokens.open(bad)) << i;
    }
  }
}

TEST(DeviceTokens, RefusesOtherLengthsAndSpareBits) {
  const DeviceTokens tokens({key_of(1)});
  const std::string good = tokens.issue(SiteId(uuid_v4(secure_rng())), 1, kNow);
  for (const std::string& bad : {std::string(), good + "A", good + "==", good.substr(1), good.substr(0, good.size() - 1), std::string(10'000, 'A')})
    EXPECT_FALSE(tokens.open(bad));
  std::string spare = good;
  ++spare.back();  // the last character carries two bits: its others must be zero
  EXPECT_FALSE(tokens.open(spare));
}

}  // namespace
}  // namespace openstrat::fleet
