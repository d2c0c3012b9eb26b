// The list of templates is automatic: a template without a case here fails, and so does a file that no template renders.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "routeros/scripts.hpp"
#include "routeros/template.hpp"
#include "sim/device/test_router.hpp"

namespace openstrat::sim {
namespace {

using routeros::Style;
using testing::TestRouter;

constexpr const char* kPersonalities[] = {"6.49.17", "7.9.2", "7.15.3", "7.18.2", "7.19.6", "7.20.8", "7.24"};
constexpr const char* kModels[] = {"rb750gr3", "chr", "hap-ac2"};

/// What a template has done to a router that reaches nobody.
using Check = void (*)(TestRouter& it, const TestRouter::Ran& ran);

std::string count(TestRouter& it, const std::string& find) { return it.value("[:len [" + find + "]]"); }

void fails_to_reach_the_server(TestRouter& it, const TestRouter::Ran& ran) {
  ASSERT_TRUE(ran.error.has_value());
  EXPECT_TRUE(ran.error->starts_with("openstrat:") || ran.error->starts_with("failure: connection timeout")) << *ran.error;
  EXPECT_EQ(count(it, "/system scheduler find name=\"openstrat-poll\""), "0");
}
void installs_the_scheduler(TestRouter& it, const TestRouter::Ran& ran) {
  EXPECT_FALSE(ran.error.has_value()) << *ran.error;
  EXPECT_EQ(it.value("[/system scheduler get openstrat-poll interval]"), "00:00:30");
  EXPECT_EQ(it.value("[:typeof [:parse [/system scheduler get openstrat-poll on-event]]]"), "code");
}
void adopts(TestRouter& it, const TestRouter::Ran& ran) {
  installs_the_scheduler(it, ran);
  EXPECT_EQ(count(it, "/file find where name~\"openstrat\""), "0");
}
void stays_silent(TestRouter&, const TestRouter::Ran& ran) { EXPECT_FALSE(ran.error.has_value()) << *ran.error; }
void runs_its_payload(TestRouter& it, const TestRouter::Ran& ran) {
  EXPECT_FALSE(ran.error.has_value()) << *ran.error;
  EXPECT_EQ(count(it, "/ip firewall address-list find list=test"), "1");
  EXPECT_TRUE(it.logged("job aZ19bY28cX finished"));
}
void stops_before_its_payload(TestRouter& it, const TestRouter::Ran& ran) {
  EXPECT_FALSE(ran.error.has_value()) << *ran.error;
  EXPECT_EQ(count(it, "/ip firewall address-list find list=test"), "0");
}
void holds_the_payload(TestRouter& it, const TestRouter::Ran& ran) {
  EXPECT_FALSE(ran.error.has_value()) << *ran.error;
  EXPECT_EQ(count(it, "/ip firewall address-list find list=test"), "1");
}
void leaves_no_backup(TestRouter& it, const TestRouter::Ran& ran) {
  ASSERT_TRUE(ran.error.has_value());
  EXPECT_THAT(*ran.error, ::testing::StartsWith("openstrat: configuration backup failed: upload"));
  EXPECT_EQ(count(it, "/file find where name~\"openstrat\""), "0");
}
void leaves_no_http_backup(TestRouter& it, const TestRouter::Ran& ran) {
  if (it.router.version() >= Version{7, 13, 0}) return leaves_no_backup(it, ran);
  EXPECT_THAT(ran.error.value_or(""), ::testing::StartsWith("openstrat: configuration backup failed: this RouterOS version cannot read files in pieces"));
  EXPECT_EQ(count(it, "/file find where name~\"openstrat\""), "0");
}
void leaves_nothing_of_ours(TestRouter& it, const TestRouter::Ran& ran) {
  EXPECT_FALSE(ran.error.has_value()) << *ran.error;
  const std::string left = it.router.export_text(true);
  EXPECT_EQ(left.find("openstrat"), std::string::npos) << left;
  EXPECT_EQ(left.find("OpenStrat:"), std::string::npos) << left;
  EXPECT_NE(left.find("of the customer"), std::string::npos);
}
void says_why_not(TestRouter& it, const TestRouter::Ran& ran) {
  ASSERT_TRUE(ran.error.has_value());
  EXPECT_THAT(*ran.error, ::testing::StartsWith("openstrat: not adopted"));
  EXPECT_EQ(count(it, "/system scheduler find"), "0");
}

const std::map<std::string, Check, std::less<>>& cases() {
  static const std::map<std::string, Check, std::less<>> known = {
      {"bootstrap-command", fails_to_reach_the_server},
      {"bootstrap", fails_to_reach_the_server},
      {"bootstrap-by-address", fails_to_reach_the_server},
      {"bootstrap-tls", fails_to_reach_the_server},
      {"adoption", adopts},
      {"adoption-tls-quiet", adopts},
      {"adoption-without-backup", adopts},
      {"scheduler-install", installs_the_scheduler},
      {"poll", stays_silent},
      {"poll-tls", stays_silent},
      {"job", runs_its_payload},
      {"job-without-acknowledgement", runs_its_payload},
      {"job-with-backup", stops_before_its_payload},
      {"job-with-http-backup", stops_before_its_payload},
      {"job-stub", stops_before_its_payload},
      {"payload-file", holds_the_payload},
      {"backup-sftp", leaves_no_backup},
      {"backup-sftp-sensitive", leaves_no_backup},
      {"backup-http", leaves_no_http_backup},
      {"removal", leaves_nothing_of_ours},
      {"tombstone-removal", leaves_nothing_of_ours},
      {"refused-capacity", says_why_not},
      {"refused-online-site", says_why_not},
      {"refused-support", says_why_not},
  };
  return known;
}

bool removes(const std::string& name) { return name.ends_with("removal"); }

void prepare(TestRouter& it, const std::string& name) {
  it.run("/ip dns static add name=cloud.example.net address=127.9.9.9; /ip dns static add name=backup.example.net address=127.9.9.9");
  it.router.set_link(false);
  if (!removes(name)) return;
  for (const routeros::TemplateInfo& info : routeros::all_templates()) {
    if (info.name == "scheduler-install") it.run(info.render(Style::minified));
  }
  it.run("/ip firewall filter add chain=input action=accept comment=\"OpenStrat:mgmt accept\"\n"
         "/ip firewall filter add chain=input action=accept comment=\"of the customer\"\n");
}

std::string test_name(std::string name) {
  std::replace_if(name.begin(), name.end(), [](char c) { return c == '.' || c == '-' || c == ' '; }, '_');
  return name;
}

class TemplateCase : public ::testing::TestWithParam<std::tuple<const char*, const char*, std::string>> {};

TEST_P(TemplateCase, DoesWhatItIsFor) {
  const auto& [version, model, name] = GetParam();
  const auto known = cases().find(name);
  ASSERT_NE(known, cases().end()) << "a new template: say in cases() what it does to a router";
  for (const routeros::TemplateInfo& info : routeros::all_templates()) {
    if (info.name != name) continue;
    for (const Style style : {Style::minified, Style::readable}) {
      TestRouter it(version, model);
      prepare(it, name);
      const TestRouter::Ran ran = it.run(info.render(style));
      known->second(it, ran);
    }
  }
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const routeros::TemplateInfo& info : routeros::all_templates()) all.push_back(info.name);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Every, TemplateCase,
                         ::testing::Combine(::testing::ValuesIn(kPersonalities), ::testing::ValuesIn(kModels), ::testing::ValuesIn(names())),
                         [](const auto& info) {
                           return test_name("v" + std::string(std::get<0>(info.param)) + "_" + std::get<1>(info.param) + "_" + std::get<2>(info.param));
                         });

TEST(TemplateList, HasNoCaseWithoutATemplate) {
  const std::vector<std::string> all = names();
  const std::set<std::string> known(all.begin(), all.end());
  for (const auto& [name, check] : cases()) EXPECT_TRUE(known.contains(name)) << name;
}

/// What the renderers of scripts.hpp begin with; every other file must be part of one of these.
TEST(TemplateList, HasNoFileThatNothingRenders) {
  std::set<std::string> reached = {"command", "bootstrap", "poll", "scheduler", "backup", "adoption", "job", "payload-end", "removal",
                                   "refused-capacity", "refused-online-site", "refused-support"};
  for (bool grown = true; grown;) {
    grown = false;
    for (const routeros::EmbeddedTemplate& file : routeros::embedded_templates()) {
      if (!reached.contains(std::string(file.name))) continue;
      for (const std::string_view mark : {"<<include ", "<<quote "}) {
        for (std::size_t at = file.text.find(mark); at != std::string_view::npos; at = file.text.find(mark, at + 1)) {
          const std::size_t begin = at + mark.size();
          grown = reached.insert(std::string(file.text.substr(begin, file.text.find(">>", begin) - begin))).second || grown;
        }
      }
    }
  }
  for (const routeros::EmbeddedTemplate& file : routeros::embedded_templates()) EXPECT_TRUE(reached.contains(std::string(file.name))) << file.name;
}

}  // namespace
}  // namespace openstrat::sim
