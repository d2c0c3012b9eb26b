// Every script of the product runs unmodified on every personality, and does what it is for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "routeros/heartbeat.hpp"
#include "routeros/scripts.hpp"
#include "sim/device/test_router.hpp"
#include "sim/device/test_server.hpp"

namespace openstrat::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using routeros::Style;
using testing::HttpAnswer;
using testing::HttpRequest;
using testing::TestRouter;
using testing::TestServer;

struct Kind {
  const char* version;
  const char* model;
};

/// Plays the platform: adopts, hands out queued answers, notes reports.
class ProductScripts : public ::testing::TestWithParam<Kind> {
 protected:
  ProductScripts() : server_([this](const HttpRequest& request) { return answer(request); }), it_(GetParam().version, GetParam().model) {}

  HttpAnswer answer(const HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    if (request.target == "/7N42dgm5tFLK9N8MT7fHC7") return {.body = routeros::render_bootstrap(bootstrap(), style_)};
    if (request.target.starts_with("/adopt/")) return {.body = routeros::render_adoption(adoption(), style_)};
    if (request.target == "/payload") return {.body = payload_};
    if (request.target != "/poll" || queue_.empty()) return {};
    HttpAnswer next{.body = queue_.front()};
    queue_.erase(queue_.begin());
    return next;
  }

  routeros::BootstrapParams bootstrap() const { return {.adopt_url = server_.url("/adopt/7N42dgm5tFLK9N8MT7fHC7")}; }
  routeros::PollParams poll() const { return {.poll_url = server_.url("/poll"), .device_token = "Tok-en_1"}; }
  routeros::AdoptionParams adoption() const {
    return {.poll = poll(), .site_name = "Zürich \"HQ\"", .runbook_name = "Default", .portal_url = "https://x/app", .quote = "Less is more."};
  }
  routeros::JobParams job(std::string payload) const {
    routeros::JobParams params;
    params.token = "aZ19bY28cX";
    params.payload = std::move(payload);
    params.busy_url = server_.url("/job/1/update?status=busy&signature=aa");
    params.done_url = server_.url("/job/1/update?status=done&signature=bb");
    params.fail_url = server_.url("/job/1/update?status=fail&signature=cc");
    return params;
  }
  routeros::BackupParams backup() const {
    return {.unix_time = 1795286220, .upload = routeros::SftpUpload{.host = "127.0.0.1", .port = 1, .user = "site", .password = "secret"}};
  }
  bool tells_reasons() const { return it_.router.version() >= Version{7, 13, 0}; }

  /// The answer of a poll with this job, run as the poll script runs it.
  std::vector<std::string> run_job(const std::string& script) {
    const std::size_t before = server_.targets("/job/").size();
    it_.run(":execute script=\"" + quoted(script) + "\"");
    it_.pass(std::chrono::minutes(3));
    std::vector<std::string> calls = server_.targets("/job/");
    calls.erase(calls.begin(), calls.begin() + static_cast<std::ptrdiff_t>(before));
    return calls;
  }
  static std::string quoted(const std::string& text) {
    std::string out;
    for (const char c : text) {
      if (c == '\n') {
        out += "\\n";
        continue;
      }
      if (c == '"' || c == '\\' || c == '$') out += '\\';
      out += c;
    }
    return out;
  }
  void adopt() {
    const TestRouter::Ran ran = it_.run(routeros::render_bootstrap_command({.url = server_.url("/7N42dgm5tFLK9N8MT7fHC7")}));
    ASSERT_FALSE(ran.error.has_value()) << *ran.error << "\n" << ran.text();
    output_ = ran.text();
  }
  void queue(std::string script) {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(script));
  }

  Style style_ = Style::minified;
  std::mutex mutex_;
  std::vector<std::string> queue_;
  std::string payload_;
  TestServer server_;
  TestRouter it_;
  std::string output_;
};

TEST_P(ProductScripts, BootstrapAdoptsAndInstallsTheScheduler) {
  for (const Style style : {Style::readable, Style::minified}) {
    style_ = style;
    adopt();
    EXPECT_THAT(output_, HasSubstr("this router is now managed as \"Zürich \"HQ\"\" (Default)"));
    EXPECT_EQ(it_.value("[/system scheduler get openstrat-poll interval]"), "00:00:30");
    EXPECT_EQ(it_.value("[/system scheduler get openstrat-poll comment]"), "OpenStrat:core scheduler");
    EXPECT_EQ(it_.value("[:len [/file find where name~\"openstrat\"]]"), "0");
  }
  // Pasted again, the router proves that it is the site of its token.
  const HttpRequest last = [&] {
    HttpRequest found;
    for (const HttpRequest& request : server_.requests()) {
      if (request.target.starts_with("/adopt/")) found = request;
    }
    return found;
  }();
  EXPECT_EQ(last.headers.at("x-device-token"), "Tok-en_1");
}

TEST_P(ProductScripts, HeartbeatsComeEveryThirtySecondsAndCanBeRead) {
  adopt();
  it_.pass(std::chrono::seconds(1));
  const std::size_t at_once = server_.targets("/poll").size();
  EXPECT_EQ(at_once, 1U);
  it_.pass(std::chrono::minutes(5));
  EXPECT_EQ(server_.targets("/poll").size(), at_once + 10);
  const HttpRequest request = server_.requests().back();
  EXPECT_EQ(request.headers.at("authorization"), "Bearer Tok-en_1");
  EXPECT_EQ(request.headers.at("content-type"), "text/plain");
  EXPECT_THAT(request.headers.at("user-agent"), HasSubstr("Mikrotik/"));
  const routeros::Heartbeat heartbeat = routeros::parse_heartbeat(request.body);
  const bool chr = it_.router.spec().model->chr;
  EXPECT_EQ(heartbeat.name, "MikroTik");
  EXPECT_EQ(heartbeat.version, it_.router.version().to_string());
  EXPECT_EQ(heartbeat.serial_number, chr ? "" : "CC210E592C82");
  EXPECT_EQ(chr ? heartbeat.system_id : heartbeat.software_id, "SSXB-J5Q7");
  EXPECT_EQ(heartbeat.board_name, it_.router.spec().model->board_name);
  ASSERT_TRUE(heartbeat.uptime_s.has_value());
  EXPECT_NEAR(static_cast<double>(*heartbeat.uptime_s), 300, 30);
  EXPECT_TRUE(heartbeat.free_memory.has_value() && heartbeat.cpu_load_percent.has_value());
}

TEST_P(ProductScripts, JobReportsBusyThenDone) {
  adopt();
  queue(routeros::render_job(job("/ip firewall address-list add list=test address=192.0.2.1 comment=\"a \\\"quoted\\\" \\$name\"\n"), Style::minified));
  it_.pass(std::chrono::minutes(2));
  EXPECT_THAT(server_.targets("/job/"), ElementsAre("/job/1/update?status=busy&signature=aa", "/job/1/update?status=done&signature=bb"));
  EXPECT_EQ(it_.value("[/ip firewall address-list get [find list=test] comment]"), "a \"quoted\" $name");
  EXPECT_TRUE(it_.logged("job aZ19bY28cX finished, remaining 0"));
}

TEST_P(ProductScripts, JobHandedOutAgainOnlyRepeatsItsReport) {
  const std::string script = routeros::render_job(job("/ip firewall address-list add list=test address=192.0.2.1\n"), Style::minified);
  EXPECT_EQ(run_job(script).size(), 2U);
  EXPECT_THAT(run_job(script), ElementsAre("/job/1/update?status=busy&signature=aa", "/job/1/update?status=done&signature=bb"));
  EXPECT_EQ(it_.value("[:len [/ip firewall address-list find list=test]]"), "1");
}

TEST_P(ProductScripts, FailingPayloadsFailTheJobWithTheirReason) {
  const char* payloads[] = {":error \"no way\"\n", "/ip address remove *FFFF\n", ":put (\n", "/interface nosuch print\n"};
  for (const char* payload : payloads) {
    routeros::JobParams params = job(payload);
    params.token = std::string("token") + std::to_string(payload - payloads[0]);
    const std::vector<std::string> calls = run_job(routeros::render_job(params, Style::minified));
    ASSERT_EQ(calls.size(), 2U) << payload;
    EXPECT_THAT(calls[1], HasSubstr("status=fail&signature=cc")) << payload;
    EXPECT_EQ(calls[1].contains("&error="), tells_reasons()) << payload << " " << calls[1];
  }
  if (tells_reasons()) {
    EXPECT_THAT(server_.targets("&error=").front(), HasSubstr("no%20way"));
  }
}

TEST_P(ProductScripts, BackupToAClosedPortFailsTheJobAndLeavesNoFile) {
  routeros::JobParams params = job(":log info payload-ran\n");
  params.backup = backup();
  const std::vector<std::string> calls = run_job(routeros::render_job(params, Style::minified));
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_THAT(calls[1], HasSubstr("status=fail"));
  EXPECT_FALSE(it_.logged("payload-ran"));
  EXPECT_EQ(it_.value("[:len [/file find where name~\"openstrat\"]]"), "0");
}

TEST_P(ProductScripts, LongPayloadIsFetchedToAFile) {
  std::string payload;
  for (int i = 0; i < 4000; ++i) payload += "/ip firewall address-list add list=long address=10." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ".1\n";
  payload_ = routeros::render_payload_file({}, "aZ19bY28cX", payload);
  ASSERT_GT(payload_.size(), 65536U);
  const std::vector<std::string> calls = run_job(routeros::render_job_stub(job(""), server_.url("/payload"), Style::minified));
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_THAT(calls[1], HasSubstr("status=done"));
  EXPECT_EQ(it_.value("[:len [/ip firewall address-list find list=long]]"), "4000");
  payload_ = routeros::render_payload_file({}, "other", "/ip (\n");
  routeros::JobParams wrong = job("");
  wrong.token = "other";
  EXPECT_THAT(run_job(routeros::render_job_stub(wrong, server_.url("/payload"), Style::minified)).back(), HasSubstr("status=fail"));
}

TEST_P(ProductScripts, HttpBackupArrivesInPieces) {
  routeros::BackupParams params = backup();
  params.upload = routeros::HttpUpload{server_.url("/backup-upload/1?signature=5f")};
  const TestRouter::Ran ran = it_.run(routeros::render_backup(params, Style::readable));
  std::string received;
  for (const HttpRequest& request : server_.requests()) received += request.body;
  if (!tells_reasons()) {  // reading files in pieces came with 7.13 as well
    EXPECT_TRUE(ran.error.has_value());
    return;
  }
  ASSERT_FALSE(ran.error.has_value()) << *ran.error;
  EXPECT_THAT(received, HasSubstr(" by RouterOS "));
}

TEST_P(ProductScripts, RemovalLeavesNothingOfOursAndNotifies) {
  adopt();
  const TestRouter::Ran prepared = it_.run(
      "/ip firewall filter add chain=input action=accept comment=\"OpenStrat:mgmt accept\"\n"
      "/ip firewall address-list add list=openstrat-trusted address=10.0.0.0/8 comment=\"OpenStrat:cpf 1\"\n"
      "/ip firewall filter add chain=input action=accept comment=\"of the customer\"\n"
      "/user add name=openstrat-api group=full password=x comment=\"OpenStrat:mgmt user\"\n"
      "/ppp profile add name=tunnel comment=\"OpenStrat:mgmt tunnel\"\n"
      "/interface ovpn-client add name=openstrat-mgmt connect-to=192.0.2.1 user=u profile=tunnel comment=\"OpenStrat:mgmt tunnel\"\n");
  ASSERT_FALSE(prepared.error.has_value()) << *prepared.error;
  const TestRouter::Ran ran = it_.run(routeros::render_removal({.notify_url = server_.url("/notify/delete?signature=dd"), .device_token = "Tok-en_1"}, Style::readable));
  ASSERT_FALSE(ran.error.has_value()) << *ran.error;
  const std::string left = it_.router.export_text(true);
  EXPECT_FALSE(left.contains("OpenStrat:")) << left;
  EXPECT_FALSE(left.contains("openstrat")) << left;
  EXPECT_THAT(left, HasSubstr("of the customer"));
  EXPECT_EQ(server_.targets("/notify/delete").size(), 1U);
  const std::size_t polls = server_.targets("/poll").size();
  it_.pass(std::chrono::minutes(5));
  EXPECT_EQ(server_.targets("/poll").size(), polls);
}

TEST_P(ProductScripts, PollingSurvivesARebootAndALostLink) {
  adopt();
  it_.pass(std::chrono::seconds(1));
  it_.router.reboot("router rebooted by admin");
  it_.pass(std::chrono::minutes(3));
  EXPECT_GE(server_.targets("/poll").size(), 4U);
  it_.router.set_link(false);
  const std::size_t before = server_.targets("/poll").size();
  it_.pass(std::chrono::minutes(10));
  EXPECT_EQ(server_.targets("/poll").size(), before);
  EXPECT_LE(it_.router.job_count(), 2U);
  it_.router.set_link(true);
  it_.pass(std::chrono::minutes(1));
  EXPECT_GE(server_.targets("/poll").size(), before + 1);
}

/// As they are: nobody answers, so they may fail, but only with words of their own.
TEST_P(ProductScripts, EveryTemplateParsesAndRuns) {
  for (const routeros::TemplateInfo& info : routeros::all_templates()) {
    for (const Style style : {Style::minified, Style::readable}) {
      TestRouter alone(GetParam().version, GetParam().model);
      alone.run("/ip dns static add name=cloud.example.net address=127.9.9.9; /ip dns static add name=backup.example.net address=127.9.9.9");
      alone.router.set_link(false);
      const TestRouter::Ran ran = alone.run(info.render(style));
      const bool own_words = !ran.error || ran.error->starts_with("openstrat:") || ran.error->starts_with("failure: connection timeout");
      EXPECT_TRUE(own_words) << info.name << ": " << ran.error.value_or("");
      EXPECT_FALSE(ran.killed) << info.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Personalities, ProductScripts,
                         ::testing::Values(Kind{"6.49.17", "rb750gr3"}, Kind{"6.49.17", "chr"}, Kind{"7.9.2", "hap-ac2"},
                                           Kind{"7.15.3", "rb4011"}, Kind{"7.18.2", "rb750gr3"}, Kind{"7.19.6", "chr"}, Kind{"7.20.8", "ccr2004"},
                                           Kind{"7.24", "chr"}),
                         [](const auto& info) {
                           std::string name = std::string("v") + info.param.version + "_" + info.param.model;
                           for (char& c : name) c = c == '.' || c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace openstrat::sim
