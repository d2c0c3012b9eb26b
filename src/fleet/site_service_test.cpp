#include "fleet/site_service.hpp"

#include <atomic>
#include <cmath>
#include <numeric>
#include <thread>

#include "base/site_limits.hpp"
#include "fleet/test_support.hpp"

namespace openstrat::fleet {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SiteServiceTest : public FleetTest {
 protected:
  std::vector<std::string> names(const SiteFilter& filter) {
    const auto page = world().sites.list(world().tenant, filter).value();
    std::vector<std::string> found;
    for (const Site& site : page.sites) found.push_back(site.name);
    return found;
  }
  Site named(const std::string& name, const std::string& address = "") {
    NewSite request{.name = name};
    if (!address.empty()) request.address = address;
    world().clock.advance(std::chrono::seconds(1));
    return world().sites.create(world().tenant, request).value().site;
  }
};
INSTANTIATE_EACH_ENGINE(SiteServiceTest);

TEST_P(SiteServiceTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), all_migrations()); }

TEST_P(SiteServiceTest, FindsByEveryFormOfItsId) {
  const Site site = world().adopt();
  for (const std::string& text : {site.id.to_string(), "site_" + site.id.to_string(), site.pid}) {
    EXPECT_EQ(world().sites.find(world().tenant, text).value().id, site.id) << text;
    EXPECT_EQ(world().sites.find(world().other_tenant, text).error().code(), Errc::not_found) << text;
  }
  EXPECT_EQ(world().sites.find(world().tenant, "site_nonsense").error().code(), Errc::not_found);
  EXPECT_EQ(world().sites.find_internal(site.id).value().customer_id, world().tenant.customer_id);
  EXPECT_EQ(world().sites.find_internal(SiteId{}).error().code(), Errc::not_found);
}

TEST_P(SiteServiceTest, CreatesAPlannedSite) {
  const auto created = world().sites.create(world().tenant, {.name = "Branch 7", .address = "Main St 1", .lat = 48.1, .lng = 11.5, .timezone = "Europe/Berlin"}).value();
  const Site site = world().row(created.site.id);
  EXPECT_EQ(site.state(), SiteState::pending);
  EXPECT_EQ(site.address, "Main St 1");
  EXPECT_EQ(site.lat, 48.1);
  EXPECT_EQ(site.timezone, "Europe/Berlin");
  EXPECT_TRUE(site.policy_id);
  EXPECT_EQ(world().events("site.created").size(), 1u);
  EXPECT_EQ(world().sites.create(world().tenant, {.id = site.id, .name = "again"}).error().reason(), "already_exists");
  EXPECT_EQ(world().sites.create(world().other_tenant, {.id = site.id, .name = "again"}).error().code(), Errc::conflict);
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM site"), 1);
}

TEST_P(SiteServiceTest, EveryWrongFieldIsNamed) {
  const auto created = world().sites.create(
      world().tenant, {.name = "x", .address = std::string(256, 'x'), .lat = 91, .lng = -181, .timezone = "Mars/Olympus"});
  std::vector<std::string> fields;
  for (const FieldError& field : created.error().fields()) fields.push_back(field.name);
  EXPECT_THAT(fields, ElementsAre("name", "lat", "lng", "address", "timezone"));
  EXPECT_EQ(world().sites.create(world().tenant, {.name = "abc", .lat = std::nan("")}).error().code(), Errc::invalid);
  const Runbook foreign = world().runbooks.list(world().other_tenant).value().front();
  EXPECT_EQ(world().sites.create(world().tenant, {.name = "abc", .runbook_id = foreign.id}).error().fields().at(0).name, "runbook_id");
  EXPECT_EQ(world().sites.create(world().tenant, {.name = "abc", .policy_id = foreign.policy_id}).error().fields().at(0).name, "policy_id");
}

/// Stands for the limits of a role: sites whose name begins with …
class NamedLike final : public SiteLimits {
 public:
  explicit NamedLike(std::string prefix) : prefix_(std::move(prefix)) {}
  Condition condition(std::string_view customer, std::string_view site, int next) const override {
    return {"(" + std::string(site) + " IN (SELECT l.id FROM site l WHERE l.customer_id = " + std::string(customer) + " AND l.name LIKE ?" +
                std::to_string(next) + "))", {prefix_ + "%"}};
  }

 private:
  std::string prefix_;
};

TEST_P(SiteServiceTest, ALimitedCallerFindsAndChangesOnlyItsSites) {
  const Site north = named("north 1"), south = named("south 1");
  named("north 2"), named("south 2");
  const Tenant limited{world().tenant.customer_id, std::make_shared<const NamedLike>("north")};
  EXPECT_TRUE(world().sites.find(limited, north.id));
  EXPECT_EQ(world().sites.find(limited, south.id).error().code(), Errc::not_found);
  EXPECT_EQ(world().sites.find(limited, south.pid).error().code(), Errc::not_found);
  EXPECT_EQ(world().sites.update(limited, south.id, {.name = "mine now"}).error().code(), Errc::not_found);
  EXPECT_EQ(world().jobs.create(limited, south.id, {.description = "reboot", .script = "/system reboot"}).error().code(), Errc::not_found);
  EXPECT_EQ(world().sites.create(limited, {.name = "south 3"}).error().code(), Errc::forbidden);
  for (const auto sort : {SiteSort::name, SiteSort::created_at, SiteSort::last_seen_at, SiteSort::state, SiteSort::model, SiteSort::version}) {
    const auto page = world().sites.list(limited, {.sort = sort, .limit = 1}).value();
    EXPECT_EQ(page.total, 2);
    ASSERT_THAT(page.sites, SizeIs(1));
    EXPECT_TRUE(page.sites[0].name.starts_with("north"));
  }
  EXPECT_THAT(world().sites.list(limited, {.search = "south"}).value().sites, IsEmpty());
  EXPECT_THAT(world().sites.list(limited, {.after = SitePosition{.name = "north 1", .id = north.id}}).value().sites, SizeIs(1));
  EXPECT_EQ(world().sites.list(world().tenant, {}).value().total, 4);
}

TEST_P(SiteServiceTest, ALimitedCallerSeesHisPartOfABatch) {
  const Site north = named("north 1"), south = named("south 1");
  const auto batch = world().jobs.create_batch(world().tenant, {north.id, south.id}, {.description = "reboot", .script = "/system reboot"}).value();
  ASSERT_THAT(batch.items, SizeIs(2));
  const auto seen = world().jobs.find_batch({world().tenant.customer_id, std::make_shared<const NamedLike>("north")}, batch.id).value();
  ASSERT_THAT(seen.items, SizeIs(1));
  EXPECT_EQ(seen.items[0].site, north.id);
}

TEST_P(SiteServiceTest, TheQuotaCountsPlannedSitesToo) {
  world().quota.limit = 1;
  ASSERT_TRUE(world().sites.create(world().tenant, {.name = "one"}));
  EXPECT_EQ(world().sites.create(world().tenant, {.name = "two"}).error().reason(), "limit_reached");
  EXPECT_TRUE(world().sites.create(world().other_tenant, {.name = "their one"}));
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM runbook WHERE name = 'two'"), 0);
}

TEST_P(SiteServiceTest, UpdatesWhatIsGiven) {
  const Site site = named("Branch 7", "Main St 1");
  Site updated = world().sites.update(world().tenant, site.id, {.name = "Branch 8", .lat = 1.5}).value();
  EXPECT_EQ(updated.name, "Branch 8");
  EXPECT_EQ(updated.address, "Main St 1");
  EXPECT_EQ(updated.lat, 1.5);
  updated = world().sites.update(world().tenant, site.id, {.address = std::optional<std::string>{}}).value();
  EXPECT_FALSE(updated.address);
  EXPECT_EQ(updated.revision, site.revision + 2);
  EXPECT_EQ(world().sites.update(world().tenant, site.id, {.name = "ab"}).error().code(), Errc::invalid);
  EXPECT_EQ(world().sites.update(world().other_tenant, site.id, {.name = "stolen"}).error().code(), Errc::not_found);
  EXPECT_EQ(world().events("site.updated").size(), 2u);
}

TEST_P(SiteServiceTest, AnEditDoesNotLoseToHeartbeats) {
  const Site site = world().adopt();
  world().heartbeats.set_poll_limit(0);
  std::atomic<bool> over{false};
  std::jthread router([&] {
    for (int i = 0; !over; ++i) {
      Facts facts;
      facts.name = "edge-" + std::to_string(i);
      world().poll(site, facts);
    }
  });
  for (int i = 0; i < 30; ++i) {
    const auto updated = world().sites.update(world().tenant, site.id, {.name = "Branch " + std::to_string(i)});
    EXPECT_TRUE(updated) << updated.error().message();
  }
  over = true;
}

// ---------------------------------------------------------------- lists

TEST_P(SiteServiceTest, ListsByNamePageByPageAndByKey) {
  for (const char* name : {"delta", "alpha", "bravo", "bravo", "charlie"}) named(name);
  world().sites.create(world().other_tenant, {.name = "foreign"}).value();
  EXPECT_THAT(names({}), ElementsAre("alpha", "bravo", "bravo", "charlie", "delta"));
  EXPECT_THAT(names({.offset = 1, .limit = 2}), ElementsAre("bravo", "bravo"));
  EXPECT_THAT(names({.sort = SiteSort::created_at, .descending = true}), ElementsAre("charlie", "bravo", "bravo", "alpha", "delta"));
  std::vector<std::string> walked;
  SiteFilter filter{.limit = 2};
  while (true) {
    const auto page = world().sites.list(world().tenant, filter).value();
    EXPECT_EQ(page.total, 5);
    for (const Site& site : page.sites) walked.push_back(site.name);
    if (page.sites.size() < 2) break;
    filter.after = position_of(page.sites.back(), filter.sort);
  }
  EXPECT_THAT(walked, ElementsAre("alpha", "bravo", "bravo", "charlie", "delta"));
}

TEST_P(SiteServiceTest, ListsTheLongestSilentFirst) {
  const Facts facts{.name = "alive", .serial = "S3"};
  const Site first = world().adopt({.name = "first", .serial = "S1"});
  world().clock.advance(std::chrono::seconds(60));
  const Site second = world().adopt({.name = "second", .serial = "S2"}), alive = world().adopt(facts);
  const Site never = named("never seen");
  for (int i = 0; i < 8; ++i) {
    world().clock.advance(std::chrono::minutes(1));
    world().settle(alive, facts);
    ASSERT_TRUE(world().sweep.run());
  }
  std::vector<SiteId> ids;
  const auto page = world().sites.list(world().tenant, {.sort = SiteSort::last_seen_at}).value();
  for (const Site& site : page.sites) ids.push_back(site.id);
  EXPECT_THAT(ids, ElementsAre(never.id, first.id, second.id, alive.id));
}

TEST_P(SiteServiceTest, SearchesLiterallyAndWithoutCase) {
  named("100% wool"), named("100 wool"), named("a_b"), named("axb"), named("wow!"), named("ZÜRICH", "Bahnhofstraße 1");
  world().adopt({.name = "gw", .serial = "HF80A1B2C3D"});
  EXPECT_THAT(names({.search = "100%"}), ElementsAre("100% wool"));
  EXPECT_THAT(names({.search = "a_b"}), ElementsAre("a_b"));
  EXPECT_THAT(names({.search = "wow!"}), ElementsAre("wow!"));
  EXPECT_THAT(names({.search = "WOOL"}), SizeIs(2));
  EXPECT_THAT(names({.search = "ZÜRICH"}), ElementsAre("ZÜRICH"));
  EXPECT_THAT(names({.search = "bahnhof"}), ElementsAre("ZÜRICH")) << "address";
  EXPECT_THAT(names({.search = "hf80a1"}), SizeIs(1)) << "serial number";
  EXPECT_THAT(names({.search = "rb5009"}), SizeIs(1)) << "model";
  EXPECT_EQ(world().sites.list(world().tenant, {.search = "wool", .limit = 1}).value().total, 2);
}

TEST_P(SiteServiceTest, FiltersByState) {
  named("planned");
  world().adopt({.name = "online", .serial = "S1"});
  const Site deleting = world().adopt({.name = "deleting", .serial = "S2"});
  ASSERT_TRUE(world().removal.remove(world().tenant, deleting.id, SiteRemoval::Force::no));
  EXPECT_THAT(names({.state = SiteState::pending}), ElementsAre("planned"));
  EXPECT_THAT(names({.state = SiteState::online}), ElementsAre("online - 3rd Feb 26"));
  EXPECT_THAT(names({.state = SiteState::deleting}), ElementsAre("deleting - 3rd Feb 26"));
  EXPECT_THAT(names({.state = SiteState::offline}), IsEmpty());
  EXPECT_THAT(names({.with_deleting = false}), SizeIs(2));
  EXPECT_EQ(world().sites.list(world().tenant, {.with_deleting = false}).value().total, 2);
}

// ---------------------------------------------------------------- recent, internal

TEST_P(SiteServiceTest, RemembersTheLastVisits) {
  const UserId user(Uuid{{9}});
  const auto visited = world().adopt_many(7);
  for (const Site& site : visited) {
    world().clock.advance(std::chrono::seconds(1));
    world().sites.touch_recent(world().tenant, user, site.id);
  }
  const auto before = world().database.transactions();
  world().sites.touch_recent(world().tenant, user, visited[6].id);
  EXPECT_EQ(world().database.transactions(), before) << "a repeated visit within a minute";
  ASSERT_TRUE(world().database.write([](db::Session&) -> Status { return {}; }));
  std::vector<site_store::RecentSite> recent;
  for (int i = 0; i < 1000 && recent.size() < 5; ++i) recent = world().sites.recent(world().tenant, user).value();
  ASSERT_EQ(recent.size(), 5u);
  EXPECT_THAT(world().sites.recent(world().other_tenant, user).value(), IsEmpty());
  EXPECT_THAT(world().sites.recent(world().tenant, UserId(Uuid{{8}})).value(), IsEmpty());
}

TEST_P(SiteServiceTest, KeepsTwentyVisits) {
  const UserId user(Uuid{{9}});
  const Site site = world().adopt();
  for (int i = 0; i < 25; ++i)
    ASSERT_TRUE(world().database.write([&](db::Session& session) {
      return site_store::touch_recent(session, world().tenant, user, SiteId(uuid_v4(world().rng)), world().clock.now() + std::chrono::seconds(i));
    }));
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM recent_site"), 20);
}

TEST_P(SiteServiceTest, AnswersOtherServices) {
  const Site mine = world().adopt();
  const Site theirs = world().adopt(world().other_tenant, {.serial = "S9"});
  named("planned");
  const CustomerId me = world().tenant.customer_id, them = world().other_tenant.customer_id, nobody(Uuid{{77}});
  EXPECT_THAT(world().sites.ids_of_customer(me).value(), SizeIs(2));
  EXPECT_THAT(world().sites.ids_of_customer(nobody).value(), IsEmpty());
  EXPECT_THAT(world().sites.sites_of_customer(them, true).value(), SizeIs(1));
  EXPECT_THAT(world().sites.online_ids(std::nullopt).value(), SizeIs(2));
  EXPECT_THAT(world().sites.online_ids(me).value(), ElementsAre(mine.id));
  ASSERT_TRUE(world().removal.remove(world().other_tenant, theirs.id, SiteRemoval::Force::no));
  EXPECT_THAT(world().sites.sites_of_customer(them, false).value(), IsEmpty());
  EXPECT_THAT(world().sites.ids_of_customer(them).value(), ElementsAre(theirs.id));
}

TEST_P(SiteServiceTest, CountsManyCustomersInOneQuery) {
  world().adopt();
  world().adopt(world().other_tenant, {.serial = "S9"});
  std::vector<CustomerId> customers;
  for (int i = 0; i < 200; ++i) customers.push_back(CustomerId(uuid_v4(world().rng)));
  customers[3] = world().tenant.customer_id;
  customers[150] = world().other_tenant.customer_id;
  customers[151] = world().tenant.customer_id;
  const auto before = world().database.transactions();
  const auto counts = world().sites.adopted_counts(customers).value();
  EXPECT_EQ(world().database.transactions(), before + 1);
  ASSERT_EQ(counts.size(), 200u);
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0), 3);
  EXPECT_EQ(counts[3] + counts[150] + counts[151], 3);
  EXPECT_THAT(world().sites.adopted_counts({}).value(), IsEmpty());
}

}  // namespace
}  // namespace openstrat::fleet
