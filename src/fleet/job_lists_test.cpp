#include "fleet/job_lists.hpp"

#include "fleet/test_support.hpp"

namespace openstrat::fleet {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class JobListsTest : public FleetTest {
 protected:
  std::vector<std::string> names(const TeamJobFilter& filter) { return names(world().tenant, filter); }
  std::vector<std::string> names(const Tenant& tenant, const TeamJobFilter& filter) {
    std::vector<std::string> out;
    const auto jobs = world().job_lists.jobs(tenant, filter).value();
    for (const auto& [job, site_name] : jobs) {
      EXPECT_THAT(job.script, IsEmpty());
      out.push_back(job.description);
    }
    return out;
  }
};
INSTANTIATE_EACH_ENGINE(JobListsTest);

TEST_P(JobListsTest, JobsOfAllSitesComeNewestFirst) {
  const auto sites = world().adopt_many(2);
  const Site foreign = world().adopt(world().other_tenant, {.serial = "X1"});
  const Job one = world().create_job(sites[0], world().job("one"));
  world().create_job(sites[1], world().job("two"));
  world().create_job(foreign, world().job("foreign"));
  world().create_job(sites[0], world().job("three"));
  EXPECT_THAT(names({}), ElementsAre("three", "two", "one"));
  EXPECT_THAT(names({.site = sites[0].id}), ElementsAre("three", "one"));
  EXPECT_THAT(names({.states = {JobState::failed}}), IsEmpty());
  EXPECT_THAT(names({.states = {JobState::failed, JobState::pending}, .limit = 1}), ElementsAre("three"));
  EXPECT_THAT(names({.to = one.created_at}), ElementsAre("one"));
  const auto first = world().job_lists.jobs(world().tenant, {.limit = 1}).value().front();
  EXPECT_EQ(first.site_name, sites[0].name);
  EXPECT_THAT(names({.after = std::pair(first.job.created_at, first.job.id)}), ElementsAre("two", "one"));
  EXPECT_THAT(names(world().other_tenant, {}), ElementsAre("foreign"));
}

TEST_P(JobListsTest, BatchesSayHowFarTheyAre) {
  const auto sites = world().adopt_many(3);
  const Site planned = world().sites.create(world().tenant, {.name = "planned"}).value().site;
  const auto batch = world().jobs.create_batch(world().tenant, {sites[0].id, sites[1].id, sites[2].id, planned.id}, world().job("all")).value();
  const auto job = world().hand_out(sites[0]);
  ASSERT_TRUE(world().jobs.report(job->job, JobService::Report::fail, "no"));
  world().hand_out(sites[1]);
  const auto rows = world().job_lists.batches(world().tenant, std::nullopt, 10).value();
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].id, batch.id);
  EXPECT_EQ(rows[0].pending, 1);
  EXPECT_EQ(rows[0].running, 1);
  EXPECT_EQ(rows[0].failed, 1);
  EXPECT_EQ(rows[0].refused, 1);
  EXPECT_THAT(world().job_lists.batches(world().tenant, std::pair(rows[0].created_at, rows[0].id), 10).value(), IsEmpty());
  EXPECT_THAT(world().job_lists.batches(world().other_tenant, std::nullopt, 10).value(), IsEmpty());
  for (const auto& event : world().events("job.created")) EXPECT_EQ(event.data.text("batch_id"), batch.id.to_string());
  for (const auto& item : batch.items) EXPECT_FALSE(item.name.empty());
}

TEST_P(JobListsTest, APreviewSaysWhomABatchReaches) {
  const Site online = world().adopt({.name = "online", .serial = "S1"});
  const Site deleting = world().adopt({.name = "deleting", .serial = "S2"});
  ASSERT_TRUE(world().removal.remove(world().tenant, deleting.id, SiteRemoval::Force::no));
  const Site planned = world().sites.create(world().tenant, {.name = "planned"}).value().site;
  const SiteId unknown(uuid_v4(world().rng));
  const auto targets = world().job_lists.preview(world().tenant, std::vector{online.id, deleting.id, planned.id, unknown}).value();
  ASSERT_THAT(targets, SizeIs(4));
  EXPECT_FALSE(targets[0].refusal);
  EXPECT_EQ(targets[1].refusal, "site_deleting");
  EXPECT_EQ(targets[2].refusal, "never_adopted");
  EXPECT_EQ(targets[3].refusal, "resource_missing");
  EXPECT_THAT(world().job_lists.preview(world().tenant, {.search = "online"}).value(), SizeIs(1));
  EXPECT_EQ(world().job_lists.preview(world().other_tenant, std::vector{online.id}).value().at(0).refusal, "resource_missing");
}

TEST_P(JobListsTest, FiveThousandSitesAreOneBatch) {
  std::vector<SiteId> ids;
  const Site model = world().adopt();
  ASSERT_TRUE(world().database.write([&](db::Session& session) -> Status {
    for (int i = 0; i < 5000; ++i) {
      Site site = model;
      site.id = SiteId(uuid_v4(world().rng));
      site.pid = "site_" + std::to_string(i);
      site.facts.hardware_hash = std::to_string(i);
      if (auto stored = site_store::insert(session, site); !stored) return stored;
      ids.push_back(site.id);
    }
    return {};
  }));
  const auto started = std::chrono::steady_clock::now();
  const auto batch = world().jobs.create_batch(world().tenant, ids, world().job("everywhere"));
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
  ASSERT_TRUE(batch) << batch.error().message();
  EXPECT_THAT(batch->items, SizeIs(5000));
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM job"), 5000);
  RecordProperty("milliseconds", static_cast<int>(took.count()));
}

}  // namespace
}  // namespace openstrat::fleet
