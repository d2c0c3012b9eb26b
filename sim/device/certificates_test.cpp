// /certificate: templates, signing, files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/device/certificates.hpp"
#include "sim/device/test_router.hpp"

namespace openstrat::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kStart;
using testing::TestRouter;

struct Authority : TestRouter {
  explicit Authority(std::string_view version = "7.20.8") : TestRouter(version) {
    must("/certificate add name=ca common-name=\"The CA\" country=LV key-size=prime256v1 key-usage=key-cert-sign,crl-sign days-valid=3650; /certificate sign ca");
    must("/certificate add name=server common-name=vpn.example key-size=prime256v1 key-usage=digital-signature,tls-server subject-alt-name=DNS:vpn.example,IP:192.0.2.1");
  }
  void must(const std::string& script) {
    const Ran ran = run(script);
    ASSERT_FALSE(ran.error.has_value()) << *ran.error << "\n" << script;
  }
  std::string of(const std::string& name, const std::string& property) { return value("[/certificate get " + name + " " + property + "]"); }
  std::string contents(const std::string& file) {
    const StoredFile* found = router.files().find(file);
    return found == nullptr ? std::string() : found->contents;
  }
};

TEST(CertificateTest, SigningMakesARealCertificate) {
  for (const char* version : {"6.49.17", "7.20.8"}) {
    Authority it(version);
    EXPECT_EQ(it.of("ca", "authority"), "true");
    EXPECT_EQ(it.of("ca", "trusted"), "true");
    EXPECT_EQ(it.run("/certificate sign server ca=ca name=signed").text(), "  progress: done\n");
    EXPECT_EQ(it.of("signed", "issuer"), "C=LV,CN=The CA");
    EXPECT_EQ(it.of("signed", "ca"), "ca");
    EXPECT_EQ(it.of("signed", "akid"), it.of("ca", "skid"));
    EXPECT_EQ(it.of("signed", "expires-after").substr(0, 4), "52w1");
    const Row& row = *it.router.config().find_named("/certificate", "signed").row;
    const auto facts = read_certificate(it.router.extension<Certificates>().find(row.id)->certificate);
    ASSERT_TRUE(facts.has_value());
    EXPECT_EQ(facts->common_name, "vpn.example");
    EXPECT_THAT(facts->alt_names, ElementsAre("DNS:vpn.example", "IP:192.0.2.1"));
    EXPECT_FALSE(facts->is_authority);
    EXPECT_EQ(facts->valid_from, kStart - std::chrono::days(1));
    EXPECT_THAT(it.run("/certificate sign signed").error.value_or(""), HasSubstr("already signed"));
  }
}

TEST(CertificateTest, WhoMayNotSignDoesNot) {
  Authority it;
  EXPECT_THAT(it.run("/certificate sign server").error.value_or(""), HasSubstr("failure: CA not found"));
  EXPECT_THAT(it.run("/certificate sign server ca=nobody").error.value_or(""), HasSubstr("no such item"));
  it.must("/certificate add name=odd common-name=odd key-size=prime256v1 subject-alt-name=dirName:x");
  EXPECT_THAT(it.run("/certificate sign odd").error.value_or(""), HasSubstr("failure: can not sign certificate"));
  it.must("/certificate add name=strange common-name=strange key-size=17");
  EXPECT_THAT(it.run("/certificate sign strange").error.value_or(""), HasSubstr("input does not match any value of key-size"));
}

TEST(CertificateTest, PrintedAsOnARouter) {
  Authority it;
  it.must("/certificate sign server ca=ca");
  const std::string table = it.run("/certificate print").text();
  EXPECT_THAT(table, HasSubstr("Flags: K - PRIVATE-KEY; A - AUTHORITY; I - ISSUED; T - TRUSTED\nColumns: NAME, COMMON-NAME, SUBJECT-ALT-NAME, FINGERPRINT\n"));
  EXPECT_THAT(table, HasSubstr("\n0 KA T ca "));
  EXPECT_THAT(table, HasSubstr("\n1 K I  server "));
  it.must("/certificate issued-revoke server");
  EXPECT_EQ(it.of("server", "revoked"), "true");
}

TEST(CertificateTest, FilesGoFromRouterToRouter) {
  Authority it, other;
  it.must("/certificate sign server ca=ca; /certificate export-certificate server export-passphrase=12345678; /certificate export-certificate ca file-name=root");
  it.must("/certificate export-certificate server type=pkcs12 export-passphrase=12345678");
  EXPECT_THAT(it.contents("root.crt"), HasSubstr("-----BEGIN CERTIFICATE-----"));
  EXPECT_EQ(it.contents("root.key"), "");
  EXPECT_THAT(it.contents("cert_export_server.key"), HasSubstr("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
  for (const char* file : {"cert_export_server.crt", "cert_export_server.key", "cert_export_server.p12"}) ASSERT_TRUE(other.router.files().write(file, it.contents(file), kStart));
  EXPECT_THAT(other.run("/certificate import file-name=cert_export_server.crt name=vpn").text(), HasSubstr("certificates-imported: 1\n"));
  EXPECT_EQ(other.of("vpn", "private-key"), "");
  EXPECT_THAT(other.run("/certificate import file-name=cert_export_server.key passphrase=wrong").text(), HasSubstr("decryption-failures: 1\n"));
  EXPECT_THAT(other.run("/certificate import file-name=cert_export_server.key passphrase=12345678").text(), HasSubstr("private-keys-imported: 1\n"));
  EXPECT_EQ(other.of("vpn", "private-key"), "true");
  EXPECT_EQ(other.of("vpn", "fingerprint"), it.of("server", "fingerprint"));
  EXPECT_EQ(other.value("([/certificate import file-name=cert_export_server.crt as-value]->\"certificates-imported\")"), "0") << "it is there";
  other.must("/certificate remove vpn");
  EXPECT_EQ(other.value("([/certificate import file-name=cert_export_server.p12 passphrase=12345678 as-value]->\"private-keys-imported\")"), "1");
  EXPECT_EQ(other.of("cert_export_server.p12_0", "common-name"), "vpn.example");
  EXPECT_THAT(other.run("/certificate import file-name=nothing.crt").error.value_or(""), HasSubstr("failure: file not found"));
}

TEST(CertificateTest, AnUpgradeKeepsThem) {
  Authority it("7.15.3");
  const std::string fingerprint = it.of("ca", "fingerprint");
  it.router.upgrade(Version{7, 20, 8});
  it.router.reboot("test");
  it.pass(std::chrono::minutes(1));
  EXPECT_EQ(it.of("ca", "fingerprint"), fingerprint);
  it.must("/certificate sign server ca=ca");
}

}  // namespace
}  // namespace openstrat::sim
