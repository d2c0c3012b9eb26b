#include "sign_in/ticket_store.hpp"

#include "base/text.hpp"
#include "db/session.hpp"

namespace openstrat::sign_in::ticket_store {
namespace {

using db::params;
using db::Query;

constexpr Query kInsert{"sign_in_ticket.insert",
                        "INSERT INTO sign_in_tickets (hash, user_id, stage, reason, methods, remember, wrong_codes, expires_at) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7)"};
constexpr Query kFind{"sign_in_ticket.find",
                      "SELECT user_id, stage, reason, methods, remember, wrong_codes, expires_at FROM sign_in_tickets "
                      "WHERE hash = ?1 AND expires_at > ?2"};
constexpr Query kTakeTry{"sign_in_ticket.take_try",
                         "UPDATE sign_in_tickets SET wrong_codes = wrong_codes + 1 WHERE hash = ?1 AND wrong_codes < ?2"};
constexpr Query kConsume{"sign_in_ticket.consume", "DELETE FROM sign_in_tickets WHERE hash = ?1"};
constexpr Query kRemoveOf{"sign_in_ticket.delete_of_user", "DELETE FROM sign_in_tickets WHERE user_id = ?1"};
constexpr Query kPurge{"sign_in_ticket.purge",
                       "DELETE FROM sign_in_tickets WHERE hash IN (SELECT hash FROM sign_in_tickets WHERE expires_at <= ?1 "
                       "ORDER BY expires_at LIMIT ?2)"};

std::string_view word_of(Ticket::Stage stage) { return stage == Ticket::Stage::second_factor ? "second_factor" : "new_password"; }

Result<bool> changed_one(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return *changed > 0;
}

Status ignore_count(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

}  // namespace

Status insert(db::Session& session, std::string_view hash, const Ticket& ticket) {
  std::string methods;
  for (const auto& method : ticket.methods) methods += (methods.empty() ? "" : " ") + method;
  return ignore_count(session.execute(kInsert, params(hash, ticket.user_id, word_of(ticket.stage), ticket.reason, methods, ticket.remember, ticket.expires_at)));
}

Result<std::optional<Ticket>> find(db::Session& session, std::string_view hash, Timestamp now) {
  const auto row = session.first(kFind, params(hash, now));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Ticket>{};
  Ticket ticket{.user_id = (*row)->get<UserId>(0),
                .stage = (*row)->get<std::string>(1) == word_of(Ticket::Stage::second_factor) ? Ticket::Stage::second_factor : Ticket::Stage::new_password,
                .reason = (*row)->get<std::string>(2),
                .remember = (*row)->get<bool>(4),
                .wrong_codes = (*row)->get<int>(5),
                .expires_at = (*row)->get<Timestamp>(6)};
  const auto methods = (*row)->get<std::string>(3);
  for (const auto method : text::split(methods, ' '))
    if (!method.empty()) ticket.methods.emplace_back(method);
  return std::optional<Ticket>(std::move(ticket));
}

Result<bool> take_try(db::Session& session, std::string_view hash, int most) { return changed_one(session.execute(kTakeTry, params(hash, most))); }
Result<bool> consume(db::Session& session, std::string_view hash) { return changed_one(session.execute(kConsume, params(hash))); }
Status remove_of(db::Session& session, UserId user) { return ignore_count(session.execute(kRemoveOf, params(user))); }
Result<std::int64_t> purge(db::Session& session, Timestamp now, int limit) { return session.execute(kPurge, params(now, limit)); }

}  // namespace openstrat::sign_in::ticket_store
