#include "base/url_signer.hpp"

#include <gtest/gtest.h>

namespace openstrat {
namespace {

using Verdict = UrlSigner::Verdict;

crypto::Key32 key(std::uint8_t fill) {
  crypto::Key32 out;
  out.fill(fill);
  return out;
}

const Timestamp kNow = from_unix_us(1'700'000'000'000'000);

std::pair<std::string, std::string> split(const std::string& url) {
  const auto question = url.find('?');
  return {url.substr(0, question), url.substr(question + 1)};
}

TEST(UrlSigner, AcceptsWhatItSigned) {
  const UrlSigner signer({key(1)});
  const auto [path, query] = split(signer.sign("/job/1/update?status=busy", std::nullopt));
  EXPECT_EQ(path, "/job/1/update");
  EXPECT_EQ(signer.verify(path, query, kNow), Verdict::good);
}

TEST(UrlSigner, RefusesAChangedPathStatusOrSignature) {
  const UrlSigner signer({key(1)});
  const auto [path, query] = split(signer.sign("/job/1/update?status=busy", std::nullopt));
  EXPECT_EQ(signer.verify("/job/2/update", query, kNow), Verdict::bad);
  EXPECT_EQ(signer.verify(path, "status=done" + query.substr(query.find('&')), kNow), Verdict::bad);
  EXPECT_EQ(signer.verify(path, "status=busy", kNow), Verdict::missing);
  EXPECT_EQ(signer.verify(path, query + "0", kNow), Verdict::bad);
  EXPECT_EQ(signer.verify(path, query + "&signature=00", kNow), Verdict::bad);
}

TEST(UrlSigner, OrderOfParametersDoesNotMatter) {
  const UrlSigner signer({key(1)});
  const auto [path, query] = split(signer.sign("/x?b=2&a=1", std::nullopt));
  const auto signature = query.substr(query.find("signature="));
  EXPECT_EQ(signer.verify(path, "a=1&" + signature + "&b=2", kNow), Verdict::good);
}

TEST(UrlSigner, UncoveredParametersMayBeAddedOthersNot) {
  const UrlSigner signer({key(1)});
  const auto [path, query] = split(signer.sign("/job/1/update?status=fail", std::nullopt));
  EXPECT_EQ(signer.verify(path, query + "&error=no%20such%20item", kNow, {"error"}), Verdict::good);
  EXPECT_EQ(signer.verify(path, query + "&other=1", kNow, {"error"}), Verdict::bad);
}

TEST(UrlSigner, ExpiryIsCoveredAndEnforced) {
  const UrlSigner signer({key(1)});
  const auto [path, query] = split(signer.sign("/x", kNow + std::chrono::seconds(10)));
  EXPECT_EQ(signer.verify(path, query, kNow), Verdict::good);
  EXPECT_EQ(signer.verify(path, query, kNow + std::chrono::seconds(11)), Verdict::expired);
  const auto later = "expires=9999999999" + query.substr(query.find('&'));
  EXPECT_EQ(signer.verify(path, later, kNow), Verdict::bad);
}

TEST(UrlSigner, OldKeysStillVerifyAfterARotation) {
  const auto [path, query] = split(UrlSigner({key(1)}).sign("/x?a=1", std::nullopt));
  EXPECT_EQ(UrlSigner({key(1), key(2)}).verify(path, query, kNow), Verdict::good);
  EXPECT_EQ(UrlSigner({key(2)}).verify(path, query, kNow), Verdict::bad);
}

}  // namespace
}  // namespace openstrat
