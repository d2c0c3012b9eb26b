#include "http/multipart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace openstrat::http {
namespace {

using ::testing::SizeIs;

constexpr std::string_view kType = "multipart/form-data; boundary=\"AaB03x\"";

TEST(Multipart, ReadsFieldsAndFiles) {
  const std::string body =
      "--AaB03x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n"
      "--AaB03x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".png\"\r\nContent-Type: image/png\r\n\r\n\r\n--AaB\r\n\r\n"
      "--AaB03x--\r\n";
  const auto parts = parse_multipart(kType, body);
  ASSERT_TRUE(parts) << parts.error().message();
  ASSERT_THAT(*parts, SizeIs(2));
  EXPECT_EQ((*parts)[0].name, "note");
  EXPECT_EQ((*parts)[0].data, "hello");
  EXPECT_EQ((*parts)[1].filename, "a \"b\".png");
  EXPECT_EQ((*parts)[1].content_type, "image/png");
  EXPECT_EQ((*parts)[1].data, "\r\n--AaB\r\n") << "what only begins like a boundary is data";
}

TEST(Multipart, AnEmptyFileIsEmpty) {
  const auto parts = parse_multipart(kType, "--AaB03x\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\n\r\n--AaB03x--");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->at(0).data, "");
  EXPECT_EQ(parts->at(0).filename, "x");
}

TEST(Multipart, AFormWithoutPartsIsEmpty) { EXPECT_THAT(*parse_multipart(kType, "--AaB03x--\r\n"), SizeIs(0)); }

class BrokenForms : public ::testing::TestWithParam<std::string> {};
TEST_P(BrokenForms, AreRefused) { EXPECT_EQ(parse_multipart(kType, GetParam()).error().code(), Errc::malformed); }
INSTANTIATE_TEST_SUITE_P(Multipart, BrokenForms, ::testing::Values(
    "", "hello", "--AaB03x", "--AaB03x\r\n", "--AaB03xx\r\n\r\n", "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\nno end",
    "--AaB03x\r\n\r\nno name\r\n--AaB03x--", "--AaB03x\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--AaB03x--",
    "--AaB03x\r\nX: " + std::string(5000, 'x') + "\r\n\r\nx\r\n--AaB03x--"));

TEST(Multipart, TheNumberOfPartsIsBounded) {
  std::string body;
  for (int i = 0; i < 17; ++i) body += "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n";
  EXPECT_FALSE(parse_multipart(kType, body + "--AaB03x--"));
}

TEST(Multipart, TheBoundaryMustBeThere) {
  EXPECT_FALSE(parse_multipart("multipart/form-data", "--x--"));
  EXPECT_FALSE(parse_multipart("multipart/form-data; boundary=" + std::string(71, 'x'), "--x--"));
  EXPECT_TRUE(parse_multipart("multipart/form-data; charset=utf-8; boundary=x", "--x--"));
}

}  // namespace
}  // namespace openstrat::http
