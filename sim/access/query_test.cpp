#include "sim/access/query.hpp"

#include <map>

#include <gtest/gtest.h>

#include "sim/lang/host.hpp"

namespace openstrat::sim {
namespace {

using Row = std::map<std::string, std::string, std::less<>>;

const Row kEther = {{"type", "ether"}, {"name", "ether1"}, {"mtu", "1500"}, {"running", "true"}, {"uptime", "1d2h"}, {"address", "10.0.0.9"}};

bool matches(const std::vector<std::string>& words, const Row& row = kEther) {
  return Query::parse(words).matches([&](std::string_view name) -> std::optional<std::string> {
    const auto found = row.find(name);
    return found == row.end() ? std::nullopt : std::optional(found->second);
  });
}

TEST(Query, ComparesProperties) {
  EXPECT_TRUE(matches({}));
  EXPECT_TRUE(matches({"type=ether"}));
  EXPECT_TRUE(matches({"=type=ether"}));
  EXPECT_FALSE(matches({"type=vlan"}));
  EXPECT_FALSE(matches({"type="}));
  EXPECT_TRUE(matches({"name"}));
  EXPECT_FALSE(matches({"comment"}));
  EXPECT_TRUE(matches({"-comment"}));
  EXPECT_FALSE(matches({"-name"}));
  EXPECT_TRUE(matches({"running=yes"}));
  EXPECT_FALSE(matches({"running=no"}));
}

TEST(Query, OrdersByMeaningNotBySpelling) {
  EXPECT_TRUE(matches({">mtu=900"}));
  EXPECT_FALSE(matches({"<mtu=900"}));
  EXPECT_FALSE(matches({"<mtu=1500"}));
  EXPECT_TRUE(matches({">uptime=23h"}));
  EXPECT_TRUE(matches({"<uptime=1w"}));
  EXPECT_TRUE(matches({"<address=10.0.0.10"}));
  EXPECT_TRUE(matches({"<name=ether2"}));
  EXPECT_FALSE(matches({"<comment=z"}));
}

TEST(Query, AllThatIsLeftMustBeTrue) {
  EXPECT_TRUE(matches({"type=ether", "mtu=1500"}));
  EXPECT_FALSE(matches({"type=ether", "mtu=9000"}));
}

TEST(Query, OperatesOnTheStack) {
  EXPECT_TRUE(matches({"type=ether", "type=vlan", "#|"}));
  EXPECT_FALSE(matches({"type=ether", "type=vlan", "#|!"}));
  EXPECT_TRUE(matches({"type=bridge", "type=vlan", "#|!"}));
  EXPECT_FALSE(matches({"type=ether", "type=vlan", "#&"}));
  EXPECT_TRUE(matches({"type=vlan", "#!"}));
  EXPECT_TRUE(matches({"type=vlan", "type=ether", "#0"})) << "an index at the end replaces all";
  EXPECT_FALSE(matches({"type=ether", "type=vlan", "#0"}));
  EXPECT_TRUE(matches({"type=ether", "type=vlan", "#1"}));
  EXPECT_FALSE(matches({"type=ether", "#.!"})) << "a copy, negated, stays beside its origin";
  EXPECT_TRUE(matches({"type=ether", "type=vlan", "#1.||"}));
}

TEST(Query, BelowTheStackEverythingIsTrue) {
  EXPECT_TRUE(matches({"#&"}));
  EXPECT_TRUE(matches({"#|"}));
  EXPECT_FALSE(matches({"#!"}));
  EXPECT_TRUE(matches({"type=vlan", "#99999999999999999999"}));
  EXPECT_TRUE(matches({"#\xff\x01?"})) << "what is no operator does nothing";
}

TEST(Query, RefusesTooMuch) {
  EXPECT_THROW(Query::parse(std::vector<std::string>(1000, "a=b")), ScriptError);
  EXPECT_THROW(Query::parse(std::vector<std::string>{"#" + std::string(10'000, '.')}), ScriptError);
}

}  // namespace
}  // namespace openstrat::sim
