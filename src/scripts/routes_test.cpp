#include "scripts/routes.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include <map>

#include "base/rng.hpp"
#include "base/site_limits.hpp"
#include "http/testing/in_memory.hpp"
#include "scripts/check_service.hpp"

namespace openstrat::scripts {
namespace {

namespace json = boost::json;
using http::Method;
using ::testing::ElementsAre;

class NoSites final : public SiteLimits {
 public:
  Condition condition(std::string_view, std::string_view, int) const override { return {"(1 = 0)", {}}; }
};

/// A fleet of two teams; whoever has limits sees nothing.
class FakeSites final : public SiteVersions {
 public:
  void add(const Tenant& tenant, const std::string& name, const std::string& version) {
    sites_[{tenant.customer_id, name}] = {SiteId(uuid_v4(secure_rng())), name, version};
  }
  Result<SiteVersion> find(const Tenant& tenant, std::string_view reference) override {
    const auto site = sites_.find({tenant.customer_id, std::string(reference)});
    if (site == sites_.end() || tenant.sites) return fail(Errc::not_found, "No such site.");
    return site->second;
  }
  Result<std::vector<VersionUse>> in_use(const Tenant& tenant) override {
    std::map<std::string, std::int64_t> counts;
    for (const auto& [key, site] : sites_)
      if (key.first == tenant.customer_id && !tenant.sites) ++counts[site.version];
    std::vector<VersionUse> out;
    for (const auto& [version, sites] : counts) out.push_back({version, sites});
    return out;
  }

 private:
  std::map<std::pair<CustomerId, std::string>, SiteVersion> sites_;
};

class ScriptRoutesTest : public ::testing::Test {
 protected:
  ScriptRoutesTest() {
    authenticator_.add("writer", http::testing::user_with(ours_, {"job:create", "site:view"}));
    authenticator_.add("keeper", http::testing::user_with(ours_, {"script:view"}));
    authenticator_.add("viewer", http::testing::user_with(ours_, {"site:view"}));
    authenticator_.add("stranger", http::testing::user_with(theirs_, {"job:create", "site:view"}));
    auto limited = http::testing::user_with(ours_, {"job:create", "site:view"});
    limited.site_limits = std::make_shared<const http::LimitsByScope>(http::LimitsByScope{{"site:view", std::make_shared<NoSites>()}});
    authenticator_.add("limited", limited);
    sites_.add(ours_, "berlin", "7.20.8 (stable)");
    sites_.add(ours_, "bonn", "6.49.17");
    sites_.add(ours_, "mainz", "6.49.17");
    sites_.add(ours_, "new", "");
    add_routes(router_, checks_);
  }
  http::Response post(const std::string& path, const json::object& body, const std::string& token = "writer") {
    return http::testing::send(router_, Method::post, path, {.token = token, .body = json::serialize(body)});
  }
  json::object answer(const std::string& path, const json::object& body, const std::string& token = "writer") {
    const auto response = post(path, body, token);
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body).as_object();
  }
  json::object versions(const std::string& query, const std::string& token = "writer") {
    const auto response = http::testing::send(router_, Method::get, "/scripts/versions" + query, {.token = token});
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body).as_object();
  }

  ManualClock clock_{*parse_iso8601("2026-02-03T08:00:00Z")};
  const Tenant ours_{CustomerId(uuid_v4(secure_rng()))}, theirs_{CustomerId(uuid_v4(secure_rng()))};
  FakeSites sites_;
  CheckService checks_{sites_, "openstrat"};
  http::testing::FakeAuthenticator authenticator_;
  http::Router router_{http::testing::in_memory_hooks(clock_, authenticator_)};
};

TEST_F(ScriptRoutesTest, ACheckHasTheDocumentedFields) {
  const auto checked = answer("/scripts/check", {{"script", "/ip address\nadd )"}, {"routeros", "7.20"}});
  EXPECT_EQ(checked.at("routeros").as_string(), "7.20");
  EXPECT_FALSE(checked.at("accepted").as_bool());
  const auto& error = checked.at("error").as_object();
  EXPECT_EQ(error.at("message").as_string(), "expected end of command");
  EXPECT_EQ(error.at("line").as_int64(), 2);
  EXPECT_EQ(error.at("column").as_int64(), 5);
  EXPECT_EQ(error.at("from").as_int64(), 16);
  EXPECT_EQ(error.at("kind").as_string(), "syntax");
  const auto good = answer("/scripts/check", {{"script", ":put $x"}});
  EXPECT_TRUE(good.at("accepted").as_bool());
  EXPECT_TRUE(good.at("error").is_null());
  EXPECT_EQ(good.at("warnings").as_array()[0].at("kind").as_string(), "undeclared_variable");
  EXPECT_EQ(answer("/scripts/check", {{"script", ""}}).at("accepted").as_bool(), true);
}

TEST_F(ScriptRoutesTest, ForTheVersionsOfSites) {
  const auto checked = answer("/scripts/check", {{"script", ":onerror e in={:put 1} do={:put $e}"}, {"sites", {"berlin", "bonn", "mainz", "new", "bonn", "atlantis"}}});
  EXPECT_EQ(checked.at("routeros").as_string(), "6.49.17") << "that of most sites";
  EXPECT_EQ(checked.at("failing_sites").as_int64(), 2);
  const auto& groups = checked.at("by_version").as_array();
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].at("routeros").as_string(), "6.49.17");
  EXPECT_FALSE(groups[0].at("accepted").as_bool());
  EXPECT_EQ(groups[0].at("error").at("hint").as_string(), "from RouterOS 7.13 on");
  EXPECT_EQ(groups[0].at("sites").as_array().size(), 2u);
  EXPECT_EQ(groups[1].at("routeros").as_string(), "7.20.8");
  EXPECT_TRUE(groups[1].at("accepted").as_bool());
  EXPECT_EQ(checked.at("unknown_version").as_array()[0].at("name").as_string(), "new");
  EXPECT_EQ(checked.at("not_found").as_array()[0].as_string(), "atlantis");
}

TEST_F(ScriptRoutesTest, SitesOfOthersAreNotFound) {
  for (const auto* token : {"stranger", "limited"}) {
    const auto checked = answer("/scripts/check", {{"script", ":put 1"}, {"sites", {"berlin", "bonn"}}}, token);
    EXPECT_EQ(checked.at("not_found").as_array().size(), 2u);
    EXPECT_TRUE(checked.at("by_version").as_array().empty());
    EXPECT_TRUE(versions("", token).at("in_use").as_array().empty());
    EXPECT_TRUE(versions("?sites=berlin", token).at("in_use").as_array().empty());
  }
}

TEST_F(ScriptRoutesTest, WhoMayAsk) {
  EXPECT_EQ(post("/scripts/check", {{"script", ":put 1"}}, "viewer").status, 403);
  EXPECT_EQ(post("/scripts/complete", {{"script", ""}, {"offset", 0}}, "viewer").status, 403);
  EXPECT_EQ(post("/scripts/check", {{"script", ":put 1"}}, "keeper").status, 200);
  const auto refused = post("/scripts/check", {{"script", ":put 1"}, {"sites", {"berlin"}}}, "keeper");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(json::parse(refused.body).at("required_scope").as_string(), "site:view");
  EXPECT_TRUE(versions("", "keeper").at("in_use").as_array().empty());
}

TEST_F(ScriptRoutesTest, LimitsAndWrongInput) {
  EXPECT_EQ(post("/scripts/check", {{"script", ":put 1"}, {"routeros", "5.26"}}).status, 422);
  EXPECT_EQ(post("/scripts/check", {{"script", std::string(524289, ' ')}}).status, 422);
  EXPECT_EQ(post("/scripts/check", {{"script", std::string(524288, '[')}}).status, 200);
  EXPECT_EQ(post("/scripts/check", {{"script", ""}, {"sites", json::array(51, "berlin")}}).status, 422);
  EXPECT_EQ(post("/scripts/complete", {{"script", ""}, {"offset", -1}}).status, 422);
  EXPECT_EQ(post("/scripts/complete", {{"script", "ab"}, {"offset", 99}}).status, 200);
}

TEST_F(ScriptRoutesTest, TooManyVersionsForALongScript) {
  json::array names;
  for (int minor = 1; minor <= 24; ++minor) {
    sites_.add(ours_, "site" + std::to_string(minor), "7." + std::to_string(minor));
    names.push_back(json::string("site" + std::to_string(minor)));
  }
  EXPECT_EQ(post("/scripts/check", {{"script", std::string(500'000, '\n')}, {"sites", names}}).status, 422);
  EXPECT_EQ(answer("/scripts/check", {{"script", std::string(50'000, '\n')}, {"sites", names}}).at("by_version").as_array().size(), 24u);
}

TEST_F(ScriptRoutesTest, Completion) {
  const auto completion = answer("/scripts/complete", {{"script", "/ip addr"}, {"offset", 8}, {"routeros", "7.20"}});
  EXPECT_EQ(completion.at("from").as_int64(), 4);
  EXPECT_EQ(completion.at("to").as_int64(), 8);
  const auto& item = completion.at("items").as_array().at(0).as_object();
  EXPECT_EQ(item.at("label").as_string(), "address");
  EXPECT_EQ(item.at("kind").as_string(), "menu");
  EXPECT_EQ(item.at("detail").as_string(), "/ip/address");
  EXPECT_EQ(item.at("apply").as_string(), "address");
}

TEST_F(ScriptRoutesTest, Versions) {
  const auto all = versions("");
  EXPECT_EQ(all.at("newest").as_string(), "7.24");
  EXPECT_EQ(all.at("versions").as_array().front().as_string(), "7.24");
  EXPECT_EQ(all.at("versions").as_array().back().as_string(), "6.49");
  EXPECT_EQ(all.at("in_use").as_array().size(), 3u);
  const auto some = versions("?sites=bonn,mainz,berlin,atlantis");
  ASSERT_EQ(some.at("in_use").as_array().size(), 2u);
  EXPECT_EQ(some.at("in_use").as_array()[0].at("routeros").as_string(), "6.49.17");
  EXPECT_EQ(some.at("in_use").as_array()[0].at("sites").as_int64(), 2);
}

}  // namespace
}  // namespace openstrat::scripts
