#include "http/content_coding.hpp"

#include <gtest/gtest.h>

#include <array>

namespace openstrat::http {
namespace {

using enum Coding;
constexpr std::array kBoth{brotli, gzip};

Coding choose(std::string_view header) { return choose_coding(header, kBoth); }

TEST(ContentCodingTest, TheFirstOfferedWinsAmongEquals) {
  EXPECT_EQ(choose("gzip, deflate, br, zstd"), brotli);
  EXPECT_EQ(choose("gzip, deflate"), gzip);
  EXPECT_EQ(choose("identity, br"), brotli);
  EXPECT_EQ(choose("*"), brotli);
}

TEST(ContentCodingTest, WeightsCount) {
  EXPECT_EQ(choose("br;q=0.5, gzip;q=0.8"), gzip);
  EXPECT_EQ(choose("br; q=0.001, gzip ;q=0"), brotli);
  EXPECT_EQ(choose("br;q=0, *;q=0.3"), gzip);
  EXPECT_EQ(choose("identity, gzip;q=0.9"), identity);
  EXPECT_EQ(choose("BR;Q=1.0"), brotli);
}

TEST(ContentCodingTest, IdentityIsWhatRemains) {
  EXPECT_EQ(choose_coding(std::nullopt, kBoth), identity);
  EXPECT_EQ(choose(""), identity);
  EXPECT_EQ(choose("deflate, zstd"), identity);
  EXPECT_EQ(choose("*;q=0"), identity);
  EXPECT_EQ(choose("identity;q=0"), identity);
  EXPECT_EQ(choose("brotli, gzipped"), identity);
  EXPECT_EQ(choose_coding("br", {}), identity);
}

TEST(ContentCodingTest, UnreadableWeightsAreRefusals) {
  for (const auto* header : {"br;q=", "br;q=x", "br;q=0.x", "br;q=-1", "br;q=0.1234", "br;q=.5"}) EXPECT_EQ(choose(header), identity) << header;
}

TEST(ContentCodingTest, EntityTagsInLists) {
  EXPECT_TRUE(etag_matches(R"("a")", R"("a")"));
  EXPECT_TRUE(etag_matches(R"(W/"b", "a")", R"("a")"));
  EXPECT_TRUE(etag_matches(R"(W/"a")", R"("a")"));
  EXPECT_TRUE(etag_matches("*", R"("a")"));
  EXPECT_FALSE(etag_matches(R"("aa")", R"("a")"));
  EXPECT_FALSE(etag_matches(std::nullopt, R"("a")"));
}

}  // namespace
}  // namespace openstrat::http
