#include "sim/device/fleet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include <boost/json.hpp>

#include "routeros/scripts.hpp"
#include "sim/device/control.hpp"
#include "sim/device/test_router.hpp"
#include "sim/device/test_server.hpp"

namespace openstrat::sim {
namespace {

using testing::HttpAnswer;
using testing::HttpRequest;
using testing::TestServer;
using std::chrono::minutes;
using std::chrono::seconds;

class FleetTest : public ::testing::Test {
 protected:
  FleetTest()
      : server_([this](const HttpRequest& request) {
          const routeros::PollParams poll{.poll_url = server_.url("/poll"), .device_token = "T"};
          if (request.target == "/TOKEN") return HttpAnswer{.body = routeros::render_bootstrap({.adopt_url = server_.url("/adopt/TOKEN")}, routeros::Style::minified)};
          if (request.target == "/adopt/TOKEN") return HttpAnswer{.body = routeros::render_adoption({.poll = poll}, routeros::Style::minified)};
          return HttpAnswer{};
        }) {}

  FleetOptions options(std::size_t count) {
    FleetOptions options;
    options.loop = {.mode = TimeMode::jumping, .start = testing::kStart};
    options.births = {.seed = 5, .versions = *parse_versions("mixed"), .models = *parse_models(""), .source_network = "127.1.0.0/16"};
    options.count = count;
    options.server = server_.url("");
    options.runbook = "TOKEN";
    return options;
  }
  boost::json::object ask(Fleet& fleet, std::string_view request) {
    std::string answer;
    Control::handle(fleet, request, [&](std::string text) { answer = std::move(text); });
    fleet.loop().run_until([&] { return !answer.empty(); }, minutes(5));
    return boost::json::parse(answer).as_object();
  }
  TestServer server_;
};

TEST_F(FleetTest, AdoptsThenPolls) {
  Fleet fleet(options(40));
  fleet.start();
  fleet.loop().run_for(minutes(2));
  const FleetStats stats = fleet.stats();
  EXPECT_EQ(stats.adopted, 40U);
  EXPECT_EQ(stats.online, 40U);
  EXPECT_GE(stats.polls, 40U * 4);
  EXPECT_EQ(stats.polls_failed + stats.fetches_failed + stats.scripts_failed, 0U) << stats.last_error;
  EXPECT_EQ(server_.requests().back().from.substr(0, 6), "127.1.");
}

TEST_F(FleetTest, RoutersDifferAndTheSeedRepeatsThem) {
  const BirthPlan plan{.seed = 9, .versions = *parse_versions("mixed"), .models = *parse_models(""), .source_network = {}};
  std::set<std::string> names, serials, versions;
  for (std::size_t i = 0; i < 200; ++i) {
    const RouterSpec spec = birth(plan, i);
    names.insert(spec.identity);
    serials.insert(spec.software_id);
    versions.insert(spec.version.to_string());
    EXPECT_EQ(birth(plan, i).software_id, spec.software_id);
  }
  EXPECT_EQ(names.size(), 200U);
  EXPECT_EQ(serials.size(), 200U);
  EXPECT_GE(versions.size(), 6U);
  EXPECT_FALSE(parse_models("toaster").has_value());
}

TEST_F(FleetTest, OnlyVersionsThatExistAreTaken) {
  for (const char* version : {"6", "6.49", "6.49.17", "7", "7.1", "7.20.8", "7.24", "7.24.9", "mixed", "6,7.9.2"}) EXPECT_TRUE(parse_versions(version).has_value()) << version;
  for (const char* version : {"9.9", "8", "7.25", "7.99", "7.0", "6.50", "6.39", "7.20.", "7.x.1", "", "7.20.8,9.9"}) {
    const auto parsed = parse_versions(version);
    ASSERT_FALSE(parsed.has_value()) << version;
    EXPECT_NE(parsed.error().fields().front().text.find("6.40 to 6.49 and 7.1 to 7.24"), std::string::npos) << version;
  }
  EXPECT_EQ(parse_versions("7.99").error().fields().front().text.substr(0, 25), "there is no RouterOS '7.9");
}

TEST_F(FleetTest, SerialNumbersCanBeMarked) {
  const BirthPlan plan{.seed = 9, .versions = *parse_versions("mixed"), .models = *parse_models(""), .source_network = {}, .serial_prefix = "SIM2AB7K"};
  std::set<std::string> serials;
  for (std::size_t i = 0; i < 2000; ++i) {
    const RouterSpec spec = birth(plan, i);
    const std::string& serial = spec.model->chr ? spec.software_id : spec.serial;
    ASSERT_TRUE(serial.starts_with("SIM2AB7K")) << serial;
    ASSERT_EQ(serial.size(), spec.model->chr ? 11U : 12U);
    serials.insert(serial);
  }
  EXPECT_EQ(serials.size(), 2000U);
  EXPECT_TRUE(is_serial_prefix("SIM"));
  for (const char* wrong : {"", "sim", "SIM 1", "SIM456789"}) EXPECT_FALSE(is_serial_prefix(wrong)) << wrong;
}

TEST_F(FleetTest, BusyLifeHappensAndIsSurvived) {
  FleetOptions busy = options(30);
  busy.life = LifePace::busy;
  Fleet fleet(busy);
  fleet.start();
  fleet.loop().run_for(minutes(60));
  const FleetStats stats = fleet.stats();
  EXPECT_GT(stats.reboots, 10U);
  EXPECT_GT(stats.outages, 10U);
  EXPECT_GT(stats.edits, 50U);
  EXPECT_EQ(stats.adopted, 30U);
  EXPECT_EQ(stats.scripts_failed, 0U) << stats.last_error;
}

TEST_F(FleetTest, ControlListsCutsRunsAndShows) {
  Fleet fleet(options(3));
  fleet.start();
  fleet.loop().run_for(minutes(1));
  EXPECT_EQ(ask(fleet, R"({"do":"list"})").at("routers").as_array().size(), 3U);
  const std::string name = fleet.router(1).identity();
  EXPECT_EQ(ask(fleet, R"({"do":"run","router":")" + name + R"(","script":":delay 2s; :put [/system identity get name]"})").at("output").as_string(), name + "\n");
  EXPECT_TRUE(ask(fleet, R"({"do":"run","router":"1","script":":error x"})").at("error").is_string());
  EXPECT_TRUE(ask(fleet, R"({"do":"cut","router":"1","seconds":60})").at("ok").as_bool());
  EXPECT_FALSE(fleet.router(1).link());
  fleet.loop().run_for(minutes(2));
  EXPECT_TRUE(fleet.router(1).link());
  ask(fleet, R"({"do":"power-off","router":"2"})");
  EXPECT_EQ(fleet.router(2).power(), Power::off);
  ask(fleet, R"({"do":"power-on","router":"2"})");
  fleet.loop().run_for(minutes(1));
  EXPECT_EQ(fleet.router(2).power(), Power::on);
  ask(fleet, R"({"do":"skew","router":"0","seconds":-3600})");
  EXPECT_EQ(fleet.loop().now() - fleet.router(0).clock(), std::chrono::hours(1));
  EXPECT_TRUE(std::string_view(ask(fleet, R"({"do":"export","router":"0"})").at("export").as_string()).contains("openstrat-poll"));
  EXPECT_TRUE(ask(fleet, R"({"do":"stats"})").contains("polls"));
  for (const char* wrong : {"", "[]", R"({"do":"dance","router":"0"})", R"({"do":"cut","router":"nobody"})"}) EXPECT_FALSE(ask(fleet, wrong).at("ok").as_bool()) << wrong;
}

TEST_F(FleetTest, AnIdleRouterIsSmall) {
  Fleet fleet(options(1));
  fleet.start();
  fleet.loop().run_for(minutes(2));
  EXPECT_LT(fleet.router(0).config().own_bytes(), 32U << 10);
}

}  // namespace
}  // namespace openstrat::sim
