#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/config/print_table.hpp"

namespace openstrat::sim {
namespace {

using ::testing::ElementsAre;

constexpr Version kV6{6, 49, 17}, kV7{7, 20, 8};

std::vector<PrintedRow> addresses() {
  return {
      {.number = "0", .flags = {}, .comment = "defconf", .cells = {{"address", "192.168.88.1/24"}, {"interface", "bridge"}, {"network", "192.168.88.0"}}},
      {.number = "1", .flags = {"dynamic"}, .comment = "", .cells = {{"address", "10.0.0.2/8"}, {"interface", "ether1"}, {"network", "10.0.0.0"}}},
  };
}

TablePlan plan(const Version& version, std::string_view menu, const std::vector<PrintedRow>& rows, std::size_t width = 0) {
  const Menu& shape = *Schema::instance().find(menu);
  return {.menu = shape, .version = version, .width = width, .columns = table_columns(shape, version, rows)};
}

TEST(PrintTable, Version7NamesColumnsAndTheFlagsInUse) {
  EXPECT_THAT(table_lines(plan(kV7, "/ip/address", addresses()), addresses()),
              ElementsAre("Flags: D - DYNAMIC", "Columns: ADDRESS, NETWORK, INTERFACE", "#   ADDRESS          NETWORK       INTERFACE", ";;; defconf",
                          "0   192.168.88.1/24  192.168.88.0  bridge", "1 D 10.0.0.2/8       10.0.0.0      ether1"));
}

TEST(PrintTable, Version6NamesAllFlagsOfTheMenu) {
  EXPECT_THAT(table_lines(plan(kV6, "/ip/address", addresses()), addresses()),
              ElementsAre("Flags: X - disabled, I - invalid, D - dynamic", " #   ADDRESS          NETWORK       INTERFACE", " 0   ;;; defconf",
                          "     192.168.88.1/24  192.168.88.0  bridge", " 1 D 10.0.0.2/8       10.0.0.0      ether1"));
}

TEST(PrintTable, FlagsOfOneKindShareAPlaceAndNumbersStandRight) {
  const std::vector<PrintedRow> rows{
      {.number = "0", .flags = {"running", "slave"}, .comment = "", .cells = {{"name", "ether1"}, {"type", "ether"}, {"actual-mtu", "1500", true}}},
      {.number = "1", .flags = {"disabled"}, .comment = "", .cells = {{"name", "vlan10"}, {"type", "vlan"}, {"actual-mtu", "1500", true}}}};
  EXPECT_THAT(table_lines(plan(kV7, "/interface", rows), rows),
              ElementsAre("Flags: X - DISABLED, R - RUNNING; S - SLAVE", "Columns: NAME, TYPE, ACTUAL-MTU", "#    NAME    TYPE   ACTUAL-MTU", "0 RS ether1  ether        1500",
                          "1 X  vlan10  vlan         1500"));
}

TEST(PrintTable, ANarrowTerminalGetsFewerColumns) {
  for (const std::size_t width : {20U, 30U, 40U, 80U}) {
    const auto lines = table_lines(plan(kV7, "/ip/address", addresses(), width), addresses());
    for (const std::string& line : lines) {
      if (line.starts_with("Columns:") || line.starts_with("Flags:")) continue;
      EXPECT_LE(line.size(), width) << line;
    }
  }
}

TEST(PrintTable, DetailsBreakAtTheEdge) {
  std::vector<PrintedRow> rows = addresses();
  EXPECT_THAT(detail_lines(plan(kV7, "/ip/address", rows, 44), rows),
              ElementsAre("Flags: D - dynamic; X - disabled, I - invalid", " 0    ;;; defconf", "      address=192.168.88.1/24 interface=bridge"
                          , "      network=192.168.88.0", "", " 1 D  address=10.0.0.2/8 interface=ether1", "      network=10.0.0.0"));
  EXPECT_EQ(detail_lines(plan(kV7, "/ip/address", rows), rows).back(), " 1 D  address=10.0.0.2/8 interface=ether1 network=10.0.0.0");
}

TEST(PrintTable, SizesAreReadable) {
  EXPECT_EQ(binary_size(17), "17");
  EXPECT_EQ(binary_size(9933), "9.7KiB");
  EXPECT_EQ(binary_size(98776908), "94.2MiB");
}

}  // namespace
}  // namespace openstrat::sim
