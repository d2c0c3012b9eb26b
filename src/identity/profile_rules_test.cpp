#include "identity/profile_rules.hpp"

#include <gmock/gmock.h>

#include "base/crypto.hpp"

namespace openstrat::identity {
namespace {

using ::testing::ElementsAre;

std::string data_uri(const std::string& type, const std::string& bytes) { return "data:image/" + type + ";base64," + crypto::base64(bytes); }

TEST(Picture, IsAnAddressOrASmallImage) {
  EXPECT_TRUE(is_picture("https://example.com/ann.png?size=2"));
  EXPECT_TRUE(is_picture(data_uri("png", "\x89PNG\r\n\x1a\n...")));
  EXPECT_TRUE(is_picture(data_uri("jpeg", "\xFF\xD8\xFF\xE0...")));
  EXPECT_TRUE(is_picture(data_uri("gif", "GIF89a")));
  EXPECT_TRUE(is_picture(data_uri("webp", "RIFF\1\2\3\4WEBPVP8 ")));
}

TEST(Picture, IsNothingThatRunsOrLies) {
  for (const std::string& wrong : {std::string(), std::string("http://example.com/a.png"), std::string("https://"), std::string("javascript:alert(1)"),
                                   std::string("https://example.com/\"onload="), std::string("https://example.com/a b"), std::string("data:text/html;base64,PGI+"),
                                   data_uri("svg+xml", "<svg onload=alert(1)>"), data_uri("png", "<svg>"), data_uri("webp", "RIFF"), std::string("data:image/png,abc"),
                                   std::string("data:image/png;base64,%%%"), data_uri("gif", "GIF89a" + std::string(kLongestPicture, 'x')),
                                   "https://example.com/" + std::string(2000, 'a')})
    EXPECT_FALSE(is_picture(wrong)) << wrong.substr(0, 60);
}

TEST(Profile, NamesEveryWrongFieldAndChangesNothingThen) {
  Member member{.id = {}, .email = "ann@example.com", .name = "Ann"};
  ProfileChange change;
  change.name = "a\nb", change.country = "XX", change.picture = "ftp://x", change.timezone = "Mars/Base", change.locale = std::string(40, 'x');
  change.mobile = Mobile{.e164 = {}, .local = "x", .country = "DE"};
  const auto refused = apply_profile(member, change);
  ASSERT_FALSE(refused);
  std::vector<std::string> names;
  for (const auto& field : refused.error().fields()) names.push_back(field.name);
  EXPECT_THAT(names, ElementsAre("name", "locale", "timezone", "mobile.local", "country", "picture"));
  EXPECT_EQ(member.name, "Ann");
}

TEST(Profile, AnotherNumberIsNotVerified) {
  Member member{.id = {}, .email = "ann@example.com", .name = "Ann"};
  ProfileChange change;
  change.mobile = Mobile{.e164 = {}, .local = "0170 1234567", .country = "de"};
  ASSERT_TRUE(apply_profile(member, change));
  member.mobile_verified = true;
  ASSERT_TRUE(apply_profile(member, change));
  EXPECT_TRUE(member.mobile_verified) << "the same number";
  (*change.mobile)->local = "0170 7654321";
  ASSERT_TRUE(apply_profile(member, change));
  EXPECT_FALSE(member.mobile_verified);
}

}  // namespace
}  // namespace openstrat::identity
