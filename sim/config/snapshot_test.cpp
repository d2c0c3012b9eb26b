#include "sim/config/snapshot.hpp"

#include <gtest/gtest.h>

#include "sim/config/testing.hpp"

namespace openstrat::sim {
namespace {

using testing::kV7;
using testing::TestRouter;

TEST(Snapshot, BringsBackEveryRowWithItsId) {
  TestRouter first(kV7, "rb750gr3", DefaultConfiguration::factory);
  first.run("/interface bridge add name=second; /interface bridge remove bridge; /user add name=joe group=read password=geheim;"
            "/ip service set telnet disabled=yes; /system identity set name=kept");
  const std::string text = first.exported({.show_secrets = true});
  const std::string id = first.run(":return [/interface bridge find name=second]");
  const std::string bytes = save_rows(first.config);
  TestRouter second(kV7, "rb750gr3", DefaultConfiguration::none);
  second.run("/ip address add address=192.0.2.1/24 interface=ether1");
  ASSERT_TRUE(load_rows(second.config, bytes));
  EXPECT_EQ(second.exported({.show_secrets = true}), text);
  EXPECT_EQ(second.run(":return [/interface bridge find name=second]"), id);
  EXPECT_EQ(second.run(":return [:len [/user find name=joe]]"), "1");
  const std::string added = second.run(":return [/interface bridge add name=third]");
  EXPECT_NE(added, id) << "ids go on after those of the backup";
}

TEST(Snapshot, DamagedBytesChangeNothing) {
  TestRouter router(kV7, "rb750gr3", DefaultConfiguration::factory);
  const std::string before = router.exported();
  const std::string bytes = save_rows(router.config);
  for (std::size_t length = 1; length < bytes.size(); length += 97) {
    std::string damaged = bytes.substr(0, length);
    damaged.back() = static_cast<char>(damaged.back() ^ 0x55);
    if (!load_rows(router.config, damaged)) EXPECT_EQ(router.exported(), before);
    else ASSERT_TRUE(load_rows(router.config, bytes));
  }
}

}  // namespace
}  // namespace openstrat::sim
