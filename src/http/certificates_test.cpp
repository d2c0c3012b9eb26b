#include "http/certificates.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "http/server_test_support.hpp"

namespace openstrat::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Timestamp kNow = Timestamp(std::chrono::seconds(1'800'000'000));

class CertificatesTest : public ::testing::Test {
 protected:
  void write(const std::filesystem::path& path, std::string_view text) const { std::ofstream(path) << text; }
  std::string error_of(const CertificateFiles& files) const {
    const auto loaded = load_certificate(files);
    return loaded ? "" : loaded.error().message();
  }
  testing::TemporaryDirectory directory_;
};

TEST_F(CertificatesTest, SelfSignedOnesCarryNamesKeyTypeAndTenYears) {
  const std::vector<std::string> names{"cloud.example", "192.0.2.1", "2001:db8::1", "bad,name"};
  for (const auto& [type, text] : {std::pair{KeyType::p256, "P-256"}, std::pair{KeyType::rsa2048, "RSA-2048"}}) {
    const auto made = make_self_signed(type, names, kNow);
    ASSERT_TRUE(made.has_value());
    const auto info = inspect_certificate(made->chain_pem);
    ASSERT_TRUE(info.has_value());
    EXPECT_EQ(info->key_type, text);
    EXPECT_EQ(info->subject, "CN=cloud.example");
    EXPECT_TRUE(info->self_signed);
    EXPECT_THAT(info->names, ElementsAre("cloud.example", "192.0.2.1", "2001:db8::1"));
    EXPECT_LT(info->not_before, kNow);
    EXPECT_GT(info->not_after, kNow + std::chrono::hours(24 * 3651));
  }
}

TEST_F(CertificatesTest, AreMadeOnceAndKeysArePrivate) {
  const auto first = ensure_self_signed(directory_.path() / "tls", {"a.example"}, kNow);
  ASSERT_TRUE(first.has_value());
  ASSERT_EQ(first->size(), 2u);
  const auto before = load_certificate(first->front());
  ASSERT_TRUE(ensure_self_signed(directory_.path() / "tls", {"b.example"}, kNow).has_value());
  EXPECT_EQ(load_certificate(first->front())->chain_pem, before->chain_pem);
  for (const auto& files : *first) {
    struct stat info{};
    ASSERT_EQ(::stat(files.key.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
  }
}

TEST_F(CertificatesTest, ErrorsSayWhichFileAndWhy) {
  const auto files = *ensure_self_signed(directory_.path(), {"a.example"}, kNow);
  const auto junk = directory_.path() / "junk.pem";
  write(junk, "not PEM");
  EXPECT_THAT(error_of({directory_.path() / "absent.crt", files[0].key}), HasSubstr("absent.crt: No such file"));
  EXPECT_THAT(error_of({junk, files[0].key}), HasSubstr("junk.pem holds no PEM certificate"));
  EXPECT_THAT(error_of({files[0].certificate, junk}), HasSubstr("junk.pem holds no readable PEM private key"));
  EXPECT_THAT(error_of({files[0].certificate, files[1].key}), HasSubstr("does not belong to the certificate"));
  EXPECT_EQ(error_of(files[0]), "");
}

}  // namespace
}  // namespace openstrat::http
