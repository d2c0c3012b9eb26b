#include "identity/session_store.hpp"

#include "base/text.hpp"
#include "db/session.hpp"
#include "identity/user_store.hpp"

namespace openstrat::identity::session_store {
namespace {

using db::params;
using db::Query;

constexpr Query kInsert{"session.insert_browser",
                        "INSERT INTO sessions (id, user_id, current_team_id, ip, user_agent, created_at, last_seen_at, expires_at, "
                        "cookie_hash, cookie_expires_at, idle_s, methods, authenticated_at) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?7, ?9, ?10, ?6)"};
constexpr Query kFindByCookie{"session.find_by_cookie",
                              "SELECT s.id, s.user_id, m.team_id, s.methods, COALESCE(s.authenticated_at, s.created_at), "
                              "s.cookie_expires_at, s.last_seen_at, s.idle_s FROM sessions s "
                              "LEFT JOIN team_members m ON m.team_id = s.current_team_id AND m.user_id = s.user_id "
                              "WHERE s.cookie_hash = ?1 AND s.revoked_at IS NULL"};
constexpr Query kLastTeam{"session.last_team",
                          "SELECT s.current_team_id FROM sessions s "
                          "JOIN team_members m ON m.team_id = s.current_team_id AND m.user_id = s.user_id "
                          "WHERE s.user_id = ?1 ORDER BY s.created_at DESC LIMIT 1"};
constexpr Query kLive{"session.live_of_user",
                      "SELECT id, ip, user_agent, methods, created_at, last_seen_at, expires_at FROM sessions "
                      "WHERE user_id = ?1 AND revoked_at IS NULL AND expires_at > ?2 "
                      "AND (idle_s IS NULL OR expires_at > cookie_expires_at OR last_seen_at + idle_s * 1000000 > ?2) "
                      "ORDER BY created_at DESC, id DESC LIMIT ?3"};
constexpr Query kNoteSignIn{"user.note_sign_in", "UPDATE users SET last_login_at = ?2 WHERE id = ?1"};
constexpr Query kRevoke{"session.revoke_of_user",
                        "UPDATE sessions SET revoked_at = ?3 WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL"};
constexpr Query kRevokeAll{"session.revoke_others",
                           "UPDATE sessions SET revoked_at = ?3 WHERE user_id = ?1 AND id <> ?2 AND revoked_at IS NULL"};
constexpr Query kTouch{"session.touch", "UPDATE sessions SET last_seen_at = ?2 WHERE id = ?1 AND last_seen_at < ?2 AND revoked_at IS NULL"};
constexpr Query kKeepUntil{"session.keep_until", "UPDATE sessions SET expires_at = ?2 WHERE id = ?1 AND expires_at < ?2"};

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (const auto word : text::split(text, ' '))
    if (!word.empty()) words.emplace_back(word);
  return words;
}

Status ignore_count(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

}  // namespace

Status insert(db::Session& session, const NewRow& row) {
  const Session& s = row.session;
  return ignore_count(session.execute(kInsert, params(s.id, s.user_id, s.current_team_id, s.ip, s.user_agent, s.created_at, s.expires_at,
                                                      row.cookie_hash, row.idle.count(), join(row.methods))));
}

Result<std::optional<Browser>> find_by_cookie(db::Session& session, std::string_view cookie_hash) {
  const auto row = session.first(kFindByCookie, params(cookie_hash));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Browser>{};
  auto user = user_store::find(session, (*row)->get<UserId>(1));
  if (!user) return fail(user.error());
  return std::optional<Browser>(Browser{.session = {.id = (*row)->get<std::string>(0), .user = *std::move(user),
                                                    .team_id = (*row)->get<std::optional<TeamId>>(2),
                                                    .methods = words_of((*row)->get<std::string>(3)),
                                                    .authenticated_at = (*row)->get<Timestamp>(4)},
                                        .expires_at = (*row)->get<Timestamp>(5),
                                        .last_seen_at = (*row)->get<Timestamp>(6),
                                        .idle = std::chrono::seconds((*row)->get<std::int64_t>(7))});
}

Result<std::optional<TeamId>> last_team(db::Session& session, UserId user) {
  const auto row = session.first(kLastTeam, params(user));
  if (!row) return fail(row.error());
  return *row ? (*row)->get<std::optional<TeamId>>(0) : std::optional<TeamId>{};
}

Result<std::vector<SessionLine>> live_of(db::Session& session, UserId user, Timestamp now, int limit) {
  const auto rows = session.query(kLive, params(user, now, limit));
  if (!rows) return fail(rows.error());
  std::vector<SessionLine> lines;
  lines.reserve(rows->size());
  for (const auto& row : *rows)
    lines.push_back({.id = row.get<std::string>(0), .ip = row.get<std::optional<std::string>>(1),
                     .user_agent = row.get<std::optional<std::string>>(2), .methods = words_of(row.get<std::string>(3)),
                     .created_at = row.get<Timestamp>(4), .last_seen_at = row.get<Timestamp>(5), .expires_at = row.get<Timestamp>(6)});
  return lines;
}

Status note_sign_in(db::Session& session, UserId user, Timestamp now) { return ignore_count(session.execute(kNoteSignIn, params(user, now))); }

Result<bool> revoke(db::Session& session, UserId user, std::string_view id, Timestamp now) {
  const auto changed = session.execute(kRevoke, params(id, user, now));
  if (!changed) return fail(changed.error());
  return *changed > 0;
}

Status revoke_all(db::Session& session, UserId user, std::string_view except, Timestamp now) {
  return ignore_count(session.execute(kRevokeAll, params(user, except, now)));
}

Status touch(db::Session& session, std::string_view id, Timestamp now) { return ignore_count(session.execute(kTouch, params(id, now))); }

Status keep_until(db::Session& session, std::string_view id, Timestamp until) {
  return ignore_count(session.execute(kKeepUntil, params(id, until)));
}

}  // namespace openstrat::identity::session_store
