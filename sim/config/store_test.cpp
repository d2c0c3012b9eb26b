#include <gtest/gtest.h>

#include "sim/config/testing.hpp"

namespace openstrat::sim {
namespace {

using testing::kV6;
using testing::kV7;
using testing::TestRouter;

TEST(Config, CopiesShareUntilOneWrites) {
  TestRouter first;
  first.run("/ip pool add name=p ranges=10.0.0.1-10.0.0.9");
  Config copy = first.config;
  EXPECT_EQ(copy.table("/ip/pool"), first.config.table("/ip/pool"));
  first.run("/ip pool add name=q ranges=10.0.1.1-10.0.1.9");
  EXPECT_EQ(copy.table("/ip/pool")->rows().size(), 1u);
  EXPECT_EQ(first.config.table("/ip/pool")->rows().size(), 2u);
}

TEST(Config, RowsOfTheRouterItselfAreSeenButNotExportedOrChanged) {
  TestRouter router;
  const RowId id = router.config.add_dynamic("/ip/arp", {{"address", "10.0.0.9"}, {"interface", "ether1"}, {"mac-address", "02:00:00:00:00:01"}});
  EXPECT_EQ(router.run(":return [/ip arp get [find where dynamic] address]"), "10.0.0.9");
  EXPECT_EQ(router.run("/ip arp set [find] comment=x"), "error: failure: can not change dynamic item");
  EXPECT_EQ(router.run("/ip arp remove [find]"), "error: failure: can not remove dynamic item");
  EXPECT_EQ(router.exported(), "");
  router.config.remove("/ip/arp", {id});
  EXPECT_EQ(router.run(":return [:len [/ip arp find]]"), "0");
}

TEST(Config, WhatRefersToARemovedRowKeepsItsId) {
  TestRouter router;
  router.run("/interface bridge add name=lan; /ip address add address=10.0.0.1/24 interface=lan");
  const std::string id = router.run(":return [/interface bridge find name=lan]");
  router.run("/interface bridge remove lan");
  EXPECT_EQ(router.run(":return [/ip address get *1 interface]"), id);
}

TEST(Config, AWrongValueChangesNothing) {
  TestRouter router;
  EXPECT_EQ(router.run("/ip service set ssh port=2222 disabled=maybe"), "error: input does not match any value of disabled");
  EXPECT_EQ(router.run(":return [/ip service get ssh port]"), "22");
}

TEST(Config, SixAndSevenHaveTheirOwnDefaults) {
  TestRouter v6(kV6);
  TestRouter v7(kV7);
  EXPECT_EQ(v6.run("/ip dhcp-client add interface=ether1; :return [/ip dhcp-client get *1 disabled]"), "true");
  EXPECT_EQ(v7.run("/ip dhcp-client add interface=ether1; :return [/ip dhcp-client get *1 disabled]"), "false");
  EXPECT_EQ(v6.run(":return [:len [/interface list find]]"), "4");
  EXPECT_EQ(v7.run(":return [:len [/interface list find]]"), "4");
}

TEST(Models, EachStartsWithItsPorts) {
  for (const Model& model : models()) {
    TestRouter router(kV7, model.key, DefaultConfiguration::factory);
    EXPECT_EQ(router.run(":return [/interface ethernet get ether1 default-name]"), "ether1") << model.key;
    EXPECT_EQ(router.run(":return [/user get admin group]"), "full");
  }
  TestRouter home(kV7, "hap-ac2", DefaultConfiguration::factory);
  EXPECT_EQ(home.run(":return [/interface bridge port print count-only]"), "6");
  EXPECT_EQ(home.run(":return [/ip address get [find interface=bridge] address]"), "192.168.88.1/24");
  TestRouter chr(kV7, "chr");
  EXPECT_EQ(chr.run("/system routerboard get").substr(0, 29), "error: bad command name route");
  EXPECT_EQ(chr.run(":return [/system license get system-id]"), "SSXB-J5Q7");
}

}  // namespace
}  // namespace openstrat::sim
