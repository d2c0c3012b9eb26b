#include "mfa/totp.hpp"

#include <gtest/gtest.h>

#include "mfa/qr_code.hpp"

namespace openstrat::mfa {
namespace {

constexpr std::string_view kSecret = "12345678901234567890";  // RFC 6238, appendix B

Timestamp at(std::int64_t seconds) { return Timestamp(std::chrono::seconds(seconds)); }

TEST(Totp, GivesTheVectorsOfRfc6238) {
  // The RFC prints eight digits; six are their end.
  const std::pair<std::int64_t, const char*> vectors[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                                                          {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
  for (const auto& [seconds, expected] : vectors) EXPECT_EQ(totp::code(kSecret, totp::step_at(at(seconds))), expected) << seconds;
}

TEST(Totp, AcceptsOneStepBeforeAndAfter) {
  const auto now = at(1'234'567'890);
  const auto step = totp::step_at(now);
  for (const int offset : {-1, 0, 1}) EXPECT_EQ(totp::matching_step(kSecret, totp::code(kSecret, step + offset), now, 0), step + offset);
  for (const int offset : {-2, 2}) EXPECT_EQ(totp::matching_step(kSecret, totp::code(kSecret, step + offset), now, 0), std::nullopt);
}

TEST(Totp, AStepThatWasUsedDoesNotMatchAgain) {
  const auto now = at(1'234'567'890);
  const auto step = totp::step_at(now);
  EXPECT_EQ(totp::matching_step(kSecret, totp::code(kSecret, step), now, step), std::nullopt);
  EXPECT_EQ(totp::matching_step(kSecret, totp::code(kSecret, step - 1), now, step), std::nullopt) << "nor an earlier one";
  EXPECT_EQ(totp::matching_step(kSecret, totp::code(kSecret, step + 1), now, step), step + 1);
}

TEST(Totp, Base32IsThatOfRfc4648WithoutPadding) {
  EXPECT_EQ(totp::base32(""), "");
  EXPECT_EQ(totp::base32("f"), "MY");
  EXPECT_EQ(totp::base32("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(totp::base32(kSecret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

TEST(Totp, TheKeyUriNamesBrandAndAccount) {
  EXPECT_EQ(totp::otpauth_uri(kSecret, "Open: Strat & Co", "ann+x@example.com"),
            "otpauth://totp/Open%20Strat%20%26%20Co:ann%2Bx%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
            "&issuer=Open%20Strat%20%26%20Co&algorithm=SHA1&digits=6&period=30");
}

TEST(QrCode, IsASquareSvgWithAQuietZone) {
  const auto svg = qr_svg("A");  // version 1: 21 modules, and four on each side
  EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 29 29\" role=\"img\"")) << svg;
  EXPECT_NE(svg.find("<path d=\"M4 4h7v1h-7z"), std::string::npos) << "the finder pattern stands in the corner: " << svg;
  EXPECT_THROW(qr_svg(std::string(5000, 'x')), std::length_error);
}

}  // namespace
}  // namespace openstrat::mfa
