#include "bus/outbox.hpp"

namespace openstrat::bus {
namespace {

using db::params;
using db::Query;

constexpr Query kAppend{"event.append",
                        "INSERT INTO event_outbox (id, name, occurred_at, customer_id, site_id, resource_id, data) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Query kPending{"event.pending",
                         "SELECT CASE WHEN EXISTS (SELECT 1 FROM event_outbox) OR EXISTS (SELECT 1 FROM event_backlog) THEN 1 ELSE 0 END"};
constexpr Query kHead{"event.head",
                      "SELECT seq, 0, id, name, occurred_at, customer_id, site_id, resource_id, data FROM event_outbox "
                      "ORDER BY seq LIMIT ?1"};
constexpr Query kDelete{"event.delete", "DELETE FROM event_outbox WHERE seq = ?1"};
constexpr Query kAddBacklog{"event.add_backlog",
                            "INSERT INTO event_backlog (subscriber, attempt, id, name, occurred_at, customer_id, site_id, resource_id, data) "
                            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
constexpr Query kWithBacklog{"event.with_backlog", "SELECT DISTINCT subscriber FROM event_backlog"};
constexpr Query kBacklog{"event.backlog",
                         "SELECT position, attempt, id, name, occurred_at, customer_id, site_id, resource_id, data FROM event_backlog "
                         "WHERE subscriber = ?1 ORDER BY position LIMIT ?2"};
constexpr Query kRemove{"event.backlog_remove", "DELETE FROM event_backlog WHERE position = ?1"};
constexpr Query kRemoveById{"event.backlog_remove_by_id", "DELETE FROM event_backlog WHERE subscriber = ?1 AND id = ?2"};
constexpr Query kNoteAttempt{"event.note_attempt", "UPDATE event_backlog SET attempt = ?2 WHERE position = ?1"};
constexpr Query kPark{"event.park",
                      "INSERT INTO event_dead (position, subscriber, id, name, occurred_at, customer_id, site_id, resource_id, data, error, died_at) "
                      "SELECT position, subscriber, id, name, occurred_at, customer_id, site_id, resource_id, data, "
                      "CAST(?2 AS TEXT), CAST(?3 AS BIGINT) FROM event_backlog WHERE position = ?1"};
constexpr Query kForgetDead{"event.forget_dead", "DELETE FROM event_dead WHERE died_at < ?1"};
constexpr Query kLead{"event.lead",
                      "UPDATE event_dispatcher SET holder = ?1, lease_until = ?3 WHERE id = 1 AND (holder = ?1 OR lease_until < ?2)"};

Status done(const Result<std::int64_t>& rows) {
  if (!rows) return std::unexpected(rows.error());
  return {};
}

/// Columns: position, attempt, id, name, occurred_at, customer_id, site_id, resource_id, data.
Result<StoredEvent> to_stored(const db::Row& row) {
  auto data = Attributes::from_json(row.get<std::string>(8));
  if (!data) return std::unexpected(data.error());
  auto event = std::make_shared<Event>(Event{.name = row.get<std::string>(3),
                                             .id = row.get<std::string>(2),
                                             .occurred_at = row.get<Timestamp>(4),
                                             .customer_id = row.get<CustomerId>(5),
                                             .site_id = row.get<std::optional<SiteId>>(6),
                                             .resource_id = row.get<std::string>(7),
                                             .data = std::move(*data)});
  return StoredEvent{.position = row.get<std::int64_t>(0), .attempt = row.get<int>(1), .event = std::move(event)};
}

Result<std::vector<StoredEvent>> to_stored(const Result<std::vector<db::Row>>& rows) {
  if (!rows) return std::unexpected(rows.error());
  std::vector<StoredEvent> out;
  out.reserve(rows->size());
  for (const auto& row : *rows) {
    auto stored = to_stored(row);
    if (!stored) return std::unexpected(stored.error());
    out.push_back(std::move(*stored));
  }
  return out;
}

Status remove_each(db::Session& session, const Query& query, const std::vector<std::int64_t>& keys) {
  if (keys.empty()) return {};
  std::vector<db::Params> rows;
  rows.reserve(keys.size());
  for (const auto key : keys) rows.push_back(params(key));
  return done(session.execute_many(query, rows));
}

}  // namespace

Status Outbox::append(db::Session& session, const Event& event) {
  return done(session.execute(kAppend, params(event.id, event.name, event.occurred_at, event.customer_id, event.site_id,
                                              event.resource_id, event.data.to_json())));
}

Result<bool> Outbox::pending(db::Session& session) {
  const auto row = session.one(kPending, {}, "no answer");
  if (!row) return std::unexpected(row.error());
  return row->get<int>(0) != 0;
}

Result<std::vector<StoredEvent>> Outbox::head(db::Session& session, int limit) { return to_stored(session.query(kHead, params(limit))); }

Status Outbox::settle(db::Session& session, const std::vector<std::int64_t>& seqs, const std::vector<Leftover>& leftovers) {
  if (!leftovers.empty()) {
    std::vector<db::Params> rows;
    rows.reserve(leftovers.size());
    for (const auto& [subscriber, event, attempt] : leftovers) {
      rows.push_back(params(subscriber, attempt, event->id, event->name, event->occurred_at, event->customer_id, event->site_id,
                            event->resource_id, event->data.to_json()));
    }
    if (auto added = session.execute_many(kAddBacklog, rows); !added) return std::unexpected(added.error());
  }
  return remove_each(session, kDelete, seqs);
}

Result<std::vector<std::string>> Outbox::subscribers_with_backlog(db::Session& session) {
  const auto rows = session.query(kWithBacklog);
  if (!rows) return std::unexpected(rows.error());
  std::vector<std::string> out;
  for (const auto& row : *rows) out.push_back(row.get<std::string>(0));
  return out;
}

Result<std::vector<StoredEvent>> Outbox::backlog(db::Session& session, std::string_view subscriber, int limit) {
  return to_stored(session.query(kBacklog, params(subscriber, limit)));
}

Status Outbox::remove(db::Session& session, const std::vector<std::int64_t>& positions) { return remove_each(session, kRemove, positions); }

Status Outbox::remove(db::Session& session, std::string_view subscriber, std::string_view event_id) {
  return done(session.execute(kRemoveById, params(subscriber, event_id)));
}

Status Outbox::note_attempt(db::Session& session, std::int64_t position, int attempt) {
  return done(session.execute(kNoteAttempt, params(position, attempt)));
}

Status Outbox::park(db::Session& session, std::int64_t position, std::string_view error, Timestamp now) {
  if (auto parked = session.execute(kPark, params(position, error, now)); !parked) return std::unexpected(parked.error());
  return done(session.execute(kRemove, params(position)));
}

Status Outbox::forget_dead_before(db::Session& session, Timestamp time) { return done(session.execute(kForgetDead, params(time))); }

Result<bool> Outbox::lead(db::Session& session, std::string_view node, Timestamp now, Timestamp lease_until) {
  const auto rows = session.execute(kLead, params(node, now, lease_until));
  if (!rows) return std::unexpected(rows.error());
  return *rows > 0;
}

}  // namespace openstrat::bus
