#include <algorithm>
#include <map>

#include "fleet/test_support.hpp"
#include "http/pagination.hpp"
#include "http/testing/in_memory.hpp"
#include "http/testing/isolation.hpp"
#include "tags/metadata_service.hpp"
#include "tags/resource_service.hpp"
#include "tags/routes.hpp"
#include "tags/schema.hpp"
#include "tags/site_tags.hpp"
#include "tags/tag_service.hpp"
#include "tags/tag_store.hpp"
#include "tags/tag_visibility.hpp"

namespace openstrat::tags {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<db::Migration> migrations_with_fleet() {
  auto all = fleet::all_migrations();
  const auto own = migrations();
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

/// Sites of the world by id; no user, line or account exists.
class SitesOnly final : public ResourceDirectory {
 public:
  explicit SitesOnly(fleet::SiteService& sites) : sites_(sites) {}
  Result<Resource> find(const Tenant& tenant, ResourceType type, std::string_view reference) override {
    if (type != ResourceType::site) return fail(Errc::not_found, "No such resource.");
    const auto site = sites_.find(tenant, reference);
    if (!site) return fail(site.error());
    return Resource{type, site->id.value, site->name};
  }
  Result<std::vector<Resource>> list(const Tenant& tenant, ResourceType type, std::optional<Uuid> after, int limit) override {
    std::vector<Resource> out;
    if (type != ResourceType::site) return out;
    const auto names = sites_.names_by_id(tenant, after ? std::optional(SiteId(*after)) : std::nullopt, limit);
    if (!names) return fail(names.error());
    for (const auto& one : *names) out.push_back({type, one.id.value, one.name});
    return out;
  }

 private:
  fleet::SiteService& sites_;
};

class TagsTest : public db::EachEngineTest {
 protected:
  TagsTest() : world_(std::make_unique<fleet::World>(make_reused_database(migrations_with_fleet()))) {
    resources_ = std::make_unique<SitesOnly>(world().sites);
    tags_ = std::make_unique<TagService>(TagService::Dependencies{world().database, *resources_, world().clock, world().rng});
    metadata_ = std::make_unique<MetadataService>(world().database, world().clock);
    tags_->subscribe(world().bus);
    metadata_->subscribe(world().bus);
  }
  void TearDown() override {
    metadata_.reset(), tags_.reset(), resources_.reset(), world_.reset();
    EachEngineTest::TearDown();
  }
  fleet::World& world() { return *world_; }
  const Tenant& team() { return world().tenant; }

  Tag tag(std::string key, std::vector<ResourceType> mandatory = {}) { return tags_->create(team(), {std::move(key), "#1F78B4", std::move(mandatory)}).value(); }
  fleet::Site planned(std::string name) { return planned(team(), std::move(name)); }
  fleet::Site planned(const Tenant& owner, std::string name) { return world().sites.create(owner, {.name = "site " + name}).value().site; }
  std::string put(const Tag& tag, const fleet::Site& site, std::string value) {
    const auto stored = tags_->apply(team(), tag.id, ResourceType::site, site.id.to_string(), std::move(value));
    return stored ? stored->value : stored.error().reason();
  }
  void deliver_events() {
    const auto events = world().events();
    for (const auto& event : events) ASSERT_TRUE(world().bus.deliver(event));
  }

  std::unique_ptr<fleet::World> world_;
  std::unique_ptr<SitesOnly> resources_;
  std::unique_ptr<TagService> tags_;
  std::unique_ptr<MetadataService> metadata_;
};
INSTANTIATE_EACH_ENGINE(TagsTest);

TEST_P(TagsTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), migrations_with_fleet()); }

TEST_P(TagsTest, AKeyIsUniqueInWhateverCase) {
  tag("Region");
  EXPECT_EQ(tags_->create(team(), {"region", "#000000", {}}).error().reason(), "already_exists");
  EXPECT_TRUE(tags_->create(world().other_tenant, {"region", "#000000", {}})) << "another team's keys are its own";
  const auto other = tag("customer");
  EXPECT_EQ(tags_->update(team(), other.id, {.key = "REGION"}).error().reason(), "already_exists");
  EXPECT_EQ(tags_->update(team(), other.id, {.key = "Customer"}).value().tag.key, "Customer") << "its own key in another case";
}

TEST_P(TagsTest, AValueKeepsTheSpellingOfItsFirstUse) {
  const auto region = tag("region");
  const auto a = planned("a"), b = planned("b");
  EXPECT_EQ(put(region, a, "APAC"), "APAC");
  EXPECT_EQ(put(region, b, " apac "), "APAC");
  const auto uses = tags_->values(team(), region.id, "aP").value();
  ASSERT_THAT(uses, SizeIs(1));
  EXPECT_EQ(uses[0].resources, 2);
  EXPECT_THAT(tags_->values(team(), region.id, "%").value(), IsEmpty()) << "a pattern character is a character";
}

TEST_P(TagsTest, AResourceHasOneValueOfATag) {
  const auto region = tag("region");
  const auto site = planned("a");
  put(region, site, "EMEA");
  put(region, site, "APAC");
  const auto applied = tags_->of_resource(team(), site.id.value).value();
  ASSERT_THAT(applied, SizeIs(1));
  EXPECT_EQ(applied[0].value, "APAC");
  EXPECT_EQ(applied[0].key, "region");
  EXPECT_EQ(tags_->change(team(), region.id, site.id.value, "AMER").value().value, "AMER");
  EXPECT_TRUE(tags_->take_off(team(), region.id, site.id.value));
  EXPECT_EQ(tags_->take_off(team(), region.id, site.id.value).error().code(), Errc::not_found);
  EXPECT_EQ(tags_->change(team(), region.id, site.id.value, "x").error().code(), Errc::not_found) << "change does not put a tag on";
}

TEST_P(TagsTest, OnlyWhatExistsCanBeTagged) {
  const auto region = tag("region");
  EXPECT_EQ(tags_->apply(team(), region.id, ResourceType::site, Uuid{{9}}.to_string(), "x").error().code(), Errc::not_found);
  EXPECT_EQ(tags_->apply(team(), region.id, ResourceType::site, planned(world().other_tenant, "theirs").id.to_string(), "x").error().code(), Errc::not_found);
  EXPECT_EQ(tags_->apply(team(), region.id, ResourceType::wan, Uuid{{9}}.to_string(), "x").error().code(), Errc::not_found);
  EXPECT_EQ(tags_->apply(team(), "tag_01ARZ3NDEKTSV4RRFFQ69G5FAV", ResourceType::site, planned("a").id.to_string(), "x").error().code(), Errc::not_found);
  EXPECT_EQ(put(region, planned("b"), "   "), "validation_failed");
}

TEST_P(TagsTest, ResourcesAreFoundByTheWholeValue) {
  const auto region = tag("region");
  const auto a = planned("a"), b = planned("b"), c = planned("c");
  put(region, a, "EMEA"), put(region, b, "emea"), put(region, c, "EMEA-2");
  EXPECT_THAT(tags_->resources(team(), region.id, "emea", std::nullopt, 10).value(), SizeIs(2));
  EXPECT_THAT(tags_->resources(team(), region.id, std::nullopt, std::nullopt, 10).value(), SizeIs(3));
  const auto first = tags_->resources(team(), region.id, std::nullopt, std::nullopt, 2).value();
  const auto rest = tags_->resources(team(), region.id, std::nullopt, first.back().resource_id, 2).value();
  EXPECT_THAT(rest, SizeIs(1));
}

TEST_P(TagsTest, GapsAreTheSitesWithoutTheTag) {
  const auto region = tag("region", {ResourceType::site});
  std::vector<fleet::Site> sites;
  for (int i = 0; i < 5; ++i) sites.push_back(planned("s" + std::to_string(i)));
  put(region, sites[1], "x"), put(region, sites[3], "x");
  std::vector<std::string> missing;
  std::optional<Uuid> after;
  do {
    const auto step = tags_->gaps(team(), region.id, ResourceType::site, after, 2).value();
    for (const auto& one : step.resources) missing.push_back(one.name);
    after = step.next;
  } while (after);
  std::ranges::sort(missing);
  EXPECT_THAT(missing, ElementsAre("site s0", "site s2", "site s4"));
}

TEST_P(TagsTest, DeletingATagTakesItOff) {
  const auto region = tag("region");
  const auto site = planned("a");
  put(region, site, "EMEA");
  ASSERT_TRUE(tags_->remove(team(), region.id));
  EXPECT_THAT(tags_->of_resource(team(), site.id.value).value(), IsEmpty());
  EXPECT_EQ(tags_->remove(team(), region.id).error().code(), Errc::not_found);
}

TEST_P(TagsTest, TagsAndMetadataGoWithTheirSite) {
  const auto region = tag("region");
  const auto site = world().adopt();
  put(region, site, "EMEA");
  ASSERT_TRUE(metadata_->put(team(), site.id.value, "mikrotik.device", Attributes{{"name", std::string("HQ")}}));
  ASSERT_TRUE(world().removal.remove(team(), site.id, fleet::SiteRemoval::Force::yes));
  deliver_events();
  EXPECT_THAT(tags_->values(team(), region.id, "").value(), IsEmpty());
  EXPECT_EQ(metadata_->find(team(), site.id.value).error().code(), Errc::not_found);
}

TEST_P(TagsTest, NothingIsLeftOfADeletedTeam) {
  put(tag("region"), planned("a"), "EMEA");
  ASSERT_TRUE(metadata_->put(team(), Uuid{{7}}, "t", {{"name", std::string("a")}}));
  const auto theirs = tags_->create(world().other_tenant, {"region", "#000000", {}}).value();
  ASSERT_TRUE(world().bus.deliver({.name = "team.deleted", .customer_id = team().customer_id}));
  EXPECT_THAT(tags_->list(team()).value(), IsEmpty());
  EXPECT_THAT(metadata_->list(team(), "", std::nullopt, 10).value(), IsEmpty());
  EXPECT_TRUE(tags_->find(world().other_tenant, theirs.id));
}

TEST_P(TagsTest, ATeamHasALimitedNumberOfTags) {
  for (int i = 0; i < TagService::kMostTags; ++i) tag("t" + std::to_string(i));
  EXPECT_EQ(tags_->create(team(), {"one more", "#000000", {}}).error().reason(), "limit_reached");
  EXPECT_THAT(tags_->list(team()).value(), SizeIs(TagService::kMostTags));
}

TEST_P(TagsTest, MetadataIsOverwrittenByPutAndMergedByMerge) {
  const Uuid device{{7}};
  ASSERT_TRUE(metadata_->put(team(), device, "mikrotik.device", {{"name", std::string("HQ")}, {"circuit", std::string("C-17")}, {"floor", std::int64_t{2}}}));
  auto merged = metadata_->merge(team(), device, {{"circuit", std::string()}, {"floor", {}}, {"vip", true}}).value();
  EXPECT_EQ(merged.values.to_json(), R"({"name":"HQ","vip":true})");
  merged = metadata_->put(team(), device, "mikrotik.device", {{"name", std::string("Headquarters")}}).value();
  EXPECT_EQ(merged.values.to_json(), R"({"name":"Headquarters"})");
  EXPECT_EQ(metadata_->merge(team(), device, {{"name", std::string()}}).error().fields().at(0).name, "metadata.name") << "the name cannot be removed";
  EXPECT_EQ(metadata_->merge(team(), Uuid{{8}}, {{"x", true}}).error().code(), Errc::not_found);
}

TEST_P(TagsTest, MetadataHasLimits) {
  Attributes many{{"name", std::string("x")}};
  for (int i = 0; i < 64; ++i) many.set("k" + std::to_string(i), std::int64_t{i});
  EXPECT_EQ(metadata_->put(team(), Uuid{{7}}, "t", many).error().code(), Errc::invalid);
  EXPECT_EQ(metadata_->put(team(), Uuid{{7}}, "t", {{"name", std::string(17 * 1024, 'x')}}).error().fields().at(0).name, "metadata.name");
  Attributes large{{"name", std::string("x")}};
  for (int i = 0; i < 5; ++i) large.set("k" + std::to_string(i), std::string(15 * 1024, 'x'));
  EXPECT_EQ(metadata_->put(team(), Uuid{{7}}, "t", large).error().code(), Errc::invalid);
}

TEST_P(TagsTest, MetadataIsFoundByItsWords) {
  ASSERT_TRUE(metadata_->put(team(), Uuid{{1}}, "t", {{"name", std::string("Head Office")}, {"isp", std::string("Acme 100%")}}));
  ASSERT_TRUE(metadata_->put(team(), Uuid{{2}}, "t", {{"name", std::string("Shop")}, {"isp", std::string("Acme 1000")}}));
  EXPECT_THAT(metadata_->list(team(), "ACME", std::nullopt, 10).value(), SizeIs(2));
  EXPECT_THAT(metadata_->list(team(), "100%", std::nullopt, 10).value(), SizeIs(1));
  EXPECT_THAT(metadata_->list(team(), "", std::nullopt, 10).value(), SizeIs(2));
  EXPECT_THAT(metadata_->list(team(), "isp", std::nullopt, 10).value(), IsEmpty()) << "keys are not searched";
  EXPECT_THAT(metadata_->list(world().other_tenant, "", std::nullopt, 10).value(), IsEmpty());
}

// ---------------------------------------------------------------- routes

class TagRoutesTest : public TagsTest {
 protected:
  TagRoutesTest() {
    authenticator_.add("all", http::testing::user_with(team(), kScopes));
    authenticator_.add("other", http::testing::user_with(world().other_tenant, kScopes));
    authenticator_.add("none", http::testing::user_with(team(), {}));
    router_ = std::make_unique<http::Router>(http::testing::in_memory_hooks(world().clock, authenticator_));
    add_routes(*router_, {*tags_, *metadata_, *resources_, cursors_});
  }
  http::Response send(http::Method method, std::string_view target, std::string body = {}) {
    return http::testing::send(*router_, method, target, {.token = "all", .body = std::move(body)});
  }
  const std::vector<std::string> kScopes{"tag:create", "tag:delete", "tag:update", "tag:view"};
  http::testing::FakeAuthenticator authenticator_;
  http::CursorSigner cursors_{crypto::Key32{3}};
  std::unique_ptr<http::Router> router_;
};
INSTANTIATE_EACH_ENGINE(TagRoutesTest);

TEST_P(TagRoutesTest, ASiteIsTaggedAndFoundAgain) {
  using enum http::Method;
  const auto site = planned("a");
  auto response = send(post, "/tags", R"({"key":"region","color":"#1F78B4","mandatory_on":["site","site"]})");
  ASSERT_EQ(response.status, 201) << response.body;
  EXPECT_THAT(response.body, HasSubstr(R"("mandatory_on":["site"])"));
  const auto id = tags_->list(team()).value().at(0).tag.id;
  response = send(post, "/tags/" + id + "/values", R"({"correlation_id":")" + site.pid + R"(","correlation_type":"site","value":"EMEA"})");
  ASSERT_EQ(response.status, 201) << response.body;
  EXPECT_THAT(response.body, HasSubstr(site.id.to_string()));
  EXPECT_THAT(send(get, "/tags").body, HasSubstr(R"("values":["EMEA"])"));
  EXPECT_THAT(send(get, "/tags/" + id + "/resources?value=emea").body, HasSubstr(site.id.to_string()));
  for (const auto& name : {site.pid, site.id.to_string(), "site_" + site.id.to_string()})
    EXPECT_THAT(send(get, "/resources/" + name + "/tags").body, HasSubstr(R"("value":"EMEA")")) << name;
  EXPECT_EQ(send(delete_, "/tags/" + id + "/values/" + site.pid).status, 204);
  EXPECT_EQ(send(get, "/resources/" + site.pid + "/tags").body, "[]");
}

TEST_P(TagRoutesTest, WrongInputNamesItsField) {
  using enum http::Method;
  EXPECT_THAT(send(post, "/tags", R"({"key":"region","color":"blue"})").body, HasSubstr(R"("color")"));
  EXPECT_THAT(send(post, "/tags", R"({"key":"","color":"#000000"})").body, HasSubstr(R"("key")"));
  EXPECT_THAT(send(post, "/tags", R"({"key":"a","color":"#000000","mandatory_on":["router"]})").body, HasSubstr("mandatory_on"));
  EXPECT_EQ(send(post, "/metadata", R"({"resource_id":"x","type":"t","metadata":{"name":"a"}})").status, 422);
  EXPECT_EQ(send(post, "/metadata", R"({"resource_id":"00000000-0000-4000-8000-000000000001","type":"t","metadata":{"name":{"a":1}}})").status, 422);
}

TEST_P(TagRoutesTest, ListsGoOnWhereTheyEnded) {
  using enum http::Method;
  for (std::uint8_t i = 1; i <= 3; ++i) ASSERT_TRUE(metadata_->put(team(), Uuid{{i}}, "t", {{"name", "n" + std::to_string(i)}}));
  const auto first = send(get, "/metadata?limit=2").body;
  EXPECT_THAT(first, HasSubstr(R"("has_more":true)"));
  const auto start = first.find(R"("cursor":")") + 10;
  const auto cursor = first.substr(start, first.find('"', start) - start);
  const auto second = send(get, "/metadata?limit=2&cursor=" + cursor);
  EXPECT_THAT(second.body, HasSubstr(R"("n3")"));
  EXPECT_THAT(second.body, Not(HasSubstr(R"("n1")")));
  EXPECT_EQ(send(get, "/metadata?search=n&cursor=" + cursor).status, 400) << "the cursor of another list";
}

TEST_P(TagRoutesTest, TeamsNeverMeet) {
  const auto region = tag("region");
  const auto site = planned("a");
  put(region, site, "EMEA");
  ASSERT_TRUE(metadata_->put(team(), site.id.value, "t", {{"name", std::string("a")}}));
  const auto failures = http::testing::isolation_failures(*router_, {
      .token_without_scopes = "none", .token_with_all_scopes = "other",
      .foreign_id = [&](const http::Endpoint& endpoint, std::string_view name) -> std::optional<std::string> {
        if (endpoint.path == "/resources/{correlationId}/tags") return site.pid;
        return name == "tagId" ? region.id : site.id.to_string();
      },
      .request = [&](const http::Endpoint& endpoint) -> std::optional<http::testing::Sending> {
        if (endpoint.path == "/tags" || endpoint.path == "/tags/{tagId}") return http::testing::Sending{.body = R"({"key":"k","color":"#000000"})"};
        if (endpoint.path == "/metadata") return http::testing::Sending{.body = R"({"resource_id":"00000000-0000-4000-8000-000000000001","type":"t","metadata":{"name":"a"}})"};
        return std::nullopt;
      }});
  EXPECT_THAT(failures, IsEmpty());
}

TEST_P(TagsTest, ARoleReachesTheSitesThatItsLimitsName) {
  const Tag region = tag("Region"), tier = tag("Tier");
  const auto north = planned("north"), south = planned("south"), plain = planned("plain");
  put(region, north, "North"), put(region, south, "South"), put(tier, south, "Gold");
  const TagVisibility visibility;
  const auto seen = [&](std::vector<identity::SiteSelection> any_of) {
    const Tenant limited{team().customer_id, identity::limits_to(std::move(any_of), &visibility)};
    const auto page = world().sites.list(limited, {}).value();
    EXPECT_EQ(page.total, static_cast<std::int64_t>(page.sites.size()));
    std::vector<std::string> names;
    for (const auto& site : page.sites) names.push_back(site.name);
    return names;
  };
  EXPECT_THAT(seen({{{"region", {"north"}}}}), ElementsAre("site north"));
  EXPECT_THAT(seen({{{"REGION", {"NORTH", "south"}}}}), ElementsAre("site north", "site south")) << "one of the values, in any case";
  EXPECT_THAT(seen({{{"region", {"north", "south"}}, {"tier", {"gold"}}}}), ElementsAre("site south")) << "every key";
  EXPECT_THAT(seen({{{"region", {"north"}}}, {{"tier", {"gold"}}}}), ElementsAre("site north", "site south")) << "either role";
  EXPECT_THAT(seen({{{"region", {"west"}}}}), IsEmpty());
  EXPECT_THAT(seen({{{"o'neil\" OR 1=1 --", {"x') OR 1=1 --"}}}}), IsEmpty());
  const Tenant limited{team().customer_id, identity::limits_to({{{"region", {"north"}}}}, &visibility)};
  EXPECT_TRUE(world().sites.find(limited, north.id));
  EXPECT_EQ(world().sites.find(limited, plain.id).error().code(), Errc::not_found);
  const auto batch = world().jobs.create_batch(limited, {north.id, south.id}, {.description = "reboot", .script = "/system reboot"});
  ASSERT_TRUE(batch) << batch.error().message();
  EXPECT_THAT(batch->items, SizeIs(1));
  EXPECT_THAT(world().sites.names_by_id(limited, std::nullopt, 10).value(), SizeIs(1));
  EXPECT_FALSE(tags_->apply(limited, region.id, ResourceType::site, south.id.to_string(), "North")) << "nobody tags himself into another site";
}

/// fleet's facets with the tags of this area only.
class TagFacets final : public fleet::SiteFacetSource {
 public:
  Result<std::unordered_map<SiteId, fleet::SiteFacets>> of(db::Session&, const Tenant&, const std::vector<SiteId>&) override { return {}; }
  Result<Attributes> metadata(db::Session&, const Tenant&, SiteId) override { return Attributes{}; }
  Result<SiteLimits::Condition> tagged(db::Session& session, const Tenant& tenant, const fleet::TagChoice& choice, std::string_view customer, std::string_view site,
                                       int next) override {
    return site_tags::has(session, tenant, choice.tag_id, choice.value, customer, site, next);
  }
  SiteLimits::Condition faulty(std::string_view, std::string_view) override { return {.sql = "1 = 0", .values = {}}; }
  Result<Overview> overview(db::Session&, const Tenant&, Timestamp, int) override { return Overview{}; }
};

TEST_P(TagsTest, ListsOfSitesAreFilteredByTag) {
  const Tag region = tag("Region"), tier = tag("Tier");
  const auto north = planned("north"), south = planned("south");
  planned("plain");
  put(region, north, "North"), put(region, south, "South"), put(tier, south, "Gold");
  TagFacets facets;
  const auto found = [&](std::vector<fleet::TagChoice> choices) {
    const auto sites = world().database.read([&](db::Session& session) { return fleet::site_list::find(session, team(), {.tags = choices}, &facets); }).value();
    std::vector<std::string> names;
    for (const auto& site : sites) names.push_back(site.name);
    return names;
  };
  EXPECT_THAT(found({{region.id, std::nullopt}}), ElementsAre("site north", "site south"));
  EXPECT_THAT(found({{region.id, "NORTH"}}), ElementsAre("site north")) << "in whatever case";
  EXPECT_THAT(found({{region.id, std::nullopt}, {tier.id, "gold"}}), ElementsAre("site south")) << "all of them";
  EXPECT_THAT(found({{"tag_of_nobody", std::nullopt}}), IsEmpty());
  const auto of_both = world().database.read([&](db::Session& session) { return site_tags::of_sites(session, team(), {north.id, south.id}); }).value();
  EXPECT_THAT(of_both, SizeIs(3));
  const auto foreign = world().database.read([&](db::Session& session) { return site_tags::of_sites(session, world().other_tenant, {north.id}); }).value();
  EXPECT_THAT(foreign, IsEmpty());
}

/// A tag that most sites have is asked site by site: the answer is the same.
TEST_P(TagsTest, AFrequentTagFindsTheSame) {
  const Tag common = tag("Common");
  const auto one = planned("one");
  put(common, one, "Yes");
  ASSERT_TRUE(world().database.write([&](db::Session& session) -> Status {
    for (int i = 0; i < 2100; ++i) {
      const TagValue value{.tag_id = common.id, .resource_type = ResourceType::site, .resource_id = uuid_v4(world().rng), .value = "Yes"};
      if (auto stored = tag_store::put_value(session, team(), value); !stored) return stored;
    }
    return {};
  }));
  TagFacets facets;
  const auto sites = world().database.read([&](db::Session& session) {
    return fleet::site_list::find(session, team(), {.tags = {{common.id, "yes"}}}, &facets);
  }).value();
  ASSERT_THAT(sites, SizeIs(1));
  EXPECT_EQ(sites.front().id, one.id);
}

}  // namespace
}  // namespace openstrat::tags
