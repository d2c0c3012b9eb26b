// The router's side of jobs.
#include <regex>
#include <set>

#include "fleet/test_support.hpp"
#include "http/url_text.hpp"

namespace openstrat::fleet {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Report = JobService::Report;

class JobDeliveryTest : public FleetTest {
 protected:
  /// Time passes, and the sweep looks.
  void pass(std::chrono::seconds time) {
    world().clock.advance(time);
    const auto swept = world().jobs.sweep_timeouts();
    ASSERT_TRUE(swept) << swept.error().message();
  }
  Status report(const Job& job, Report what, std::optional<std::string> error = std::nullopt) {
    return world().jobs.report(job.id, what, std::move(error));
  }
  JobState state_of(const Job& job) { return world().find(job).state; }

  const Site site = world().adopt();
};
INSTANTIATE_EACH_ENGINE(JobDeliveryTest);

/// The URLs of a script, without scheme and host. `?` and `_` stand in it as `\3F` and `\5F`.
std::vector<std::string> urls_in(const std::string& script) {
  static const std::regex kUrl(R"(https://device\.example\.net(/[^"; ]*))");
  std::vector<std::string> found;
  for (auto at = std::sregex_iterator(script.begin(), script.end(), kUrl); at != std::sregex_iterator(); ++at) {
    const std::string escaped = (*at)[1];
    std::string url;
    for (std::size_t i = 0; i < escaped.size(); ++i) {
      const bool is_escape = escaped[i] == '\\' && i + 2 < escaped.size() && std::isxdigit(escaped[i + 1]) && std::isxdigit(escaped[i + 2]);
      if (is_escape) url += static_cast<char>(std::stoi(escaped.substr(i + 1, 2), nullptr, 16)), i += 2;
      else if (escaped[i] != '\\') url += escaped[i];  // of a text inside a text: the backslash of `\\3F` or `\"`
    }
    found.push_back(std::move(url));
  }
  return found;
}

UrlSigner::Verdict verify(const UrlSigner& signer, const std::string& url, Timestamp now) {
  const auto question = url.find('?');
  return signer.verify(url.substr(0, question), question == url.npos ? "" : url.substr(question + 1), now);
}

// ---------------------------------------------------------------- hand-out

TEST_P(JobDeliveryTest, NothingWaitsNothingIsHandedOut) { EXPECT_FALSE(world().hand_out(site)); }

TEST_P(JobDeliveryTest, OldestFirstButExpressAhead) {
  const Job first = world().create_job(site);
  const Job second = world().create_job(site);
  NewJob urgent = world().job();
  urgent.express = true;
  const Job express = world().create_job(site, urgent);
  std::vector<JobId> order;
  for (int i = 0; i < 3; ++i) {
    const auto handout = world().hand_out(site);
    ASSERT_TRUE(handout);
    order.push_back(handout->job);
    EXPECT_FALSE(world().hand_out(site)) << "one job at a time: sent";
    ASSERT_TRUE(world().jobs.report(handout->job, Report::busy, std::nullopt));
    EXPECT_FALSE(world().hand_out(site)) << "one job at a time: busy";
    ASSERT_TRUE(world().jobs.report(handout->job, Report::done, std::nullopt));
  }
  EXPECT_THAT(order, ElementsAre(express.id, first.id, second.id));
  EXPECT_FALSE(world().hand_out(site));
}

TEST_P(JobDeliveryTest, TheScriptReportsToThreeSignedUrls) {
  const Job job = world().create_job(site);
  world().create_job(site);
  const auto handout = world().hand_out(site);
  ASSERT_TRUE(handout);
  EXPECT_THAT(handout->script, HasSubstr(job.token));
  std::set<std::string> statuses;
  for (const std::string& url : urls_in(handout->script)) {
    EXPECT_THAT(url, HasSubstr("/job/" + job.id.to_string() + "/update?"));
    EXPECT_EQ(verify(world().signer, url, world().clock.now()), UrlSigner::Verdict::good) << url;
    for (const auto& [key, value] : http::parse_query(url.substr(url.find('?') + 1)))
      if (key == "status") statuses.insert(value);
  }
  EXPECT_THAT(statuses, ElementsAre("busy", "done", "fail"));
  const Job sent = world().find(job);
  EXPECT_EQ(sent.state, JobState::sent);
  EXPECT_EQ(sent.deliveries, 1);
  EXPECT_EQ(sent.sent_at, world().clock.now());
  EXPECT_THAT(world().kinds_of_events(job), ElementsAre("created", "script_downloaded"));
  EXPECT_EQ(world().events("job.sent").size(), 1u);
}

TEST_P(JobDeliveryTest, ASignatureCountsForItsStatusOnly) {
  world().create_job(site);
  const auto urls = urls_in(world().hand_out(site)->script);
  ASSERT_FALSE(urls.empty());
  for (const std::string& url : urls) {
    const std::string turned = std::regex_replace(url, std::regex("status=[a-z]+"), url.find("status=done") != url.npos ? "status=fail" : "status=done");
    EXPECT_EQ(verify(world().signer, turned, world().clock.now()), UrlSigner::Verdict::bad);
  }
}

TEST_P(JobDeliveryTest, TheLastScriptDoesNotAskForMore) {
  world().create_job(site);
  const auto alone = world().hand_out(site)->script;
  const Site busy_site = world().adopt({.serial = "HF80BBBB"});
  world().create_job(busy_site);
  world().create_job(busy_site);
  const auto with_more = world().hand_out(busy_site)->script;
  EXPECT_THAT(with_more, HasSubstr("openstrat-poll"));
  EXPECT_THAT(alone, Not(HasSubstr("openstrat-poll")));
}

TEST_P(JobDeliveryTest, ABigPayloadIsFetchedApart) {
  NewJob big = world().job();
  big.script = ":put \"start\"\n" + std::string(70'000, '#') + "\n:put \"end\"";
  const Job job = world().create_job(site, big);
  const auto handout = world().hand_out(site);
  ASSERT_TRUE(handout);
  EXPECT_LT(handout->script.size(), routeros::kMaxInlineAnswer);
  const std::string path = "/job/" + job.id.to_string() + "/payload";
  const auto urls = urls_in(handout->script);
  const auto payload = std::ranges::find_if(urls, [&](const std::string& url) { return url.starts_with(path); });
  ASSERT_NE(payload, urls.end());
  EXPECT_EQ(verify(world().signer, *payload, world().clock.now()), UrlSigner::Verdict::good);
  EXPECT_THAT(world().jobs.payload_file(job.id).value(), HasSubstr(big.script));
  EXPECT_EQ(world().jobs.payload_file(JobId(uuid_v4(world().rng))).error().code(), Errc::not_found);
}

TEST_P(JobDeliveryTest, WithoutAcknowledgementTheHandOutIsTheEnd) {
  NewJob request = world().job();
  request.needs_ack = false;
  const Job job = world().create_job(site, request);
  const Job next = world().create_job(site);
  ASSERT_TRUE(world().hand_out(site));
  const Job ended = world().find(job);
  EXPECT_EQ(ended.state, JobState::completed);
  EXPECT_EQ(ended.completed_at, world().clock.now());
  EXPECT_EQ(world().events("job.completed").size(), 1u);
  EXPECT_TRUE(report(job, Report::busy)) << "the wrapper says busy all the same";
  EXPECT_EQ(state_of(job), JobState::completed);
  EXPECT_EQ(world().hand_out(site)->job, next.id) << "nothing is in flight";
}

TEST_P(JobDeliveryTest, ABackupIsGrantedForTheJob) {
  NewJob request = world().job();
  request.should_backup = true;
  const Job job = world().create_job(site, request);
  world().backups.asked.clear();
  const auto handout = world().hand_out(site);
  ASSERT_TRUE(handout);
  EXPECT_THAT(handout->script, HasSubstr("sftp.example.net"));
  ASSERT_EQ(world().backups.asked.size(), 1u);
  EXPECT_EQ(world().backups.asked[0].job, job.id);
  EXPECT_EQ(world().backups.asked[0].purpose, BackupFragments::Purpose::job);
  const std::string key = site.id.to_string() + "/1770105600.rsc";
  ASSERT_TRUE(world().database.write([&](db::Session& s) { return world().jobs.attach_backup(s, world().tenant, job.id, key); }));
  EXPECT_EQ(world().find(job).associated_backup, key);
}

TEST_P(JobDeliveryTest, WithoutAGrantTheJobWaitsOn) {
  NewJob request = world().job();
  request.should_backup = true;
  const Job job = world().create_job(site, request);
  world().backups.broken = true;
  const auto handout = world().database.write([&](db::Session& s) { return world().jobs.hand_out(s, site, false); });
  EXPECT_EQ(handout.error().code(), Errc::unavailable);
  EXPECT_EQ(state_of(job), JobState::pending);
  EXPECT_EQ(world().find(job).deliveries, 0);
}

// ---------------------------------------------------------------- reports

TEST_P(JobDeliveryTest, BusyThenDone) {
  const Job job = world().create_job(site);
  ASSERT_TRUE(world().hand_out(site));
  world().clock.advance(std::chrono::seconds(2));
  ASSERT_TRUE(report(job, Report::busy));
  const Timestamp started = world().clock.now();
  EXPECT_EQ(state_of(job), JobState::busy);
  world().clock.advance(std::chrono::seconds(3));
  ASSERT_TRUE(report(job, Report::busy)) << "a repeat";
  ASSERT_TRUE(report(job, Report::done));
  ASSERT_TRUE(report(job, Report::done)) << "a repeat";
  ASSERT_TRUE(report(job, Report::fail, "too late")) << "what ended stays ended";
  const Job ended = world().find(job);
  EXPECT_EQ(ended.state, JobState::completed);
  EXPECT_EQ(ended.started_at, started);
  EXPECT_EQ(ended.completed_at, world().clock.now());
  EXPECT_FALSE(ended.failed_at);
  EXPECT_THAT(world().kinds_of_events(job), ElementsAre("created", "script_downloaded", "busy", "done"));
  EXPECT_EQ(world().events("job.busy").size(), 1u);
  EXPECT_EQ(world().events("job.completed").size(), 1u);
  EXPECT_EQ(world().events("job.failed").size(), 0u);
}

TEST_P(JobDeliveryTest, DoneWithoutBusyCountsToo) {
  const Job job = world().create_job(site);
  ASSERT_TRUE(world().hand_out(site));
  ASSERT_TRUE(report(job, Report::done));
  ASSERT_TRUE(report(job, Report::busy)) << "overtaken on its way";
  const Job ended = world().find(job);
  EXPECT_EQ(ended.state, JobState::completed);
  EXPECT_EQ(ended.started_at, ended.completed_at);
}

TEST_P(JobDeliveryTest, AFailureKeepsItsReasonClean) {
  const Job job = world().create_job(site);
  ASSERT_TRUE(world().hand_out(site));
  std::string text = "no such item\x01 \xff";
  for (int i = 0; i < 300; ++i) text += "é";
  ASSERT_TRUE(report(job, Report::fail, text));
  ASSERT_TRUE(report(job, Report::fail, "again"));
  ASSERT_TRUE(report(job, Report::done)) << "what ended stays ended";
  const Job failed = world().find(job);
  EXPECT_EQ(failed.state, JobState::failed);
  EXPECT_EQ(failed.failure_code, "script_error");
  EXPECT_LE(failed.failure_reason->size(), 500u);
  EXPECT_GE(failed.failure_reason->size(), 498u) << "cut at a character, not before";
  EXPECT_TRUE(failed.failure_reason->starts_with("no such item"));
  EXPECT_EQ(failed.failure_reason->find('\x01'), std::string::npos);
  EXPECT_EQ(world().events("job.failed").size(), 1u);
  EXPECT_EQ(world().events("job.failed")[0].data.text("failure_code"), "script_error");

  const Job silent = world().create_job(site);
  ASSERT_TRUE(world().hand_out(site));
  ASSERT_TRUE(report(silent, Report::fail));
  EXPECT_THAT(*world().find(silent).failure_reason, HasSubstr("its log"));
}

TEST_P(JobDeliveryTest, ReportsOfUnknownOrUnsentJobsAreRefused) {
  EXPECT_EQ(world().jobs.report(JobId(uuid_v4(world().rng)), Report::done, std::nullopt).error().code(), Errc::not_found);
  const Job job = world().create_job(site);
  EXPECT_EQ(report(job, Report::done).error().code(), Errc::conflict);
  EXPECT_EQ(state_of(job), JobState::pending);
}

// ---------------------------------------------------------------- time-outs

TEST_P(JobDeliveryTest, AJobThatNeverStartsIsDeliveredThreeTimes) {
  const Job job = world().create_job(site);
  for (int delivery = 1; delivery <= 3; ++delivery) {
    ASSERT_TRUE(world().hand_out(site)) << delivery;
    EXPECT_EQ(world().find(job).deliveries, delivery);
    pass(std::chrono::seconds(120));
    EXPECT_EQ(state_of(job), JobState::sent) << "120 s are allowed";
    pass(std::chrono::seconds(1));
  }
  const Job failed = world().find(job);
  EXPECT_EQ(failed.state, JobState::failed);
  EXPECT_EQ(failed.failure_code, "delivery_timeout");
  EXPECT_EQ(world().events("job.sent").size(), 3u);
  EXPECT_EQ(world().events("job.failed").size(), 1u);
  EXPECT_THAT(world().kinds_of_events(job), ElementsAre("created", "script_downloaded", "timeout", "script_downloaded", "timeout", "script_downloaded", "timeout"));
}

TEST_P(JobDeliveryTest, ALateStartStopsTheRedelivery) {
  const Job job = world().create_job(site);
  ASSERT_TRUE(world().hand_out(site));
  pass(std::chrono::seconds(121));
  ASSERT_EQ(state_of(job), JobState::pending);
  ASSERT_TRUE(report(job, Report::busy));
  EXPECT_EQ(state_of(job), JobState::busy);
  EXPECT_FALSE(world().hand_out(site)) << "it runs already";
  ASSERT_TRUE(report(job, Report::done));
  EXPECT_EQ(state_of(job), JobState::completed);
}

TEST_P(JobDeliveryTest, AJobWithoutEndFailsAndALateEndCounts) {
  const Job job = world().create_job(site);
  ASSERT_TRUE(world().hand_out(site));
  ASSERT_TRUE(report(job, Report::busy));
  pass(std::chrono::seconds(900));
  EXPECT_EQ(state_of(job), JobState::busy);
  pass(std::chrono::seconds(1));
  EXPECT_EQ(world().find(job).failure_code, "execution_timeout");
  ASSERT_TRUE(report(job, Report::busy));
  EXPECT_EQ(state_of(job), JobState::failed) << "a repeated busy is no news";
  ASSERT_TRUE(report(job, Report::done));
  const Job ended = world().find(job);
  EXPECT_EQ(ended.state, JobState::completed);
  EXPECT_FALSE(ended.failed_at);
  EXPECT_FALSE(ended.failure_code);
  EXPECT_FALSE(ended.failure_reason);
  EXPECT_EQ(world().events("job.completed").size(), 1u);
}

TEST_P(JobDeliveryTest, ALateFailureSaysWhy) {
  const Job job = world().create_job(site);
  ASSERT_TRUE(world().hand_out(site));
  ASSERT_TRUE(report(job, Report::busy));
  pass(std::chrono::seconds(901));
  ASSERT_EQ(world().find(job).failure_code, "execution_timeout");
  const auto late = report(job, Report::fail, "disk full");
  ASSERT_TRUE(late) << late.error().message();
  EXPECT_EQ(world().find(job).failure_code, "script_error");
  EXPECT_EQ(world().find(job).failure_reason, "disk full");
  ASSERT_TRUE(report(job, Report::done));
  EXPECT_EQ(state_of(job), JobState::failed) << "now it has ended";
}

TEST_P(JobDeliveryTest, AStartAfterGivingUpOnTheDeliveryCounts) {
  const Job job = world().create_job(site);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(world().hand_out(site));
    pass(std::chrono::seconds(121));
  }
  ASSERT_EQ(world().find(job).failure_code, "delivery_timeout");
  ASSERT_TRUE(report(job, Report::busy));
  const Job running = world().find(job);
  EXPECT_EQ(running.state, JobState::busy);
  EXPECT_FALSE(running.failure_code);
  pass(std::chrono::seconds(899));
  EXPECT_EQ(state_of(job), JobState::busy) << "its time counts from the late start";
  ASSERT_TRUE(report(job, Report::fail, "x"));
  EXPECT_EQ(state_of(job), JobState::failed);
}

TEST_P(JobDeliveryTest, ExpiredJobsFailUnsent) {
  NewJob request = world().job();
  request.expires_at = world().clock.now() + std::chrono::minutes(10);
  const Job job = world().create_job(site, request);
  const Job lasting = world().create_job(site);
  world().clock.advance(std::chrono::minutes(10));
  EXPECT_EQ(world().hand_out(site)->job, lasting.id);
  pass(std::chrono::seconds(0));
  EXPECT_EQ(world().find(job).failure_code, "expired");
  EXPECT_EQ(world().find(job).deliveries, 0);
}

TEST_P(JobDeliveryTest, OurOwnDowntimeTimesNothingOut) {
  const Job sent = world().create_job(site);
  ASSERT_TRUE(world().hand_out(site));
  const Site second = world().adopt({.serial = "HF80CCCC"});
  const Job busy = world().create_job(second);
  ASSERT_TRUE(world().hand_out(second));
  ASSERT_TRUE(report(busy, Report::busy));
  world().clock.advance(std::chrono::hours(2));
  World& w = world();
  JobService restarted({w.database, w.bus, *w.tasks, w.signer, w.webhooks, w.backups, w.live, w.clock, w.rng, w.settings});
  w.clock.advance(std::chrono::seconds(119));
  ASSERT_TRUE(restarted.sweep_timeouts());
  EXPECT_EQ(state_of(sent), JobState::sent);
  w.clock.advance(std::chrono::seconds(1));
  ASSERT_TRUE(restarted.sweep_timeouts());
  EXPECT_EQ(state_of(sent), JobState::pending);
  EXPECT_EQ(state_of(busy), JobState::busy);
  w.clock.advance(std::chrono::seconds(780));
  ASSERT_TRUE(restarted.sweep_timeouts());
  EXPECT_EQ(state_of(busy), JobState::failed);
}

TEST_P(JobDeliveryTest, EveryChangeWakesTheSite) {
  const auto woken = [&] {
    bool look = false;
    world().live.with(site.id, [&](LiveSite& live) { look = std::exchange(live.look_for_work, false); });
    return look;
  };
  woken();
  const Job job = world().create_job(site);
  EXPECT_TRUE(woken()) << "created";
  ASSERT_TRUE(world().hand_out(site));
  EXPECT_FALSE(woken()) << "sent: nothing more to fetch";
  ASSERT_TRUE(report(job, Report::busy));
  EXPECT_FALSE(woken()) << "busy";
  ASSERT_TRUE(report(job, Report::done));
  EXPECT_TRUE(woken()) << "completed";
  world().create_job(site);
  woken();
  ASSERT_TRUE(world().hand_out(site));
  pass(std::chrono::seconds(121));
  EXPECT_TRUE(woken()) << "to be delivered again";
}

// ---------------------------------------------------------------- webhooks

TEST_P(JobDeliveryTest, TheCallerHearsOfEveryStep) {
  world().jobs.register_tasks();
  world().tasks->start();
  NewJob request = world().job();
  request.notify_url = "https://example.net/hook";
  request.notify_key = "secret-hash";
  const Job job = world().create_job(site, request);
  ASSERT_TRUE(world().hand_out(site));
  ASSERT_TRUE(report(job, Report::busy));
  ASSERT_EQ(world().webhooks.wait_for(1).size(), 1u);
  ASSERT_TRUE(report(job, Report::done));
  const auto posts = world().webhooks.wait_for(2);
  world().tasks->stop(std::chrono::seconds(5));
  ASSERT_EQ(posts.size(), 2u);
  EXPECT_EQ(posts[0].url, "https://example.net/hook");
  EXPECT_EQ(posts[0].key, "secret-hash");
  const auto busy = Attributes::from_json(posts[0].json).value();
  EXPECT_EQ(busy.text("event"), "job.busy");
  EXPECT_EQ(busy.text("idempotency_key"), job.idempotency_key.to_string());
  EXPECT_EQ(busy.text("request_id"), job.id.to_string());
  EXPECT_EQ(busy.text("target"), site.id.to_string());
  EXPECT_EQ(busy.text("description"), job.description);
  EXPECT_EQ(busy.text("status"), "busy");
  EXPECT_EQ(busy.text("started_at"), to_iso8601(world().clock.now()));
  ASSERT_NE(busy.find("completed_at"), nullptr);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(*busy.find("completed_at"))) << "null, not left out";
  EXPECT_EQ(busy.text("date"), to_iso8601_offset(world().clock.now()));
  EXPECT_EQ(Attributes::from_json(posts[1].json).value().text("status"), "completed");
  EXPECT_THAT(world().kinds_of_events(job), Contains("notify_sent").Times(2));
}

TEST_P(JobDeliveryTest, ARefusedCallBackIsRecorded) {
  world().webhooks.refuse(1);
  world().jobs.register_tasks();
  world().tasks->start();
  NewJob request = world().job();
  request.notify_url = "https://example.net/hook";
  const Job job = world().create_job(site, request);
  ASSERT_TRUE(world().hand_out(site));
  ASSERT_TRUE(report(job, Report::busy));
  const auto posts = world().webhooks.wait_for(1);
  world().tasks->stop(std::chrono::seconds(5));
  ASSERT_EQ(posts.size(), 1u);
  EXPECT_EQ(posts[0].key, "") << "a user's job is not signed";
  EXPECT_THAT(world().kinds_of_events(job), Contains("notify_failed"));
}

}  // namespace
}  // namespace openstrat::fleet
