#include "audit/writer.hpp"

#include <algorithm>
#include <map>

#include "audit/row_codec.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "db/database.hpp"

namespace openstrat::audit {
namespace {

constexpr std::size_t kBatch = 256;
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
      written_(deps_.metrics.counter("openstrat_audit_written_total", "Audit entries written into the database")) {
  deps_.metrics.gauge_callback("openstrat_audit_waiting_bytes", "Audit entries in the journal, on their way into the database",
                               [this] { return static_cast<double>(waiting_bytes()); });
}

std::uint64_t AuditWriter::waiting_bytes() const { return journal_ ? journal_->bytes() : 0; }
std::uint64_t AuditWriter::lost() const { return lost_.value(); }

AuditWriter::~AuditWriter() { stop(std::chrono::milliseconds(0)); }

Status AuditWriter::start() {
  if (!deps_.journal.empty() && !journal_) {
    auto journal = Journal::open({.directory = deps_.journal, .max_bytes = deps_.journal_bytes});
    if (!journal) return fail(journal.error());
    journal_ = *std::move(journal);
    if (const auto left = journal_->bytes(); left > 0) log::info("audit entries of the last run are written now", {{"bytes", left}});
  }
  closed_ = giving_up_ = false;
  thread_ = std::jthread([this] { run(); });
  return {};
}

void AuditWriter::stop(std::chrono::milliseconds patience) {
  {
    std::unique_lock lock(mutex_);
    closed_ = true;
    if (!thread_.joinable()) return;
    changed_.notify_all();
    changed_.wait_for(lock, patience, [this] { return idle_ && !waiting(); });
    giving_up_ = true;
  }
  changed_.notify_all();
  thread_.join();
  if (journal_ && journal_->bytes() > 0) log::warning("audit entries wait for the next start", {{"bytes", journal_->bytes()}});
  if (!memory_.empty()) count_lost(memory_.size(), "the database was away at the stop");
  memory_.clear();
}

void AuditWriter::record(AuditEntry entry) noexcept {
  try {
    const Timestamp now = deps_.clock.now();
    if (entry.event_time == Timestamp{}) entry.event_time = now;
    clean(entry);
    log_store::Row row{.log_id = "log_" + ksuid(now, deps_.rng), .entry = std::move(entry)};
    row.ttl = to_unix_seconds(row.entry.event_time) + std::int64_t{86'400} * deps_.retention_days;
    keep(std::move(row));
  } catch (const std::exception& e) {  // no memory: the request that is audited must not fail for it
    count_lost(1, e.what());
  }
}

void AuditWriter::keep(log_store::Row row) {
  std::string record = journal_ ? encode_row(row) : std::string();
  {
    const std::scoped_lock lock(mutex_);
    if (closed_) return count_lost(1, "the log is closed");
    // Behind what memory holds already, so that the order stays.
    const bool journaled = journal_ && memory_.empty() && journal_->append(record);
    if (!journaled && memory_.size() >= kMemory) return count_lost(1, "neither the database nor the disk took them");
    if (!journaled) memory_.push_back(std::move(row));
  }
  changed_.notify_all();
}

void AuditWriter::count_lost(std::size_t rows, const char* why) noexcept {
  const auto before = lost_.value();
  lost_.add(rows);
  if (before == 0 || before / 1000 != (before + rows) / 1000) {  // else a full disk would fill the log as well
    log::error("audit entries are lost", {{"why", why}, {"lost_so_far", before + rows}});
  }
}

bool AuditWriter::waiting() const { return !memory_.empty() || (journal_ && journal_->bytes() > 0); }

void AuditWriter::run() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      idle_ = true;
      changed_.notify_all();
      changed_.wait(lock, [this] { return giving_up_ || waiting() || closed_; });
      if (giving_up_ || (closed_ && !waiting())) return;
      idle_ = false;
    }
    auto batch = next_batch();
    if (!batch.rows.empty()) write(std::move(batch));
    else if (!pause()) return;  // the disk does not give back what it took
  }
}

AuditWriter::Batch AuditWriter::next_batch() {
  Batch batch;
  if (journal_ && journal_->bytes() > 0) {
    const auto damaged_before = journal_->damaged();
    const auto peeked = journal_->peek(kBatch);
    if (!peeked) log::error("the audit journal cannot be read", {log::of(peeked.error())});
    if (const auto damaged = journal_->damaged() - damaged_before; damaged > 0) count_lost(damaged, "the journal is damaged there");
    if (!peeked) return batch;
    batch.source = Source::journal;
    batch.repeat = peeked->repeated ? log_store::Repeat::possible : log_store::Repeat::no;
    for (const auto& record : peeked->records) {
      if (auto row = decode_row(record)) batch.rows.push_back(*std::move(row));
      else count_lost(1, "written by another version");
    }
    if (!batch.rows.empty()) return batch;
    if (!peeked->records.empty()) journal_->drop();
  }
  const std::scoped_lock lock(mutex_);
  const auto count = std::min(kBatch, memory_.size());
  batch.source = Source::memory;
  batch.rows.assign(memory_.begin(), memory_.begin() + static_cast<std::ptrdiff_t>(count));  // stay there until they are written
  return batch;
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

/// Until it is done, or the process ends: then the journal keeps it.
void AuditWriter::write(Batch batch) {
  while (true) {
    const auto written = write_once(batch.rows, batch.repeat);
    if (written) return done(batch);
    batch.repeat = log_store::Repeat::possible;  // a connection that is lost during COMMIT leaves that open
    if (written.error().code() != Errc::unavailable) {
      if (write_one_by_one(batch.rows)) done(batch);
      return;
    }
    if (journal_)
      if (auto synced = journal_->sync(); !synced) log::warning("the audit journal is not on the disk", {log::of(synced.error())});
    if (!pause()) return;
  }
}

Status AuditWriter::write_once(std::vector<log_store::Row>& rows, log_store::Repeat repeat) {
  const auto added = deps_.database.write([&](db::Session& session) -> Result<std::size_t> {
    if (auto named = name_users(session, rows); !named) return fail(named.error());
    return log_store::append(session, rows, repeat);
  });
  if (!added) return fail(added.error());
  written_.add(*added);
  return {};
}

/// One entry that the database refuses must not take the others with it. False: the process ends before all are written.
bool AuditWriter::write_one_by_one(std::vector<log_store::Row>& rows) {
  for (auto& row : rows) {
    std::vector<log_store::Row> one{row};
    while (true) {
      const auto written = write_once(one, log_store::Repeat::possible);
      if (written) break;
      if (written.error().code() != Errc::unavailable) {
        log::error("an audit entry was refused by the database", {{"entry", row.log_id}, log::of(written.error())});
        count_lost(1, "refused by the database");
        break;
      }
      if (!pause()) return false;
    }
  }
  return true;
}

void AuditWriter::done(const Batch& batch) {
  if (batch.source == Source::journal) return journal_->drop();
  const std::scoped_lock lock(mutex_);
  memory_.erase(memory_.begin(), memory_.begin() + static_cast<std::ptrdiff_t>(batch.rows.size()));
}

/// Before the next try. False: the process ends.
bool AuditWriter::pause() {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, deps_.retry, [this] { return giving_up_; });
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
