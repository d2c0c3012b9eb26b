#include "scripts/completion.hpp"

#include <gmock/gmock.h>

namespace openstrat::scripts {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;
using ::testing::IsSupersetOf;
using ::testing::Not;

constexpr ros::Version kSix{6, 49, 0}, kSeven{7, 20, 8};

/// `|` is the cursor.
Completion complete(std::string text, ros::Version version = kSeven) {
  const auto cursor = text.find('|');
  text.erase(cursor, 1);
  return complete_script(text, static_cast<std::uint32_t>(cursor), version);
}

std::vector<std::string> labels(const std::string& text, ros::Version version = kSeven) {
  std::vector<std::string> out;
  for (const CompletionItem& item : complete(text, version).items) out.push_back(item.label);
  return out;
}

const CompletionItem& find(const Completion& completion, std::string_view label) {
  static const CompletionItem none;
  for (const CompletionItem& item : completion.items)
    if (item.label == label) return item;
  ADD_FAILURE() << "no " << label;
  return none;
}

TEST(Completion, MenusAndCommands) {
  EXPECT_THAT(labels("/ip fire|"), ElementsAre("firewall"));
  EXPECT_THAT(labels("/ip/firewall/|"), IsSupersetOf({"filter", "nat", "address-list"}));
  EXPECT_THAT(labels("/ip address |"), IsSupersetOf({"add", "find", "print", "set"}));
  EXPECT_THAT(labels("/ip address\n|"), IsSupersetOf({"add", "foreach", "if"})) << "scripting commands are found from every menu";
  EXPECT_THAT(labels("/ip address |"), Not(Contains("foreach")));
  EXPECT_THAT(labels("|"), IsSupersetOf({"ip", "interface", "put", "if"}));
  EXPECT_THAT(labels(":fore|"), ElementsAre("foreach"));
  EXPECT_EQ(find(complete("/ip fire|"), "firewall").kind, CompletionKind::menu);
  EXPECT_EQ(find(complete("/ip address |"), "add").detail, "address= interface=");
}

TEST(Completion, ByVersion) {
  EXPECT_THAT(labels("/routing |", kSeven), Contains("table"));
  EXPECT_THAT(labels("/routing |", kSix), Not(Contains("table")));
  EXPECT_THAT(labels(":oner|", kSix), IsEmpty());
}

TEST(Completion, ArgumentsRequiredOnesFirst) {
  const auto names = labels("/ip address add |");
  ASSERT_GE(names.size(), 3u);
  EXPECT_THAT(std::vector(names.begin(), names.begin() + 2), ElementsAre("address", "interface"));
  EXPECT_THAT(labels("/ip address add address=1.1.1.1/24 |"), Not(Contains("address")));
  EXPECT_EQ(find(complete("/ip address add dis|"), "disabled").apply, "disabled=");
  EXPECT_EQ(find(complete("/ip address print as-|"), "as-value").apply, "as-value") << "a flag";
  EXPECT_THAT(labels(":if (true) |"), IsSupersetOf({"do", "else"}));
}

TEST(Completion, Values) {
  EXPECT_THAT(labels("/ip address add disabled=|"), ElementsAre("no", "yes"));
  EXPECT_THAT(labels("/ip firewall filter add action=dr|"), ElementsAre("drop"));
  EXPECT_THAT(labels("/ip firewall filter add connection-state=established,rel|"), ElementsAre("related"));
  EXPECT_THAT(labels("/ip firewall filter print where action=dr|"), ElementsAre("drop"));
  EXPECT_THAT(labels(":put [/system resource get ver|"), ElementsAre("version"));
}

TEST(Completion, FieldsInWhere) {
  EXPECT_THAT(labels("/ip address remove [find inter|"), ElementsAre("interface"));
  EXPECT_THAT(labels("/ip address remove [find where |"), IsSupersetOf({"address", "interface"}));
  EXPECT_THAT(labels("/ip address print where interface=ether1 dis|"), Contains("disabled"));
}

TEST(Completion, VariablesInSight) {
  EXPECT_THAT(labels(":local wan 1; :local \"lan-name\" 2; {:local inner 3}; :put $|"), ElementsAre("lan-name", "wan"));
  EXPECT_EQ(find(complete(":local \"lan-name\" 2; :put $|"), "lan-name").apply, "\"lan-name\"");
  EXPECT_EQ(find(complete(":local wan 2; :put (w|"), "wan").apply, "$wan");
  EXPECT_THAT(labels(":local wan 1; :set w|"), ElementsAre("wan"));
  EXPECT_THAT(labels(":local wan 1; :put \"to $w|"), ElementsAre("wan"));
}

TEST(Completion, NothingInTextAndComments) {
  EXPECT_THAT(labels("# /ip |"), IsEmpty());
  EXPECT_THAT(labels(":put \"/ip |"), IsEmpty());
  EXPECT_THAT(labels(":local wan|"), IsEmpty());
}

TEST(Completion, ReplacesTheWordTheCursorIsIn) {
  const Completion completion = complete("# Zürich 😀\n/ip fire|wall filter print");
  EXPECT_EQ(completion.from, 16u);
  EXPECT_EQ(completion.to, 24u);
  EXPECT_EQ(complete("/ip firewall filter add connection-state=new,rel|").from, 45u);
}

TEST(Completion, ACursorAnywhereIsFine) {
  const std::string script = "/ip address add address=1.1.1.1/24; :put \"$[:len {1;2}]\"";
  for (std::uint32_t at = 0; at < script.size() + 3; ++at) {
    const Completion completion = complete_script(script, at, kSeven);
    EXPECT_LE(completion.from, completion.to);
    EXPECT_LE(completion.to, script.size());
  }
}

}  // namespace
}  // namespace openstrat::scripts
