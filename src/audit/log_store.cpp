#include "audit/log_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "db/session.hpp"

// Everything that is hashed, in the order of audit_params(); a macro so that every statement stays one constant text.
#define HASHED_COLUMNS                                                                                                 \
  "seq, log_id, team_id, actor_kind, user_id, name, email, session_id, event_time, method, endpoint, status_code, "    \
  "ip_address, user_agent, frontend_page, request_payload, response_payload, note, request_id, ttl"

namespace openstrat::audit {
namespace {

constexpr std::array<std::string_view, 6> kActorNames{"user", "api_key", "ai", "workflow", "system", "device"};

}  // namespace

std::string_view to_string(ActorKind kind) {
  return kActorNames[static_cast<std::size_t>(kind)];
}

std::optional<ActorKind> parse_actor_kind(std::string_view text) {
  const auto found = std::ranges::find(kActorNames, text);
  if (found == kActorNames.end()) return std::nullopt;
  return static_cast<ActorKind>(found - kActorNames.begin());
}

namespace log_store {
namespace {

using db::params;
using db::Query;

constexpr Query kChain{"audit_chain.find", "SELECT last_seq, last_hash, purged_seq, purged_hash FROM audit_chain WHERE id = 1"};
constexpr Query kLockChain{"audit_chain.lock",
                           "SELECT last_seq, last_hash, purged_seq, purged_hash FROM audit_chain WHERE id = 1 {{for_update}}"};
constexpr Query kSetLast{"audit_chain.set_last", "UPDATE audit_chain SET last_seq = ?1, last_hash = ?2 WHERE id = 1"};
constexpr Query kSetPurged{"audit_chain.set_purged", "UPDATE audit_chain SET purged_seq = ?1, purged_hash = ?2 WHERE id = 1"};
constexpr Query kInsert{"audit_log.insert",
                        "INSERT INTO audit_log (" HASHED_COLUMNS
                        ", status_code_type, prev_hash, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
                        "?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)"};
constexpr Query kKnown{"audit_log.known", "SELECT 1 FROM audit_log WHERE log_id = ?1"};
constexpr Query kStretch{"audit_log.stretch",
                         "SELECT " HASHED_COLUMNS ", prev_hash, hash FROM audit_log WHERE seq > ?1 ORDER BY seq LIMIT ?2"};
constexpr Query kOldest{"audit_log.oldest", "SELECT seq, hash, ttl FROM audit_log ORDER BY seq LIMIT ?1"};
constexpr Query kDelete{"audit_log.delete_oldest", "DELETE FROM audit_log WHERE seq <= ?1"};
constexpr std::size_t kHashedColumns = 20;

Chain read_chain(const db::Row& row) {
  return {.last_seq = row.get<std::int64_t>(0), .last_hash = row.get<std::string>(1), .purged_seq = row.get<std::int64_t>(2),
          .purged_hash = row.get<std::string>(3)};
}

db::Params audit_params(std::int64_t seq, const Row& row) {
  const AuditEntry& e = row.entry;
  return params(seq, row.log_id, e.team_id, to_string(e.actor_kind), e.user_id, e.name, e.email, e.session_id, e.event_time,
                e.method, e.endpoint, e.status_code, e.ip_address, e.user_agent, e.frontend_page, e.request_payload,
                e.response_payload, e.note, e.request_id, row.ttl);
}

/// SHA-256(prev_hash ‖ row); every value carries its length, so that no two rows read alike.
std::string hash_of(std::string_view previous, std::span<const db::Value> values) {
  std::string text(previous);
  for (const auto& value : values) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) text += fmt::format(";{}", *number);
    else if (const auto* words = std::get_if<std::string>(&value)) text += fmt::format(";{}:{}", words->size(), *words);
    else text += ";-";
  }
  return crypto::hex(crypto::sha256(text));
}

}  // namespace

Result<Chain> chain(db::Session& session) {
  const auto row = session.one(kChain, {}, "The audit log has no chain.");
  if (!row) return fail(row.error());
  return read_chain(*row);
}

Result<std::size_t> append(db::Session& session, std::span<const Row> rows, Repeat repeat) {
  const auto tail = session.one(kLockChain, {}, "The audit log has no chain.");
  if (!tail) return fail(tail.error());
  auto [seq, hash, purged_seq, purged_hash] = read_chain(*tail);
  std::vector<db::Params> inserts;
  inserts.reserve(rows.size());
  for (const auto& row : rows) {
    if (repeat == Repeat::possible) {
      const auto known = session.first(kKnown, params(row.log_id));
      if (!known) return fail(known.error());
      if (*known) continue;
    }
    auto values = audit_params(++seq, row);
    std::string next = hash_of(hash, values);
    values.push_back(db::to_value(fmt::format("{}xx", row.entry.status_code / 100)));
    values.push_back(db::to_value(std::exchange(hash, next)));
    values.push_back(db::to_value(std::move(next)));
    inserts.push_back(std::move(values));
  }
  if (inserts.empty()) return 0;
  if (const auto inserted = session.execute_many(kInsert, inserts); !inserted) return fail(inserted.error());
  if (const auto moved = session.execute(kSetLast, params(seq, hash)); !moved) return fail(moved.error());
  return inserts.size();
}

Result<Walk> check_stretch(db::Session& session, Walk walk, int limit) {
  const auto ends = chain(session);
  if (!ends) return fail(ends.error());
  walk.last_seq = ends->last_seq;
  if (!std::exchange(walk.begun, true) || ends->purged_seq > walk.seq) walk.seq = ends->purged_seq, walk.hash = ends->purged_hash;
  const auto complain = [&](std::int64_t seq, std::string problem) {
    if (!walk.bad_seq) walk.bad_seq = seq, walk.problem = std::move(problem), walk.done = true;
  };
  std::int64_t seen = 0;
  const auto walked = session.for_each(kStretch, params(walk.seq, limit), [&](db::Row row) -> Status {
    if (walk.bad_seq) return {};
    ++walk.rows, ++seen;
    const auto seq = row.get<std::int64_t>(0);
    if (seq != ++walk.seq) complain(walk.seq, fmt::format("entry {} is missing", walk.seq));
    else if (row.get<std::string>(kHashedColumns) != walk.hash) complain(seq, fmt::format("entry {} does not follow the one before it", seq));
    walk.hash = hash_of(walk.hash, std::span(row.values()).first(kHashedColumns));
    if (row.get<std::string>(kHashedColumns + 1) != walk.hash) complain(seq, fmt::format("entry {} was changed", seq));
    return {};
  });
  if (!walked) return fail(walked.error());
  if (walk.done || seen == limit) return walk;
  walk.done = true;
  if (walk.seq != ends->last_seq) complain(walk.seq + 1, fmt::format("entry {} is missing", walk.seq + 1));
  else if (walk.hash != ends->last_hash) complain(walk.seq, fmt::format("entry {} is not the newest that was written", walk.seq));
  return walk;
}

Result<std::int64_t> purge(db::Session& session, Timestamp now, int limit) {
  if (const auto locked = session.one(kLockChain, {}, "The audit log has no chain."); !locked) return fail(locked.error());
  const auto oldest = session.query(kOldest, params(limit));
  if (!oldest) return fail(oldest.error());
  const db::Row* last = nullptr;  // only a whole beginning goes, so that what stays is still a chain
  for (const auto& row : *oldest) {
    if (row.get<std::int64_t>(2) > to_unix_seconds(now)) break;
    last = &row;
  }
  if (last == nullptr) return 0;
  const auto seq = last->get<std::int64_t>(0);
  if (const auto moved = session.execute(kSetPurged, params(seq, last->get<std::string>(1))); !moved) return fail(moved.error());
  return session.execute(kDelete, params(seq));
}

}  // namespace log_store
}  // namespace openstrat::audit
