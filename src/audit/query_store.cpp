#include "audit/query_store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "db/conditions.hpp"
#include "db/session.hpp"

#define ENTRY_COLUMNS                                                                                                     \
  "seq, log_id, team_id, actor_kind, user_id, name, email, session_id, event_time, method, endpoint, status_code, "       \
  "ip_address, user_agent, frontend_page, request_payload, response_payload, note, request_id, ttl, prev_hash, hash"

namespace openstrat::audit::query_store {
namespace {

constexpr db::Query kFind{"audit_log.find", "SELECT " ENTRY_COLUMNS " FROM audit_log WHERE team_id = ?1 AND log_id = ?2"};

StoredEntry read_entry(const db::Row& row) {
  StoredEntry stored{.seq = row.get<std::int64_t>(0), .log_id = row.get<std::string>(1)};
  AuditEntry& e = stored.entry;
  e.team_id = row.get<std::optional<CustomerId>>(2);
  e.actor_kind = parse_actor_kind(row.get<std::string>(3)).value_or(ActorKind::system);
  e.user_id = row.get<std::optional<UserId>>(4);
  e.name = row.get<std::optional<std::string>>(5);
  e.email = row.get<std::optional<std::string>>(6);
  e.session_id = row.get<std::optional<std::string>>(7);
  e.event_time = row.get<Timestamp>(8);
  e.method = row.get<std::string>(9);
  e.endpoint = row.get<std::string>(10);
  e.status_code = row.get<int>(11);
  e.ip_address = row.get<std::optional<std::string>>(12);
  e.user_agent = row.get<std::optional<std::string>>(13);
  e.frontend_page = row.get<std::optional<std::string>>(14);
  e.request_payload = row.get<std::optional<std::string>>(15);
  e.response_payload = row.get<std::optional<std::string>>(16);
  e.note = row.get<std::optional<std::string>>(17);
  e.request_id = row.get<std::string>(18);
  stored.ttl = row.get<std::int64_t>(19);
  stored.prev_hash = row.get<std::string>(20);
  stored.hash = row.get<std::string>(21);
  return stored;
}

/// What an index answers: how the reader moves.
void add_place(db::Conditions& where, const Tenant& tenant, const Filter& filter, const std::optional<Position>& after) {
  where.add("team_id = {}", tenant.customer_id);
  if (filter.user_id) where.add("user_id = {}", *filter.user_id);
  if (filter.from) where.add("event_time >= {}", *filter.from);
  if (filter.until) where.add("event_time < {}", *filter.until);
  if (after && filter.order == Order::newest_first) where.add("(event_time, seq) < ({}, {})", after->time, after->seq);
  if (after && filter.order == Order::oldest_first) where.add("(event_time, seq) > ({}, {})", after->time, after->seq);
}

/// What every entry on the way is asked.
void add_residue(db::Conditions& where, const Filter& filter) {
  if (filter.method && filter.method->starts_with('!')) where.add("method <> {}", filter.method->substr(1));
  else if (filter.method) where.add("method = {}", *filter.method);
  if (filter.status_class) where.add("status_code_type = {}", *filter.status_class);
  if (filter.status_code) where.add("status_code = {}", *filter.status_code);
  if (filter.endpoint_prefix) where.add("endpoint LIKE {} ESCAPE '\\'", db::Conditions::escaped(*filter.endpoint_prefix) + '%');
  if (filter.ip_address) where.add("ip_address = {}", *filter.ip_address);
  if (filter.session_id) where.add("session_id = {}", *filter.session_id);
  if (filter.actor_kind) where.add("actor_kind = {}", to_string(*filter.actor_kind));
  if (filter.search_term) {
    const auto term = '%' + text::lower(db::Conditions::escaped(*filter.search_term)) + '%';
    where.add("(lower(endpoint) LIKE {} ESCAPE '\\' OR lower(name) LIKE {} ESCAPE '\\' OR lower(email) LIKE {} ESCAPE '\\'"
              " OR lower(request_payload) LIKE {} ESCAPE '\\' OR lower(note) LIKE {} ESCAPE '\\')",
              term, term, term, term, term);
  }
}

}  // namespace

Result<Page> step(db::Session& session, const Tenant& tenant, const Filter& filter, const std::optional<Position>& after,
                  int window, int limit) {
  const char* order = filter.order == Order::newest_first ? "DESC" : "ASC";
  const char* reverse = filter.order == Order::newest_first ? "ASC" : "DESC";
  db::Conditions where;
  add_place(where, tenant, filter, after);
  const std::string place = where.take();
  const auto end_sql = fmt::format("SELECT count(*) OVER (), event_time, seq FROM (SELECT event_time, seq FROM audit_log WHERE {0} ORDER BY event_time {1}, "
                                   "seq {1} LIMIT {2}) AS stretch ORDER BY event_time {3}, seq {3} LIMIT 1", place, order, window, reverse);
  const auto end = session.first({"audit_log.window", end_sql.c_str()}, where.parameters());
  if (!end) return fail(end.error());
  Page page;
  if (!*end) return page;
  page.scanned = (*end)->get<std::int64_t>(0);
  const Position last{(*end)->get<Timestamp>(1), (*end)->get<std::int64_t>(2)};

  add_residue(where, filter);
  const std::string residue = where.text().empty() ? "" : " WHERE " + where.text();
  const auto rows_sql = fmt::format("SELECT " ENTRY_COLUMNS " FROM (SELECT " ENTRY_COLUMNS ", status_code_type FROM audit_log WHERE {0} ORDER BY event_time {1}, "
                                    "seq {1} LIMIT {2}) AS stretch{3} ORDER BY event_time {1}, seq {1} LIMIT {4}",
                                    place, order, window, residue, limit);
  const auto rows = session.query({"audit_log.page", rows_sql.c_str()}, where.parameters());
  if (!rows) return fail(rows.error());
  for (const auto& row : *rows) page.entries.push_back(read_entry(row));
  const bool full = static_cast<int>(page.entries.size()) == limit;
  if (full) page.next = Position{page.entries.back().entry.event_time, page.entries.back().seq};
  else if (page.scanned == window) page.next = last;
  return page;
}

Result<StoredEntry> find(db::Session& session, const Tenant& tenant, std::string_view log_id) {
  const auto row = session.one(kFind, db::params(tenant.customer_id, log_id), "There is no such entry in the audit log of this team.");
  if (!row) return fail(row.error());
  return read_entry(*row);
}

}  // namespace openstrat::audit::query_store
