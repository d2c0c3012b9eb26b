#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "http/testing/in_memory.hpp"
#include "platform/routes.hpp"
#include "platform/system_service.hpp"

namespace openstrat::platform {
namespace {

using ::testing::HasSubstr;

class SystemTest : public ::testing::Test {
 protected:
  SystemTest() : router_(http::testing::in_memory_hooks(clock_, authenticator_)) {
    auto ann = http::testing::user_with({}, {});
    ann.is_operator = true;
    ann.display_name = "ann@example.com";
    auto bob = http::testing::user_with({}, {});
    bob.display_name = "bob@example.com";
    authenticator_.add("operator", ann);
    authenticator_.add("user", bob);
    add_system_routes(router_, system_);
  }
  auto get(const char* token) { return http::testing::send(router_, http::Method::get, "/system", {.token = token}); }

  ManualClock clock_{from_unix_us(1'700'000'000'000'000)};
  std::atomic<int> taken_{0};
  bool broken_ = false;
  SystemService system_{clock_, [this]() -> Result<SystemReport> {
                          ++taken_;
                          if (broken_) return fail(Errc::unavailable, "The database does not answer.");
                          SystemReport report{.product = "OpenStrat", .version = "1.2.3"};
                          report.nodes.push_back({.id = "gw:/data", .host = "gw", .version = "1.2.3", .url = "", .issuer = "", .roles = {"api"}, .self = true, .alive = true});
                          report.checks.push_back({"disk", CheckStatus::warn, "little is left", "Make room."});
                          return report;
                        }};
  http::testing::FakeAuthenticator authenticator_;
  http::Router router_;
};

TEST_F(SystemTest, OperatorsSeeThePicture) {
  const auto answer = get("operator");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr(R"("version":"1.2.3")"));
  EXPECT_THAT(answer.body, HasSubstr(R"("nodes":[{"id":"gw:/data","host":"gw","self":true,"alive":true)"));
  EXPECT_THAT(answer.body, HasSubstr(R"("checks":[{"name":"disk","status":"warn","message":"little is left","next":"Make room."}])"));
}

TEST_F(SystemTest, OthersAreToldWhyNotAndWhatToDo) {
  const auto answer = get("user");
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.body, HasSubstr(R"("code":"operator_required")"));
  EXPECT_THAT(answer.body, HasSubstr("openstrat admin set-operator --email bob@example.com"));
  EXPECT_EQ(taken_, 0) << "nothing is counted for them";
}

TEST_F(SystemTest, ThePictureIsTakenOnceHoweverManyAsk) {
  std::vector<std::jthread> callers;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) callers.emplace_back([&] { good += system_.report().has_value() ? 1 : 0; });
  callers.clear();
  EXPECT_EQ(good, 8);
  EXPECT_EQ(taken_, 1);
  clock_.advance(SystemService::kFresh);
  EXPECT_EQ((*system_.report())->collected_at, clock_.now());
  EXPECT_EQ(taken_, 2);
}

TEST_F(SystemTest, AFailureIsNotKept) {
  broken_ = true;
  EXPECT_EQ(get("operator").status, 503);
  broken_ = false;
  EXPECT_EQ(get("operator").status, 200);
}

}  // namespace
}  // namespace openstrat::platform
