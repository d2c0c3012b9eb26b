// The checks without a memory, against a passkey that is written with OpenSSL only.
#include "mfa/webauthn.hpp"

#include <gmock/gmock.h>

#include "base/crypto.hpp"
#include "mfa/cbor_shape.hpp"
#include "mfa/testing.hpp"

namespace openstrat::mfa::webauthn {
namespace {

using mfa::testing::Algorithm;
using mfa::testing::Attestation;
using mfa::testing::SoftPasskey;
using ::testing::HasSubstr;

const RelyingParty kParty{.id = "auth.example", .origins = {"https://auth.example", "https://app.auth.example:8444"}};
constexpr std::string_view kChallenge = "thirty-two bytes of a challenge.";

std::string creation() {
  return to_json(CreationOptions{.rp_id = kParty.id, .rp_name = "OpenStrat", .user_handle = "user-1", .user_name = "ann@example.com",
                                 .user_display_name = "Ann", .challenge = std::string(kChallenge), .exclude = {{"known", {"usb"}}}});
}
std::string request() { return to_json(RequestOptions{.rp_id = kParty.id, .challenge = std::string(kChallenge)}); }

template <class T>
std::string why(const Result<T>& result) {
  if (result) return "accepted";
  EXPECT_EQ(result.error().code(), Errc::unauthenticated);
  EXPECT_EQ(result.error().reason(), "passkey_invalid");
  return result.error().message();
}
Result<NewCredential> registered(std::string_view response) {
  const auto parsed = parse_attestation(response);
  if (!parsed) return fail(parsed.error());
  return verify_attestation(kParty, *parsed);
}
Result<Assertion> asserted(std::string_view response, const PublicKey& key) {
  const auto parsed = parse_assertion(response);
  if (!parsed) return fail(parsed.error());
  return verify_assertion(kParty, *parsed, key);
}

class EachAlgorithm : public ::testing::TestWithParam<Algorithm> {};
INSTANTIATE_TEST_SUITE_P(Keys, EachAlgorithm, ::testing::Values(Algorithm::es256, Algorithm::eddsa, Algorithm::rs256),
                         [](const auto& info) {
                           return info.param == Algorithm::es256 ? "es256" : info.param == Algorithm::eddsa ? "eddsa" : "rs256";
                         });

TEST_P(EachAlgorithm, IsRegisteredAndSignsIn) {
  SoftPasskey passkey(GetParam());
  passkey.counter = 0x01020304;
  passkey.backed_up = true;
  const auto made = registered(passkey.create(creation()));
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(made->challenge, kChallenge);
  EXPECT_EQ(made->key.algorithm, static_cast<int>(GetParam()));
  EXPECT_EQ(made->sign_count, 0x01020304u);
  EXPECT_TRUE(made->user_verified && made->backup_eligible && made->backed_up);
  const auto used = asserted(passkey.get(request()), made->key);
  ASSERT_TRUE(used) << used.error().message();
  EXPECT_EQ(used->challenge, kChallenge);
  EXPECT_EQ(used->sign_count, 0x01020305u);
  passkey.verified = false;
  EXPECT_FALSE(asserted(passkey.get(request()), made->key)->user_verified);
}

TEST_P(EachAlgorithm, AWrongSignatureIsRefused) {
  SoftPasskey passkey(GetParam()), other(GetParam());
  const auto key = registered(passkey.create(creation()))->key;
  EXPECT_THAT(why(asserted(other.get(request()), key)), HasSubstr("signature of the passkey is wrong"));
  passkey.breaks_signature = true;
  EXPECT_THAT(why(asserted(passkey.get(request()), key)), HasSubstr("signature of the passkey is wrong"));
}

TEST_P(EachAlgorithm, PackedSelfAttestationIsVerified) {
  SoftPasskey passkey(GetParam());
  passkey.attestation = Attestation::packed_self;
  const auto made = registered(passkey.create(creation()));
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_TRUE(asserted(passkey.get(request()), made->key));
  passkey.breaks_signature = true;
  EXPECT_THAT(why(registered(passkey.create(creation()))), HasSubstr("attestation of the passkey has a wrong signature"));
}

TEST(WebAuthn, PackedAttestationWithACertificateIsVerified) {
  SoftPasskey passkey;
  passkey.attestation = Attestation::packed_certificate;
  EXPECT_EQ(why(registered(passkey.create(creation()))), "accepted");
  passkey.breaks_signature = true;
  EXPECT_THAT(why(registered(passkey.create(creation()))), HasSubstr("wrong signature"));
}

TEST(WebAuthn, AKeyOfAnotherKindDoesNotVerify) {
  SoftPasskey passkey;
  auto key = registered(passkey.create(creation()))->key;
  const auto answer = passkey.get(request());
  for (const int algorithm : {-8, -257, -35, 0}) {
    key.algorithm = algorithm;
    EXPECT_THAT(why(asserted(answer, key)), HasSubstr("signature of the passkey is wrong")) << algorithm;
  }
}

TEST(WebAuthn, AnotherOriginOrRelyingPartyIsRefused) {
  SoftPasskey passkey;
  const auto key = registered(passkey.create(creation()))->key;
  for (const char* origin : {"https://auth.example.evil.test", "http://auth.example", "https://auth.example:8444", "https://auth.example/", "null", ""}) {
    passkey.origin = origin;
    EXPECT_THAT(why(registered(passkey.create(creation()))), HasSubstr("another origin")) << origin;
    EXPECT_THAT(why(asserted(passkey.get(request()), key)), HasSubstr("another origin")) << origin;
  }
  passkey.origin = "https://app.auth.example:8444";
  EXPECT_EQ(why(asserted(passkey.get(request()), key)), "accepted");
  passkey.rp_id = "example";
  EXPECT_THAT(why(registered(passkey.create(creation()))), HasSubstr("another site"));
  EXPECT_THAT(why(asserted(passkey.get(request()), key)), HasSubstr("another site"));
}

TEST(WebAuthn, AFrameOfAnotherSiteIsRefused) {
  SoftPasskey passkey;
  passkey.client_data_extra = R"(,"crossOrigin":false)";
  const auto made = registered(passkey.create(creation()));
  ASSERT_TRUE(made);
  for (const char* extra : {R"(,"crossOrigin":true)", R"(,"crossOrigin":"no")"}) {
    passkey.client_data_extra = extra;
    EXPECT_THAT(why(registered(passkey.create(creation()))), HasSubstr("frame"));
    EXPECT_THAT(why(asserted(passkey.get(request()), made->key)), HasSubstr("frame"));
  }
}

TEST(WebAuthn, AnAnswerOfTheOtherCeremonyIsRefused) {
  SoftPasskey passkey;
  const auto made = registered(passkey.create(creation()));
  const auto data = passkey.client_data("webauthn.get", crypto::base64url(kChallenge));
  const auto swapped = SoftPasskey::attestation_response(passkey.credential_id, data, passkey.attestation_object(data));
  EXPECT_THAT(why(registered(swapped)), HasSubstr("another ceremony"));
}

TEST(WebAuthn, NobodyPresentIsRefused) {
  SoftPasskey passkey;
  const auto key = registered(passkey.create(creation()))->key;
  passkey.present = false;
  EXPECT_THAT(why(registered(passkey.create(creation()))), HasSubstr("present"));
  EXPECT_THAT(why(asserted(passkey.get(request()), key)), HasSubstr("present"));
}

TEST(WebAuthn, OtherAttestationFormatsAreRefused) {
  SoftPasskey passkey;
  for (const char* format : {"tpm", "android-key", "fido-u2f", "apple"}) {
    passkey.format = format;
    EXPECT_THAT(why(registered(passkey.create(creation()))), HasSubstr("not accepted")) << format;
  }
  passkey.attestation = Attestation::packed_self;
  passkey.format = "none";
  EXPECT_THAT(why(registered(passkey.create(creation()))), HasSubstr("carries a statement"));
}

TEST(WebAuthn, TheNamedAndTheCarriedPasskeyAreTheSame) {
  SoftPasskey passkey;
  const auto data = passkey.client_data("webauthn.create", crypto::base64url(kChallenge));
  EXPECT_THAT(why(registered(SoftPasskey::attestation_response("other", data, passkey.attestation_object(data)))), HasSubstr("another passkey"));
}

TEST(WebAuthn, EveryCutOfTheAttestationIsRefused) {
  SoftPasskey passkey;
  const auto data = passkey.client_data("webauthn.create", crypto::base64url(kChallenge));
  const auto whole = passkey.attestation_object(data);
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(why(registered(SoftPasskey::attestation_response(passkey.credential_id, data, whole.substr(0, length)))), "accepted") << length;
  EXPECT_NE(why(registered(SoftPasskey::attestation_response(passkey.credential_id, data, whole + '\0'))), "accepted");
  EXPECT_EQ(why(registered(SoftPasskey::attestation_response(passkey.credential_id, data, whole))), "accepted");
}

TEST(WebAuthn, EveryChangedByteOfASelfAttestationIsRefused) {
  SoftPasskey passkey;
  passkey.attestation = Attestation::packed_self;
  const auto data = passkey.client_data("webauthn.create", crypto::base64url(kChallenge));
  const auto whole = passkey.attestation_object(data);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_NE(why(registered(SoftPasskey::attestation_response(passkey.credential_id, data, changed))), "accepted") << at;
  }
}

TEST(WebAuthn, GarbageIsRefusedWithAReason) {
  SoftPasskey passkey;
  const auto key = registered(passkey.create(creation()))->key;
  const std::string nested(100'000, '[');
  for (const std::string& text : {std::string(), std::string("{}"), std::string("[]"), std::string("null"), std::string("\xff\xfe"), nested,
                                  std::string(R"({"type":"public-key"})"), std::string(R"({"type":"public-key","rawId":"AA","response":{}})"),
                                  std::string(R"({"type":"public-key","rawId":"","response":{}})"),
                                  std::string(R"({"type":"password","rawId":"AA","response":{}})"),
                                  std::string(R"({"type":"public-key","rawId":"!!","response":{"clientDataJSON":1}})"),
                                  std::string(R"({"type":"public-key","rawId":"AA","response":{"clientDataJSON":"e30","attestationObject":"oA","authenticatorData":"AA","signature":"AA"}})")}) {
    EXPECT_NE(why(registered(text)), "accepted") << text.substr(0, 100);
    EXPECT_NE(why(asserted(text, key)), "accepted") << text.substr(0, 100);
  }
}

TEST(WebAuthn, TheOptionsSayWhatBrowsersNeed) {
  EXPECT_THAT(creation(), HasSubstr(R"("rp":{"id":"auth.example","name":"OpenStrat"})"));
  EXPECT_THAT(creation(), HasSubstr(R"("pubKeyCredParams":[{"type":"public-key","alg":-7},{"type":"public-key","alg":-8},{"type":"public-key","alg":-257}])"));
  EXPECT_THAT(creation(), HasSubstr(R"("excludeCredentials":[{"type":"public-key","id":"a25vd24","transports":["usb"]}])"));
  EXPECT_THAT(request(), HasSubstr(R"("userVerification":"preferred")"));
}

TEST(WebAuthn, TransportsAndResidenceAreTakenFromTheAnswer) {
  SoftPasskey passkey;
  const auto parsed = parse_attestation(passkey.create(creation()));
  ASSERT_TRUE(parsed);
  EXPECT_THAT(parsed->transports, ::testing::ElementsAre("internal", "hybrid"));
  EXPECT_EQ(parsed->discoverable, true);
}

TEST(CborShape, BoundsWhatALibraryWouldAllocate) {
  EXPECT_EQ(cbor_item_length(std::string_view("\x00", 1)), 1u);
  EXPECT_EQ(cbor_item_length("\xa1\x61" "a\x42" "xyrest"), 6u);
  EXPECT_EQ(cbor_item_length(std::string_view("\xf5", 1)), 1u);
  for (const std::string_view bad : {std::string_view(""), std::string_view("\x9a\xff\xff\xff\xff"), std::string_view("\xbb\xff\xff\xff\xff\xff\xff\xff\xff"),
                                     std::string_view("\x5b\xff\xff\xff\xff\xff\xff\xff\xff"), std::string_view("\x9f\xff"), std::string_view("\xc0\x00", 2),
                                     std::string_view("\x1c"), std::string_view("\x19\x01"), std::string_view("\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x00", 11)})
    EXPECT_EQ(cbor_item_length(bad), std::nullopt) << crypto::hex({reinterpret_cast<const std::uint8_t*>(bad.data()), bad.size()});
}

}  // namespace
}  // namespace openstrat::mfa::webauthn
