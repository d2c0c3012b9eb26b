#include "fleet/facts.hpp"

#include <gtest/gtest.h>

#include "base/attributes.hpp"

namespace openstrat::fleet {
namespace {

SiteFacts facts_from(const char* body, const SiteFacts& old = {}) { return facts_of(routeros::parse_heartbeat(body), old, 5); }

TEST(Facts, OfABoard) {
  const auto facts = facts_from("name=edge;board-name=hAP ac^2;model=RBD52G;serial-number=CC21;software-id=SSXB;version=7.18.2 (stable);routerboard=true;features=");
  EXPECT_EQ(facts.identity, "edge");
  EXPECT_EQ(facts.model, "RBD52G");
  EXPECT_EQ(facts.board_name, "hAP ac^2");
  EXPECT_EQ(facts.serial_number, "CC21");
  EXPECT_EQ(facts.software_version, "7.18.2");
  EXPECT_EQ(facts.routerboard, true);
  EXPECT_EQ(facts.facts_hash, 5);
  EXPECT_FALSE(facts.hardware_hash) << "set at the adoption";
  const auto oem = Attributes::from_json(facts.oem).value();
  EXPECT_EQ(oem.text("version"), "7.18.2 (stable)");
  ASSERT_NE(oem.find("features"), nullptr);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(*oem.find("features")));
}

TEST(Facts, OfAVirtualRouter) {
  const auto facts = facts_from("name=chr;board-name=CHR QEMU;system-id=l4OT;version=7.20.8 (long-term)");
  EXPECT_EQ(facts.model, "CHR QEMU");
  EXPECT_EQ(facts.serial_number, "l4OT");
  EXPECT_EQ(facts.software_id, "l4OT");
  EXPECT_EQ(facts.routerboard, false);
}

TEST(Facts, WhatIsMissingStays) {
  const auto full = facts_from("name=edge;model=RBD52G;serial-number=CC21;version=7.18.2;routerboard=true;upgrade-firmware=7.19");
  const auto cut = facts_from("version=7.19;name=", full);
  EXPECT_EQ(cut.identity, "edge");
  EXPECT_EQ(cut.serial_number, "CC21");
  EXPECT_EQ(cut.software_version, "7.19");
  EXPECT_EQ(cut.routerboard, true);
  EXPECT_EQ(cut.oem, full.oem);
}

}  // namespace
}  // namespace openstrat::fleet
