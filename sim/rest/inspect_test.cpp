#include "sim/rest/inspect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/device/test_router.hpp"

namespace openstrat::sim {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class InspectTest : public ::testing::Test {
 protected:
  std::vector<std::string> names(const InspectRequest& asked, std::string_view property = "name") {
    std::vector<std::string> out;
    for (const ApiRow& row : inspect_console(it.router, asked)) {
      for (const auto& [name, value] : row) {
        if (name == property) out.push_back(value);
      }
    }
    return out;
  }

  testing::TestRouter it{"7.20.8"};
};

TEST_F(InspectTest, ChildrenAreOfMenusCommandsAndArguments) {
  EXPECT_EQ(inspect_console(it.router, {.request = "child", .path = "ip"}).front(), (ApiRow{{"name", "ip"}, {"node-type", "path"}, {"type", "self"}}));
  EXPECT_THAT(names({.request = "child", .path = "ip"}), Contains("address"));
  EXPECT_THAT(names({.request = "child", .path = "ip,address"}), Contains("add"));
  EXPECT_THAT(names({.request = "child", .path = "ip,address,add"}), ElementsAre("add", "address", "broadcast", "comment", "copy-from", "disabled", "interface", "netmask", "network"));
  EXPECT_THAT(names({.request = "child", .path = "ip,address,add,address"}), ElementsAre("address"));
  EXPECT_THAT(names({.request = "child"}), Contains("interface"));
  EXPECT_THAT(names({.request = "child"}), Not(Contains("~opaque")));
}

TEST_F(InspectTest, WhatIsNotThereIsNothing) {
  EXPECT_THAT(inspect_console(it.router, {.request = "child", .path = "nowhere"}), IsEmpty());
  EXPECT_THAT(inspect_console(it.router, {.request = "syntax", .path = "ip,address,add,address,more"}), IsEmpty());
  EXPECT_THAT(inspect_console(it.router, {.request = "completion", .path = "ip,nowhere"}), IsEmpty());
}

TEST_F(InspectTest, SyntaxTellsTypes) {
  EXPECT_THAT(names({.request = "syntax", .path = "ip,address,add,comment"}, "text"), ElementsAre("string value"));
  EXPECT_THAT(names({.request = "syntax", .path = "ip,address,add"}, "symbol"), Contains("interface"));
}

TEST_F(InspectTest, CompletionKnowsNamesWordsAndRows) {
  EXPECT_THAT(names({.request = "completion", .input = "/ip/ad"}, "completion"), ElementsAre("address"));
  EXPECT_THAT(names({.request = "completion", .input = "/ip/ad"}, "offset"), ElementsAre("4"));
  EXPECT_THAT(names({.request = "completion", .path = "ip,address", .input = "add int"}, "completion"), ElementsAre("interface"));
  EXPECT_THAT(names({.request = "completion", .input = "/ip/firewall/filter/add action="}, "completion"), Contains("accept"));
  EXPECT_THAT(names({.request = "completion", .input = "/ip/address/add interface="}, "completion"), Contains("ether1"));
  EXPECT_THAT(names({.request = "completion", .input = "/ip/address/print where dyn"}, "completion"), Contains("dynamic"));
}

TEST_F(InspectTest, OtherRequestsAreRefused) {
  EXPECT_THROW(inspect_console(it.router, {.request = "highlight", .input = ":put 1"}), ScriptError);
  EXPECT_THROW(inspect_console(it.router, {.request = "x"}), ScriptError);
  EXPECT_THROW(inspect_console(it.router, {.request = "completion", .input = std::string(40'000, ' ')}), ScriptError);
}

}  // namespace
}  // namespace openstrat::sim
