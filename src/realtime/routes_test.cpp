#include "realtime/routes.hpp"

#include "base/crypto.hpp"
#include "base/rng.hpp"
#include "base/secrets.hpp"
#include "db/testing.hpp"
#include "http/testing/in_memory.hpp"
#include "realtime/credential_watch.hpp"
#include "realtime/schema.hpp"
#include "realtime/test_support.hpp"
#include "realtime/ticket_keeper.hpp"

namespace openstrat::realtime {
namespace {

using namespace std::chrono_literals;
using http::Method;
using identity::Change;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const UserId kAnn = UserId::parse("20000000-0000-4000-8000-000000000001").value();

class RealtimeRoutesTest : public db::EachEngineTest {
 protected:
  void SetUp() override {
    database = make_reused_database(migrations());
    keeper.emplace(*database, box, world.clock, secure_rng());
    ann = http::testing::user_with({customer_number(1)}, {"job:view", "site:view"});
    ann.user_id = kAnn;
    ann.subject = "user:" + kAnn.to_string();
    ann.session_id = "ses_1";
    authenticator.add("ann", ann);
    router.emplace(http::testing::in_memory_hooks(world.clock, authenticator));
    add_routes(*router, {*keeper, watch, world.hub});
  }
  http::Response get(std::string_view query, std::string token = "ann", std::vector<std::pair<std::string, std::string>> headers = {}) {
    return http::testing::send(*router, Method::get, "/realtime/stream" + std::string(query), {.token = std::move(token), .headers = std::move(headers)});
  }
  /// What a connection would send up to now.
  static std::string read(const http::Response& response) {
    auto text = std::make_shared<std::string>();
    const auto ask = [](auto self, const std::shared_ptr<http::BodySource>& source, std::shared_ptr<std::string> out) -> void {
      source->next(http::PieceTaker([=](std::optional<std::string> piece) {
        if (!piece || piece->empty()) return void(*out += piece ? "<end>" : "");
        *out += *piece;
        self(self, source, out);
      }));
    };
    ask(ask, response.stream, text);
    return *text;
  }

  HubWorld world;
  std::unique_ptr<db::Database> database;
  SecretBox box{"realtime", MasterKey(crypto::Key32{})};
  std::optional<TicketKeeper> keeper;
  http::Principal ann;
  http::testing::FakeAuthenticator authenticator;
  Sights sights{[](const Tenant&) { return std::vector<SiteId>{}; }};
  std::vector<std::pair<CustomerId, std::string>> shown;
  CredentialWatch watch{{.authenticator = authenticator, .sights = sights, .hub = world.hub, .clock = world.clock, .teams_of = [this](const Change&) { return shown; }}};
  std::optional<http::Router> router;
};
INSTANTIATE_EACH_ENGINE(RealtimeRoutesTest);

TEST_P(RealtimeRoutesTest, AStreamByHeader) {
  const auto response = get("");
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/event-stream");
  EXPECT_EQ(response.headers.find("X-Accel-Buffering"), "no");
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
  EXPECT_TRUE(response.stream->is_endless());
  EXPECT_THAT(read(response), HasSubstr("event: ready\nid: e1-0\n"));
}

TEST_P(RealtimeRoutesTest, AStreamByTicketWhichWorksOnce) {
  const auto made = http::testing::send(*router, Method::post, "/realtime/ticket", {.token = "ann"});
  ASSERT_EQ(made.status, 201);
  const auto ticket = made.body.substr(made.body.find("rt_"), 35);
  EXPECT_EQ(get("?ticket=" + ticket, "").status, 200);
  EXPECT_EQ(get("?ticket=" + ticket, "").status, 401);
  EXPECT_EQ(get("", "").status, 401);
}

TEST_P(RealtimeRoutesTest, TheHeaderOfTheLastIdWinsOverTheParameter) {
  EXPECT_THAT(read(get("?last_event_id=e1-0")), ::testing::Not(HasSubstr("reset")));
  EXPECT_THAT(read(get("?last_event_id=e1-0", "ann", {{"Last-Event-ID", "other-7"}})), HasSubstr("reset"));
}

TEST_P(RealtimeRoutesTest, TooMuchToWatchIsRefused) {
  std::string query = "?watch=";
  for (int i = 0; i < 201; ++i) query += site_number(1).to_string() + ",";
  query.pop_back();
  EXPECT_EQ(get(query).status, 422);
  EXPECT_EQ(get("?watch=xyz").status, 422);
}

TEST_P(RealtimeRoutesTest, NoSecondFactorNoTeamNoApplicationNoStream) {
  const auto refused = [&](auto change) {
    auto principal = ann;
    change(principal);
    return watch.viewer(principal, "Bearer x").error().reason();
  };
  EXPECT_EQ(refused([](auto& p) { p.mfa_missing = true; }), "mfa_required");
  EXPECT_EQ(refused([](auto& p) { p.tenant = {}; }), "customer_missing");
  EXPECT_EQ(refused([](auto& p) { p.delegate = "app"; }), "scope_missing");
}

TEST_P(RealtimeRoutesTest, AChangeOfTheirOwnIsCheckedAtOnceOthersLater) {
  const auto response = get("");
  authenticator.add("ann", http::testing::user_with({customer_number(2)}, {}));
  const Change other = Change::of_session("ses_2"), own = Change::of_session("ses_1");
  watch.changed(&other);
  watch.round();
  EXPECT_EQ(world.hub.streams().size(), 1u);
  watch.changed(&own);
  watch.round();
  EXPECT_THAT(world.hub.streams(), IsEmpty());
  EXPECT_THAT(read(response), HasSubstr("team_switched"));
}

TEST_P(RealtimeRoutesTest, EveryKindOfChangeFindsItsStreams) {
  for (const Change& change : {Change::of(kAnn), Change::of(customer_number(1)), Change::of(identity::RoleId()), Change::of_session("ses_1")}) {
    const auto response = get("");
    auto less = ann;
    less.scopes = {};
    authenticator.add("ann", less);
    watch.changed(&change);
    watch.round();
    EXPECT_THAT(read(response), HasSubstr("rights_changed"));
    authenticator.add("ann", ann);
  }
}

TEST_P(RealtimeRoutesTest, MissedChangesAndTimeCheckEverybody) {
  const auto sees_sites = [this] { return world.hub.streams().front()->viewer.rights.sees(Topic::sites, std::nullopt); };
  const auto response = get("");
  auto less = ann;
  less.scopes = {};
  authenticator.add("ann", less);
  watch.round();
  EXPECT_TRUE(sees_sites()) << "nobody has said that anything changed";
  world.clock.advance(61s);
  watch.round();
  EXPECT_FALSE(sees_sites());
  authenticator.add("ann", ann);
  watch.changed(nullptr);
  watch.round();
  EXPECT_TRUE(sees_sites());
  EXPECT_THAT(read(response), HasSubstr("rights_changed"));
}

TEST_P(RealtimeRoutesTest, TeamsAreToldWhatChanged) {
  const auto response = get("");
  auto everything = ann;
  everything.scopes = {"role:view"};
  authenticator.add("ann", everything);
  shown = {{customer_number(1), "role"}};
  const Change change = Change::of(kAnn);
  watch.changed(&change);
  watch.round();
  world.hub.round();
  EXPECT_THAT(read(response), HasSubstr("event: settings.changed\ndata: {\"what\":\"role\""));
}

}  // namespace
}  // namespace openstrat::realtime
