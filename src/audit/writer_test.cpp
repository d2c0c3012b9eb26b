#include "audit/writer.hpp"

#include "audit/verifier.hpp"
#include "base/metrics.hpp"
#include "db/database.hpp"
#include "identity/test_fixture.hpp"

namespace openstrat::audit {
namespace {

using std::chrono::days;

constexpr db::Query kRows{"test.rows",
                          "SELECT actor_kind, name, endpoint, status_code_type, user_agent, request_payload, event_time FROM audit_log ORDER BY seq"};

class AuditWriterTest : public identity::IdentityTest {
 protected:
  AuditWriterTest() { start_another(); }

  void start_another() {
    writer_ = std::make_unique<AuditWriter>(AuditWriter::Dependencies{*database_, clock_, secure_rng(), metrics_, identity::user_name});
    EXPECT_TRUE(writer_->start());
  }
  void record(const std::string& endpoint) { writer_->record({.endpoint = endpoint}); }
  /// What was recorded is in the database afterwards.
  void flush() {
    writer_->stop();
    start_another();
  }
  std::vector<db::Row> rows() {
    return *database_->read([](db::Session& session) { return session.query(kRows); });
  }
  void tamper(const char* sql) {
    const db::Query query{"test.tamper", sql};
    ASSERT_TRUE(database_->write([&](db::Session& session) { return session.execute(query); }));
  }
  std::string problem() { return verify_chain(*database_)->problem; }
  std::uint64_t lost() { return metrics_.counter("openstrat_audit_lost_total", "Audit entries that could not be kept").value(); }

  metrics::Registry metrics_;
  std::unique_ptr<AuditWriter> writer_;
};
INSTANTIATE_EACH_ENGINE(AuditWriterTest);

TEST_P(AuditWriterTest, WritesWhatWasRecordedBeforeTheStop) {
  const auto user = add_user("ann@example.com");
  writer_->record({.actor_kind = ActorKind::user, .user_id = user.id, .email = user.email, .method = "POST",
                   .endpoint = "/sites", .status_code = 422, .request_payload = R"({"name":"x"})", .request_id = "req_1"});
  record("site.adopted");
  flush();
  const auto written = rows();
  ASSERT_EQ(written.size(), 2u);
  EXPECT_EQ(written[0].get<std::string>(0), "user");
  EXPECT_EQ(written[0].get<std::string>(1), "ann") << "filled in from the user";
  EXPECT_EQ(written[0].get<std::string>(3), "4xx");
  EXPECT_EQ(written[0].get<std::string>(5), R"({"name":"x"})");
  EXPECT_EQ(written[1].get<std::string>(0), "system");
  EXPECT_EQ(written[1].get<std::string>(2), "site.adopted");
  EXPECT_EQ(written[1].get<Timestamp>(6), clock_.now());
  EXPECT_EQ(verify_chain(*database_)->rows, 2);
  EXPECT_EQ(problem(), "");
}

TEST_P(AuditWriterTest, HostileTextDoesNotStopTheLog) {
  writer_->record({.endpoint = std::string("/\xff\0x", 4), .user_agent = std::string(10'000, 'a') + "\xc3"});
  record("after");
  flush();
  ASSERT_EQ(rows().size(), 2u);
  EXPECT_LE(rows()[0].get<std::string>(4).size(), 2048u);
  EXPECT_EQ(lost(), 0u);
}

TEST_P(AuditWriterTest, ManyEntriesKeepTheirOrderAndChain) {
  for (int i = 0; i < 1000; ++i) record(std::to_string(i));
  flush();
  const auto written = rows();
  ASSERT_EQ(written.size(), 1000u);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(written[static_cast<std::size_t>(i)].get<std::string>(2), std::to_string(i));
  EXPECT_EQ(problem(), "");
}

TEST_P(AuditWriterTest, TwoProcessesShareOneChain) {
  AuditWriter other({*database_, clock_, secure_rng(), metrics_, identity::user_name});
  ASSERT_TRUE(other.start());
  for (int i = 0; i < 300; ++i) {
    record("here");
    other.record({.endpoint = "there"});
  }
  other.stop();
  flush();
  EXPECT_EQ(verify_chain(*database_)->rows, 600);
  EXPECT_EQ(problem(), "");
}

TEST_P(AuditWriterTest, AChangedEntryShows) {
  for (const auto* endpoint : {"one", "two", "three"}) record(endpoint);
  flush();
  tamper("UPDATE audit_log SET endpoint = 'nothing happened' WHERE seq = 2");
  EXPECT_EQ(problem(), "entry 2 was changed");
  EXPECT_EQ(verify_chain(*database_)->bad_seq, 2);
}

TEST_P(AuditWriterTest, MissingEntriesShowWhereverTheyWere) {
  for (const auto* endpoint : {"one", "two", "three"}) record(endpoint);
  flush();
  tamper("DELETE FROM audit_log WHERE seq = 3");
  EXPECT_EQ(problem(), "entry 3 is missing");
  tamper("DELETE FROM audit_log WHERE seq = 1");
  EXPECT_EQ(problem(), "entry 1 is missing");
}

TEST_P(AuditWriterTest, RetentionRemovesTheOldestAndTheChainStaysWhole) {
  record("old");
  record("old");
  flush();
  clock_.advance(days(399));
  record("newer");
  flush();
  ASSERT_TRUE(writer_->purge());
  EXPECT_EQ(rows().size(), 3u);
  clock_.advance(days(1));
  ASSERT_TRUE(writer_->purge());
  ASSERT_EQ(rows().size(), 1u);
  EXPECT_EQ(rows()[0].get<std::string>(2), "newer");
  EXPECT_EQ(problem(), "");
  tamper("DELETE FROM audit_log");
  EXPECT_EQ(problem(), "entry 3 is missing");
}

TEST_P(AuditWriterTest, AnAnchorNamesTheNewestHash) {
  record("one");
  flush();
  ASSERT_TRUE(writer_->anchor());
  flush();
  EXPECT_EQ(rows().back().get<std::string>(2), "audit.anchored");
  EXPECT_EQ(problem(), "");
}

TEST_P(AuditWriterTest, WhatComesAfterTheStopIsCountedAsLost) {
  writer_->stop();
  record("too late");
  EXPECT_EQ(lost(), 1u);
  EXPECT_EQ(rows().size(), 0u);
}

}  // namespace
}  // namespace openstrat::audit
