#include "base/crypto_sign.hpp"

#include <gtest/gtest.h>

namespace openstrat::crypto {
namespace {

TEST(RsaKey, VerifiesWhatItSigned) {
  const auto key = RsaKey::generate();
  const auto signature = key.sign_sha256("header.payload");
  EXPECT_EQ(signature.size(), 256u);
  EXPECT_TRUE(key.verify_sha256("header.payload", signature));
  EXPECT_FALSE(key.verify_sha256("header.payloaD", signature));
  auto wrong = signature;
  wrong.back() ^= 1;
  EXPECT_FALSE(key.verify_sha256("header.payload", wrong));
  EXPECT_FALSE(key.verify_sha256("header.payload", ""));
  EXPECT_FALSE(RsaKey::generate().verify_sha256("header.payload", signature));
}

TEST(RsaKey, SurvivesItsDerForm) {
  const auto key = RsaKey::generate();
  const auto copy = RsaKey::from_der(key.to_der());
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->modulus(), key.modulus());
  EXPECT_EQ(copy->modulus().size(), 256u);
  EXPECT_EQ(copy->exponent(), std::string("\x01\x00\x01", 3));
  EXPECT_TRUE(key.verify_sha256("text", copy->sign_sha256("text")));
}

TEST(RsaKey, RefusesGarbage) {
  EXPECT_FALSE(RsaKey::from_der(""));
  EXPECT_FALSE(RsaKey::from_der("not a key"));
  const auto der = RsaKey::generate().to_der();
  EXPECT_FALSE(RsaKey::from_der(std::string_view(der).substr(0, der.size() / 2)));
}

}  // namespace
}  // namespace openstrat::crypto
