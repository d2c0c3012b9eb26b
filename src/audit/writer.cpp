#include "audit/writer.hpp"

#include <map>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "db/database.hpp"

namespace openstrat::audit {
namespace {

constexpr std::size_t kBatch = 256;
constexpr std::chrono::milliseconds kGather{250};
constexpr std::chrono::milliseconds kRetry{1000};
constexpr int kPurgeStep = 500;
constexpr std::size_t kLongText = 2048;
constexpr std::size_t kPayload = 16 * 1024;

/// Text that the database takes, at most `limit` bytes.
void clean(std::string& value, std::size_t limit) {
  if (!text::is_utf8(value) || value.contains('\0')) value = text::to_clean_utf8(value, true);
  if (value.size() <= limit) return;
  while (limit > 0 && (static_cast<unsigned char>(value[limit]) & 0xC0) == 0x80) --limit;
  value.resize(limit);
}
void clean(std::optional<std::string>& value, std::size_t limit) {
  if (value) clean(*value, limit);
}

void clean(AuditEntry& entry) {
  for (auto* value : {&entry.name, &entry.email, &entry.session_id, &entry.ip_address, &entry.user_agent, &entry.frontend_page, &entry.note})
    clean(*value, kLongText);
  for (auto* value : {&entry.request_payload, &entry.response_payload}) clean(*value, kPayload);
  for (auto* value : {&entry.method, &entry.endpoint, &entry.request_id}) clean(*value, kLongText);
}

}  // namespace

AuditWriter::AuditWriter(Dependencies dependencies)
    : deps_(std::move(dependencies)),
      lost_(deps_.metrics.counter("openstrat_audit_lost_total", "Audit entries that could not be kept")),
      queue_(kQueue) {}

AuditWriter::~AuditWriter() { stop(std::chrono::milliseconds(0)); }

void AuditWriter::start() {
  thread_ = std::jthread([this] { run(); });
}

void AuditWriter::stop(std::chrono::milliseconds patience) {
  queue_.close();
  if (!thread_.joinable()) return;
  constexpr std::chrono::milliseconds kStep{5};
  for (auto waited = kStep * 0; waited < patience && !(idle_ && queue_.depth() == 0); waited += kStep) std::this_thread::sleep_for(kStep);
  giving_up_ = true;
  thread_.join();
  if (const auto left = queue_.clear(); left > 0) count_lost(left, "the database was away at the stop");
}

void AuditWriter::record(AuditEntry entry) noexcept {
  try {
    const Timestamp now = deps_.clock.now();
    if (entry.event_time == Timestamp{}) entry.event_time = now;
    clean(entry);
    log_store::Row row{.log_id = "log_" + ksuid(now, deps_.rng), .entry = std::move(entry)};
    row.ttl = to_unix_seconds(row.entry.event_time) + std::int64_t{86'400} * deps_.retention_days;
    if (queue_.push_or_reject(std::move(row)) != Push::done) count_lost(1, "the queue is full or closed");
  } catch (const std::exception& e) {  // no memory: the request that is audited must not fail for it
    count_lost(1, e.what());
  }
}

void AuditWriter::count_lost(std::size_t rows, const char* why) noexcept {
  const auto before = lost_.value();
  lost_.add(rows);
  if (before == 0 || before / 1000 != (before + rows) / 1000) {  // a full queue would fill the log as well
    log::error("audit entries are lost", {{"why", why}, {"lost_so_far", before + rows}});
  }
}

void AuditWriter::run() {
  while (!giving_up_) {
    auto rows = queue_.pop_many(kBatch, kGather);
    if (rows.empty()) {
      if (queue_.is_closed() && queue_.depth() == 0) return;
      continue;
    }
    idle_ = false;
    write(std::move(rows));
    idle_ = true;
  }
}

/// The trail keeps the name as it was, also when the user is gone later.
Status AuditWriter::name_users(db::Session& session, std::vector<log_store::Row>& rows) {
  std::map<UserId, std::optional<std::string>> names;
  for (auto& row : rows) {
    if (!row.entry.user_id || row.entry.name) continue;
    auto known = names.find(*row.entry.user_id);
    if (known == names.end()) {
      auto name = deps_.user_name(session, *row.entry.user_id);
      if (!name) return fail(name.error());
      known = names.emplace(*row.entry.user_id, *std::move(name)).first;
    }
    row.entry.name = known->second;
  }
  return {};
}

void AuditWriter::write(std::vector<log_store::Row> rows) {
  while (true) {
    const auto done = deps_.database.write([&](db::Session& session) -> Status {
      if (auto named = name_users(session, rows); !named) return named;
      return log_store::append(session, rows);
    });
    if (done) return;
    if (done.error().code() != Errc::unavailable) {
      log::error("audit entries were refused by the database", {log::of(done.error())});
      return count_lost(rows.size(), "refused by the database");
    }
    if (giving_up_) return count_lost(rows.size(), "the database was away at the stop");
    std::this_thread::sleep_for(kRetry);
  }
}

Result<log_store::Finding> AuditWriter::verify() {
  return deps_.database.read([](db::Session& session) { return log_store::verify(session); });
}

Status AuditWriter::purge() {
  while (true) {
    const auto removed = deps_.database.write([&](db::Session& session) { return log_store::purge(session, deps_.clock.now(), kPurgeStep); });
    if (!removed) return fail(removed.error());
    if (*removed < kPurgeStep) return {};
  }
}

Status AuditWriter::anchor() {
  const auto chain = deps_.database.read([](db::Session& session) { return log_store::chain(session); });
  if (!chain) return fail(chain.error());
  log::info("audit chain", {{"seq", chain->last_seq}, {"hash", chain->last_hash}});
  record({.endpoint = "audit.anchored", .note = std::to_string(chain->last_seq) + " " + chain->last_hash});
  return {};
}

}  // namespace openstrat::audit
