#include "tasks/store.hpp"

#include <algorithm>

namespace openstrat::tasks {
namespace {

using db::params;
using db::Query;

constexpr Query kInsert{"task.insert",
                        "INSERT INTO task (id, kind, payload, unique_key, customer_id, state, enqueued_at, due_at, attempt) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, ?7, 0) "
                        "ON CONFLICT (kind, unique_key) WHERE state = 'waiting' AND unique_key IS NOT NULL "
                        "DO UPDATE SET due_at = excluded.due_at WHERE excluded.due_at < task.due_at AND task.attempt = 0"};

constexpr Query kCancel{"task.cancel", "DELETE FROM task WHERE kind = ?1 AND unique_key = ?2 AND state = 'waiting'"};

// Hops from kind to kind over the index (kind, due_at) instead of reading every task.
constexpr Query kNextDue{"task.next_due",
                         "WITH RECURSIVE kinds (kind) AS ("
                         "  SELECT min(kind) FROM task"
                         "  UNION ALL"
                         "  SELECT (SELECT min(t.kind) FROM task t WHERE t.kind > kinds.kind) FROM kinds WHERE kinds.kind IS NOT NULL) "
                         "SELECT kinds.kind, (SELECT min(t.due_at) FROM task t WHERE t.kind = kinds.kind) "
                         "FROM kinds WHERE kinds.kind IS NOT NULL"};

constexpr Query kClaim{"task.claim",
                       "WITH due AS (SELECT id FROM task WHERE kind = ?1 AND due_at <= ?2 ORDER BY due_at LIMIT ?3 {{skip_locked}}) "
                       "UPDATE task SET state = 'running', attempt = attempt + 1, due_at = ?4, leased_by = ?5 "
                       "WHERE id IN (SELECT id FROM due) "
                       "RETURNING id, kind, payload, attempt, enqueued_at, customer_id"};

constexpr Query kProlong{"task.prolong", "UPDATE task SET due_at = ?3 WHERE id = ?1 AND attempt = ?2 AND state = 'running'"};

constexpr Query kFinish{"task.finish", "DELETE FROM task WHERE id = ?1 AND attempt = ?2 AND state = 'running'"};

constexpr Query kMergeRetry{"task.merge_retry",
                            "DELETE FROM task WHERE id = ?1 AND attempt = ?2 AND state = 'running' AND unique_key IS NOT NULL AND EXISTS ("
                            "SELECT 1 FROM task other WHERE other.kind = task.kind AND other.unique_key = task.unique_key "
                            "AND other.state = 'waiting')"};

constexpr Query kRetry{"task.retry",
                       "UPDATE task SET state = 'waiting', due_at = ?3, last_error = ?4, leased_by = NULL "
                       "WHERE id = ?1 AND attempt = ?2 AND state = 'running'"};

constexpr Query kRelease{"task.release",
                         "UPDATE task SET state = 'waiting', due_at = ?3, attempt = attempt - 1, leased_by = NULL "
                         "WHERE id = ?1 AND attempt = ?2 AND state = 'running'"};

constexpr Query kBury{"task.bury",
                      "INSERT INTO task_dead (id, kind, payload, unique_key, customer_id, enqueued_at, attempt, error, died_at) "
                      "SELECT id, kind, payload, unique_key, customer_id, enqueued_at, attempt, CAST(?3 AS TEXT), CAST(?4 AS BIGINT) "
                      "FROM task WHERE id = ?1 AND attempt = ?2 AND state = 'running'"};

constexpr Query kDead{"task.dead",
                      "SELECT id, kind, payload, attempt, enqueued_at, customer_id, error, died_at FROM task_dead "
                      "ORDER BY died_at DESC, id DESC LIMIT ?1"};

constexpr Query kRevive{"task.revive",
                        "INSERT INTO task (id, kind, payload, unique_key, customer_id, state, enqueued_at, due_at, attempt) "
                        "SELECT id, kind, payload, unique_key, customer_id, 'waiting', enqueued_at, CAST(?2 AS BIGINT), 0 "
                        "FROM task_dead WHERE id = ?1 "
                        "ON CONFLICT (kind, unique_key) WHERE state = 'waiting' AND unique_key IS NOT NULL DO NOTHING"};
constexpr Query kDeleteDead{"task.delete_dead", "DELETE FROM task_dead WHERE id = ?1"};
constexpr Query kForgetDead{"task.forget_dead", "DELETE FROM task_dead WHERE died_at < ?1"};

constexpr Query kAddSchedule{"task.add_schedule",
                             "INSERT INTO task_schedule (name, last_run_at) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING"};
constexpr Query kLastRun{"task.last_run", "SELECT last_run_at FROM task_schedule WHERE name = ?1"};
constexpr Query kAdvanceSchedule{"task.advance_schedule",
                                 "UPDATE task_schedule SET last_run_at = ?3 WHERE name = ?1 AND last_run_at = ?2"};

constexpr Query kBacklog{"task.backlog", "SELECT kind, count(*), min(due_at) FROM task WHERE due_at <= ?1 GROUP BY kind"};

/// Columns: id, kind, payload, attempt, enqueued_at, customer_id.
Claim to_claim(const db::Row& row) {
  Claim claim;
  claim.task = {.id = row.get<std::string>(0),
                .kind = row.get<std::string>(1),
                .attempt = row.get<int>(3),
                .enqueued_at = row.get<Timestamp>(4),
                .customer_id = row.get<std::optional<CustomerId>>(5)};
  if (auto payload = Attributes::from_json(row.get<std::string>(2))) {
    claim.task.payload = std::move(*payload);
  } else {
    claim.unreadable = "payload: " + payload.error().message();
  }
  return claim;
}

Result<bool> changed(const Result<std::int64_t>& rows) {
  if (!rows) return std::unexpected(rows.error());
  return *rows > 0;
}

Status done(const Result<std::int64_t>& rows) {
  if (!rows) return std::unexpected(rows.error());
  return {};
}

}  // namespace

Status Store::insert(db::Session& session, const std::string& id, const NewTask& task, Timestamp now) {
  const auto unique_key = task.unique_key.empty() ? std::nullopt : std::optional(task.unique_key);
  return done(session.execute(kInsert, params(id, task.kind, task.payload.to_json(), unique_key, task.customer_id, now,
                                              task.run_at.value_or(now))));
}

Status Store::cancel(db::Session& session, std::string_view kind, std::string_view unique_key) {
  return done(session.execute(kCancel, params(kind, unique_key)));
}

Result<std::vector<KindDue>> Store::next_due(db::Session& session) {
  const auto rows = session.query(kNextDue);
  if (!rows) return std::unexpected(rows.error());
  std::vector<KindDue> out;
  for (const auto& row : *rows) {
    out.push_back({.kind = row.get<std::string>(0), .due_at = row.get<Timestamp>(1)});
  }
  return out;
}

Result<std::vector<Claim>> Store::claim(db::Session& session, std::string_view kind, int limit, Timestamp now, Timestamp lease_until,
                                        std::string_view node) {
  const auto rows = session.query(kClaim, params(kind, now, limit, lease_until, node));
  if (!rows) return std::unexpected(rows.error());
  std::vector<Claim> out;
  for (const auto& row : *rows) out.push_back(to_claim(row));
  std::ranges::sort(out, {}, [](const Claim& claim) { return std::pair(claim.task.enqueued_at, claim.task.id); });
  return out;
}

Result<bool> Store::prolong(db::Session& session, const Task& task, Timestamp lease_until) {
  return changed(session.execute(kProlong, params(task.id, task.attempt, lease_until)));
}

Result<bool> Store::finish(db::Session& session, const Task& task) {
  return changed(session.execute(kFinish, params(task.id, task.attempt)));
}

Result<bool> Store::retry(db::Session& session, const Task& task, Timestamp due_at, std::string_view error) {
  // A task with the same key came in while this one ran: that one does the work, two waiting ones may not be.
  const auto merged = changed(session.execute(kMergeRetry, params(task.id, task.attempt)));
  if (!merged || *merged) return merged;
  return changed(session.execute(kRetry, params(task.id, task.attempt, due_at, error)));
}

Result<bool> Store::release(db::Session& session, const Task& task, Timestamp now) {
  const auto merged = changed(session.execute(kMergeRetry, params(task.id, task.attempt)));
  if (!merged || *merged) return merged;
  return changed(session.execute(kRelease, params(task.id, task.attempt, now)));
}

Result<bool> Store::bury(db::Session& session, const Task& task, Timestamp now, std::string_view error) {
  const auto buried = changed(session.execute(kBury, params(task.id, task.attempt, error, now)));
  if (!buried || !*buried) return buried;
  return finish(session, task);
}

Result<std::vector<Queue::DeadTask>> Store::dead(db::Session& session, int limit) {
  const auto rows = session.query(kDead, params(limit));
  if (!rows) return std::unexpected(rows.error());
  std::vector<Queue::DeadTask> out;
  for (const auto& row : *rows) {
    out.push_back({.task = to_claim(row).task, .error = row.get<std::string>(6), .died_at = row.get<Timestamp>(7)});
  }
  return out;
}

Status Store::revive(db::Session& session, std::string_view id, Timestamp now) {
  if (const auto inserted = session.execute(kRevive, params(id, now)); !inserted) return std::unexpected(inserted.error());
  const auto deleted = session.execute(kDeleteDead, params(id));
  if (!deleted) return std::unexpected(deleted.error());
  if (*deleted == 0) return fail(Errc::not_found, "no such dead task");
  return {};
}

Status Store::forget_dead_before(db::Session& session, Timestamp time) { return done(session.execute(kForgetDead, params(time))); }

Status Store::add_schedule(db::Session& session, std::string_view name, Timestamp now) {
  return done(session.execute(kAddSchedule, params(name, now)));
}

Result<Timestamp> Store::last_run(db::Session& session, std::string_view name) {
  const auto row = session.one(kLastRun, params(name), "no such schedule");
  if (!row) return std::unexpected(row.error());
  return row->get<Timestamp>(0);
}

Result<bool> Store::advance_schedule(db::Session& session, std::string_view name, Timestamp previous, Timestamp now) {
  return changed(session.execute(kAdvanceSchedule, params(name, previous, now)));
}

Result<std::vector<KindBacklog>> Store::backlog(db::Session& session, Timestamp now) {
  const auto rows = session.query(kBacklog, params(now));
  if (!rows) return std::unexpected(rows.error());
  std::vector<KindBacklog> out;
  for (const auto& row : *rows) {
    out.push_back({.kind = row.get<std::string>(0), .depth = row.get<std::int64_t>(1), .oldest_due = row.get<Timestamp>(2)});
  }
  return out;
}

}  // namespace openstrat::tasks
