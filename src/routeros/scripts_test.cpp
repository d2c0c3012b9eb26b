#include "routeros/scripts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>

#include "routeros/template.hpp"
#include "routeros/testing_text.hpp"
#include "routeros/tokens.hpp"

namespace openstrat::routeros {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

bool is_trace(const std::vector<std::string>& statement) {
  return statement.size() > 2 && statement[0] == ":log" && statement[1] == "info" && [&] {
    for (const std::string& token : statement) {
      if (token.starts_with("\"openstrat trace: ")) return true;
    }
    return false;
  }();
}

/// The program without layout, comments and trace lines: tokens, with `;` between statements.
std::vector<std::string> essence(std::string_view source) {
  std::vector<std::string> out;
  std::vector<std::string> statement;
  int round_depth = 0;
  const auto finish = [&] {
    if (!statement.empty() && !is_trace(statement)) {
      out.insert(out.end(), statement.begin(), statement.end());
      out.emplace_back(";");
    }
    statement.clear();
  };
  for (const Token& token : tokenize(source)) {
    using enum Token::Kind;
    if (token.kind == comment) continue;
    if ((token.kind == newline && round_depth == 0) || token.kind == separator) {
      finish();
      continue;
    }
    if (token.text == "(" || token.text == "[") ++round_depth;
    if (token.text == ")" || token.text == "]") --round_depth;
    if (token.text == "}") finish();
    statement.emplace_back(token.text);
    if (token.text == "{") {
      out.insert(out.end(), statement.begin(), statement.end());
      statement.clear();
    }
  }
  finish();
  return out;
}

/// Strings may hold scripts with a layout of their own: they are compared as scripts.
void expect_same_program(std::string_view a, std::string_view b) {
  const auto left = essence(a), right = essence(b);
  ASSERT_EQ(left.size(), right.size()) << ::testing::PrintToString(left) << "\n" << ::testing::PrintToString(right);
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i] == right[i]) continue;
    ASSERT_TRUE(left[i].starts_with('"') && right[i].starts_with('"')) << left[i] << " against " << right[i];
    expect_same_program(testing::unescape(std::string_view(left[i]).substr(1, left[i].size() - 2)),
                        testing::unescape(std::string_view(right[i]).substr(1, right[i].size() - 2)));
  }
}

JobParams small_job() {
  JobParams params;
  params.token = "aZ19bY28cX";
  params.payload = "/system identity set name=x";
  params.busy_url = "https://h/job/1/update?status=busy&signature=a";
  params.done_url = "https://h/job/1/update?status=done&signature=b";
  params.fail_url = "https://h/job/1/update?status=fail&signature=c";
  return params;
}

/// Every string token of the script, unescaped, and those inside them.
void collect_strings(std::string_view source, std::vector<std::string>& out) {
  for (const Token& token : tokenize(source)) {
    if (token.kind != Token::Kind::string) continue;
    out.push_back(testing::unescape(token.text.substr(1, token.text.size() - 2)));
  }
}

class EachScript : public ::testing::TestWithParam<TemplateInfo> {};
INSTANTIATE_TEST_SUITE_P(Scripts, EachScript, ::testing::ValuesIn(all_templates()), [](const auto& info) {
  std::string name = info.param.name;
  for (char& c : name) if (c == '-') c = '_';
  return name;
});

// OPENSTRAT_UPDATE_GOLDEN=1 rewrites the files; the difference is then reviewed like code.
TEST_P(EachScript, IsAsRecorded) {
  for (const Style style : {Style::minified, Style::readable}) {
    const auto directory = std::filesystem::path(OPENSTRAT_ROUTEROS_DIR) / "testdata" / (style == Style::minified ? "minified" : "readable");
    const auto file = directory / (GetParam().name + ".rsc");
    const std::string script = GetParam().render(style);
    if (std::getenv("OPENSTRAT_UPDATE_GOLDEN")) {
      std::filesystem::create_directories(directory);
      std::ofstream(file, std::ios::binary) << script;
    }
    EXPECT_EQ(script, read_file(file)) << file;
  }
}

TEST_P(EachScript, IsTheSameProgramInBothStyles) {
  expect_same_program(GetParam().render(Style::minified), GetParam().render(Style::readable));
}

TEST_P(EachScript, HoldsOnlyPrintableAsciiAndLineFeeds) {
  for (const Style style : {Style::minified, Style::readable}) {
    const std::string script = GetParam().render(style);
    EXPECT_TRUE(script.ends_with('\n'));
    for (const char c : script) ASSERT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7F)) << static_cast<int>(c);
    EXPECT_THAT(script, Not(HasSubstr("<<")));
    EXPECT_LT(script.size(), kMaxInlineAnswer);
  }
}

TEST(Scripts, AnotherBrandLeavesNoWordOfOurs) {
  const Brand brand{.name = "Acme Cloud", .prefix = "acme-net", .comment = "Acme.Net:"};
  for (const TemplateInfo& info : all_templates(brand)) {
    const std::string script = info.render(Style::readable);
    EXPECT_THAT(script, Not(HasSubstr("openstrat"))) << info.name;
    EXPECT_THAT(script, Not(HasSubstr("OpenStrat"))) << info.name;
  }
  EXPECT_THAT(render_tombstone_removal({.brand = brand}, Style::minified), HasSubstr(R"("^Acme\\.Net:")"));
}

TEST(Scripts, PastedCommandSurvivesTheConsole) {
  const std::string line = render_bootstrap_command({.brand = {}, .url = "https://h.example/7N42dgm5tFLK9N8MT7fHC7"});
  EXPECT_EQ(line, "/tool fetch url=\"https://h.example/7N42dgm5tFLK9N8MT7fHC7\" dst-path=openstrat.rsc;:delay 2s;"
                  "/import file-name=openstrat.rsc;/file remove openstrat.rsc");
  EXPECT_THAT(line, Not(HasSubstr("?")));
  EXPECT_THAT(line, Not(HasSubstr("$")));
}

TEST(Scripts, BootstrapSendsTheTokenThatThePollScriptHolds) {
  const PollParams params{.brand = {}, .poll_url = "https://h/poll", .device_token = "Tok-en_1", .tls_verify = false};
  // The bootstrap script cuts from "Bearer " to the next comma.
  const std::string event = poll_scheduler(params).on_event;
  const auto start = event.find("Bearer ");
  ASSERT_NE(start, event.npos);
  EXPECT_EQ(event.substr(start + 7, event.find(',', start) - start - 7), "Tok-en_1");
}

TEST(Scripts, AnyPayloadReachesTheParserOfTheRouterUnchanged) {
  std::mt19937_64 engine(7);
  for (int round = 0; round < 200; ++round) {
    JobParams params = small_job();
    params.payload.assign(1 + engine() % 300, '\0');
    for (char& c : params.payload) c = static_cast<char>(engine());
    for (const Style style : {Style::minified, Style::readable}) {
      std::vector<std::string> strings;
      collect_strings(render_job(params, style), strings);
      ASSERT_THAT(strings, ::testing::Contains(params.payload));
    }
  }
}

TEST(Scripts, JobWithoutAcknowledgementReportsNothingButBusy) {
  JobParams params = small_job();
  params.acknowledge = false;
  const std::string script = render_job(params, Style::minified);
  EXPECT_THAT(script, HasSubstr("status=busy"));
  EXPECT_THAT(script, Not(HasSubstr("status=done")));
  EXPECT_THAT(script, Not(HasSubstr("status=fail")));
}

TEST(Scripts, OnlyAQueueWithJobsLeftIsPolledAgainAtOnce) {
  JobParams params = small_job();
  EXPECT_THAT(render_job(params, Style::minified), Not(HasSubstr("openstrat-poll")));
  params.remaining = 2;
  EXPECT_THAT(render_job(params, Style::minified), HasSubstr("remaining 2"));
  EXPECT_THAT(render_job(params, Style::minified), HasSubstr("openstrat-poll"));
}

TEST(Scripts, StubCarriesTheUrlInsteadOfThePayload) {
  const std::string script = render_job_stub(small_job(), "https://h/payload/1?signature=d", Style::minified);
  EXPECT_THAT(script, Not(HasSubstr("/system identity set name=x")));
  EXPECT_THAT(script, HasSubstr("https://h/payload/1"));
  EXPECT_EQ(render_payload_file({}, "aZ19bY28cX", "# note"), "# note\n:global openstratImported \"aZ19bY28cX\"\n");
}

TEST(Scripts, TombstoneRemovalNotifiesNobody) {
  EXPECT_THAT(render_tombstone_removal({}, Style::minified), Not(HasSubstr("/tool fetch")));
}

TEST(Brand, IsCheckedBeforeItReachesARouter) {
  EXPECT_TRUE(validate(Brand{}).has_value());
  EXPECT_FALSE(validate(Brand{.prefix = "a"}).has_value());
  EXPECT_FALSE(validate(Brand{.prefix = "open strat"}).has_value());
  EXPECT_FALSE(validate(Brand{.prefix = "-open"}).has_value());
  EXPECT_FALSE(validate(Brand{.comment = ""}).has_value());
  EXPECT_FALSE(validate(Brand{.name = "a\"b"}).has_value());
}

TEST(Minify, JoinsStatementsOnlyWhereThatIsLegal) {
  EXPECT_EQ(minify("# note\n:local a 1\n\n  :local b 2  # data\n"), ":local a 1;:local b 2 # data");
  EXPECT_EQ(minify(":if ($a) do={\n  :put 1\n  :put 2\n} else={\n  :put 3\n}\n:put 4"), ":if ($a) do={:put 1;:put 2} else={:put 3};:put 4");
  EXPECT_EQ(minify(":put \"a  b # c\\\" d\"; # note\n;;\n:put 2"), ":put \"a  b # c\\\" d\";:put 2");
  EXPECT_EQ(minify(":foreach x in={\n  \"a\";\n  \"b\"\n} do={}"), ":foreach x in={\"a\";\"b\"} do={}");
  EXPECT_EQ(minify("/ip address \\\n    add address=1.1.1.1/24"), "/ip address add address=1.1.1.1/24");
  EXPECT_EQ(minify(":put \"a\\\n    b\""), ":put \"ab\"");
  EXPECT_EQ(minify(":put [\n:len\n$a\n]"), ":put [:len $a ]");
  EXPECT_EQ(minify(""), "");
}

TEST(Template, RefusesWhatDoesNotFit) {
  Values values;
  values.text("url", "https://h/x").text("prefix", "two words");
  EXPECT_THROW(render("command", values, Layout::minified), std::logic_error);
  values.number("prefix", 3);
  EXPECT_THROW(render("command", values, Layout::minified), std::logic_error);
  EXPECT_THROW(render("command", Values(), Layout::minified), std::logic_error);
  EXPECT_THROW(render("nothing", values, Layout::minified), std::logic_error);
}

}  // namespace
}  // namespace openstrat::routeros
