#include "mail/mime.hpp"

#include <gmock/gmock.h>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace openstrat::mail {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Letter letter() {
  return {.message_id = "1@example.net", .date = from_unix_us(1'774'785'600'000'000), .from_name = "OpenStrat", .from = "noreply@example.net", .to_name = "Ada",
          .to = "ada@example.net", .subject = "Hello", .text = "one\ntwo\n", .html = "<p>one</p>\n"};
}

std::vector<std::string> header_lines(const std::string& mime) {
  std::vector<std::string> lines;
  for (const auto line : text::split(std::string_view(mime).substr(0, mime.find("\r\n\r\n")), '\n')) lines.emplace_back(text::trim(line));
  return lines;
}

TEST(Mime, HasTheHeadersThatAMailNeeds) {
  const std::string mime = to_mime(letter());
  EXPECT_THAT(header_lines(mime), ::testing::ElementsAre("Date: Sun, 29 Mar 2026 12:00:00 +0000", "From: OpenStrat <noreply@example.net>", "To: Ada <ada@example.net>",
                                                         "Subject: Hello", "Message-ID: <1@example.net>", "MIME-Version: 1.0", "Auto-Submitted: auto-generated",
                                                         "X-Auto-Response-Suppress: All", "Content-Type: multipart/alternative;", ::testing::StartsWith("boundary=")));
  EXPECT_THAT(mime, HasSubstr("Content-Type: text/plain; charset=utf-8"));
  EXPECT_LT(mime.find("text/plain"), mime.find("text/html"));  // the best version stands last
}

TEST(Mime, NoValueAddsAHeader) {
  const std::string attack = "x\r\nBcc: eve@example.net\r\n\r\nbody";
  for (std::string Letter::*field : {&Letter::subject, &Letter::to_name, &Letter::from_name}) {
    Letter bad = letter();
    bad.*field = attack;
    const std::string mime = to_mime(bad);
    EXPECT_THAT(mime, Not(HasSubstr("\nBcc")));
    EXPECT_THAT(header_lines(mime), Not(::testing::Contains(StartsWith("Bcc"))));
    EXPECT_THAT(mime.substr(mime.find("\r\n\r\n")), StartsWith("\r\n\r\n--=_"));
  }
}

TEST(Mime, TextsBeyondAsciiBecomeEncodedWords) {
  EXPECT_EQ(encode_text("Grüße", 9), "=?UTF-8?B?R3LDvMOfZQ==?=");
  EXPECT_EQ(encode_text("plain words", 9), "plain words");
  EXPECT_EQ(encode_text("=?UTF-8?B?x?=", 9), "=?UTF-8?B?PT9VVEYtOD9CP3g/PQ==?=");
  EXPECT_EQ(encode_name("Ada Lovelace", 4), "Ada Lovelace");
  EXPECT_EQ(encode_name("Lovelace, Ada \"A\"", 4), "\"Lovelace, Ada \\\"A\\\"\"");
}

TEST(Mime, LongWordsAreCutBetweenCharacters) {
  std::string snow;
  for (int i = 0; i < 60; ++i) snow += "☃";
  std::string decoded;
  const std::string words = encode_text(snow, 9);
  for (const auto line : text::split(words, '\n')) {
    const auto word = text::trim(line);
    ASSERT_LE(word.size(), 75u);
    const auto piece = crypto::unbase64(word.substr(10, word.size() - 12));
    ASSERT_TRUE(piece && text::is_utf8(*piece));
    decoded += *piece;
  }
  EXPECT_EQ(decoded, snow);
}

TEST(Mime, QuotedPrintableKeepsTextAndLineLength) {
  EXPECT_EQ(quoted_printable("a=b\nc \n\ttab\r\nlone\rend"), "a=3Db\r\nc=20\r\n=09tab\r\nlone=0Dend");
  EXPECT_EQ(quoted_printable("é"), "=C3=A9");
  const std::string encoded = quoted_printable(std::string(500, 'x') + "é");
  for (const auto line : text::split(encoded, '\n')) EXPECT_LE(line.size(), 77u);
}

TEST(Mime, NoTextEndsAPart) {
  Letter bad = letter();
  const std::string boundary = to_mime(bad).substr(to_mime(bad).find("boundary=\"") + 10, 34);
  bad.text = "--" + boundary + "--\r\n";
  const std::string mime = to_mime(bad);
  std::size_t found = 0;
  for (auto at = mime.find("--" + boundary); at != std::string::npos; at = mime.find("--" + boundary, at + 1)) ++found;
  EXPECT_EQ(found, 3u);
}

}  // namespace
}  // namespace openstrat::mail
