#include "sim/rest/http.hpp"

#include <gtest/gtest.h>

namespace openstrat::sim {
namespace {

using State = HttpReader::State;

TEST(HttpReader, TakesRequestsHoweverTheyAreCut) {
  const std::string bytes = "POST /rest/ip/address/print HTTP/1.1\r\nHost: r\r\nAuthorization: Basic YTpi\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    HttpReader reader;
    EXPECT_FALSE(reader.started());
    reader.add(bytes.substr(0, cut));
    ASSERT_EQ(reader.read(), State::more) << cut;
    EXPECT_TRUE(reader.started());
    reader.add(bytes.substr(cut));
    ASSERT_EQ(reader.read(), State::whole) << cut;
    const HttpRequest request = reader.take();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/rest/ip/address/print");
    EXPECT_EQ(request.host, "r");
    EXPECT_EQ(request.authorization, "Basic YTpi");
    EXPECT_EQ(request.content_type, "application/json");
    EXPECT_EQ(request.body, "{}");
    EXPECT_TRUE(request.keep_alive);
    EXPECT_FALSE(reader.started());
  }
}

TEST(HttpReader, GivesPipelinedRequestsOneByOne) {
  HttpReader reader;
  reader.add("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.0\r\n\r\nGET /c");
  ASSERT_EQ(reader.read(), State::whole);
  EXPECT_EQ(reader.take().target, "/a");
  ASSERT_EQ(reader.read(), State::whole);
  const HttpRequest second = reader.take();
  EXPECT_EQ(second.target, "/b");
  EXPECT_FALSE(second.keep_alive);
  EXPECT_EQ(reader.read(), State::more);
}

TEST(HttpReader, ReadsChunkedBodies) {
  HttpReader reader;
  reader.add("PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n5\r\n\":\"1\"\r\n1\r\n}\r\n0\r\n\r\n");
  ASSERT_EQ(reader.read(), State::whole);
  EXPECT_EQ(reader.take().body, "{\"a\":\"1\"}");
}

TEST(HttpReader, TellsOnceToGoOn) {
  HttpReader reader;
  reader.add("POST /x HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-Continue\r\n\r\n");
  EXPECT_EQ(reader.read(), State::wants_go_on);
  EXPECT_EQ(reader.read(), State::more);
  reader.add("abcd");
  ASSERT_EQ(reader.read(), State::whole);
  EXPECT_EQ(reader.take().body, "abcd");
}

TEST(HttpReader, RefusesTooMuch) {
  HttpReader announced;
  announced.add("POST /x HTTP/1.1\r\nContent-Length: 65537\r\n\r\n");
  EXPECT_EQ(announced.read(), State::body_too_large);
  HttpReader chunked;
  chunked.add("POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n" + std::string(0x20000, 'x'));
  EXPECT_EQ(chunked.read(), State::body_too_large);
  HttpReader headers;
  headers.add("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x'));
  EXPECT_EQ(headers.read(), State::header_too_large);
  HttpReader endless;
  endless.add(std::string(20'000, 'G'));
  EXPECT_NE(endless.read(), State::more);
}

TEST(HttpReader, AllowsWhatJustFits) {
  HttpReader reader;
  reader.add("POST /x HTTP/1.1\r\nContent-Length: 65536\r\n\r\n" + std::string(65'536, 'x'));
  ASSERT_EQ(reader.read(), State::whole);
  EXPECT_EQ(reader.take().body.size(), 65'536U);
}

TEST(HttpReader, KnowsWhatIsNotHttp) {
  for (const std::string bytes : {"\x16\x03\x01\x02\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "\r\n\r\n\r\n"}) {
    HttpReader reader;
    reader.add(bytes);
    EXPECT_EQ(reader.read(), State::bad) << bytes;
  }
}

TEST(HttpAnswer, HasALengthUnlessThereCanBeNone) {
  EXPECT_EQ(to_bytes({.status = 200, .content_type = "application/json", .body = "[]"}, true),
            "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]");
  EXPECT_EQ(to_bytes({.status = 204}, false), "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(to_bytes({.status = 404, .body = "abc"}, true, false).ends_with("Content-Length: 3\r\n\r\n"));
}

}  // namespace
}  // namespace openstrat::sim
