#include "monitoring/manual_faults.hpp"

#include "monitoring/test_support.hpp"

namespace openstrat::monitoring {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using http::Method;

class ManualFaultsTest : public MonitoringTest {
 protected:
  ManualFaultsTest() {
    const std::vector<std::string> all{"fault:create", "fault:update", "fault:view"};
    auto somebody = http::testing::user_with(world().tenant, all);
    somebody.display_name = "ann@example.net";
    authenticator_.add("ann", somebody);
    authenticator_.add("none", http::testing::user_with(world().tenant, {}));
    authenticator_.add("other", http::testing::user_with(world().other_tenant, all));
    hooks_.audit = [this](const http::AuditRecord& record) { audited_.push_back(std::string(record.endpoint.path) + " " + std::string(record.note)); };
    router_ = std::make_unique<http::Router>(hooks_);
    add_fault_routes(*router_, room_.services());
    add_share_routes(*router_, room_.services());
    add_health_routes(*router_, room_.services());
  }
  http::Response call(Method method, const std::string& path, std::string body = "", const std::string& token = "ann") {
    return http::testing::send(*router_, method, path, {.token = token, .body = std::move(body)});
  }
  const Tenant& tenant() { return world().tenant; }
  NewFault carrier() { return {.type = "carrier", .message = "No fibre in the whole street", .severity = Severity::high, .cause = "Digger", .resource_id = "circuit-7"}; }

  Room room_{world()};
  http::testing::FakeAuthenticator authenticator_;
  http::RouterHooks hooks_ = http::testing::in_memory_hooks(world().clock, authenticator_);
  std::vector<std::string> audited_;
  std::unique_ptr<http::Router> router_;
};
INSTANTIATE_EACH_ENGINE(ManualFaultsTest);

TEST_P(ManualFaultsTest, OneIsOpenUntilSomebodyResolvesIt) {
  const auto fault = room_.manual.create(tenant(), carrier()).value();
  EXPECT_TRUE(fault.is_manual());
  EXPECT_EQ(room_.manual.create(tenant(), carrier()).error().reason(), "already_exists");
  auto other_cause = carrier();
  other_cause.cause = "Storm";
  EXPECT_TRUE(room_.manual.create(tenant(), other_cause)) << "another cause is another fault";
  EXPECT_TRUE(room_.manual.create(world().other_tenant, carrier())) << "of another team";

  world().clock.advance(1h);
  const auto resolved = room_.manual.resolve(tenant(), {fault.pid}).value();
  EXPECT_EQ(resolved.resolved_at, world().clock.now());
  world().clock.advance(1h);
  EXPECT_EQ(room_.manual.resolve(tenant(), {fault.pid}).value().resolved_at, resolved.resolved_at) << "once more does no harm";
  EXPECT_TRUE(room_.manual.create(tenant(), carrier())) << "a new disturbance is a new fault";
  EXPECT_EQ(world().events("fault.created").size(), 4u);
  const auto ends = world().events("fault.resolved");
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].data.text("pid"), fault.pid);
}

TEST_P(ManualFaultsTest, ChangesAreAnnounced) {
  const auto fault = room_.manual.create(tenant(), carrier()).value();
  const auto changed = room_.manual.update(tenant(), {fault.id.to_string()}, {.severity = Severity::critical, .message = "Two streets"}).value();
  EXPECT_EQ(changed.before.message, fault.message);
  EXPECT_EQ(changed.after.severity, Severity::critical);
  EXPECT_EQ(changed.after.cause, "Digger") << "what is absent stays";
  const auto news = world().events("fault.updated");
  ASSERT_EQ(news.size(), 1u);
  EXPECT_EQ(news[0].data.text("severity"), "critical");
  EXPECT_EQ(news[0].data.text("what"), "fault");

  auto storm = carrier();
  storm.cause = "Storm";
  const auto second = room_.manual.create(tenant(), storm).value();
  EXPECT_EQ(room_.manual.update(tenant(), {second.pid}, {.cause = "digger!"}).error().reason(), "already_exists") << "the class of the cause is the same";
}

TEST_P(ManualFaultsTest, TheSiteIsFoundInWhatIsSaid) {
  const auto site = world().adopt();
  auto fault = carrier();
  EXPECT_FALSE(room_.manual.create(tenant(), fault).value().site_id);
  fault.resource_id = site.id.to_string();
  EXPECT_EQ(room_.manual.create(tenant(), fault).value().site_id, site.id);
  fault.resource_id = "switch-3", fault.resource_path = site.pid + "|switch-3";
  EXPECT_EQ(room_.manual.create(tenant(), fault).value().site_id, site.id);
  EXPECT_FALSE(room_.manual.create(world().other_tenant, fault).value().site_id) << "somebody else's site";
  fault.site = site.id.to_string();
  EXPECT_EQ(room_.manual.create(world().other_tenant, fault).error().code(), Errc::not_found);
  const auto of_site = room_.manual.create(tenant(), {.type = "power", .message = "UPS on battery", .site = site.pid}).value();
  EXPECT_EQ(of_site.resource_id, site.id.to_string());
  EXPECT_EQ(of_site.cause, "Unknown");
  EXPECT_EQ(of_site.reporter, "manual-api-entry");
}

TEST_P(ManualFaultsTest, WhoSeesSomeSitesReportsOnThose) {
  const auto mine = world().adopt({.serial = "A"}), hidden = world().adopt({.serial = "B"});
  const Tenant limited{tenant().customer_id, std::make_shared<OnlySite>(mine.id)};
  EXPECT_EQ(room_.manual.create(limited, carrier()).error().code(), Errc::invalid);
  auto fault = carrier();
  fault.site = hidden.id.to_string();
  EXPECT_EQ(room_.manual.create(limited, fault).error().code(), Errc::not_found);
  fault.site = mine.id.to_string();
  EXPECT_TRUE(room_.manual.create(limited, fault));
  const auto theirs = add(tenant(), hidden.id, 1h, {}, {.kind = "manual/x"});
  EXPECT_EQ(room_.manual.resolve(limited, {theirs.pid}).error().code(), Errc::not_found);
  EXPECT_EQ(room_.manual.comment(limited, {theirs.pid}, {}, "hello").error().code(), Errc::not_found);
}

TEST_P(ManualFaultsTest, WhatIsMeasuredIsOnlyCommentedOn) {
  const auto site = world().adopt();
  const auto outage = add(tenant(), site.id, 1h, {}, {.kind = "offline"});
  EXPECT_EQ(room_.manual.resolve(tenant(), {outage.pid}).error().reason(), "fault_is_derived");
  EXPECT_EQ(room_.manual.update(tenant(), {outage.pid}, {.message = "nothing happened"}).error().reason(), "fault_is_derived");
  ASSERT_TRUE(room_.manual.comment(tenant(), {outage.pid}, {.user_id = UserId(Uuid{{9}}), .name = "Ann"}, "technician is on the way"));
  world().clock.advance(1min);
  ASSERT_TRUE(room_.manual.comment(tenant(), {outage.pid}, {.name = "CI key"}, "ticket 4711"));
  const auto detail = room_.reader.find(tenant(), {outage.pid}).value();
  ASSERT_THAT(detail.comments, SizeIs(2));
  EXPECT_EQ(detail.comments[0].comment, "technician is on the way");
  EXPECT_EQ(detail.comments[0].user_id, UserId(Uuid{{9}}));
  EXPECT_EQ(detail.comments[1].author, "CI key");
  EXPECT_FALSE(detail.comments[1].user_id);
  EXPECT_EQ(world().events("fault.updated").at(0).data.text("what"), "comment");
}

TEST_P(ManualFaultsTest, CommentsHaveALimitAndGoWithTheFault) {
  const auto site = world().adopt();
  const auto fault = add(tenant(), site.id, 1h);
  for (int i = 0; i < ManualFaults::kMostComments; ++i) ASSERT_TRUE(room_.manual.comment(tenant(), {fault.pid}, {.name = "bot"}, "again"));
  EXPECT_EQ(room_.manual.comment(tenant(), {fault.pid}, {.name = "bot"}, "again").error().reason(), "limit_reached");
  room_.faults.subscribe();
  ASSERT_TRUE(world().bus.deliver({.name = "site.deleted", .id = "evt_1", .customer_id = tenant().customer_id, .site_id = site.id, .resource_id = site.id.to_string()}));
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM fault_comment"), 0);
}

TEST_P(ManualFaultsTest, ATeamThatIsGoneLeavesNothing) {
  room_.manual.create(tenant(), carrier()).value();
  const auto theirs = room_.manual.create(world().other_tenant, carrier()).value();
  ASSERT_TRUE(room_.faults.forget_team(tenant().customer_id));
  EXPECT_THAT(room_.reader.list(tenant(), {}, {}, 10).value().faults, IsEmpty());
  EXPECT_TRUE(room_.reader.find(world().other_tenant, {theirs.pid}));
}

// ---------------------------------------------------------------- routes

TEST_P(ManualFaultsTest, TheWholeStoryOverHttp) {
  const auto site = world().adopt();
  auto answer = call(Method::post, "/fault", R"({"type":"power","severity":"error","message":"UPS on battery","cause":"Grid","site_id":")" + site.pid + R"("})");
  ASSERT_EQ(answer.status, 201) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr(R"("severity":"HIGH")"));
  EXPECT_THAT(answer.body, HasSubstr(R"("manual":true)"));
  EXPECT_THAT(answer.body, HasSubstr(R"("microservice_id":"manual-api-entry")"));
  EXPECT_THAT(answer.body, HasSubstr(R"("site_name":")" + site.name + '"'));
  const auto pid = answer.body.substr(7, 31);
  EXPECT_EQ(call(Method::post, "/fault", R"({"type":"power","severity":"LOW","message":"x","cause":"Grid","site_id":")" + site.pid + R"("})").status, 409);

  EXPECT_EQ(call(Method::put, "/fault/" + pid, R"({"severity":"critical"})").status, 200);
  EXPECT_THAT(audited_.back(), HasSubstr(R"("before":{"severity":"high"},"after":{"severity":"critical"})"));
  answer = call(Method::post, "/fault/" + pid + "/comment", R"({"comment":"generator ordered"})");
  EXPECT_THAT(answer.body, HasSubstr(R"("comment":"generator ordered","author":"ann@example.net")"));
  EXPECT_EQ(call(Method::post, "/fault/" + pid + "/comments", R"({"comment":"and here"})").status, 200);
  answer = call(Method::post, "/fault/" + pid + "/resolve");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr(R"("status":"resolved")"));
  for (const char* wrong : {R"({"type":"Power Cut","severity":"low","message":"x"})", R"({"type":"power","message":"x"})", R"({"type":"power","severity":"awful","message":"x"})"})
    EXPECT_EQ(call(Method::post, "/fault", wrong).status, 422) << wrong;
}

TEST_P(ManualFaultsTest, NobodyElseGetsIn) {
  const auto fault = room_.manual.create(tenant(), carrier()).value();
  const auto share = room_.shares.create(tenant(), "ann", 5min).value();
  EXPECT_THAT(http::testing::isolation_failures(*router_, {.token_without_scopes = "none", .token_with_all_scopes = "other",
                                                           .foreign_id = [&](const http::Endpoint& endpoint, std::string_view name) -> std::optional<std::string> {
                                                             if (name == "fault") return fault.pid;
                                                             if (endpoint.path == "/faults/tokens/{id}") return share.share.id.to_string();
                                                             return std::nullopt;
                                                           },
                                                           .request = [](const http::Endpoint& endpoint) -> std::optional<http::testing::Sending> {
                                                             if (endpoint.method == Method::post && endpoint.path == "/fault")
                                                               return http::testing::Sending{.body = R"({"type":"power","severity":"low","message":"x"})"};
                                                             return std::nullopt;
                                                           }}),
              IsEmpty());
}

}  // namespace
}  // namespace openstrat::monitoring
