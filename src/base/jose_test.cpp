// The published examples, forgeries of every known kind, and what a provider's key set may look like.
#include "base/jose.hpp"

#include <gmock/gmock.h>

#include "base/crypto.hpp"
#include "base/crypto_sign.hpp"

namespace openstrat::jose {
namespace {

using ::testing::HasSubstr;

// RFC 7515 A.2
constexpr std::string_view kRsaKey =
    R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4)"
    R"(d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQ)"
    R"(OS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkM)"
    R"(Ls91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"})";
constexpr std::string_view kRsaToken =
    R"(eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0c)"
    R"(nVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdb)"
    R"(F9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6)"
    R"(_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0ig)"
    R"(cN_IoypGlUPQGe77Rw)";
// RFC 7515 A.3
constexpr std::string_view kEcKey =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pC)"
    R"(yStikYjKIWI5a0"})";
constexpr std::string_view kEcToken =
    R"(eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0c)"
    R"(nVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q)";
// Made with `openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sign`
constexpr std::string_view kPssKey =
    R"({"kty":"RSA","kid":"ps","n":"z3UsFoyKGI52f5ScD0fl4xsmwBQJpNux5asWNVqb9bX64R5AdNmPkMOWPz7s35CEkEzOEFIEwsst3QB5R)"
    R"(TSc1t07sEfCmVFK6L2jXslO0n05UdYDgYGMAt2Hwzx50iVG4dcGJY81_1V8MdWGPMY5iub7zyZNWu_tsyM4XzfVqODvNz0crnrBFLoxj8PJaQn)"
    R"(lsvNZYI3MtcXRNTHhV92kOiLjGZDFi3hW4Z1nvoDBc9lypwi8xrzuWagZWMTVX3vPvqr3jybeBpqykciBprkvDlYeGF4QlQUNTBfnmcIEWIkNk)"
    R"(UVsdUEXN1F7JchJCL69A83SXVJp_nGVAaqXi48-9Q","e":"AQAB"})";
constexpr std::string_view kPssToken =
    R"(eyJhbGciOiJQUzI1NiIsImtpZCI6InBzIn0.eyJpc3MiOiJqb2UiLCJleHAiOjEzMDA4MTkzODB9.emDRArd4cowg-051csH_ijOPABYHL4C3F)"
    R"(IVRfeDX01gpq-1oGvSV4Xoi4EJBQ5dnSjXmAVsR49eded9Le6FBE8hLMPXvEe9KZsknZjHHPdMVWA1jp-G1NFOYr36ArMkIEQBZea7m4OjvcK_)"
    R"(PWnVDiwmguJoqNcaDoItduuHO6tkMIibLqXVPf8n3gT0yZ5WwrEJfdcv0IBnOyUsN2_CxlT1NydYZLx6omLHeKbl9o3RPedpih89yGooMpF_Es)"
    R"(b8WZVp-N6hfTWG46mc-hu4s3ZIbmw4omi-5T9OVFqPXicwcZ5FDupigRXmmTLzo0Zt9omAyr0JRg01J37dOLE7uBw)";
// RFC 8037 A.2, A.4
constexpr std::string_view kEdKey = R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
constexpr std::string_view kEdSigned = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
constexpr std::string_view kEdSignature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

KeySet keys_of(std::string_view json) {
  auto keys = KeySet::parse(json);
  EXPECT_TRUE(keys) << json;
  return keys ? *std::move(keys) : KeySet();
}
std::string set_of(std::initializer_list<std::string_view> keys) {
  std::string out = R"({"keys":[)";
  for (const auto key : keys) (out.ends_with('[') ? out : out += ',') += key;
  return out + "]}";
}
std::string compact(std::string_view header, std::string_view payload, std::string_view signature = "x") {
  return crypto::base64url(header) + "." + crypto::base64url(payload) + "." + crypto::base64url(signature);
}
std::string why_refused(std::string_view token) {
  const auto parsed = parse_token(token);
  return parsed ? "" : parsed.error().message();
}

TEST(Jose, Ed25519IsEdDsaByItsNewerName) {
  EXPECT_EQ(parse_algorithm("Ed25519"), Algorithm::eddsa);
  EXPECT_EQ(parse_algorithm("Ed448"), std::nullopt);
  EXPECT_EQ(parse_algorithm("none"), std::nullopt);
}

TEST(Jose, PublishedSignaturesVerify) {
  for (const auto& [key, text] : {std::pair{kRsaKey, kRsaToken}, {kEcKey, kEcToken}, {kPssKey, kPssToken}}) {
    const auto token = parse_token(text);
    ASSERT_TRUE(token) << token.error().message();
    EXPECT_EQ(token->claims.text("iss"), "joe");
    EXPECT_TRUE(keys_of(key).verify(*token)) << to_string(token->algorithm);
    EXPECT_TRUE(keys_of(set_of({kEdKey, kEcKey, kRsaKey, kPssKey})).verify(*token));
  }
  const auto ed = keys_of(kEdKey);
  EXPECT_TRUE(ed.keys().at(0).key.verify(Algorithm::eddsa, kEdSigned, *crypto::unbase64url(kEdSignature)));
}

TEST(Jose, AChangedByteDoesNotVerify) {
  for (const auto& [key, text] : {std::pair{kRsaKey, kRsaToken}, {kEcKey, kEcToken}, {kPssKey, kPssToken}}) {
    const auto good = parse_token(text);
    ASSERT_TRUE(good);
    for (const std::size_t at : {std::size_t{0}, good->signature.size() / 2, good->signature.size() - 1}) {
      auto token = *good;
      token.signature[at] ^= 1;
      EXPECT_EQ(keys_of(key).verify(token).error().reason(), "token_invalid");
    }
    auto token = *good;
    token.signed_part.back() ^= 1;
    EXPECT_FALSE(keys_of(key).verify(token));
    token = *good;
    token.signature.clear();
    EXPECT_FALSE(keys_of(key).verify(token));
  }
}

TEST(Jose, ASignatureCountsForItsAlgorithmOnly) {
  auto token = *parse_token(kRsaToken);
  token.algorithm = Algorithm::ps256;
  EXPECT_FALSE(keys_of(kRsaKey).verify(token));
  token.algorithm = Algorithm::es256;
  EXPECT_FALSE(keys_of(set_of({kRsaKey, kEcKey})).verify(token));
  auto pss = *parse_token(kPssToken);
  pss.algorithm = Algorithm::rs256;
  EXPECT_FALSE(keys_of(kPssKey).verify(pss));
  std::string pinned(kRsaKey);
  pinned.insert(1, R"("alg":"PS256",)");
  EXPECT_FALSE(keys_of(pinned).has_key_for(*parse_token(kRsaToken)));
}

TEST(Jose, UnsignedAndSymmetricTokensAreRefusedUnread) {
  for (const auto* alg : {"none", "None", "nOnE", "", "HS256", "HS512", "RS512", "ES384", "rs256"})
    EXPECT_THAT(why_refused(compact(std::string(R"({"alg":")") + alg + R"("})", "{}")), HasSubstr("not signed with")) << alg;
  EXPECT_THAT(why_refused(compact(R"({"typ":"JWT"})", "{}")), HasSubstr("not signed with"));
  EXPECT_THAT(why_refused(compact(R"({"alg":["RS256"]})", "{}")), HasSubstr("not signed with"));
  EXPECT_THAT(why_refused(compact(R"({"alg":"RS256","crit":["b64"],"b64":false})", "{}")), HasSubstr("critical"));
}

TEST(Jose, AKeyInTheTokenItselfIsNotLookedAt) {
  const auto stranger = crypto::RsaKey::generate();
  const auto jwk = R"({"kty":"RSA","e":"AQAB","n":")" + crypto::base64url(stranger.modulus()) + R"("})";
  std::string text = crypto::base64url(R"({"alg":"RS256","jwk":)" + jwk + "}") + "." + crypto::base64url("{}");
  text += "." + crypto::base64url(stranger.sign_sha256(text));
  const auto token = parse_token(text);
  ASSERT_TRUE(token);
  EXPECT_FALSE(keys_of(kRsaKey).verify(*token));
  EXPECT_TRUE(keys_of(jwk).verify(*token));
}

TEST(Jose, GarbledTokens) {
  for (const auto& text : {std::string(), std::string("a"), std::string("a.b"), std::string("a.b.c"), std::string("...."),
                                 compact("[]", "{}"), compact(R"({"alg":"RS256"})", "[1]"), compact(R"({"alg":"RS256"})", "{}") + ".x",
                                 std::string(kRsaToken) + "=", std::string(20'000, 'a')})
    EXPECT_FALSE(why_refused(text).empty()) << text.substr(0, 100);
}

TEST(Jose, TheKeyIdChooses) {
  const auto named = [](std::string_view key, std::string_view kid) {
    return "{\"kid\":\"" + std::string(kid) + "\"," + std::string(key.substr(1));
  };
  auto token = *parse_token(kRsaToken);
  token.kid = "new";
  EXPECT_FALSE(keys_of(set_of({named(kRsaKey, "old")})).has_key_for(token));
  const auto refused = keys_of(set_of({named(kRsaKey, "old")})).verify(token);
  EXPECT_THAT(refused.error().message(), HasSubstr("not published"));
  EXPECT_TRUE(keys_of(set_of({named(kRsaKey, "old"), named(kRsaKey, "new")})).verify(token));
  token.kid.clear();
  EXPECT_TRUE(keys_of(set_of({named(kRsaKey, "old")})).verify(token));
}

TEST(Jose, KeysThatMakeNoSenseAreLeftOut) {
  std::string encryption(kRsaKey);
  encryption.insert(1, R"("use":"enc",)");
  std::string foreign(kRsaKey);
  foreign.insert(1, R"("alg":"RSA-OAEP",)");
  std::string off_curve(kEcKey);
  off_curve.replace(off_curve.find("f83O"), 4, "f83P");
  EXPECT_TRUE(keys_of(set_of({encryption, foreign, off_curve, "1", "{}", R"({"kty":"oct","k":"AA"})", R"({"kty":"RSA","n":"AQAB","e":"AQAB"})",
                              R"({"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"})).keys().empty());
  EXPECT_EQ(keys_of(set_of({"null", kEcKey})).keys().size(), 1u);
  for (const auto* text : {"", "[]", "{}", R"({"keys":1})", "<html>"}) EXPECT_FALSE(KeySet::parse(text)) << text;
  std::string many = R"({"keys":[)";
  for (int i = 0; i < 100; ++i) many.append(i == 0 ? "" : ",").append(kEcKey);
  EXPECT_EQ(keys_of(many + "]}").keys().size(), 64u);
}

TEST(Jose, WeakRsaKeysAreRefused) {
  const std::string modulus = *crypto::unbase64url(std::string_view(kRsaKey).substr(18, 342));
  EXPECT_TRUE(crypto::PublicKey::rsa(modulus, "\x03"));
  EXPECT_FALSE(crypto::PublicKey::rsa(modulus, "\x01"));
  EXPECT_FALSE(crypto::PublicKey::rsa(modulus, "\x04"));
  EXPECT_FALSE(crypto::PublicKey::rsa(modulus, ""));
  EXPECT_FALSE(crypto::PublicKey::rsa(modulus, std::string(9, '\x03')));
  EXPECT_FALSE(crypto::PublicKey::rsa(modulus.substr(0, 128), "\x03"));
  EXPECT_FALSE(crypto::PublicKey::rsa(std::string(2000, '\x7f'), "\x03"));
}

TEST(Jose, ClaimsAreRead) {
  const auto claims = Claims::parse(R"({"a":"x","l":["x",1,"y"],"t":1300819380.9,"b":true,"s":"true","neg":-1,"huge":1e300,"o":{"k":"v"},"os":[{"k":"w"},1]})");
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->text("a"), "x");
  EXPECT_EQ(claims->text("l"), std::nullopt);
  EXPECT_EQ(claims->texts("l"), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(claims->texts("a"), std::vector<std::string>{"x"});
  EXPECT_EQ(claims->time("t"), Timestamp(std::chrono::seconds(1300819380)));
  EXPECT_EQ(claims->time("neg"), std::nullopt);
  EXPECT_EQ(claims->time("huge"), std::nullopt);
  EXPECT_EQ(claims->time("a"), std::nullopt);
  EXPECT_EQ(claims->flag("b"), true);
  EXPECT_EQ(claims->flag("s"), true);
  EXPECT_EQ(claims->flag("a"), std::nullopt);
  EXPECT_EQ(claims->object("o")->text("k"), "v");
  EXPECT_FALSE(claims->object("a"));
  ASSERT_EQ(claims->objects("os").size(), 1u);
  EXPECT_EQ(claims->objects("os")[0].text("k"), "w");
  EXPECT_EQ(claims->number("neg"), -1);
  EXPECT_EQ(claims->number("t"), std::nullopt);
  EXPECT_TRUE(claims->has("neg"));
  EXPECT_FALSE(Claims::parse("[]"));
  EXPECT_FALSE(Claims::parse(std::string(100, '[')));
}

struct ClaimsCase {
  const char* claims;
  const char* complaint;  ///< empty: fine
};
class ClaimsTest : public ::testing::TestWithParam<ClaimsCase> {};
TEST_P(ClaimsTest, AreChecked) {
  const Expectation expected{.issuer = "https://a.example", .audience = "me", .leeway = std::chrono::seconds(60), .longest_life = std::chrono::hours(1)};
  const auto done = check_claims(*Claims::parse(GetParam().claims), expected, Timestamp(std::chrono::seconds(10'000)));
  if (*GetParam().complaint == '\0') {
    EXPECT_TRUE(done) << done.error().message();
  } else {
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message(), HasSubstr(GetParam().complaint));
  }
}
INSTANTIATE_TEST_SUITE_P(
    Cases, ClaimsTest,
    ::testing::Values(
        ClaimsCase{R"({"iss":"https://a.example","aud":"me","exp":10100,"iat":9999,"nbf":9999})", ""},
        ClaimsCase{R"({"iss":"https://a.example","aud":["you","me"],"exp":10100})", ""},
        ClaimsCase{R"({"iss":"https://a.example","aud":"me","exp":9941})", ""},
        ClaimsCase{R"({"iss":"https://a.example","aud":"me","exp":9940})", "expired"},
        ClaimsCase{R"({"iss":"https://a.example/","aud":"me","exp":10100})", "issuer"},
        ClaimsCase{R"({"aud":"me","exp":10100})", "issuer"},
        ClaimsCase{R"({"iss":"https://a.example","aud":"you","exp":10100})", "audience"},
        ClaimsCase{R"({"iss":"https://a.example","aud":[],"exp":10100})", "audience"},
        ClaimsCase{R"({"iss":"https://a.example","aud":"me"})", "does not say"},
        ClaimsCase{R"({"iss":"https://a.example","aud":"me","exp":"10100"})", "does not say"},
        ClaimsCase{R"({"iss":"https://a.example","aud":"me","exp":20000})", "too long"},
        ClaimsCase{R"({"iss":"https://a.example","aud":"me","exp":10100,"nbf":10061})", "nbf"},
        ClaimsCase{R"({"iss":"https://a.example","aud":"me","exp":10100,"iat":10061})", "iat"},
        ClaimsCase{R"({"iss":"https://a.example","aud":"me","exp":10100,"nbf":"x"})", "nbf"}));

}  // namespace
}  // namespace openstrat::jose
