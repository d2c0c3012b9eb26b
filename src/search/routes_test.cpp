#include "search/routes.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "base/rng.hpp"
#include "base/site_limits.hpp"
#include "db/testing.hpp"
#include "http/testing/in_memory.hpp"
#include "http/testing/isolation.hpp"
#include "search/docs_service.hpp"
#include "search/index_service.hpp"
#include "search/schema.hpp"
#include "search/search_service.hpp"

namespace openstrat::search {
namespace {

namespace json = boost::json;
using http::Method;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr DocsPage kPages[] = {
    {"howto/backups.md", "# Back up a router\n\nEvery night.\n\n## Restore a backup\n\nTake the newest file.\n```sh\n# not a heading\nopenstrat restore\n```\n"},
    {"metrics.md", "# Metrics\n\nPrometheus text. See backups.\n"},
};

class NoSites final : public SiteLimits {
 public:
  Condition condition(std::string_view, std::string_view, int) const override { return {"(1 = 0)", {}}; }
};

class SearchRoutesTest : public db::EachEngineTest {
 protected:
  SearchRoutesTest() : database_(make_reused_database(migrations())), things_(*database_) {
    authenticator_.add("ours", http::testing::user_with(ours_, {"site:view"}));
    authenticator_.add("theirs", http::testing::user_with(theirs_, {"site:view"}));
    authenticator_.add("blind", http::testing::user_with(ours_, {"job:view"}));
    auto limited = http::testing::user_with(ours_, {"site:view"});
    limited.site_limits = std::make_shared<const http::LimitsByScope>(http::LimitsByScope{{"site:view", std::make_shared<NoSites>()}});
    authenticator_.add("limited", limited);
    add_routes(router_, things_, docs_);
  }
  void add(const std::string& name, const Attributes& metadata = {}) {
    const SiteId id(uuid_v4(secure_rng()));
    const Document document{.type = "site", .id = id.to_string(), .site_id = id, .name = name, .metadata = metadata, .created_at = clock_.now(), .updated_at = clock_.now()};
    ASSERT_TRUE(database_->write([&](db::Session& session) { return index_.put(session, ours_, document); }));
  }
  http::Response get(const std::string& target, const std::string& token = "ours") { return http::testing::send(router_, Method::get, target, {.token = token}); }
  json::object found(const std::string& target, const std::string& token = "ours") {
    const auto answer = get(target, token);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json::parse(answer.body).as_object();
  }
  static std::vector<std::string> names(const json::object& page) {
    std::vector<std::string> out;
    for (const auto& hit : page.at("data").as_array()) out.emplace_back(hit.at("name").as_string());
    return out;
  }

  ManualClock clock_{*parse_iso8601("2026-02-03T08:00:00Z")};
  const Tenant ours_{CustomerId(uuid_v4(secure_rng()))}, theirs_{CustomerId(uuid_v4(secure_rng()))};
  std::unique_ptr<db::Database> database_;
  Index index_;
  SearchService things_;
  const DocsService docs_{{std::begin(kPages), std::end(kPages)}};
  http::testing::FakeAuthenticator authenticator_;
  http::Router router_{http::testing::in_memory_hooks(clock_, authenticator_)};
};
INSTANTIATE_EACH_ENGINE(SearchRoutesTest);

TEST_P(SearchRoutesTest, AHitHasTheDocumentedFields) {
  add("Branch 7", {{"model", std::string("RB5009UG+S+IN")}});
  for (const auto* q : {"RB5009UG%2BS%2BIN", "RB5009UG+S+IN"}) {
    const auto page = found(std::string("/search?q=") + q);
    ASSERT_EQ(page.at("data").as_array().size(), 1u) << q;
    const auto& hit = page.at("data").as_array()[0].as_object();
    EXPECT_EQ(hit.at("name").as_string(), "Branch 7");
    EXPECT_EQ(hit.at("type").as_string(), "site");
    EXPECT_EQ(hit.at("metadata").at("model").as_string(), "RB5009UG+S+IN");
    EXPECT_EQ(hit.at("relevance_percentage").as_int64(), std::lround(100 * hit.at("score").to_number<double>()));
    EXPECT_EQ(hit.at("created_at").as_string(), "2026-02-03T08:00:00.000000Z");
    for (const auto* field : {"id", "description", "org_id", "workspace_id", "updated_at"}) EXPECT_TRUE(hit.contains(field)) << field;
  }
}

TEST_P(SearchRoutesTest, TwentyAPage) {
  for (int i = 0; i < 45; ++i) add("Branch " + std::to_string(i));
  const auto first = found("/search?q=branch");
  EXPECT_EQ(first.at("data").as_array().size(), 20u);
  EXPECT_EQ(first.at("meta").at("total").as_int64(), 45);
  EXPECT_EQ(first.at("meta").at("last_page").as_int64(), 3);
  EXPECT_EQ(first.at("meta").at("per_page").as_int64(), 20);
  EXPECT_EQ(found("/search?q=branch&page=3").at("data").as_array().size(), 5u);
  EXPECT_EQ(found("/search?q=branch&page=4").at("data").as_array().size(), 0u);
}

TEST_P(SearchRoutesTest, OnlyTheCallersTeamScopesAndSites) {
  add("Branch 1");
  EXPECT_THAT(names(found("/search?q=branch", "theirs")), IsEmpty());
  EXPECT_THAT(names(found("/search?q=branch", "blind")), IsEmpty());
  EXPECT_THAT(names(found("/search?q=branch", "limited")), IsEmpty());
  EXPECT_THAT(names(found("/search?q=branch&types=site")), ElementsAre("Branch 1"));
  EXPECT_EQ(get("/search?q=branch", "").status, 401);
  EXPECT_THAT(http::testing::isolation_failures(router_, {.token_without_scopes = "blind", .token_with_all_scopes = "ours",
                                                          .foreign_id = [](const http::Endpoint&, std::string_view) { return std::optional<std::string>(); }}),
              IsEmpty());
}

TEST_P(SearchRoutesTest, RefusesWhatIsNoQuestion) {
  EXPECT_EQ(get("/search").status, 422);
  EXPECT_EQ(get("/search?q=").status, 422);
  EXPECT_EQ(get("/search?q=" + std::string(256, 'x')).status, 422);
  EXPECT_EQ(get("/search?q=x&types=dragon").status, 422);
  const std::string id = "8c5d9b0e-1111-4222-8333-444455556666";
  EXPECT_EQ(get("/search?q=x&workspace_id=" + id + "&org_id=" + id).status, 422);
  add("Branch 1");
  EXPECT_THAT(names(found("/search?q=branch&workspace_id=" + id)), IsEmpty());
  EXPECT_THAT(names(found("/search?q=branch&created_from=2026-02-04T00:00:00Z")), IsEmpty());
}

TEST_P(SearchRoutesTest, FindsAPlaceInTheDocumentation) {
  const auto page = found("/search/docs?q=restore%20backup");
  ASSERT_THAT(names(page), ElementsAre("Restore a backup"));
  const auto& hit = page.at("data").as_array()[0].as_object();
  EXPECT_EQ(hit.at("id").as_string(), "howto/backups.md#restore-a-backup");
  EXPECT_EQ(hit.at("metadata").at("page").as_string(), "Back up a router");
  EXPECT_THAT(std::string(hit.at("description").as_string()), StartsWith("Take the newest file."));
  EXPECT_THAT(names(found("/search/docs?q=prometeus")), ElementsAre("Metrics")) << "with a typing error";
  EXPECT_THAT(names(found("/search/docs?q=backups")), Contains("Metrics"));
  EXPECT_THAT(names(found("/search/docs?q=unicorn")), IsEmpty());
}

TEST(DocsService, TheProgramKnowsItsOwnPages) {
  const DocsService docs;
  const auto hits = docs.search("adopt a router");
  ASSERT_FALSE(hits.empty());
  EXPECT_EQ(hits[0].path, "howto/adopt-a-router.md");
}

}  // namespace
}  // namespace openstrat::search
