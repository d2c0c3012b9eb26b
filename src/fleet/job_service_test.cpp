#include "fleet/job_service.hpp"

#include <latch>
#include <set>
#include <thread>

#include "fleet/job_store.hpp"
#include "fleet/test_support.hpp"

namespace openstrat::fleet {
namespace {

using ::testing::ElementsAre;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

class JobServiceTest : public FleetTest {
 protected:
  const Site site = world().adopt();
};
INSTANTIATE_EACH_ENGINE(JobServiceTest);

std::vector<std::string> wrong_fields(const Error& error) {
  std::vector<std::string> names;
  for (const FieldError& field : error.fields()) names.push_back(field.name);
  return names;
}

TEST_P(JobServiceTest, ACreatedJobWaits) {
  NewJob request = world().job();
  request.express = true;
  const Job job = world().create_job(site, request);
  EXPECT_EQ(job.state, JobState::pending);
  EXPECT_EQ(job.token.size(), 10u);
  EXPECT_EQ(job.created_at, world().clock.now());
  const Job stored = world().find(job);
  EXPECT_EQ(stored.script, request.script);
  EXPECT_TRUE(stored.express);
  EXPECT_EQ(stored.created_by, "user:1");
  EXPECT_THAT(world().kinds_of_events(job), ElementsAre("created", "express_requested"));
  const auto events = world().events("job.created");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].resource_id, job.id.to_string());
  EXPECT_EQ(events[0].customer_id, world().tenant.customer_id);
  EXPECT_EQ(events[0].site_id, site.id);
  EXPECT_EQ(events[0].data.text("token"), job.token);
}

TEST_P(JobServiceTest, EveryWrongFieldIsNamed) {
  NewJob request{.description = "", .script = " \n", .notify_url = "http://example.net/hook"};
  const auto created = world().jobs.create(world().tenant, site.id, request);
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().code(), Errc::invalid);
  EXPECT_THAT(wrong_fields(created.error()), ElementsAre("description", "script", "notify_url"));

  request = {.description = std::string(101, 'x'), .script = std::string(512 * 1024 + 1, 'x')};
  EXPECT_THAT(wrong_fields(world().jobs.create(world().tenant, site.id, request).error()), ElementsAre("description", "script"));
  request = {.description = "Fünf", .script = std::string(512 * 1024, 'x')};
  EXPECT_TRUE(world().jobs.create(world().tenant, site.id, request));
  std::string hundred;
  for (int i = 0; i < 100; ++i) hundred += "é";
  EXPECT_TRUE(world().jobs.create(world().tenant, site.id, {.description = hundred, .script = "x"})) << "characters, not bytes";
}

TEST_P(JobServiceTest, ARepeatedKeyAnswersTheFirstJob) {
  NewJob request = world().job();
  request.idempotency_key = uuid_v4(world().rng);
  const Job first = world().create_job(site, request);
  request.script = "another";
  const auto second = world().jobs.create(world().tenant, site.id, request);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->existed);
  EXPECT_EQ(second->job.id, first.id);
  EXPECT_EQ(second->job.script, first.script);
  EXPECT_EQ(world().events("job.created").size(), 1u);

  const Site elsewhere = world().adopt({.serial = "HF80FFFF"});
  const auto third = world().jobs.create(world().tenant, elsewhere.id, request);
  ASSERT_TRUE(third);
  EXPECT_FALSE(third->existed) << "a key counts for one site";
}

TEST_P(JobServiceTest, OneKeyFromManyThreadsMakesOneJob) {
  constexpr int kThreads = 8;
  NewJob request = world().job();
  request.idempotency_key = uuid_v4(world().rng);
  std::latch start(kThreads);
  Guarded<std::vector<CreatedJob>> created;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([&] {
        start.arrive_and_wait();
        auto one = world().jobs.create(world().tenant, site.id, request);
        ASSERT_TRUE(one) << one.error().message();
        created.lock()->push_back(std::move(*one));
      });
  }
  std::set<JobId> ids;
  int fresh = 0;
  for (const auto& one : *created.lock()) ids.insert(one.job.id), fresh += one.existed ? 0 : 1;
  EXPECT_EQ(ids.size(), 1u);
  EXPECT_EQ(fresh, 1);
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM job"), 1);
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM job_event"), 1);
}

TEST_P(JobServiceTest, ASiteThatIsBeingDeletedTakesPlatformJobsOnly) {
  ASSERT_TRUE(world().removal.remove(world().tenant, site.id, SiteRemoval::Force::no));
  const auto refused = world().jobs.create(world().tenant, site.id, world().job());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason(), "site_deleting");
  NewJob teardown = world().job();
  teardown.kind = "removal";
  EXPECT_TRUE(world().jobs.create(world().tenant, site.id, teardown));
}

TEST_P(JobServiceTest, AnotherTeamSeesNothing) {
  const Job job = world().create_job(site);
  auto& jobs = world().jobs;
  const Tenant& other = world().other_tenant;
  EXPECT_EQ(jobs.create(other, site.id, world().job()).error().code(), Errc::not_found);
  EXPECT_EQ(jobs.find(other, site.id, job.id).error().code(), Errc::not_found);
  EXPECT_EQ(jobs.list(other, site.id, {}).error().code(), Errc::not_found);
  EXPECT_EQ(jobs.remove(other, site.id, job.id).error().code(), Errc::not_found);
  EXPECT_EQ(jobs.retry(other, site.id, job.id, "user:2").error().code(), Errc::not_found);
  EXPECT_THAT(jobs.events(other, job.id).value(), IsEmpty());
  EXPECT_EQ(jobs.find(world().tenant, SiteId(uuid_v4(world().rng)), job.id).error().code(), Errc::not_found) << "of another site";
}

TEST_P(JobServiceTest, ListsNewestFirstWithFilters) {
  std::vector<Job> made;
  for (int i = 0; i < 5; ++i) {
    made.push_back(world().create_job(site, world().job("job " + std::to_string(i))));
    world().clock.advance(std::chrono::minutes(1));
  }
  ASSERT_TRUE(world().hand_out(site));
  auto page = world().jobs.list(world().tenant, site.id, {.offset = 1, .limit = 2}).value();
  EXPECT_EQ(page.total, 5);
  ASSERT_EQ(page.jobs.size(), 2u);
  EXPECT_EQ(page.jobs[0].id, made[3].id);
  EXPECT_EQ(page.jobs[1].id, made[2].id);
  page = world().jobs.list(world().tenant, site.id, {.state = JobState::sent}).value();
  EXPECT_EQ(page.total, 1);
  EXPECT_EQ(page.jobs.at(0).id, made[0].id);
  page = world().jobs.list(world().tenant, site.id, {.from = made[1].created_at, .to = made[3].created_at}).value();
  EXPECT_EQ(page.total, 3);
}

TEST_P(JobServiceTest, OnlyAWaitingJobCanBeDeleted) {
  const Job first = world().create_job(site);
  const Job second = world().create_job(site);
  ASSERT_TRUE(world().hand_out(site));
  EXPECT_EQ(world().jobs.remove(world().tenant, site.id, first.id).error().reason(), "job_already_started");
  ASSERT_TRUE(world().jobs.remove(world().tenant, site.id, second.id));
  EXPECT_EQ(world().jobs.remove(world().tenant, site.id, second.id).error().code(), Errc::not_found);
  EXPECT_EQ(world().events("job.deleted").size(), 1u);
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM job_event WHERE job_id NOT IN (SELECT id FROM job)"), 0) << "no events without a job";
}

TEST_P(JobServiceTest, AFailedJobCanBeRetried) {
  NewJob request = world().job();
  request.notify_url = "https://example.net/hook";
  request.notify_key = "k";
  request.should_backup = true;
  const Job job = world().create_job(site, request);
  EXPECT_EQ(world().jobs.retry(world().tenant, site.id, job.id, "user:2").error().code(), Errc::conflict);
  ASSERT_TRUE(world().hand_out(site));
  ASSERT_TRUE(world().jobs.report(job.id, JobService::Report::fail, "no such item"));
  const Job again = world().jobs.retry(world().tenant, site.id, job.id, "user:2").value();
  EXPECT_EQ(again.retry_of, job.id);
  EXPECT_EQ(again.script, job.script);
  EXPECT_EQ(again.notify_url, job.notify_url);
  EXPECT_EQ(again.notify_key, job.notify_key);
  EXPECT_TRUE(again.should_backup);
  EXPECT_EQ(again.created_by, "user:2");
  EXPECT_NE(again.idempotency_key, job.idempotency_key);
  EXPECT_EQ(again.state, JobState::pending);
  EXPECT_EQ(world().find(job).state, JobState::failed) << "the failed one stays as it is";
}

TEST_P(JobServiceTest, ABatchNamesWhatItRefused) {
  const Site deleting = world().adopt({.serial = "HF80DDDD"});
  const Site foreign = world().adopt(world().other_tenant, {.serial = "HF80EEEE"});
  ASSERT_TRUE(world().removal.remove(world().tenant, deleting.id, SiteRemoval::Force::no));
  const SiteId unknown(uuid_v4(world().rng));
  NewJob request = world().job();
  request.idempotency_key = uuid_v4(world().rng);
  const std::vector<SiteId> targets{site.id, deleting.id, foreign.id, unknown, site.id};
  const auto batch = world().jobs.create_batch(world().tenant, targets, request).value();
  ASSERT_EQ(batch.items.size(), 4u) << "a site that is named twice gets one job";
  for (const auto& item : batch.items) {
    if (item.site == site.id) {
      ASSERT_TRUE(item.job);
      EXPECT_EQ(item.job->batch_id, batch.id);
    } else {
      EXPECT_FALSE(item.job);
      EXPECT_EQ(item.refusal, item.site == deleting.id ? "site_deleting" : "resource_missing");
    }
  }
  EXPECT_EQ(world().jobs.create_batch(world().tenant, {site.id}, request).value().id, batch.id) << "a repeated key";
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM job"), 1);
  EXPECT_EQ(world().jobs.find_batch(world().tenant, batch.id).value().items.size(), 4u);
  EXPECT_EQ(world().jobs.find_batch(world().other_tenant, batch.id).error().code(), Errc::not_found);
}

TEST_P(JobServiceTest, ABatchShowsTheJobThatItsKeyAlreadyHas) {
  NewJob request = world().job();
  request.idempotency_key = uuid_v4(world().rng);
  const Job job = world().create_job(site, request);
  const auto batch = world().jobs.create_batch(world().tenant, {site.id}, request).value();
  ASSERT_EQ(batch.items.size(), 1u);
  ASSERT_TRUE(batch.items[0].job);
  EXPECT_EQ(batch.items[0].job->id, job.id);
}

TEST_P(JobServiceTest, ABatchHasLimits) {
  auto& jobs = world().jobs;
  EXPECT_EQ(wrong_fields(jobs.create_batch(world().tenant, {}, world().job()).error()).at(0), "sites");
  std::vector<SiteId> many;
  for (int i = 0; i < 5001; ++i) many.push_back(SiteId(uuid_v4(world().rng)));
  EXPECT_EQ(wrong_fields(jobs.create_batch(world().tenant, many, world().job()).error()).at(0), "sites");
  many.resize(500);
  NewJob big = world().job();
  big.script.assign(200 * 1024, 'x');
  EXPECT_EQ(wrong_fields(jobs.create_batch(world().tenant, many, big).error()).at(0), "script");
  EXPECT_EQ(jobs.create_batch(world().tenant, {site.id}, NewJob{}).error().code(), Errc::invalid);
}

TEST_P(JobServiceTest, OneBatchFromManyThreadsIsMadeOnce) {
  constexpr int kThreads = 4;
  std::vector<SiteId> targets;
  for (const Site& one : world().adopt_many(5)) targets.push_back(one.id);
  NewJob request = world().job();
  request.idempotency_key = uuid_v4(world().rng);
  std::latch start(kThreads);
  Guarded<std::set<BatchId>> ids;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([&] {
        start.arrive_and_wait();
        const auto batch = world().jobs.create_batch(world().tenant, targets, request);
        ASSERT_TRUE(batch) << batch.error().message();
        ids.lock()->insert(batch->id);
      });
  }
  EXPECT_EQ(ids.lock()->size(), 1u);
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM job"), 5);
}

TEST_P(JobServiceTest, OldEndedJobsArePurged) {
  const Job ended = world().create_job(site);
  ASSERT_TRUE(world().hand_out(site));
  ASSERT_TRUE(world().jobs.report(ended.id, JobService::Report::done, std::nullopt));
  const Job waiting = world().create_job(site);
  NewJob request = world().job();
  ASSERT_TRUE(world().jobs.create_batch(world().tenant, {site.id}, request));
  world().clock.set(ended.created_at + std::chrono::days(world().settings.jobs_days));
  ASSERT_TRUE(world().jobs.purge());
  EXPECT_TRUE(world().jobs.find(world().tenant, site.id, ended.id)) << "not a day too early";
  world().clock.advance(std::chrono::seconds(1));
  ASSERT_TRUE(world().jobs.purge());
  EXPECT_EQ(world().jobs.find(world().tenant, site.id, ended.id).error().code(), Errc::not_found);
  EXPECT_TRUE(world().jobs.find(world().tenant, site.id, waiting.id)) << "a job that waits never goes";
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM job_event WHERE job_id NOT IN (SELECT id FROM job)"), 0);
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM job_batch"), 0);
  EXPECT_EQ(world().number("SELECT COUNT(*) FROM job_batch_item"), 0);
}

}  // namespace
}  // namespace openstrat::fleet
