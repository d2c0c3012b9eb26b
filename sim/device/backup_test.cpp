#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/device/backup_file.hpp"
#include "sim/device/test_router.hpp"

namespace openstrat::sim {
namespace {

using ::testing::HasSubstr;
using testing::TestRouter;

constexpr const char* kChanges =
    "/system identity set name=before; /ip address add address=192.0.2.1/24 interface=ether2; /user add name=joe group=read password=geheim;"
    "/system scheduler add name=s interval=1m on-event=\":global runs (\\$runs + 1)\"";

class Backups : public ::testing::TestWithParam<const char*> {};

TEST_P(Backups, LoadBringsTheConfigurationBack) {
  for (const std::string options : {"", " password=secret", " password=secret encryption=rc4", " password=secret dont-encrypt=yes"}) {
    TestRouter it(GetParam());
    it.run(kChanges);
    const std::string before = it.router.export_text(true);
    const TestRouter::Ran saved = it.run("/system backup save name=flash/b" + options);
    ASSERT_FALSE(saved.error.has_value()) << *saved.error;
    EXPECT_EQ(it.value("[/file get flash/b.backup type]"), "backup");
    it.run("/system identity set name=after; /ip address remove [find]; /user remove joe; /system scheduler remove s; /interface bridge remove [find]");
    const TestRouter::Ran loaded = it.run("/system backup load name=flash/b password=secret");
    ASSERT_FALSE(loaded.error.has_value()) << *loaded.error;
    EXPECT_THAT(loaded.text(), HasSubstr("System configuration restored, rebooting now"));
    it.pass(std::chrono::minutes(2));
    ASSERT_EQ(it.router.power(), Power::on);
    const std::string after = it.router.export_text(true);
    EXPECT_EQ(after.substr(after.find('\n')), before.substr(before.find('\n')));
    EXPECT_EQ(it.value("[:len [/user find name=joe]]"), "1");
    EXPECT_EQ(it.value("[:len [/file find name=flash/b.backup]]"), "1");
    it.pass(std::chrono::minutes(5));
    EXPECT_NE(it.value("[/system scheduler get s run-count]"), "0") << "the restored scheduler runs";
  }
}

TEST_P(Backups, WrongOnesAreRefusedAndChangeNothing) {
  TestRouter it(GetParam());
  it.run("/system backup save name=flash/b password=secret");
  const std::string before = it.router.export_text(true);
  EXPECT_THAT(it.run("/system backup load name=flash/b password=wrong").error.value_or(""), HasSubstr("wrong password"));
  EXPECT_THAT(it.run("/system backup load name=nosuch").error.value_or(""), HasSubstr("not found"));
  ASSERT_TRUE(it.router.files().write("junk.backup", "junk and more junk", it.router.clock()));
  EXPECT_THAT(it.run("/system backup load name=junk").error.value_or(""), HasSubstr("not a backup"));
  EXPECT_EQ(it.router.export_text(true), before);
}

TEST_P(Backups, ResetKeepsUsersAndRunsAScript) {
  TestRouter it(GetParam());
  it.run(kChanges);
  ASSERT_TRUE(it.router.files().write("flash/first.rsc", "/system identity set name=prepared\n", it.router.clock()));
  EXPECT_TRUE(it.run("/system reset-configuration run-after-reset=nosuch.rsc").error.has_value());
  ASSERT_FALSE(it.run("/system reset-configuration keep-users=yes no-defaults=yes run-after-reset=flash/first.rsc").error.has_value());
  it.pass(std::chrono::minutes(2));
  EXPECT_EQ(it.router.identity(), "prepared");
  EXPECT_EQ(it.value("[:len [/user find name=joe]]"), "1");
  EXPECT_EQ(it.value("[:len [/ip address find]]"), "0");
  it.run("/system reset-configuration skip-backup=yes");
  it.pass(std::chrono::minutes(2));
  EXPECT_EQ(it.value("[:len [/user find name=joe]]"), "0");
  EXPECT_EQ(it.router.identity(), "MikroTik");
}

INSTANTIATE_TEST_SUITE_P(Versions, Backups, ::testing::Values("6.49.17", "7.20.8"),
                         [](const auto& info) { return std::string(info.param).substr(0, 1) == "6" ? "v6" : "v7"; });

TEST(BackupFile, OutsideIsThatOfRealOnes) {
  const std::string salt(32, 's');
  const std::string plain = seal_backup("records", BackupCipher::none, "", salt);
  EXPECT_EQ(plain.substr(0, 4), "\x88\xAC\xA1\xB1");
  EXPECT_EQ(static_cast<unsigned char>(plain[4]), plain.size());
  EXPECT_EQ(open_backup(plain, "whatever").records, "records");
  for (const BackupCipher cipher : {BackupCipher::aes, BackupCipher::rc4}) {
    const std::string sealed = seal_backup("records", cipher, "secret", salt);
    EXPECT_EQ(sealed.find("records"), std::string::npos);
    EXPECT_EQ(open_backup(sealed, "secret").records, "records");
    EXPECT_EQ(open_backup(sealed, "other").fault, BackupFault::wrong_password);
    for (std::size_t length = 0; length < sealed.size(); ++length) EXPECT_TRUE(open_backup(sealed.substr(0, length), "secret").fault.has_value());
  }
}

}  // namespace
}  // namespace openstrat::sim
