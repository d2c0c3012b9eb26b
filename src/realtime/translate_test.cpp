#include "realtime/translate.hpp"

#include <gmock/gmock.h>

#include "bus/bus.hpp"
#include "realtime/test_support.hpp"

namespace openstrat::realtime {
namespace {

using ::testing::HasSubstr;

bus::Event event(std::string name, Attributes data = {}) {
  return {.name = std::move(name), .occurred_at = from_unix_us(1'770'000'000'000'000), .customer_id = customer_number(1), .site_id = site_number(1), .resource_id = "thing",
          .data = std::move(data)};
}
std::optional<Timestamp> never(SiteId) { return std::nullopt; }

TEST(Translate, EveryToldEventHasAFrame) {
  for (const auto name : told_events()) {
    const auto draft = translate(event(std::string(name)), never);
    ASSERT_TRUE(draft.has_value()) << name;
    EXPECT_EQ(draft->customer_id, customer_number(1));
    EXPECT_THAT(draft->data, HasSubstr("\"occurred_at\":\"2026-02-02T")) << name;
    EXPECT_EQ(draft->data.find('\n'), std::string::npos);
  }
  EXPECT_FALSE(translate(event("security.login_blocked"), never).has_value());
}

TEST(Translate, AJobSaysItsStateBatchAndDescription) {
  const auto draft = translate(event("job.busy", {{"state", "busy"}, {"description", "say \"hi\"\nthere"}, {"batch_id", "b1"}}), never);
  EXPECT_EQ(draft->name, "job.updated");
  EXPECT_EQ(draft->topic, Topic::jobs);
  EXPECT_THAT(draft->data, HasSubstr(R"("job_id":"thing","batch_id":"b1","status":"busy","description":"say \"hi\"\nthere")"));
  EXPECT_THAT(translate(event("job.deleted", {{"state", "pending"}}), never)->data, HasSubstr(R"("batch_id":null,"status":"deleted")"));
}

TEST(Translate, OnlineAndOfflineAreAPulse) {
  const auto online = translate(event("site.online"), never), offline = translate(event("site.offline"), never);
  EXPECT_EQ(online->name, "site.pulse");
  EXPECT_THAT(online->data, HasSubstr(R"("online":true,"last_seen_at":"2026-)"));
  EXPECT_THAT(offline->data, HasSubstr(R"("online":false,"last_seen_at":null)"));
}

TEST(Translate, SitesSayWhatChanged) {
  EXPECT_THAT(translate(event("site.adopted", {{"name", "Durban DC"}, {"address", "192.0.2.1"}}), never)->data, HasSubstr(R"("what":"adopted","name":"Durban DC"})"));
  EXPECT_THAT(translate(event("site.version_changed", {{"from", "7.1"}, {"to", "7.2"}}), never)->data, HasSubstr(R"("what":"version_changed","from":"7.1","to":"7.2")"));
}

TEST(Translate, SettingsGoToWhoMaySeeThem) {
  EXPECT_EQ(settings_changed(customer_number(1), "member", {}).topic, Topic::members);
  EXPECT_EQ(settings_changed(customer_number(1), "role", {}).topic, Topic::roles);
  EXPECT_EQ(settings_changed(customer_number(1), "key", {}).topic, Topic::keys);
  EXPECT_EQ(settings_changed(customer_number(1), "team", {}).topic, Topic::team);
  EXPECT_THAT(translate(event("team.member_removed", {{"email", "a@b.example"}}), never)->data, ::testing::Not(HasSubstr("a@b.example")));
}

}  // namespace
}  // namespace openstrat::realtime
