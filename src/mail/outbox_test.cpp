#include "mail/outbox.hpp"

#include <gmock/gmock.h>

#include <deque>
#include <map>

#include "base/rng.hpp"
#include "db/testing.hpp"
#include "mail/capture.hpp"
#include "mail/schema.hpp"
#include "mail/template_files.hpp"

namespace openstrat::mail {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

/// Tasks run when the test says so.
class HandQueue final : public tasks::Queue {
 public:
  void handle(std::string kind, tasks::Policy, tasks::Handler handler) override { handlers_[kind] = std::move(handler); }
  void schedule(std::string, std::string, std::string, Attributes) override {}
  Status enqueue(db::Session& session, tasks::NewTask task) override {
    session.on_commit([this, task] { waiting.push_back({.id = task.unique_key, .kind = task.kind, .payload = task.payload}); });
    return {};
  }
  Status cancel(db::Session&, std::string_view, std::string_view) override { return {}; }
  void start() override {}
  void stop(std::chrono::milliseconds) override {}
  Result<std::vector<DeadTask>> dead(int) override { return std::vector<DeadTask>{}; }
  Status revive(std::string_view) override { return {}; }

  /// One attempt of each waiting task; what failed waits again.
  void run_all() {
    std::deque<tasks::Task> tasks;
    tasks.swap(waiting);
    for (tasks::Task& task : tasks) {
      if (handlers_.at(task.kind)(task)) continue;
      ++task.attempt;
      waiting.push_back(task);
    }
  }
  Status run(const std::string& kind) { return handlers_.at(kind)({}); }

  std::deque<tasks::Task> waiting;

 private:
  std::map<std::string, tasks::Handler> handlers_;
};

class FakeServer final : public Transport {
 public:
  Status deliver(const Letter& letter) override {
    ++attempts;
    if (answer) taken.push_back(letter);
    return answer;
  }
  Status answer;
  int attempts = 0;
  std::vector<Letter> taken;
};

class OutboxTest : public db::EachEngineTest {
 protected:
  OutboxTest() : database_(make_reused_database(migrations())) { outbox_.register_tasks(); }

  static templates::Library load() {
    const auto set = template_files();
    return std::move(*templates::Library::load({&set, 1}));
  }
  Outbox::Deps deps(Transport& transport, const Settings& settings, const Composer& composer) {
    return {*database_, tasks_, composer, transport, secrets_, {}, metrics_, clock_, rng_, settings};
  }
  Status accept(const Message& message) {
    return database_->write([&](db::Session& session) { return outbox_.send(session, message); });
  }
  static Message reset(std::string to = "ada@example.net") {
    return {.to = std::move(to), .to_name = "Ada", .template_name = "password_reset",
            .fields = {{"link", "https://auth.example.net/reset?token=s3cret"}, {"expires_at", "2026-02-03T09:00:00Z"}}};
  }
  std::uint64_t counted(const char* name) { return metrics_.counter(name, "").value(); }

  ManualClock clock_{parse_iso8601("2026-02-03T08:00:00Z").value()};
  SeededRng rng_{1};
  metrics::Registry metrics_;
  SecretBox secrets_{"mail", MasterKey(crypto::Key32{7})};
  std::unique_ptr<db::Database> database_;
  HandQueue tasks_;
  const templates::Library library_ = load();
  const Settings settings_{.smtp = {.host = "mail.example.net"}, .from = "noreply@example.net"};
  const Composer composer_{library_, settings_};
  FakeServer server_;
  Outbox outbox_{deps(server_, settings_, composer_)};
};
INSTANTIATE_EACH_ENGINE(OutboxTest);

TEST_P(OutboxTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), migrations()); }

TEST_P(OutboxTest, AMailGoesOnceAndAfterItsTransaction) {
  const auto rolled_back = database_->write([&](db::Session& session) -> Status {
    if (auto sent = outbox_.send(session, reset()); !sent) return sent;
    return fail(Errc::conflict, "changed my mind");
  });
  ASSERT_FALSE(rolled_back.has_value());
  EXPECT_THAT(tasks_.waiting, SizeIs(0));

  ASSERT_TRUE(accept(reset()).has_value());
  const auto again = tasks_.waiting.front();
  tasks_.run_all();
  tasks_.waiting.push_back(again);  // the task of a node that was taken for dead
  tasks_.run_all();
  ASSERT_THAT(server_.taken, SizeIs(1));
  const Letter& letter = server_.taken.front();
  EXPECT_EQ(letter.to, "ada@example.net");
  EXPECT_THAT(letter.text, HasSubstr("token=s3cret"));
  EXPECT_THAT(letter.message_id, ::testing::EndsWith("@example.net"));
  EXPECT_EQ(letter.date, clock_.now());
  EXPECT_EQ(counted("openstrat_mails_sent_total"), 1u);
}

TEST_P(OutboxTest, WhatCannotBeSentIsRefusedAtOnce) {
  Message message = reset();
  message.fields.set("link", "not a link");
  EXPECT_EQ(accept(message).error().code(), Errc::invalid);
  EXPECT_EQ(accept(reset("ada@example.net\r\nBcc: eve@example.net")).error().code(), Errc::invalid);
  EXPECT_THAT(tasks_.waiting, SizeIs(0));
}

TEST_P(OutboxTest, AServerThatIsDownGetsTheMailLater) {
  server_.answer = fail(Errc::upstream, "mail_deferred", "connection refused");
  ASSERT_TRUE(accept(reset()).has_value());
  tasks_.run_all();
  tasks_.run_all();
  ASSERT_TRUE(outbox_.sample().has_value());
  EXPECT_EQ(metrics_.gauge("openstrat_mails_waiting", "").value(), 1);
  server_.answer = {};
  tasks_.run_all();
  EXPECT_EQ(server_.attempts, 3);
  EXPECT_THAT(server_.taken, SizeIs(1));
  ASSERT_TRUE(outbox_.sample().has_value());
  EXPECT_EQ(metrics_.gauge("openstrat_mails_waiting", "").value(), 0);
  EXPECT_EQ(counted("openstrat_mail_attempts_deferred_total"), 2u);
}

TEST_P(OutboxTest, ARefusedMailIsKeptWithTheReasonAndCanBeTriedAgain) {
  server_.answer = fail(Errc::invalid, "mail_refused", "550 5.1.1 <ada@example.net> no such user");
  ASSERT_TRUE(accept(reset()).has_value());
  tasks_.run_all();
  EXPECT_THAT(tasks_.waiting, SizeIs(0));
  const auto failed = outbox_.failed(10);
  ASSERT_TRUE(failed.has_value());
  ASSERT_THAT(*failed, SizeIs(1));
  EXPECT_EQ(failed->front().to, "ada@example.net");
  EXPECT_EQ(failed->front().error, "550 5.1.1 <the recipient> no such user");

  server_.answer = {};
  EXPECT_EQ(outbox_.retry_failed().value(), 1);
  tasks_.run_all();
  EXPECT_THAT(server_.taken, SizeIs(1));
  EXPECT_THAT(outbox_.failed(10).value(), SizeIs(0));
}

TEST_P(OutboxTest, AfterTheLastAttemptItIsGivenUp) {
  server_.answer = fail(Errc::timeout, "mail_deferred", "too slow");
  ASSERT_TRUE(accept(reset()).has_value());
  tasks_.waiting.front().attempt = Outbox::kMaxAttempts;
  tasks_.run_all();
  EXPECT_THAT(outbox_.failed(10)->front().error, HasSubstr("given up after 60 attempts: too slow"));
}

TEST_P(OutboxTest, AMailWhoseLinkHasExpiredIsNotSent) {
  Message message = reset();
  message.useless_after = clock_.now() + std::chrono::hours(1);
  ASSERT_TRUE(accept(message).has_value());
  clock_.advance(std::chrono::hours(2));
  tasks_.run_all();
  EXPECT_EQ(server_.attempts, 0);
  EXPECT_THAT(tasks_.waiting, SizeIs(0));
  EXPECT_THAT(outbox_.failed(10).value(), SizeIs(0));
}

TEST_P(OutboxTest, OneMailAKey) {
  Message message = reset();
  message.unique_key = "key-7:14-days";
  ASSERT_TRUE(accept(message).has_value());
  ASSERT_TRUE(accept(message).has_value());
  tasks_.run_all();
  ASSERT_TRUE(accept(message).has_value());
  tasks_.run_all();
  EXPECT_THAT(server_.taken, SizeIs(1));
  clock_.advance(Outbox::kRemembered + std::chrono::hours(1));
  ASSERT_TRUE(tasks_.run("mail.purge").has_value());
  ASSERT_TRUE(accept(message).has_value());
  tasks_.run_all();
  EXPECT_THAT(server_.taken, SizeIs(2));
}

TEST_P(OutboxTest, CountsWhatAPersonWasSent) {
  const Timestamp start = clock_.now() - std::chrono::hours(1);
  ASSERT_TRUE(accept(reset()).has_value());
  clock_.advance(std::chrono::minutes(30));
  ASSERT_TRUE(accept(reset("Ada@Example.net")).has_value());
  ASSERT_TRUE(accept(reset("eve@example.net")).has_value());
  const auto since = [&](Timestamp time) {
    return database_->read([&](db::Session& session) { return outbox_.accepted_since(session, "password_reset", "ada@example.net", time); }).value();
  };
  EXPECT_EQ(since(start), 2);
  EXPECT_EQ(since(clock_.now() - std::chrono::minutes(10)), 1);
  EXPECT_EQ(since(clock_.now()), 0);
}

TEST_P(OutboxTest, TheTablesHoldNeitherAddressNorLink) {
  ASSERT_TRUE(accept(reset()).has_value());
  const auto row = database_->read([](db::Session& session) {
    return session.one({"test.outbox", "SELECT id, template, recipient, sealed, unique_key, last_error FROM mail_outbox"}, {}, "none");
  });
  ASSERT_TRUE(row.has_value());
  for (const std::string& text : {row->get<std::string>(2), row->get<db::Blob>(3).bytes}) {
    EXPECT_THAT(text, Not(HasSubstr("ada@example.net")));
    EXPECT_THAT(text, Not(HasSubstr("s3cret")));
  }
  tasks_.run_all();
  const auto sealed = database_->read([](db::Session& session) { return session.one({"test.sealed", "SELECT sealed FROM mail_outbox"}, {}, "none"); });
  EXPECT_TRUE(sealed->is_null(0));  // the secret of a mail that has gone is forgotten
}

TEST_P(OutboxTest, WithoutAServerMailsAreCaptured) {
  CaptureMailbox mailbox(*database_, secrets_, clock_);
  const Settings settings{.from = "noreply@example.net"};
  const Composer composer(library_, settings);
  Outbox outbox(deps(mailbox, settings, composer));
  outbox.register_tasks();
  for (const char* to : {"ada@example.net", "eve@example.net"}) {
    ASSERT_TRUE(database_->write([&](db::Session& session) { return outbox.send(session, reset(to)); }).has_value());
    tasks_.run_all();
    clock_.advance(std::chrono::seconds(1));
  }
  const auto mails = mailbox.list(10);
  ASSERT_TRUE(mails.has_value());
  ASSERT_THAT(*mails, SizeIs(2));
  EXPECT_EQ(mails->front().letter.to, "eve@example.net");
  const auto found = mailbox.find(mails->back().id);
  ASSERT_TRUE(found.has_value() && *found);
  EXPECT_THAT((*found)->letter.html, HasSubstr("token=s3cret"));
  EXPECT_EQ(counted("openstrat_mails_captured_total"), 2u);

  clock_.advance(CaptureMailbox::kKept + std::chrono::seconds(1));
  ASSERT_TRUE(tasks_.run("mail.purge").has_value());
  EXPECT_THAT(mailbox.list(10).value(), SizeIs(0));
}

TEST_P(OutboxTest, TheMailboxIsBounded) {
  CaptureMailbox mailbox(*database_, secrets_, clock_);
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(database_->write([&](db::Session& session) {
      return mail_store::capture(session, {.id = uuid_v4(rng_), .captured_at = from_unix_us(i), .sealed = "x"}, 3);
    }).has_value());
  const auto kept = database_->read([](db::Session& session) { return mail_store::captured(session, 10); });
  ASSERT_THAT(kept.value(), SizeIs(3));
  EXPECT_EQ(kept->back().captured_at, from_unix_us(1));
}

}  // namespace
}  // namespace openstrat::mail
