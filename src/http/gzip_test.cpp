#include "http/gzip.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "http/testing/in_memory.hpp"

namespace openstrat::http {
namespace {

using testing::Sending;
using testing::send;

std::string gunzip(std::string_view packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(1 << 22, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

/// A list of things as long as asked.
std::string list_of(int things) {
  std::string json = "[";
  for (int i = 0; i < things; ++i) json += (i != 0 ? "," : "") + std::string(R"({"id":")") + std::to_string(i * 7919) + R"(","name":"branch","state":"online"})";
  return json + "]";
}

class CompressionTest : public ::testing::Test {
 protected:
  CompressionTest() : router_(testing::in_memory_hooks(clock_, authenticator_)) {
    authenticator_.add("user", testing::user_with({}, {"site:view"}));
    authenticator_.add("key", testing::api_key_with({}, {"site:view"}));
    router_.add<NoFields, JsonText>(Method::get, "/sites", {.family = "f", .summary = "list", .auth = Auth::bearer | Auth::api_key | Auth::public_, .scope = "site:view", .needs_team = false,
                                                           .handle = [this](Call& call, NoFields) -> Result<JsonText> {
                                                             if (has_etag_) call.reply.headers.set("ETag", "\"1\"");
                                                             return JsonText{list_of(things_)};
                                                           }});
    router_.add<NoFields, Text>(Method::get, "/export", {.family = "f", .summary = "export", .auth = Auth::bearer, .scope = "site:view", .needs_team = false, .media_type = "text/plain",
                                                        .handle = [](Call&, NoFields) -> Result<Text> { return Text{"text/plain", std::string(5000, 'a')}; }});
  }
  Response get(std::string_view path, std::string token, std::string accepted = "gzip, deflate, br") {
    return send(router_, Method::get, path, {.token = std::move(token), .headers = {{"Accept-Encoding", std::move(accepted)}}});
  }
  static bool is_packed(const Response& response) { return response.headers.find("Content-Encoding") == "gzip"; }

  int things_ = 100;
  bool has_etag_ = false;
  ManualClock clock_{from_unix_us(0)};
  testing::FakeAuthenticator authenticator_;
  Router router_;
};

TEST(GzipTest, ComesBackAsItWas) {
  for (int things : {0, 1, 50, 20'000}) {
    const auto plain = list_of(things);
    EXPECT_EQ(gunzip(gzip(plain)), plain);
  }
  EXPECT_LT(gzip(list_of(1000)).size() * 5, list_of(1000).size());
}

TEST_F(CompressionTest, ListsArePackedForTokensAndKeys) {
  for (const char* token : {"user", "key"}) {
    const auto response = get("/sites", token);
    ASSERT_TRUE(is_packed(response)) << token;
    EXPECT_EQ(gunzip(response.body), list_of(100));
    EXPECT_EQ(response.headers.find("Vary"), "Accept-Encoding");
    EXPECT_EQ(response.content_type, "application/json");
  }
}

TEST_F(CompressionTest, OnlyForThoseWhoTakeIt) {
  for (const char* accepted : {"", "br", "gzip;q=0", "identity"}) {
    const auto response = get("/sites", "user", accepted);
    EXPECT_FALSE(is_packed(response)) << accepted;
    EXPECT_EQ(response.body, list_of(100));
    EXPECT_EQ(response.headers.find("Vary"), "Accept-Encoding") << accepted;
  }
}

TEST_F(CompressionTest, ShortAnswersTextsAndStrangersStayAsTheyAre) {
  EXPECT_FALSE(is_packed(get("/sites", "")));
  EXPECT_FALSE(is_packed(get("/export", "user")));
  has_etag_ = true;
  EXPECT_FALSE(is_packed(get("/sites", "user")));
  has_etag_ = false;
  things_ = 10;
  EXPECT_FALSE(is_packed(get("/sites", "user")));
}

}  // namespace
}  // namespace openstrat::http
